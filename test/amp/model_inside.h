/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the model's two files share: model.c makes things happen, model_promises.c says what must
 * hold after each block.
 */
#ifndef WIREGAIN_MODEL_INSIDE_H
#define WIREGAIN_MODEL_INSIDE_H

#include "amp.h"
#include "engine.h"
#include "headphone-filters.h"
#include "model.h"

#define BLOCK_MOST 96
#define PAST       4096 /* steps that the bounds look back over: a power of two */
#define FILTERS    2.5  /* the most that crossfeed or a low-pass may add to a peak, linear */

enum sound { TONE, QUIET, CONSTANT, NOISE, NOT_NUMBERS, HUGE_TONE, TINY, ALTERNATING, SOUNDS };

/* What was so at a step, for bounds that look back. */
struct past {
	double at_s;
	double peak;          /* of the input */
	double gain[OUTPUTS]; /* what is said to be heard, linear */
	double ceiling[OUTPUTS];
	bool changed; /* a plan or filters */
};

struct model {
	struct amp amp;
	struct plan plan;
	struct engine engine; /* samples of 32 bits */
	struct path path;     /* or of 64 */
	bool wide;
	bool plan_waits, filters_wait;
	struct headphone_filters filters;

	double rate_hz, now_s;
	unsigned int live, activity;
	enum sound sound;
	double sound_since_s, size, phase;
	uint64_t noise, frames;

	struct past past[PAST];
	unsigned int step;
	double start_s;           /* of this run, after the last restart */
	double closed_s[OUTPUTS]; /* when it was last shut from outside; it fades in from there */
	double off_since_s;       /* power; -1: on */
	double dc_since_s, noise_since_s; /* the watch has been on; -1: it is off */
	double changed_s;                 /* when a plan or filters last did */
	double restless_s;                /* when the wave last was allowed to jump */
	uint64_t told;                    /* faults and limited frames, at the step before */
	double last[CHANNELS][2];         /* the last two samples that left */

	double in[2][BLOCK_MOST];
	float in_float[2][BLOCK_MOST];
	double out[CHANNELS][BLOCK_MOST];
	float out_float[CHANNELS][BLOCK_MOST];
	bool loud;
	struct model_failure failure;
};

/* Notes a broken promise. Returns false. */
bool model_broken(struct model *model, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What was so at the present step. */
static inline struct past *model_past(struct model *model)
{
	return &model->past[model->step % PAST];
}

/* The promises that are about what leaves, after a block. False when one is broken. */
bool model_check_sound(struct model *model, unsigned int frames);

#endif
