/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Metering: a thread of low priority that measures what the audio thread hands over, and leaves the
 * figures in a snapshot. While sound runs it looks 50 times a second; 250 ms after the last of it
 * the needles drop to rest, and it sleeps until metering_wake().
 *
 * Another thing that is to be measured of what is heard gets its call in measure_block(), which is
 * given every block in its order, and its figures a place in struct metering_reading. What was lost
 * is not made up for; a block holds at most 256 frames, all of one rate and one selected input.
 *
 * All functions belong to the main thread.
 */
#ifndef WIREGAIN_METERING_H
#define WIREGAIN_METERING_H

#include <stdbool.h>
#include <stdint.h>

#include "controls.h"
#include "handover.h"
#include "ppm.h"
#include "scope.h"

/* One side of a point. Decibels re full scale, where it does not say otherwise. */
struct metering_side {
	double peak, true_peak, ppm, rms, dc;
	double vu;    /* VU */
	double crest; /* dB */
	double clips; /* since the reset */
};

/* Loudness in LUFS, LOUDNESS_FLOOR where there is none. */
struct metering_point {
	struct metering_side sides[2];
	double momentary, short_term, correlation, balance_db;

	/* Since the reset. */
	double most_momentary, most_short_term, integrated, range_lu, most_true_peak;
};

/* What was heard of an input while it was the selected one, before its trim. */
struct metering_input {
	double lufs;    /* gated; LOUDNESS_FLOOR: not heard yet */
	double heard_s; /* of it above the gates */
	double peak;    /* true peak, dBFS */
};

/* A-weighted energy that left for the headphones, a second at a time: see weighting.h. */
struct metering_exposure {
	uint64_t seconds; /* whole ones */
	double total[2];  /* in all of them */
};

struct metering_reading {
	double seconds; /* of sound that were measured, over all its rates */
	uint64_t lost_frames;
	struct metering_point points[METER_POINTS];
	struct metering_input inputs[INPUTS];
	struct metering_exposure exposure;
	struct scope_picture scopes[METER_POINTS]; /* of those that are wanted */
};

struct metering;

/* Starts the thread, asleep. 0 or a negative errno. */
int metering_create(struct metering **ret_metering);

/* The audio thread must have stopped. NULL is fine. */
void metering_destroy(struct metering *metering);

/* Where the audio thread puts what is to be measured. Lives as long as the metering. */
struct handover *metering_handover(struct metering *metering);

/* Sound runs, or is about to: it shall look for a while from now on. Costs next to nothing. */
void metering_wake(struct metering *metering);

/* Maxima, clips, integrated loudness, range, and what was heard of inputs start anew. */
void metering_reset(struct metering *metering);

void metering_set_ppm(struct metering *metering, enum ppm_type type);

/*
 * Of which points pictures are wanted, a bit for each (1 << METER_INPUT, ...). Of others none are
 * made; one that is wanted anew begins empty.
 */
void metering_want_scopes(struct metering *metering, unsigned int points);

/* The newest figures; stays until the next call. */
const struct metering_reading *metering_read(struct metering *metering);

#endif
