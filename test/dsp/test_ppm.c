/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Both types of PPM against the tables of their bursts, their returns, and the BBC's test signals.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "ppm.h"

#define RATES 4

static const double rates[RATES] = {44100, 48000, 96000, 192000};

static double db(double linear)
{
	return 20 * log10(linear);
}

static void play(struct ppm *ppm, double rate_hz, double seconds, double amplitude, double hz)
{
	for (long i = 0; i < lround(seconds * rate_hz); i++) {
		double sample = amplitude * sin(2 * M_PI * hz * (double)i / rate_hz);
		const double *const planes[1] = {&sample};

		ppm_process(ppm, 1, planes, 1);
	}
}

/* What a burst of a 5 kHz tone reads below the steady tone. */
static double burst_db(enum ppm_type type, double rate_hz, double ms)
{
	struct ppm ppm;

	ppm_init(&ppm, rate_hz, type);
	play(&ppm, rate_hz, ms / 1000, 0.5, 5000);
	play(&ppm, rate_hz, 0.1, 0, 5000);
	return db(ppm.most / 0.5);
}

struct burst {
	double ms, reads_db, tolerance_db;
};

static void check_bursts(enum ppm_type type, const struct burst *bursts, int count)
{
	for (int r = 0; r < RATES; r++) {
		for (int b = 0; b < count; b++) {
			double off = burst_db(type, rates[r], bursts[b].ms) - bursts[b].reads_db;

			if (fabs(off) > bursts[b].tolerance_db) {
				fail_msg("%.1f ms at %.0f Hz: %.2f dB off", bursts[b].ms, rates[r],
					 off);
			}
		}
	}
}

static void test_bursts(void **state)
{
	static const struct burst two[] = {
		{100, 0, 0.5}, {10, -2, 0.5}, {5, -4, 0.75}, {1.5, -9, 1}, {0.5, -17, 2}};
	static const struct burst one[] = {
		{100, 0, 0.5}, {10, -1, 0.5}, {5, -2, 0.5}, {3, -4, 0.5}, {0.4, -15, 1}};

	check_bursts(PPM_II, two, 5);
	check_bursts(PPM_I, one, 5);
}

/* A steady tone reads its amplitude, and never more. */
static void test_steady_tones(void **state)
{
	static const double tones[] = {200, 1000, 5000, 10000};

	for (int type = 0; type < PPM_TYPES; type++) {
		for (int t = 0; t < 4; t++) {
			struct ppm ppm;

			ppm_init(&ppm, 48000, (enum ppm_type)type);
			play(&ppm, 48000, 2, 0.25, tones[t]);
			assert_true(fabs(db(ppm.needle / 0.25)) < 0.25);
			assert_true(db(ppm.most / 0.25) < 0.25);
		}
	}
}

static double fall_s(enum ppm_type type, double rate_hz, double by_db)
{
	struct ppm ppm;
	double start, s = 0;

	ppm_init(&ppm, rate_hz, type);
	play(&ppm, rate_hz, 0.5, 1, 5000);
	for (start = ppm.needle; db(ppm.needle / start) > -by_db; s += 0.001) {
		play(&ppm, rate_hz, 0.001, 0, 5000);
	}
	return s;
}

static void test_returns(void **state)
{
	for (int r = 0; r < RATES; r++) {
		assert_true(fabs(fall_s(PPM_II, rates[r], 24) - 2.8) < 0.03);
		assert_true(fabs(fall_s(PPM_I, rates[r], 20) - 1.7) < 0.03);
	}
}

/* PPM 1 to 7 are -30, -26, then 4 dB each; what a reading is on that scale. */
static double mark(double dbfs)
{
	return 4 + (dbfs + 18) / 4;
}

static void test_bbc_signals(void **state)
{
	static const double bursts[][2] = {{100, 6}, {10, 5.5}, {5, 5}, {1.5, 3.75}, {0.5, 1.75}};
	struct ppm ppm;

	for (int b = 0; b < 5; b++) {
		double reads = mark(-10 + burst_db(PPM_II, 48000, bursts[b][0]));

		assert_true(fabs(reads - bursts[b][1]) < 0.25);
	}
	ppm_init(&ppm, 48000, PPM_II);
	play(&ppm, 48000, 1, pow(10, -6 / 20.0), 1000);
	play(&ppm, 48000, 2.8, 0, 1000);
	assert_true(fabs(mark(db(ppm.needle)) - 1) < 0.1);
}

/* Channels side by side read what each would by itself. */
static void test_channels(void **state)
{
	double sound[3][1000];
	const double *const planes[3] = {sound[0], sound[1], sound[2]};
	struct ppm together[3], alone;

	for (int c = 0; c < 3; c++) {
		ppm_init(&together[c], 48000, PPM_II);
		for (int i = 0; i < 1000; i++) {
			sound[c][i] = 0.1 * (c + 1) * sin(i * (0.1 + 0.05 * c));
		}
	}
	ppm_process(together, 3, planes, 1000);
	for (int c = 0; c < 3; c++) {
		ppm_init(&alone, 48000, PPM_II);
		ppm_process(&alone, 1, planes + c, 1000);
		assert_true(alone.needle == together[c].needle && alone.needle > 0);
		assert_true(alone.most == together[c].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bursts),   cmocka_unit_test(test_steady_tones),
		cmocka_unit_test(test_returns),  cmocka_unit_test(test_bbc_signals),
		cmocka_unit_test(test_channels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
