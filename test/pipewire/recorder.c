/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A recorder for tests: keeps what a sink plays (its monitor), with the clock of every cycle, in
 * memory that was there before; nothing but copying is done on the audio thread. Usage:
 *
 *	recorder NAME SINK CHANNELS      (1 or 2)
 *	recorder NAME - CHANNELS         of what somebody else links to it, which it keeps running
 *	recorder NAME = CHANNELS         is a sound device itself, and keeps what arrives there
 *
 * Says "streaming" or "paused" when that changes. Commands on standard input, a line each:
 *
 *	start           forgets what is there, "ok"
 *	count           the cycles so far, "count N"
 *	save PATH       writes all of it, "saved N"
 *	append PATH     writes what no append has written yet, "appended N"
 *	quit
 */
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording.h"

#define SPACE (64u << 20)

struct recorder {
	struct pw_main_loop *loop;
	struct pw_stream *stream;
	const struct spa_io_position *_Atomic position;
	unsigned char *space;
	size_t appended; /* so much of it is in a file */

	_Atomic bool on;     /* the main thread's */
	_Atomic bool busy;   /* the audio thread's: it is writing */
	_Atomic size_t used; /* the audio thread's while on, else the main thread's */
	_Atomic unsigned int count;
};

static void record(struct recorder *recorder, const struct spa_buffer *buffer,
		   const struct spa_io_clock *clock)
{
	size_t used = atomic_load(&recorder->used);
	struct recorded_cycle cycle = {
		.position = clock->position,
		.nsec = clock->nsec,
		.clock_id = clock->id,
		.rate_hz = clock->rate.denom,
		.frames = buffer->datas[0].chunk->size / (uint32_t)sizeof(float),
		.channels = SPA_MIN(buffer->n_datas, (uint32_t)RECORDING_CHANNELS),
	};
	size_t bytes = cycle.frames * sizeof(float);

	if (used + sizeof(cycle) + cycle.channels * bytes > SPACE) {
		return;
	}
	memcpy(recorder->space + used, &cycle, sizeof(cycle));
	used += sizeof(cycle);
	for (uint32_t i = 0; i < cycle.channels; i++) {
		const struct spa_data *data = &buffer->datas[i];

		memcpy(recorder->space + used, SPA_PTROFF(data->data, data->chunk->offset, void),
		       bytes);
		used += bytes;
	}
	atomic_store(&recorder->used, used);
	atomic_fetch_add(&recorder->count, 1);
}

static void on_process(void *data)
{
	struct recorder *recorder = data;
	const struct spa_io_position *position = atomic_load(&recorder->position);
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(recorder->stream);

	if (!buffer) {
		return;
	}
	atomic_store(&recorder->busy, true);
	if (position && atomic_load(&recorder->on)) {
		record(recorder, buffer->buffer, &position->clock);
	}
	atomic_store(&recorder->busy, false);
	pw_stream_queue_buffer(recorder->stream, buffer);
}

static void on_io_changed(void *data, uint32_t id, void *area, uint32_t size)
{
	struct recorder *recorder = data;

	if (id == SPA_IO_Position) {
		atomic_store(&recorder->position, area);
	}
}

static void on_state_changed(void *data, enum pw_stream_state old, enum pw_stream_state state,
			     const char *error)
{
	printf("%s\n", pw_stream_state_as_string(state));
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.state_changed = on_state_changed,
	.io_changed = on_io_changed,
	.process = on_process,
};

static void halt(struct recorder *recorder)
{
	atomic_store(&recorder->on, false);
	while (atomic_load(&recorder->busy)) {
		usleep(100);
	}
}

/* What is used up to `end` does not change any more. */
static bool write_space(const struct recorder *recorder, size_t start, size_t end, const char *path,
			const char *mode)
{
	FILE *file = fopen(path, mode);
	bool written = file && fwrite(recorder->space + start, 1, end - start, file) == end - start;

	if ((file && fclose(file) != 0) || !written) {
		printf("cannot write %s\n", path);
		return false;
	}
	return true;
}

static void save(struct recorder *recorder, const char *path)
{
	if (write_space(recorder, 0, atomic_load(&recorder->used), path, "wb")) {
		printf("saved %u\n", atomic_load(&recorder->count));
	}
}

static void append(struct recorder *recorder, const char *path)
{
	size_t end = atomic_load(&recorder->used);

	if (write_space(recorder, recorder->appended, end, path, "ab")) {
		recorder->appended = end;
		printf("appended %zu\n", end);
	}
}

static void run_command(struct recorder *recorder, const char *line)
{
	if (strcmp(line, "start") == 0) {
		halt(recorder);
		atomic_store(&recorder->used, 0);
		atomic_store(&recorder->count, 0);
		recorder->appended = 0;
		atomic_store(&recorder->on, true);
		printf("ok\n");
	} else if (strcmp(line, "count") == 0) {
		printf("count %u\n", atomic_load(&recorder->count));
	} else if (strncmp(line, "save ", 5) == 0) {
		save(recorder, line + 5);
	} else if (strncmp(line, "append ", 7) == 0) {
		append(recorder, line + 7);
	} else if (strcmp(line, "quit") == 0) {
		pw_main_loop_quit(recorder->loop);
	}
}

static void on_input(void *data, int fd, uint32_t mask)
{
	struct recorder *recorder = data;
	char text[512];
	ssize_t got = read(fd, text, sizeof(text) - 1);
	char *rest = text;
	char *line;

	if (got <= 0) {
		pw_main_loop_quit(recorder->loop);
		return;
	}
	text[got] = '\0';
	while ((line = strsep(&rest, "\n")) && *line) {
		run_command(recorder, line);
	}
}

/* A session manager links it to the sink, again and again; without one it is left alone. */
static void set_target(struct pw_properties *props, const char *sink)
{
	if (strcmp(sink, "=") == 0) {
		pw_properties_set(props, PW_KEY_MEDIA_CLASS, "Audio/Sink");
		pw_properties_set(props, PW_KEY_NODE_VIRTUAL, "true");
		pw_properties_set(props, SPA_KEY_AUDIO_POSITION, "[ FL FR ]");
		return;
	}
	if (strcmp(sink, "-") == 0) {
		pw_properties_set(props, PW_KEY_NODE_AUTOCONNECT, "false");
		return;
	}
	pw_properties_set(props, PW_KEY_TARGET_OBJECT, sink);
	pw_properties_set(props, PW_KEY_STREAM_CAPTURE_SINK, "true");
	pw_properties_set(props, PW_KEY_NODE_PASSIVE, "true");
}

static int connect_stream(struct recorder *recorder, const char *name, const char *sink,
			  unsigned int channels)
{
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	struct spa_audio_info_raw info = {
		.format = SPA_AUDIO_FORMAT_F32P,
		.channels = channels,
		.position = {channels == 1 ? SPA_AUDIO_CHANNEL_MONO : SPA_AUDIO_CHANNEL_FL,
			     SPA_AUDIO_CHANNEL_FR},
	};
	const struct spa_pod *format =
		spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info);
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture", PW_KEY_NODE_NAME,
		name, PW_KEY_STREAM_DONT_REMIX, "true", "state.restore-props", "false",
		"state.restore-target", "false", NULL);

	set_target(props, sink);
	recorder->stream = pw_stream_new_simple(pw_main_loop_get_loop(recorder->loop), name, props,
						&events, recorder);
	return recorder->stream
		       ? pw_stream_connect(recorder->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
					   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
						   PW_STREAM_FLAG_RT_PROCESS,
					   &format, 1)
		       : -1;
}

int main(int argc, char **argv)
{
	static struct recorder recorder;

	if (argc != 4) {
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	recorder.space = malloc(SPACE);
	if (!recorder.space) {
		return 1;
	}
	memset(recorder.space, 1, SPACE); /* every page is there before it counts */
	setenv("PIPEWIRE_CONFIG_NAME", "client-rt.conf", 0); /* a real-time audio thread */
	pw_init(NULL, NULL);
	recorder.loop = pw_main_loop_new(NULL);
	pw_loop_add_io(pw_main_loop_get_loop(recorder.loop), 0, SPA_IO_IN, false, on_input,
		       &recorder);
	if (connect_stream(&recorder, argv[1], argv[2], argv[3][0] == '1' ? 1 : 2) < 0) {
		fprintf(stderr, "recorder: no connection to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(recorder.loop);
	pw_stream_destroy(recorder.stream);
	pw_main_loop_destroy(recorder.loop);
	free(recorder.space);
	return 0;
}
