/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hot loops in plain C: what every other version must equal, and the version of processors that
 * have none of their own. Loops run over groups of a constant size without branches, which
 * compilers turn into vectors. Audio thread.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ops-versions.h"

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be calculated as doubles");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are stored little-endian");

/* Samples that are worked on at once: as many as a draw of dither gives. */
#define GROUP DITHER_LANES

double ops_fold(double lanes[OPS_LANES], const double *rest, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		lanes[i] += rest[i];
	}
	for (size_t half = OPS_LANES / 2; half > 0; half /= 2) {
		for (size_t i = 0; i < half; i++) {
			lanes[i] += lanes[i + half];
		}
	}
	return lanes[0];
}

/* A survey under way. */
struct gathered {
	double sums[OPS_LANES], tops[OPS_LANES];
};

TEMPLATE void gather_lanes(struct gathered *gathered, const double values[OPS_LANES])
{
	for (size_t lane = 0; lane < OPS_LANES; lane++) {
		const double size = fabs(values[lane]);

		gathered->sums[lane] += values[lane];
		gathered->tops[lane] = size > gathered->tops[lane] ? size : gathered->tops[lane];
	}
}

/* With the samples that did not fill the lanes. */
static struct survey conclude(struct gathered *gathered, const double *rest, size_t count)
{
	double top = 0;

	for (size_t i = 0; i < count; i++) {
		const double size = fabs(rest[i]);

		top = size > top ? size : top;
	}
	for (size_t lane = 0; lane < OPS_LANES; lane++) {
		top = gathered->tops[lane] > top ? gathered->tops[lane] : top;
	}
	return (struct survey){top, ops_fold(gathered->sums, rest, count)};
}

static struct survey scale(double *to, const double *from, double gain, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = {{0}, {0}};
	double values[OPS_LANES];

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t lane = 0; lane < OPS_LANES; lane++) {
			values[lane] = from[i + lane] * gain;
		}
		memcpy(to + i, values, sizeof(values));
		gather_lanes(&gathered, values);
	}
	for (size_t i = whole; i < count; i++) {
		to[i] = from[i] * gain;
	}
	return conclude(&gathered, to + whole, count - whole);
}

static struct survey scale2(double *to, const double *a, double gain_a, const double *b,
			    double gain_b, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = {{0}, {0}};
	double values[OPS_LANES];

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		for (size_t lane = 0; lane < OPS_LANES; lane++) {
			values[lane] = a[i + lane] * gain_a + b[i + lane] * gain_b;
		}
		memcpy(to + i, values, sizeof(values));
		gather_lanes(&gathered, values);
	}
	for (size_t i = whole; i < count; i++) {
		to[i] = a[i] * gain_a + b[i] * gain_b;
	}
	return conclude(&gathered, to + whole, count - whole);
}

static struct survey survey(const double *from, size_t count)
{
	const size_t whole = count - count % OPS_LANES;
	struct gathered gathered = {{0}, {0}};

	for (size_t i = 0; i < whole; i += OPS_LANES) {
		gather_lanes(&gathered, from + i);
	}
	return conclude(&gathered, from + whole, count - whole);
}

/* Groups of eight points, so that their sums stay in registers. */
static void between_group(double *restrict to, const double *restrict from,
			  const struct between_taps *taps, size_t count)
{
	double even[3][8] = {{0}}, odd[3][8] = {{0}}, middle[8] = {0};

	for (size_t k = 0; k < BETWEEN_HALF; k++) {
		for (size_t i = 0; i < count; i++) {
			const double early = from[i + k], late = from[i + 2 * BETWEEN_HALF - 1 - k];
			const double sum = early + late, difference = early - late;

			for (size_t p = 0; p < 3; p++) {
				even[p][i] += taps->even[p][k] * sum;
				odd[p][i] += taps->odd[p][k] * difference;
			}
			middle[i] += taps->middle[k] * sum;
		}
	}
	for (size_t i = 0; i < count; i++) {
		double top = fabs(middle[i]);

		for (size_t p = 0; p < 3; p++) {
			top = fmax(top, fabs(even[p][i]) + fabs(odd[p][i]));
		}
		to[i] = top;
	}
}

void between_c(double *to, const double *from, const struct between_taps *taps, size_t count)
{
	size_t i = 0;

	for (; i + 8 <= count; i += 8) {
		between_group(to + i, from + i, taps, 8);
	}
	for (; i < count; i++) {
		between_group(to + i, from + i, taps, 1);
	}
}

void add_ramp_c(double *restrict to, const double *restrict from, const double *restrict gain,
		size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[i] += from[i] * gain[i];
	}
}

void from_float_c(double *restrict to, const float *restrict from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		float sample;

		/* It may stand at any address. */
		memcpy(&sample, (const char *)from + i * sizeof(sample), sizeof(sample));
		to[i] = (double)sample;
	}
}

void to_float_c(float *restrict to, const double *restrict from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const float sample = (float)from[i];

		memcpy((char *)to + i * sizeof(sample), &sample, sizeof(sample));
	}
}

/* Reads `count` integer samples, each at the top of 32 bits. */
typedef void load_function(int32_t *raw, const unsigned char *from, size_t count);

TEMPLATE void load_s16(int32_t *raw, const unsigned char *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		raw[i] = (int32_t)((uint32_t)from[2 * i] << 16 | (uint32_t)from[2 * i + 1] << 24);
	}
}

TEMPLATE void load_s24(int32_t *raw, const unsigned char *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		raw[i] = (int32_t)((uint32_t)from[3 * i] << 8 | (uint32_t)from[3 * i + 1] << 16 |
				   (uint32_t)from[3 * i + 2] << 24);
	}
}

TEMPLATE void load_s32(int32_t *raw, const unsigned char *from, size_t count)
{
	memcpy(raw, from, count * 4);
}

/* From interleaved integers to the planes, `count` samples in all. */
TEMPLATE void spread(double *const to[2], size_t frame, const int32_t *raw, unsigned int channels,
		     size_t count)
{
	if (channels == 1) {
		for (size_t i = 0; i < count; i++) {
			to[0][frame + i] = raw[i] * 0x1p-31;
		}
		return;
	}
	for (size_t i = 0; i < count / 2; i++) {
		to[0][frame + i] = raw[2 * i] * 0x1p-31;
		to[1][frame + i] = raw[2 * i + 1] * 0x1p-31;
	}
}

TEMPLATE void unpack(double *const to[2], const unsigned char *from, unsigned int channels,
		     size_t frames, unsigned int bytes, load_function *load)
{
	const size_t group_frames = GROUP / channels;
	int32_t raw[GROUP];
	size_t frame = 0;

	for (; frames - frame >= group_frames; frame += group_frames) {
		load(raw, from, GROUP);
		spread(to, frame, raw, channels, GROUP);
		from += GROUP * bytes;
	}
	load(raw, from, (frames - frame) * channels);
	spread(to, frame, raw, channels, (frames - frame) * channels);
}

void unpack_s16_c(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack(to, from, channels, frames, 2, load_s16);
}

void unpack_s24_c(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack(to, from, channels, frames, 3, load_s24);
}

void unpack_s32_c(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	unpack(to, from, channels, frames, 4, load_s32);
}

TEMPLATE float float_at(const unsigned char *from)
{
	float sample;

	memcpy(&sample, from, sizeof(sample));
	return sample;
}

void unpack_f32_c(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const unsigned char *bytes = from;
	double *restrict left = to[0];
	double *restrict right = to[1];

	if (channels == 1) {
		for (size_t i = 0; i < frames; i++) {
			left[i] = (double)float_at(bytes + 4 * i);
		}
		return;
	}
	for (size_t i = 0; i < frames; i++) {
		left[i] = (double)float_at(bytes + 8 * i);
		right[i] = (double)float_at(bytes + 8 * i + 4);
	}
}

void unpack_f64_c(double *const to[2], const void *from, unsigned int channels, size_t frames)
{
	const unsigned char *bytes = from;

	if (channels == 1) {
		memcpy(to[0], from, frames * sizeof(double));
		return;
	}
	for (size_t i = 0; i < frames; i++) {
		memcpy(&to[0][i], bytes + 16 * i, sizeof(double));
		memcpy(&to[1][i], bytes + 16 * i + 8, sizeof(double));
	}
}

static inline uint32_t rotate_left(uint32_t word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

/* One number from each generator. */
TEMPLATE void draw(struct dither *dither, uint32_t *ret_numbers)
{
	uint32_t *s0 = dither->state[0];
	uint32_t *s1 = dither->state[1];
	uint32_t *s2 = dither->state[2];
	uint32_t *s3 = dither->state[3];

	for (unsigned int i = 0; i < DITHER_LANES; i++) {
		const uint32_t a = s0[i], b = s1[i];
		const uint32_t c = s2[i] ^ a, d = s3[i] ^ b;

		ret_numbers[i] = rotate_left(a + s3[i], 7) + a;
		s0[i] = a ^ d;
		s1[i] = b ^ c;
		s2[i] = c ^ (b << 9);
		s3[i] = rotate_left(d, 11);
	}
}

TEMPLATE void add_dither(double *values, struct dither *dither)
{
	uint32_t numbers[GROUP];

	draw(dither, numbers);
	for (unsigned int i = 0; i < GROUP; i++) {
		const int32_t high = (int16_t)(numbers[i] >> 16);
		const int32_t low = (int16_t)numbers[i];

		values[i] += ((high + low) * 16384 + low) * 0x1p-30;
	}
}

/* From the planes to `count` interleaved samples, times the full scale. */
TEMPLATE void gather(double *values, const double *const from[2], size_t frame,
		     unsigned int channels, double full_scale, size_t count)
{
	if (channels == 1) {
		for (size_t i = 0; i < count; i++) {
			values[i] = from[0][frame + i] * full_scale;
		}
		return;
	}
	for (size_t i = 0; i < count / 2; i++) {
		values[2 * i] = from[0][frame + i] * full_scale;
		values[2 * i + 1] = from[1][frame + i] * full_scale;
	}
}

/*
 * Rounds to the nearest integer, to even at halves, within the full scale; 0 for what is not a
 * number. One and a half times 2^52 leaves a double no bits for a fraction, and the integer in the
 * low bits.
 */
TEMPLATE int32_t quantise(double value, double full_scale)
{
	uint64_t bits;

	value = value > full_scale - 1.0 ? full_scale - 1.0 : value;
	value = value < -full_scale ? -full_scale : value;
	value = isnan(value) ? 0.0 : value;
	value += 0x1.8p52;
	memcpy(&bits, &value, sizeof(bits));
	return (int32_t)(uint32_t)bits;
}

TEMPLATE void quantise_group(int32_t *raw, double *values, double full_scale, struct dither *dither)
{
	if (dither != NULL) {
		add_dither(values, dither);
	}
	for (unsigned int i = 0; i < GROUP; i++) {
		raw[i] = quantise(values[i], full_scale);
	}
}

/* Writes `count` integer samples from the bottom of 32 bits. */
typedef void store_function(unsigned char *to, const int32_t *raw, size_t count);

TEMPLATE void store_s16(unsigned char *to, const int32_t *raw, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[2 * i] = (unsigned char)raw[i];
		to[2 * i + 1] = (unsigned char)(raw[i] >> 8);
	}
}

TEMPLATE void store_s24(unsigned char *to, const int32_t *raw, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[3 * i] = (unsigned char)raw[i];
		to[3 * i + 1] = (unsigned char)(raw[i] >> 8);
		to[3 * i + 2] = (unsigned char)(raw[i] >> 16);
	}
}

TEMPLATE void store_s32(unsigned char *to, const int32_t *raw, size_t count)
{
	memcpy(to, raw, count * 4);
}

TEMPLATE void pack(unsigned char *to, const double *const from[2], unsigned int channels,
		   size_t frames, struct dither *dither, unsigned int bytes, store_function *store)
{
	const double full_scale = (double)(UINT32_C(1) << (8 * bytes - 1));
	const size_t group_frames = GROUP / channels;
	const size_t tail = frames % group_frames;
	double values[GROUP] = {0};
	int32_t raw[GROUP];

	for (size_t frame = 0; frame < frames - tail; frame += group_frames) {
		gather(values, from, frame, channels, full_scale, GROUP);
		quantise_group(raw, values, full_scale, dither);
		store(to, raw, GROUP);
		to += GROUP * bytes;
	}
	if (tail > 0) {
		gather(values, from, frames - tail, channels, full_scale, tail * channels);
		quantise_group(raw, values, full_scale, dither);
		store(to, raw, tail * channels);
	}
}

static void pack_s16(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack(to, from, channels, frames, dither, 2, store_s16);
}

static void pack_s24(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack(to, from, channels, frames, dither, 3, store_s24);
}

static void pack_s32(void *to, const double *const from[2], unsigned int channels, size_t frames,
		     struct dither *dither)
{
	pack(to, from, channels, frames, dither, 4, store_s32);
}

TEMPLATE void put_float(unsigned char *to, double value)
{
	const float sample = (float)value;

	memcpy(to, &sample, sizeof(sample));
}

void pack_f32_c(void *to, const double *const from[2], unsigned int channels, size_t frames,
		struct dither *dither)
{
	unsigned char *bytes = to;

	if (channels == 1) {
		for (size_t i = 0; i < frames; i++) {
			put_float(bytes + 4 * i, from[0][i]);
		}
		return;
	}
	for (size_t i = 0; i < frames; i++) {
		put_float(bytes + 8 * i, from[0][i]);
		put_float(bytes + 8 * i + 4, from[1][i]);
	}
}

void pack_f64_c(void *to, const double *const from[2], unsigned int channels, size_t frames,
		struct dither *dither)
{
	unsigned char *bytes = to;

	if (channels == 1) {
		memcpy(to, from[0], frames * sizeof(double));
		return;
	}
	for (size_t i = 0; i < frames; i++) {
		memcpy(bytes + 16 * i, &from[0][i], sizeof(double));
		memcpy(bytes + 16 * i + 8, &from[1][i], sizeof(double));
	}
}

const struct ops ops_c = {
	.name = "c",
	.scale = scale,
	.scale2 = scale2,
	.survey = survey,
	.between = between_c,
	.add_ramp = add_ramp_c,
	.cascade = cascade_c,
	.from_float = from_float_c,
	.to_float = to_float_c,
	.unpack = {unpack_s16_c, unpack_s24_c, unpack_s32_c, unpack_f32_c, unpack_f64_c},
	.pack = {pack_s16, pack_s24, pack_s32, pack_f32_c, pack_f64_c},
	.peak_between = peak_between_c,
};
