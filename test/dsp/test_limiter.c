/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The safety limiter: nothing passes the ceiling, everything below it passes untouched.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limiter.h"

#define FRAMES 48000

static double left[FRAMES], right[FRAMES], before_left[FRAMES], before_right[FRAMES];

static double noise(void)
{
	static uint32_t state = 1;

	state = state * 1664525u + 1013904223u;
	return (double)(int32_t)state * 0x1p-31;
}

static void fill(double amplitude)
{
	for (int i = 0; i < FRAMES; i++) {
		before_left[i] = left[i] = amplitude * noise();
		before_right[i] = right[i] = amplitude * noise();
	}
}

static void test_below_the_ceiling_bits_pass(void **state)
{
	struct limiter limiter;

	limiter_init(&limiter, 48000, 1);
	fill(1);
	left[5] = before_left[5] = 1;
	right[7] = before_right[7] = -1;
	assert_int_equal(limiter_process(&limiter, left, right, FRAMES), 0);
	assert_memory_equal(left, before_left, sizeof(left));
	assert_memory_equal(right, before_right, sizeof(right));
	assert_true(limiter_at_rest(&limiter));
}

static void test_nothing_passes_the_ceiling(void **state)
{
	static const double amplitudes[] = {1.0000001, 1.5, 30, 1e30, 1e308};

	for (int a = 0; a < 5; a++) {
		struct limiter limiter;
		unsigned int over = 0;

		limiter_init(&limiter, 48000, 0.5);
		fill(amplitudes[a]);
		for (int i = 0; i < FRAMES; i++) {
			over += fmax(fabs(left[i]), fabs(right[i])) > 0.5;
		}
		assert_int_equal(limiter_process(&limiter, left, right, FRAMES), over);
		for (int i = 0; i < FRAMES; i++) {
			assert_true(fabs(left[i]) <= 0.5 && fabs(right[i]) <= 0.5);
		}
	}
}

/* Both sides by one factor: the image stays. A steady tone by a steady factor: no distortion. */
static void test_a_steady_tone_is_scaled_steadily(void **state)
{
	struct limiter limiter;

	limiter_init(&limiter, 48000, 1);
	for (int i = 0; i < FRAMES; i++) {
		left[i] = before_left[i] = 2 * sin(2 * M_PI * 1000 * i / 48000);
		right[i] = before_right[i] = 0.3 * sin(2 * M_PI * 1000 * i / 48000 + 1);
	}
	limiter_process(&limiter, left, right, FRAMES);
	for (int i = 100; i < FRAMES; i++) {
		assert_true(fabs(left[i] - 0.5 * before_left[i]) < 1e-12);
		assert_true(fabs(right[i] - 0.5 * before_right[i]) < 1e-12);
	}
}

static void test_it_returns_to_rest(void **state)
{
	struct limiter limiter;
	double last = 0;

	limiter_init(&limiter, 48000, 1);
	left[0] = 4;
	for (int i = 1; i < FRAMES; i++) {
		left[i] = 0.1;
	}
	assert_int_equal(limiter_process(&limiter, left, NULL, FRAMES), 1);
	assert_true(left[0] == 1 && left[1] == 0.025);
	for (int i = 1; i < FRAMES; i++) {
		assert_true(left[i] >= last);
		last = left[i];
	}
	for (int second = 0; second < 3; second++) {
		for (int i = 0; i < FRAMES; i++) {
			left[i] = before_left[i] = 0.1;
		}
		limiter_process(&limiter, left, NULL, FRAMES);
	}
	assert_true(limiter_at_rest(&limiter));
	assert_memory_equal(left, before_left, sizeof(left) / 2);
}

static void test_clipping_counts(void **state)
{
	struct limiter limiter;
	double a[5] = {0.5, 1.5, -3, 1, 7}, b[5] = {-2, 0, 0, -1, -7};

	limiter_init(&limiter, 48000, 1);
	assert_int_equal(limiter_clip(&limiter, a, b, 4), 3);
	assert_true(a[0] == 0.5 && a[1] == 1 && a[2] == -1 && a[3] == 1);
	assert_true(b[0] == -1 && b[3] == -1);
	assert_true(a[4] == 7 && b[4] == -7); /* behind the last frame */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_below_the_ceiling_bits_pass),
		cmocka_unit_test(test_nothing_passes_the_ceiling),
		cmocka_unit_test(test_a_steady_tone_is_scaled_steadily),
		cmocka_unit_test(test_it_returns_to_rest),
		cmocka_unit_test(test_clipping_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
