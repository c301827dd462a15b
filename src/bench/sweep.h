/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Response and harmonics by one exponential sweep (A. Farina, "Simultaneous measurement of impulse
 * response and distortion with a swept-sine technique", 2000), made synchronous (A. Novak et al.,
 * "Synchronized swept-sine", 2015): low_hz * octave time is a whole number, so that harmonic k is
 * the sweep itself, L ln k earlier, and comes out in phase. The answer is divided by what the same
 * analysis makes of the sweep itself: a wire gives exactly 1 at every frequency.
 */
#ifndef WIREGAIN_SWEEP_H
#define WIREGAIN_SWEEP_H

#include <complex.h>
#include <stddef.h>

#define SWEEP_HARMONICS 5

struct sweep;

/*
 * A sweep of about `seconds`, fades below low and above high included (one and a half octaves, and
 * a quarter or as much as the rate leaves room for). 0, -EINVAL for 0 < low < high < rate / 2 or a
 * length that do not go together, -ENOMEM.
 */
int sweep_create(double rate_hz, double low_hz, double high_hz, double seconds, double peak,
		 struct sweep **ret_sweep);

/* NULL is fine. */
void sweep_destroy(struct sweep *sweep);

/* The stimulus: sweep and the silence after it. */
const double *sweep_samples(const struct sweep *sweep);
size_t sweep_count(const struct sweep *sweep);

/* What is asked of an answer. */
enum {
	/* Gain, phase and group delay of all that came back, for devices without noise: nothing is
	 * cut off, and what the analysis adds of its own is rounding alone. */
	SWEEP_WHOLE = 0,
	/* Of the linear part alone, which leaves out most of the noise, and at the low end is off
	 * by up to 2 % of a slope there. */
	SWEEP_DELAY = 1,
	/* Of the linear part, and the harmonics. */
	SWEEP_APART = 2,
};

/* Takes the answer to the whole stimulus, sweep_count() samples. */
void sweep_analyse(struct sweep *sweep, const double *response, unsigned int asked);

/*
 * What a linear device of that transfer function would answer, calculated without one: what the
 * analysis makes of it is the analysis' own error for such a device.
 */
typedef double complex sweep_formula(double hz, const void *data);
void sweep_answer_of(struct sweep *sweep, sweep_formula *formula, const void *data,
		     double *ret_response);

/* Answers stand on bins: the frequency for which the one at `hz` is. */
double sweep_bin_hz(const struct sweep *sweep, double hz);

/* The transfer function at a frequency between low and high. */
double complex sweep_transfer(const struct sweep *sweep, double hz);

/* Its size, linear. */
double sweep_gain(const struct sweep *sweep, double hz);

/* Phase in degrees, -180 to 180, and group delay in samples: -d phase / d omega. */
double sweep_phase_degrees(const struct sweep *sweep, double hz);
double sweep_group_delay(const struct sweep *sweep, double hz);

/*
 * Harmonic 2 to SWEEP_HARMONICS of a fundamental of `hz`, against it, linear; NAN where it would
 * stand above `high`.
 */
double sweep_harmonic(const struct sweep *sweep, unsigned int harmonic, double hz);

#endif
