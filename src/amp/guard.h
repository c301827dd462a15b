/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The guard: one for each output, after every gain, and nothing switches it out. What leaves it is
 * finite and never beyond the ceiling. In this order:
 *
 * - what is no sample (not finite, or beyond +60 dBFS) becomes silence and is counted; more than a
 *   millisecond of it, or one in 64 for long, is a fault;
 * - direct current (dsp/dc.h), and 50 ms beyond +24 dBFS, are faults; so is noise at the input
 *   (dsp/noise.h), which the path hears and says here;
 * - the thermal model of the headphone's coils (dsp/coil.h) takes back what they do not bear;
 * - a limiter holds the ceiling: full scale, or less where volts, amperes or SPL ask for it;
 * - a fault mutes the output within 2 ms. After 3 s without one, or at once on a reset where the
 *   fault is over, it fades in again, 500 ms.
 *
 * A ceiling moves along a quintic of 50 ms, a kind of limiter is crossfaded to another over 50 ms.
 * Audio thread.
 */
#ifndef WIREGAIN_GUARD_H
#define WIREGAIN_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "coil.h"
#include "dc.h"
#include "limiter.h"
#include "lookahead.h"
#include "ops.h"
#include "ramp.h"

#define GUARD_MUTE_MS    2
#define GUARD_FADE_MS    500
#define GUARD_CHANGE_MS  50
#define GUARD_RECOVER_S  3.0
#define GUARD_NO_SAMPLE  1000.0             /* linear: +60 dBFS */
#define GUARD_DC_DEFAULT 0.0316227766016838 /* -30 dBFS */

/* In the order of the choices of protect.limiter. */
enum limiter_kind {
	LIMITER_OFF,       /* clipped at the ceiling, and counted */
	LIMITER_SAFETY,    /* no latency; bit-exact below the ceiling */
	LIMITER_LOOKAHEAD, /* true peak; 1.5 ms late; bit-exact 0.2 dB below the ceiling */
};

/* In the order of the choices of protect.state. */
enum guard_state {
	GUARD_OK,
	GUARD_DC,
	GUARD_NONFINITE,
	GUARD_NOISE,
	GUARD_OVERLOAD,
};

/* What a plan asks of an output's guard. */
struct guard_rules {
	enum limiter_kind limiter;
	double ceiling;      /* linear peak; never more than 1 is taken */
	double dc;           /* linear; 0: not watched */
	double coil;         /* amplitude of the sine that the coil bears; 0: not known */
	unsigned int resets; /* how often protect.reset was asked for */
};

/* A sum that forgets. */
struct guard_bucket {
	double filled, holds, forgets; /* counts; counts a frame */
};

struct guard {
	const struct ops *ops;
	double rate_hz;
	unsigned int resets;
	bool reset_wanted;
	bool at_rest; /* nobody listens: it is as after guard_init(), a fault apart */

	double ceiling, ceiling_from, ceiling_to;
	struct ramp_progress ceiling_progress;
	double ceiling_part; /* of the curve that lies behind */
	double held_ratio;   /* by which the limiter's factor goes along with it */
	struct dc_watch dc[2];
	struct guard_bucket no_samples, overload;
	unsigned int over[2]; /* frames of the part under way that are an overload, by side */
	struct coil coil;
	struct limiter limiter;

	/* from the limiter to the look-ahead limiter, and back */
	struct lookahead lookahead;
	struct ramp_progress to_lookahead; /* or back */
	bool looks_ahead;                  /* or is about to */
	bool changes_kind;

	enum guard_state state;
	struct gate gate;
	uint64_t clean_frames; /* since the last fault */

	/* since guard_init() */
	uint64_t nonfinite_samples;
	uint64_t limited_frames;
	uint64_t trips;
};

/* Open, from silence. Counters start at 0. */
void guard_init(struct guard *guard, const struct ops *ops, double rate_hz,
		const struct guard_rules *rules);

/* Another rate: everything anew but counters and a fault. */
void guard_set_rate(struct guard *guard, double rate_hz, const struct guard_rules *rules);

/* A fault that the guard cannot hear itself. */
void guard_fault(struct guard *guard, enum guard_state state);

/*
 * Silences what is no sample, for a channel that goes through a filter first: guard_process() does
 * the same for what comes to it.
 */
void guard_scrub(struct guard *guard, double *samples, unsigned int frames);

/*
 * Works on up to 512 frames of one or two channels (right NULL: one) in place. True when what left
 * is bit for bit what came in, late or not. `found`: what whoever wrote the channels found in each
 * of them; NULL: not known.
 */
bool guard_process(struct guard *guard, const struct guard_rules *rules, double *left,
		   double *right, unsigned int frames, const struct survey *found);

/* Instead of guard_process() while nobody listens: forgets what it heard, but not a fault. */
void guard_rest(struct guard *guard, const struct guard_rules *rules, unsigned int frames);

#endif
