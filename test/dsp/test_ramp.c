/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Quintic steps and gates against their closed forms.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ramp.h"

static void test_quintic(void **state)
{
	assert_true(quintic(-1) == 0 && quintic(0) == 0 && quintic(1) == 1 && quintic(2) == 1);
	assert_true(quintic(0.5) == 0.5);
	for (int i = 1; i < 1000; i++) {
		double x = i / 1000.0;
		double exact = 6 * pow(x, 5) - 15 * pow(x, 4) + 10 * pow(x, 3);

		assert_true(fabs(quintic(x) - exact) < 4e-15);
		assert_true(fabs(quintic(x) + quintic(1 - x) - 1) < 4e-15);
		assert_true(quintic(x) > quintic((i - 1) / 1000.0));
	}
}

static void test_progress_is_the_same_in_any_blocks(void **state)
{
	struct ramp_progress whole = {0, 960}, parts = {0, 960};
	double a[1000], b[1000];
	unsigned int done = 0;

	ramp_progress_fill(&whole, a, 1000);
	for (unsigned int block = 1; done < 1000; block = block % 7 + 1) {
		unsigned int frames = block < 1000 - done ? block : 1000 - done;

		ramp_progress_fill(&parts, b + done, frames);
		done += frames;
	}
	assert_memory_equal(a, b, sizeof(a));
	assert_true(a[959] == 1 && a[958] < 1 && a[0] > 0);
	assert_true(ramp_progress_done(&whole));
}

/* Runs a gate over ones. */
static void run(struct gate *gate, double *out, unsigned int frames)
{
	double *channels[1] = {out};

	for (unsigned int i = 0; i < frames; i++) {
		out[i] = 1;
	}
	gate_process(gate, channels, 1, frames);
}

static void expect_smooth(const double *curve, unsigned int frames, double length)
{
	/* The largest curvature of a quintic of height 1, and of products of two of them. */
	double most = 2 * 5.7736 / (length * length) + 2 * pow(1.875 / length, 2);

	for (unsigned int i = 1; i + 1 < frames; i++) {
		assert_true(curve[i] >= 0 && curve[i] <= 1);
		assert_true(fabs(curve[i - 1] - 2 * curve[i] + curve[i + 1]) <= most);
	}
}

static void test_gate_opens_and_closes(void **state)
{
	struct gate gate;
	double curve[4000];

	gate_init(&gate, false);
	assert_true(gate_closed(&gate) && gate_resting(&gate));
	run(&gate, curve, 10);
	assert_true(curve[0] == 0 && curve[9] == 0);
	gate_move(&gate, true, 1000);
	run(&gate, curve, 2000);
	assert_true(curve[999] == 1 && curve[1999] == 1 && curve[499] == 0.5);
	assert_true(gate_resting(&gate) && !gate_closed(&gate));
	gate_move(&gate, false, 1000);
	run(&gate, curve + 2000, 2000);
	assert_true(curve[2999] == 0 && curve[3999] == 0);
	assert_true(gate_closed(&gate));
	expect_smooth(curve, 4000, 1000);
}

static void test_gate_turns_round_at_any_moment(void **state)
{
	for (unsigned int turn = 1; turn < 1500; turn += 37) {
		struct gate gate;
		double curve[6000];

		gate_init(&gate, false);
		gate_move(&gate, true, 1000);
		run(&gate, curve, turn);
		gate_move(&gate, false, 500);
		run(&gate, curve + turn, 100);
		gate_move(&gate, true, 1000); /* waits for the end of the fall */
		run(&gate, curve + turn + 100, 6000 - turn - 100);
		assert_true(curve[turn + 499] == 0);
		assert_true(curve[turn + 1499] == 1);
		expect_smooth(curve, 6000, 500);
	}
}

static void test_gate_closes_sooner_when_asked(void **state)
{
	struct gate gate;
	double curve[1000];

	gate_init(&gate, true);
	gate_move(&gate, false, 800);
	run(&gate, curve, 100);
	gate_move(&gate, false, 50);
	run(&gate, curve + 100, 50);
	assert_true(gate_closed(&gate));
	gate_move(&gate, true, 100);
	run(&gate, curve, 50);
	gate_move(&gate, false, 0);
	assert_true(gate_closed(&gate));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quintic),
		cmocka_unit_test(test_progress_is_the_same_in_any_blocks),
		cmocka_unit_test(test_gate_opens_and_closes),
		cmocka_unit_test(test_gate_turns_round_at_any_moment),
		cmocka_unit_test(test_gate_closes_sooner_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
