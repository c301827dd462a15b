/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * VU against IEC 60268-17's ballistics and the closed form of its needle; peak and its fall; RMS,
 * crest, DC and clips of signals for which they are known.
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

/* 99 % of a tone after 600 ms, up and down. */
static void test_rms(void **state)
{
	struct meter meter;

	meter_init(&meter, 48000);
	play(&meter, 48000, 0, 0.6, 0.5, 1000);
	assert_true(fabs(sqrt(2 * meter.power) / 0.5 - 0.99) < 0.0005);
	play(&meter, 48000, 0, 3, 0.5, 1000);
	assert_true(fabs(sqrt(2 * meter.power) / 0.5 - 1) < 1e-6);
	meter_rest(&meter);
	assert_true(meter.power == 0 && meter.peak == 0 && meter.needle == 0 && meter.speed == 0);
}

/* Sine, square, triangle: 3.01, 0 and 4.77 dB. */
static void test_crest(void **state)
{
	static const double crests[] = {M_SQRT2, 1, 1.7320508075688772};

	for (int shape = 0; shape < 3; shape++) {
		struct meter meter;

		meter_init(&meter, 48000);
		assert_true(meter_rms(&meter) == 0);
		for (int i = 0; i < 48000; i++) {
			double t = i % 480 / 480.0, triangle = 4 * fabs(t - 0.5) - 1;
			double sample = shape == 0   ? sin(2 * M_PI * t)
					: shape == 1 ? (t < 0.5 ? 1 : -1)
						     : triangle;

			sample *= 0.5;
			meter_process(&meter, &sample, 1);
		}
		assert_true(fabs(meter.all.top / meter_rms(&meter) / crests[shape] - 1) < 1e-4);
		assert_true(fabs(meter_rms(&meter) * crests[shape] - 0.5) < 1e-4);
	}
}

static void test_dc(void **state)
{
	struct meter meter;
	double ripple = 0;

	meter_init(&meter, 48000);
	for (int i = 0; i < 48000 * 8; i++) {
		double sample = -0.01 + 0.5 * sin(2 * M_PI * 20 * i / 48000.0);

		meter_process(&meter, &sample, 1);
		if (i > 48000 * 7.9) {
			ripple = fmax(ripple, fabs(meter.mean[1] + 0.01));
		}
	}
	assert_true(fabs(meter_dc(&meter) + 0.01) < 1e-9);
	/* 20 Hz is 71.9 dB down. */
	assert_true(fabs(20 * log10(ripple / 0.5) + 71.9) < 0.5);
	meter_reset(&meter);
	assert_true(meter_dc(&meter) == 0 && meter_rms(&meter) == 0);
}

static void test_clips(void **state)
{
	/* Two samples are no clip, three are, and so are three on each side; 16 bits' highest
	 * counts. */
	static const double runs[] = {
		0,  1,      1,      0,      1, 1, 1, 1,          1,          0,
		-1, -1,     -1,     1,      1, 1, 0, 0x7fffp-15, 0x7fffp-15, 0x7fffp-15,
		0,  0.9999, 0.9999, 0.9999, 2, 3, 1, 0};
	const size_t count = sizeof(runs) / sizeof(runs[0]);
	struct meter meter;

	for (size_t part = 1; part <= count; part++) {
		meter_init(&meter, 48000);
		for (size_t at = 0; at < count; at += part) {
			meter_process(&meter, runs + at, at + part < count ? part : count - at);
		}
		assert_int_equal(meter.clips, 5);
	}
	meter_reset(&meter);
	assert_int_equal(meter.clips, 0);
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
		cmocka_unit_test(test_rms),
		cmocka_unit_test(test_crest),
		cmocka_unit_test(test_dc),
		cmocka_unit_test(test_clips),
		cmocka_unit_test(test_hostile_samples_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
