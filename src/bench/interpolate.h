/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The peak between samples, by a transform of the whole record: another way than the amplifier's
 * own meters and limiters go.
 */
#ifndef WIREGAIN_INTERPOLATE_H
#define WIREGAIN_INTERPOLATE_H

#include <stddef.h>

#define INTERPOLATE_POINTS 16 /* for each sample */

/*
 * The highest |value| of a record of a power of two samples, which is silent at both ends, at
 * INTERPOLATE_POINTS points a sample. Between two of them a tone of half the rate goes up by
 * 0.042 dB more, one of a quarter by 0.011. 0 or a negative errno.
 */
int interpolate_peak(const double *samples, size_t count, double *ret_peak);

#endif
