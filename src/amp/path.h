/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The signal path: from five stereo inputs to headphone, line and sub, in double precision.
 * Everything here but path_init() runs on the audio thread: no allocation, no lock, no system call.
 *
 * Every change of anything is one thing: the whole table of factors goes from the old plan to the
 * new one along a quintic curve, 20 ms for steps of up to 1 dB and 50 ms for all else. A change
 * during a change adds its own curve, which ends no earlier than those before it, so that every
 * factor stays within the plans it passes (no overshoot), smooth in value, slope and curvature.
 */
#ifndef WIREGAIN_PATH_H
#define WIREGAIN_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"
#include "headphone-chain.h"
#include "lowpass.h"
#include "noise.h"
#include "ops.h"
#include "plan.h"
#include "ramp.h"

#define PATH_BLOCK      512 /* frames worked on at once: they stay near the core */
#define PATH_RAMP_BLOCK 64  /* frames worked on at once while anything changes */
#define PATH_CHANGES    24  /* changes that may be under way at once */

#define PATH_STEP_MS    20
#define PATH_CHANGE_MS  50
#define PATH_START_MS   500

/* A plan on its way in. */
struct path_change {
	struct plan plan;
	struct ramp_progress progress;
};

/* Where samples come from and go to. */
struct path_block {
	const double *in[INPUTS][2]; /* NULL: silence */
	double *out[CHANNELS];       /* NULL: not wanted */
};

struct path {
	const struct ops *ops;
	double rate_hz;
	unsigned int outputs; /* bit N: enum output N is wanted */
	struct plan plan;     /* where every finished change has led to */
	struct path_change changes[PATH_CHANGES];
	unsigned int change_count;
	double curves[PATH_CHANGES][PATH_RAMP_BLOCK]; /* of the changes, for one short part */
	struct gate gates[OUTPUTS]; /* fade in and out of each output, apart from the plan */
	struct headphone_chain headphone;
	struct lowpass lowpass;
	struct noise_watch noise; /* of the selected input */
	struct guard guards[OUTPUTS];
	bool bit_exact[OUTPUTS]; /* of the last path_process(): what left is what came in */
};

/* Silent, at a rate from 1 Hz to 1.536 MHz, every gate closed. `outputs`: bit N, enum output N. */
void path_init(struct path *path, double rate_hz, const struct plan *plan, unsigned int outputs);

/* Another rate: state of filters is dropped, gates close at once; open them to fade in. */
void path_set_rate(struct path *path, double rate_hz);

/* Starts towards a plan. False when PATH_CHANGES are under way: ask again at the next block. */
bool path_set_plan(struct path *path, const struct plan *plan);

/*
 * Starts towards other filters for the headphones. False when they cannot be taken now: ask again
 * at the next block.
 */
bool path_set_headphone_filters(struct path *path, const struct headphone_filters *filters);

/* The headphones' filters are of the path's rate: until then keep their gate closed. */
bool path_headphone_ready(const struct path *path);

/* Fades an output in or out within `ms`; 0: at once. */
void path_set_gate(struct path *path, enum output output, bool open, double ms);

/*
 * Works on `frames` frames of the block. Outputs receive frames of full scale +-1.0, never beyond,
 * always finite. Inputs and outputs do not overlap.
 */
void path_process(struct path *path, const struct path_block *block, unsigned int frames);

/* Bit N: input N has a factor in the plan or in one of the changes; the others are not heard. */
unsigned int path_used_inputs(const struct path *path);

/* By how much all outputs are late: the look-ahead limiter's delay while it is chosen. */
unsigned int path_latency_frames(const struct path *path);

/* An output's gate is closed and rests. */
bool path_output_silent(const struct path *path, enum output output);

/* Every gate is. */
bool path_silent(const struct path *path);

#endif
