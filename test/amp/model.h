/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A model of a listener's evening: random commands, devices that come and go, restarts, and signals
 * of every kind through the whole amplifier, in blocks, and what must hold after each of them.
 *
 * What happens in a step follows from the session's seed and the step's number alone, so that steps
 * can be left out of a session that failed until only those remain that it takes.
 */
#ifndef WIREGAIN_MODEL_H
#define WIREGAIN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_STEPS 4000 /* of a session */

struct model_failure {
	unsigned int step;
	char what[240];
};

struct model;

/* NULL when there is no memory. */
struct model *model_create(void);
void model_destroy(struct model *model);

/* Whether anything but sound happens in a step. */
bool model_acts(uint64_t seed, unsigned int step);

/*
 * Runs the first `steps` steps of a session. `left_out` (NULL: none) tells the steps in which
 * nothing but sound happens. With `loud` it prints what happens. False when a promise was broken.
 */
bool model_run(struct model *model, uint64_t seed, unsigned int steps, const bool *left_out,
	       bool loud, struct model_failure *ret_failure);

#endif
