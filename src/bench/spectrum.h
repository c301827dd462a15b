/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Averaged power spectra, and what is read from them: lines, harmonics, noise. 0 dBFS is the power
 * of a sine whose peak is full scale 1.0 (AES17).
 */
#ifndef WIREGAIN_SPECTRUM_H
#define WIREGAIN_SPECTRUM_H

#include <stddef.h>

/* All are made for the FFT: the period is the record's length. */
enum window {
	WINDOW_NONE,    /* for coherent records */
	WINDOW_HANN,    /* side lobes -31.5 dB, falling fast */
	WINDOW_BH7,     /* seven terms, H.-H. Albrecht; side lobes below -180 dB */
	WINDOW_HFT248D, /* G. Heinzel's flat top: 0.001 dB between bins; side lobes below -248 dB */
	WINDOWS,
};

/* The window's factors, the mean of which is 1. */
void window_fill(enum window window, double *ret_factors, size_t length);

/* Bins on each side of a line that belong to its main lobe. */
unsigned int window_lobe_bins(enum window window);

struct spectrum;

/* `length` is a power of two up to 2^24. 0, -EINVAL or -ENOMEM. */
int spectrum_create(size_t length, double rate_hz, enum window window,
		    struct spectrum **ret_spectrum);

/* NULL is fine. */
void spectrum_destroy(struct spectrum *spectrum);

/* Takes one record of `length` samples into the average of powers. */
void spectrum_add(struct spectrum *spectrum, const double *samples);

/* Takes every whole record of `count` samples that starts at a multiple of `hop`. */
void spectrum_add_all(struct spectrum *spectrum, const double *samples, size_t count, size_t hop);

/* The equivalent noise bandwidth of the window, in bins. */
double spectrum_nenbw(const struct spectrum *spectrum);

/*
 * For a sum of bins that hold noise: its variance as a multiple of the sum of the squared powers
 * that were seen there. Falls with the number of records (the squares' own excess is taken out);
 * rises with a window, which spreads the same noise over neighbouring bins.
 */
double spectrum_chance(const struct spectrum *spectrum);

/* The mean power of a bin, from 0 to length / 2: 1.0 where the line of a full-scale sine stands. */
double spectrum_power(const struct spectrum *spectrum, size_t bin);

/* The frequency of a bin. */
double spectrum_bin_hz(const struct spectrum *spectrum, size_t bin);

/* Bins, both ends included. */
struct spectrum_range {
	size_t first, last;
};

/* What a line's main lobe covers; one more on each side unless lines stand exactly on bins. */
struct spectrum_range spectrum_lobe(const struct spectrum *spectrum, double frequency_hz);

/* From low to high, within the spectrum. */
struct spectrum_range spectrum_range(const struct spectrum *spectrum, double low_hz,
				     double high_hz);

/* The power of the line at a frequency, its main lobe put together, in dBFS. */
double spectrum_line_dbfs(const struct spectrum *spectrum, double frequency_hz);

/*
 * The harmonics 2 to `highest` against the fundamental, in dB; those at or above half the rate are
 * left out of the sum and -INFINITY in the list. `ret_dbc` may be NULL, else ret_dbc[k] is that of
 * harmonic k (highest + 1 places, the first two are set to -INFINITY and 0). Returns the total:
 * THD_F of IEC 60268-3.
 */
double spectrum_thd_db(const struct spectrum *spectrum, double fundamental_hz, unsigned int highest,
		       double *ret_dbc);

/*
 * The noise from `low_hz` to `high_hz` in dBFS, without the main lobes of DC, of a tone (0: none)
 * and of its harmonics up to `highest`; what they cover counts as the mean of the rest.
 */
double spectrum_noise_dbfs(const struct spectrum *spectrum, double low_hz, double high_hz,
			   double tone_hz, unsigned int highest);

#endif
