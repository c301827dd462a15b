/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Linkwitz-Riley low-pass of fourth order for a subwoofer: two Butterworth sections of second
 * order in series, -6.02 dB at the corner. Bilinear transform, prewarped at the corner (the
 * formulas of R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients", Q =
 * 1/sqrt 2). A change of corner crossfades from the running filter to another, both running.
 * Real-time safe.
 */
#ifndef WIREGAIN_LOWPASS_H
#define WIREGAIN_LOWPASS_H

#include <stdbool.h>

#include "ramp.h"

struct biquad {
	double b0, b1, b2, a1, a2;
	double s1, s2; /* transposed direct form II */
};

struct lowpass_pair {
	double corner_hz; /* 0: a wire */
	struct biquad section[2];
};

struct lowpass {
	double rate_hz;
	double asked_hz; /* the corner that `now`, or `next` while changing, was made for */
	struct lowpass_pair now, next;
	struct ramp_progress progress; /* from `now` to `next` */
	bool changing;
};

/* `corner_hz` 0 is a wire. A corner at or above 0.45 of the rate is a wire too. */
void lowpass_init(struct lowpass *lowpass, double rate_hz, double corner_hz);

/* Starts towards another corner over `length` frames; while one change runs nothing
 * happens: call again at the next block.
 */
void lowpass_set_corner(struct lowpass *lowpass, double corner_hz, double length);

/* In place. */
void lowpass_process(struct lowpass *lowpass, double *samples, unsigned int frames);

/* It is a wire, and is not about to be anything else. */
bool lowpass_is_wire(const struct lowpass *lowpass);

#endif
