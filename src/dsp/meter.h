/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A meter of one channel: sample peak and VU. The samples are gathered over chunks of a
 * millisecond; what moves slowly is worked out once a chunk. Real-time safe.
 *
 * VU (IEC 60268-17): the mean of |x| moves a needle, y'' + 2 zeta w y' + w^2 y = w^2 |x|, with
 * zeta = 0.81272 and w = 13.5119 / s: 99 % of a steady tone after 300 ms, overshoot 1.25 %. Scaled
 * by pi / 2, so that a sine reads its amplitude.
 *
 * Sample peak: rises at once, falls 20 dB in 1.7 s (IEC 60268-18).
 */
#ifndef WIREGAIN_METER_H
#define WIREGAIN_METER_H

#include <stddef.h>

/* A sine of this amplitude reads 0 VU: -20 dBFS (SMPTE RP 155). */
#define METER_VU_REFERENCE 0.1

struct meter {
	unsigned int chunk_frames;
	unsigned int gathered; /* frames of the chunk under way */
	double sum, top;       /* of |x|, in it */
	double fall;           /* of the peak, for each chunk */
	double next[2][2];     /* needle and its speed after a chunk, from those before it */
	double peak;           /* linear */
	double needle;         /* linear: the amplitude of the sine that it stands for */
	double speed;
};

/* At rest. */
void meter_init(struct meter *meter, double rate_hz);

void meter_process(struct meter *meter, const double *samples, size_t count);

/* 20 log10 of a reading, -200 at most below. */
double meter_db(double linear);

#endif
