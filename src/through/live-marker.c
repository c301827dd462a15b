/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Markers.
 */
#include "live-marker.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "signals.h"

#define PEAK 0.1 /* 15 dB of gain do not drive it into the limiter */

void markers_fill(struct markers *markers)
{
	struct noise noise = {41};

	for (size_t i = 0; i < MARKER_FRAMES; i++) {
		const double at = ((double)i + 0.5) / MARKER_FRAMES;
		const double envelope = PEAK * pow(sin(M_PI * at), 2);

		markers->side[0][i] = envelope * noise_even(&noise);
		markers->side[1][i] = envelope * noise_even(&noise);
	}
}

bool markers_mix(const struct markers *markers, const double factors[2],
		 double ret_mix[MARKER_FRAMES])
{
	for (size_t i = 0; i < MARKER_FRAMES; i++) {
		ret_mix[i] = factors[0] * markers->side[0][i] + factors[1] * markers->side[1][i];
	}
	return factors[0] != 0 || factors[1] != 0;
}

int marker_find(const double marker[MARKER_FRAMES], const float *samples, size_t count, size_t at,
		size_t before, size_t after, struct delay *ret_delay)
{
	const size_t start = at > before ? at - before : 0;
	const size_t wanted = at - start + MARKER_FRAMES + after;
	const size_t there = count > start ? count - start : 0;
	double *memory = calloc(2 * wanted, sizeof(*memory));
	int error = memory ? 0 : -ENOMEM;

	for (size_t i = 0; error == 0 && i < MARKER_FRAMES; i++) {
		memory[at - start + i] = marker[i];
	}
	for (size_t i = 0; error == 0 && i < wanted && i < there; i++) {
		memory[wanted + i] = samples[start + i];
	}
	if (error == 0) {
		error = delay_find(memory, memory + wanted, wanted, ret_delay);
	}
	free(memory);
	return error;
}
