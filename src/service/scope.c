/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a goniometer draws.
 */
#include "scope.h"

#include <math.h>

#define SLOTS    (SCOPE_RUNS + 1) /* the run under way has one that no picture shows */
#define FULL     127
#define NO_FRAME 1e-10 /* -200 dBFS: less is silence */

void scope_start(struct scope *scope, double rate_hz)
{
	double stride = round(rate_hz / SCOPE_RUNS_HZ);

	scope->stride = stride > SCOPE_RUN ? (unsigned int)stride : SCOPE_RUN;
	scope->phase = 0;
	scope->kept = 0;
}

/* As many frames as the run under way, or the pause after it, still has room for. */
static unsigned int take_some(struct scope *scope, const double *left, const double *right,
			      unsigned int frames)
{
	unsigned int end = scope->phase < SCOPE_RUN ? SCOPE_RUN : scope->stride;
	unsigned int some = end - scope->phase < frames ? end - scope->phase : frames;

	if (end == SCOPE_RUN) {
		double(*run)[2] = scope->frames[scope->runs % SLOTS] + scope->phase;

		for (unsigned int i = 0; i < some; i++) {
			run[i][0] = left[i];
			run[i][1] = right[i];
		}
	}
	scope->phase += some;
	return some;
}

void scope_take(struct scope *scope, const double *left, const double *right, unsigned int frames)
{
	for (unsigned int i = 0; i < frames;) {
		unsigned int before = scope->phase;

		i += take_some(scope, left + i, right + i, frames - i);
		if (before < SCOPE_RUN && scope->phase == SCOPE_RUN) {
			scope->runs++;
			scope->kept += scope->kept < SCOPE_RUNS;
		}
		if (scope->phase == scope->stride) {
			scope->phase = 0;
		}
	}
}

static double peak_of(const double (*run)[2])
{
	double peak = 0;

	for (unsigned int i = 0; i < SCOPE_RUN; i++) {
		peak = fmax(peak, fmax(fabs(run[i][0]), fabs(run[i][1])));
	}
	return peak;
}

void scope_draw(const struct scope *scope, struct scope_picture *ret_picture)
{
	uint64_t first = scope->runs - scope->kept;
	double peak = 0, factor;

	for (uint64_t run = first; run < scope->runs; run++) {
		peak = fmax(peak, peak_of(scope->frames[run % SLOTS]));
	}
	peak = peak < NO_FRAME ? 0 : peak;
	factor = peak > 0 ? FULL / peak : 0;
	for (unsigned int i = 0; i < scope->kept * SCOPE_RUN; i++) {
		const double *frame = scope->frames[(first + i / SCOPE_RUN) % SLOTS][i % SCOPE_RUN];

		ret_picture->pairs[i][0] = (int8_t)lround(frame[0] * factor);
		ret_picture->pairs[i][1] = (int8_t)lround(frame[1] * factor);
	}
	ret_picture->runs = scope->runs;
	ret_picture->count = scope->kept;
	ret_picture->peak = peak;
}
