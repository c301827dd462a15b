/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Test signals besides the sine (tone.h) and the sweep (sweep.h). Full scale is +-1.0.
 */
#ifndef WIREGAIN_SIGNALS_H
#define WIREGAIN_SIGNALS_H

#include <stddef.h>
#include <stdint.h>

/* Two sines of the peaks given; phases 0. */
void signal_two_tone(double *ret_samples, size_t count, uint64_t step_a, double peak_a,
		     uint64_t step_b, double peak_b);

/*
 * Up to `most` odd bins of a record of `length` samples, spaced evenly in octaves from low to high,
 * none twice. Returns how many.
 */
size_t signal_multitone_bins(double low_hz, double high_hz, double rate_hz, size_t length,
			     size_t most, size_t *ret_bins);

/*
 * Sines of one amplitude on those bins, their phases by chance but always the same, scaled so that
 * the largest sample is `peak`. `count` samples, periodic in `length`.
 */
void signal_multitone(const size_t *bins, size_t bin_count, size_t length, double peak,
		      double *ret_samples, size_t count);

/* A source of independent numbers (splitmix64). */
struct noise {
	uint64_t state;
};

/* Even from -1 to below 1: a power of 1/3. */
double noise_even(struct noise *noise);

/* Gaussian, of variance 1 (the sum of twelve even ones would do less well: Box and Muller). */
double noise_gauss(struct noise *noise);

/* White Gaussian noise of an RMS value. */
void signal_noise(struct noise *noise, double rms, double *ret_samples, size_t count);

/* 0 up to `at`, `height` from there. */
void signal_step(size_t at, double height, double *ret_samples, size_t count);

/* `height` at one place, 0 elsewhere. */
void signal_impulse(size_t at, double height, double *ret_samples, size_t count);

/*
 * Adds a square wave of the peak given, with no part of it at or above half the rate: its harmonics
 * as they are behind a low-pass of first order whose corner is a share of the rate.
 */
void signal_add_square(double *samples, size_t count, uint64_t step, double peak,
		       double corner_share);

/*
 * J. Dunn's J-test for 24 bits: a sine of a quarter of the rate at -3.01 dBFS and a square of one
 * bit at rate / 192, undithered, a cycle of 192 samples.
 */
void signal_j_test(double *ret_samples, size_t count);

/*
 * Bursts of a sine: `on` samples of tone, `off` samples of silence, and so on; each burst starts at
 * phase 0.
 */
void signal_bursts(uint64_t step, double peak, size_t on, size_t off, double *ret_samples,
		   size_t count);

/* The largest magnitude; what is no number is passed over. */
double signal_peak(const double *samples, size_t count);

#endif
