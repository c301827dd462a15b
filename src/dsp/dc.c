/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The watch for direct current. Audio thread.
 */
#include "dc.h"

#include <math.h>
#include <string.h>

#define CHUNK_S  0.01
#define BEYOND_S 0.2
#define TAIL_S   0.05
#define CORNER   1.0 /* Hz */

void dc_init(struct dc_watch *dc, double rate_hz)
{
	memset(dc, 0, sizeof(*dc));
	dc->rate_hz = rate_hz;
	dc->least_frames = (uint32_t)fmax(1, round(rate_hz * CHUNK_S));
	dc->most_frames = (uint32_t)fmax(1, round(rate_hz * CHUNK_S * 1.5));
}

/*
 * A state-variable filter of trapezoidal integrators (A. Simper), whose states keep their meaning
 * when the step changes with the length of chunks.
 */
static double low_pass(struct dc_watch *dc, double x)
{
	double g = dc->step, *states = dc->states;
	double band = (states[0] + g * (x - states[1])) / (1 + g * (g + M_SQRT2));
	double low = states[1] + g * band;

	states[0] = 2 * band - states[0];
	states[1] = 2 * low - states[1];
	if (!(fabs(states[0]) + fabs(states[1]) > 1e-100)) {
		states[0] = states[1] = 0; /* before they become denormal numbers, which are slow */
	}
	return low;
}

static void start_window(struct dc_watch *dc)
{
	dc->beyond = 0;
	dc->weighted_sum = 0;
	dc->weights = 0;
	dc->tail_sum = 0;
}

/* sin^2 over the 200 ms: what it lets through from 10 Hz up is below -31 dB, whatever the phase. */
static void add_to_window(struct dc_watch *dc, double sign)
{
	double middle = (dc->beyond + dc->gathered / 2.0) / (BEYOND_S * dc->rate_hz);
	double weight = sin(M_PI * fmin(middle, 1)) * sin(M_PI * fmin(middle, 1));

	dc->weighted_sum += sign * weight * dc->sum;
	dc->weights += weight * dc->gathered;
	dc->beyond += dc->gathered;
	if (dc->beyond > (BEYOND_S - TAIL_S) * dc->rate_hz) {
		dc->tail_sum += sign * dc->sum;
	}
}

static bool end_chunk(struct dc_watch *dc, double threshold)
{
	double low = low_pass(dc, dc->sum / dc->gathered);
	bool tripped;

	if (fabs(low) <= threshold) {
		start_window(dc);
		return false;
	}
	/* From one sign to the other it comes through 0 and starts anew. */
	add_to_window(dc, copysign(1, low));
	if (dc->beyond < BEYOND_S * dc->rate_hz) {
		return false;
	}
	tripped = dc->weighted_sum > threshold * dc->weights &&
		  dc->tail_sum > threshold / 2 * TAIL_S * dc->rate_hz;
	start_window(dc);
	return tripped;
}

bool dc_add(struct dc_watch *dc, double sum, uint32_t frames, double threshold)
{
	bool tripped;

	dc->sum += sum;
	dc->gathered += frames;
	if (dc->gathered < dc->least_frames) {
		return false;
	}
	if (dc->gathered != dc->made_for) {
		dc->step = tan(M_PI * CORNER * dc->gathered / dc->rate_hz);
		dc->made_for = dc->gathered;
	}
	tripped = end_chunk(dc, threshold);
	dc->sum = 0;
	dc->gathered = 0;
	return tripped;
}
