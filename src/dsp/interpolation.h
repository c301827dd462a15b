/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The design of interpolations between samples: a sinc under a Kaiser window. Not for every block.
 */
#ifndef WIREGAIN_INTERPOLATION_H
#define WIREGAIN_INTERPOLATION_H

#define INTERPOLATION_HALF_MOST 32

/*
 * The factors of the sums and of the differences of two samples that lie equally far from the
 * middle, `half` of each, the outermost first, for `position`, from 0 to 1, of the way between the
 * two samples in the middle; sum + difference is the value there, sum - difference the one at 1 -
 * position. A constant stays what it is. Returns the sum of the factors' sizes of the samples
 * themselves: no value is larger than the largest sample times that.
 */
double interpolation_design(unsigned int half, double kaiser_beta, double position,
			    double *ret_even, double *ret_odd);

#endif
