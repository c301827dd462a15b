/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * True peak of one channel.
 */
#include "truepeak.h"

#include <math.h>
#include <string.h>

#include "interpolation.h"

#define KAISER_BETA 7.0
#define POSITIONS   16 /* from a sample to the next */
#define SMALLEST    1e-12
#define MOST        1e6 /* what is beyond is no sound */
#define REACH       (TRUEPEAK_PAST / PEAK_GROUP)

_Static_assert(PEAK_TAPS <= INTERPOLATION_HALF_MOST, "its taps can be designed");
_Static_assert(TRUEPEAK_PAST % PEAK_GROUP == 0 && TRUEPEAK_WINDOW % PEAK_GROUP == 0,
	       "groups lie side by side");
_Static_assert(TRUEPEAK_PAST >= PEAK_TAPS - 1 && TRUEPEAK_FUTURE >= PEAK_GROUP + PEAK_TAPS,
	       "the taps of a group lie in its surroundings");

/* A position and its mirror share their even and odd parts. */
static void design(struct truepeak *meter)
{
	double even[PEAK_TAPS], odd[PEAK_TAPS], reach = 1;

	for (int p = 0; p <= PEAK_PAIRS; p++) {
		float *to = p < PEAK_PAIRS ? meter->taps.even[p] : meter->taps.middle;

		reach = fmax(reach, interpolation_design(PEAK_TAPS, KAISER_BETA,
							 (p + 1.0) / POSITIONS, even, odd));
		for (int k = 0; k < PEAK_TAPS; k++) {
			to[k] = (float)even[k];
			if (p < PEAK_PAIRS) {
				meter->taps.odd[p][k] = (float)odd[k];
			}
		}
	}
	meter->bound = (float)(reach * (1 + 1e-5));
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
