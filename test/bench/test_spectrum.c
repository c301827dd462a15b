/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Windows against their published figures, lines, harmonics and noise against signals made to
 * measure, and the floor of the instrument itself.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "spectrum.h"
#include "tone.h"

#define RATE   48000.0
#define LENGTH 65536

struct fixture {
	struct spectrum *spectrum;
	double *samples;
};

static void open_fixture(struct fixture *fixture, enum window window)
{
	assert_int_equal(spectrum_create(LENGTH, RATE, window, &fixture->spectrum), 0);
	fixture->samples = calloc(LENGTH, sizeof(double));
	assert_non_null(fixture->samples);
}

static void close_fixture(struct fixture *fixture)
{
	spectrum_destroy(fixture->spectrum);
	free(fixture->samples);
}

/* A sine of a frequency in bins. */
static void add_line(struct fixture *fixture, double bin, double amplitude)
{
	struct tone tone = {amplitude, 1u << 20, tone_step(bin, LENGTH)};

	tone_add(&tone, fixture->samples, LENGTH);
}

static double bin_hz(double bin)
{
	return bin * RATE / LENGTH;
}

static void lengths_are_checked(void **state)
{
	struct spectrum *spectrum;

	assert_int_equal(spectrum_create(1000, RATE, WINDOW_NONE, &spectrum), -EINVAL);
	assert_int_equal(spectrum_create(0, RATE, WINDOW_NONE, &spectrum), -EINVAL);
	spectrum_destroy(NULL);
}

static void windows_have_their_bandwidths(void **state)
{
	static const double nenbw[WINDOWS] = {1.0, 1.5, 2.632, 5.651};

	for (enum window window = 0; window < WINDOWS; window++) {
		struct fixture fixture;

		open_fixture(&fixture, window);
		assert_true(fabs(spectrum_nenbw(fixture.spectrum) - nenbw[window]) < 0.0006);
		close_fixture(&fixture);
	}
}

/* The highest bin outside a line's main lobe, the line between two bins, in dB of the line. */
static double highest_side_lobe_db(enum window window, double bin)
{
	struct fixture fixture;
	double highest = 0.0;

	open_fixture(&fixture, window);
	add_line(&fixture, bin, 1.0);
	spectrum_add(fixture.spectrum, fixture.samples);
	for (size_t i = 0; i <= LENGTH / 2; i++) {
		if (fabs((double)i - bin) > window_lobe_bins(window)) {
			highest = fmax(highest, spectrum_power(fixture.spectrum, i));
		}
	}
	close_fixture(&fixture);
	return 10.0 * log10(highest);
}

static void windows_have_their_side_lobes(void **state)
{
	for (double part = 0.1; part < 1.0; part += 0.2) {
		assert_true(highest_side_lobe_db(WINDOW_HANN, 10000.0 + part) < -31.4);
		assert_true(highest_side_lobe_db(WINDOW_BH7, 10000.0 + part) < -179.9);
		assert_true(highest_side_lobe_db(WINDOW_HFT248D, 10000.0 + part) < -248.3);
	}
	assert_true(highest_side_lobe_db(WINDOW_HANN, 10000.5) > -32.5);
}

/* A window's own spectrum at a part of a bin, against its middle, in dB. */
static double response_db(const double *factors, size_t length, double bin)
{
	const long double turn = 2.0L * acosl(-1.0L);
	long double re = 0, im = 0;

	for (size_t i = 0; i < length; i++) {
		const long double angle =
			turn * fmodl((long double)bin * (long double)i / (long double)length, 1);

		re += factors[i] * cosl(angle);
		im += factors[i] * sinl(angle);
	}
	return (double)(20 * log10l(hypotl(re, im) / (long double)length));
}

/*
 * What is published of the windows: highest side lobe, scallop between two bins, width 3 dB down.
 * F. Harris 1978 (Hann), H.-H. Albrecht 2001 (BH7), G. Heinzel 2002 (HFT248D).
 */
static void windows_are_as_published(void **state)
{
	static const struct {
		enum window window;
		double side_lobe_db, scallop_db, within_db, width_bins;
	} known[] = {{WINDOW_HANN, -31.5, -1.42, 0.005, 1.44},
		     {WINDOW_BH7, -180.0, -0.485, 0.001, 2.49},
		     {WINDOW_HFT248D, -248.4, -0.0009, 0.0001, 5.56}};
	enum { SHORT = 2048 };
	static double factors[SHORT];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const double edge = window_lobe_bins(known[i].window);
		double highest = -INFINITY, half = 0;

		window_fill(known[i].window, factors, SHORT);
		for (double bin = edge; bin < edge + 12; bin += 0.04) {
			highest = fmax(highest, response_db(factors, SHORT, bin));
		}
		while (response_db(factors, SHORT, half) > -10 * log10(2)) {
			half += 0.005;
		}
		assert_true(fabs(highest - known[i].side_lobe_db) < 0.1);
		assert_true(fabs(response_db(factors, SHORT, 0.5) - known[i].scallop_db) <
			    known[i].within_db);
		assert_true(fabs(2 * half - known[i].width_bins) < 0.02);
	}
}

static void flat_top_is_flat(void **state)
{
	for (double part = 0.0; part <= 0.5; part += 0.25) {
		struct fixture fixture;

		open_fixture(&fixture, WINDOW_HFT248D);
		add_line(&fixture, 10000.0 + part, 0.5);
		spectrum_add(fixture.spectrum, fixture.samples);
		assert_true(fabs(10.0 * log10(4.0 * spectrum_power(fixture.spectrum, 10000))) <
			    0.001);
		close_fixture(&fixture);
	}
}

static void lines_are_put_together(void **state)
{
	for (enum window window = WINDOW_HANN; window < WINDOWS; window++) {
		struct fixture fixture;

		open_fixture(&fixture, window);
		add_line(&fixture, 10000.3, 0.1);
		spectrum_add(fixture.spectrum, fixture.samples);
		assert_true(fabs(spectrum_line_dbfs(fixture.spectrum, bin_hz(10000.3)) + 20.0) <
			    (window == WINDOW_HANN ? 0.01 : 1e-6));
		close_fixture(&fixture);
	}
}

static void coherent_floor_is_below_300_db(void **state)
{
	struct fixture fixture;

	open_fixture(&fixture, WINDOW_NONE);
	add_line(&fixture, 1361, 1.0);
	spectrum_add(fixture.spectrum, fixture.samples);
	for (size_t bin = 0; bin <= LENGTH / 2; bin++) {
		if (bin != 1361) {
			assert_true(spectrum_power(fixture.spectrum, bin) < 1e-31);
		}
	}
	assert_true(spectrum_thd_db(fixture.spectrum, bin_hz(1361), 20, NULL) < -310.0);
	close_fixture(&fixture);
}

static void harmonics_are_listed(void **state)
{
	struct fixture fixture;
	double dbc[31];

	open_fixture(&fixture, WINDOW_NONE);
	add_line(&fixture, 1361, 0.5);
	add_line(&fixture, 2 * 1361, 0.5e-5);
	add_line(&fixture, 3 * 1361, 0.5e-6);
	spectrum_add(fixture.spectrum, fixture.samples);
	assert_true(fabs(spectrum_thd_db(fixture.spectrum, bin_hz(1361), 30, dbc) -
			 10.0 * log10(1.01e-10)) < 1e-6);
	assert_true(fabs(dbc[2] + 100.0) < 1e-6);
	assert_true(fabs(dbc[3] + 120.0) < 1e-6);
	assert_true(dbc[4] < -280.0);
	assert_true(dbc[24] < -280.0 && isfinite(dbc[24]));
	assert_true(isinf(dbc[25])); /* 25 * 1361 is beyond half the rate */
	close_fixture(&fixture);
}

/* White noise, even from -half to half: variance half^2 / 3, power against a sine 2/3 half^2. */
static void add_noise(struct fixture *fixture, uint64_t *seed, double half)
{
	for (size_t i = 0; i < LENGTH; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		fixture->samples[i] += (double)(int32_t)(*seed >> 32) * 0x1p-31 * half;
	}
}

static void noise_is_measured_beside_a_tone(void **state)
{
	const double half = 1e-5;
	const double expected = 10.0 * log10(2.0 / 3.0 * half * half * (20000.0 - 20.0) / 24000.0);

	for (enum window window = 0; window < WINDOWS; window++) {
		struct fixture fixture;
		uint64_t seed = 1;

		open_fixture(&fixture, window);
		for (unsigned int record = 0; record < 16; record++) {
			for (size_t i = 0; i < LENGTH; i++) {
				fixture.samples[i] = 0.01;
			}
			add_line(&fixture, 1361, 1.0);
			add_line(&fixture, 3 * 1361, 0.001);
			add_noise(&fixture, &seed, half);
			spectrum_add(fixture.spectrum, fixture.samples);
		}
		/* Hann's side lobes reach above this noise: its answer is no use here. */
		if (window != WINDOW_HANN) {
			assert_true(fabs(spectrum_noise_dbfs(fixture.spectrum, 20.0, 20000.0,
							     bin_hz(1361), 10) -
					 expected) < 0.05);
		}
		close_fixture(&fixture);
	}
}

static void records_overlap_as_asked(void **state)
{
	double *samples = calloc(2 * LENGTH, sizeof(double));
	struct fixture fixture;

	assert_non_null(samples);
	open_fixture(&fixture, WINDOW_NONE);
	/* Four records start at 0, 1/4, 1/2 and 3/4; the fifth ends beyond. DC in half of them. */
	for (size_t i = LENGTH; i < 2 * LENGTH; i++) {
		samples[i] = 1.0;
	}
	spectrum_add_all(fixture.spectrum, samples, 2 * LENGTH - 1, LENGTH / 4);
	assert_true(fabs(spectrum_power(fixture.spectrum, 0) -
			 2.0 * (0.0 + 1.0 / 16 + 1.0 / 4 + 9.0 / 16) / 4.0) < 1e-12);
	close_fixture(&fixture);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(windows_have_their_bandwidths),
		cmocka_unit_test(windows_have_their_side_lobes),
		cmocka_unit_test(windows_are_as_published),
		cmocka_unit_test(flat_top_is_flat),
		cmocka_unit_test(lines_are_put_together),
		cmocka_unit_test(coherent_floor_is_below_300_db),
		cmocka_unit_test(harmonics_are_listed),
		cmocka_unit_test(noise_is_measured_beside_a_tone),
		cmocka_unit_test(records_overlap_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
