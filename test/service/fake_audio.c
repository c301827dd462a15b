/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound back end that a test drives by hand.
 */
#include "fake_audio.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

struct audio {
	int unused;
};

struct fake_audio fake_audio;

static struct audio only_one;

static void come_in(float in[INPUTS][2][FAKE_BLOCK])
{
	for (int n = 0; n < FAKE_BLOCK; n++) {
		unsigned long frame = fake_audio.frames++;
		double phase = 2 * M_PI * fake_audio.tone_hz * (double)frame / FAKE_RATE_HZ;
		float tone = fake_audio.tone_hz > 0 ? (float)sin(phase) : 1;

		for (int i = 0; i < INPUTS; i++) {
			in[i][0][n] = in[i][1][n] = fake_audio.in[i] * tone;
		}
		for (int side = 0; fake_audio.wave && side < 2; side++) {
			in[0][side][n] = fake_audio.wave(frame, side);
		}
	}
}

void fake_audio_run(int blocks)
{
	float in[INPUTS][2][FAKE_BLOCK];
	struct engine_block block = {
		.frames = FAKE_BLOCK, .rate_hz = FAKE_RATE_HZ, .live_outputs = 7};

	for (int i = 0; i < INPUTS; i++) {
		block.in[i][0] = in[i][0];
		block.in[i][1] = in[i][1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = fake_audio.out[c];
	}
	for (; blocks > 0; blocks--) {
		come_in(in);
		engine_process(fake_audio.engine, &block);
		for (int n = 0; n < FAKE_BLOCK; n++) {
			float now = fake_audio.out[CHANNEL_HEADPHONE_LEFT][n];

			fake_audio.greatest_step = fmaxf(fake_audio.greatest_step,
							 fabsf(now - fake_audio.last_headphone));
			fake_audio.last_headphone = now;
		}
	}
}

bool fake_audio_is_ahead(void)
{
	const struct handover *handover = fake_audio.engine->handover;

	return atomic_load(&handover->written) - atomic_load(&handover->read) > 8;
}

static void on_timer(void *data)
{
	if (fake_audio.by_itself) {
		fake_audio_run(1);
	}
}

static int create(struct loop *loop, struct engine *engine, const struct audio_config *config,
		  const struct audio_events *events, void *data, struct audio **ret_audio)
{
	if (fake_audio.create_error < 0) {
		return fake_audio.create_error;
	}
	fake_audio.loop = loop;
	fake_audio.engine = engine;
	fake_audio.config = *config;
	fake_audio.events = *events;
	fake_audio.data = data;
	fake_audio.timer = loop_add_timer(loop, on_timer, NULL);
	if (!fake_audio.timer) {
		return -ENOMEM;
	}
	loop_arm_timer(fake_audio.timer, 1, 1);
	fake_audio.running = true;
	*ret_audio = &only_one;
	return 0;
}

static void destroy(struct audio *audio)
{
	if (!audio) {
		return;
	}
	fake_audio.was_silent = engine_reading(fake_audio.engine).silent;
	loop_remove(fake_audio.timer);
	fake_audio.running = false;
}

static void configure(struct audio *audio, const struct audio_config *config)
{
	fake_audio.config = *config;
	fake_audio.configured++;
}

const struct audio_ops fake_audio_ops = {
	.name = "fake",
	.create = create,
	.destroy = destroy,
	.configure = configure,
};
