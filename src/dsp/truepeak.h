/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * True peak of one channel (ITU-R BS.1770, annex 2, with a finer filter): the largest of the
 * samples and of 15 values between any two of them, by 48 taps of a sinc under a Kaiser window of
 * beta 7. Up to 0.4535 of the rate the filter is right to 0.004 dB; between its positions 0.04 dB
 * at most are missed. Real-time safe.
 *
 * A group of samples that cannot pass the present reading is not looked at: nothing between samples
 * is larger than the largest sample around times the sum of the taps' sizes.
 */
#ifndef WIREGAIN_TRUEPEAK_H
#define WIREGAIN_TRUEPEAK_H

#include <stddef.h>

#include "ops.h"

#define TRUEPEAK_PAST   32 /* samples before the first of a group that may be looked at */
#define TRUEPEAK_FUTURE 48 /* from the first of a group on */
#define TRUEPEAK_BLOCK  256
#define TRUEPEAK_WINDOW (TRUEPEAK_PAST + TRUEPEAK_BLOCK + TRUEPEAK_FUTURE - PEAK_GROUP)

struct truepeak {
	const struct ops *ops;
	struct peak_taps taps;
	float bound; /* the sum of a position's taps' sizes, the most of all */
	double fall; /* of `peak`, for each group; 1: it stays */
	double peak; /* linear: rises at once, falls */
	double most; /* linear: since truepeak_reset() */
	unsigned int filled;
	float window[TRUEPEAK_WINDOW];
	float tops[TRUEPEAK_WINDOW / PEAK_GROUP]; /* the largest |x| of each group in it */
};

/*
 * `fall_db_in_s`: how the moving reading falls; 0 where only `most` is asked for. `ops`: which
 * loops it runs.
 */
void truepeak_init(struct truepeak *meter, double rate_hz, double fall_db_in_s,
		   const struct ops *ops);

/* Finite samples. The last 24 to 279 are looked at when more follow; at an end, give zeros. */
void truepeak_process(struct truepeak *meter, const double *samples, size_t count);

/* As many zeros as it takes. */
void truepeak_finish(struct truepeak *meter);

/* As meter_rest() and meter_reset(). */
void truepeak_rest(struct truepeak *meter);
void truepeak_reset(struct truepeak *meter);

#endif
