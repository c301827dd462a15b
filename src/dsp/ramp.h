/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Smooth steps: the quintic q(x) = 6x^5 - 15x^4 + 10x^3, whose slope and curvature are 0 at both
 * ends. Real-time safe.
 */
#ifndef WIREGAIN_RAMP_H
#define WIREGAIN_RAMP_H

#include <stdbool.h>

/* A walk from 0 to 1 over a number of frames. */
struct ramp_progress {
	double position; /* frames since its start */
	double length;   /* frames in all */
};

/* q(x): 0 for x <= 0, 1 for x >= 1. */
double quintic(double x);

/* Writes q for the next `frames` frames; the first is one frame past where it stands. */
void ramp_progress_fill(struct ramp_progress *progress, double *ret_q, unsigned int frames);

static inline bool ramp_progress_done(const struct ramp_progress *progress)
{
	return progress->position >= progress->length;
}

static inline double ramp_progress_left(const struct ramp_progress *progress)
{
	return progress->length - progress->position;
}

/*
 * A gate: a factor from 0 to 1 for a whole output. It is a rise times a fall, each a quintic, so
 * that it may turn round at any moment without a step or a kink: a fall takes the factor down from
 * wherever the rise has got to; a rise asked for during a fall begins when that has ended.
 */
struct gate {
	struct ramp_progress rise, fall;
	double next_rise_length; /* of the rise that waits for the fall's end */
	bool open;               /* what was last asked for */
	bool rising;             /* or risen */
	bool falling;
};

/* At rest, at 0 or 1. */
void gate_init(struct gate *gate, bool open);

/*
 * Opens or closes over `length` frames; 0: at once. Asking again for the same does nothing, except
 * that a closing gate closes sooner when it is asked to.
 */
void gate_move(struct gate *gate, bool open, double length);

bool gate_resting(const struct gate *gate);

/* At rest at 0. */
bool gate_closed(const struct gate *gate);

/* Multiplies the next `frames` frames by the gate's factors, all channels by the same. */
void gate_process(struct gate *gate, double *const channels[], unsigned int count,
		  unsigned int frames);

#endif
