/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Through a PipeWire server: the amplifier with its PipeWire back end as `wiregain run` has it,
 * between a player that plays into its first input and a sound device that the bench itself is, so
 * that nothing but server and amplifier stands between stimulus and answer.
 */
#include <errno.h>
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "live-ops.h"
#include "live.h"
#include "loop.h"

#define DEVICE_NAME "wiregain.bench.device"
#define PLAYER_NAME "wiregain.bench.player"
#define INPUT_NAME  "wiregain.input1"
#define PATIENCE_MS 10000
#define SETTLE_MS   1200 /* the amplifier fades in for half a second */

struct pipewire {
	struct live *live;
	struct loop *loop;
	struct audio *audio;
	const struct audio_ops *audio_ops;
	struct pw_thread_loop *thread;
	struct pw_stream *player, *device;
	_Atomic unsigned int rate_hz; /* of the device, once it has a format */
	bool connected;               /* the amplifier plays to the device */
};

static float *plane(struct pw_buffer *buffer, unsigned int channel)
{
	return buffer->buffer->n_datas > channel ? buffer->buffer->datas[channel].data : NULL;
}

/* Audio thread. */
static void on_play(void *data)
{
	struct pipewire *self = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(self->player);
	struct pw_time time = {0};
	uint32_t frames;

	if (!buffer) {
		return;
	}
	pw_stream_get_time_n(self->player, &time, sizeof(time));
	frames = buffer->buffer->datas[0].maxsize / sizeof(float);
	if (buffer->requested > 0 && buffer->requested < frames) {
		frames = (uint32_t)buffer->requested;
	}
	if (plane(buffer, 0) && plane(buffer, 1)) {
		live_play(&self->live->tape, plane(buffer, 0), plane(buffer, 1), frames);
	}
	for (uint32_t i = 0; i < buffer->buffer->n_datas; i++) {
		*buffer->buffer->datas[i].chunk = (struct spa_chunk){
			.size = frames * (uint32_t)sizeof(float), .stride = sizeof(float)};
	}
	pw_stream_queue_buffer(self->player, buffer);
}

/* Audio thread. */
static void on_record(void *data)
{
	struct pipewire *self = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(self->device);

	if (!buffer) {
		return;
	}
	if (plane(buffer, 0) && plane(buffer, 1)) {
		const struct spa_chunk *chunk = buffer->buffer->datas[0].chunk;
		const size_t skipped = chunk->offset / sizeof(float);

		live_record(&self->live->tape, plane(buffer, 0) + skipped,
			    plane(buffer, 1) + skipped, chunk->size / sizeof(float));
	}
	pw_stream_queue_buffer(self->device, buffer);
}

static void on_format(void *data, uint32_t id, const struct spa_pod *param)
{
	struct pipewire *self = data;
	struct spa_audio_info_raw info = {0};

	if (id == SPA_PARAM_Format && param && spa_format_audio_raw_parse(param, &info) >= 0) {
		atomic_store(&self->rate_hz, info.rate);
	}
}

static const struct pw_stream_events player_events = {
	PW_VERSION_STREAM_EVENTS,
	.process = on_play,
};

static const struct pw_stream_events device_events = {
	PW_VERSION_STREAM_EVENTS,
	.param_changed = on_format,
	.process = on_record,
};

static void on_device_state(void *data, enum output output, enum device_state state)
{
	struct pipewire *self = data;

	if (output == OUTPUT_HEADPHONE) {
		self->connected = state == DEVICE_CONNECTED;
	}
}

static void pipewire_wait(struct live *live, unsigned int ms)
{
	struct pipewire *self = live->back_end;
	const uint64_t end_ms = loop_now_ms() + ms;

	for (uint64_t now = loop_now_ms(); now < end_ms; now = loop_now_ms()) {
		loop_iterate(self->loop, (int)(end_ms - now));
	}
}

static void pipewire_destroy(struct live *live)
{
	struct pipewire *self = live->back_end;

	if (!self) {
		return;
	}
	if (self->thread) {
		pw_thread_loop_lock(self->thread);
		if (self->player) {
			pw_stream_destroy(self->player);
		}
		if (self->device) {
			pw_stream_destroy(self->device);
		}
		pw_thread_loop_unlock(self->thread);
		pw_thread_loop_stop(self->thread);
		pw_thread_loop_destroy(self->thread);
	}
	if (self->audio) {
		self->audio_ops->destroy(self->audio);
	}
	loop_destroy(self->loop);
	free(self);
}

static int connect_stream(struct pw_stream *stream, enum pw_direction direction)
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

	return pw_stream_connect(stream, direction, PW_ID_ANY,
				 PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
					 PW_STREAM_FLAG_RT_PROCESS,
				 params, 1);
}

static int open_device(struct pipewire *self)
{
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_NAME, DEVICE_NAME,
		PW_KEY_NODE_VIRTUAL, "true", SPA_KEY_AUDIO_POSITION, "[ FL FR ]", NULL);

	self->device = pw_stream_new_simple(pw_thread_loop_get_loop(self->thread), DEVICE_NAME,
					    props, &device_events, self);
	return self->device ? connect_stream(self->device, PW_DIRECTION_INPUT) : -errno;
}

static int open_player(struct pipewire *self)
{
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_NODE_NAME,
		PLAYER_NAME, PW_KEY_TARGET_OBJECT, INPUT_NAME, PW_KEY_STREAM_DONT_REMIX, "true",
		"state.restore-props", "false", "state.restore-target", "false", NULL);

	self->player = pw_stream_new_simple(pw_thread_loop_get_loop(self->thread), PLAYER_NAME,
					    props, &player_events, self);
	return self->player ? connect_stream(self->player, PW_DIRECTION_OUTPUT) : -errno;
}

/* As a factory-new amplifier, its headphones on the bench. */
static int open_amplifier(struct pipewire *self)
{
	static const struct audio_events events = {.device_state = on_device_state};
	struct audio_config config = {.power = true};

	self->audio_ops = audio_find("pipewire");
	if (!self->audio_ops) {
		return -ENOTSUP;
	}
	snprintf(config.name, sizeof(config.name), "Wiregain");
	for (int i = 0; i < INPUTS; i++) {
		snprintf(config.input_name[i], sizeof(config.input_name[i]), "Input %d", i + 1);
		config.input_enabled[i] = true;
	}
	snprintf(config.device[OUTPUT_HEADPHONE], sizeof(config.device[0]), "%s", DEVICE_NAME);
	return self->audio_ops->create(self->loop, &self->live->engine, &config, &events, self,
				       &self->audio);
}

static int open_streams(struct pipewire *self)
{
	int error;

	self->thread = pw_thread_loop_new("wiregain-bench", NULL);
	if (!self->thread || pw_thread_loop_start(self->thread) < 0) {
		return -ENOMEM;
	}
	pw_thread_loop_lock(self->thread);
	error = open_device(self);
	pw_thread_loop_unlock(self->thread);
	return error;
}

static int wait_until_connected(struct pipewire *self, struct refusal *ret_refusal)
{
	const uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	while (!self->connected || atomic_load(&self->rate_hz) == 0) {
		if (loop_now_ms() > end_ms) {
			refuse(ret_refusal, "pipewire: the amplifier did not get to its device "
					    "within 10 s: is a session manager running?");
			return -ETIMEDOUT;
		}
		pipewire_wait(self->live, 20);
	}
	return 0;
}

static int start(struct pipewire *self, struct refusal *ret_refusal)
{
	int error = loop_create(&self->loop);

	error = error == 0 ? open_amplifier(self) : error;
	error = error == 0 ? open_streams(self) : error;
	if (error < 0) {
		refuse(ret_refusal, "pipewire: %s",
		       error == -ECONNREFUSED ? "no PipeWire server runs" : strerror(-error));
		return error;
	}
	pipewire_wait(self->live, 300);
	pw_thread_loop_lock(self->thread);
	error = open_player(self);
	pw_thread_loop_unlock(self->thread);
	if (error < 0) {
		return refuse(ret_refusal, "pipewire: %s", strerror(-error)), error;
	}
	error = wait_until_connected(self, ret_refusal);
	if (error == 0) {
		self->live->dut.rate_hz = atomic_load(&self->rate_hz);
		pipewire_wait(self->live, SETTLE_MS);
		error = live_find_signal(self->live, ret_refusal);
	}
	return error;
}

int live_pipewire_open(struct dut **ret_dut, struct refusal *ret_refusal)
{
	static const struct live_ops ops = {pipewire_wait, pipewire_destroy};
	struct pipewire *self = calloc(1, sizeof(*self));
	struct live *live = NULL;
	int error = self ? live_create("pipewire", &ops, &live) : -ENOMEM;

	if (error < 0) {
		free(self);
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), error;
	}
	pw_init(NULL, NULL);
	self->live = live;
	live->back_end = self;
	error = start(self, ret_refusal);
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}
