/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hot loops, as a table of functions: a plain C version, and versions for vector units that are
 * chosen at run time. Every version gives the same bits as the plain one (the dither's too; only
 * peak_between() for x86-64 rounds otherwise), which a test checks for each. Real-time safe.
 * Pointers need no alignment; inputs and outputs do not overlap unless it says in place.
 */
#ifndef WIREGAIN_OPS_H
#define WIREGAIN_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "biquad.h"

/* How samples stand in a file or a device. Integers are little-endian, s24 is packed in 3 bytes. */
enum sample_format {
	FORMAT_S16,
	FORMAT_S24,
	FORMAT_S32,
	FORMAT_F32,
	FORMAT_F64,
	FORMATS,
};

static inline unsigned int format_bytes(enum sample_format format)
{
	static const unsigned char bytes[FORMATS] = {2, 3, 4, 4, 8};

	return bytes[format];
}

/* The bits of an integer format; 0 for f32 and f64. */
static inline unsigned int format_bits(enum sample_format format)
{
	static const unsigned char bits[FORMATS] = {16, 24, 32, 0, 0};

	return bits[format];
}

/*
 * Dither: 16 generators side by side (xoshiro128++ of D. Blackman and S. Vigna, 32 bits each),
 * word-major so that a vector unit steps them together. One draw makes 16 values of triangular
 * density, +-1 of the least significant bit: the sum of the two signed halves of each number,
 * (high * 2^14 + low * (2^14 + 1)) * 2^-30. Each half alone is even over one bit, in steps of
 * 2^-16; the low one counts 2^-14 more so that the steps of the sum are 2^-30. The mean of the
 * error is then -2^-16 of a bit for every signal, to within 1e-9: no distortion; its power is the
 * same for every signal to within 0.0003 dB: no noise modulation. (Summed over all 2^32 numbers.)
 */
#define DITHER_LANES 16

struct dither {
	uint32_t state[4][DITHER_LANES];
};

/* Seeds every lane apart from the others with splitmix64. */
void dither_init(struct dither *dither, uint64_t seed);

/*
 * Interpolation at p/8 of the way, p = 1, 2, 3, and at 8 - p, which mirrors it: the factors of sums
 * and of differences of two samples that lie equally far from the middle, the outermost first; and
 * those of the sums at the half way.
 */
#define BETWEEN_HALF 32

struct between_taps {
	double even[3][BETWEEN_HALF], odd[3][BETWEEN_HALF];
	double middle[BETWEEN_HALF];
};

/*
 * A Kaiser-windowed sinc (beta 6): right to 0.01 dB up to 0.46 of the rate, 0 dB at 0 Hz. Returns
 * how much larger than the largest sample a value between samples can be.
 */
double between_init(struct between_taps *taps);

/*
 * What was found in samples: the largest magnitude of those that are numbers, and the sum, which is
 * not a number when one of them is not. It is added up in OPS_LANES lanes (sample i to lane i %
 * OPS_LANES) that are then folded in halves.
 */
struct survey {
	double top, sum;
};

#define OPS_LANES 32

/* All are numbers and none is beyond the ceiling. */
static inline bool survey_within(struct survey survey, double ceiling)
{
	return survey.top <= ceiling && survey.sum == survey.sum;
}

/*
 * Interpolation between samples, for true peaks: 15 positions, 2 * PEAK_TAPS taps each. Position p
 * and its mirror 16 - p are even * s + odd * d and even * s - odd * d, where s and d are the sums
 * and differences of samples that lie the same way off the middle; so the larger of the two is
 * |even * s| + |odd * d|.
 */
#define PEAK_TAPS  24
#define PEAK_PAIRS 7
#define PEAK_GROUP 16 /* samples looked at in one call */

struct peak_taps {
	float even[PEAK_PAIRS][PEAK_TAPS];
	float odd[PEAK_PAIRS][PEAK_TAPS];
	float middle[PEAK_TAPS]; /* of position 8, which is its own mirror */
};

struct ops {
	const char *name; /* "c", "neon", "avx2", "avx512" */

	/* to[i] = from[i] * gain. `to` may be `from`. What was found in `to`. */
	struct survey (*scale)(double *to, const double *from, double gain, size_t count);

	/* to[i] = a[i] * gain_a + b[i] * gain_b. What was found in `to`. */
	struct survey (*scale2)(double *to, const double *a, double gain_a, const double *b,
				double gain_b, size_t count);

	/* Looks and touches nothing. */
	struct survey (*survey)(const double *from, size_t count);

	/*
	 * Between the samples: to[i] is the largest magnitude at the seven points that lie an
	 * eighth apart between from[i + 31] and from[i + 32], by the 64 samples around them.
	 */
	void (*between)(double *to, const double *from, const struct between_taps *taps,
			size_t count);

	/* to[i] += from[i] * gain[i] */
	void (*add_ramp)(double *to, const double *from, const double *gain, size_t count);

	/* A cascade of sections on two channels, in place. */
	void (*cascade)(const struct cascade *cascade, struct cascade_state *state, double *left,
			double *right, size_t count);

	void (*from_float)(double *to, const float *from, size_t count);

	/* Rounds to nearest. */
	void (*to_float)(float *to, const double *from, size_t count);

	/*
	 * Interleaved samples of `channels` (1 or 2) to a plane for each channel, full scale 1.0:
	 * s16 by 2^-15, s24 by 2^-23, s32 by 2^-31, all exact.
	 */
	void (*unpack[FORMATS])(double *const to[2], const void *from, unsigned int channels,
				size_t frames);

	/*
	 * The way back. Integers: times 2^(bits - 1), plus one value of dither for each sample
	 * where `dither` is not NULL, rounded to nearest even, held within the format's range; what
	 * is not a number becomes 0.
	 * Dither is drawn in interleaved order, 16 values at a time from the call's first sample;
	 * what is left of the last draw is dropped. f32 is rounded to nearest, f64 copied; both
	 * ignore dither.
	 */
	void (*pack[FORMATS])(void *to, const double *const from[2], unsigned int channels,
			      size_t frames, struct dither *dither);

	/*
	 * The largest |value| at the positions between PEAK_GROUP samples and those that follow
	 * them; the first is samples[PEAK_TAPS - 1]. Reads PEAK_GROUP + 2 * PEAK_TAPS - 1 samples.
	 */
	float (*peak_between)(const struct peak_taps *taps, const float *samples);
};

/* The best for this machine; never NULL. The same at every call. */
const struct ops *ops_best(void);

/* Every version that this machine can run, the best first, the plain one last, then NULL. */
const struct ops *const *ops_all(void);

#endif
