/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a recorder kept, and what is read from it.
 */
#ifndef WIREGAIN_TEST_CAPTURE_H
#define WIREGAIN_TEST_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "process.h"
#include "recording.h"

struct captured_cycle {
	struct recorded_cycle head;
	const float *samples[RECORDING_CHANNELS];
};

struct capture {
	unsigned char *bytes;
	struct captured_cycle *cycles;
	size_t count;
	unsigned int gaps; /* cycles that the recorder itself missed */
};

/* Has a recorder start anew, waits for `cycles` of it, and takes them. */
void capture_take(struct process *recorder, unsigned int cycles, struct capture *ret_capture);

/* Waits until what a recorder takes is the pattern, bit by bit: fades are over. */
void capture_wait_for_pattern(struct process *recorder);

/* Waits until a recorder has taken that many cycles since its "start". */
void capture_wait(struct process *recorder, unsigned int cycles);

/* Takes what there is since a recorder's "start"; it goes on. */
void capture_load(struct process *recorder, struct capture *ret_capture);

void capture_free(struct capture *capture);

/* What the pattern looks like on its way. */
enum pattern_kind {
	PATTERN_STEREO, /* as it was sent */
	PATTERN_MONO,   /* (left + right) / 2 */
};

/* How a recorded pattern compares with the one sent. */
struct pattern_match {
	bool found;        /* at least one cycle was exact */
	unsigned int lag;  /* frames after it was sent */
	unsigned int good; /* cycles exact to the bit, with that lag */
	unsigned int bad;  /* cycles that are not, between the first good one and the last */
	unsigned int runs; /* of bad cycles in a row */
	unsigned int longest_run;
};

struct pattern_match capture_match(const struct capture *capture, enum pattern_kind kind);

/* The same, each cycle with whatever lag: while the graph's driver changes. */
struct pattern_match capture_match_any_lag(const struct capture *capture, enum pattern_kind kind);

/* Cycle `index` goes on where the one before it ended. */
bool capture_adjoins(const struct capture *capture, size_t index);

/* The gain that a cycle of the pattern has had, whatever its lag: 1 as it was sent. */
double capture_gain(const struct captured_cycle *cycle);

/*
 * The samples of a channel over `frames` frames without a gap: the newest such stretch. Returns a
 * new array, or NULL when there is none so long.
 */
double *capture_samples(const struct capture *capture, unsigned int channel, size_t frames);

/* The largest absolute sample. */
double capture_peak(const struct capture *capture);

#endif
