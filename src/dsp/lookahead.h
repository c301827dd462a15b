/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The look-ahead limiter: it holds the true peak, between the samples too, below a ceiling, and
 * knows 1.5 ms before a peak leaves that it comes. Both channels are scaled by one factor.
 *
 * The peak between two samples is looked for at seven points, 64 samples wide (`between` in ops.h).
 * What it asks of the gain is taken at once by an envelope, which holds it for 50 ms after the last
 * peak that came within 0.1 % of the ceiling and then lets go with a time constant of 100 ms. Two
 * moving averages in series, no longer than the hold and over before the peak leaves, make of the
 * envelope's steps the factor's slopes: an average of what is all small enough is small enough.
 * They are summed in integers, so nothing drifts, and with nothing to limit the factor is
 * exactly 1.
 *
 * Eight points a sample see a sine near half the rate 0.17 dB too low, so it aims 0.2 dB below the
 * ceiling. Real-time safe.
 */
#ifndef WIREGAIN_LOOKAHEAD_H
#define WIREGAIN_LOOKAHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "ops.h"

#define LOOKAHEAD_S     0.0015
#define LOOKAHEAD_BLOCK 64   /* frames worked on at once */
#define LOOKAHEAD_RING  4096 /* frames: a power of two above the delay at 1.536 MHz and a block */
#define LOOKAHEAD_PAST  (2 * BETWEEN_HALF - 1)

struct lookahead {
	const struct ops *ops;
	struct between_taps taps;
	double reach;      /* no point between samples is beyond the largest of 64 times this */
	uint32_t delay;    /* frames from in to out */
	uint32_t spans[2]; /* frames of the two averages */
	uint32_t span;     /* of both together */

	double envelope;     /* 1: at rest */
	double release;      /* how much of the way to 1 is left after one frame */
	double release_span; /* and after `span` */
	uint32_t hold_frames, held;
	uint32_t quiet; /* frames since the envelope was below 1, as far as they matter */
	bool awake;     /* the averages run */

	double recent[2][LOOKAHEAD_PAST + LOOKAHEAD_BLOCK]; /* what came in */
	double tops[2]; /* the largest sample of at least LOOKAHEAD_PAST frames, and of those before
			 */
	uint32_t topped; /* frames that the first is of */
	double before;   /* the peak between the two samples before */
	double line[2][LOOKAHEAD_RING];
	uint32_t at;                     /* of the newest frame in the rings, and the one after */
	int64_t ring[2][LOOKAHEAD_RING]; /* what the averages average */
	int64_t sums[2];
};

/* The delay at a rate: 1.5 ms, and 48 frames below 32 kHz. */
uint32_t lookahead_delay(double rate_hz);

/* As if silence had come in for ever. */
void lookahead_init(struct lookahead *lookahead, const struct ops *ops, double rate_hz);

/* It multiplies by 1, and nothing that was limited is left in the averages. */
static inline bool lookahead_at_rest(const struct lookahead *lookahead)
{
	return lookahead->quiet > lookahead->spans[0] + lookahead->spans[1];
}

/*
 * In place, finite samples, one or two channels (right NULL: one; always the same), late by the
 * delay. Returns the frames whose true peak would have passed.
 */
unsigned int lookahead_process(struct lookahead *lookahead, double ceiling, double *left,
			       double *right, uint32_t frames);

#endif
