/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Markers: bursts of noise, another one on each side, that are found again in an answer.
 */
#ifndef WIREGAIN_LIVE_MARKER_H
#define WIREGAIN_LIVE_MARKER_H

#include <stdbool.h>
#include <stddef.h>

#include "delay.h"

#define MARKER_FRAMES 4096
#define MARKER_REACH  4096 /* how far from where it is expected it is looked for */
#define MARKER_FOUND  0.8  /* of the correlation: two sides mixed give 0.71 */

/* The markers of left and right. */
struct markers {
	double side[2][MARKER_FRAMES];
};

void markers_fill(struct markers *markers);

/*
 * What an output's side should have of them: left and right by these factors. False where that is
 * nothing.
 */
bool markers_mix(const struct markers *markers, const double factors[2],
		 double ret_mix[MARKER_FRAMES]);

/*
 * Where in `samples` the marker begins that is expected at `at`, up to so many frames before or
 * after. The delay is against `at`. 0 or -ENOMEM.
 */
int marker_find(const double marker[MARKER_FRAMES], const float *samples, size_t count, size_t at,
		size_t before, size_t after, struct delay *ret_delay);

#endif
