/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Watches a stereo signal for what a broken stream sounds like: white noise, or a sample that
 * alternates, near full scale. Looked at is an excerpt of 64 samples, spaced as at 48 kHz or less,
 * of each side every few milliseconds. An excerpt is noise when its rms is beyond 0.316 (-7 dB re a
 * full-scale sine) and a linear prediction from two samples explains less than 25 % of its power;
 * or when each sample is near enough the last one turned round (a tone beyond 0.468 of the rate).
 * Music is loud, or white, but not both: its neighbouring samples are alike. Tones, pairs of tones
 * and sweeps are predicted whole. Noise for 100 ms is a fault. Real-time safe.
 */
#ifndef WIREGAIN_NOISE_H
#define WIREGAIN_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#define NOISE_EXCERPT 64

struct noise_watch {
	uint32_t stride;        /* frames between two samples of an excerpt */
	uint32_t period_frames; /* from the start of an excerpt to that of the next */
	uint32_t at;            /* frames since the start of this one */
	double excerpt[2][NOISE_EXCERPT];
	double before[2][NOISE_EXCERPT]; /* the frame before each of the excerpt's samples */
	double last[2];                  /* the frame before the next */
	uint32_t noisy_frames;           /* a leaky sum */
	uint32_t trip_frames;            /* 100 ms */
};

void noise_init(struct noise_watch *noise, double rate_hz);

/* Either side may be NULL: silence. True while the signal is noise. */
bool noise_process(struct noise_watch *noise, const double *left, const double *right,
		   uint32_t frames);

#endif
