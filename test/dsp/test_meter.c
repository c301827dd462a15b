/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * VU against IEC 60268-17's ballistics and the closed form of its needle; peak and its fall.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "meter.h"

static void play(struct meter *meter, double rate_hz, double from_s, double to_s, double amplitude,
		 double frequency_hz)
{
	for (long i = lround(from_s * rate_hz); i < lround(to_s * rate_hz); i++) {
		double sample = amplitude * sin(2 * M_PI * frequency_hz * (double)i / rate_hz);

		meter_process(meter, &sample, 1);
	}
}

static void test_needle(void **state)
{
	static const double rates[] = {44100, 48000, 96000, 192000};

	for (int r = 0; r < 4; r++) {
		double rate = rates[r], reached_s = 0, most = 0;
		struct meter meter;

		meter_init(&meter, rate);
		for (int ms = 0; ms < 1500; ms++) {
			play(&meter, rate, ms / 1000.0, (ms + 1) / 1000.0, METER_VU_REFERENCE,
			     1000);
			if (reached_s == 0 && meter.needle >= 0.99 * METER_VU_REFERENCE) {
				reached_s = (ms + 1) / 1000.0;
			}
			most = fmax(most, meter.needle / METER_VU_REFERENCE);
		}
		assert_true(reached_s > 0.27 && reached_s < 0.33);
		assert_true(most > 1.010 && most < 1.015);
		assert_true(fabs(meter_db(meter.needle / METER_VU_REFERENCE)) < 0.02);
		/* And down in the same time. */
		for (int ms = 0; ms < 300; ms++) {
			play(&meter, rate, 0, 0.001, 0, 1000);
		}
		assert_true(meter.needle < 0.02 * METER_VU_REFERENCE);
	}
}

static void test_peak(void **state)
{
	struct meter meter;

	meter_init(&meter, 48000);
	play(&meter, 48000, 0, 0.1, 0.5, 997);
	assert_true(fabs(meter.peak - 0.5) < 0.001);
	play(&meter, 48000, 0, 1.7, 0, 997);
	assert_true(fabs(meter_db(meter.peak) - (20 * log10(0.5) - 20)) < 0.05);
	play(&meter, 48000, 0, 30, 0, 997);
	assert_true(meter.peak == 0 && meter.needle == 0);
	assert_true(meter_db(0) == -200);
}

static void test_hostile_samples_are_survived(void **state)
{
	const double hostile[] = {NAN, INFINITY, -INFINITY, 1e300};
	struct meter meter;

	meter_init(&meter, 48000);
	meter_process(&meter, hostile, 4);
	play(&meter, 48000, 0, 1, 0.1, 1000);
	play(&meter, 48000, 0, 8, 0.1, 1000);
	assert_true(fabs(meter.peak - 0.1) < 0.001);
	assert_true(isfinite(meter.needle));
	assert_true(fabs(meter_db(meter.needle / METER_VU_REFERENCE)) < 0.2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_needle),
		cmocka_unit_test(test_peak),
		cmocka_unit_test(test_hostile_samples_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
