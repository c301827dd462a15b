/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The subwoofer's low-pass against the analogue Linkwitz-Riley filter.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lowpass.h"

/* |H| of two Butterworth sections in series, bilinear and prewarped: 1 / (1 + t^4). */
static double exact_magnitude(double frequency_hz, double corner_hz, double rate_hz)
{
	double t = tan(M_PI * frequency_hz / rate_hz) / tan(M_PI * corner_hz / rate_hz);

	return 1 / (1 + t * t * t * t);
}

static double magnitude_at(const double *impulse, unsigned int count, double frequency_hz,
			   double rate_hz)
{
	double complex sum = 0;

	for (unsigned int i = 0; i < count; i++) {
		sum += impulse[i] * cexp(-I * 2 * M_PI * frequency_hz / rate_hz * i);
	}
	return cabs(sum);
}

static void test_response(void **state)
{
	static const double rates[] = {44100, 48000, 96000, 192000};
	static const double corners[] = {40, 80, 120, 200};

	for (int r = 0; r < 4; r++) {
		unsigned int count = (unsigned int)rates[r] * 2;
		double *impulse = calloc(count, sizeof(*impulse));

		assert_non_null(impulse);
		for (int c = 0; c < 4; c++) {
			struct lowpass lowpass;

			memset(impulse, 0, count * sizeof(*impulse));
			impulse[0] = 1;
			lowpass_init(&lowpass, rates[r], corners[c]);
			lowpass_process(&lowpass, impulse, count);
			for (double f = 10; f < 1000; f *= 1.7) {
				double error = magnitude_at(impulse, count, f, rates[r]) /
					       exact_magnitude(f, corners[c], rates[r]);

				assert_true(fabs(20 * log10(error)) < 0.001);
			}
			assert_true(fabs(magnitude_at(impulse, count, corners[c], rates[r]) - 0.5) <
				    1e-6);
		}
		free(impulse);
	}
}

static void test_off_is_a_wire(void **state)
{
	struct lowpass lowpass;
	double samples[100], before[100];

	for (int i = 0; i < 100; i++) {
		samples[i] = before[i] = sin(i);
	}
	lowpass_init(&lowpass, 48000, 0);
	assert_true(lowpass_is_wire(&lowpass));
	lowpass_process(&lowpass, samples, 100);
	assert_memory_equal(samples, before, sizeof(samples));
	lowpass_init(&lowpass, 8000, 4000);
	assert_true(lowpass_is_wire(&lowpass));
}

static void test_silence_ends_in_zeros(void **state)
{
	struct lowpass lowpass;
	double samples[1000];

	lowpass_init(&lowpass, 48000, 40);
	for (int i = 0; i < 1000; i++) {
		samples[i] = 1;
	}
	lowpass_process(&lowpass, samples, 1000);
	for (int block = 0; block < 2000; block++) {
		memset(samples, 0, sizeof(samples));
		lowpass_process(&lowpass, samples, 1000);
	}
	assert_true(samples[999] == 0);
}

/*
 * A change is a crossfade along the quintic from the filter that runs to one that begins with it,
 * from and to a wire too. Another corner waits until it is over.
 */
static void test_a_change_is_a_crossfade(void **state)
{
	static const double corners[][2] = {{40, 120}, {120, 0}, {0, 80}};
	static const unsigned int blocks[] = {1, 63, 64, 65, 500, 1307};
	double got[2000], from[2000], to[2000];

	for (int c = 0; c < 3; c++) {
		struct lowpass lowpass, before, after;
		unsigned int at = 0;

		lowpass_init(&lowpass, 48000, corners[c][0]);
		lowpass_init(&before, 48000, corners[c][0]);
		lowpass_init(&after, 48000, corners[c][1]);
		for (int i = 0; i < 2000; i++) {
			got[i] = from[i] = to[i] = sin(0.01 * i) + 0.3 * sin(0.4 * i + 1);
		}
		lowpass_set_corner(&lowpass, corners[c][1], 960);
		lowpass_set_corner(&lowpass, 200, 960);
		assert_false(lowpass_is_wire(&lowpass));
		for (int b = 0; b < 6; b++) {
			lowpass_process(&lowpass, got + at, blocks[b]);
			at += blocks[b];
		}
		assert_int_equal(at, 2000);
		lowpass_process(&before, from, 2000);
		lowpass_process(&after, to, 2000);
		for (int i = 0; i < 2000; i++) {
			double wanted = from[i] + (to[i] - from[i]) * quintic((i + 1) / 960.0);

			assert_true(fabs(got[i] - wanted) < 1e-12);
		}
		assert_int_equal(lowpass_is_wire(&lowpass), corners[c][1] == 0);
		lowpass_set_corner(&lowpass, corners[c][1], 960);
		assert_false(lowpass.changing);
		lowpass_set_corner(&lowpass, 200, 960);
		assert_true(lowpass.changing);
	}
}

/* NaN and infinity pass through once and leave nothing behind. */
static void test_a_state_without_a_number_is_reset(void **state)
{
	static const double broken[] = {NAN, INFINITY, -INFINITY, 1e200};

	for (int b = 0; b < 4; b++) {
		struct lowpass lowpass;
		double samples[100] = {broken[b]};

		lowpass_init(&lowpass, 48000, 80);
		lowpass_process(&lowpass, samples, 100);
		memset(samples, 0, sizeof(samples));
		lowpass_process(&lowpass, samples, 100);
		for (int i = 0; i < 100; i++) {
			assert_true(samples[i] == 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_off_is_a_wire),
		cmocka_unit_test(test_silence_ends_in_zeros),
		cmocka_unit_test(test_a_change_is_a_crossfade),
		cmocka_unit_test(test_a_state_without_a_number_is_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
