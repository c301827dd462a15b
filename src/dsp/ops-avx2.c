/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hot loops for AVX2 and FMA. What does not fill a group of 16 samples is left to the plain
 * version. Audio thread.
 *
 * Fused multiply-adds stand only where one of the products is exact, so that the bits stay those
 * of a multiplication and an addition.
 */
#include <immintrin.h>
#include <string.h>

#include "ops-versions.h"

#define VECTOR 4  /* doubles in a vector */
#define HALF   8  /* 32-bit integers in a vector: half a group */
#define GROUP  16 /* samples in a group */

static inline __m256d magnitude(__m256d values)
{
	return _mm256_andnot_pd(_mm256_set1_pd(-0.0), values);
}

#define LANE_VECTORS (OPS_LANES / VECTOR)

/* A survey under way. In ten of the sixteen registers. */
struct gathered {
	__m256d sums[LANE_VECTORS], tops[2];
};

TEMPLATE void gather_vector(struct gathered *gathered, size_t v, __m256d samples)
{
	gathered->sums[v] = _mm256_add_pd(gathered->sums[v], samples);
	/* where the first is not a number it is the second */
	gathered->tops[v % 2] = _mm256_max_pd(magnitude(samples), gathered->tops[v % 2]);
}

TEMPLATE struct gathered nothing_gathered(void)
{
	struct gathered gathered;

	for (size_t v = 0; v < LANE_VECTORS; v++) {
		gathered.sums[v] = _mm256_setzero_pd();
	}
	gathered.tops[0] = gathered.tops[1] = _mm256_setzero_pd();
	return gathered;
}

/* With the samples that did not fill the lanes, of which the largest magnitude is known. */
TEMPLATE struct survey conclude(const struct gathered *gathered, const double *rest, size_t count,
				double rest_top)
{
	double lanes[OPS_LANES], tops[VECTOR], top = rest_top;

	for (size_t v = 0; v < LANE_VECTORS; v++) {
		_mm256_storeu_pd(lanes + v * VECTOR, gathered->sums[v]);
	}
	_mm256_storeu_pd(tops, _mm256_max_pd(gathered->tops[0], gathered->tops[1]));
	for (size_t v = 0; v < VECTOR; v++) {
		top = tops[v] > top ? tops[v] : top;
	}
	return (struct survey){top, ops_fold(lanes, rest, count)};
}

static struct survey scale(double *to, const double *from, double gain, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	const __m256d gains = _mm256_set1_pd(gain);
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const __m256d samples = _mm256_mul_pd(_mm256_loadu_pd(from + at), gains);

			_mm256_storeu_pd(to + at, samples);
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
	const __m256d gains_a = _mm256_set1_pd(gain_a), gains_b = _mm256_set1_pd(gain_b);
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const __m256d samples =
				_mm256_add_pd(_mm256_mul_pd(_mm256_loadu_pd(a + at), gains_a),
					      _mm256_mul_pd(_mm256_loadu_pd(b + at), gains_b));

			_mm256_storeu_pd(to + at, samples);
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
			gather_vector(&gathered, v, _mm256_loadu_pd(from + i + v * VECTOR));
		}
	}
	if (whole < count) {
		rest_top = ops_c.survey(from + whole, count - whole).top;
	}
	return conclude(&gathered, from + whole, count - whole, rest_top);
}

/* A vector of points. */
static inline __m256d between_vector(const double *from, const struct between_taps *taps)
{
	__m256d even[3], odd[3], middle = _mm256_setzero_pd();

	for (int p = 0; p < 3; p++) {
		even[p] = odd[p] = middle;
	}
	for (size_t k = 0; k < BETWEEN_HALF; k++) {
		const __m256d early = _mm256_loadu_pd(from + k);
		const __m256d late = _mm256_loadu_pd(from + 2 * BETWEEN_HALF - 1 - k);
		const __m256d sum = _mm256_add_pd(early, late);
		const __m256d difference = _mm256_sub_pd(early, late);

		for (int p = 0; p < 3; p++) {
			even[p] = _mm256_add_pd(
				even[p], _mm256_mul_pd(_mm256_set1_pd(taps->even[p][k]), sum));
			odd[p] = _mm256_add_pd(
				odd[p], _mm256_mul_pd(_mm256_set1_pd(taps->odd[p][k]), difference));
		}
		middle = _mm256_add_pd(middle, _mm256_mul_pd(_mm256_set1_pd(taps->middle[k]), sum));
	}
	middle = magnitude(middle);
	for (int p = 0; p < 3; p++) {
		middle =
			_mm256_max_pd(middle, _mm256_add_pd(magnitude(even[p]), magnitude(odd[p])));
	}
	return middle;
}

static void between(double *to, const double *from, const struct between_taps *taps, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm256_storeu_pd(to + i, between_vector(from + i, taps));
	}
	ops_c.between(to + whole, from + whole, taps, count - whole);
}

static void add_ramp(double *to, const double *from, const double *gain, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m256d product =
			_mm256_mul_pd(_mm256_loadu_pd(from + i), _mm256_loadu_pd(gain + i));

		_mm256_storeu_pd(to + i, _mm256_add_pd(_mm256_loadu_pd(to + i), product));
	}
	ops_c.add_ramp(to + whole, from + whole, gain + whole, count - whole);
}

static void from_float(double *to, const float *from, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm256_storeu_pd(to + i, _mm256_cvtps_pd(_mm_loadu_ps(from + i)));
	}
	ops_c.from_float(to + whole, from + whole, count - whole);
}

static void to_float(float *to, const double *from, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm_storeu_ps(to + i, _mm256_cvtpd_ps(_mm256_loadu_pd(from + i)));
	}
	ops_c.to_float(to + whole, from + whole, count - whole);
}

/* The frames whose samples fill whole groups. */
static inline size_t whole_frames(size_t frames, unsigned int channels)
{
	return frames - frames % (GROUP / channels);
}

static void unpack_tail(enum sample_format format, double *const to[2], const void *from,
			unsigned int channels, size_t frames, size_t done)
{
	double *const rest[2] = {to[0] + done, channels == 2 ? to[1] + done : NULL};

	ops_c.unpack[format](rest, (const char *)from + done * channels * format_bytes(format),
			     channels, frames - done);
}

static void pack_tail(enum sample_format format, void *to, const double *const from[2],
		      unsigned int channels, size_t frames, size_t done, struct dither *dither)
{
	const double *const rest[2] = {from[0] + done, channels == 2 ? from[1] + done : NULL};

	ops_c.pack[format]((char *)to + done * channels * format_bytes(format), rest, channels,
			   frames - done, dither);
}

/* Lanes of 64 bits in the order 0, 2, 1, 3. */
TEMPLATE __m256i swap_middle(__m256i lanes)
{
	return _mm256_permute4x64_epi64(lanes, 0xd8);
}

/*
 * Eight signed integers to two vectors of doubles, times a power of two: in stereo the even and the
 * odd ones, in mono the first and the last four. An integer below the bits that say 2^52, less
 * 2^52, is a double; the sign bit turned over adds 2^31.
 */
TEMPLATE void to_doubles(__m256i integers, unsigned int channels, double unit, __m256d ret[2])
{
	const __m256i exponent = _mm256_set1_epi32(0x43300000);
	const __m256d units = _mm256_set1_pd(unit);
	const __m256d excess = _mm256_set1_pd((0x1p52 + 0x1p31) * unit);
	const __m256i turned = _mm256_xor_si256(integers, _mm256_set1_epi32(INT32_MIN));
	__m256i a, b;

	if (channels == 2) {
		a = _mm256_blend_epi32(turned, exponent, 0xaa);
		b = _mm256_blend_epi32(_mm256_srli_epi64(turned, 32), exponent, 0xaa);
	} else {
		a = _mm256_unpacklo_epi32(swap_middle(turned), exponent);
		b = _mm256_unpackhi_epi32(swap_middle(turned), exponent);
	}
	ret[0] = _mm256_fmsub_pd(_mm256_castsi256_pd(a), units, excess);
	ret[1] = _mm256_fmsub_pd(_mm256_castsi256_pd(b), units, excess);
}

/* The next eight samples, each at the top of 32 bits; nothing beyond them is read. */
typedef __m256i load_function(const unsigned char *from);

TEMPLATE __m256i load_s16(const unsigned char *from)
{
	return _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)from)), 16);
}

/* Four samples are the first 12 of 16 bytes, four the last 12 of the 16 that end the group. */
TEMPLATE __m256i load_s24(const unsigned char *from)
{
	const __m256i all =
		_mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const void *)from)),
					_mm_loadu_si128((const void *)(from + 8)), 1);
	const __m256i order =
		_mm256_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1, 4, 5, 6,
				 -1, 7, 8, 9, -1, 10, 11, 12, -1, 13, 14, 15);

	return _mm256_shuffle_epi8(all, order);
}

TEMPLATE __m256i load_s32(const unsigned char *from)
{
	return _mm256_loadu_si256((const void *)from);
}

TEMPLATE void unpack_integers(double *const to[2], const unsigned char *from, unsigned int channels,
			      size_t frames, unsigned int bytes, load_function *load)
{
	double *const to_second = channels == 2 ? to[1] : to[0] + VECTOR;

	for (size_t i = 0; i < frames; i += HALF / channels) {
		__m256d samples[2];

		to_doubles(load(from), channels, 0x1p-31, samples);
		_mm256_storeu_pd(to[0] + i, samples[0]);
		_mm256_storeu_pd(to_second + i, samples[1]);
		from += HALF * bytes;
	}
}

TEMPLATE void unpack_format(double *const to[2], const void *from, unsigned int channels,
			    size_t frames, enum sample_format format, load_function *load)
{
	const size_t whole = whole_frames(frames, channels);

	if (channels == 2) {
		unpack_integers(to, from, 2, whole, format_bytes(format), load);
	} else {
		unpack_integers(to, from, 1, whole, format_bytes(format), load);
	}
	unpack_tail(format, to, from, channels, frames, whole);
}

static void unpack_s16(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S16, load_s16);
}

static void unpack_s24(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S24, load_s24);
}

static void unpack_s32(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S32, load_s32);
}

static void unpack_f32(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	const float *samples = from;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m128 a = _mm_loadu_ps(samples + 2 * i);
		const __m128 b = _mm_loadu_ps(samples + 2 * i + 4);

		_mm256_storeu_pd(to[0] + i, _mm256_cvtps_pd(_mm_shuffle_ps(a, b, 0x88)));
		_mm256_storeu_pd(to[1] + i, _mm256_cvtps_pd(_mm_shuffle_ps(a, b, 0xdd)));
	}
	if (channels == 2) {
		unpack_tail(FORMAT_F32, to, from, 2, frames, whole);
	} else {
		from_float(to[0], from, frames);
	}
}

/* Left and right of four frames apart. */
static inline void split_frames(__m256d first, __m256d last, double *ret_left, double *ret_right)
{
	const __m256d a = _mm256_permute2f128_pd(first, last, 0x20);
	const __m256d b = _mm256_permute2f128_pd(first, last, 0x31);

	_mm256_storeu_pd(ret_left, _mm256_unpacklo_pd(a, b));
	_mm256_storeu_pd(ret_right, _mm256_unpackhi_pd(a, b));
}

static void unpack_f64(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	const double *samples = from;

	for (size_t i = 0; i < whole; i += VECTOR) {
		split_frames(_mm256_loadu_pd(samples + 2 * i),
			     _mm256_loadu_pd(samples + 2 * i + VECTOR), to[0] + i, to[1] + i);
	}
	if (channels == 2) {
		unpack_tail(FORMAT_F64, to, from, 2, frames, whole);
	} else {
		memcpy(to[0], from, frames * sizeof(double));
	}
}

/* Eight of the dither's generators. */
struct generators {
	__m256i s0, s1, s2, s3;
};

/* `half` is 0 for the generators of a group's first eight samples, 1 for the others. */
static inline struct generators generators_load(const struct dither *dither, unsigned int half)
{
	return (struct generators){
		_mm256_loadu_si256((const void *)&dither->state[0][half * HALF]),
		_mm256_loadu_si256((const void *)&dither->state[1][half * HALF]),
		_mm256_loadu_si256((const void *)&dither->state[2][half * HALF]),
		_mm256_loadu_si256((const void *)&dither->state[3][half * HALF]),
	};
}

static inline void generators_store(const struct generators *g, struct dither *dither,
				    unsigned int half)
{
	_mm256_storeu_si256((void *)&dither->state[0][half * HALF], g->s0);
	_mm256_storeu_si256((void *)&dither->state[1][half * HALF], g->s1);
	_mm256_storeu_si256((void *)&dither->state[2][half * HALF], g->s2);
	_mm256_storeu_si256((void *)&dither->state[3][half * HALF], g->s3);
}

static inline __m256i rotate_left(__m256i words, int bits)
{
	return _mm256_or_si256(_mm256_slli_epi32(words, bits), _mm256_srli_epi32(words, 32 - bits));
}

TEMPLATE __m256i draw(struct generators *g)
{
	const __m256i number =
		_mm256_add_epi32(rotate_left(_mm256_add_epi32(g->s0, g->s3), 7), g->s0);
	const __m256i shifted = _mm256_slli_epi32(g->s1, 9);
	const __m256i c = _mm256_xor_si256(g->s2, g->s0);
	const __m256i d = _mm256_xor_si256(g->s3, g->s1);

	g->s1 = _mm256_xor_si256(g->s1, c);
	g->s0 = _mm256_xor_si256(g->s0, d);
	g->s2 = _mm256_xor_si256(c, shifted);
	g->s3 = rotate_left(d, 11);
	return number;
}

/* Eight values of triangular density, in steps of 2^-30. */
static inline __m256i triangle(struct generators *g)
{
	return _mm256_madd_epi16(draw(g), _mm256_set1_epi32(16384 * 65536 + 16385));
}

/*
 * Samples to integers in the low half of 64 bits, the sum of sample and dither all times 2^30:
 * nothing is rounded before the addition that leaves no room for a fraction. Not a number: 0.
 */
TEMPLATE __m256i quantise(const double *from, __m256d dither, double full_scale)
{
	const __m256d highest = _mm256_set1_pd((full_scale - 1.0) * 0x1p30);
	const __m256d lowest = _mm256_set1_pd(-full_scale * 0x1p30);
	const __m256d sum =
		_mm256_fmadd_pd(_mm256_loadu_pd(from), _mm256_set1_pd(full_scale * 0x1p30), dither);
	const __m256d number = _mm256_cmp_pd(sum, sum, _CMP_ORD_Q);
	const __m256d held = _mm256_max_pd(_mm256_min_pd(sum, highest), lowest);

	return _mm256_castpd_si256(
		_mm256_add_pd(_mm256_and_pd(held, number), _mm256_set1_pd(0x1.8p52 * 0x1p30)));
}

/* Two vectors of integers to eight of 32 bits in the order of samples. */
TEMPLATE __m256i join(__m256i a, __m256i b, unsigned int channels)
{
	if (channels == 2) {
		return _mm256_blend_epi32(a, _mm256_slli_epi64(b, 32), 0xaa);
	}
	return swap_middle(_mm256_castps_si256(
		_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88)));
}

/* Writes the low bytes of eight integers, none beyond them. */
typedef void store_function(unsigned char *to, __m256i raw);

TEMPLATE void store_s16(unsigned char *to, __m256i raw)
{
	const __m256i order =
		_mm256_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 4,
				 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1);
	const __m256i bytes = swap_middle(_mm256_shuffle_epi8(raw, order));

	_mm_storeu_si128((void *)to, _mm256_castsi256_si128(bytes));
}

TEMPLATE void store_s24(unsigned char *to, __m256i raw)
{
	const __m256i order =
		_mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1, 0, 1, 2, 4,
				 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
	const __m256i bytes = _mm256_permutevar8x32_epi32(
		_mm256_shuffle_epi8(raw, order), _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));

	_mm_storeu_si128((void *)to, _mm256_castsi256_si128(bytes));
	_mm_storel_epi64((void *)(to + 16), _mm256_extracti128_si256(bytes, 1));
}

TEMPLATE void store_s32(unsigned char *to, __m256i raw)
{
	_mm256_storeu_si256((void *)to, raw);
}

TEMPLATE void pack_integers(unsigned char *to, const double *const from[2], unsigned int channels,
			    size_t frames, struct dither *dither, unsigned int bytes, bool dithered,
			    store_function *store)
{
	const double full_scale = (double)(1ull << (8 * bytes - 1));
	const double *const from_second = channels == 2 ? from[1] : from[0] + VECTOR;
	struct generators g[2] = {0};
	__m256d added[2] = {_mm256_setzero_pd(), _mm256_setzero_pd()};

	if (dithered) {
		g[0] = generators_load(dither, 0);
		g[1] = generators_load(dither, 1);
	}
	for (size_t i = 0; i < frames; i += GROUP / channels) {
		for (unsigned int half = 0; half < 2; half++) {
			const size_t at = i + half * (HALF / channels);

			if (dithered) {
				to_doubles(triangle(&g[half]), channels, 1.0, added);
			}
			store(to, join(quantise(from[0] + at, added[0], full_scale),
				       quantise(from_second + at, added[1], full_scale), channels));
			to += HALF * bytes;
		}
	}
	if (dithered) {
		generators_store(&g[0], dither, 0);
		generators_store(&g[1], dither, 1);
	}
}

TEMPLATE void pack_format(void *to, const double *const from[2], unsigned int channels,
			  size_t frames, struct dither *dither, enum sample_format format,
			  store_function *store)
{
	const size_t whole = whole_frames(frames, channels);
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
	pack_tail(format, to, from, channels, frames, whole, dither);
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

static void pack_f32(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	float *samples = to;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m128 left = _mm256_cvtpd_ps(_mm256_loadu_pd(from[0] + i));
		const __m128 right = _mm256_cvtpd_ps(_mm256_loadu_pd(from[1] + i));

		_mm_storeu_ps(samples + 2 * i, _mm_unpacklo_ps(left, right));
		_mm_storeu_ps(samples + 2 * i + 4, _mm_unpackhi_ps(left, right));
	}
	if (channels == 2) {
		pack_tail(FORMAT_F32, to, from, 2, frames, whole, dither);
	} else {
		to_float(to, from[0], frames);
	}
}

static void pack_f64(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	double *samples = to;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m256d left = _mm256_loadu_pd(from[0] + i);
		const __m256d right = _mm256_loadu_pd(from[1] + i);
		const __m256d even = _mm256_unpacklo_pd(left, right);
		const __m256d odd = _mm256_unpackhi_pd(left, right);

		_mm256_storeu_pd(samples + 2 * i, _mm256_permute2f128_pd(even, odd, 0x20));
		_mm256_storeu_pd(samples + 2 * i + VECTOR, _mm256_permute2f128_pd(even, odd, 0x31));
	}
	if (channels == 2) {
		pack_tail(FORMAT_F64, to, from, 2, frames, whole, dither);
	} else {
		memcpy(to, from[0], frames * sizeof(double));
	}
}

const struct ops ops_avx2 = {
	.name = "avx2",
	.scale = scale,
	.scale2 = scale2,
	.survey = survey,
	.between = between,
	.add_ramp = add_ramp,
	.cascade = cascade_avx2,
	.from_float = from_float,
	.to_float = to_float,
	.unpack = {unpack_s16, unpack_s24, unpack_s32, unpack_f32, unpack_f64},
	.pack = {pack_s16, pack_s24, pack_s32, pack_f32, pack_f64},
	.peak_between = peak_between_avx2,
};
