/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The safety limiter. Audio thread.
 */
#include "limiter.h"

#include <math.h>

#include "maths.h"

#define REST 1e-12 /* so close to 1 that the step to it is far below any converter's noise */

void limiter_init(struct limiter *limiter, double rate_hz, double ceiling)
{
	*limiter = (struct limiter){
		.ceiling = ceiling,
		.factor = 1,
		.release = maths_exp(-1 / (LIMITER_RELEASE_S * rate_hz)),
		.hold_frames = (uint32_t)(LIMITER_HOLD_S * rate_hz),
	};
}

static double clip(double sample, double ceiling)
{
	return fmin(fmax(sample, -ceiling), ceiling);
}

static void let_go(struct limiter *limiter)
{
	double rest;

	if (limiter->held > 0) {
		limiter->held--;
		return;
	}
	rest = (1 - limiter->factor) * limiter->release;
	limiter->factor = rest < REST ? 1 : 1 - rest;
}

unsigned int limiter_process(struct limiter *limiter, double *left, double *right,
			     unsigned int frames)
{
	double ceiling = limiter->ceiling;
	unsigned int over = 0;

	for (unsigned int i = 0; i < frames; i++) {
		double peak = right ? fmax(fabs(left[i]), fabs(right[i])) : fabs(left[i]);

		over += peak > ceiling;
		if (peak * limiter->factor > LIMITER_NEAR * ceiling) {
			limiter->held = limiter->hold_frames;
		}
		if (peak * limiter->factor > ceiling) {
			limiter->factor = ceiling / peak;
		}
		if (limiter->factor != 1) {
			left[i] = clip(left[i] * limiter->factor, ceiling);
			if (right) {
				right[i] = clip(right[i] * limiter->factor, ceiling);
			}
			let_go(limiter);
		}
	}
	return over;
}

unsigned int limiter_clip(const struct limiter *limiter, double *left, double *right,
			  unsigned int frames)
{
	double ceiling = limiter->ceiling;
	unsigned int over = 0;

	for (unsigned int i = 0; i < frames; i++) {
		double peak = right ? fmax(fabs(left[i]), fabs(right[i])) : fabs(left[i]);

		over += peak > ceiling;
		left[i] = clip(left[i], ceiling);
		if (right) {
			right[i] = clip(right[i], ceiling);
		}
	}
	return over;
}
