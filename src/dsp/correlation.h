/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * How two channels belong together: correlation <l r> / sqrt(<l^2> <r^2>) and balance <r^2> /
 * <l^2>, with means over about 300 ms. Gathered over chunks of a millisecond. Real-time safe.
 */
#ifndef WIREGAIN_CORRELATION_H
#define WIREGAIN_CORRELATION_H

#include <stddef.h>

#define CORRELATION_QUIET 1e-3 /* RMS: with both sides below, -60 dBFS, nothing is said */

struct correlation {
	unsigned int chunk_frames;
	unsigned int gathered;
	double chunk[3]; /* sums of l r, l^2, r^2 in the chunk under way */
	double mean[3];
	double part;    /* of the new in the means, for each chunk */
	double heard_s; /* how long there was something to hear, without a break */
	double chunk_s;
	double least; /* since correlation_reset(); 1 before anything was heard */
};

void correlation_init(struct correlation *correlation, double rate_hz);

/* Finite samples. */
void correlation_process(struct correlation *correlation, const double *left, const double *right,
			 size_t count);

/* As meter_rest() and meter_reset(). */
void correlation_rest(struct correlation *correlation);
void correlation_reset(struct correlation *correlation);

/* -1 to 1; 0 where nothing is to be heard, and where one side is silent. */
double correlation_value(const struct correlation *correlation);

/* The right side's level against the left's, in dB, -60 to 60; 0 where nothing is to be heard. */
double correlation_balance_db(const struct correlation *correlation);

#endif
