/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The safety limiter: no latency. A frame that would pass the ceiling is scaled to it at once, all
 * channels together; the factor is held for 50 ms after the last frame that came within 0.1 % of
 * the ceiling, and then returns to 1 with a time constant of 100 ms, so that a steady tone is
 * scaled by a steady factor. Below the ceiling, with the factor at 1, samples pass untouched.
 * Real-time safe.
 */
#ifndef WIREGAIN_LIMITER_H
#define WIREGAIN_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

/* Of both limiters, this one and the look-ahead one: they are exchanged while they limit. */
#define LIMITER_HOLD_S    0.05
#define LIMITER_RELEASE_S 0.1
#define LIMITER_NEAR      0.999 /* of the ceiling: keeps the hold */

struct limiter {
	double ceiling; /* linear peak */
	double factor;  /* 1: at rest */
	double release; /* how much of the way to 1 is left after one frame */
	uint32_t hold_frames;
	uint32_t held; /* frames of hold left */
};

void limiter_init(struct limiter *limiter, double rate_hz, double ceiling);

/* It multiplies by 1. */
static inline bool limiter_at_rest(const struct limiter *limiter)
{
	return limiter->factor == 1.0;
}

/*
 * Works on one or two channels (right NULL: one) in place, finite samples only. Returns the frames
 * in which the ceiling would have been passed.
 */
unsigned int limiter_process(struct limiter *limiter, double *left, double *right,
			     unsigned int frames);

/* Clips at the ceiling instead. Returns the frames that were clipped. */
unsigned int limiter_clip(const struct limiter *limiter, double *left, double *right,
			  unsigned int frames);

#endif
