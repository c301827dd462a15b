/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Sine tones: made, and found again. Phases are 64-bit integers, 2^64 to a turn, so that they
 * neither drift nor lose digits in a long record: a coherent tone's floor is below -300 dB.
 */
#ifndef WIREGAIN_TONE_H
#define WIREGAIN_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sine generator: amplitude * sin(phase), then phase += step. */
struct tone {
	double amplitude; /* linear peak */
	uint64_t phase;   /* of the next sample */
	uint64_t step;    /* a sample's advance */
};

/* sin(2 pi phase / 2^64), right to the last digit or the one before. */
double tone_sine(uint64_t phase);

/* The step of a frequency from 0 to below the rate, to 2^-64 of the rate. */
uint64_t tone_step(double frequency_hz, double rate_hz);

/*
 * The odd bin of a record of `length` samples nearest to a frequency: with a length that is a power
 * of two its tone meets every phase once and no harmonic falls onto another's bin.
 */
size_t tone_coherent_bin(double frequency_hz, double rate_hz, size_t length);

/* The step of a bin: exactly so when `length` is a power of two. */
uint64_t tone_coherent_step(size_t bin, size_t length);

/* The next `count` samples of a tone. */
void tone_fill(struct tone *tone, double *ret_samples, size_t count);

/* As tone_fill(), added to what is there. */
void tone_add(struct tone *tone, double *samples, size_t count);

/* offset + amplitude * sin(2 pi (phase_turns + n * frequency / rate)), n from the first sample. */
struct tone_fit {
	double frequency_hz;
	double amplitude;    /* linear peak, never negative */
	double phase_turns;  /* from -0.5 to 0.5 */
	double offset;       /* DC */
	double residual_rms; /* what the tone does not explain */
};

/*
 * The sine that is nearest to the samples in the mean square (IEEE 1057): three parameters at the
 * frequency given, or with `refine` four, the frequency sought from there. It must then be given
 * to half a period in the whole record, which holds at least five periods.
 */
struct tone_fit tone_fit(const double *samples, size_t count, double rate_hz, double frequency_hz,
			 bool refine);

/* 20 log10(ratio); -INFINITY for 0. */
double tone_db(double ratio);

#endif
