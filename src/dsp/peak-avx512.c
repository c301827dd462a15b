/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What lies between samples, for AVX-512: a group is one vector, and all positions go at once. Any
 * thread.
 */
#include <immintrin.h>

#include "ops-versions.h"

_Static_assert(PEAK_GROUP == 16, "a group is a vector");

float peak_between_avx512(const struct peak_taps *taps, const float *samples)
{
	__m512 even[PEAK_PAIRS], odd[PEAK_PAIRS], top = _mm512_setzero_ps();

	for (int p = 0; p < PEAK_PAIRS; p++) {
		even[p] = odd[p] = _mm512_setzero_ps();
	}
	for (int k = 0; k < PEAK_TAPS; k++) {
		const __m512 near = _mm512_loadu_ps(samples + k);
		const __m512 far = _mm512_loadu_ps(samples + 2 * PEAK_TAPS - 1 - k);
		const __m512 sum = _mm512_add_ps(near, far);
		const __m512 difference = _mm512_sub_ps(near, far);

		for (int p = 0; p < PEAK_PAIRS; p++) {
			even[p] = _mm512_fmadd_ps(_mm512_set1_ps(taps->even[p][k]), sum, even[p]);
			odd[p] = _mm512_fmadd_ps(_mm512_set1_ps(taps->odd[p][k]), difference,
						 odd[p]);
		}
		top = _mm512_fmadd_ps(_mm512_set1_ps(taps->middle[k]), sum, top);
	}
	top = _mm512_abs_ps(top);
	for (int p = 0; p < PEAK_PAIRS; p++) {
		top = _mm512_max_ps(top,
				    _mm512_add_ps(_mm512_abs_ps(even[p]), _mm512_abs_ps(odd[p])));
	}
	return _mm512_reduce_max_ps(top);
}
