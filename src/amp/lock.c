/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a locked panel may still do.
 */
#include "lock.h"

#include <errno.h>

/* Which way a locked panel may move a control. */
static bool may_lower(enum control_id id)
{
	return id == CONTROL_HEADPHONE_LEVEL || id == CONTROL_LINE_LEVEL;
}

static bool may_switch(enum control_id id)
{
	return id == CONTROL_HEADPHONE_MUTE || id == CONTROL_LINE_MUTE || id == CONTROL_SUB_MUTE ||
	       id == CONTROL_DIM;
}

static bool is_allowed(const struct amp *amp, const struct command *command)
{
	const struct value *now = amp_value(amp, command->ref);
	enum control_id id = command->ref.id;

	switch (command->verb) {
	case VERB_SET:
		return control_equal(command->ref, now, &command->value) || may_switch(id) ||
		       (may_lower(id) && command->value.half_db <= now->half_db);
	case VERB_STEP:
		return command->steps == 0 || may_switch(id) ||
		       (may_lower(id) && command->steps < 0);
	case VERB_DO:
		break;
	}
	return false;
}

int lock_check(const struct amp *amp, const struct command *command, struct refusal *ret_refusal)
{
	if (is_allowed(amp, command)) {
		return 0;
	}
	refuse_saying(ret_refusal, SAYING_LOCKED_BUT_DOWN, NULL);
	return -EPERM;
}
