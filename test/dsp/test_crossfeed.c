/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Natural crossfeed against its analogue network; Bauer's against libbs2b, sample by sample.
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

#include <bs2b/bs2b.h>
#include <cmocka.h>

#include "crossfeed.h"

#define RATES 4
#define BLOCK 480

static const double rates[RATES] = {44100, 48000, 96000, 192000};

/* Level and time difference, and what network gives them: a, tau, zero, pole, side at 0 Hz. */
struct network {
	double separation_db, delay_us, a, tau_us, zero_hz, pole_hz, side_db;
};

static const struct network networks[] = {
	{12, 200, .3354, 267.1, 595.9, 995.7, -4.46},
	{9.5, 250, .5037, 375.9, 423.4, 849.9, -6.05},
	{8, 300, .6614, 498.4, 319.3, 741.7, -7.32},
	{6, 250, 1.0048, 501.2, 317.6, 955.7, -9.57},
	{4.5, 250, 1.4732, 618.3, 257.4, 1015.8, -11.92},
	{3, 270, 2.4240, 924.5, 172.2, 1006.8, -15.34},
	/* Meier's own: a = 0.47, tau = 0.47 ms */
	{9.9033, 319.728, .47, 470, 338.6, 656.9, -5.76},
};

static double next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)*seed / 4294967296.0 - 0.5;
}

static struct crossfeed_filter design(enum crossfeed_kind kind, const struct network *network,
				      double rate_hz)
{
	const struct crossfeed_settings settings = {
		.kind = kind,
		.separation_db = network->separation_db,
		.delay_us = network->delay_us,
		.cut_hz = 700,
	};
	struct crossfeed_filter filter;

	crossfeed_design(&settings, rate_hz, &filter);
	return filter;
}

/* What an impulse on the left becomes on each side. */
static unsigned int impulse(const struct crossfeed_filter *filter, double rate_hz, double *direct,
			    double *cross)
{
	unsigned int count = (unsigned int)(rate_hz / 20);
	struct crossfeed_state state = {{0}};

	memset(direct, 0, count * sizeof(*direct));
	memset(cross, 0, count * sizeof(*cross));
	direct[0] = 1;
	crossfeed_process(filter, &state, direct, cross, count);
	return count;
}

static double complex at(const double *impulse, unsigned int count, double frequency_hz,
			 double rate_hz)
{
	double complex sum = 0;

	for (unsigned int i = 0; i < count; i++) {
		sum += impulse[i] * cexp(-I * 2 * M_PI * frequency_hz / rate_hz * i);
	}
	return sum;
}

static double db(double ratio)
{
	return 20 * log10(ratio);
}

static void test_natural_is_its_network(void **state)
{
	static double direct[9600], cross[9600];
	double worst_db = 0, worst_us = 0;

	for (int r = 0; r < RATES; r++) {
		for (size_t n = 0; n < sizeof(networks) / sizeof(networks[0]); n++) {
			const struct network *network = &networks[n];
			struct crossfeed_filter filter =
				design(CROSSFEED_NATURAL, network, rates[r]);
			unsigned int count = impulse(&filter, rates[r], direct, cross);
			double complex low_direct = at(direct, count, 20, rates[r]);
			double complex low_cross = at(cross, count, 20, rates[r]);
			double separation = db(cabs(at(direct, count, 0, rates[r])) /
					       cabs(at(cross, count, 0, rates[r])));
			double delay_us = carg(low_direct / low_cross) / (2 * M_PI * 20) * 1e6;
			double side_db = db(cabs(at(direct, count, 0, rates[r]) -
						 at(cross, count, 0, rates[r])));

			assert_true(fabs(separation - network->separation_db) < 0.01);
			assert_true(fabs(side_db - network->side_db) < 0.01);
			assert_true(fabs(delay_us - network->delay_us) < 2);
			worst_us = fmax(worst_us, fabs(delay_us - network->delay_us));
			for (double f = 20; f <= 20000; f *= 1.1) {
				double complex side = at(direct, count, f, rates[r]) -
						      at(cross, count, f, rates[r]);
				double complex exact =
					(1 + I * f / network->zero_hz) /
					(1 + 2 * network->a + I * f / network->zero_hz);
				double error = db(cabs(side) / cabs(exact));

				assert_true(fabs(error) < 0.01);
				worst_db = fmax(worst_db, fabs(error));
			}
		}
	}
	printf("figure: natural crossfeed against its network: %.4f dB %.2f us\n", worst_db,
	       worst_us);
}

static void test_natural_gives_back_what_it_takes(void **state)
{
	static double direct[9600], cross[9600];

	for (int r = 0; r < RATES; r++) {
		struct crossfeed_filter filter = design(CROSSFEED_NATURAL, &networks[1], rates[r]);
		unsigned int count = impulse(&filter, rates[r], direct, cross);

		for (unsigned int i = 0; i < count; i++) {
			assert_true(fabs(direct[i] + cross[i] - (i == 0)) < 1e-15);
		}
	}
}

/* What is the same on both sides keeps its bits, a negative zero and a denormal too. */
static void test_natural_keeps_the_middle(void **state)
{
	unsigned int samples = 0;

	for (int r = 0; r < RATES; r++) {
		struct crossfeed_filter filter = design(CROSSFEED_NATURAL, &networks[5], rates[r]);
		struct crossfeed_state memory = {{0}};
		double in[BLOCK], left[BLOCK], right[BLOCK];
		uint32_t seed = 1;

		for (int block = 0; block < 20; block++) {
			for (int i = 0; i < BLOCK; i++) {
				in[i] = next_random(&seed) * pow(10, -20 * (next_random(&seed)));
			}
			in[0] = -0.0;
			in[1] = 0x1p-1074;
			in[2] = 0;
			memcpy(left, in, sizeof(in));
			memcpy(right, in, sizeof(in));
			crossfeed_process(&filter, &memory, left, right, BLOCK);
			assert_memory_equal(left, in, sizeof(in));
			assert_memory_equal(right, in, sizeof(in));
			samples += 2 * BLOCK;
		}
	}
	printf("figure: natural crossfeed of the same on both sides: all of %u samples keep their "
	       "bits\n",
	       samples);
}

/* 100 ms after the sides were last different the middle has its bits again. */
static void test_natural_forgets_the_sides(void **state)
{
	struct crossfeed_filter filter = design(CROSSFEED_NATURAL, &networks[5], 48000);
	struct crossfeed_state memory = {{0}};
	double in[BLOCK], left[BLOCK], right[BLOCK];
	uint32_t seed = 1;

	for (int block = 0; block < 20; block++) {
		for (int i = 0; i < BLOCK; i++) {
			in[i] = left[i] = right[i] = next_random(&seed);
			right[i] += block == 0 ? next_random(&seed) : 0;
		}
		crossfeed_process(&filter, &memory, left, right, BLOCK);
		if (block > 10) {
			assert_memory_equal(left, in, sizeof(in));
			assert_memory_equal(right, in, sizeof(in));
		}
	}
}

/* A second of noise, different on both sides, through ours and theirs. The worst sample. */
static double worst_against_bs2b(double cut_hz, double feed_db, double rate_hz)
{
	const struct crossfeed_settings settings = {
		.kind = CROSSFEED_BAUER, .separation_db = feed_db, .cut_hz = cut_hz};
	t_bs2bdp theirs = bs2b_open();
	struct crossfeed_state memory = {{0}};
	struct crossfeed_filter filter;
	uint32_t seed = 7;
	double worst = 0;

	assert_non_null(theirs);
	bs2b_set_srate(theirs, (uint32_t)rate_hz);
	bs2b_set_level(theirs, (uint32_t)cut_hz | (uint32_t)lround(feed_db * 10) << 16);
	crossfeed_design(&settings, rate_hz, &filter);
	for (int block = 0; block < rate_hz / BLOCK; block++) {
		double left[BLOCK], right[BLOCK], both[2 * BLOCK];

		for (int i = 0; i < BLOCK; i++) {
			both[2 * i] = left[i] = next_random(&seed);
			both[2 * i + 1] = right[i] = next_random(&seed);
		}
		bs2b_cross_feed_d(theirs, both, BLOCK);
		crossfeed_process(&filter, &memory, left, right, BLOCK);
		for (int i = 0; i < BLOCK; i++) {
			worst = fmax(worst, fabs(left[i] - both[2 * i]));
			worst = fmax(worst, fabs(right[i] - both[2 * i + 1]));
		}
	}
	bs2b_close(theirs);
	return worst;
}

static void test_bauer_is_bs2b(void **state)
{
	static const double levels[][2] = {{700, 4.5}, {700, 6}, {650, 9.5}, {650, 13},
					   {700, 3},   {300, 3}, {2000, 13}, {1230, 7.5}};
	double worst = 0;

	for (int r = 0; r < RATES; r++) {
		for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
			worst = fmax(worst,
				     worst_against_bs2b(levels[i][0], levels[i][1], rates[r]));
		}
	}
	printf("figure: bauer crossfeed against libbs2b: %.2e of full scale\n", worst);
	assert_true(worst < 1e-6);
}

/* What crossfeed_power() says is what comes out. */
static void test_power(void **state)
{
	static double direct[9600], cross[9600];

	for (int kind = CROSSFEED_NATURAL; kind <= CROSSFEED_BAUER; kind++) {
		struct crossfeed_filter filter =
			design((enum crossfeed_kind)kind, &networks[3], 48000);
		unsigned int count;

		filter.middle = 0.1;
		count = impulse(&filter, 48000, direct, cross);
		for (double f = 20; f <= 20000; f *= 1.5) {
			double complex d = at(direct, count, f, 48000);
			double complex x = at(cross, count, f, 48000);
			double middle, side;

			crossfeed_power(&filter, 48000, f, &middle, &side);
			assert_true(fabs(middle - pow(cabs(d + x), 2)) < 1e-9);
			assert_true(fabs(side - pow(cabs(d - x), 2)) < 1e-9);
		}
	}
}

static void test_centre(void **state)
{
	const struct crossfeed_settings settings = {
		.kind = CROSSFEED_NATURAL, .separation_db = 9.5, .delay_us = 280, .center_db = -3};
	struct crossfeed_filter filter;
	struct crossfeed_state memory = {{0}};
	double left[2] = {0.5, -1}, right[2] = {0.5, -1};

	crossfeed_design(&settings, 48000, &filter);
	crossfeed_process(&filter, &memory, left, right, 2);
	for (int i = 0; i < 2; i++) {
		assert_true(fabs(left[i] / (i ? -1 : 0.5) - pow(10, -3 / 20.0)) < 1e-15);
		assert_true(left[i] == right[i]);
	}
}

/* Woodworth's formula, worked out by hand. */
static void test_angles(void **state)
{
	static const double table[][2] = {{15, 133}, {22, 194}, {30, 261}, {40, 342},
					  {45, 381}, {55, 454}, {90, 656}};

	for (int i = 0; i < 7; i++) {
		assert_true(fabs(crossfeed_delay_us(table[i][0]) - table[i][1]) < 0.6);
		assert_true(fabs(crossfeed_angle_degrees(crossfeed_delay_us(table[i][0])) -
				 table[i][0]) < 1e-6);
	}
}

static void test_silence_ends_in_zeros_and_nonsense_ends(void **state)
{
	for (int kind = CROSSFEED_NATURAL; kind <= CROSSFEED_BAUER; kind++) {
		struct crossfeed_filter filter =
			design((enum crossfeed_kind)kind, &networks[0], 48000);
		const struct crossfeed_state rest = {{0}};
		struct crossfeed_state memory = {{0}};
		double left[BLOCK] = {1e305, -1e308, 1e308}, right[BLOCK] = {-1e308, 1e308};

		for (int block = 0; block < 100; block++) {
			crossfeed_process(&filter, &memory, left, right, BLOCK);
			memset(left, 0, sizeof(left));
			memset(right, 0, sizeof(right));
		}
		crossfeed_process(&filter, &memory, left, right, BLOCK);
		assert_true(left[BLOCK - 1] == 0 && right[BLOCK - 1] == 0);
		assert_memory_equal(&memory, &rest, sizeof(rest));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_natural_is_its_network),
		cmocka_unit_test(test_natural_gives_back_what_it_takes),
		cmocka_unit_test(test_natural_keeps_the_middle),
		cmocka_unit_test(test_natural_forgets_the_sides),
		cmocka_unit_test(test_bauer_is_bs2b),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_centre),
		cmocka_unit_test(test_angles),
		cmocka_unit_test(test_silence_ends_in_zeros_and_nonsense_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
