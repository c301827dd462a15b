/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hot loops for AVX-512 with byte permutes (VBMI: Ice Lake, Zen 4 and later). What does not
 * fill a group of 16 samples is left to the plain version. Audio thread.
 *
 * Fused multiply-adds stand only where one of the products is exact, so that the bits stay those
 * of a multiplication and an addition.
 */
#include <immintrin.h>
#include <string.h>

#include "ops-versions.h"

#define VECTOR 8  /* doubles in a vector */
#define GROUP  16 /* samples in a group */

/* Adds up a vector as ops_fold() does. */
static inline double fold(__m512d sums)
{
	const __m256d four =
		_mm256_add_pd(_mm512_castpd512_pd256(sums), _mm512_extractf64x4_pd(sums, 1));
	const __m128d two =
		_mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));

	return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/* The larger magnitude; of the second alone where the first is not a number. */
static inline __m512d larger(__m512d values, __m512d top)
{
	return _mm512_range_pd(values, top, 0xb);
}

#define LANE_VECTORS (OPS_LANES / VECTOR)

/* A survey under way. */
struct gathered {
	__m512d sums[LANE_VECTORS], tops[LANE_VECTORS];
};

TEMPLATE void gather_vector(struct gathered *gathered, size_t v, __m512d samples)
{
	gathered->sums[v] = _mm512_add_pd(gathered->sums[v], samples);
	gathered->tops[v] = larger(samples, gathered->tops[v]);
}

TEMPLATE struct gathered nothing_gathered(void)
{
	struct gathered gathered;

	for (size_t v = 0; v < LANE_VECTORS; v++) {
		gathered.sums[v] = gathered.tops[v] = _mm512_setzero_pd();
	}
	return gathered;
}

/* With the samples that did not fill the lanes, of which the largest magnitude is known. */
TEMPLATE struct survey conclude(const struct gathered *gathered, const double *rest, size_t count,
				double rest_top)
{
	const __m512d *sums = gathered->sums, *tops = gathered->tops;
	double top =
		_mm512_reduce_max_pd(larger(larger(tops[0], tops[1]), larger(tops[2], tops[3])));
	double lanes[OPS_LANES];

	if (count == 0) {
		return (struct survey){top, fold(_mm512_add_pd(_mm512_add_pd(sums[0], sums[2]),
							       _mm512_add_pd(sums[1], sums[3])))};
	}
	for (size_t v = 0; v < LANE_VECTORS; v++) {
		_mm512_storeu_pd(lanes + v * VECTOR, sums[v]);
	}
	return (struct survey){rest_top > top ? rest_top : top, ops_fold(lanes, rest, count)};
}

static struct survey scale(double *to, const double *from, double gain, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	const __m512d gains = _mm512_set1_pd(gain);
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const __m512d samples = _mm512_mul_pd(_mm512_loadu_pd(from + at), gains);

			_mm512_storeu_pd(to + at, samples);
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
	const __m512d gains_a = _mm512_set1_pd(gain_a), gains_b = _mm512_set1_pd(gain_b);
	struct gathered gathered = nothing_gathered();
	double rest_top = 0;

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t v = 0; v < LANE_VECTORS; v++) {
			const size_t at = i + v * VECTOR;
			const __m512d samples =
				_mm512_add_pd(_mm512_mul_pd(_mm512_loadu_pd(a + at), gains_a),
					      _mm512_mul_pd(_mm512_loadu_pd(b + at), gains_b));

			_mm512_storeu_pd(to + at, samples);
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
			gather_vector(&gathered, v, _mm512_loadu_pd(from + i + v * VECTOR));
		}
	}
	if (whole < count) {
		rest_top = ops_c.survey(from + whole, count - whole).top;
	}
	return conclude(&gathered, from + whole, count - whole, rest_top);
}

/* A vector of points. */
static inline __m512d between_vector(const double *from, const struct between_taps *taps)
{
	__m512d even[3], odd[3], middle = _mm512_setzero_pd();

	for (int p = 0; p < 3; p++) {
		even[p] = odd[p] = middle;
	}
	for (size_t k = 0; k < BETWEEN_HALF; k++) {
		const __m512d early = _mm512_loadu_pd(from + k);
		const __m512d late = _mm512_loadu_pd(from + 2 * BETWEEN_HALF - 1 - k);
		const __m512d sum = _mm512_add_pd(early, late);
		const __m512d difference = _mm512_sub_pd(early, late);

		for (int p = 0; p < 3; p++) {
			even[p] = _mm512_add_pd(
				even[p], _mm512_mul_pd(_mm512_set1_pd(taps->even[p][k]), sum));
			odd[p] = _mm512_add_pd(
				odd[p], _mm512_mul_pd(_mm512_set1_pd(taps->odd[p][k]), difference));
		}
		middle = _mm512_add_pd(middle, _mm512_mul_pd(_mm512_set1_pd(taps->middle[k]), sum));
	}
	middle = _mm512_abs_pd(middle);
	for (int p = 0; p < 3; p++) {
		middle = _mm512_max_pd(
			middle, _mm512_add_pd(_mm512_abs_pd(even[p]), _mm512_abs_pd(odd[p])));
	}
	return middle;
}

static void between(double *to, const double *from, const struct between_taps *taps, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm512_storeu_pd(to + i, between_vector(from + i, taps));
	}
	ops_c.between(to + whole, from + whole, taps, count - whole);
}

static void add_ramp(double *to, const double *from, const double *gain, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m512d product =
			_mm512_mul_pd(_mm512_loadu_pd(from + i), _mm512_loadu_pd(gain + i));

		_mm512_storeu_pd(to + i, _mm512_add_pd(_mm512_loadu_pd(to + i), product));
	}
	ops_c.add_ramp(to + whole, from + whole, gain + whole, count - whole);
}

static void from_float(double *to, const float *from, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm512_storeu_pd(to + i, _mm512_cvtps_pd(_mm256_loadu_ps(from + i)));
	}
	ops_c.from_float(to + whole, from + whole, count - whole);
}

static void to_float(float *to, const double *from, size_t count)
{
	const size_t whole = count - count % VECTOR;

	for (size_t i = 0; i < whole; i += VECTOR) {
		_mm256_storeu_ps(to + i, _mm512_cvtpd_ps(_mm512_loadu_pd(from + i)));
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

/*
 * Of a group in memory, where the bytes of every `stride`th sample come from when each is to stand
 * at the top of 64 bits.
 */
TEMPLATE __m512i sample_index(unsigned int bytes, unsigned int stride)
{
	const long long ones = 0x0101010101010101;
	const __m512i sample = _mm512_set_epi64(7 * ones, 6 * ones, 5 * ones, 4 * ones, 3 * ones,
						2 * ones, ones, 0);
	const __m512i byte = _mm512_set1_epi64(0x0706050403020100);

	/* No product of bytes is above 255, so pairs of them multiply as one. */
	return _mm512_add_epi8(
		_mm512_mullo_epi16(sample, _mm512_set1_epi16((short)(stride * bytes))),
		_mm512_sub_epi8(byte, _mm512_set1_epi8((char)(8 - bytes))));
}

/* The first `count` bits. */
static inline __mmask64 first_bytes(unsigned int count)
{
	return UINT64_MAX >> (64 - count);
}

TEMPLATE void unpack_integers(double *const to[2], const unsigned char *from, unsigned int channels,
			      size_t frames, unsigned int bytes)
{
	const __mmask64 filled = first_bytes(GROUP * bytes);
	const __mmask64 top = (first_bytes(bytes) << (8 - bytes)) * 0x0101010101010101u;
	const __m512i first = sample_index(bytes, channels);
	const __m512i second = _mm512_add_epi8(
		first, _mm512_set1_epi8((char)(channels == 2 ? bytes : VECTOR * bytes)));
	const __m512d unit = _mm512_set1_pd(0x1p-63);
	double *const to_second = channels == 2 ? to[1] : to[0] + VECTOR;

	for (size_t i = 0; i < frames; i += GROUP / channels) {
		const __m512i group = _mm512_maskz_loadu_epi8(filled, from);
		const __m512i a = _mm512_maskz_permutexvar_epi8(top, first, group);
		const __m512i b = _mm512_maskz_permutexvar_epi8(top, second, group);

		_mm512_storeu_pd(to[0] + i, _mm512_mul_pd(_mm512_cvtepi64_pd(a), unit));
		_mm512_storeu_pd(to_second + i, _mm512_mul_pd(_mm512_cvtepi64_pd(b), unit));
		from += GROUP * bytes;
	}
}

TEMPLATE void unpack_format(double *const to[2], const void *from, unsigned int channels,
			    size_t frames, enum sample_format format)
{
	const size_t whole = whole_frames(frames, channels);

	if (channels == 2) {
		unpack_integers(to, from, 2, whole, format_bytes(format));
	} else {
		unpack_integers(to, from, 1, whole, format_bytes(format));
	}
	unpack_tail(format, to, from, channels, frames, whole);
}

static void unpack_s16(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S16);
}

static void unpack_s24(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S24);
}

static void unpack_s32(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack_format(to, from, channels, frames, FORMAT_S32);
}

/* Even places of two vectors together, or odd ones. */
static inline __m512i every_second(long long first)
{
	return _mm512_add_epi64(_mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0),
				_mm512_set1_epi64(first));
}

static void unpack_f32(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const __m512i sides =
		_mm512_set_epi32(15, 13, 11, 9, 7, 5, 3, 1, 14, 12, 10, 8, 6, 4, 2, 0);
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	const unsigned char *bytes = from;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m512 group = _mm512_permutexvar_ps(sides, _mm512_loadu_ps(bytes + 8 * i));

		_mm512_storeu_pd(to[0] + i, _mm512_cvtps_pd(_mm512_castps512_ps256(group)));
		_mm512_storeu_pd(to[1] + i, _mm512_cvtps_pd(_mm512_extractf32x8_ps(group, 1)));
	}
	if (channels == 2) {
		unpack_tail(FORMAT_F32, to, from, 2, frames, whole);
	} else {
		from_float(to[0], from, frames);
	}
}

static void unpack_f64(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const __m512i left = every_second(0);
	const __m512i right = every_second(1);
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	const unsigned char *bytes = from;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m512d a = _mm512_loadu_pd(bytes + 16 * i);
		const __m512d b = _mm512_loadu_pd(bytes + 16 * i + 64);

		_mm512_storeu_pd(to[0] + i, _mm512_permutex2var_pd(a, left, b));
		_mm512_storeu_pd(to[1] + i, _mm512_permutex2var_pd(a, right, b));
	}
	if (channels == 2) {
		unpack_tail(FORMAT_F64, to, from, 2, frames, whole);
	} else {
		memcpy(to[0], from, frames * sizeof(double));
	}
}

/* The dither's generators, in registers. */
struct generators {
	__m512i s0, s1, s2, s3;
};

static inline struct generators generators_load(const struct dither *dither)
{
	return (struct generators){
		_mm512_loadu_si512(dither->state[0]),
		_mm512_loadu_si512(dither->state[1]),
		_mm512_loadu_si512(dither->state[2]),
		_mm512_loadu_si512(dither->state[3]),
	};
}

static inline void generators_store(const struct generators *g, struct dither *dither)
{
	_mm512_storeu_si512(dither->state[0], g->s0);
	_mm512_storeu_si512(dither->state[1], g->s1);
	_mm512_storeu_si512(dither->state[2], g->s2);
	_mm512_storeu_si512(dither->state[3], g->s3);
}

static inline __m512i xor3(__m512i a, __m512i b, __m512i c)
{
	return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

TEMPLATE __m512i draw(struct generators *g)
{
	const struct generators old = *g;

	g->s0 = xor3(old.s0, old.s3, old.s1);
	g->s1 = xor3(old.s1, old.s2, old.s0);
	g->s2 = xor3(old.s2, old.s0, _mm512_slli_epi32(old.s1, 9));
	g->s3 = _mm512_rol_epi32(_mm512_xor_si512(old.s3, old.s1), 11);
	return _mm512_add_epi32(_mm512_rol_epi32(_mm512_add_epi32(old.s0, old.s3), 7), old.s0);
}

/* Sixteen values of triangular density, in steps of 2^-30. */
static inline __m512i triangle(struct generators *g)
{
	return _mm512_madd_epi16(draw(g), _mm512_set1_epi32(16384 * 65536 + 16385));
}

/*
 * The values of dither for the two vectors of a group, times 2^62: in stereo the even and the odd
 * ones, in mono the first and the last eight.
 */
TEMPLATE void dither_group(struct generators *g, unsigned int channels, __m512d ret[2])
{
	const __m512i values = triangle(g);
	__m512i a, b;

	if (channels == 2) {
		a = _mm512_slli_epi64(values, 32);
		b = _mm512_and_si512(values, _mm512_set1_epi64(-0x100000000));
	} else {
		const __m512i spread =
			_mm512_set_epi32(7, 0, 6, 0, 5, 0, 4, 0, 3, 0, 2, 0, 1, 0, 0, 0);
		const __m512i spread_high = _mm512_or_si512(spread, _mm512_set1_epi32(8));

		a = _mm512_maskz_permutexvar_epi32(0xaaaa, spread, values);
		b = _mm512_maskz_permutexvar_epi32(0xaaaa, spread_high, values);
	}
	ret[0] = _mm512_cvtepi64_pd(a);
	ret[1] = _mm512_cvtepi64_pd(b);
}

/*
 * Samples to integers in the low half of 64 bits, the sum of sample and dither all times 2^62:
 * nothing is rounded before the addition that leaves no room for a fraction. Not a number: 0.
 */
TEMPLATE __m512i quantise(const double *from, __m512d dither, double full_scale)
{
	const __m512d highest = _mm512_set1_pd((full_scale - 1.0) * 0x1p62);
	const __m512d lowest = _mm512_set1_pd(-full_scale * 0x1p62);
	const __m512d sum =
		_mm512_fmadd_pd(_mm512_loadu_pd(from), _mm512_set1_pd(full_scale * 0x1p62), dither);
	const __mmask8 number = _mm512_cmp_pd_mask(sum, sum, _CMP_ORD_Q);
	const __m512d held = _mm512_max_pd(_mm512_min_pd(sum, highest), lowest);

	return _mm512_castpd_si512(
		_mm512_maskz_add_pd(number, held, _mm512_set1_pd(0x1.8p52 * 0x1p62)));
}

/* Two vectors of integers to sixteen of 32 bits in the order of samples. */
TEMPLATE __m512i join(__m512i a, __m512i b, unsigned int channels)
{
	if (channels == 2) {
		return _mm512_mask_blend_epi32(0xaaaa, a, _mm512_slli_epi64(b, 32));
	}
	return _mm512_permutex2var_epi32(
		a, _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0), b);
}

/* Where the low `bytes` of every 32 bits go. */
TEMPLATE __m512i byte_index(unsigned int bytes)
{
	static const unsigned char of_3[64] = {
		0,  1,  2,  4,  5,  6,  8,  9,  10, 12, 13, 14, 16, 17, 18, 20,
		21, 22, 24, 25, 26, 28, 29, 30, 32, 33, 34, 36, 37, 38, 40, 41,
		42, 44, 45, 46, 48, 49, 50, 52, 53, 54, 56, 57, 58, 60, 61, 62,
	};
	static const unsigned char of_2[64] = {
		0,  1,  4,  5,  8,  9,  12, 13, 16, 17, 20, 21, 24, 25, 28, 29,
		32, 33, 36, 37, 40, 41, 44, 45, 48, 49, 52, 53, 56, 57, 60, 61,
	};

	return _mm512_loadu_si512(bytes == 3 ? of_3 : of_2);
}

TEMPLATE void pack_integers(unsigned char *to, const double *const from[2], unsigned int channels,
			    size_t frames, struct dither *dither, unsigned int bytes, bool dithered)
{
	const double full_scale = (double)(1ull << (8 * bytes - 1));
	const __m512i order = byte_index(bytes);
	const double *const from_second = channels == 2 ? from[1] : from[0] + VECTOR;
	struct generators g = {0};
	__m512d added[2] = {_mm512_setzero_pd(), _mm512_setzero_pd()};

	if (dithered) {
		g = generators_load(dither);
	}
	for (size_t i = 0; i < frames; i += GROUP / channels) {
		__m512i group;

		if (dithered) {
			dither_group(&g, channels, added);
		}
		group = join(quantise(from[0] + i, added[0], full_scale),
			     quantise(from_second + i, added[1], full_scale), channels);
		if (bytes < 4) {
			group = _mm512_permutexvar_epi8(order, group);
		}
		_mm512_mask_storeu_epi8(to, first_bytes(GROUP * bytes), group);
		to += GROUP * bytes;
	}
	if (dithered) {
		generators_store(&g, dither);
	}
}

TEMPLATE void pack_format(void *to, const double *const from[2], unsigned int channels,
			  size_t frames, struct dither *dither, enum sample_format format)
{
	const size_t whole = whole_frames(frames, channels);
	const unsigned int bytes = format_bytes(format);

	if (channels == 2 && dither != NULL) {
		pack_integers(to, from, 2, whole, dither, bytes, true);
	} else if (channels == 2) {
		pack_integers(to, from, 2, whole, NULL, bytes, false);
	} else if (dither != NULL) {
		pack_integers(to, from, 1, whole, dither, bytes, true);
	} else {
		pack_integers(to, from, 1, whole, NULL, bytes, false);
	}
	pack_tail(format, to, from, channels, frames, whole, dither);
}

static void pack_s16(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S16);
}

static void pack_s24(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S24);
}

static void pack_s32(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack_format(to, from, channels, frames, dither, FORMAT_S32);
}

static void pack_f32(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	const __m512i sides =
		_mm512_set_epi32(15, 7, 14, 6, 13, 5, 12, 4, 11, 3, 10, 2, 9, 1, 8, 0);
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	unsigned char *bytes = to;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m512 group = _mm512_insertf32x8(
			_mm512_castps256_ps512(_mm512_cvtpd_ps(_mm512_loadu_pd(from[0] + i))),
			_mm512_cvtpd_ps(_mm512_loadu_pd(from[1] + i)), 1);

		_mm512_storeu_ps(bytes + 8 * i, _mm512_permutexvar_ps(sides, group));
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
	const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
	const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
	const size_t whole = channels == 2 ? whole_frames(frames, 2) : 0;
	unsigned char *bytes = to;

	for (size_t i = 0; i < whole; i += VECTOR) {
		const __m512d a = _mm512_loadu_pd(from[0] + i);
		const __m512d b = _mm512_loadu_pd(from[1] + i);

		_mm512_storeu_pd(bytes + 16 * i, _mm512_permutex2var_pd(a, low, b));
		_mm512_storeu_pd(bytes + 16 * i + 64, _mm512_permutex2var_pd(a, high, b));
	}
	if (channels == 2) {
		pack_tail(FORMAT_F64, to, from, 2, frames, whole, dither);
	} else {
		memcpy(to, from[0], frames * sizeof(double));
	}
}

const struct ops ops_avx512 = {
	.name = "avx512",
	.scale = scale,
	.scale2 = scale2,
	.survey = survey,
	.between = between,
	.add_ramp = add_ramp,
	.cascade = cascade_avx512,
	.from_float = from_float,
	.to_float = to_float,
	.unpack = {unpack_s16, unpack_s24, unpack_s32, unpack_f32, unpack_f64},
	.pack = {pack_s16, pack_s24, pack_s32, pack_f32, pack_f64},
	.peak_between = peak_between_avx512,
};
