/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Correlation and balance of tones, for which there are closed forms.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "correlation.h"

#define RATE 48000

/* Two tones, the right one with a frequency, amplitude and phase of its own. */
static void play(struct correlation *correlation, double seconds, double amplitude, double hz,
		 double right_amplitude, double right_hz, double phase)
{
	for (long i = 0; i < lround(seconds * RATE); i++) {
		double t = 2 * M_PI * (double)i / RATE;
		double left = amplitude * sin(t * hz);
		double right = right_amplitude * sin(t * right_hz + phase);

		correlation_process(correlation, &left, &right, 1);
	}
}

static void test_cosine_of_the_phase(void **state)
{
	for (int degrees = 0; degrees <= 180; degrees += 15) {
		struct correlation correlation;
		double phase = degrees * M_PI / 180;

		correlation_init(&correlation, RATE);
		play(&correlation, 2, 0.5, 1000, 0.25, 1000, phase);
		assert_true(fabs(correlation_value(&correlation) - cos(phase)) < 1e-6);
		assert_true(fabs(correlation.least - cos(phase)) < 1e-6);
		assert_true(fabs(correlation_balance_db(&correlation) - 20 * log10(0.5)) < 1e-6);
	}
}

static void test_foreign_tones(void **state)
{
	struct correlation correlation;

	correlation_init(&correlation, RATE);
	play(&correlation, 3, 0.5, 1000, 0.5, 1700, 0);
	assert_true(fabs(correlation_value(&correlation)) < 0.01);
	assert_true(fabs(correlation_balance_db(&correlation)) < 0.01);
}

static void test_silence(void **state)
{
	struct correlation correlation;

	correlation_init(&correlation, RATE);
	play(&correlation, 1, 0, 1000, 0, 1000, 0);
	assert_true(correlation_value(&correlation) == 0);
	assert_true(correlation_balance_db(&correlation) == 0 && correlation.least == 1);
	/* One side alone is nothing to correlate with. */
	play(&correlation, 1, 0.5, 1000, 0, 1000, 0);
	assert_true(correlation_value(&correlation) == 0);
	assert_true(correlation_balance_db(&correlation) == -60);
	/* Below -60 dBFS nothing is said. */
	correlation_init(&correlation, RATE);
	play(&correlation, 1, 0.0013, 1000, 0.0013, 1000, 0);
	assert_true(correlation_value(&correlation) == 0);
	play(&correlation, 4, 0.0016, 1000, 0.0016, 1000, 0);
	assert_true(correlation_value(&correlation) == 1);
}

/* It moves by 1 - 1/e in 300 ms. */
static void test_time(void **state)
{
	struct correlation correlation;

	correlation_init(&correlation, RATE);
	play(&correlation, 3, 0.5, 1000, 0.5, 1000, 0);
	play(&correlation, 0.3, 0.5, 1000, 0.5, 1000, M_PI);
	assert_true(fabs(correlation_value(&correlation) - (2 * exp(-1) - 1)) < 0.002);
	correlation_reset(&correlation);
	assert_true(correlation.least == 1);
	correlation_rest(&correlation);
	assert_true(correlation_value(&correlation) == 0);
}

static void test_hostile_samples_are_survived(void **state)
{
	const double hostile[] = {1e6, -1e6, 1e6, 1e6};
	struct correlation correlation;

	correlation_init(&correlation, RATE);
	correlation_process(&correlation, hostile, hostile, 4);
	play(&correlation, 8, 0.5, 1000, 0.5, 1000, M_PI / 2);
	assert_true(fabs(correlation_value(&correlation)) < 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cosine_of_the_phase),
		cmocka_unit_test(test_foreign_tones),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_hostile_samples_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
