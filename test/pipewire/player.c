/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A player for tests: sends a pattern or a tone keyed to the graph's clock, from the audio thread,
 * without a file and without an allocation. Usage:
 *
 *	player NAME TARGET pattern
 *	player NAME TARGET HZ AMPLITUDE             (whole hertz)
 *	player NAME TARGET HZ AMPLITUDE quadrature  the right channel a quarter turn ahead, so that
 *	                                            left^2 + right^2 is constant; fades in once
 *
 * Tells the graph that what it sends was made PLAYER_LATENCY_FRAMES ago. Says "streaming" or
 * "paused" when that changes.
 * Commands on standard input, a line each: cork, uncork, missed (answers "missed N": cycles of the
 * graph in which it could not play), quit.
 */
#include <math.h>
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/latency-utils.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pattern.h"

#define HIGHEST_RATE          192000
#define PLAYER_LATENCY_FRAMES 96
#define FADE_FRAMES           4800

struct player {
	struct pw_main_loop *loop;
	struct pw_stream *stream;
	const struct spa_io_position *_Atomic position;

	unsigned int tone_hz; /* 0: the pattern */
	double amplitude;
	bool quadrature;

	/* the audio thread's */
	float table[2][HIGHEST_RATE]; /* a second of each channel: of whole hertz, so it closes */
	unsigned int faded_frames;
	unsigned int table_rate;
	uint64_t next_position;
	uint32_t clock_id;
	_Atomic unsigned int missed;
};

/* The first cycles of another rate are late by this; nobody measures there. */
static void fill_table(struct player *player, unsigned int rate)
{
	for (unsigned int i = 0; i < rate; i++) {
		uint64_t turn = (uint64_t)i * player->tone_hz % rate;
		double phase = 2.0 * M_PI * (double)turn / rate;
		double ahead = player->quadrature ? M_PI / 2.0 : 0.0;

		player->table[0][i] = (float)(player->amplitude * sin(phase));
		player->table[1][i] = (float)(player->amplitude * sin(phase + ahead));
	}
	player->table_rate = rate;
}

static float sample(struct player *player, uint64_t position, unsigned int channel)
{
	return player->tone_hz ? player->table[channel & 1u][position % player->table_rate]
			       : pattern_sample(position, channel);
}

/* The factor of a frame that is `ahead` of the next cycle's first: a raised cosine. */
static float fade(const struct player *player, uint64_t ahead)
{
	uint64_t done = player->faded_frames + ahead;

	if (!player->quadrature || done >= FADE_FRAMES) {
		return 1.0f;
	}
	return (float)(0.5 - 0.5 * cos(M_PI * (double)done / FADE_FRAMES));
}

static void count_missed(struct player *player, const struct spa_io_clock *clock)
{
	if (clock->id == player->clock_id && clock->position > player->next_position &&
	    clock->duration > 0 && player->next_position > 0) {
		atomic_fetch_add(&player->missed,
				 (unsigned int)((clock->position - player->next_position) /
						clock->duration));
	}
	player->clock_id = clock->id;
	player->next_position = clock->position + clock->duration;
}

static void on_process(void *data)
{
	struct player *player = data;
	const struct spa_io_position *position = atomic_load(&player->position);
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(player->stream);

	if (!buffer) {
		return;
	}
	if (position) {
		count_missed(player, &position->clock);
		if (player->tone_hz && player->table_rate != position->clock.rate.denom &&
		    position->clock.rate.denom <= HIGHEST_RATE) {
			fill_table(player, position->clock.rate.denom);
		}
	}
	for (unsigned int channel = 0; channel < buffer->buffer->n_datas; channel++) {
		struct spa_data *out = &buffer->buffer->datas[channel];
		uint64_t frames = position ? position->clock.duration : 0;
		float *samples = out->data;

		frames = SPA_MIN(frames, out->maxsize / sizeof(float));
		for (uint64_t i = 0; i < frames; i++) {
			samples[i] = fade(player, i) *
				     sample(player, position->clock.position + i, channel);
		}
		out->chunk->offset = 0;
		out->chunk->stride = sizeof(float);
		out->chunk->size = (uint32_t)(frames * sizeof(float));
	}
	if (position && player->faded_frames < FADE_FRAMES) {
		player->faded_frames += (unsigned int)position->clock.duration;
	}
	pw_stream_queue_buffer(player->stream, buffer);
}

static void on_io_changed(void *data, uint32_t id, void *area, uint32_t size)
{
	struct player *player = data;

	if (id == SPA_IO_Position) {
		atomic_store(&player->position, area);
	}
}

static void tell_latency(struct player *player)
{
	uint8_t buffer[256];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_latency_info latency =
		SPA_LATENCY_INFO(SPA_DIRECTION_OUTPUT, .min_rate = PLAYER_LATENCY_FRAMES,
				 .max_rate = PLAYER_LATENCY_FRAMES);
	const struct spa_pod *params[1];

	params[0] = spa_latency_build(&builder, SPA_PARAM_Latency, &latency);
	pw_stream_update_params(player->stream, params, 1);
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
	printf("%s\n", pw_stream_state_as_string(state));
	if (state == PW_STREAM_STATE_PAUSED) {
		tell_latency(data);
	}
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.state_changed = on_state_changed,
	.param_changed = on_param_changed,
	.io_changed = on_io_changed,
	.process = on_process,
};

static void run_command(struct player *player, const char *line)
{
	if (strcmp(line, "cork") == 0 || strcmp(line, "uncork") == 0) {
		pw_stream_set_active(player->stream, line[0] == 'u');
		printf("ok\n");
	} else if (strcmp(line, "missed") == 0) {
		printf("missed %u\n", atomic_load(&player->missed));
	} else if (strcmp(line, "quit") == 0) {
		pw_main_loop_quit(player->loop);
	}
}

static void on_input(void *data, int fd, uint32_t mask)
{
	struct player *player = data;
	char text[256];
	ssize_t got = read(fd, text, sizeof(text) - 1);
	char *rest = text;
	char *line;

	if (got <= 0) {
		pw_main_loop_quit(player->loop);
		return;
	}
	text[got] = '\0';
	while ((line = strsep(&rest, "\n")) && *line) {
		run_command(player, line);
	}
}

static int connect_stream(struct player *player, const char *name, const char *target)
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
		PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_NODE_NAME,
		name, PW_KEY_TARGET_OBJECT, target, PW_KEY_STREAM_DONT_REMIX, "true",
		"state.restore-props", "false", "state.restore-target", "false", NULL);

	player->stream = pw_stream_new_simple(pw_main_loop_get_loop(player->loop), name, props,
					      &events, player);
	return player->stream
		       ? pw_stream_connect(player->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
					   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
						   PW_STREAM_FLAG_RT_PROCESS,
					   params, 1)
		       : -1;
}

int main(int argc, char **argv)
{
	static struct player player;

	if (argc < 4) {
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 4) {
		player.tone_hz = (unsigned int)atoi(argv[3]);
		player.amplitude = strtod(argv[4], NULL);
		player.quadrature = argc > 5;
		fill_table(&player, 48000);
	}
	setenv("PIPEWIRE_CONFIG_NAME", "client-rt.conf", 0); /* a real-time audio thread */
	pw_init(NULL, NULL);
	player.loop = pw_main_loop_new(NULL);
	pw_loop_add_io(pw_main_loop_get_loop(player.loop), 0, SPA_IO_IN, false, on_input, &player);
	if (connect_stream(&player, argv[1], argv[2]) < 0) {
		fprintf(stderr, "player: no connection to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(player.loop);
	pw_stream_destroy(player.stream);
	pw_main_loop_destroy(player.loop);
	return 0;
}
