/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Watches one channel for direct current: a Butterworth low-pass of second order at 1 Hz whose
 * output stays beyond a threshold for 200 ms, while the mean of just those 200 ms, weighted by a
 * Hann window, is beyond it too. The mean tells DC from a thump of bass that has long ended when
 * the low-pass answers, and is 0 to within -31 dB for a tone of 10 Hz or more. So a full-scale tone
 * does not trip a threshold of -30 dBFS, however it begins or ends. Real-time safe.
 */
#ifndef WIREGAIN_DC_H
#define WIREGAIN_DC_H

#include <stdbool.h>
#include <stdint.h>

struct dc_watch {
	double rate_hz;
	uint32_t least_frames; /* 10 ms: the low-pass runs on the means of at least so many */
	uint32_t most_frames;  /* 15 ms: the most that dc_add() takes */
	uint32_t gathered;     /* frames of the chunk under way */
	double sum;            /* of the samples in it */
	uint32_t made_for;     /* frames of a chunk that `step` is for */
	double step;           /* of the low-pass, tan(pi T) at 1 Hz */
	double states[2];      /* of its two integrators */
	uint32_t beyond;       /* frames since the low-pass has been beyond */
	double weighted_sum;   /* of the samples since then */
	double weights;
	double tail_sum; /* of the last 50 ms of the 200 */
};

void dc_init(struct dc_watch *dc, double rate_hz);

/*
 * The next samples, `most_frames` or fewer, by their sum. True when DC beyond
 * `threshold` (linear) was there for 200 ms.
 */
bool dc_add(struct dc_watch *dc, double sum, uint32_t frames, double threshold);

#endif
