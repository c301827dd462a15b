/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Loudness: ITU-R BS.1770 with the gates and times of EBU Tech 3341 (momentary, short-term,
 * integrated) and Tech 3342 (range). Real-time safe.
 *
 * The K-weighting is BS.1770's at 48 kHz; at other rates the same analogue prototype with the gain
 * of the 48 kHz filter, which agrees with it within 0.011 dB from 32 kHz up, over the whole band.
 * (Taking BS.1770's numerator 1, -2, 1 for every rate, as many do, is 0.03 dB off at 192 kHz.)
 *
 * Powers are weighted means of squares; loudness_lufs() makes LUFS of them. They are gathered over
 * hops of 10 ms: momentary is the mean of the last 40 hops, short-term of the last 300, both zeros
 * before the beginning included. Every 100 ms the gates take a block of 400 ms and one of 3 s.
 */
#ifndef WIREGAIN_LOUDNESS_H
#define WIREGAIN_LOUDNESS_H

#include <stddef.h>
#include <stdint.h>

#define LOUDNESS_CHANNELS  5
#define LOUDNESS_MOMENTARY 40 /* hops */
#define LOUDNESS_SHORT     300
#define LOUDNESS_FLOOR     (-200.0) /* LUFS of silence, and of what nothing was measured of */

/*
 * Blocks by their loudness: how many, and the sum of their powers, in steps of 0.05 LU from the
 * absolute gate, -70 LUFS, up. The sums make means exact but for the step in which a relative gate
 * lies. All zeros: none yet.
 */
#define LOUDNESS_STEPS     2200

struct loudness_gate {
	double power[LOUDNESS_STEPS];
	uint32_t count[LOUDNESS_STEPS];
};

struct loudness {
	unsigned int channels;
	double weight[LOUDNESS_CHANNELS];
	double shelf_b[3], shelf_a[2], highpass_a[2];
	double state[LOUDNESS_CHANNELS][4];
	unsigned int hop_frames;
	unsigned int gathered; /* frames of the hop under way */
	double gathered_power; /* the weighted sum of squares in it */
	double hops[LOUDNESS_SHORT];
	unsigned int at;     /* where in `hops` the next one goes */
	uint64_t hop_count;  /* since the beginning */
	uint64_t gated_hops; /* since loudness_reset() or loudness_rest() */
	uint64_t also_hops;  /* since loudness_also() */
	struct loudness_gate *also;

	double momentary, short_term;           /* powers */
	double most_momentary, most_short_term; /* since loudness_reset() */
	struct loudness_gate integrated, range;
};

/* One weight for each of 1 to LOUDNESS_CHANNELS channels: 1 for left, right, centre. */
void loudness_init(struct loudness *loudness, double rate_hz, unsigned int channels,
		   const double *weights);

/* Finite samples. */
void loudness_process(struct loudness *loudness, const double *const *planes, size_t frames);

/* As after a silence of 3 s; gates and maxima stay, and no block reaches over this moment. */
void loudness_rest(struct loudness *loudness);

/* Gates and maxima start anew. */
void loudness_reset(struct loudness *loudness);

/* From now on whole 400 ms blocks go into `gate`, the caller's, as well; NULL: no more. */
void loudness_also(struct loudness *loudness, struct loudness_gate *gate);

/* -0.691 + 10 log10 of a power. */
double loudness_lufs(double power);

/* The gated loudness of 400 ms blocks, LUFS. *ret_blocks (or NULL): how many are above both gates.
 */
double loudness_gate_integrated(const struct loudness_gate *gate, uint64_t *ret_blocks);

/* The loudness range of 3 s blocks, LU; 0 when there are none. */
double loudness_gate_range(const struct loudness_gate *gate);

#endif
