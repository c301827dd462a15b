/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The generator against long double arithmetic, and the fit against tones of known parameters.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tone.h"

#define RATE  48000.0
#define COUNT 48000

/* Any number of bits that look random, from a counter (splitmix64). */
static uint64_t scramble(uint64_t z)
{
	z *= 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double *samples_of(size_t count)
{
	double *samples = calloc(count, sizeof(double));

	assert_non_null(samples);
	return samples;
}

static void sine_is_exact(void **state)
{
	const long double turn = 2.0L * acosl(-1.0L);

	for (uint64_t i = 0; i < 20000; i++) {
		const uint64_t phase = scramble(i) >> (i % 3 == 0 ? i % 60 : 0);
		const long double exact = sinl(turn * ((long double)phase * 0x1p-64L));

		assert_true(fabsl(tone_sine(phase) - exact) <= 1.8e-16L);
	}
	assert_true(tone_sine(0) == 0.0);
	assert_true(tone_sine(UINT64_C(1) << 62) == 1.0);
	assert_true(tone_sine(UINT64_C(3) << 62) == -1.0);
}

static void sine_is_symmetric(void **state)
{
	for (uint64_t i = 0; i < 1000; i++) {
		const uint64_t phase = scramble(i);

		assert_true(tone_sine(phase) == -tone_sine(phase + (UINT64_C(1) << 63)));
		assert_true(tone_sine(phase) == -tone_sine(0 - phase));
	}
}

static void coherent_tone_closes(void **state)
{
	const size_t length = 65536;
	const size_t bin = tone_coherent_bin(997.0, RATE, length);
	struct tone tone = {1.0, 12345, tone_coherent_step(bin, length)};
	double *samples = samples_of(length);

	assert_int_equal(bin, 1361);
	tone_fill(&tone, samples, length);
	assert_true(tone.phase == 12345);
	free(samples);
}

static void fit_finds_a_known_frequency(void **state)
{
	double *samples = samples_of(COUNT);
	struct tone tone = {0.25, scramble(7), tone_step(997.0, RATE)};
	struct tone_fit fit;

	tone_fill(&tone, samples, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		samples[i] += 0.125;
	}
	fit = tone_fit(samples, COUNT, RATE, 997.0, false);
	assert_true(fabs(tone_db(fit.amplitude / 0.25)) < 1e-12);
	assert_true(fabs(fit.offset - 0.125) < 1e-14);
	assert_true(fabs(fit.phase_turns - (double)(int64_t)scramble(7) * 0x1p-64) < 1e-14);
	assert_true(fit.residual_rms < 1e-15);
	free(samples);
}

static void fit_refines_the_frequency(void **state)
{
	double *samples = samples_of(COUNT);

	for (int off = -4; off <= 4; off += 2) {
		struct tone tone = {0.9, scramble(9), tone_step(1234.5, RATE)};
		struct tone_fit fit;

		tone_fill(&tone, samples, COUNT);
		fit = tone_fit(samples, COUNT, RATE, 1234.5 + 0.1 * off, true);
		assert_true(fabs(fit.frequency_hz - 1234.5) < 1e-10);
		assert_true(fabs(tone_db(fit.amplitude / 0.9)) < 1e-12);
		assert_true(fit.residual_rms < 1e-14);
	}
	free(samples);
}

static void residual_is_what_is_left(void **state)
{
	double *samples = samples_of(COUNT);
	struct tone tone = {1.0, 0, tone_step(1000.0, RATE)};
	struct tone other = {0.001, 0, tone_step(3000.0, RATE)};
	struct tone_fit fit;

	tone_fill(&tone, samples, COUNT);
	tone_add(&other, samples, COUNT);
	fit = tone_fit(samples, COUNT, RATE, 1000.0, false);
	assert_true(fabs(fit.residual_rms - 0.001 * M_SQRT1_2) < 1e-12);
	assert_true(fabs(fit.amplitude - 1.0) < 1e-12);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sine_is_exact),
		cmocka_unit_test(sine_is_symmetric),
		cmocka_unit_test(coherent_tone_closes),
		cmocka_unit_test(fit_finds_a_known_frequency),
		cmocka_unit_test(fit_refines_the_frequency),
		cmocka_unit_test(residual_is_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
