/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The design of interpolations.
 */
#include "interpolation.h"

#include <math.h>

#include "maths.h"

/* The modified Bessel function of the first kind, order 0, by its series. */
static double bessel(double x)
{
	double sum = 1, term = 1;

	for (int k = 1; term > 1e-17 * sum; k++) {
		term *= (x / 2 / k) * (x / 2 / k);
		sum += term;
	}
	return sum;
}

static double kaiser(double x, double beta)
{
	return fabs(x) < 1 ? bessel(beta * sqrt(1 - x * x)) / bessel(beta) : 0;
}

static double sinc(double x)
{
	return x == 0 ? 1 : maths_sin(M_PI * x) / (M_PI * x);
}

double interpolation_design(unsigned int half, double kaiser_beta, double position,
			    double *ret_even, double *ret_odd)
{
	double taps[2 * INTERPOLATION_HALF_MOST] = {0}, sum = 0, size = 0;

	for (unsigned int k = 0; k < 2 * half; k++) {
		double x = (double)k - (half - 1) - position;

		taps[k] = sinc(x) * kaiser(x / half, kaiser_beta);
		sum += taps[k];
		size += fabs(taps[k]);
	}
	for (unsigned int k = 0; k < half; k++) {
		double near = taps[k] / sum, far = taps[2 * half - 1 - k] / sum;

		ret_even[k] = (near + far) / 2;
		ret_odd[k] = (near - far) / 2;
	}
	return size / sum;
}
