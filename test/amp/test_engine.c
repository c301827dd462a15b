/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The engine, cycle by cycle: it begins silent, fades in, follows plans, and never is louder than
 * what was asked for.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "engine.h"

#define BLOCK 256
#define RATE  48000

struct rig {
	struct engine engine;
	struct amp amp;
	float in[2][8192];
	float out[CHANNELS][8192];
	unsigned int live;
};

static struct rig *rig_create(void)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct plan plan;

	assert_non_null(rig);
	amp_init_neutral(&rig->amp);
	plan_make(&rig->amp, &plan);
	engine_init(&rig->engine, &plan);
	for (int i = 0; i < 8192; i++) {
		rig->in[0][i] = 0.5f;
		rig->in[1][i] = -0.25f;
	}
	rig->live = 7;
	return rig;
}

static void set(struct rig *rig, const char *path, const char *text)
{
	struct command command;
	struct plan plan;

	assert_int_equal(command_parse_set(path, text, &command, NULL), 0);
	assert_int_equal(amp_command(&rig->amp, &command, NULL), 0);
	plan_make(&rig->amp, &plan);
	engine_set_plan(&rig->engine, &plan);
}

static void cycle(struct rig *rig, unsigned int frames, double rate_hz)
{
	struct engine_block block = {
		.frames = frames, .rate_hz = rate_hz, .live_outputs = rig->live};

	for (int input = 0; input < INPUTS; input++) {
		block.in[input][0] = rig->in[0];
		block.in[input][1] = rig->in[1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = rig->out[c];
	}
	engine_process(&rig->engine, &block);
	for (int c = 0; c < CHANNELS; c++) {
		for (unsigned int i = 0; i < frames; i++) {
			assert_true(isfinite(rig->out[c][i]) && fabsf(rig->out[c][i]) <= 1);
		}
	}
}

static void run_ms(struct rig *rig, double ms)
{
	for (double done = 0; done < ms; done += 1000.0 * BLOCK / RATE) {
		cycle(rig, BLOCK, RATE);
	}
}

static void test_it_fades_in_from_silence(void **state)
{
	struct rig *rig = rig_create();
	float last = 0;
	int blocks = 0;

	assert_true(engine_reading(&rig->engine).silent);
	while (!engine_reading(&rig->engine).bit_exact[OUTPUT_HEADPHONE]) {
		cycle(rig, BLOCK, RATE);
		for (int i = 0; i < BLOCK; i++) {
			assert_true(rig->out[0][i] >= last);
			last = rig->out[0][i];
		}
		blocks++;
		assert_true(blocks < 200);
	}
	assert_true(blocks >= 500 * RATE / 1000 / BLOCK);
	assert_true(rig->out[0][0] == 0.5f && rig->out[3][5] == -0.25f && rig->out[4][0] == 0.125f);
	assert_true(engine_reading(&rig->engine).bit_exact[OUTPUT_LINE]);
	assert_false(engine_reading(&rig->engine).silent);
	free(rig);
}

static void test_an_absent_device_comes_back_faded(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	rig->live = 1u << OUTPUT_LINE;
	cycle(rig, BLOCK, RATE);
	assert_true(rig->out[CHANNEL_HEADPHONE_LEFT][0] == 0);
	assert_true(rig->out[CHANNEL_LINE_LEFT][BLOCK - 1] == 0.5f);
	rig->live = 7;
	cycle(rig, BLOCK, RATE);
	assert_true(rig->out[CHANNEL_HEADPHONE_LEFT][BLOCK - 1] < 0.001f);
	assert_true(rig->out[CHANNEL_LINE_LEFT][BLOCK - 1] == 0.5f);
	run_ms(rig, 700);
	assert_true(rig->out[CHANNEL_HEADPHONE_LEFT][BLOCK - 1] == 0.5f);
	free(rig);
}

static void test_standby_fades_out_and_in(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	set(rig, "power", "off");
	cycle(rig, BLOCK, RATE);
	assert_true(rig->out[0][BLOCK - 1] > 0.4f);
	run_ms(rig, 60);
	assert_true(rig->out[0][BLOCK - 1] == 0);
	assert_true(engine_reading(&rig->engine).silent);
	set(rig, "power", "on"); /* start is -30.0 dB */
	for (int i = 0; i < 200; i++) {
		cycle(rig, BLOCK, RATE);
		assert_true(rig->out[0][BLOCK - 1] <=
			    0.5f * (float)half_db_to_lin(-60) * 1.000001f);
	}
	assert_true(fabs(rig->out[0][BLOCK - 1] / (0.5 * half_db_to_lin(-60)) - 1) < 1e-6);
	free(rig);
}

static void test_another_rate_fades_in(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	cycle(rig, 64, 192000);
	assert_true(rig->out[0][63] < 0.001f);
	for (int i = 0; i < 200; i++) {
		cycle(rig, 1024, 192000);
	}
	assert_true(rig->out[0][1023] == 0.5f);
	assert_true(engine_reading(&rig->engine).rate_hz == 192000);
	cycle(rig, 8192, 44100);
	assert_true(rig->out[0][0] < 0.001f);
	free(rig);
}

/* With filters of the old rate the headphones wait in silence; the line does not. */
static void test_another_rate_waits_for_its_filters(void **state)
{
	struct rig *rig = rig_create();
	struct headphone_filters filters;

	set(rig, "crossfeed", "bauer");
	headphone_filters_make(&rig->amp, RATE, NULL, &filters);
	engine_set_headphone_filters(&rig->engine, &filters);
	run_ms(rig, 700);
	/* A constant: the middle passes as it is, of the sides' difference 0.498 is left. */
	assert_true(fabsf(rig->out[0][BLOCK - 1] - (0.125f + 0.498f * 0.375f)) < 0.003f);
	for (int i = 0; i < 100; i++) {
		cycle(rig, 1024, 96000);
		assert_true(rig->out[CHANNEL_HEADPHONE_LEFT][1023] == 0);
	}
	assert_true(rig->out[CHANNEL_LINE_LEFT][1023] == 0.5f);
	headphone_filters_make(&rig->amp, 96000, NULL, &filters);
	engine_set_headphone_filters(&rig->engine, &filters);
	cycle(rig, 1024, 96000);
	assert_true(rig->out[0][1023] > 0 && rig->out[0][1023] < 0.001f);
	for (int i = 0; i < 100; i++) {
		cycle(rig, 1024, 96000);
	}
	assert_true(fabsf(rig->out[0][1023] - (0.125f + 0.498f * 0.375f)) < 0.003f);
	free(rig);
}

/* More changes than can be under way at once: none is lost at the end. */
static void test_a_flood_of_changes_ends_right(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	for (int i = 0; i < 500; i++) {
		set(rig, "headphone.level", i % 2 ? "-10.0" : "-3.0");
		cycle(rig, 1, RATE);
	}
	set(rig, "headphone.level", "-60.0");
	run_ms(rig, 200);
	assert_true(rig->out[0][0] == (float)(0.5 * half_db_to_lin(-120)));
	free(rig);
}

static void test_lost_blocks_are_summed_up(void **state)
{
	struct rig *rig = rig_create();
	struct engine_block block = {.frames = BLOCK, .rate_hz = RATE, .lost_blocks = 2};

	engine_process(&rig->engine, &block);
	block.lost_blocks = 3;
	engine_process(&rig->engine, &block);
	assert_int_equal(engine_reading(&rig->engine).lost_blocks, 5);
	assert_int_equal(engine_reading(&rig->engine).frames, 2 * BLOCK);
	assert_int_equal(engine_reading(&rig->engine).block_frames, BLOCK);
	assert_true(engine_reading(&rig->engine).rate_hz == RATE);
	free(rig);
}

static void test_hostile_input_is_silenced(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	set(rig, "sub.lowpass_hz", "80");
	run_ms(rig, 100);
	rig->in[0][3] = NAN;
	rig->in[1][4] = INFINITY;
	rig->in[0][5] = 900;
	cycle(rig, BLOCK, RATE);
	assert_true(rig->out[0][3] == 0);
	assert_true(engine_reading(&rig->engine).nonfinite_samples > 0);
	assert_true(engine_reading(&rig->engine).limited_frames > 0);
	rig->in[0][3] = rig->in[0][5] = 0.5f;
	rig->in[1][4] = -0.25f;
	run_ms(rig, 5000);
	assert_true(rig->out[0][3] == 0.5f);
	assert_true(engine_reading(&rig->engine).bit_exact[OUTPUT_HEADPHONE]);
	assert_true(fabsf(rig->out[CHANNEL_SUB][BLOCK - 1] - 0.125f) < 1e-6f);
	free(rig);
}

/* A block is exact when all of it is, not its last part. */
static void test_a_long_block_is_exact_as_a_whole(void **state)
{
	struct rig *rig = rig_create();

	run_ms(rig, 700);
	set(rig, "line.level", "-10.0");
	run_ms(rig, 100);
	set(rig, "line.level", "0.0");
	cycle(rig, 8192, RATE); /* it changes for 2400 frames */
	assert_true(rig->out[CHANNEL_LINE_LEFT][0] < 0.2f);
	assert_true(rig->out[CHANNEL_LINE_LEFT][8191] == 0.5f);
	assert_false(engine_reading(&rig->engine).bit_exact[OUTPUT_LINE]);
	cycle(rig, 8192, RATE);
	assert_true(engine_reading(&rig->engine).bit_exact[OUTPUT_LINE]);
	free(rig);
}

static void test_an_output_that_is_not_wanted_is_left_alone(void **state)
{
	struct rig *rig = rig_create();
	struct engine_block block = {.frames = BLOCK, .rate_hz = RATE, .live_outputs = 1};

	block.out[0] = rig->out[0];
	block.out[1] = rig->out[1];
	for (int i = 0; i < 200; i++) {
		engine_process(&rig->engine, &block);
	}
	assert_true(rig->out[0][0] == 0); /* no input is there */
	free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_fades_in_from_silence),
		cmocka_unit_test(test_an_absent_device_comes_back_faded),
		cmocka_unit_test(test_standby_fades_out_and_in),
		cmocka_unit_test(test_another_rate_fades_in),
		cmocka_unit_test(test_another_rate_waits_for_its_filters),
		cmocka_unit_test(test_a_flood_of_changes_ends_right),
		cmocka_unit_test(test_lost_blocks_are_summed_up),
		cmocka_unit_test(test_hostile_input_is_silenced),
		cmocka_unit_test(test_a_long_block_is_exact_as_a_whole),
		cmocka_unit_test(test_an_output_that_is_not_wanted_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
