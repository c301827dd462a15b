/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The elementary functions against the C library's in long double, at known values, and a sum over
 * the bits of many results, which is the same on every machine.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "maths.h"

#define POINTS 20000

static double next_even(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) * 0x1p-53;
}

/* The distance between the next two doubles. */
static double unit_of(long double value)
{
	int power;

	frexp((double)value, &power);
	return ldexp(1, power - 53);
}

struct function {
	double (*mine)(double x);
	long double (*exact)(long double x);
	double from, to;
	double units; /* in the last place, at most; 0: `absolute` */
	double absolute;
};

static long double exact_exp10(long double x)
{
	return powl(10, x);
}

static const struct function functions[] = {
	{maths_sin, sinl, -20, 20, 0, 2e-16},
	{maths_cos, cosl, -20, 20, 0, 2e-16},
	{maths_sin, sinl, -0.785, 0.785, 2, 0},
	{maths_sin, sinl, 9e4, 1e5, 0, 2e-16},
	{maths_exp, expl, -1, 1, 2, 0},
	{maths_exp, expl, -700, 700, 2, 0},
	{maths_exp2, exp2l, -1000, 1000, 2, 0},
	{maths_exp10, exact_exp10, -3, 3, 2, 0},
	{maths_exp10, exact_exp10, -300, 300, 2, 0},
	{maths_expm1, expm1l, -2, 2, 2, 0},
	{maths_expm1, expm1l, -1e-5, 1e-5, 2, 0},
	{maths_sinh, sinhl, -0.35, 0.35, 0, 2e-16},
	{maths_sinh, sinhl, -2, 2, 0, 1e-15},
	{maths_log, logl, 0.5, 2, 2, 0},
	{maths_log, logl, 1e-300, 1e-290, 2, 0},
	{maths_log, logl, 0, 1e6, 2, 0},
	{maths_log10, log10l, 0.5, 2, 2, 0},
	{maths_log10, log10l, 0, 1e6, 2, 0},
};

static void functions_are_right(void **state)
{
	uint64_t seed = 1;

	for (size_t f = 0; f < sizeof(functions) / sizeof(functions[0]); f++) {
		const struct function *function = &functions[f];

		for (int i = 0; i < POINTS; i++) {
			double x =
				function->from + (function->to - function->from) * next_even(&seed);
			long double exact = function->exact(x);
			double error = (double)fabsl(function->mine(x) - exact);
			double allowed = function->units > 0 ? function->units * unit_of(exact)
							     : function->absolute;

			if (!(error <= allowed)) {
				fail_msg("row %zu at %a: %a, off by %g, allowed %g", f, x,
					 function->mine(x), error, allowed);
			}
		}
	}
}

static void powers_are_right(void **state)
{
	uint64_t seed = 2;

	for (int i = 0; i < POINTS; i++) {
		double base = 0.01 + 100 * next_even(&seed), exponent = 20 * next_even(&seed) - 10;
		long double exact = powl(base, exponent);
		double size = 1 + fabs(exponent * log(base));

		assert_true((double)fabsl(maths_pow(base, exponent) / exact - 1) < 1e-15 * size);
	}
}

static void known_values_are_exact(void **state)
{
	assert_true(maths_sin(0) == 0 && maths_cos(0) == 1);
	assert_true(maths_exp(0) == 1 && maths_exp2(10) == 1024 && maths_exp10(0) == 1);
	assert_true(maths_log(1) == 0 && maths_log10(1) == 0 && maths_expm1(0) == 0);
	assert_true(maths_pow(7, 0) == 1 && maths_sinh(0) == 0);
	assert_true(maths_log(0) == -INFINITY && isnan(maths_log(-1)) && isnan(maths_log(NAN)));
	assert_true(maths_log(INFINITY) == INFINITY && maths_log10(0) == -INFINITY);
	assert_true(maths_exp(1000) == INFINITY && maths_exp(-1000) == 0 && isnan(maths_exp(NAN)));
	assert_true(maths_exp(-INFINITY) == 0 && maths_exp(INFINITY) == INFINITY);
	assert_true(maths_expm1(-100) == -1 && maths_expm1(1000) == INFINITY);
}

/* FNV-1a over the bits of every function at many places. */
static void bits_are_the_same_everywhere(void **state)
{
	uint64_t seed = 3, hash = 0xcbf29ce484222325u;

	for (size_t f = 0; f < sizeof(functions) / sizeof(functions[0]); f++) {
		for (int i = 0; i < POINTS; i++) {
			double x = functions[f].from +
				   (functions[f].to - functions[f].from) * next_even(&seed);
			double y = functions[f].mine(x);
			uint64_t bits;

			memcpy(&bits, &y, sizeof(bits));
			hash = (hash ^ bits) * 0x100000001b3u;
		}
	}
	print_message("hash of all bits: %016llx\n", (unsigned long long)hash);
	assert_true(hash == 0x3e956bca7bac1f3au);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_right),
		cmocka_unit_test(powers_are_right),
		cmocka_unit_test(known_values_are_exact),
		cmocka_unit_test(bits_are_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
