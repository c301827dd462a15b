/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * input.match: the rule, and the action.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "match.h"

static void assert_trims(const struct match_input inputs[INPUTS], int heard, const int expected[])
{
	int trims[INPUTS];

	assert_int_equal(match_trims(inputs, trims), heard);
	for (int i = 0; i < INPUTS; i++) {
		assert_int_equal(trims[i], expected[i]);
	}
}

static void test_the_louder_ones_come_down(void **state)
{
	const struct match_input inputs[INPUTS] = {{true, -23, -3, 0},
						   {true, -14, 0, 0},
						   {false, -200, -200, 10},
						   {true, -18.3, -1, 0}};
	const int expected[INPUTS] = {0, -18, 10, -9, 0};

	assert_trims(inputs, 3, expected);
}

static void test_trims_that_are_set_count(void **state)
{
	/* -20 + 5 = -15, -20 - 5 = -25: the second one is the quieter as it stands. */
	const struct match_input inputs[INPUTS] = {{true, -20, -8, 10}, {true, -20, -8, -10}};
	const int expected[INPUTS] = {-10, -10};

	assert_trims(inputs, 2, expected);
}

/* The quietest one's peaks would pass full scale with its trim: all come down to where they do not.
 */
static void test_headroom_of_the_quietest(void **state)
{
	const struct match_input inputs[INPUTS] = {{true, -30, -4, 20}, {true, -14, -1, 0}};
	/* -20 with the trim, but the peaks of the first allow +4: -26 for both. */
	const int expected[INPUTS] = {8, -24};

	assert_trims(inputs, 2, expected);
}

/* Another's peaks are its own affair, wherever it stands. */
static void test_order_is_no_matter(void **state)
{
	const struct match_input inputs[INPUTS] = {{true, -20, 5, 0}, {true, -23, -5, 0}};
	const struct match_input turned[INPUTS] = {inputs[1], inputs[0]};
	const int expected[INPUTS] = {-6, 0}, expected_turned[INPUTS] = {0, -6};

	assert_trims(inputs, 2, expected);
	assert_trims(turned, 2, expected_turned);
}

static void test_one_is_none(void **state)
{
	const struct match_input inputs[INPUTS] = {{true, -30, 5, 20}, {false, -14, -1, 0}};
	const int expected[INPUTS] = {20, 0};

	assert_trims(inputs, 1, expected);
}

static void test_the_end_of_the_range(void **state)
{
	const struct match_input inputs[INPUTS] = {{true, -60, -40, 0}, {true, -5, 0, 0}};
	const int expected[INPUTS] = {0, -40};

	assert_trims(inputs, 2, expected);
}

/* Whatever is heard: no trim rises, and those that could move far enough are equally loud. */
static void test_never_up(void **state)
{
	uint32_t seed = 7;

	for (int round = 0; round < 20000; round++) {
		struct match_input inputs[INPUTS];
		int trims[INPUTS], heard;
		double low = 1e9, high = -1e9;

		for (int i = 0; i < INPUTS; i++) {
			seed = seed * 1664525u + 1013904223u;
			inputs[i] = (struct match_input){
				.heard = seed >> 30 != 0,
				.lufs = -50.0 + (seed >> 8) % 450 / 10.0,
				.trim = -40 + (int)((seed >> 17) % 81),
			};
			inputs[i].peak_db = inputs[i].lufs + 6 + seed % 15;
		}
		heard = match_trims(inputs, trims);
		for (int i = 0; i < INPUTS; i++) {
			double lufs = inputs[i].lufs + trims[i] / 2.0;

			assert_true(trims[i] <= inputs[i].trim && trims[i] >= -40);
			assert_true(inputs[i].heard || trims[i] == inputs[i].trim);
			if (inputs[i].heard && trims[i] > -40) {
				low = fmin(low, lufs);
				high = fmax(high, lufs);
			}
		}
		assert_true(heard < 2 || high - low <= 0.5 + 1e-9 || low == 1e9);
	}
}

static void hear(struct amp *amp, int input, double lufs, double peak_db)
{
	amp_report_meter(amp, (struct control_ref){CONTROL_INPUT_LOUDNESS, input}, lufs);
	amp_report_meter(amp, (struct control_ref){CONTROL_INPUT_TRUE_PEAK, input}, peak_db);
}

static void test_the_action(void **state)
{
	const struct command match = {.ref = {CONTROL_INPUT_MATCH, 0}, .verb = VERB_DO};
	struct amp *amp = calloc(1, sizeof(*amp));
	struct refusal refusal;
	const char *notice;

	assert_non_null(amp);
	amp_init(amp);
	notice = amp_value(amp, (struct control_ref){CONTROL_SYSTEM_NOTICE, 0})->text;
	hear(amp, 1, -20, -3);
	assert_true(amp_command(amp, &match, &refusal) < 0);
	assert_non_null(strstr(refusal.text, "fewer than two"));
	hear(amp, 3, -12, 0);
	assert_int_equal(amp_command(amp, &match, &refusal), 0);
	assert_int_equal(amp_input_int(amp, CONTROL_INPUT_TRIM, 1), 0);
	assert_int_equal(amp_input_int(amp, CONTROL_INPUT_TRIM, 3), -16);
	assert_non_null(strstr(notice, "RCA 2 -8.0 dB"));
	assert_null(strstr(notice, "XLR"));
	assert_int_equal(amp_command(amp, &match, &refusal), 0);
	assert_int_equal(amp_input_int(amp, CONTROL_INPUT_TRIM, 3), -16);
	assert_non_null(strstr(notice, "already"));
	free(amp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_louder_ones_come_down),
		cmocka_unit_test(test_trims_that_are_set_count),
		cmocka_unit_test(test_headroom_of_the_quietest),
		cmocka_unit_test(test_order_is_no_matter),
		cmocka_unit_test(test_one_is_none),
		cmocka_unit_test(test_the_end_of_the_range),
		cmocka_unit_test(test_never_up),
		cmocka_unit_test(test_the_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
