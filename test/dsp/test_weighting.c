/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A-weighting against the standard's closed form and its table, by the response of the filter.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "a_weighting.h"
#include "weighting.h"

/* The nominal table, to a tenth of a decibel, at the exact frequencies 1000 * 10^(n / 10). */
static const struct {
	int n;
	double db;
} table[] = {
	{-17, -50.5}, {-15, -39.4}, {-12, -26.2}, {-10, -19.1}, {-7, -10.9}, {-3, -3.2}, {0, 0},
	{3, 1.2},     {6, 1.0},     {9, -1.1},    {10, -2.5},   {11, -4.3},  {12, -6.6}, {13, -9.3},
};

static double response_db(const struct weighting *weighting, double hz, double rate_hz)
{
	double complex z = cexp(-2 * M_PI * hz / rate_hz * I), h = 1;

	for (int i = 0; i < WEIGHTING_SECTIONS; i++) {
		const struct weighting_section *s = &weighting->sections[i];

		h *= (s->b[0] + s->b[1] * z + s->b[2] * z * z) /
		     (1 + s->a[0] * z + s->a[1] * z * z);
	}
	return 20 * log10(cabs(h));
}

static void test_closed_form(void **state)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_true(fabs(a_weighting_db(1000 * pow(10, table[i].n / 10.0)) - table[i].db) <
			    0.06);
	}
}

static void test_response(void **state)
{
	static const struct {
		double rate_hz, most_db;
	} wanted[] = {{8000, 0.1},     {16000, 0.15},   {32000, 0.2},   {44100, 0.15},
		      {48000, 0.07},   {88200, 0.001},  {96000, 0.001}, {176400, 0.001},
		      {192000, 0.001}, {384000, 0.001}, {768000, 0.001}};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		double rate = wanted[i].rate_hz, worst = 0;
		double top = fmin(20000, 0.4536 * rate);
		struct weighting weighting;

		weighting_init(&weighting, rate);
		for (int k = 0; k <= 1000; k++) {
			double hz = 10 * pow(top / 10, k / 1000.0);
			double error = response_db(&weighting, hz, rate) - a_weighting_db(hz);

			worst = fmax(worst, fabs(error));
		}
		printf("figure: A-weighting at %g Hz, 10 Hz to %g Hz, off by %.4f dB\n", rate, top,
		       worst);
		assert_true(worst < wanted[i].most_db);
		assert_true(fabs(response_db(&weighting, 1000, rate)) < 1e-6);
	}
}

/* What the filter does is what its coefficients say: tones, played. */
static void test_tones(void **state)
{
	static const double tones_hz[] = {31.5, 100, 1000, 8000, 20000};

	for (int i = 0; i < 5; i++) {
		struct exposure exposure = {.seconds = 0};
		double db;

		exposure_set_rate(&exposure, 96000);
		for (long n = 0; n < 3 * 96000; n++) {
			double sample = 0.5 * sin(2 * M_PI * tones_hz[i] * (double)n / 96000);

			exposure_process(&exposure, &sample, 1);
		}
		assert_int_equal(exposure.seconds, 3);
		db = 10 * log10(exposure.last / 0.125);
		assert_true(fabs(db - a_weighting_db(tones_hz[i])) < 0.003);
	}
}

static void test_seconds(void **state)
{
	static double block[44100];
	struct exposure exposure = {.seconds = 0};

	exposure_set_rate(&exposure, 44100);
	for (int i = 0; i < 44100; i++) {
		block[i] = sin(2 * M_PI * 1000 * i / 44100);
	}
	for (int i = 0; i < 40; i++) {
		exposure_process(&exposure, block, 4410);
	}
	assert_int_equal(exposure.seconds, 4);
	assert_true(fabs(exposure.total - 2) < 0.01);
	/* Half a second, then another rate: the second is whole after another half of it. */
	exposure_process(&exposure, block, 22050);
	exposure_set_rate(&exposure, 22050);
	exposure_process(&exposure, block, 11024);
	assert_int_equal(exposure.seconds, 4);
	exposure_process(&exposure, block, 1);
	assert_int_equal(exposure.seconds, 5);
	/* The same samples at half the rate are a tone of 500 Hz. */
	assert_true(fabs(exposure.last - (0.25 + 0.25 * pow(10, a_weighting_db(500) / 10))) < 0.01);
}

static void test_silence_and_hostile_samples(void **state)
{
	const double hostile[] = {NAN, INFINITY, -INFINITY, 1e300};
	static double zeros[48000];
	struct exposure exposure = {.seconds = 0};

	exposure_set_rate(&exposure, 48000);
	exposure_process(&exposure, hostile, 4);
	for (int i = 0; i < 5; i++) {
		exposure_process(&exposure, zeros, 48000);
	}
	assert_int_equal(exposure.seconds, 5);
	assert_true(exposure.last == 0 && exposure.total == 0);
}

/* A second that ends in the block in which what is no number came in, too. */
static void test_hostile_samples_at_the_end_of_a_second(void **state)
{
	static double block[8000];
	struct exposure exposure = {.seconds = 0};

	exposure_set_rate(&exposure, 8000);
	exposure_process(&exposure, block, 4000);
	block[7] = NAN;
	block[6000] = INFINITY;
	exposure_process(&exposure, block, 8000);
	memset(block, 0, sizeof(block));
	for (int i = 0; i < 5; i++) {
		exposure_process(&exposure, block, 8000);
	}
	assert_int_equal(exposure.seconds, 6);
	assert_true(exposure.last == 0 && exposure.total == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_form),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_tones),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_silence_and_hostile_samples),
		cmocka_unit_test(test_hostile_samples_at_the_end_of_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
