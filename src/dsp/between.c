/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The factors of an interpolation between samples. Not for every block.
 */
#include <math.h>

#include "ops.h"

#define TAPS (2 * BETWEEN_HALF)
#define BETA 6.0

/* The modified Bessel function of the first kind, order 0. */
static double bessel(double x)
{
	double sum = 1, term = 1;

	for (int k = 1; k < 60; k++) {
		term *= x * x / (4.0 * k * k);
		sum += term;
	}
	return sum;
}

static double kaiser(double x)
{
	return fabs(x) < 1 ? bessel(BETA * sqrt(1 - x * x)) / bessel(BETA) : 0;
}

static double sinc(double x)
{
	return x == 0 ? 1 : sin(M_PI * x) / (M_PI * x);
}

/* What each of 64 samples counts at p/8 of the way between the two in the middle. */
static void fill_phase(double taps[TAPS], int p)
{
	double sum = 0;

	for (int k = 0; k < TAPS; k++) {
		double x = k - (BETWEEN_HALF - 1) - p / 8.0;

		taps[k] = sinc(x) * kaiser(x / BETWEEN_HALF);
		sum += taps[k];
	}
	for (int k = 0; k < TAPS; k++) {
		taps[k] /= sum;
	}
}

void between_init(struct between_taps *taps)
{
	double phase[TAPS];

	for (int p = 1; p < 4; p++) {
		fill_phase(phase, p);
		for (int k = 0; k < BETWEEN_HALF; k++) {
			taps->even[p - 1][k] = (phase[k] + phase[TAPS - 1 - k]) / 2;
			taps->odd[p - 1][k] = (phase[k] - phase[TAPS - 1 - k]) / 2;
		}
	}
	fill_phase(phase, 4);
	for (int k = 0; k < BETWEEN_HALF; k++) {
		taps->middle[k] = (phase[k] + phase[TAPS - 1 - k]) / 2;
	}
}
