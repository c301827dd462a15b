/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The look-ahead limiter. Audio thread.
 */
#include "lookahead.h"

#include <math.h>
#include <string.h>

#include "limiter.h"
#include "maths.h"

#define REST      1e-9
#define AIM       0.97723722095581 /* -0.2 dB */
#define ONE       4294967296.0     /* 2^32: 1 in the averages' integers */
#define SHORTEST  16               /* frames of both averages together, at low rates */
#define RING_MASK (LOOKAHEAD_RING - 1u)

uint32_t lookahead_delay(double rate_hz)
{
	return (uint32_t)fmax(round(rate_hz * LOOKAHEAD_S), BETWEEN_HALF + SHORTEST);
}

void lookahead_init(struct lookahead *lookahead, const struct ops *ops, double rate_hz)
{
	uint32_t length;

	memset(lookahead, 0, sizeof(*lookahead));
	lookahead->ops = ops;
	lookahead->reach = between_init(&lookahead->taps) * (1 + 1e-9);
	lookahead->delay = lookahead_delay(rate_hz);
	/* A peak behind sample m is known 32 frames after it; the averages have the rest. */
	length = lookahead->delay - BETWEEN_HALF + 1;
	lookahead->spans[0] = (length + 1) / 2;
	lookahead->spans[1] = length + 1 - lookahead->spans[0];
	lookahead->envelope = 1;
	lookahead->release = maths_exp(-1 / (LIMITER_RELEASE_S * rate_hz));
	lookahead->span = length;
	lookahead->release_span = maths_exp(-(double)length / (LIMITER_RELEASE_S * rate_hz));
	lookahead->hold_frames = (uint32_t)fmax(LIMITER_HOLD_S * rate_hz, length);
	lookahead->quiet = 2 * LOOKAHEAD_RING;
}

/* The averages as they are after 1 for ever. */
static void wake(struct lookahead *lookahead)
{
	if (lookahead->awake) {
		return;
	}
	lookahead->awake = true;
	for (int stage = 0; stage < 2; stage++) {
		int64_t full = (int64_t)ONE * (stage == 0 ? 1 : lookahead->spans[0]);

		for (uint32_t i = 0; i <= lookahead->spans[stage]; i++) {
			lookahead->ring[stage][(lookahead->at - i) & RING_MASK] = full;
		}
		lookahead->sums[stage] = full * lookahead->spans[stage];
	}
}

static int64_t average(struct lookahead *lookahead, int stage, int64_t value)
{
	int64_t *ring = lookahead->ring[stage];

	lookahead->sums[stage] +=
		value - ring[(lookahead->at - lookahead->spans[stage]) & RING_MASK];
	ring[lookahead->at & RING_MASK] = value;
	return lookahead->sums[stage];
}

/* Where the envelope would be when an average still covers the frame that comes now. */
static double soon(const struct lookahead *lookahead)
{
	return 1 - (1 - lookahead->envelope) * lookahead->release_span;
}

static void follow(struct lookahead *lookahead, double peak, double ceiling)
{
	if (peak * lookahead->envelope > LIMITER_NEAR * ceiling) {
		lookahead->held = lookahead->hold_frames;
	} else if (peak * soon(lookahead) > ceiling && lookahead->held < lookahead->span) {
		lookahead->held = lookahead->span;
	}
	if (peak * lookahead->envelope > ceiling) {
		lookahead->envelope = ceiling / peak;
	} else if (lookahead->held > 0) {
		lookahead->held--;
	} else if (lookahead->envelope < 1) {
		double rest = (1 - lookahead->envelope) * lookahead->release;

		lookahead->envelope = rest < REST ? 1 : 1 - rest;
	}
	if (lookahead->envelope < 1) {
		lookahead->quiet = 0;
	} else if (!lookahead_at_rest(lookahead)) {
		lookahead->quiet++;
	}
}

/* The factors of the frames that leave now, from the peaks of those that have come in. */
static unsigned int fill_factors(struct lookahead *lookahead, const double *peaks, double ceiling,
				 double *ret_factor, uint32_t frames)
{
	double whole = ONE * lookahead->spans[0] * lookahead->spans[1];
	unsigned int over = 0;

	for (uint32_t i = 0; i < frames; i++) {
		int64_t sum;

		over += peaks[i] > ceiling;
		follow(lookahead, peaks[i], ceiling);
		sum = average(lookahead, 0, (int64_t)(lookahead->envelope * ONE));
		ret_factor[i] = (double)average(lookahead, 1, sum) / whole;
		lookahead->at++;
	}
	return over;
}

/* For each frame the largest peak of both channels at and on both sides of the sample 32 before. */
static void find_peaks(struct lookahead *lookahead, uint32_t sides, double *ret_peaks,
		       uint32_t frames)
{
	double between[LOOKAHEAD_BLOCK];

	memset(ret_peaks, 0, frames * sizeof(*ret_peaks));
	for (uint32_t side = 0; side < sides; side++) {
		const double *recent = lookahead->recent[side];

		lookahead->ops->between(between, recent, &lookahead->taps, frames);
		for (uint32_t i = 0; i < frames; i++) {
			double size = fabs(recent[i + BETWEEN_HALF - 1]);

			ret_peaks[i] = fmax(ret_peaks[i], fmax(between[i], size));
		}
	}
	for (uint32_t i = 0; i < frames; i++) {
		double here = ret_peaks[i];

		ret_peaks[i] = fmax(here, lookahead->before);
		lookahead->before = here;
	}
}

/* Copies within the line, round its end. */
static void write_line(double *line, uint32_t at, const double *samples, uint32_t frames)
{
	uint32_t first = LOOKAHEAD_RING - (at & RING_MASK);

	first = first < frames ? first : frames;
	memcpy(line + (at & RING_MASK), samples, first * sizeof(*line));
	memcpy(line, samples + first, (frames - first) * sizeof(*line));
}

static void read_line(const double *line, uint32_t at, double *samples, uint32_t frames)
{
	uint32_t first = LOOKAHEAD_RING - (at & RING_MASK);

	first = first < frames ? first : frames;
	memcpy(samples, line + (at & RING_MASK), first * sizeof(*line));
	memcpy(samples + first, line, (frames - first) * sizeof(*line));
}

/* The largest sample that a point between samples may be made of, or one a little older. */
static double find_top(struct lookahead *lookahead, double *const channels[2], uint32_t sides,
		       uint32_t frames)
{
	double top;

	for (uint32_t side = 0; side < sides; side++) {
		top = lookahead->ops->survey(channels[side], frames).top;
		lookahead->tops[0] = fmax(lookahead->tops[0], top);
	}
	top = fmax(lookahead->tops[0], lookahead->tops[1]);
	lookahead->topped += frames;
	if (lookahead->topped >= LOOKAHEAD_PAST) {
		lookahead->tops[1] = lookahead->tops[0];
		lookahead->tops[0] = 0;
		lookahead->topped = 0;
	}
	return top;
}

static unsigned int process_block(struct lookahead *lookahead, double ceiling,
				  double *const channels[2], uint32_t sides, uint32_t frames)
{
	double peaks[LOOKAHEAD_BLOCK], factor[LOOKAHEAD_BLOCK];
	uint32_t at = lookahead->at;
	unsigned int over = 0;
	const double top = find_top(lookahead, channels, sides, frames);
	const bool at_rest = top * lookahead->reach <= ceiling && lookahead_at_rest(lookahead);

	for (uint32_t side = 0; side < sides; side++) {
		double *recent = lookahead->recent[side];

		memcpy(recent + LOOKAHEAD_PAST, channels[side], frames * sizeof(*recent));
	}
	if (at_rest) {
		lookahead->awake = false;
		lookahead->before = 0;
		lookahead->at += frames;
	} else {
		wake(lookahead);
		find_peaks(lookahead, sides, peaks, frames);
		over = fill_factors(lookahead, peaks, ceiling, factor, frames);
	}
	for (uint32_t side = 0; side < sides; side++) {
		double *recent = lookahead->recent[side], *samples = channels[side];

		write_line(lookahead->line[side], at, samples, frames);
		read_line(lookahead->line[side], at - lookahead->delay, samples, frames);
		for (uint32_t i = 0; !at_rest && i < frames; i++) {
			samples[i] *= factor[i];
		}
		memmove(recent, recent + frames, LOOKAHEAD_PAST * sizeof(*recent));
	}
	return over;
}

unsigned int lookahead_process(struct lookahead *lookahead, double ceiling, double *left,
			       double *right, uint32_t frames)
{
	unsigned int over = 0;

	for (uint32_t done = 0; done < frames; done += LOOKAHEAD_BLOCK) {
		double *const channels[2] = {left + done, right ? right + done : NULL};
		uint32_t block = frames - done < LOOKAHEAD_BLOCK ? frames - done : LOOKAHEAD_BLOCK;

		over += process_block(lookahead, ceiling * AIM, channels, right ? 2 : 1, block);
	}
	return over;
}
