/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A-weighting (IEC 61672-1), and the A-weighted energy of a channel in steps of a second. Pure; no
 * allocation.
 *
 * The design is matched in magnitude, since a bilinear transform is 16 dB low at 20 kHz and 48 kHz:
 * the standard's six poles are mapped by exp(-2 pi f / rate), its four zeros at 0 Hz stand at z =
 * 1, and the two zeros that remain are worked out so that the magnitude is the standard's at 1 kHz,
 * 14 kHz and 19.4 kHz (in proportion below, at rates that do not reach it); the way from three
 * magnitudes to two zeros is that of M. Vicanek, "Matched second order digital filters" (2016).
 * Up to 20 kHz it is within 0.15 dB of the standard at 44.1 kHz, 0.07 dB at 48 kHz, 0.001 dB from
 * 88.2 kHz on.
 */
#ifndef WIREGAIN_WEIGHTING_H
#define WIREGAIN_WEIGHTING_H

#include <stddef.h>
#include <stdint.h>

#define WEIGHTING_SECTIONS 3

/* A second-order section, transposed direct form II. */
struct weighting_section {
	double b[3], a[2]; /* a: of z^-1 and z^-2 */
	double state[2];
};

struct weighting {
	struct weighting_section sections[WEIGHTING_SECTIONS];
};

/* At rest. `rate_hz`: 8000 and more. */
void weighting_init(struct weighting *weighting, double rate_hz);

/* The energy of one channel. To be cleared, then given its rate. */
struct exposure {
	struct weighting weighting;
	double second_frames; /* of a second: the rate */
	double gathered;      /* frames of the second under way */
	double sum;           /* of squares, in it */
	double last;          /* mean square of the last whole second; a sine of 1 has 0.5 */
	double total;         /* the sum of them all, in seconds of full scale squared */
	uint64_t seconds;     /* how many there were */
};

/* Another rate: the filter starts afresh, what was gathered stays. */
void exposure_set_rate(struct exposure *exposure, double rate_hz);

void exposure_process(struct exposure *exposure, const double *samples, size_t count);

#endif
