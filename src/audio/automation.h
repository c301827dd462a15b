/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Automation: a text file of lines "SECONDS PATH=VALUE", by which a render changes controls at
 * given times. Empty lines and what follows a # at the start of a line are passed over. Lines need
 * no order; those of one time are carried out as they stand.
 */
#ifndef WIREGAIN_AUTOMATION_H
#define WIREGAIN_AUTOMATION_H

#include <stdint.h>

#include "amp.h"

struct automation_event {
	double seconds;
	struct command command;
	unsigned int line;
};

struct automation {
	struct automation_event *events; /* in the order of time */
	unsigned int count;
};

/*
 * Reads a file and tries every line, in the order of time, on a copy of `amp`: a value that is not
 * one, or that a rule refuses, is found before anything is rendered. 0 or a negative errno with the
 * file, the line and the reason.
 */
int automation_load(const char *path, const struct amp *amp, struct automation *ret_automation,
		    struct refusal *ret_refusal);

/* Frees the events. */
void automation_finish(struct automation *automation);

#endif
