/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The engine: the amplifier's half on the audio thread. Functions are grouped by the thread that
 * may call them; the ways in are a plan and filters, the way out a reading, each in a
 * snapshot.
 */
#ifndef WIREGAIN_ENGINE_H
#define WIREGAIN_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "handover.h"
#include "path.h"
#include "plan.h"
#include "snapshot.h"

/* What the audio thread tells, once a block. Counters since engine_init(). */
struct reading {
	uint64_t frames;
	uint64_t nonfinite_samples;
	uint64_t limited_frames;
	uint64_t headphone_limited_frames;
	uint64_t trips;
	enum guard_state guard[OUTPUTS];
	double coil_factor; /* what the thermal model leaves of the headphones' signal; 1: all */
	uint64_t
		lost_blocks; /* inputs or outputs that came too late, as the back end counts them */
	double rate_hz;
	uint32_t block_frames;
	uint32_t used_inputs;    /* bit N: input N is heard, or fades out */
	bool bit_exact[OUTPUTS]; /* all of the last block */
	bool silent;             /* faded out: the devices may be let go */
};

/* One cycle of the sound device. */
struct engine_block {
	const float *in[INPUTS][2]; /* NULL: silence */
	float *out[CHANNELS];       /* NULL: not wanted. All `frames` are written */
	unsigned int frames;        /* 1 to 8192 */
	double rate_hz;
	unsigned int live_outputs;    /* bit N: enum output N reaches its device in this cycle */
	unsigned int leaving_outputs; /* of those: will not for long, and fades out, 50 ms */
	unsigned int lost_blocks;     /* to be added to the reading's */
};

struct engine {
	struct snapshot plans;
	struct plan plan_slots[3];
	struct snapshot filters;
	struct headphone_filters filter_slots[3];
	struct snapshot readings;
	struct reading reading_slots[3];
	struct handover *handover; /* who measures; the caller's; NULL: nobody */

	/* the audio thread's */
	struct path path;
	struct reading reading;
	bool plan_waiting;
	bool filters_waiting;
	int input; /* of the newest plan */
	double in[INPUTS][2][PATH_BLOCK];
	double out[CHANNELS][PATH_BLOCK];
};

/* Before the audio thread runs. Outputs are silent and fade in, 500 ms, once they are live. */
void engine_init(struct engine *engine, const struct plan *plan);

/* Before the audio thread runs: what is to be measured goes there from then on. */
void engine_set_handover(struct engine *engine, struct handover *handover);

/* Main thread: publishes the plan that the audio thread takes at its next block's start. */
void engine_set_plan(struct engine *engine, const struct plan *plan);

/*
 * Main thread: publishes the headphones' filters. They are taken at a block's start once the rate
 * is theirs; after a change of the rate the headphones are silent until filters of the new one
 * come.
 */
void engine_set_headphone_filters(struct engine *engine, const struct headphone_filters *filters);

/* Main thread: the newest reading. */
struct reading engine_reading(struct engine *engine);

/* Audio thread. */
void engine_process(struct engine *engine, const struct engine_block *block);

/* Audio thread: an output is faded out. */
bool engine_output_silent(const struct engine *engine, enum output output);

#endif
