/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A cascade of sections for AVX2, as a wavefront: sections stand in the lanes of a vector of four
 * or of two, each one frame behind the one before it, so that a step takes all of them on by a
 * frame. At a block's ends those lanes rest whose frame is not in it. Audio thread.
 */
#include <immintrin.h>

#include "ops-versions.h"

#define LANES   4
#define VECTORS 2

struct sections {
	__m256d b0, b1, b2, a1, a2;
};

struct channel {
	__m256d s1[VECTORS], s2[VECTORS];
	__m256d y[VECTORS]; /* of the last step */
	double *samples;
};

static struct sections load_sections(const struct cascade *cascade, unsigned int first)
{
	return (struct sections){
		_mm256_loadu_pd(&cascade->b0[first]), _mm256_loadu_pd(&cascade->b1[first]),
		_mm256_loadu_pd(&cascade->b2[first]), _mm256_loadu_pd(&cascade->a1[first]),
		_mm256_loadu_pd(&cascade->a2[first]),
	};
}

/* Each lane takes what the one before it gave. */
TEMPLATE __m256d shift_in(__m256d y, __m256d before)
{
	return _mm256_blend_pd(_mm256_permute4x64_pd(y, 0x90), _mm256_permute4x64_pd(before, 0xff),
			       1);
}

TEMPLATE double lane_of(__m256d vector, unsigned int lane)
{
	double lanes[LANES];

	_mm256_storeu_pd(lanes, vector);
	return lanes[lane];
}

/* The first lane takes what comes in. */
TEMPLATE void advance(const struct sections *f, struct channel *c, double in, unsigned int vectors)
{
	__m256d before = _mm256_set1_pd(in);

	for (unsigned int v = 0; v < vectors; v++) {
		const __m256d x = shift_in(c->y[v], before);
		const __m256d y = _mm256_add_pd(_mm256_mul_pd(f[v].b0, x), c->s1[v]);
		const __m256d s1 =
			_mm256_sub_pd(_mm256_mul_pd(f[v].b1, x), _mm256_mul_pd(f[v].a1, y));

		c->s1[v] = _mm256_add_pd(s1, c->s2[v]);
		c->s2[v] = _mm256_sub_pd(_mm256_mul_pd(f[v].b2, x), _mm256_mul_pd(f[v].a2, y));
		before = c->y[v];
		c->y[v] = y;
	}
}

/* Those lanes keep what they had whose frame is not in the block. */
static __m256d choose(__m256d was, __m256d is, unsigned int first, size_t step, size_t count)
{
	long long lanes[LANES];

	for (unsigned int k = 0; k < LANES; k++) {
		lanes[k] = -(long long)(step >= first + k && step - first - k < count);
	}
	return _mm256_blendv_pd(was, is,
				_mm256_castsi256_pd(_mm256_loadu_si256((const __m256i *)lanes)));
}

/* A step at which not every lane has a frame. */
TEMPLATE void advance_some(const struct sections *f, struct channel *c, size_t step, size_t count,
			   unsigned int vectors, unsigned int last)
{
	const struct channel was = *c;

	advance(f, c, step < count ? c->samples[step] : 0, vectors);
	for (unsigned int v = 0; v < vectors; v++) {
		c->s1[v] = choose(was.s1[v], c->s1[v], v * LANES, step, count);
		c->s2[v] = choose(was.s2[v], c->s2[v], v * LANES, step, count);
	}
	if (step >= last && step - last < count) {
		c->samples[step - last] = lane_of(c->y[vectors - 1], last % LANES);
	}
}

/* The steps at which every lane has a frame. */
TEMPLATE void run_middle(const struct sections *f, struct channel channels[2], size_t step,
			 size_t count, unsigned int vectors, unsigned int last)
{
	struct channel left = channels[0], right = channels[1];

	for (; step < count; step++) {
		advance(f, &left, left.samples[step], vectors);
		advance(f, &right, right.samples[step], vectors);
		left.samples[step - last] = lane_of(left.y[vectors - 1], last % LANES);
		right.samples[step - last] = lane_of(right.y[vectors - 1], last % LANES);
	}
	channels[0] = left;
	channels[1] = right;
}

TEMPLATE void run(const struct sections *f, struct channel channels[2], size_t count,
		  unsigned int vectors, unsigned int last)
{
	size_t step = 0;

	for (; step < vectors * LANES && step < count + last; step++) {
		advance_some(f, &channels[0], step, count, vectors, last);
		advance_some(f, &channels[1], step, count, vectors, last);
	}
	if (step < count) {
		run_middle(f, channels, step, count, vectors, last);
		step = count;
	}
	for (; step < count + last; step++) {
		advance_some(f, &channels[0], step, count, vectors, last);
		advance_some(f, &channels[1], step, count, vectors, last);
	}
}

TEMPLATE void run_group(const struct cascade *cascade, struct cascade_state *state,
			double *const samples[2], size_t count, unsigned int first,
			unsigned int vectors)
{
	unsigned int rest = cascade->count - first;
	unsigned int last = (rest < vectors * LANES ? rest : vectors * LANES) - 1;
	struct sections sections[VECTORS];
	struct channel channels[2];

	for (unsigned int v = 0; v < vectors; v++) {
		sections[v] = load_sections(cascade, first + v * LANES);
		for (int c = 0; c < 2; c++) {
			channels[c].s1[v] = _mm256_loadu_pd(&state->s1[c][first + v * LANES]);
			channels[c].s2[v] = _mm256_loadu_pd(&state->s2[c][first + v * LANES]);
			channels[c].y[v] = _mm256_setzero_pd();
			channels[c].samples = samples[c];
		}
	}
	run(sections, channels, count, vectors, last);
	for (unsigned int v = 0; v < vectors; v++) {
		for (int c = 0; c < 2; c++) {
			_mm256_storeu_pd(&state->s1[c][first + v * LANES], channels[c].s1[v]);
			_mm256_storeu_pd(&state->s2[c][first + v * LANES], channels[c].s2[v]);
		}
	}
}

void cascade_avx2(const struct cascade *cascade, struct cascade_state *state, double *left,
		  double *right, size_t count)
{
	double *const samples[2] = {left, right};

	for (unsigned int first = 0; first < cascade->count; first += VECTORS * LANES) {
		if (cascade->count - first > LANES) {
			run_group(cascade, state, samples, count, first, 2);
		} else {
			run_group(cascade, state, samples, count, first, 1);
		}
	}
}
