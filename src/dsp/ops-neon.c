/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hot loops for NEON. What does not fill a group of 16 samples is left to the plain version,
 * and so are the loops that compilers make as good vectors of. Audio thread.
 *
 * Fused multiply-adds stand only where the product is exact, so that the bits stay those of a
 * multiplication and an addition.
 */
#include <arm_neon.h>

#include "ops-versions.h"

#define VECTOR       2  /* doubles in a vector */
#define QUARTER      4  /* 32-bit integers in a vector */
#define HALF         8  /* samples of two vectors of integers */
#define GROUP        16 /* samples in a group */

#define LANE_VECTORS (OPS_LANES / VECTOR)

/* A survey under way. In 18 of the 32 registers. */
struct gathered {
	float64x2_t sums[LANE_VECTORS], tops[2];
};

/* `b` where `a` is not a number. */
TEMPLATE float64x2_t larger(float64x2_t a, float64x2_t b)
{
	return vbslq_f64(vcgtq_f64(a, b), a, b);
}

TEMPLATE void gather_vector(struct gathered *gathered, size_t v, float64x2_t samples)
{
	gathered->sums[v] = vaddq_f64(gathered->sums[v], samples);
	gathered->tops[v % 2] = larger(vabsq_f64(samples), gathered->tops[v % 2]);
}

TEMPLATE struct gathered nothing_gathered(void)
{
	struct gathered gathered;

	for (size_t v = 0; v < LANE_VECTORS; v++) {
		gathered.sums[v] = vdupq_n_f64(0);
	}
	gathered.tops[0] = gathered.tops[1] = vdupq_n_f64(0);
	return gathered;
}

/* With the samples that did not fill the lanes, of which the largest magnitude is known. */
TEMPLATE struct survey conclude(const struct gathered *gathered, const double *rest, size_t count,
				double rest_top)
{
	const double top = vmaxvq_f64(larger(gathered->tops[0], gathered->tops[1]));
	double lanes[OPS_LANES];

	for (size_t v = 0; v < LANE_VECTORS; v++) {
		vst1q_f64(lanes + v * VECTOR, gathered->sums[v]);
	}
	return (struct survey){top > rest_top ? top : rest_top, ops_fold(lanes, rest, count)};
}

static struct survey scale(double *to, const double *from, double gain, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const float64x2_t samples = vmulq_n_f64(vld1q_f64(from + at), gain);

			vst1q_f64(to + at, samples);
			gather_vector(&gathered, v, samples);
		}
	}
	if (whole < count) {
		rest_top = ops_c.scale(to + whole, from + whole, gain, count - whole).top;
	}
	return conclude(&gathered, to + whole, count - whole, rest_top);
}

static struct survey scale2(double *to, const double *a, double gain_a, const double *b,
			    double gain_b, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const float64x2_t samples =
				vaddq_f64(vmulq_n_f64(vld1q_f64(a + at), gain_a),
					  vmulq_n_f64(vld1q_f64(b + at), gain_b));

			vst1q_f64(to + at, samples);
			gather_vector(&gathered, v, samples);
		}
	}
	if (whole < count) {
		rest_top = ops_c.scale2(to + whole, a + whole, gain_a, b + whole, gain_b,
					count - whole)
				   .top;
	}
	return conclude(&gathered, to + whole, count - whole, rest_top);
}

static struct survey survey(const double *from, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			gather_vector(&gathered, v, vld1q_f64(from + i + v * VECTOR));
		}
	}
	if (whole < count) {
		rest_top = ops_c.survey(from + whole, count - whole).top;
	}
	return conclude(&gathered, from + whole, count - whole, rest_top);
}

/* Four of the dither's generators. */
struct generators {
	uint32x4_t s0, s1, s2, s3;
};

/* Those of a half group: in stereo of the left and of the right samples, in mono of the first and
 * of the last four. */
TEMPLATE void generators_load(struct generators ret[2], const struct dither *dither,
			      unsigned int half, unsigned int channels)
{
	uint32x4_t words[4][2];

	for (unsigned int w = 0; w < 4; w++) {
		const uint32_t *from = &dither->state[w][half * HALF];
		const uint32x4_t first = vld1q_u32(from), last = vld1q_u32(from + QUARTER);

		words[w][0] = channels == 2 ? vuzp1q_u32(first, last) : first;
		words[w][1] = channels == 2 ? vuzp2q_u32(first, last) : last;
	}
	for (unsigned int part = 0; part < 2; part++) {
		ret[part] = (struct generators){words[0][part], words[1][part], words[2][part],
						words[3][part]};
	}
}

TEMPLATE void generators_store(const struct generators g[2], struct dither *dither,
			       unsigned int half, unsigned int channels)
{
	const uint32x4_t words[4][2] = {
		{g[0].s0, g[1].s0}, {g[0].s1, g[1].s1}, {g[0].s2, g[1].s2}, {g[0].s3, g[1].s3}};

	for (unsigned int w = 0; w < 4; w++) {
		const uint32x4_t a = words[w][0], b = words[w][1];
		uint32_t *to = &dither->state[w][half * HALF];

		vst1q_u32(to, channels == 2 ? vzip1q_u32(a, b) : a);
		vst1q_u32(to + QUARTER, channels == 2 ? vzip2q_u32(a, b) : b);
	}
}

TEMPLATE uint32x4_t draw(struct generators *g)
{
	const uint32x4_t sum = vaddq_u32(g->s0, g->s3);
	const uint32x4_t number = vaddq_u32(vsriq_n_u32(vshlq_n_u32(sum, 7), sum, 32 - 7), g->s0);
	const uint32x4_t shifted = vshlq_n_u32(g->s1, 9);
	const uint32x4_t c = veorq_u32(g->s2, g->s0);
	const uint32x4_t d = veorq_u32(g->s3, g->s1);

	g->s1 = veorq_u32(g->s1, c);
	g->s0 = veorq_u32(g->s0, d);
	g->s2 = veorq_u32(c, shifted);
	g->s3 = vsriq_n_u32(vshlq_n_u32(d, 11), d, 32 - 11);
	return number;
}

/* Four values of triangular density, in two vectors. */
TEMPLATE void triangle(struct generators *g, float64x2_t ret[2])
{
	/* low half, high half */
	const int16x8_t weights = vreinterpretq_s16_s32(vdupq_n_s32(16384 << 16 | 16385));
	const int16x8_t halves = vreinterpretq_s16_u32(draw(g));
	const int32x4_t first = vmull_s16(vget_low_s16(halves), vget_low_s16(weights));
	const int32x4_t last = vmull_high_s16(halves, weights);

	ret[0] = vcvtq_n_f64_s64(vpaddlq_s32(first), 30);
	ret[1] = vcvtq_n_f64_s64(vpaddlq_s32(last), 30);
}

/*
 * Four samples to integers, rounded to nearest even and held within 32 bits. Not a number: 0.
 * Dither where there are generators.
 */
TEMPLATE int32x4_t quantise(const double *from, struct generators *g, double full_scale)
{
	float64x2_t sums[2] = {vdupq_n_f64(0), vdupq_n_f64(0)};

	if (g != NULL) {
		triangle(g, sums);
	}
	sums[0] = vfmaq_n_f64(sums[0], vld1q_f64(from), full_scale);
	sums[1] = vfmaq_n_f64(sums[1], vld1q_f64(from + VECTOR), full_scale);
	return vqmovn_high_s64(vqmovn_s64(vcvtnq_s64_f64(sums[0])), vcvtnq_s64_f64(sums[1]));
}

/*
 * Writes a group, held within the format's bits, and nothing beyond it. In stereo: four samples of
 * the left side, four of the right one, and the same of the next four frames; in mono all in order.
 */
typedef void store_function(unsigned char *to, const int32x4_t raw[4], unsigned int channels);

TEMPLATE void store_s16(unsigned char *to, const int32x4_t raw[4], unsigned int channels)
{
	const int16x8_t a = vqmovn_high_s32(vqmovn_s32(raw[0]), raw[channels == 2 ? 2 : 1]);
	const int16x8_t b = vqmovn_high_s32(vqmovn_s32(raw[channels == 2 ? 1 : 2]), raw[3]);

	vst1q_u8(to, vreinterpretq_u8_s16(channels == 2 ? vzip1q_s16(a, b) : a));
	vst1q_u8(to + 16, vreinterpretq_u8_s16(channels == 2 ? vzip2q_s16(a, b) : b));
}

/* The upper three bytes of integers that were moved up so far that they are held. */
TEMPLATE void store_s24(unsigned char *to, const int32x4_t raw[4], unsigned int channels)
{
	static const uint8_t orders[2][3][16] = {
		{{1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21},
		 {22, 23, 25, 26, 27, 29, 30, 31, 33, 34, 35, 37, 38, 39, 41, 42},
		 {11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 25, 26, 27, 29, 30, 31}},
		{{1, 2, 3, 17, 18, 19, 5, 6, 7, 21, 22, 23, 9, 10, 11, 25},
		 {26, 27, 13, 14, 15, 29, 30, 31, 33, 34, 35, 49, 50, 51, 37, 38},
		 {7, 21, 22, 23, 9, 10, 11, 25, 26, 27, 13, 14, 15, 29, 30, 31}},
	};
	const uint8_t(*order)[16] = orders[channels - 1];
	uint8x16x4_t all;

	for (int i = 0; i < 4; i++) {
		all.val[i] = vreinterpretq_u8_s32(vqshlq_n_s32(raw[i], 8));
	}
	vst1q_u8(to, vqtbl2q_u8((uint8x16x2_t){{all.val[0], all.val[1]}}, vld1q_u8(order[0])));
	vst1q_u8(to + 16, vqtbl4q_u8(all, vld1q_u8(order[1])));
	vst1q_u8(to + 32, vqtbl2q_u8((uint8x16x2_t){{all.val[2], all.val[3]}}, vld1q_u8(order[2])));
}

TEMPLATE void store_s32(unsigned char *to, const int32x4_t raw[4], unsigned int channels)
{
	for (int half = 0; half < 2; half++) {
		const int32x4_t a = raw[2 * half], b = raw[2 * half + 1];

		vst1q_u8(to + 32 * half,
			 vreinterpretq_u8_s32(channels == 2 ? vzip1q_s32(a, b) : a));
		vst1q_u8(to + 32 * half + 16,
			 vreinterpretq_u8_s32(channels == 2 ? vzip2q_s32(a, b) : b));
	}
}

TEMPLATE void pack_integers(unsigned char *to, const double *const from[2], unsigned int channels,
			    size_t frames, struct dither *dither, unsigned int bytes, bool dithered,
			    store_function *store)
{
	const double full_scale = (double)(1ull << (8 * bytes - 1));
	const double *const from_second = channels == 2 ? from[1] : from[0] + QUARTER;
	struct generators g[2][2];
	int32x4_t raw[4];

	for (unsigned int half = 0; dithered && half < 2; half++) {
		generators_load(g[half], dither, half, channels);
	}
	for (size_t i = 0; i < frames; i += GROUP / channels) {
		for (unsigned int half = 0; half < 2; half++) {
			const size_t at = i + half * (HALF / channels);

			raw[2 * half] =
				quantise(from[0] + at, dithered ? &g[half][0] : NULL, full_scale);
			raw[2 * half + 1] = quantise(from_second + at,
						     dithered ? &g[half][1] : NULL, full_scale);
		}
		store(to, raw, channels);
		to += GROUP * bytes;
	}
	for (unsigned int half = 0; dithered && half < 2; half++) {
		generators_store(g[half], dither, half, channels);
	}
}

TEMPLATE void pack_format(void *to, const double *const from[2], unsigned int channels,
			  size_t frames, struct dither *dither, enum sample_format format,
			  store_function *store)
{
	const size_t whole = frames - frames % (GROUP / channels);
	const double *const rest[2] = {from[0] + whole, channels == 2 ? from[1] + whole : NULL};
	const unsigned int bytes = format_bytes(format);

	if (channels == 2 && dither != NULL) {
		pack_integers(to, from, 2, whole, dither, bytes, true, store);
	} else if (channels == 2) {
		pack_integers(to, from, 2, whole, NULL, bytes, false, store);
	} else if (dither != NULL) {
		pack_integers(to, from, 1, whole, dither, bytes, true, store);
	} else {
		pack_integers(to, from, 1, whole, NULL, bytes, false, store);
	}
	ops_c.pack[format]((char *)to + whole * channels * bytes, rest, channels, frames - whole,
			   dither);
}

static void pack_s16(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S16, store_s16);
}

static void pack_s24(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S24, store_s24);
}

static void pack_s32(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S32, store_s32);
}

const struct ops ops_neon = {
	.name = "neon",
	.scale = scale,
	.scale2 = scale2,
	.survey = survey,
	.between = between_c,
	.add_ramp = add_ramp_c,
	.cascade = cascade_neon,
	.from_float = from_float_c,
	.to_float = to_float_c,
	.unpack = {unpack_s16_c, unpack_s24_c, unpack_s32_c, unpack_f32_c, unpack_f64_c},
	.pack = {pack_s16, pack_s24, pack_s32, pack_f32_c, pack_f64_c},
	.peak_between = peak_between_neon,
};
