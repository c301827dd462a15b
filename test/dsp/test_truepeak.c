/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * True peak against tones whose peak is known, EBU Tech 3341's cases 15 to 23, and an
 * interpolation by brute force.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "effort.h"
#include "truepeak.h"

#define RATE   48000
#define FRAMES 4800
#define LIMIT  0.05 /* dB from the exact peak */

static double furthest_db; /* from the exact peak */

static double db(double linear)
{
	return 20 * log10(linear);
}

static double measure(const double *samples, size_t count)
{
	struct truepeak meter;

	truepeak_init(&meter, RATE, 0, ops_best());
	truepeak_process(&meter, samples, count);
	truepeak_finish(&meter);
	assert_true(meter.peak == meter.most);
	return meter.most;
}

static void assert_peak(double got, double exact)
{
	double off_db = db(got / exact);

	if (fabs(off_db) > LIMIT) {
		fail_msg("%.3f dB instead of %.3f", db(got), db(exact));
	}
	furthest_db = fmax(furthest_db, fabs(off_db));
}

/* Faded in and out, so that its ends are no peaks of their own. */
static void make_tone(double *samples, double amplitude, double hz, double phase)
{
	for (int i = 0; i < FRAMES; i++) {
		double fade = sin(M_PI * fmin(0.5, fmin(i, FRAMES - 1 - i) / 1000.0));

		samples[i] = amplitude * fade * fade * sin(2 * M_PI * hz * i / RATE + phase);
	}
}

static void test_cases_15_to_19(void **state)
{
	static const double cases[][3] = {
		{4, 0.50, 0}, {4, 0.50, 45}, {6, 0.50, 60}, {8, 0.50, 67.5}, {4, 1.41, 45}};
	double samples[FRAMES];

	for (int i = 0; i < 5; i++) {
		make_tone(samples, cases[i][1], RATE / cases[i][0], cases[i][2] * M_PI / 180);
		assert_peak(measure(samples, FRAMES), cases[i][1]);
		/* Their peaks are in the middle between two samples, which is looked at exactly. */
		assert_true(fabs(db(measure(samples, FRAMES) / cases[i][1])) < 0.004);
	}
}

/* A windowed sinc over 400 samples either side: exact enough to call so. */
static double value_at(const double *samples, int count, double position)
{
	double sum = 0;

	for (int k = (int)position - 400; k <= (int)position + 400; k++) {
		double t = position - k, x = M_PI * t;
		double window = 0.5 + 0.5 * cos(M_PI * t / 401);

		if (k >= 0 && k < count) {
			sum += samples[k] * window * (t == 0 ? 1 : sin(x) / x);
		}
	}
	return sum;
}

static double exact_peak(const double *samples, int count, int from, int to)
{
	double top = 0;

	for (int i = from * 64; i < to * 64; i++) {
		top = fmax(top, fabs(value_at(samples, count, i / 64.0)));
	}
	return top;
}

/* Cases 20 to 23: one period of fs/4 at 1.00 in a tone of fs/6 at 0.50, made at four times the
 * rate, low-passed and taken down with an offset of 0 to 3 samples. */
static void test_cases_20_to_23(void **state)
{
	enum { HIGH = 4 * FRAMES, TAPS = 511, MIDDLE = TAPS / 2 };
	static double high[HIGH], low[FRAMES];
	double taps[TAPS], sum = 0;

	for (int i = 0; i < HIGH; i++) {
		int at = i - HIGH / 2 / 24 * 24;
		bool inside = at >= 0 && at < 16; /* a period of fs/4 begins where fs/6 does */
		int n = at < 0 ? at : at - 16;

		high[i] = inside ? sin(2 * M_PI * at / 16) : 0.5 * sin(2 * M_PI * n / 24);
	}
	for (int k = 0; k < TAPS; k++) {
		double t = k - MIDDLE, w = 2 * M_PI * k / (TAPS - 1);
		double sinc = t == 0 ? 1 : sin(M_PI * t / 4) / (M_PI * t / 4);

		taps[k] = sinc * (0.42 - 0.5 * cos(w) + 0.08 * cos(2 * w));
		sum += taps[k];
	}
	for (int offset = 0; offset < 4; offset++) {
		double got;

		for (int i = 0; i < FRAMES; i++) {
			low[i] = 0;
			for (int k = 0; k < TAPS; k++) {
				int from = 4 * i + offset + k - MIDDLE;

				low[i] += from >= 0 && from < HIGH ? taps[k] / sum * high[from] : 0;
			}
		}
		/* The middle alone: at its ends the tone is switched. */
		memset(low, 0, 1000 * sizeof(low[0]));
		memset(low + FRAMES - 1000, 0, 1000 * sizeof(low[0]));
		got = measure(low, FRAMES);
		assert_peak(got, exact_peak(low, FRAMES, FRAMES / 2 - 20, FRAMES / 2 + 20));
		assert_true(db(got) > -0.4 && db(got) < 0.2);
	}
}

static uint32_t seed = 1;

static double noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (double)seed / 2147483648.0 - 1;
}

/* Any phase, up to 20 kHz at 44.1 kHz. */
static void test_tones(void **state)
{
	double samples[FRAMES];

	for (unsigned i = 0; i < test_effort(400); i++) {
		double hz = RATE * (0.01 + 0.4435 * i / 400);

		make_tone(samples, 0.7, hz, M_PI * noise());
		assert_peak(measure(samples, FRAMES), 0.7);
	}
	printf("figure: true_peak_furthest_from_exact %.4f dB\n", furthest_db);
}

static const struct ops *plain(const struct ops *const *versions)
{
	while (versions[1]) {
		versions++;
	}
	return versions[0];
}

/* Noise that swells and fades: whatever is not looked at could not have been seen. */
static void test_nothing_is_missed_and_versions_agree(void **state)
{
	enum { COUNT = 48000 };
	static double samples[COUNT];
	static float floats[COUNT + TRUEPEAK_WINDOW];
	const struct ops *const *versions = ops_all();

	for (int i = 0; i < COUNT; i++) {
		samples[i] = noise() * (0.5 + 0.5 * sin(i / 3000.0));
		floats[i + TRUEPEAK_PAST] = (float)samples[i];
	}
	for (int v = 0; versions[v]; v++) {
		struct truepeak meter;
		double most = 0;

		truepeak_init(&meter, RATE, 20 / 1.7, versions[v]);
		truepeak_process(&meter, samples, COUNT);
		truepeak_finish(&meter);
		for (int at = 0; at + PEAK_GROUP <= COUNT; at += PEAK_GROUP) {
			const float *first = floats + TRUEPEAK_PAST + at - (PEAK_TAPS - 1);
			double top = plain(versions)->peak_between(&meter.taps, first);
			double here = versions[v]->peak_between(&meter.taps, first);

			/* Those for x86-64 use fused multiply-adds, which round once less. */
			assert_true(strncmp(versions[v]->name, "avx", 3) == 0
					    ? fabs(here / top - 1) < 1e-5
					    : here == top);
			most = fmax(most, here);
			for (int i = 0; i < PEAK_GROUP; i++) {
				most = fmax(most, fabs(samples[at + i]));
			}
		}
		assert_true(fabs(meter.most / most - 1) < 1e-7);
	}
}

/*
 * Before the first of samples that change their sign each time stands a peak with nothing large
 * beside it, and after the last; the larger end is looked at alone here.
 */
static void test_peaks_outside_of_their_samples(void **state)
{
	struct truepeak meter;

	for (int at = 1000; at < 1040; at++) {
		for (int end = 0; end < 2; end++) {
			double samples[FRAMES] = {0};
			float around[PEAK_GROUP + 2 * PEAK_TAPS] = {0};

			for (int i = 0; i < 20; i++) {
				int k = end ? 19 - i : i;

				samples[at + i] = pow(-0.97, k);
			}
			for (int i = 0; i < PEAK_GROUP + 2 * PEAK_TAPS; i++) {
				int first = at + (end ? 19 : 0) - 8 - (PEAK_TAPS - 1);

				around[i] = (float)samples[first + i];
			}
			truepeak_init(&meter, RATE, 0, ops_best());
			assert_true(measure(samples, FRAMES) ==
				    meter.ops->peak_between(&meter.taps, around));
		}
	}
}

/* In pieces of any size, and with a reset in between. */
static void test_pieces(void **state)
{
	static double samples[FRAMES];
	struct truepeak meter;
	size_t at = 0;

	make_tone(samples, 0.5, 12000, M_PI_4);
	truepeak_init(&meter, RATE, 0, ops_best());
	while (at < FRAMES) {
		size_t part = 1 + (size_t)(300 * fabs(noise()));

		part = part < FRAMES - at ? part : FRAMES - at;
		truepeak_process(&meter, samples + at, part);
		at += part;
	}
	truepeak_finish(&meter);
	assert_true(meter.most == measure(samples, FRAMES));
	truepeak_reset(&meter);
	make_tone(samples, 0.25, 12000, M_PI_4);
	truepeak_process(&meter, samples, FRAMES);
	truepeak_finish(&meter);
	assert_true(fabs(db(meter.most / 0.25)) < LIMIT && meter.peak > 0.49);
}

static void test_it_falls(void **state)
{
	static double silence[RATE];
	double samples[FRAMES];
	struct truepeak meter;

	make_tone(samples, 0.5, 3000, 0);
	truepeak_init(&meter, RATE, 20 / 1.7, ops_best());
	truepeak_process(&meter, samples, FRAMES - 1000);
	truepeak_process(&meter, silence, RATE);
	truepeak_process(&meter, silence, (size_t)(0.7 * RATE));
	assert_true(fabs(db(meter.peak) - (db(0.5) - 20)) < 0.3);
	assert_true(fabs(db(meter.most / 0.5)) < LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases_15_to_19),
		cmocka_unit_test(test_cases_20_to_23),
		cmocka_unit_test(test_tones),
		cmocka_unit_test(test_nothing_is_missed_and_versions_agree),
		cmocka_unit_test(test_peaks_outside_of_their_samples),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_it_falls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
