/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A real FFT in double precision, for lengths that are powers of two, from 2 to 2^24. Creation
 * allocates, the transforms do not: they are real-time safe, for one thread at a time.
 */
#ifndef WIREGAIN_FFT_H
#define WIREGAIN_FFT_H

#include <stddef.h>

struct fft;

/* 0, -EINVAL for another length, -ENOMEM. */
int fft_create(size_t length, struct fft **ret_fft);

/* NULL is fine. */
void fft_destroy(struct fft *fft);

/*
 * The spectrum of `length` samples: length / 2 + 1 bins from 0 to half the rate, not normalised
 * (a sine of amplitude A in a bin gives A * length / 2). `samples` is left as it is.
 */
void fft_forward(struct fft *fft, const double *samples, double *ret_re, double *ret_im);

/*
 * The way back, normalised: the samples whose spectrum was given. The imaginary parts of the first
 * and last bins count as 0.
 */
void fft_inverse(struct fft *fft, const double *re, const double *im, double *ret_samples);

#endif
