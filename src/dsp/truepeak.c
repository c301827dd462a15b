/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * True peak of one channel.
 */
#include "truepeak.h"

#include <math.h>
#include <string.h>

#define KAISER_BETA 7.0
#define POSITIONS   16 /* from a sample to the next */
#define SMALLEST    1e-12
#define MOST        1e6 /* what is beyond is no sound */
#define REACH       (TRUEPEAK_PAST / PEAK_GROUP)

_Static_assert(TRUEPEAK_PAST % PEAK_GROUP == 0 && TRUEPEAK_WINDOW % PEAK_GROUP == 0,
	       "groups lie side by side");
_Static_assert(TRUEPEAK_PAST >= PEAK_TAPS - 1 && TRUEPEAK_FUTURE >= PEAK_GROUP + PEAK_TAPS,
	       "the taps of a group lie in its surroundings");

/* The modified Bessel function of order 0, by its series. */
static double bessel(double x)
{
	double sum = 1, term = 1;

	for (int k = 1; term > 1e-17 * sum; k++) {
		term *= (x / 2 / k) * (x / 2 / k);
		sum += term;
	}
	return sum;
}

/* Tap `k` of 2 * PEAK_TAPS for the position `p` sixteenths after a sample. */
static double tap(int k, int p)
{
	double t = k - (PEAK_TAPS - 1) - (double)p / POSITIONS;
	double inside = 1 - t * t / (PEAK_TAPS * PEAK_TAPS);

	return inside > 0 ? sin(M_PI * t) / (M_PI * t) * bessel(KAISER_BETA * sqrt(inside)) /
				    bessel(KAISER_BETA)
			  : 0;
}

/* Each position's taps add up to 1. A position and its mirror share their even and odd parts. */
static void design(struct truepeak *meter)
{
	meter->bound = 1;
	for (int p = 1; p <= PEAK_PAIRS + 1; p++) {
		double sum = 0, size = 0;

		for (int k = 0; k < 2 * PEAK_TAPS; k++) {
			sum += tap(k, p);
			size += fabs(tap(k, p));
		}
		for (int k = 0; k < PEAK_TAPS; k++) {
			double one = tap(k, p) / sum, other = tap(2 * PEAK_TAPS - 1 - k, p) / sum;

			if (p <= PEAK_PAIRS) {
				meter->taps.even[p - 1][k] = (float)((one + other) / 2);
				meter->taps.odd[p - 1][k] = (float)((one - other) / 2);
			} else {
				meter->taps.middle[k] = (float)((one + other) / 2);
			}
		}
		meter->bound = (float)fmax(meter->bound, size / sum * (1 + 1e-5));
	}
}

void truepeak_init(struct truepeak *meter, double rate_hz, double fall_db_in_s,
		   const struct ops *ops)
{
	memset(meter, 0, sizeof(*meter));
	meter->ops = ops;
	meter->fall = pow(10, -fall_db_in_s / 20 * PEAK_GROUP / rate_hz);
	meter->filled = TRUEPEAK_WINDOW - TRUEPEAK_BLOCK;
	design(meter);
}

static float top_of(const float *samples)
{
	float top = 0;

	for (int i = 0; i < PEAK_GROUP; i++) {
		float size = fabsf(samples[i]);

		top = size > top ? size : top;
	}
	return top;
}

/* The largest sample in reach of the taps of a group. */
static float top_around(const struct truepeak *meter, unsigned int group)
{
	float top = 0;

	for (unsigned int g = group - REACH; g < group + TRUEPEAK_FUTURE / PEAK_GROUP; g++) {
		top = meter->tops[g] > top ? meter->tops[g] : top;
	}
	return top;
}

static void look_at(struct truepeak *meter, unsigned int group)
{
	double floor_now = fmin(meter->peak, meter->most);
	float top = meter->tops[group];

	if (top_around(meter, group) * meter->bound > floor_now) {
		const float *first = meter->window + group * PEAK_GROUP;
		float between = meter->ops->peak_between(&meter->taps, first - (PEAK_TAPS - 1));

		top = between > top ? between : top;
	}
	meter->peak = top > meter->peak ? top : meter->peak;
	meter->most = top > meter->most ? top : meter->most;
}

/* The window is full: looks at every group that has its surroundings, and keeps those of the next.
 */
static void turn(struct truepeak *meter)
{
	const unsigned int kept = TRUEPEAK_WINDOW - TRUEPEAK_BLOCK;
	const unsigned int new_groups = TRUEPEAK_WINDOW / PEAK_GROUP;

	for (unsigned int g = kept / PEAK_GROUP; g < new_groups; g++) {
		meter->tops[g] = top_of(meter->window + g * PEAK_GROUP);
	}
	for (unsigned int g = REACH; g < REACH + TRUEPEAK_BLOCK / PEAK_GROUP; g++) {
		meter->peak *= meter->fall;
		look_at(meter, g);
	}
	meter->peak = meter->peak < SMALLEST ? 0 : meter->peak;
	memmove(meter->window, meter->window + TRUEPEAK_BLOCK, kept * sizeof(meter->window[0]));
	memmove(meter->tops, meter->tops + TRUEPEAK_BLOCK / PEAK_GROUP,
		kept / PEAK_GROUP * sizeof(meter->tops[0]));
	meter->filled = kept;
}

static float to_float(double sample)
{
	return (float)(sample < -MOST ? -MOST : sample > MOST ? MOST : sample);
}

void truepeak_process(struct truepeak *meter, const double *samples, size_t count)
{
	while (count > 0) {
		size_t room = TRUEPEAK_WINDOW - meter->filled;
		size_t part = count < room ? count : room;

		for (size_t i = 0; i < part; i++) {
			meter->window[meter->filled + i] = to_float(samples[i]);
		}
		meter->filled += (unsigned int)part;
		if (meter->filled == TRUEPEAK_WINDOW) {
			turn(meter);
		}
		samples += part;
		count -= part;
	}
}

void truepeak_finish(struct truepeak *meter)
{
	static const double zeros[TRUEPEAK_WINDOW];

	truepeak_process(meter, zeros, TRUEPEAK_WINDOW);
}

void truepeak_rest(struct truepeak *meter)
{
	memset(meter->window, 0, sizeof(meter->window));
	memset(meter->tops, 0, sizeof(meter->tops));
	meter->filled = TRUEPEAK_WINDOW - TRUEPEAK_BLOCK;
	meter->peak = 0;
}

void truepeak_reset(struct truepeak *meter)
{
	meter->most = 0;
}
