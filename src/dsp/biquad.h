/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Equalizer filters of second order, from their analogue prototypes to a cascade of digital
 * sections whose magnitude is right up to 20 kHz at 44.1 kHz too.
 *
 * The bilinear transform would press the spectrum together below half the rate ("cramping"). Here
 * the digital section is fitted to the prototype's magnitude instead. With x = sin^2(w / 2) (the
 * basis of M. Vicanek, "Matched second order digital filters", 2016) a polynomial of second degree
 * in 1 / z has
 *
 *   |c0 + c1 / z + c2 / z^2|^2 = (low (1 - x) - high x)^2 + 4 x (1 - x) apart^2,
 *   low = c0 + c1 + c2, high = c0 - c1 + c2, apart = c0 - c2,
 *
 * and its zeros are within the circle when the three are above 0. So their logarithms are free, and
 * every value of them is a stable section of least phase: damped least squares (K. Levenberg 1944,
 * D. Marquardt 1963) of ln |H|^2 finds them, from the prototype's poles and zeros mapped by
 * z = exp(s T), with the value at 0 Hz held. What the cascade as a whole still misses up to 20 kHz
 * is fitted again, together with the filters near there, by up to CASCADE_MENDERS sections more.
 *
 * Only `cascade` in ops.h runs on the audio thread.
 */
#ifndef WIREGAIN_BIQUAD_H
#define WIREGAIN_BIQUAD_H

/*
 * Prototypes as in R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter
 * coefficients", with A = 10^(gain / 40) and s in units of the frequency:
 */
enum filter_kind {
	FILTER_PEAK,       /* (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1) */
	FILTER_LOW_SHELF,  /* A (s^2 + s sqrt(A)/Q + A) / (A s^2 + s sqrt(A)/Q + 1) */
	FILTER_HIGH_SHELF, /* A (A s^2 + s sqrt(A)/Q + 1) / (s^2 + s sqrt(A)/Q + A) */
	FILTER_LOW_PASS,   /* 1 / (s^2 + s/Q + 1) */
	FILTER_HIGH_PASS,  /* s^2 / (s^2 + s/Q + 1) */
	FILTER_BAND_PASS,  /* s/Q / (s^2 + s/Q + 1) */
	FILTER_NOTCH,      /* (s^2 + 1) / (s^2 + s/Q + 1) */
	FILTER_ALL_PASS,   /* (s^2 - s/Q + 1) / (s^2 + s/Q + 1) */
	FILTER_KINDS,
};

struct filter {
	enum filter_kind kind;
	double frequency_hz; /* FILTER_HZ_MIN to FILTER_HZ_MAX, whatever the rate */
	double gain_db;      /* at most FILTER_DB_MAX either way */
	double q;            /* FILTER_Q_MIN to FILTER_Q_MAX */
};

#define FILTER_HZ_MIN    1
#define FILTER_HZ_MAX    100000
#define FILTER_DB_MAX    60
#define FILTER_Q_MIN     0.01
#define FILTER_Q_MAX     200

#define CASCADE_FILTERS  64 /* at most */
#define CASCADE_MENDERS  3
#define CASCADE_SECTIONS 80 /* more than both together, and a multiple of every group of lanes */

/* (b0 + b1 / z + b2 / z^2) / (1 + a1 / z + a2 / z^2), a column for each section; zeros behind. */
struct cascade {
	unsigned int count;
	double b0[CASCADE_SECTIONS], b1[CASCADE_SECTIONS], b2[CASCADE_SECTIONS];
	double a1[CASCADE_SECTIONS], a2[CASCADE_SECTIONS];
};

/* Transposed direct form II, of two channels. */
struct cascade_state {
	double s1[2][CASCADE_SECTIONS], s2[2][CASCADE_SECTIONS];
};

/* |H|^2 of a prototype. */
double filter_power(const struct filter *filter, double frequency_hz);

/* For up to CASCADE_FILTERS filters. Every byte of the cascade is set. */
void cascade_design(const struct filter *filters, unsigned int count, double rate_hz,
		    struct cascade *ret_cascade);

/* |H|^2 of all its sections together. */
double cascade_power(const struct cascade *cascade, double rate_hz, double frequency_hz);

/*
 * After each block: a state that only dies away would end in denormal numbers, which are slow; one
 * that has left the numbers would never come back. Both end here. Real-time safe.
 */
void cascade_mend(const struct cascade *cascade, struct cascade_state *state);

#endif
