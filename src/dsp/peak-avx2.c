/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What lies between samples, for AVX2: half a group is a vector; the positions go in two parts, so
 * that all sums stay in registers. Any thread.
 */
#include <immintrin.h>

#include "ops-versions.h"

#define VECTOR    8
#define PART_MOST 4 /* pairs at once */

static inline __m256 size(__m256 values)
{
	return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), values);
}

/* Pairs `first` to `first + count`, and the middle one where asked for. */
TEMPLATE __m256 part(const struct peak_taps *taps, const float *samples, int first, int count,
		     bool with_middle)
{
	__m256 even[PART_MOST], odd[PART_MOST], middle = _mm256_setzero_ps(), top;

	for (int p = 0; p < count; p++) {
		even[p] = odd[p] = _mm256_setzero_ps();
	}
	for (int k = 0; k < PEAK_TAPS; k++) {
		const __m256 near = _mm256_loadu_ps(samples + k);
		const __m256 far = _mm256_loadu_ps(samples + 2 * PEAK_TAPS - 1 - k);
		const __m256 sum = _mm256_add_ps(near, far);
		const __m256 difference = _mm256_sub_ps(near, far);

		for (int p = 0; p < count; p++) {
			even[p] = _mm256_fmadd_ps(_mm256_set1_ps(taps->even[first + p][k]), sum,
						  even[p]);
			odd[p] = _mm256_fmadd_ps(_mm256_set1_ps(taps->odd[first + p][k]),
						 difference, odd[p]);
		}
		if (with_middle) {
			middle = _mm256_fmadd_ps(_mm256_set1_ps(taps->middle[k]), sum, middle);
		}
	}
	top = size(middle);
	for (int p = 0; p < count; p++) {
		top = _mm256_max_ps(top, _mm256_add_ps(size(even[p]), size(odd[p])));
	}
	return top;
}

float peak_between_avx2(const struct peak_taps *taps, const float *samples)
{
	__m256 top = _mm256_setzero_ps();
	float tops[VECTOR], most = 0;

	for (int half = 0; half < PEAK_GROUP; half += VECTOR) {
		top = _mm256_max_ps(top, part(taps, samples + half, 0, PART_MOST, false));
		top = _mm256_max_ps(
			top, part(taps, samples + half, PART_MOST, PEAK_PAIRS - PART_MOST, true));
	}
	_mm256_storeu_ps(tops, top);
	for (int i = 0; i < VECTOR; i++) {
		most = tops[i] > most ? tops[i] : most;
	}
	return most;
}
