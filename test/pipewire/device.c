/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound device for tests: a stereo sink that takes what comes, and tells the graph that a sample
 * is heard FRAMES, or that and BLOCKS of the graph, later. Usage:
 *
 *	device NAME FRAMES [BLOCKS]
 *
 * Ends with its standard input.
 */
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/latency-utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct device {
	struct pw_main_loop *loop;
	struct pw_stream *stream;
	uint32_t frames;
	float blocks;
};

static void on_process(void *data)
{
	struct device *device = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(device->stream);

	if (buffer) {
		pw_stream_queue_buffer(device->stream, buffer);
	}
}

static void tell_latency(struct device *device)
{
	uint8_t buffer[256];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_latency_info latency = SPA_LATENCY_INFO(
		SPA_DIRECTION_INPUT, .min_quantum = device->blocks, .max_quantum = device->blocks,
		.min_rate = device->frames, .max_rate = device->frames);
	const struct spa_pod *params[1];

	params[0] = spa_latency_build(&builder, SPA_PARAM_Latency, &latency);
	pw_stream_update_params(device->stream, params, 1);
}

/* Newer versions forget what a stream has said when it is told something: again, then. */
static void on_param_changed(void *data, uint32_t id, const struct spa_pod *param)
{
	if (id == SPA_PARAM_Latency) {
		tell_latency(data);
	}
}

static void on_state_changed(void *data, enum pw_stream_state old, enum pw_stream_state state,
			     const char *error)
{
	if (state == PW_STREAM_STATE_PAUSED) {
		tell_latency(data);
	}
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.state_changed = on_state_changed,
	.param_changed = on_param_changed,
	.process = on_process,
};

static void on_input(void *data, int fd, uint32_t mask)
{
	struct device *device = data;
	char text[64];

	if (read(fd, text, sizeof(text)) <= 0) {
		pw_main_loop_quit(device->loop);
	}
}

static int connect_stream(struct device *device, const char *name)
{
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	struct spa_audio_info_raw info = {
		.format = SPA_AUDIO_FORMAT_F32P,
		.channels = 2,
		.position = {SPA_AUDIO_CHANNEL_FL, SPA_AUDIO_CHANNEL_FR},
	};
	const struct spa_pod *params[1] = {
		spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info),
	};
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_NAME, name, PW_KEY_NODE_VIRTUAL,
		"true", SPA_KEY_AUDIO_POSITION, "[ FL FR ]", NULL);

	device->stream = pw_stream_new_simple(pw_main_loop_get_loop(device->loop), name, props,
					      &events, device);
	return device->stream
		       ? pw_stream_connect(device->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
					   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
						   PW_STREAM_FLAG_RT_PROCESS,
					   params, 1)
		       : -1;
}

int main(int argc, char **argv)
{
	struct device device;

	if (argc != 3 && argc != 4) {
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	pw_init(NULL, NULL);
	device.loop = pw_main_loop_new(NULL);
	pw_loop_add_io(pw_main_loop_get_loop(device.loop), 0, SPA_IO_IN, false, on_input, &device);
	device.frames = (uint32_t)atoi(argv[2]);
	device.blocks = argc == 4 ? (float)atof(argv[3]) : 0.0f;
	if (connect_stream(&device, argv[1]) < 0) {
		fprintf(stderr, "device: no connection to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(device.loop);
	pw_stream_destroy(device.stream);
	pw_main_loop_destroy(device.loop);
	return 0;
}
