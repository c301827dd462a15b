/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A graphic equalizer's curve as a cascade of filters: shelves at both ends, and peaks in between,
 * six to an octave, whose gains are solved for by least squares. The curve is given by points,
 * straight in dB over the logarithm of the frequency, and flat beyond the last ones.
 */
#ifndef WIREGAIN_GRAPHIC_EQ_H
#define WIREGAIN_GRAPHIC_EQ_H

#include "biquad.h"

#define GRAPHIC_EQ_POINTS 512
#define GRAPHIC_EQ_BANDS  62

struct graphic_eq {
	unsigned int count; /* 1 to GRAPHIC_EQ_POINTS */
	double frequency_hz[GRAPHIC_EQ_POINTS];
	double gain_db[GRAPHIC_EQ_POINTS];
};

/* Writes GRAPHIC_EQ_BANDS filters. */
void graphic_eq_fit(const struct graphic_eq *eq, struct filter *ret_filters);

#endif
