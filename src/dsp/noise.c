/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The watch for noise. Audio thread.
 */
#include "noise.h"

#include <math.h>
#include <string.h>

#define FINEST_HZ   48000.0
#define PERIOD_S    0.01
#define TRIP_S      0.1
#define LOUD        0.1     /* mean square */
#define UNEXPLAINED 0.75    /* of the power, by a prediction from two samples */
#define ALTERNATING (-0.98) /* correlation of neighbours */

void noise_init(struct noise_watch *noise, double rate_hz)
{
	memset(noise, 0, sizeof(*noise));
	noise->stride = (uint32_t)fmax(1, round(rate_hz / FINEST_HZ));
	noise->period_frames = (uint32_t)fmax(noise->stride * NOISE_EXCERPT, rate_hz * PERIOD_S);
	noise->trip_frames = (uint32_t)(rate_hz * TRIP_S);
}

/* The sum of products, in lanes that need not wait for each other. `count`: a multiple of 4. */
static double product(const double *a, const double *b, unsigned int count)
{
	double lanes[4] = {0, 0, 0, 0};

	for (unsigned int i = 0; i < count; i += 4) {
		for (unsigned int lane = 0; lane < 4; lane++) {
			lanes[lane] += a[i + lane] * b[i + lane];
		}
	}
	return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/* By Levinson's recursion from the correlations of samples, their neighbours and those behind. */
static bool is_noise(const double *x, const double *before)
{
	/* Those from the third on, whose two neighbours are in the excerpt: all but two, in fours.
	 */
	const unsigned int most = NOISE_EXCERPT - 4;
	double power = product(x, x, NOISE_EXCERPT), next, second, k1, k2;

	if (!(power > LOUD * NOISE_EXCERPT && isfinite(power))) {
		return false;
	}
	if (product(x, before, NOISE_EXCERPT) < ALTERNATING * power) {
		return true;
	}
	next = product(x + 2, x + 1, most);
	second = product(x + 2, x, most);
	for (unsigned int i = most + 2; i < NOISE_EXCERPT; i++) {
		next += x[i] * x[i - 1];
		second += x[i] * x[i - 2];
	}
	k1 = next / power;
	k2 = (second / power - k1 * k1) / (1 - k1 * k1);
	return (1 - k1 * k1) * (1 - k2 * k2) > UNEXPLAINED;
}

/* Noise for most of the time counts, a moment of it is forgotten. */
static void judge(struct noise_watch *noise)
{
	if (is_noise(noise->excerpt[0], noise->before[0]) ||
	    is_noise(noise->excerpt[1], noise->before[1])) {
		noise->noisy_frames += noise->period_frames;
		if (noise->noisy_frames > noise->trip_frames + noise->period_frames) {
			noise->noisy_frames = noise->trip_frames + noise->period_frames;
		}
	} else {
		noise->noisy_frames -= noise->noisy_frames < 2 * noise->period_frames
					       ? noise->noisy_frames
					       : 2 * noise->period_frames;
	}
}

/* Takes those of the next samples of a side that the excerpt wants, and the frame before each. */
static void gather(struct noise_watch *noise, int side, const double *samples, uint32_t frames)
{
	double *excerpt = noise->excerpt[side], *before = noise->before[side];
	uint32_t index = (noise->at + noise->stride - 1) / noise->stride;
	uint32_t from = index * noise->stride - noise->at;

	if (index < NOISE_EXCERPT && from == 0) {
		excerpt[index] = samples ? samples[0] : 0;
		before[index++] = noise->last[side];
		from += noise->stride;
	}
	for (; index < NOISE_EXCERPT && from < frames; index++) {
		excerpt[index] = samples ? samples[from] : 0;
		before[index] = samples ? samples[from - 1] : 0;
		from += noise->stride;
	}
	noise->last[side] = samples ? samples[frames - 1] : 0;
}

bool noise_process(struct noise_watch *noise, const double *left, const double *right,
		   uint32_t frames)
{
	while (frames > 0) {
		uint32_t part = noise->period_frames - noise->at;

		part = part < frames ? part : frames;
		gather(noise, 0, left, part);
		gather(noise, 1, right, part);
		left = left ? left + part : NULL;
		right = right ? right + part : NULL;
		frames -= part;
		noise->at += part;
		if (noise->at == noise->period_frames) {
			judge(noise);
			noise->at = 0;
		}
	}
	return noise->noisy_frames >= noise->trip_frames;
}
