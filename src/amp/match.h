/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * input.match: trims by which inputs are equally loud. Pure functions.
 */
#ifndef WIREGAIN_MATCH_H
#define WIREGAIN_MATCH_H

#include "amp.h"

/* What is known of an input, before its trim. */
struct match_input {
	bool heard;
	double lufs;    /* gated loudness */
	double peak_db; /* re full scale */
	int trim;       /* half-decibels */
};

/*
 * The trims by which all inputs that were heard are as loud as the quietest of them, with its trim,
 * now is; if that would put its peaks beyond full scale, as loud as it is with them there. No trim
 * rises; those of inputs that were not heard stay. A trim at the end of its range stays there.
 * Returns how many were heard: with fewer than two nothing changes.
 */
int match_trims(const struct match_input inputs[INPUTS], int ret_trims[INPUTS]);

/*
 * The action: from the readings input.N.loudness and input.N.true_peak. Says in system.notice what
 * it did. 0, or -EPERM with the reason when there is nothing to match.
 */
int match_inputs(struct amp *amp, struct refusal *ret_refusal);

#endif
