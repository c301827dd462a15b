/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The versions of the hot loops; for the choice between them, and for vector versions that leave
 * what does not fill a vector to the plain one.
 */
#ifndef WIREGAIN_OPS_VERSIONS_H
#define WIREGAIN_OPS_VERSIONS_H

#include "ops.h"

/*
 * For functions that are written once for all formats, channels and so on: where they are called
 * those are constants, and each call becomes a loop of its own without branches.
 */
#define TEMPLATE static inline __attribute__((always_inline))

/* Adds what is left of a sum to its lanes, and folds them. */
double ops_fold(double lanes[OPS_LANES], const double *rest, size_t count);
float peak_between_c(const struct peak_taps *taps, const float *samples);
float peak_between_avx2(const struct peak_taps *taps, const float *samples);
float peak_between_avx512(const struct peak_taps *taps, const float *samples);
float peak_between_neon(const struct peak_taps *taps, const float *samples);
/* The cascades of the versions, each in a file of its own. */
void cascade_c(const struct cascade *cascade, struct cascade_state *state, double *left,
	       double *right, size_t count);
void cascade_avx2(const struct cascade *cascade, struct cascade_state *state, double *left,
		  double *right, size_t count);
void cascade_avx512(const struct cascade *cascade, struct cascade_state *state, double *left,
		    double *right, size_t count);
void cascade_neon(const struct cascade *cascade, struct cascade_state *state, double *left,
		  double *right, size_t count);

/* Plain loops that other versions have as they are: compilers make good vectors of them. */
void between_c(double *to, const double *from, const struct between_taps *taps, size_t count);
void add_ramp_c(double *restrict to, const double *restrict from, const double *restrict gain,
		size_t count);
void from_float_c(double *restrict to, const float *restrict from, size_t count);
void to_float_c(float *restrict to, const double *restrict from, size_t count);
void unpack_s16_c(double *const to[2], const void *from, unsigned int channels, size_t frames);
void unpack_s24_c(double *const to[2], const void *from, unsigned int channels, size_t frames);
void unpack_s32_c(double *const to[2], const void *from, unsigned int channels, size_t frames);
void unpack_f32_c(double *const to[2], const void *from, unsigned int channels, size_t frames);
void unpack_f64_c(double *const to[2], const void *from, unsigned int channels, size_t frames);
void pack_f32_c(void *to, const double *const from[2], unsigned int channels, size_t frames,
		struct dither *dither);
void pack_f64_c(void *to, const double *const from[2], unsigned int channels, size_t frames,
		struct dither *dither);

extern const struct ops ops_c;
extern const struct ops ops_avx2;   /* x86-64 with AVX2 */
extern const struct ops ops_avx512; /* x86-64 with AVX-512 F, BW, DQ, VL and VBMI */
extern const struct ops ops_neon;   /* aarch64 */

#endif
