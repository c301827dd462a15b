/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Interpolation between samples for NEON: a vector of samples and all positions at once, four taps
 * at a time. Multiplications and additions are separate, as in the plain version, whose bits it
 * gives. Any thread.
 */
#include <arm_neon.h>

#include "ops-versions.h"

#define LANES 4

_Static_assert(PEAK_TAPS % LANES == 0, "taps are read as vectors");
_Static_assert(PEAK_GROUP % LANES == 0, "a group is a number of vectors");

/* Adds four taps of one position, the first tap first. */
TEMPLATE float32x4_t add_taps(float32x4_t sum, const float *taps, const float32x4_t samples[LANES])
{
	const float32x4_t vector = vld1q_f32(taps);

	sum = vaddq_f32(sum, vmulq_laneq_f32(samples[0], vector, 0));
	sum = vaddq_f32(sum, vmulq_laneq_f32(samples[1], vector, 1));
	sum = vaddq_f32(sum, vmulq_laneq_f32(samples[2], vector, 2));
	return vaddq_f32(sum, vmulq_laneq_f32(samples[3], vector, 3));
}

/* The largest magnitudes between four samples and those that follow them. */
TEMPLATE float32x4_t find_tops(const struct peak_taps *taps, const float *samples)
{
	float32x4_t even[PEAK_PAIRS], odd[PEAK_PAIRS], middle = vdupq_n_f32(0), top;

	for (int p = 0; p < PEAK_PAIRS; p++) {
		even[p] = odd[p] = middle;
	}
	for (int k = 0; k < PEAK_TAPS; k += LANES) {
		float32x4_t sums[LANES], differences[LANES];

		for (int i = 0; i < LANES; i++) {
			const float32x4_t near = vld1q_f32(samples + k + i);
			const float32x4_t far = vld1q_f32(samples + 2 * PEAK_TAPS - 1 - k - i);

			sums[i] = vaddq_f32(near, far);
			differences[i] = vsubq_f32(near, far);
		}
		for (int p = 0; p < PEAK_PAIRS; p++) {
			even[p] = add_taps(even[p], &taps->even[p][k], sums);
			odd[p] = add_taps(odd[p], &taps->odd[p][k], differences);
		}
		middle = add_taps(middle, &taps->middle[k], sums);
	}
	top = vabsq_f32(middle);
	for (int p = 0; p < PEAK_PAIRS; p++) {
		top = vmaxnmq_f32(top, vaddq_f32(vabsq_f32(even[p]), vabsq_f32(odd[p])));
	}
	return top;
}

float peak_between_neon(const struct peak_taps *taps, const float *samples)
{
	float32x4_t top = find_tops(taps, samples);

	for (int i = LANES; i < PEAK_GROUP; i += LANES) {
		top = vmaxnmq_f32(top, find_tops(taps, samples + i));
	}
	return vmaxnmvq_f32(top);
}
