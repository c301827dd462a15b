/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Headphone profiles: text in, filters out. Understood are AutoEq's ParametricEQ and GraphicEQ and
 * the filter lines of Equalizer APO, in any case of letters:
 *
 *   Preamp: -6.1 dB                                  several add up
 *   Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0.70    or BW Oct 1.5; "Filter:" without a number too
 *   Filter 2: OFF ...                                ON None
 *   GraphicEQ: 20 -0.2; 21 -0.3; ...                 one of them
 *   Channel: all
 *   # a comment
 *
 * with PK, PEQ and Modal; LP, HP (Q 0.7071), LPQ, HPQ, BP (Q or 0.7071), NO (Q or 30), AP; LSC and
 * HSC with Q, with a slope ("LSC 10 dB"), or of slope 0.9 * 12 dB without either; LS and HS, which
 * with Q or nothing mean the same, and with a slope ("LS 6dB", "LS 12dB") have their corner at Fc,
 * where the change begins, rather than their middle. What is between the points of a graphic
 * equalizer is straight in dB over the logarithm of the frequency, and flat beyond the last ones.
 *
 * What is not understood is never dropped in silence. Pure: no allocation, no files.
 */
#ifndef WIREGAIN_PROFILE_H
#define WIREGAIN_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "biquad.h"
#include "controls.h"

#define PROFILE_BYTES      32768 /* the longest text */
#define PROFILE_NAME_BYTES 64    /* of a name, its final zero included */
#define PROFILES           64    /* in a book */

struct profile {
	double preamp_db;
	unsigned int count;
	struct filter filters[CASCADE_FILTERS];
};

/* A line that is not understood: its number from 1, its text (not terminated), and why. */
typedef void profile_complaint(void *data, unsigned int line, const char *text, size_t length,
			       const char *reason);

/*
 * Reads a profile and tells `complain` (NULL is fine) of every line that it does not understand.
 * 0, or -EINVAL with the reason: too long, not a text, too many filters, or nothing in it that is
 * understood.
 */
int profile_parse(const char *text, size_t length, profile_complaint *complain, void *data,
		  struct profile *ret_profile, struct refusal *ret_refusal);

/* In dB at a frequency, of the analogue filters; without the preamp. */
double profile_response_db(const struct profile *profile, double frequency_hz);

/*
 * The gain in dB, 0 or less, with which a cascade made of the profile makes nothing louder: the
 * profile's own preamp, or less where the response at that rate asks for it.
 */
double profile_gain_db(const struct profile *profile, const struct cascade *cascade,
		       double rate_hz);

/* Those that are known by a name. */
struct profile_book {
	unsigned int count;
	struct {
		char name[PROFILE_NAME_BYTES];
		uint32_t serial; /* never 0, and another one for another text */
		struct profile profile;
	} pages[PROFILES];
};

/* The page, or -1 when there is none, or no book. */
int profile_find(const struct profile_book *book, const char *name);

#endif
