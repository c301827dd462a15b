/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a spectrum (spectrum.h) says about distortion and noise. All in decibels; -INFINITY is
 * nothing at all.
 */
#ifndef WIREGAIN_DISTORTION_H
#define WIREGAIN_DISTORTION_H

#include <stddef.h>

#include "spectrum.h"

/* How much each frequency counts. Linear. */
typedef double weighting_fn(double hz);

double weighting_flat(double hz);
/* A of IEC 61672: 0 dB at 1 kHz. */
double weighting_a(double hz);
/* CCIR-RMS of AES17: the curve of ITU-R BS.468 with 0 dB at 2 kHz. */
double weighting_ccir(double hz);

/*
 * Total harmonic distortion and noise as in AES17: all but the fundamental from low to high,
 * against all of it, the fundamental with it. What the fundamental's main lobe covers counts as the
 * mean of the rest (the standard's notch, of a Q of 1.2 to 3, takes a wider piece away).
 */
double distortion_thd_n_db(const struct spectrum *spectrum, double tone_hz, double low_hz,
			   double high_hz);

/* The same power by itself in dBFS; `tone_hz` 0: there is no tone, all of it is noise. */
double distortion_residue_dbfs(const struct spectrum *spectrum, double tone_hz, double low_hz,
			       double high_hz, weighting_fn *weighting);

/* How far chance may have moved that one, of what it is noise, in dB both ways (k = 2). */
double distortion_residue_spread_db(const struct spectrum *spectrum, double tone_hz, double low_hz,
				    double high_hz, weighting_fn *weighting);

/*
 * SMPTE RP120: of 60 Hz and 7 kHz, four to one, the sidebands high +- low and high +- 2 low, RMS,
 * against the line at `high_hz`.
 */
double distortion_smpte_db(const struct spectrum *spectrum, double low_hz, double high_hz);

/*
 * The same two tones by IEC 60268-3: modulation distortion of second order, high +- low, and of
 * third, high +- 2 low, amplitudes added.
 */
double distortion_modulation2_db(const struct spectrum *spectrum, double low_hz, double high_hz);
double distortion_modulation3_db(const struct spectrum *spectrum, double low_hz, double high_hz);

/*
 * Difference frequency distortion of two equal tones (CCIF, IEC 60268-3): of second order at b - a,
 * of third at 2a - b and 2b - a, against the sum of both tones' amplitudes.
 */
double distortion_ccif2_db(const struct spectrum *spectrum, double a_hz, double b_hz);
double distortion_ccif3_db(const struct spectrum *spectrum, double a_hz, double b_hz);

/*
 * Total difference frequency distortion (IEC 60268-3) of 8 kHz and 11.95 kHz: the root of the
 * powers at b - a and 2a - b, which stand side by side, against the sum of both tones' amplitudes.
 */
double distortion_dfd_db(const struct spectrum *spectrum, double a_hz, double b_hz);

/*
 * Dynamic intermodulation (IEC 60268-3) of a square wave of 3.15 kHz and a sine of 15 kHz, peaks
 * four to one: the root of the powers of the nine products in the audio band, |sine - k square|
 * for k from 1 to 9, against the sine.
 */
double distortion_dim_db(const struct spectrum *spectrum, double square_hz, double sine_hz);

/*
 * Of a coherent multitone (WINDOW_NONE) all that stands between the tones from low to high, against
 * the tones together.
 */
double distortion_multitone_db(const struct spectrum *spectrum, const size_t *bins, size_t count,
			       double low_hz, double high_hz);

#endif
