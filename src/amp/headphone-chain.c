/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The headphones' filters at work. Audio thread.
 */
#include "headphone-chain.h"

#include <string.h>

#define CHAIN_BLOCK 64 /* frames worked on at once during a crossfade */

static void set_init(struct filter_set *set, const struct headphone_filters *filters)
{
	memset(set, 0, sizeof(*set));
	set->filters = *filters;
}

void headphone_chain_init(struct headphone_chain *chain, const struct ops *ops, double rate_hz)
{
	memset(chain, 0, sizeof(*chain));
	chain->ops = ops;
	chain->rate_hz = rate_hz;
	for (int i = 0; i < 2; i++) {
		chain->sets[i].filters.wire = true;
	}
}

void headphone_chain_set_rate(struct headphone_chain *chain, double rate_hz)
{
	if (chain->changing) {
		chain->now = 1 - chain->now;
		chain->changing = false;
	}
	chain->rate_hz = rate_hz;
}

static bool is_right(const struct headphone_chain *chain, const struct headphone_filters *filters)
{
	return filters->wire || filters->rate_hz == chain->rate_hz;
}

bool headphone_chain_ready(const struct headphone_chain *chain)
{
	return is_right(chain, &chain->sets[chain->now].filters);
}

bool headphone_chain_set(struct headphone_chain *chain, const struct headphone_filters *filters,
			 double length)
{
	struct filter_set *now = &chain->sets[chain->now];

	if (length <= 0 || (is_right(chain, filters) && !headphone_chain_ready(chain))) {
		chain->changing = false;
		set_init(now, filters);
		return headphone_chain_ready(chain);
	}
	if (!is_right(chain, filters)) {
		return false;
	}
	if (chain->changing) {
		return false;
	}
	if (memcmp(filters, &now->filters, sizeof(*filters)) == 0 ||
	    (filters->wire && now->filters.wire)) {
		return true;
	}
	set_init(&chain->sets[1 - chain->now], filters);
	chain->progress = (struct ramp_progress){0, length};
	chain->changing = true;
	return true;
}

bool headphone_chain_is_wire(const struct headphone_chain *chain)
{
	return !chain->changing && chain->sets[chain->now].filters.wire;
}

static void run(const struct headphone_chain *chain, struct filter_set *set, double *left,
		double *right, unsigned int frames)
{
	const struct headphone_filters *filters = &set->filters;

	if (filters->wire) {
		return;
	}
	if (filters->gain != 1) {
		chain->ops->scale(left, left, filters->gain, frames);
		chain->ops->scale(right, right, filters->gain, frames);
	}
	if (filters->eq.count > 0) {
		chain->ops->cascade(&filters->eq, &set->eq, left, right, frames);
		cascade_mend(&filters->eq, &set->eq);
	}
	crossfeed_process(&filters->crossfeed, &set->crossfeed, left, right, frames);
}

/*
 * Both sets run. What leaves the one that goes is faded out; what comes into the other is faded in,
 * before its filters: a tone that began at once would set the slowest of them ringing.
 */
static void crossfade(struct headphone_chain *chain, double *left, double *right,
		      unsigned int frames)
{
	double next[2][CHAIN_BLOCK], part[CHAIN_BLOCK];

	ramp_progress_fill(&chain->progress, part, frames);
	for (unsigned int i = 0; i < frames; i++) {
		next[0][i] = left[i] * part[i];
		next[1][i] = right[i] * part[i];
	}
	run(chain, &chain->sets[chain->now], left, right, frames);
	run(chain, &chain->sets[1 - chain->now], next[0], next[1], frames);
	for (unsigned int i = 0; i < frames; i++) {
		left[i] = left[i] * (1 - part[i]) + next[0][i];
		right[i] = right[i] * (1 - part[i]) + next[1][i];
	}
	if (ramp_progress_done(&chain->progress)) {
		chain->now = 1 - chain->now;
		chain->changing = false;
	}
}

void headphone_chain_process(struct headphone_chain *chain, double *left, double *right,
			     unsigned int frames)
{
	unsigned int done = 0;

	if (!headphone_chain_ready(chain)) {
		return;
	}
	while (done < frames && chain->changing) {
		unsigned int block = frames - done < CHAIN_BLOCK ? frames - done : CHAIN_BLOCK;

		crossfade(chain, left + done, right + done, block);
		done += block;
	}
	if (done < frames) {
		run(chain, &chain->sets[chain->now], left + done, right + done, frames - done);
	}
}
