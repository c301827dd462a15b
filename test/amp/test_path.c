/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * How long a change takes: 20 ms when no factor moves by more than 1 dB, 50 ms otherwise, whatever
 * else of the plan changes with it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "amp.h"
#include "path.h"

#define RATE 48000

static struct path path;

static void start(struct plan *ret_plan)
{
	struct amp amp;

	amp_init_neutral(&amp);
	plan_make(&amp, ret_plan);
	path_init(&path, RATE, ret_plan, 7);
	path_set_gate(&path, OUTPUT_LINE, true, 0);
}

/* The length of a change to that plan. */
static double change_ms(const struct plan *plan)
{
	assert_true(path_set_plan(&path, plan));
	assert_int_equal(path.change_count, 1);
	return path.changes[0].progress.length * 1000 / RATE;
}

static void test_a_step_is_short(void **state)
{
	for (int c = 0; c < CHANNELS; c++) {
		for (int side = 0; side < 2; side++) {
			struct plan plan;

			start(&plan);
			plan.gain[c][INPUTS - 1][side] = 0.5;
			assert_true(path_set_plan(&path, &plan));
			path.change_count = 0;
			path.plan = plan;
			plan.gain[c][INPUTS - 1][side] = 0.5 * pow(10, 1.0 / 20);
			assert_true(change_ms(&plan) == PATH_STEP_MS);
			path.change_count = 0;
			plan.gain[c][INPUTS - 1][side] = 0.5 * pow(10, -1.01 / 20);
			assert_true(change_ms(&plan) == PATH_CHANGE_MS);
			path.change_count = 0;
			plan.gain[c][INPUTS - 1][side] = -0.5;
			assert_true(change_ms(&plan) == PATH_CHANGE_MS);
		}
	}
}

/* The low-pass, the ceilings and whatever else a plan holds behind its factors are no factors. */
static void test_a_step_with_something_else_is_short(void **state)
{
	struct plan plan;

	start(&plan);
	plan.gain[CHANNEL_LINE_LEFT][0][0] *= pow(10, -0.5 / 20);
	plan.sub_lowpass_hz = plan.sub_lowpass_hz == 80 ? 120 : 80;
	for (int i = 0; i < OUTPUTS; i++) {
		plan.guard[i].ceiling = 0.1;
		plan.guard[i].dc = 0;
		plan.guard[i].coil = 0.7;
	}
	assert_true(change_ms(&plan) == PATH_STEP_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_step_is_short),
		cmocka_unit_test(test_a_step_with_something_else_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
