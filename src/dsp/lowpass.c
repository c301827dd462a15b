/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Linkwitz-Riley low-pass. Audio thread.
 */
#include "lowpass.h"

#include <math.h>
#include <string.h>

#include "maths.h"

#define LOWPASS_BLOCK 64

/* Butterworth section of second order: Q = 1/sqrt 2. */
static struct biquad butterworth(double rate_hz, double corner_hz)
{
	double w = 2 * M_PI * corner_hz / rate_hz;
	double alpha = maths_sin(w) * M_SQRT1_2;
	double a0 = 1 + alpha;
	double b1 =
		2 * maths_sin(w / 2) * maths_sin(w / 2); /* 1 - cos w, without its loss of digits */

	return (struct biquad){
		.b0 = b1 / 2 / a0,
		.b1 = b1 / a0,
		.b2 = b1 / 2 / a0,
		.a1 = -2 * maths_cos(w) / a0,
		.a2 = (1 - alpha) / a0,
	};
}

static void pair_init(struct lowpass_pair *pair, double rate_hz, double corner_hz)
{
	memset(pair, 0, sizeof(*pair));
	if (corner_hz > 0 && corner_hz < 0.45 * rate_hz) {
		pair->corner_hz = corner_hz;
		pair->section[0] = butterworth(rate_hz, corner_hz);
		pair->section[1] = pair->section[0];
	}
}

void lowpass_init(struct lowpass *lowpass, double rate_hz, double corner_hz)
{
	memset(lowpass, 0, sizeof(*lowpass));
	lowpass->rate_hz = rate_hz;
	lowpass->asked_hz = corner_hz;
	pair_init(&lowpass->now, rate_hz, corner_hz);
}

void lowpass_set_corner(struct lowpass *lowpass, double corner_hz, double length)
{
	if (lowpass->changing || corner_hz == lowpass->asked_hz) {
		return;
	}
	lowpass->asked_hz = corner_hz;
	pair_init(&lowpass->next, lowpass->rate_hz, corner_hz);
	lowpass->progress = (struct ramp_progress){0, length};
	lowpass->changing = true;
}

bool lowpass_is_wire(const struct lowpass *lowpass)
{
	return !lowpass->changing && lowpass->now.corner_hz == 0;
}

static inline double run(struct biquad *f, double x)
{
	double y = f->b0 * x + f->s1;

	f->s1 = f->b1 * x - f->a1 * y + f->s2;
	f->s2 = f->b2 * x - f->a2 * y;
	return y;
}

/*
 * A state that only dies away would end in denormal numbers, which are slow; one that has left the
 * numbers would never come back. Both end here.
 */
static void mend(struct biquad *f)
{
	double size = fabs(f->s1) + fabs(f->s2);

	if (!(size > 1e-100 && size < 1e100)) {
		f->s1 = 0;
		f->s2 = 0;
	}
}

static void pair_process(struct lowpass_pair *pair, double *to, const double *from,
			 unsigned int frames)
{
	struct biquad first = pair->section[0], second = pair->section[1];

	if (pair->corner_hz == 0) {
		memmove(to, from, frames * sizeof(*to));
		return;
	}
	for (unsigned int i = 0; i < frames; i++) {
		to[i] = run(&second, run(&first, from[i]));
	}
	mend(&first);
	mend(&second);
	pair->section[0] = first;
	pair->section[1] = second;
}

/* Both filters run; the sound goes over from one to the other. */
static void crossfade(struct lowpass *lowpass, double *samples, unsigned int frames)
{
	double next[LOWPASS_BLOCK], part[LOWPASS_BLOCK];

	pair_process(&lowpass->next, next, samples, frames);
	pair_process(&lowpass->now, samples, samples, frames);
	ramp_progress_fill(&lowpass->progress, part, frames);
	for (unsigned int i = 0; i < frames; i++) {
		samples[i] += (next[i] - samples[i]) * part[i];
	}
	if (ramp_progress_done(&lowpass->progress)) {
		lowpass->now = lowpass->next;
		lowpass->changing = false;
	}
}

void lowpass_process(struct lowpass *lowpass, double *samples, unsigned int frames)
{
	while (frames > 0 && lowpass->changing) {
		unsigned int block = frames < LOWPASS_BLOCK ? frames : LOWPASS_BLOCK;

		crossfade(lowpass, samples, block);
		samples += block;
		frames -= block;
	}
	if (frames > 0 && lowpass->now.corner_hz > 0) {
		pair_process(&lowpass->now, samples, samples, frames);
	}
}
