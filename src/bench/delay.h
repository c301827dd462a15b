/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * How much later one record is than another, to a small part of a sample: the whole samples from
 * the highest point of their correlation, the rest from the slope of the cross-spectrum's phase.
 */
#ifndef WIREGAIN_DELAY_H
#define WIREGAIN_DELAY_H

#include <stddef.h>

struct delay {
	double samples;     /* `later` against `earlier`; negative: before it */
	double correlation; /* at best: 1 for the same shape, negative: inverted, 0: nothing alike
			     */
};

/*
 * Both hold `count` samples of a wide signal (noise, a sweep, a burst; a lone sine has many
 * answers). Where either is silent the answer is 0 with a correlation of 0. 0 or -ENOMEM.
 */
int delay_find(const double *earlier, const double *later, size_t count, struct delay *ret_delay);

#endif
