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
#include <spa/param/latency-utils.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "live-ops.h"
#include "live.h"
#include "loop.h"

#define DEVICE_NAME       "wiregain.bench.device"
#define PLAYER_NAME       "wiregain.bench.player"
#define INPUT_NAME        "wiregain.input1"
#define PATIENCE_MS       10000
#define PAUSE_MS          200

#define DEVICE_FRAMES     96 /* that the bench as a device says it adds */

/*
 * The longest there is: its driver waits no longer for those who are late than a cycle would last
 * by the clock (PipeWire before 1.0), and in long cycles nobody is that late.
 */
#define FREEWHEEL_QUANTUM "8192"

/* One of the bench's own streams. */
struct stream {
	struct pipewire *of;
	struct pw_stream *stream;
	struct spa_hook listener;
	const struct spa_io_position *_Atomic position;
	struct live_clock clock; /* the audio thread's */
};

struct pipewire {
	struct live *live;
	struct loop *loop;
	struct audio *audio;
	const struct audio_ops *audio_ops;
	struct pw_thread_loop *thread;
	struct pw_context *context;
	struct pw_core *core;
	struct spa_hook core_listener;
	struct stream player, device;
	char version[32];                 /* the server's; the thread's, read under its lock */
	_Atomic unsigned int rate_hz;     /* of the device, once it has a format */
	_Atomic unsigned int quantum;     /* of the newest cycle */
	_Atomic unsigned int told_frames; /* what the player is told: its way and the device */
	bool freewheel;
	bool connected; /* the amplifier plays to the device */
};

static float *plane(struct pw_buffer *buffer, unsigned int channel)
{
	return buffer->buffer->n_datas > channel ? buffer->buffer->datas[channel].data : NULL;
}

/* Audio thread. The length of this cycle, 0 while the graph's clock is not known. */
static uint32_t follow(struct stream *stream)
{
	const struct spa_io_position *position = atomic_load(&stream->position);

	if (!position) {
		return 0;
	}
	live_follow(&stream->of->live->tape, &stream->clock, position->clock.position,
		    position->clock.duration);
	atomic_store_explicit(&stream->of->quantum, (unsigned int)position->clock.duration,
			      memory_order_relaxed);
	return (uint32_t)position->clock.duration;
}

/* Audio thread. */
static void on_play(void *data)
{
	struct stream *stream = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(stream->stream);
	uint32_t frames = follow(stream);

	if (!buffer) {
		return;
	}
	frames = SPA_MIN(frames, buffer->buffer->datas[0].maxsize / (uint32_t)sizeof(float));
	if (plane(buffer, 0) && plane(buffer, 1)) {
		live_play(&stream->of->live->tape, plane(buffer, 0), plane(buffer, 1), frames);
	}
	for (uint32_t i = 0; i < buffer->buffer->n_datas; i++) {
		*buffer->buffer->datas[i].chunk = (struct spa_chunk){
			.size = frames * (uint32_t)sizeof(float), .stride = sizeof(float)};
	}
	pw_stream_queue_buffer(stream->stream, buffer);
}

/* Audio thread. */
static void on_record(void *data)
{
	struct stream *stream = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(stream->stream);

	follow(stream);
	if (!buffer) {
		return;
	}
	if (plane(buffer, 0) && plane(buffer, 1)) {
		const struct spa_chunk *chunk = buffer->buffer->datas[0].chunk;
		const size_t skipped = chunk->offset / sizeof(float);

		live_record(&stream->of->live->tape, plane(buffer, 0) + skipped,
			    plane(buffer, 1) + skipped, chunk->size / sizeof(float));
	}
	pw_stream_queue_buffer(stream->stream, buffer);
}

static void on_io_changed(void *data, uint32_t id, void *area, uint32_t size)
{
	struct stream *stream = data;

	if (id == SPA_IO_Position) {
		atomic_store(&stream->position, area);
	}
}

/* As a device with a buffer of its own does, so that there is something to pass on. */
static void tell_latency(struct pw_stream *stream)
{
	uint8_t buffer[256];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_latency_info latency = SPA_LATENCY_INFO(
		SPA_DIRECTION_INPUT, .min_rate = DEVICE_FRAMES, .max_rate = DEVICE_FRAMES);
	const struct spa_pod *params[1] = {
		spa_latency_build(&builder, SPA_PARAM_Latency, &latency)};

	pw_stream_update_params(stream, params, 1);
}

static void on_device_param(void *data, uint32_t id, const struct spa_pod *param)
{
	struct stream *stream = data;
	struct spa_audio_info_raw info = {0};

	if (id == SPA_PARAM_Format && param && spa_format_audio_raw_parse(param, &info) >= 0) {
		atomic_store(&stream->of->rate_hz, info.rate);
	}
	if (id == SPA_PARAM_Format || id == SPA_PARAM_Latency) {
		/* Newer versions forget what was told when something else comes. */
		tell_latency(stream->stream);
	}
}

/* What is told of the way on, to the device. */
static void on_latency(void *data, uint32_t id, const struct spa_pod *param)
{
	struct stream *stream = data;
	struct spa_latency_info info;

	if (id == SPA_PARAM_Latency && param && spa_latency_parse(param, &info) >= 0 &&
	    info.direction == SPA_DIRECTION_INPUT) {
		const double frames = (double)info.max_quantum * atomic_load(&stream->of->quantum);

		atomic_store(&stream->of->told_frames,
			     (unsigned int)frames + (unsigned int)info.max_rate);
	}
}

static const struct pw_stream_events player_events = {
	PW_VERSION_STREAM_EVENTS,
	.io_changed = on_io_changed,
	.param_changed = on_latency,
	.process = on_play,
};

static const struct pw_stream_events device_events = {
	PW_VERSION_STREAM_EVENTS,
	.io_changed = on_io_changed,
	.param_changed = on_device_param,
	.process = on_record,
};

static void on_core_info(void *data, const struct pw_core_info *info)
{
	struct pipewire *self = data;

	snprintf(self->version, sizeof(self->version), "%s", info->version ? info->version : "");
}

static void on_core_error(void *data, uint32_t id, int seq, int error, const char *message)
{
	struct pipewire *self = data;

	if (id == PW_ID_CORE && error == -EPIPE) {
		atomic_store(&self->live->tape.gone, true);
	}
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS,
	.info = on_core_info,
	.error = on_core_error,
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

static void close_streams(struct pipewire *self)
{
	pw_thread_loop_lock(self->thread);
	if (self->player.stream) {
		pw_stream_destroy(self->player.stream);
	}
	if (self->device.stream) {
		pw_stream_destroy(self->device.stream);
	}
	if (self->core) {
		spa_hook_remove(&self->core_listener);
		pw_core_disconnect(self->core);
	}
	pw_thread_loop_unlock(self->thread);
	pw_thread_loop_stop(self->thread);
	if (self->context) {
		pw_context_destroy(self->context);
	}
	pw_thread_loop_destroy(self->thread);
}

static void pipewire_destroy(struct live *live)
{
	struct pipewire *self = live->back_end;

	if (!self) {
		return;
	}
	if (self->thread) {
		close_streams(self);
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

static int open_stream(struct pipewire *self, struct stream *stream, const char *name,
		       struct pw_properties *props, const struct pw_stream_events *events,
		       enum pw_direction direction)
{
	stream->of = self;
	if (!props) {
		return -ENOMEM;
	}
	if (self->freewheel) {
		/* Whatever is linked to one of this group runs with the driver that does not wait.
		 */
		pw_properties_set(props, PW_KEY_NODE_GROUP, "pipewire.freewheel");
		pw_properties_set(props, PW_KEY_NODE_FORCE_QUANTUM, FREEWHEEL_QUANTUM);
	}
	stream->stream = pw_stream_new(self->core, name, props);
	if (!stream->stream) {
		return -errno;
	}
	pw_stream_add_listener(stream->stream, &stream->listener, events, stream);
	return connect_stream(stream->stream, direction);
}

static int open_device(struct pipewire *self)
{
	return open_stream(self, &self->device, DEVICE_NAME,
			   pw_properties_new(PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_NAME,
					     DEVICE_NAME, PW_KEY_NODE_VIRTUAL, "true",
					     SPA_KEY_AUDIO_POSITION, "[ FL FR ]", NULL),
			   &device_events, PW_DIRECTION_INPUT);
}

static int open_player(struct pipewire *self)
{
	return open_stream(
		self, &self->player, PLAYER_NAME,
		pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
				  PW_KEY_NODE_NAME, PLAYER_NAME, PW_KEY_TARGET_OBJECT, INPUT_NAME,
				  PW_KEY_STREAM_DONT_REMIX, "true", "state.restore-props", "false",
				  "state.restore-target", "false", NULL),
		&player_events, PW_DIRECTION_OUTPUT);
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

static int connect_core(struct pipewire *self)
{
	self->context =
		pw_context_new(pw_thread_loop_get_loop(self->thread),
			       pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
	self->core = self->context ? pw_context_connect(self->context, NULL, 0) : NULL;
	if (!self->core) {
		return self->context ? -ECONNREFUSED : -ENOMEM;
	}
	pw_core_add_listener(self->core, &self->core_listener, &core_events, self);
	return 0;
}

static int open_streams(struct pipewire *self)
{
	int error;

	self->thread = pw_thread_loop_new("wiregain-bench", NULL);
	if (!self->thread || pw_thread_loop_start(self->thread) < 0) {
		return -ENOMEM;
	}
	pw_thread_loop_lock(self->thread);
	error = connect_core(self);
	error = error == 0 ? open_device(self) : error;
	pw_thread_loop_unlock(self->thread);
	return error;
}

static int wait_until_connected(struct pipewire *self, struct refusal *ret_refusal)
{
	const uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	while (!self->connected || atomic_load(&self->rate_hz) == 0) {
		if (loop_now_ms() > end_ms) {
			refuse(ret_refusal, "pipewire: the amplifier did not get to its device "
					    "within 30 s: is a session manager running?");
			return -ETIMEDOUT;
		}
		pipewire_wait(self->live, 20);
	}
	return 0;
}

static void set_active(struct pipewire *self, bool active)
{
	pw_thread_loop_lock(self->thread);
	pw_stream_set_active(self->player.stream, active);
	pw_stream_set_active(self->device.stream, active);
	pw_thread_loop_unlock(self->thread);
	pipewire_wait(self->live, PAUSE_MS);
}

/*
 * Who was late for one freewheeling cycle ends in the middle of the next, which then is over too
 * early, and so on without end: it has to pause.
 */
static void pipewire_recover(struct live *live)
{
	struct pipewire *self = live->back_end;

	if (self->freewheel) {
		set_active(self, false);
		set_active(self, true);
	}
}

/* A figure of what the player is told of its way to the device. */
static void pipewire_tell(struct live *live, struct report *report)
{
	struct pipewire *self = live->back_end;
	const unsigned int told = atomic_load(&self->told_frames);

	if (told >= DEVICE_FRAMES) {
		live_tell_latency(live, told - DEVICE_FRAMES, report);
	}
}

static void describe(struct pipewire *self)
{
	struct dut *dut = &self->live->dut;

	pw_thread_loop_lock(self->thread);
	snprintf(dut->about, sizeof(dut->about), "PipeWire %.30s, %.0f Hz, quantum of %u frames%s",
		 self->version, dut->rate_hz, atomic_load(&self->quantum),
		 self->freewheel ? ", freewheeling" : "");
	pw_thread_loop_unlock(self->thread);
}

static int start(struct pipewire *self, struct refusal *ret_refusal)
{
	int error = loop_create(&self->loop);

	error = error == 0 ? open_streams(self) : error;
	error = error == 0 ? open_amplifier(self) : error;
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
		error = live_find_signal(self->live, ret_refusal);
	}
	describe(self);
	return error;
}

int live_pipewire_open(const struct through_config *config, struct dut **ret_dut,
		       struct refusal *ret_refusal)
{
	static const struct live_ops ops = {.wait = pipewire_wait,
					    .destroy = pipewire_destroy,
					    .recover = pipewire_recover,
					    .tell = pipewire_tell};
	struct pipewire *self = calloc(1, sizeof(*self));
	struct live *live = NULL;
	int error = self ? live_create("pipewire", &ops, &live) : -ENOMEM;

	if (error < 0) {
		free(self);
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), error;
	}
	pw_init(NULL, NULL);
	self->live = live;
	self->freewheel = config->freewheel;
	live->dut.stop = config->stop;
	live->back_end = self;
	live->dut.flags |= DUT_BITS | (config->freewheel ? DUT_FAST : 0u);
	error = start(self, ret_refusal);
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}
