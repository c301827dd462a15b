/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The gain plan: from the amplifier's state the targets of the signal path. A plan is one factor
 * for each way from an input channel to an output channel, made from integers of half-decibels
 * once for each change: trim, level, limit, dim and balance are added before anything becomes a
 * factor, so +5.0 and -5.0 is exactly 1.
 */
#ifndef WIREGAIN_PLAN_H
#define WIREGAIN_PLAN_H

#include <stdbool.h>

#include "controls.h"
#include "guard.h"

enum channel {
	CHANNEL_HEADPHONE_LEFT,
	CHANNEL_HEADPHONE_RIGHT,
	CHANNEL_LINE_LEFT,
	CHANNEL_LINE_RIGHT,
	CHANNEL_SUB,
	CHANNELS,
};

struct plan {
	/* gain[to][from input][from side 0 left, 1 right]: a linear factor, negative: inverted */
	double gain[CHANNELS][INPUTS][2];
	int input;             /* the selected one, from 0 */
	double sub_lowpass_hz; /* 0: off */
	struct guard_rules guard[OUTPUTS];
	bool watch_noise;        /* full-scale noise at the input is a fault */
	bool power;              /* off: faded out */
	bool bit_exact[OUTPUTS]; /* the factor from the selected input is 1, the rest is 0, and
				  * no filter is engaged */
};

struct amp;

/* Makes the plan of a state. */
void plan_make(const struct amp *amp, struct plan *ret_plan);

/*
 * What an output gives from the selected input, in half-decibels: trim, level (or bypass), fader,
 * limit, dim and mute together, without balance. For OUTPUT_SUB its own level is in it.
 */
int plan_half_db(const struct amp *amp, enum output output);

/* The same as if neither mute nor what mutes by itself were on. */
int plan_unmuted_half_db(const struct amp *amp, enum output output);

#endif
