/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Elementary functions with the same bits everywhere: the argument is reduced to a short interval
 * by a multiple of a constant in two parts, the first of which is so short that its multiples are
 * exact, and a Taylor series is summed there.
 */
#include "maths.h"

#include <math.h>

/* The first parts have 33 or 32 bits. */
#define HALF_PI_HIGH 0x1.921fb54400000p+0
#define HALF_PI_LOW  0x1.0b4611a626331p-34
#define LN2_HIGH     0x1.62e42fee00000p-1
#define LN2_LOW      0x1.a39ef35793c76p-33
#define LG2_HIGH     0x1.3441350800000p-2 /* of log10(2) */
#define LG2_LOW      0x1.f79fef311f12bp-34

#define LN2          0x1.62e42fefa39efp-1
#define LN10         0x1.26bb1bbb55516p+1
#define LOG2_E       0x1.71547652b82fep+0
#define LOG2_10      0x1.a934f0979a371p+1
#define LOG10_E      0x1.bcb7b1526e50ep-2

/* Results beyond are 0 and infinite. */
#define POWER_MIN    (-1022)
#define POWER_MAX    1024

/* The terms of a series, the one of the highest power first. */
static double sum_series(const double *terms, int count, double x)
{
	double sum = terms[0];

	for (int i = 1; i < count; i++) {
		sum = sum * x + terms[i];
	}
	return sum;
}

/* |r| < pi / 4, a little more by rounding. */
static double reduced_sin(double r)
{
	static const double terms[] = {
		1 / 355687428096000., -1 / 1307674368000., 1 / 6227020800., -1 / 39916800.,
		1 / 362880.,          -1 / 5040.,          1 / 120.,        -1 / 6.};

	return r + r * (r * r * sum_series(terms, 8, r * r));
}

static double reduced_cos(double r)
{
	static const double terms[] = {
		1 / 20922789888000., -1 / 87178291200., 1 / 479001600., -1 / 3628800.,
		1 / 40320.,          -1 / 720.,         1 / 24.};
	const double square = r * r, near = 1 - square / 2;

	return near + ((1 - near) - square / 2 + square * (square * sum_series(terms, 7, square)));
}

/* sin(x + quarters * pi / 2) */
static double shifted_sin(double x, int quarters)
{
	const double multiple = rint(x * (1 / (HALF_PI_HIGH + HALF_PI_LOW)));
	const double r = (x - multiple * HALF_PI_HIGH) - multiple * HALF_PI_LOW;

	switch (((int)multiple + quarters) & 3) {
	case 0:
		return reduced_sin(r);
	case 1:
		return reduced_cos(r);
	case 2:
		return -reduced_sin(r);
	default:
		return -reduced_cos(r);
	}
}

double maths_sin(double x)
{
	return shifted_sin(x, 0);
}

double maths_cos(double x)
{
	return shifted_sin(x, 1);
}

/* exp(r) - 1, |r| < log(2) / 2, a little more by rounding. */
static double reduced_expm1(double r)
{
	static const double terms[] = {1 / 6227020800., 1 / 479001600., 1 / 39916800., 1 / 3628800.,
				       1 / 362880.,     1 / 40320.,     1 / 5040.,     1 / 720.,
				       1 / 120.,        1 / 24.,        1 / 6.,        1 / 2.};

	return r + r * r * sum_series(terms, 12, r);
}

/* exp(r) * 2^power; `power` is an integer, or not a number. */
static double scaled_exp(double r, double power)
{
	if (!(power <= POWER_MAX)) {
		return power > POWER_MAX ? INFINITY : NAN;
	}
	return power < POWER_MIN ? 0 : ldexp(1 + reduced_expm1(r), (int)power);
}

double maths_exp(double x)
{
	const double power = rint(x * LOG2_E);

	return scaled_exp((x - power * LN2_HIGH) - power * LN2_LOW, power);
}

double maths_exp2(double x)
{
	const double power = rint(x);

	return scaled_exp((x - power) * LN2, power);
}

double maths_exp10(double x)
{
	const double power = rint(x * LOG2_10);

	return scaled_exp(((x - power * LG2_HIGH) - power * LG2_LOW) * LN10, power);
}

double maths_expm1(double x)
{
	const double power = rint(x * LOG2_E);

	/* Beyond, a one counts for nothing. */
	if (!(fabs(power) < 60)) {
		return maths_exp(x) - 1;
	}
	return ldexp(reduced_expm1((x - power * LN2_HIGH) - power * LN2_LOW), (int)power) +
	       (ldexp(1, (int)power) - 1);
}

double maths_sinh(double x)
{
	const double less = maths_expm1(fabs(x));

	return copysign((less + less / (less + 1)) / 2, x);
}

/* x = (1 + *ret_part) * 2^power, the first factor from sqrt(1/2) to sqrt(2). */
static int split(double x, double *ret_part)
{
	int power;
	double part = frexp(x, &power);

	if (part < M_SQRT1_2) {
		part *= 2;
		power--;
	}
	*ret_part = part - 1;
	return power;
}

/* log(1 + f) = 2 artanh(s), s = f / (2 + f); as 2 s = f - s f, f is the only large term. */
static double reduced_log(double f)
{
	static const double terms[] = {2 / 23., 2 / 21., 2 / 19., 2 / 17., 2 / 15., 2 / 13.,
				       2 / 11., 2 / 9.,  2 / 7.,  2 / 5.,  2 / 3.};
	const double s = f / (2 + f), square = s * s;

	return f - s * (f - square * sum_series(terms, 11, square));
}

double maths_log(double x)
{
	double f;
	int power;

	if (!(x > 0) || isinf(x)) {
		return x == 0 ? -INFINITY : x > 0 ? x : NAN;
	}
	power = split(x, &f);
	return power * LN2_HIGH + (power * LN2_LOW + reduced_log(f));
}

double maths_log10(double x)
{
	double f;
	int power;

	if (!(x > 0) || isinf(x)) {
		return maths_log(x);
	}
	power = split(x, &f);
	return power * LG2_HIGH + (power * LG2_LOW + reduced_log(f) * LOG10_E);
}

double maths_pow(double base, double exponent)
{
	return maths_exp(exponent * maths_log(base));
}
