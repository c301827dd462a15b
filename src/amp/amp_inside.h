/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The amplifier's state, for the files that hold its rules.
 */
#ifndef WIREGAIN_AMP_INSIDE_H
#define WIREGAIN_AMP_INSIDE_H

#include "amp.h"

/* The rows of the two volume controls; the sub follows the line's. */
struct volume {
	enum control_id level, mute, limit, start, memory, shared;
	const char *name;
};

extern const struct volume amp_volumes[2];

static inline struct control_ref single(enum control_id id)
{
	return (struct control_ref){id, 0};
}

/* Every change of a value; a value that is the same is none. */
void amp_put(struct amp *amp, struct control_ref ref, const struct value *value);

/* The same for a switch, a choice or a level. */
void amp_put_int(struct amp *amp, enum control_id id, int instance, int number);

/* Works out what follows from the rest of the state. After every change of it. */
void amp_settle(struct amp *amp);

/* Whether eq.profile may be that: the name of one that is there, or nothing. 0 or -EINVAL. */
int amp_check_profile(const struct amp *amp, struct control_ref ref, const struct value *value,
		      struct refusal *ret_refusal);

#endif
