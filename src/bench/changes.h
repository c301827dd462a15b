/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Every change of a control that changes the sound, found in the table of controls: each control at
 * several of its values, with whatever else has to be engaged before it is heard. What is asked is
 * what the audio thread would be given.
 */
#ifndef WIREGAIN_CHANGES_H
#define WIREGAIN_CHANGES_H

#include <stdbool.h>

#include "controls.h"

#define CHANGE_TEXT    (PATH_BYTES + TEXT_BYTES)
#define CHANGE_CONTEXT 4

struct change {
	struct control_ref ref;
	char context[CHANGE_CONTEXT][CHANGE_TEXT]; /* engaged first; empty ones are none */
	char before[CHANGE_TEXT];                  /* empty for an action */
	char after[CHANGE_TEXT];
	bool usual;           /* one of its ends is the neutral value */
	unsigned int outputs; /* bit N: enum output N is changed by it */
	bool of_ceiling;      /* what the guards hold changes, and nothing else */
	bool clips;           /* one of its ends clips what is too loud */
};

struct changes;

/* For a rate. 0 or -ENOMEM. */
int changes_create(double rate_hz, struct changes **ret_changes);

/* NULL is fine. */
void changes_destroy(struct changes *changes);

/* The profiles that a device has to know for these changes. */
struct profile_book;
const struct profile_book *changes_profiles(const struct changes *changes);

/* The next one, control by control in the order of the table. False after the last. */
bool changes_next(struct changes *changes, struct change *ret_change);

#endif
