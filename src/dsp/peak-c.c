/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What lies between samples, in plain C. Any thread.
 */
#include <math.h>

#include "ops-versions.h"

/* Samples that lie the same way off the middle, for each tap and sample of the group. */
struct folded {
	float sums[PEAK_TAPS][PEAK_GROUP];
	float differences[PEAK_TAPS][PEAK_GROUP];
};

static void fold(struct folded *folded, const float *samples)
{
	for (int k = 0; k < PEAK_TAPS; k++) {
		const float *near = samples + k, *far = samples + 2 * PEAK_TAPS - 1 - k;

		for (int i = 0; i < PEAK_GROUP; i++) {
			folded->sums[k][i] = near[i] + far[i];
			folded->differences[k][i] = near[i] - far[i];
		}
	}
}

static void filter(float ret_values[PEAK_GROUP], const float taps[PEAK_TAPS],
		   float samples[PEAK_TAPS][PEAK_GROUP])
{
	float values[PEAK_GROUP] = {0};

	for (int k = 0; k < PEAK_TAPS; k++) {
		for (int i = 0; i < PEAK_GROUP; i++) {
			values[i] += taps[k] * samples[k][i];
		}
	}
	for (int i = 0; i < PEAK_GROUP; i++) {
		ret_values[i] = fabsf(values[i]);
	}
}

float peak_between_c(const struct peak_taps *taps, const float *samples)
{
	float even[PEAK_GROUP], odd[PEAK_GROUP], top = 0;
	struct folded folded;

	fold(&folded, samples);
	for (int p = 0; p < PEAK_PAIRS; p++) {
		filter(even, taps->even[p], folded.sums);
		filter(odd, taps->odd[p], folded.differences);
		for (int i = 0; i < PEAK_GROUP; i++) {
			top = even[i] + odd[i] > top ? even[i] + odd[i] : top;
		}
	}
	filter(even, taps->middle, folded.sums);
	for (int i = 0; i < PEAK_GROUP; i++) {
		top = even[i] > top ? even[i] : top;
	}
	return top;
}
