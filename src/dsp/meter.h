/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A meter of one channel: sample peak, VU, RMS, DC and clips. The samples are gathered over chunks
 * of a millisecond; what moves slowly is worked out once a chunk. Real-time safe.
 *
 * VU (IEC 60268-17): the mean of |x| moves a needle, y'' + 2 zeta w y' + w^2 y = w^2 |x|, with
 * zeta = 0.81272 and w = 13.5119 / s: 99 % of a steady tone after 300 ms, overshoot 1.25 %. Scaled
 * by pi / 2, so that a sine reads its amplitude.
 *
 * Sample peak: rises at once, falls 20 dB in 1.7 s (IEC 60268-18).
 *
 * RMS: 99 % of a steady tone after 600 ms, as K-20, K-14 and K-12 want it.
 */
#ifndef WIREGAIN_METER_H
#define WIREGAIN_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sine of this amplitude reads 0 VU: -20 dBFS (SMPTE RP 155). */
#define METER_VU_REFERENCE 0.1

/* A clip is a run of so many samples, on one side, which even 16 bits cannot hold louder. */
#define METER_CLIP_RUN     3
#define METER_CLIP_LEVEL   (1 - 0x1p-15)

/* What the samples of a while add up to. */
struct meter_sums {
	double size;   /* of |x| */
	double top;    /* the largest |x| */
	double plain;  /* of x */
	double square; /* of x^2 */
};

struct meter {
	unsigned int chunk_frames;
	unsigned int gathered;    /* frames of the chunk under way */
	struct meter_sums chunk;  /* of it */
	double fall;              /* of the peak, for each chunk */
	double next[2][2];        /* needle and its speed after a chunk, from those before it */
	double power_part;        /* of the new in `power`, for each chunk */
	double mean_part;         /* the same, of `mean` */
	unsigned int clip_frames; /* of the run under way */
	bool clip_negative;

	/* Readings, linear. */
	double peak;
	double needle; /* the amplitude of the sine for which the needle stands */
	double speed;
	double power;   /* mean of x^2, over about 600 ms */
	double mean[2]; /* DC: the second one, smoothed twice with 500 ms each */

	/* Since meter_reset(). */
	struct meter_sums all; /* of whole chunks */
	uint64_t all_frames;
	double most_needle;
	uint64_t clips;
};

/* At rest. */
void meter_init(struct meter *meter, double rate_hz);

void meter_process(struct meter *meter, const double *samples, size_t count);

/* Needles drop to rest; what was counted up stays. */
void meter_rest(struct meter *meter);

/* What was counted up starts anew; needles stay where they are. */
void meter_reset(struct meter *meter);

/*
 * Since meter_reset(), linear: RMS and DC.
 */
double meter_rms(const struct meter *meter);
double meter_dc(const struct meter *meter);

/* 20 log10 of a reading, -200 at most below. */
double meter_db(double linear);

#endif
