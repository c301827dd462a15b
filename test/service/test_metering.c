/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The metering thread, with this one as its audio thread: what it measures, what it loses, when it
 * rests.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "loudness.h"
#include "metering.h"

#define RATE  48000
#define BLOCK 480

struct rig {
	struct metering *metering;
	float left[BLOCK], right[BLOCK];
	uint64_t frame;
	double played_s;
	int input;
};

static void pause_ms(long ms)
{
	const struct timespec pause = {.tv_nsec = ms * 1000000};

	nanosleep(&pause, NULL);
}

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	*state = rig;
	return rig ? metering_create(&rig->metering) : -1;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	metering_destroy(rig->metering);
	free(rig);
	return 0;
}

/* 1 kHz on both sides, the right one 6.02 dB lower; on the input and on the headphones. */
static void put(struct rig *rig, double amplitude)
{
	const float *const samples[METER_POINTS][2] = {
		[METER_INPUT] = {rig->left, rig->right},
		[METER_HEADPHONE] = {rig->left, rig->right},
	};

	for (int i = 0; i < BLOCK; i++, rig->frame++) {
		double sample = amplitude * sin(2 * M_PI * 1000 * (double)rig->frame / RATE);

		rig->left[i] = (float)sample;
		rig->right[i] = (float)(sample / 2);
	}
	handover_put(metering_handover(rig->metering), samples, BLOCK, rig->input, RATE);
	rig->played_s += (double)BLOCK / RATE;
}

/* What was put in and neither measured nor lost, yet. */
static double behind_s(const struct rig *rig)
{
	const struct metering_reading *reading = metering_read(rig->metering);

	return rig->played_s - reading->seconds - (double)reading->lost_frames / RATE;
}

/* As fast as it is measured, so that nothing is lost. */
static void play(struct rig *rig, double seconds, double amplitude)
{
	double end = rig->played_s + seconds;

	while (rig->played_s < end) {
		put(rig, amplitude);
		metering_wake(rig->metering);
		while (behind_s(rig) > 0.5) {
			pause_ms(1);
		}
	}
	/* The last block may not be full. */
	while (behind_s(rig) > 0.01) {
		metering_wake(rig->metering);
		pause_ms(1);
	}
}

static bool near(double got, double expected, double tolerance)
{
	if (fabs(got - expected) > tolerance) {
		print_error("%g, expected %g\n", got, expected);
	}
	return fabs(got - expected) <= tolerance;
}

static void test_what_it_reads(void **state)
{
	struct rig *rig = *state;
	const struct metering_point *input, *line;
	const struct metering_side *left, *right;

	play(rig, 4, 0.1);
	input = &metering_read(rig->metering)->points[METER_INPUT];
	line = &metering_read(rig->metering)->points[METER_LINE];
	left = &input->sides[0];
	right = &input->sides[1];
	assert_true(near(left->peak, -20, 0.01) && near(right->peak, -26.02, 0.01));
	assert_true(near(left->true_peak, -20, 0.01) && near(right->true_peak, -26.02, 0.01));
	assert_true(near(left->vu, 0, 0.02) && near(right->vu, -6.02, 0.02));
	assert_true(near(left->ppm, -20, 0.25) && near(left->rms, -20, 0.01));
	assert_true(near(left->crest, 3.01, 0.02) && left->dc < -100 && left->clips == 0);
	assert_true(near(input->momentary, -22.05, 0.02) && near(input->integrated, -22.05, 0.02));
	assert_true(near(input->correlation, 1, 1e-6) && near(input->balance_db, -6.02, 0.01));
	assert_true(near(input->most_true_peak, -20, 0.01) && near(input->range_lu, 0, 0.01));
	assert_true(line->sides[0].peak == -200 && line->integrated == LOUDNESS_FLOOR);
	assert_int_equal(metering_read(rig->metering)->lost_frames, 0);
}

/* It comes to rest by itself; what was counted up stays until the reset, which needs no sound. */
static void test_rest_and_reset(void **state)
{
	struct rig *rig = *state;
	const struct metering_reading *reading;

	play(rig, 4, 1.25);
	do {
		pause_ms(5);
		reading = metering_read(rig->metering);
	} while (reading->points[METER_INPUT].sides[0].peak > -200);
	assert_true(reading->points[METER_INPUT].sides[0].vu == -200);
	assert_true(reading->points[METER_INPUT].short_term == LOUDNESS_FLOOR);
	assert_true(reading->points[METER_INPUT].correlation == 0);
	assert_true(near(reading->points[METER_INPUT].integrated, -0.11, 0.02));
	assert_true(reading->points[METER_INPUT].sides[0].clips > 0);
	metering_reset(rig->metering);
	do {
		pause_ms(5);
		reading = metering_read(rig->metering);
	} while (reading->points[METER_INPUT].integrated > LOUDNESS_FLOOR);
	assert_true(reading->points[METER_INPUT].sides[0].clips == 0);
	assert_true(reading->points[METER_INPUT].most_true_peak == -200);
	assert_true(reading->inputs[0].lufs == LOUDNESS_FLOOR);
	assert_true(reading->inputs[0].peak == -200);
}

/* Each input's loudness is its own, whatever was selected between. */
static void test_inputs_are_kept_apart(void **state)
{
	struct rig *rig = *state;
	const struct metering_input *inputs;

	play(rig, 4, 0.1);
	rig->input = 3;
	play(rig, 4, 0.5);
	rig->input = 0;
	play(rig, 4, 0.1);
	inputs = metering_read(rig->metering)->inputs;
	assert_true(near(inputs[0].lufs, -22.05, 0.05) && near(inputs[3].lufs, -8.07, 0.05));
	assert_true(near(inputs[0].peak, -20, 0.02) && near(inputs[3].peak, -6.02, 0.02));
	assert_true(near(inputs[0].heard_s, 7.4, 0.25) && near(inputs[3].heard_s, 3.7, 0.2));
	assert_true(inputs[1].lufs == LOUDNESS_FLOOR && inputs[1].heard_s == 0);
}

static void test_what_it_does_not_come_to_is_counted(void **state)
{
	struct rig *rig = *state;
	const struct metering_reading *reading;
	double room_s = (double)HANDOVER_BLOCKS * HANDOVER_FRAMES / RATE;

	/* It sleeps: nobody has woken it. */
	while (rig->played_s < room_s + 1) {
		put(rig, 0.1);
	}
	metering_wake(rig->metering);
	do {
		pause_ms(1);
		reading = metering_read(rig->metering);
	} while (reading->seconds == 0 || reading->lost_frames == 0);
	assert_true(near((double)reading->lost_frames / RATE, 1, 0.011));
	play(rig, 1, 0.1);
	reading = metering_read(rig->metering);
	assert_true(near(reading->points[METER_INPUT].sides[0].vu, 0, 0.05));
}

/* Whenever it is called, just before it goes to sleep too: what comes then is measured. */
static void test_every_call_is_heard(void **state)
{
	struct rig *rig = *state;
	const double block_s = (double)HANDOVER_FRAMES / RATE; /* the last may not be full */

	for (long ms = 235; ms < 285; ms += 3) {
		play(rig, 0.01, 0.1);
		pause_ms(ms);
		metering_wake(rig->metering);
		put(rig, 0.1);
		for (int i = 0; i < 2000 && behind_s(rig) >= block_s; i++) {
			pause_ms(5);
		}
		assert_true(behind_s(rig) < block_s);
	}
}

static void test_ppm_types(void **state)
{
	struct rig *rig = *state;
	double slow, fast;

	play(rig, 2, 0.5);
	play(rig, 1, 0);
	slow = metering_read(rig->metering)->points[METER_INPUT].sides[0].ppm;
	metering_set_ppm(rig->metering, PPM_I);
	play(rig, 2, 0.5);
	play(rig, 1, 0);
	fast = metering_read(rig->metering)->points[METER_INPUT].sides[0].ppm;
	assert_true(near(slow, -6.02 - 24 / 2.8, 0.3) && near(fast, -6.02 - 20 / 1.7, 0.4));
}

/* Pictures are made of the points that are wanted, of no others, and begin empty. */
static void test_scopes(void **state)
{
	struct rig *rig = *state;
	const struct scope_picture *scopes;
	uint64_t runs;

	play(rig, 1, 0.1);
	assert_int_equal(metering_read(rig->metering)->scopes[METER_INPUT].runs, 0);
	metering_want_scopes(rig->metering, 1U << METER_INPUT);
	play(rig, 1, 0.1);
	scopes = metering_read(rig->metering)->scopes;
	assert_int_equal(scopes[METER_HEADPHONE].runs, 0);
	assert_int_equal(scopes[METER_INPUT].count, SCOPE_RUNS);
	assert_true(near(20 * log10(scopes[METER_INPUT].peak), -20, 0.01));
	for (int pair = 0; pair < SCOPE_RUNS * SCOPE_RUN; pair++) {
		const int8_t *sides = scopes[METER_INPUT].pairs[pair];

		assert_true(abs(sides[0] - 2 * sides[1]) <= 1);
	}
	runs = scopes[METER_INPUT].runs;
	metering_want_scopes(rig->metering, 1U << METER_HEADPHONE);
	play(rig, 1, 0.1);
	scopes = metering_read(rig->metering)->scopes;
	assert_int_equal(scopes[METER_HEADPHONE].count, SCOPE_RUNS);
	/* The thread may have come to a few blocks before it looked at what is wanted. */
	assert_true(scopes[METER_INPUT].runs <= runs + SCOPE_RUNS_HZ / 4);
	metering_want_scopes(rig->metering, 1U << METER_INPUT);
	do {
		pause_ms(1);
		scopes = metering_read(rig->metering)->scopes;
	} while (scopes[METER_INPUT].count > 0);
}

static void test_hostile_samples(void **state)
{
	struct rig *rig = *state;
	const float hostile[4] = {NAN, INFINITY, -INFINITY, 3e38f};
	const float *const samples[METER_POINTS][2] = {
		[METER_INPUT] = {hostile, hostile},
		[METER_HEADPHONE] = {hostile, hostile},
		[METER_LINE] = {hostile, hostile},
	};

	handover_put(metering_handover(rig->metering), samples, 4, 0, RATE);
	play(rig, 5, 0.1);
	test_what_it_reads(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_it_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rest_and_reset, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_inputs_are_kept_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_it_does_not_come_to_is_counted, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_every_call_is_heard, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ppm_types, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scopes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile_samples, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
