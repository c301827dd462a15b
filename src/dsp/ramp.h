/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Smooth steps: the quintic q(x) = 6x^5 - 15x^4 + 10x^3, whose slope and curvature are 0 at both
 * ends. Real-time safe.
 */
#ifndef WIREGAIN_RAMP_H
#define WIREGAIN_RAMP_H

#include <stdbool.h>

/* q(x): 0 for x <= 0, 1 for x >= 1. */
double quintic(double x);

/* A walk from 0 to 1 over a number of frames. */
struct ramp_progress {
	double position; /* frames since its start */
	double length;   /* frames in all */
};

/* Writes q for the next `frames` frames; the first is one frame past where it stands. */
void ramp_progress_fill(struct ramp_progress *progress, double *ret_q, unsigned int frames);

static inline bool ramp_progress_done(const struct ramp_progress *progress)
{
	return progress->position >= progress->length;
}

/*
 * A gate: a factor from 0 to 1 that multiplies an output. Opening and closing may turn round at
 * any moment: a turn closes from the present factor, never with a step.
 */
struct gate {
	double from, to;
	struct ramp_progress progress;
	bool reopen; /* to open again, over reopen_length, once it has closed */
	double reopen_length;
};

/* Rests at 0 or 1. */
void gate_init(struct gate *gate, bool open);

/* Opens or closes over `length` frames (0: at once). */
void gate_move(struct gate *gate, bool open, double length);

bool gate_resting(const struct gate *gate);

/* The factor of a gate that rests. */
double gate_value(const struct gate *gate);

/* Writes the factors of the next `frames` frames. */
void gate_fill(struct gate *gate, double *ret_factor, unsigned int frames);

#endif
