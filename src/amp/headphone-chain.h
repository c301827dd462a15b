/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The headphones' filters at work, between the mix and the gate. Another set of filters comes in by
 * a crossfade along a quintic: both run, each with a state of its own; the output of the one is
 * faded out, and the input of the other in, so that nothing in it starts with a step. While one
 * crossfade runs the next one waits. Audio thread.
 */
#ifndef WIREGAIN_HEADPHONE_CHAIN_H
#define WIREGAIN_HEADPHONE_CHAIN_H

#include <stdbool.h>

#include "headphone-filters.h"
#include "ops.h"
#include "ramp.h"

struct filter_set {
	struct headphone_filters filters;
	struct cascade_state eq;
	struct crossfeed_state crossfeed;
};

struct headphone_chain {
	const struct ops *ops;
	double rate_hz;
	struct filter_set sets[2];
	unsigned int now; /* the set that is heard; the other one comes in while `changing` */
	bool changing;
	struct ramp_progress progress;
};

/* A wire, at a rate. */
void headphone_chain_init(struct headphone_chain *chain, const struct ops *ops, double rate_hz);

/* Another rate: an ended crossfade, states dropped. What is no wire is of the wrong rate now. */
void headphone_chain_set_rate(struct headphone_chain *chain, double rate_hz);

/* Its filters are those of its rate; otherwise nobody may hear it, and it does nothing. */
bool headphone_chain_ready(const struct headphone_chain *chain);

/*
 * Starts towards other filters, over `length` frames; 0: at once, nobody hears it, and filters of
 * another rate then keep it so. False when they cannot be taken now: a crossfade runs, or they are
 * of another rate; ask again at the next block.
 */
bool headphone_chain_set(struct headphone_chain *chain, const struct headphone_filters *filters,
			 double length);

/* No bit is touched, and none will be. */
bool headphone_chain_is_wire(const struct headphone_chain *chain);

/* In place, finite samples. What comes out may be beyond full scale, or no longer finite. */
void headphone_chain_process(struct headphone_chain *chain, double *left, double *right,
			     unsigned int frames);

#endif
