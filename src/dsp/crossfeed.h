/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Crossfeed: a little of each side for the other ear, as loudspeakers give it. Two kinds.
 *
 * Natural (after J. Meier's network of three resistors and two capacitors): what crosses is
 * Hx(s) = a / (1 + 2a + s tau) of each side, and as much of it is taken from the side's own ear, so
 * direct + cross is the input: the middle passes untouched, bit for bit, and the difference of the
 * sides goes through one section of first order. Of the two parameters, the level difference at low
 * frequencies is 20 log10((1 + a) / a) and the time difference there is tau / (1 + a). Made digital
 * by matching magnitudes up to high frequencies instead of warping them (after M. Vicanek, "Matched
 * one-pole digital shelving filters", 2019).
 *
 * Bauer (B. B. Bauer's stereophonic-to-binaural, as in bs2b 3.1 by B. Mikhaylov): a low-pass of
 * first order crosses, a high-boost goes straight on; parameters are the corner and the level
 * difference. The middle is lowered by up to 2 dB at high frequencies, as is that filter's way.
 *
 * Before either, `center_db` may lower the middle alone. Real-time safe.
 */
#ifndef WIREGAIN_CROSSFEED_H
#define WIREGAIN_CROSSFEED_H

enum crossfeed_kind {
	CROSSFEED_OFF,
	CROSSFEED_NATURAL,
	CROSSFEED_BAUER,
};

struct crossfeed_settings {
	enum crossfeed_kind kind;
	double separation_db; /* level difference of the ears at low frequencies, 1 to 15 */
	double delay_us;      /* natural: the time difference there, above 0 */
	double cut_hz;        /* bauer: corner of what crosses, 300 to 2000 */
	double center_db;     /* 0 or less */
};

/* (b0 + b1 / z) / (1 - p / z) */
struct first_order {
	double b0, b1, p;
};

/* What a setting is at one rate. */
struct crossfeed_filter {
	enum crossfeed_kind kind;
	double middle;             /* how much of (L + R) is taken from both sides; 0: none */
	struct first_order cross;  /* natural: of L - R; bauer: of each side */
	struct first_order direct; /* bauer alone */
};

/* Of one crossfeed, by side: what went in last, and what came out of each section. */
struct crossfeed_state {
	double last[2];
	double cross[2];
	double direct[2];
};

void crossfeed_design(const struct crossfeed_settings *settings, double rate_hz,
		      struct crossfeed_filter *ret_filter);

/* In place, finite samples. Off: nothing is done but the centre's level. */
void crossfeed_process(const struct crossfeed_filter *filter, struct crossfeed_state *state,
		       double *left, double *right, unsigned int frames);

/* |H|^2 at a frequency for what both sides have in common, and for their difference. */
void crossfeed_power(const struct crossfeed_filter *filter, double rate_hz, double frequency_hz,
		     double *ret_middle, double *ret_side);

/*
 * The time difference of a loudspeaker at an angle from straight ahead, for a head of 8.75 cm
 * radius (R. S. Woodworth: r / c * (angle + sin angle), c = 343 m/s), and the way back.
 */
double crossfeed_delay_us(double angle_degrees);
double crossfeed_angle_degrees(double delay_us);

#endif
