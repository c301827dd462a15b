/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the headphones' sound goes through between the mix and the gate, as coefficients at one
 * rate. They are made from the amplifier's state, off the audio thread, and handed over by value.
 */
#ifndef WIREGAIN_HEADPHONE_FILTERS_H
#define WIREGAIN_HEADPHONE_FILTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "biquad.h"
#include "crossfeed.h"

struct amp;

/* All bytes of it are set: two that are equal compare so by memcmp(). */
struct headphone_filters {
	double rate_hz;
	double gain;        /* 1 or less, before all else */
	uint32_t eq_serial; /* of the profile that `eq` is of; 0: none */
	double eq_gain_db;  /* the part of `gain` with which the profile makes nothing louder */
	struct cascade eq;
	struct crossfeed_filter crossfeed;
	bool wire; /* nothing is done to any bit: right at every rate */
};

/* Nothing is engaged, so that no bit is touched. */
bool headphone_filters_off(const struct amp *amp);

/*
 * A profile takes some milliseconds; where `before` (NULL is fine) is of the same one at the same
 * rate, it is taken from there.
 */
void headphone_filters_make(const struct amp *amp, double rate_hz,
			    const struct headphone_filters *before,
			    struct headphone_filters *ret_filters);

/*
 * How much louder, in dB, a programme is with the crossfeed of a state than without it; 0 when the
 * crossfeed is off. Loudness as ITU-R BS.1770 weighs it, summed over both sides; the programme has
 * the spectrum of IEC 60268-1's programme-simulation noise and a correlation of 0.5 between its
 * sides: three quarters of its power are in the middle and one quarter is in the difference.
 */
double headphone_filters_louder_db(const struct amp *amp, double rate_hz);

#endif
