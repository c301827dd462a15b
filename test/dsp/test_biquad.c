/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Equalizer sections against their analogue prototypes, as complex numbers, up to 20 kHz.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "biquad.h"
#include "effort.h"
#include "ops.h"

#define RATES 4

static const double rates[RATES] = {44100, 48000, 96000, 192000};

/* The cookbook's prototypes, as they stand there. */
static double complex prototype(const struct filter *f, double hz)
{
	double complex s = I * hz / f->frequency_hz;
	double a = pow(10, f->gain_db / 40), q = f->q;

	switch (f->kind) {
	case FILTER_PEAK:
		return (s * s + s * (a / q) + 1) / (s * s + s / (a * q) + 1);
	case FILTER_LOW_SHELF:
		return a * (s * s + (sqrt(a) / q) * s + a) / (a * s * s + (sqrt(a) / q) * s + 1);
	case FILTER_HIGH_SHELF:
		return a * (a * s * s + (sqrt(a) / q) * s + 1) / (s * s + (sqrt(a) / q) * s + a);
	case FILTER_LOW_PASS:
		return 1 / (s * s + s / q + 1);
	case FILTER_HIGH_PASS:
		return s * s / (s * s + s / q + 1);
	case FILTER_BAND_PASS:
		return s / q / (s * s + s / q + 1);
	case FILTER_NOTCH:
		return (s * s + 1) / (s * s + s / q + 1);
	default:
		return (s * s - s / q + 1) / (s * s + s / q + 1);
	}
}

static double complex digital(const struct cascade *cascade, double hz, double rate_hz)
{
	double complex z = cexp(-I * 2 * M_PI * hz / rate_hz), h = 1;

	for (unsigned int k = 0; k < cascade->count; k++) {
		h *= (cascade->b0[k] + z * (cascade->b1[k] + z * cascade->b2[k])) /
		     (1 + z * (cascade->a1[k] + z * cascade->a2[k]));
	}
	return h;
}

/* Poles within the circle. */
static void assert_stable(const struct cascade *cascade)
{
	for (unsigned int k = 0; k < cascade->count; k++) {
		assert_true(fabs(cascade->a2[k]) < 1);
		assert_true(fabs(cascade->a1[k]) < 1 + cascade->a2[k]);
	}
}

/* The worst miss in dB from 20 Hz to 20 kHz, where the prototype is above -60 dB. */
static double worst_miss(const struct filter *filters, unsigned int count, double rate_hz)
{
	struct cascade cascade;
	double worst = 0;

	cascade_design(filters, count, rate_hz, &cascade);
	assert_true(cascade.count <= count + CASCADE_MENDERS);
	assert_stable(&cascade);
	for (double hz = 20; hz <= 20000; hz *= 1.03) {
		double wanted = 0, got = 20 * log10(cabs(digital(&cascade, hz, rate_hz)));

		for (unsigned int i = 0; i < count; i++) {
			wanted += 20 * log10(cabs(prototype(&filters[i], hz)));
		}
		if (wanted > -60) {
			worst = fmax(worst, fabs(got - wanted));
			assert_true(isfinite(got));
		}
	}
	return worst;
}

static double random_between(uint32_t *seed, double low, double high)
{
	*seed = *seed * 1664525u + 1013904223u;
	return low + (high - low) * (*seed >> 8) / 16777216.0;
}

/* One filter of each kind all over AutoEq's ranges, and steep ones near the top. */
static void test_single_filters(void **state)
{
	static const double hz[] = {20, 105, 1000, 4000, 8000, 10000, 12000, 16000, 18000, 20000};
	static const double qs[] = {0.18, 0.5, 0.7071, 1.41, 3, 6};
	static const double gains[] = {-20, -3, 6, 20};
	static const char *const names[] = {"peak",      "low shelf", "high shelf", "low-pass",
					    "high-pass", "band-pass", "notch",      "all-pass"};

	for (int kind = 0; kind < FILTER_KINDS; kind++) {
		bool shelf = kind == FILTER_LOW_SHELF || kind == FILTER_HIGH_SHELF;
		double worst = 0;

		for (unsigned int i = 0; i < test_effort(10 * 6 * 4 * RATES); i++) {
			const struct filter filter = {
				(enum filter_kind)kind, hz[i % 10], gains[i / 60 % 4],
				shelf ? fmin(qs[i / 10 % 6], 0.7071) : qs[i / 10 % 6]};

			worst = fmax(worst, worst_miss(&filter, 1, rates[i / 240 % RATES]));
		}
		printf("figure: %s against its prototype: %.4f dB\n", names[kind], worst);
		assert_true(worst < 0.05);
	}
}

/* Ten filters as AutoEq writes them, and up to 20 dB. */
static void test_ten_filters(void **state)
{
	for (int r = 0; r < RATES; r++) {
		uint32_t seed = 1;
		double worst = 0;

		for (unsigned int i = 0; i < test_effort(25); i++) {
			struct filter filters[10] = {
				{FILTER_LOW_SHELF, 105, random_between(&seed, -20, 20), 0.7},
				{FILTER_HIGH_SHELF, 10000, random_between(&seed, -20, 20), 0.7},
			};

			for (int k = 2; k < 10; k++) {
				filters[k] = (struct filter){
					FILTER_PEAK, 20 * pow(1000, random_between(&seed, 0, 1)),
					random_between(&seed, -20, 20),
					0.18 * pow(6 / 0.18, random_between(&seed, 0, 1))};
			}
			worst = fmax(worst, worst_miss(filters, 10, rates[r]));
		}
		printf("figure: ten filters against their prototypes at %.0f Hz: %.4f dB\n",
		       rates[r], worst);
		assert_true(worst < 0.05);
	}
}

/* What is behind half the rate, very narrow, very wide, very strong: stable and finite. */
static void test_extremes_are_stable(void **state)
{
	static const double hz[] = {FILTER_HZ_MIN, 30000, FILTER_HZ_MAX};
	static const double qs[] = {FILTER_Q_MIN, 1, FILTER_Q_MAX};
	static const double all_rates[] = {8000, 44100, 1536000};

	for (unsigned int i = 0; i < 8 * 27; i++) {
		const struct filter filter = {(enum filter_kind)(i % 8), hz[i / 8 % 3],
					      i % 2 ? FILTER_DB_MAX : -FILTER_DB_MAX,
					      qs[i / 24 % 3]};
		struct cascade cascade;

		cascade_design(&filter, 1, all_rates[i / 72 % 3], &cascade);
		assert_stable(&cascade);
		for (double f = 20; f < all_rates[i / 72 % 3] / 2; f *= 2) {
			assert_true(isfinite(cascade_power(&cascade, all_rates[i / 72 % 3], f)));
		}
	}
}

static void test_power_is_the_magnitude(void **state)
{
	const struct filter filters[] = {{FILTER_PEAK, 100, 6, 2},
					 {FILTER_HIGH_SHELF, 8000, -9, 0.7}};
	struct cascade cascade;

	cascade_design(filters, 2, 48000, &cascade);
	for (double hz = 10; hz < 24000; hz *= 1.3) {
		double wanted = pow(cabs(digital(&cascade, hz, 48000)), 2);

		assert_true(fabs(cascade_power(&cascade, 48000, hz) / wanted - 1) < 1e-9);
	}
}

/* An impulse through the cascade has the response that the coefficients say. */
static void test_process(void **state)
{
	static double left[9600], right[9600];
	const struct filter filters[] = {{FILTER_PEAK, 1000, 6, 2},
					 {FILTER_LOW_SHELF, 300, -9, 0.7}};
	struct cascade_state memory = {{{0}}};
	struct cascade cascade;

	cascade_design(filters, 2, 48000, &cascade);
	left[0] = 1;
	right[1] = -0.5;
	ops_best()->cascade(&cascade, &memory, left, right, 9600);
	for (double hz = 20; hz < 24000; hz *= 2) {
		double complex z = cexp(-I * 2 * M_PI * hz / 48000);
		double complex sums[2] = {0, 0}, power = 1;

		for (int i = 0; i < 9600; i++, power *= z) {
			sums[0] += power * left[i];
			sums[1] += power * right[i];
		}
		assert_true(cabs(sums[0] - digital(&cascade, hz, 48000)) < 1e-9);
		assert_true(cabs(sums[1] + 0.5 * z * digital(&cascade, hz, 48000)) < 1e-9);
	}
}

static void test_silence_ends_in_zeros_and_nonsense_ends(void **state)
{
	const struct filter filter = {FILTER_PEAK, 1000, 6, 2};
	static const struct cascade_state rest;
	struct cascade_state memory = {{{0}}};
	struct cascade cascade;
	double left[480] = {1e305, -1e308, INFINITY}, right[480] = {-1e308, 1};

	cascade_design(&filter, 1, 48000, &cascade);
	for (int block = 0; block < 100; block++) {
		ops_best()->cascade(&cascade, &memory, left, right, 480);
		cascade_mend(&cascade, &memory);
		memset(left, 0, sizeof(left));
		memset(right, 0, sizeof(right));
	}
	for (int side = 0; side < 2; side++) {
		assert_true(memory.s1[side][0] == rest.s1[side][0]);
		assert_true(memory.s2[side][0] == rest.s2[side][0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_filters),
		cmocka_unit_test(test_ten_filters),
		cmocka_unit_test(test_extremes_are_stable),
		cmocka_unit_test(test_power_is_the_magnitude),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_silence_ends_in_zeros_and_nonsense_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
