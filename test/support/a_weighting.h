/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The closed form of A-weighting, IEC 61672-1, annex E.
 */
#ifndef WIREGAIN_TEST_A_WEIGHTING_H
#define WIREGAIN_TEST_A_WEIGHTING_H

#include <math.h>

static inline double a_weighting_lin(double hz)
{
	static const double pole_hz[4] = {20.598997, 107.65265, 737.86223, 12194.217};
	const double f2 = hz * hz, low = pole_hz[0] * pole_hz[0], high = pole_hz[3] * pole_hz[3];
	const double middle = (f2 + pole_hz[1] * pole_hz[1]) * (f2 + pole_hz[2] * pole_hz[2]);

	return high * f2 * f2 / ((f2 + low) * sqrt(middle) * (f2 + high));
}

/* In dB: 0 at 1 kHz. */
static inline double a_weighting_db(double hz)
{
	return 20 * log10(a_weighting_lin(hz) / a_weighting_lin(1000));
}

#endif
