/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Ten thousand hostile blocks through the engine, at each kind of limiter: what leaves is finite
 * and never above the limit, and after 3 s of music it plays again.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "effort.h"
#include "engine.h"

#define RATE   48000
#define BLOCK  256
#define BLOCKS 10000

struct rig {
	struct engine engine;
	struct amp amp;
	float in[2][BLOCK], out[CHANNELS][BLOCK];
	uint64_t seed;
	double phase;
};

static uint64_t next(struct rig *rig)
{
	rig->seed = rig->seed * 6364136223846793005u + 1442695040888963407u;
	return rig->seed >> 33;
}

static float any_bits(struct rig *rig)
{
	uint32_t bits = (uint32_t)(next(rig) << 16 ^ next(rig));
	float sample;

	memcpy(&sample, &bits, sizeof(sample));
	return sample;
}

static float hostile(struct rig *rig, unsigned int kind, int i)
{
	switch (kind) {
	case 0:
		return NAN;
	case 1:
		return i % 2 ? INFINITY : -INFINITY;
	case 2:
		return (float)(i + 1) * 0x1p-149f;
	case 3:
		return 1;
	case 4:
		return (float)next(rig) * 0x1p-30f - 1;
	case 5:
		return i % 2 ? 1 : -1;
	case 6:
		return 3e38f;
	default:
		return any_bits(rig);
	}
}

static void fill_hostile(struct rig *rig)
{
	for (int side = 0; side < 2; side++) {
		unsigned int kind = (unsigned int)next(rig) % 8;

		for (int i = 0; i < BLOCK; i++) {
			rig->in[side][i] = hostile(rig, kind, i);
		}
	}
}

static void fill_music(struct rig *rig)
{
	for (int i = 0; i < BLOCK; i++) {
		rig->in[0][i] = (float)(0.3 * sin(rig->phase) + 0.1 * sin(7.3 * rig->phase));
		rig->in[1][i] = -rig->in[0][i];
		rig->phase += 2 * M_PI * 220 / RATE;
	}
}

/* The loudest sample that left. */
static float cycle(struct rig *rig)
{
	struct engine_block block = {.frames = BLOCK, .rate_hz = RATE, .live_outputs = 7};
	float loudest = 0;

	for (int input = 0; input < INPUTS; input++) {
		block.in[input][0] = rig->in[0];
		block.in[input][1] = rig->in[1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = rig->out[c];
	}
	engine_process(&rig->engine, &block);
	for (int c = 0; c < CHANNELS; c++) {
		for (int i = 0; i < BLOCK; i++) {
			assert_true(isfinite(rig->out[c][i]));
			loudest = fmaxf(loudest, fabsf(rig->out[c][i]));
		}
	}
	return loudest;
}

static void set(struct rig *rig, const char *path, const char *text)
{
	struct command command;

	assert_int_equal(command_parse_set(path, text, &command, NULL), 0);
	assert_int_equal(amp_command(&rig->amp, &command, NULL), 0);
}

/* Limits of -6 dB on the line, and of 114 dB on headphones that give 120 at full scale. */
static void set_up(struct rig *rig, const char *limiter)
{
	struct plan plan;

	amp_init(&rig->amp);
	set(rig, "load.impedance", "300");
	set(rig, "load.sensitivity", "100");
	set(rig, "load.full_scale", "10");
	set(rig, "protect.spl_limit", "114");
	set(rig, "protect.limiter", limiter);
	set(rig, "headphone.level", "15");
	set(rig, "line.limit", "-6");
	set(rig, "line.level", "-6");
	plan_make(&rig->amp, &plan);
	engine_init(&rig->engine, &plan);
	rig->seed = 1;
}

static void torture(const char *limiter)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	double limit = pow(10, -6.0 / 20) * (1 + 1e-6);
	float loudest = 0;

	assert_non_null(rig);
	set_up(rig, limiter);
	for (unsigned int i = 0; i < test_effort(BLOCKS); i++) {
		fill_hostile(rig);
		loudest = cycle(rig);
		for (int c = 0; c < 2; c++) {
			for (int n = 0; n < BLOCK; n++) {
				assert_true(fabs((double)rig->out[c][n]) <= limit);
			}
		}
		assert_true(loudest <= 1);
	}
	assert_true(engine_reading(&rig->engine).trips > 0);
	assert_true(loudest == 0); /* it has given up by now */
	for (int i = 0; i < 3.3 * RATE / BLOCK; i++) {
		fill_music(rig);
		loudest = cycle(rig);
	}
	assert_true(loudest > 0);
	for (int i = 0; i < RATE / BLOCK; i++) {
		fill_music(rig);
		loudest = cycle(rig);
	}
	assert_true(loudest > 0.15f);
	for (int o = 0; o < OUTPUTS; o++) {
		assert_int_equal(engine_reading(&rig->engine).guard[o], GUARD_OK);
	}
	free(rig);
}

static void test_without_a_limiter(void **state)
{
	torture("off");
}

static void test_the_safety_limiter(void **state)
{
	torture("safety");
}

static void test_the_lookahead_limiter(void **state)
{
	torture("lookahead");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_limiter),
		cmocka_unit_test(test_the_safety_limiter),
		cmocka_unit_test(test_the_lookahead_limiter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
