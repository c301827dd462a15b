/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The factors of the interpolation by which the guard looks between samples. Not for every block.
 */
#include <math.h>

#include "interpolation.h"
#include "ops.h"

#define BETA 6.0

_Static_assert(BETWEEN_HALF <= INTERPOLATION_HALF_MOST, "its taps can be designed");

double between_init(struct between_taps *taps)
{
	double none[BETWEEN_HALF], reach = 1;

	for (int p = 1; p < 4; p++) {
		reach = fmax(reach, interpolation_design(BETWEEN_HALF, BETA, p / 8.0,
							 taps->even[p - 1], taps->odd[p - 1]));
	}
	return fmax(reach, interpolation_design(BETWEEN_HALF, BETA, 0.5, taps->middle, none));
}
