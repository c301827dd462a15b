/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Dither: the values that pack adds against the definition, their distribution and independence,
 * and what is left in a dithered signal against theory.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ops.h"
#include "spectrum.h"
#include "tone.h"

#define DRAWS   (1 << 17)
#define VALUES  (DRAWS * DITHER_LANES)
#define SEED    20260101
#define RATE    48000.0
#define LENGTH  65536
#define RECORDS 64

static uint32_t rotate_left(uint32_t word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

/* xoshiro128++ as its authors print it, on one lane. */
static uint32_t next_number(struct dither *dither, unsigned int lane)
{
	uint32_t s[4], result, t;

	for (unsigned int i = 0; i < 4; i++) {
		s[i] = dither->state[i][lane];
	}
	result = rotate_left(s[0] + s[3], 7) + s[0];
	t = s[1] << 9;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 11);
	for (unsigned int i = 0; i < 4; i++) {
		dither->state[i][lane] = s[i];
	}
	return result;
}

/* As the header defines it, in least significant bits. */
static double next_value(struct dither *dither, unsigned int lane)
{
	const uint32_t number = next_number(dither, lane);
	const int64_t high = (int16_t)(number >> 16), low = (int16_t)(number & 0xffff);

	return (double)(high * 16384 + low * 16385) / 0x1p30;
}

static double *values_new(void)
{
	double *values = calloc(VALUES, sizeof(double));
	struct dither dither;

	assert_non_null(values);
	dither_init(&dither, SEED);
	for (size_t i = 0; i < VALUES; i++) {
		values[i] = next_value(&dither, i % DITHER_LANES);
	}
	return values;
}

/* The values are not written anywhere: their sign, size and order show in samples near a half. */
static void pack_adds_what_is_defined(void **state)
{
	enum { FRAMES = 2048 };
	double *values = values_new();
	double samples[FRAMES];
	const double *const from[2] = {samples, samples};
	int16_t raw[FRAMES];
	struct dither dither;

	for (int step = -8; step <= 8; step++) {
		dither_init(&dither, SEED);
		for (size_t i = 0; i < FRAMES; i++) {
			samples[i] = (1000.0 + step / 8.0) * 0x1p-15;
		}
		ops_best()->pack[FORMAT_S16](raw, from, 1, FRAMES, &dither);
		for (size_t i = 0; i < FRAMES; i++) {
			assert_int_equal(raw[i], lrint(1000.0 + step / 8.0 + values[i]));
		}
	}
	free(values);
}

static void lanes_are_seeded_apart(void **state)
{
	struct dither a, b;

	dither_init(&a, 1);
	dither_init(&b, 2);
	for (unsigned int i = 0; i < DITHER_LANES; i++) {
		assert_true(a.state[0][i] != b.state[0][i]);
		assert_true((a.state[0][i] | a.state[1][i] | a.state[2][i] | a.state[3][i]) != 0);
		for (unsigned int k = 0; k < i; k++) {
			assert_true(a.state[0][i] != a.state[0][k]);
		}
	}
}

static void density_is_triangular(void **state)
{
	enum { BINS = 64 };
	double *values = values_new();
	double sum = 0.0, squares = 0.0, chi_square = 0.0;
	double counts[BINS] = {0};

	for (size_t i = 0; i < VALUES; i++) {
		const double place = (values[i] + 1.0) * 0.5 * BINS;

		assert_true(fabs(values[i]) < 1.0001);
		sum += values[i];
		squares += values[i] * values[i];
		counts[place < 0.0 ? 0 : place >= BINS ? BINS - 1 : (size_t)place] += 1.0;
	}
	for (int i = 0; i < BINS; i++) {
		const double height = i < BINS / 2 ? i + 0.5 : BINS - i - 0.5;
		const double expected = height * 4.0 / (BINS * BINS) * VALUES;

		chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	/* Five standard deviations of each; 63 degrees of freedom pass 116 once in 20,000. */
	assert_true(fabs(sum / VALUES) < 5.0 * sqrt(1.0 / 6.0 / VALUES));
	assert_true(fabs(squares / VALUES - 1.0 / 6.0) < 5.0 * sqrt(7.0 / 180.0 / VALUES));
	assert_true(chi_square < 116.0);
	free(values);
}

/* Of lanes with each other, and of the row of samples with itself at every lag up to four draws. */
static void values_are_independent(void **state)
{
	double *values = values_new();

	for (size_t lag = 1; lag <= 4 * DITHER_LANES; lag++) {
		double sum = 0.0;

		for (size_t i = 0; i + lag < VALUES; i++) {
			sum += values[i] * values[i + lag];
		}
		assert_true(fabs(sum / VALUES * 6.0) < 5.0 / sqrt(VALUES));
	}
	for (size_t pair = 0; pair < DITHER_LANES * DITHER_LANES; pair++) {
		const size_t a = pair / DITHER_LANES, b = pair % DITHER_LANES;
		double sum = 0.0;

		for (size_t i = 0; a != b && i < VALUES; i += DITHER_LANES) {
			sum += values[i + a] * values[i + b];
		}
		assert_true(fabs(sum / DRAWS * 6.0) < 5.0 / sqrt(DRAWS));
	}
	free(values);
}

/* Mean and variance of the error, in bits, of a constant between two values. */
static void error_of(double fraction, struct dither *dither, double *ret_mean, double *ret_variance)
{
	enum { FRAMES = 1 << 16 };
	static double samples[FRAMES];
	static int16_t raw[FRAMES];
	const double *const from[2] = {samples, samples};
	double sum = 0.0, squares = 0.0;

	for (size_t i = 0; i < FRAMES; i++) {
		samples[i] = fraction * 0x1p-15;
	}
	ops_best()->pack[FORMAT_S16](raw, from, 1, FRAMES, dither);
	for (size_t i = 0; i < FRAMES; i++) {
		sum += raw[i] - fraction;
		squares += (raw[i] - fraction) * (raw[i] - fraction);
	}
	*ret_mean = sum / FRAMES;
	*ret_variance = squares / FRAMES;
}

/* What triangular dither is for: neither depends on the signal. */
static void error_does_not_know_the_signal(void **state)
{
	struct dither dither;

	dither_init(&dither, SEED);
	for (int i = 0; i <= 32; i++) {
		double mean, variance;

		error_of(i / 32.0 - 0.5, &dither, &mean, &variance);
		assert_true(fabs(mean) < 5.0 * sqrt(0.25 / (1 << 16)));
		assert_true(fabs(variance - 0.25) < 0.006);
	}
}

/* A tone at -60.5 dB through 24 bits and back. */
static void record_of(struct tone *tone, struct dither *dither, double *ret_samples)
{
	static double tones[LENGTH];
	static unsigned char raw[3 * LENGTH];
	const double *const from[2] = {tones, tones};
	double *const to[2] = {ret_samples, ret_samples};

	tone_fill(tone, tones, LENGTH);
	ops_best()->pack[FORMAT_S24](raw, from, 1, LENGTH, dither);
	ops_best()->unpack[FORMAT_S24](to, raw, 1, LENGTH);
}

static void noise_of_24_bits_is_at_theory(void **state)
{
	const size_t bin = tone_coherent_bin(997.0, RATE, LENGTH);
	const double hz = (double)bin * RATE / LENGTH;
	struct tone tone = {pow(10.0, -60.5 / 20.0), 0, tone_coherent_step(bin, LENGTH)};
	double *samples = calloc(LENGTH, sizeof(double));
	struct spectrum *spectrum;
	struct dither dither;
	double dbc[21];

	assert_non_null(samples);
	assert_int_equal(spectrum_create(LENGTH, RATE, WINDOW_NONE, &spectrum), 0);
	dither_init(&dither, SEED);
	for (unsigned int i = 0; i < RECORDS; i++) {
		record_of(&tone, &dither, samples);
		spectrum_add(spectrum, samples);
	}
	assert_true(fabs(spectrum_noise_dbfs(spectrum, 20.0, 20000.0, hz, 20) + 142.28) < 0.02);
	assert_true(fabs(spectrum_line_dbfs(spectrum, hz) + 60.5) < 1e-5);
	spectrum_thd_db(spectrum, hz, 20, dbc);
	for (unsigned int k = 2; k <= 20; k++) {
		assert_true(dbc[k] - 60.5 < -175.0);
	}
	spectrum_destroy(spectrum);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pack_adds_what_is_defined),
		cmocka_unit_test(lanes_are_seeded_apart),
		cmocka_unit_test(density_is_triangular),
		cmocka_unit_test(values_are_independent),
		cmocka_unit_test(error_does_not_know_the_signal),
		cmocka_unit_test(noise_of_24_bits_is_at_theory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
