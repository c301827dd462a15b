/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Commands: what each verb does to a control.
 */
#include <errno.h>
#include <string.h>

#include "amp_inside.h"
#include "amp_load.h"
#include "crossfeed-controls.h"
#include "inputs.h"
#include "levels.h"
#include "match.h"

int command_parse_set(const char *path, const char *text, struct command *ret_command,
		      struct refusal *ret_refusal)
{
	struct command command = {.verb = VERB_SET};
	int error = control_find(path, &command.ref, ret_refusal);

	if (error < 0) {
		return error;
	}
	if (controls[command.ref.id].flags & CONTROL_NEXT) {
		command.steps = strcmp(text, "next") == 0       ? 1
				: strcmp(text, "previous") == 0 ? -1
								: 0;
	}
	if (command.steps != 0) {
		command.verb = VERB_STEP;
	} else {
		error = control_parse(command.ref, text, &command.value, ret_refusal);
	}
	if (error == 0) {
		*ret_command = command;
	}
	return error;
}

static void set_power(struct amp *amp, int on)
{
	amp_put_int(amp, CONTROL_POWER, 0, on);
	if (on) {
		levels_lower(amp);
	}
}

/* A name of the tables, in full. */
static int set_name(struct amp *amp, struct control_ref ref, const struct value *value,
		    struct refusal *ret_refusal)
{
	struct value name = *value;
	int error = amp_complete_name(amp, ref.id, &name, ret_refusal);

	if (error == 0) {
		amp_put(amp, ref, &name);
	}
	return error;
}

/* A value that is known to be valid and to differ from the present one. */
static int set(struct amp *amp, struct control_ref ref, const struct value *value,
	       struct refusal *ret_refusal)
{
	int error = amp_check_profile(amp, ref, value, ret_refusal);

	if (error < 0) {
		return error;
	}
	if (crossfeed_controls_own(ref.id)) {
		crossfeed_controls_set(amp, ref.id, value);
		return 0;
	}
	switch (ref.id) {
	case CONTROL_HEADPHONE_LEVEL:
		return levels_set(amp, 0, value->half_db, ret_refusal);
	case CONTROL_LINE_LEVEL:
		return levels_set(amp, 1, value->half_db, ret_refusal);
	case CONTROL_INPUT:
		return inputs_select(amp, value->choice, ret_refusal);
	case CONTROL_INPUT_ENABLED:
		return inputs_enable(amp, ref.instance, value->on, ret_refusal);
	case CONTROL_INPUT_LEVEL_MEMORY:
		inputs_set_memory(amp, ref.instance, value->on);
		return 0;
	case CONTROL_POWER:
		set_power(amp, value->on);
		return 0;
	case CONTROL_DIM:
		levels_remember(amp);
		break;
	case CONTROL_PROTECT_SPL_LIMIT:
		if (value->number > 0 && !load_knows_spl(&amp->load)) {
			return refuse_saying(ret_refusal, SAYING_LOAD_UNKNOWN, NULL);
		}
		break;
	case CONTROL_INPUT_BYPASS:
		levels_ask_for_bypass(amp);
		break;
	case CONTROL_LOAD_HEADPHONE:
	case CONTROL_LOAD_AMPLIFIER:
		return set_name(amp, ref, value, ret_refusal);
	default:
		break;
	}
	amp_put(amp, ref, value);
	levels_hold(amp);
	return 0;
}

static int clamp(long number, long least, long most)
{
	return (int)(number < least ? least : number > most ? most : number);
}

/* The value that lies `steps` further; it stops at the ends of the range and at limits. */
static int step_value(const struct amp *amp, struct control_ref ref, int steps,
		      struct value *ret_value, struct refusal *ret_refusal)
{
	const struct control *row = &controls[ref.id];
	struct value value = *amp_value(amp, ref);
	int count = 0;

	switch (row->type) {
	case TYPE_LEVEL:
		value.half_db =
			clamp((long)value.half_db + steps,
			      row->flags & CONTROL_MUTABLE ? HALF_DB_MUTE : (long)row->minimum,
			      (long)row->maximum);
		for (int v = 0; v < 2; v++) {
			if (ref.id == amp_volumes[v].level) {
				value.half_db = clamp(value.half_db, HALF_DB_MUTE,
						      amp_int(amp, amp_volumes[v].limit));
			}
		}
		break;
	case TYPE_NUMBER:
		if (row->step == 0) {
			return refuse(ret_refusal, "has no steps: use `wiregain set`");
		}
		value.number += row->step * steps;
		if (value.number < row->minimum) {
			/* Off lies below the minimum; one step up from off is the minimum. */
			bool off = (row->flags & CONTROL_OFF_AT_0) && steps < 0;

			value.number = off ? 0 : row->minimum;
		}
		value.number = value.number > row->maximum ? row->maximum : value.number;
		break;
	case TYPE_CHOICE:
		count = control_choices(ref.id);
		value.choice = (int)((((long)value.choice + steps) % count + count) % count);
		if (ref.id == CONTROL_CROSSFEED_PRESET && value.choice == 0) {
			value.choice = steps < 0 ? count - 1 : 1; /* custom is nowhere to go to */
		}
		break;
	case TYPE_SWITCH:
		value.on ^= steps & 1;
		break;
	case TYPE_TEXT:
	case TYPE_ACTION:
		return refuse(ret_refusal, "has no steps: use `wiregain %s`",
			      row->type == TYPE_TEXT ? "set" : "do");
	}
	*ret_value = value;
	return 0;
}

static int step(struct amp *amp, const struct command *command, struct refusal *ret_refusal)
{
	struct control_ref ref = command->ref;
	struct value value = {.text = ""};
	int error;

	if (ref.id == CONTROL_INPUT) {
		return inputs_step(amp, command->steps, ret_refusal);
	}
	error = step_value(amp, ref, command->steps, &value, ret_refusal);
	for (int v = 0; v < 2 && error == 0; v++) {
		if (ref.id == amp_volumes[v].level) {
			levels_hold_step(amp, v, command->time_ms, &value);
		}
	}
	if (error == 0 && !control_equal(ref, amp_value(amp, ref), &value)) {
		error = set(amp, ref, &value, ret_refusal);
	}
	return error;
}

static int do_action(struct amp *amp, enum control_id id, struct refusal *ret_refusal)
{
	switch (id) {
	case CONTROL_INPUT_MATCH:
		return match_inputs(amp, ret_refusal);
	case CONTROL_METER_RESET:
		amp->meter_resets++;
		return 0;
	case CONTROL_PROTECT_RESET:
		amp->protect_resets++;
		return 0;
	default: /* CONTROL_SYSTEM_RESET */
		amp_reset(amp);
		return 0;
	}
}

int amp_command(struct amp *amp, const struct command *command, struct refusal *ret_refusal)
{
	const struct control *row = &controls[command->ref.id];
	int error = 0;

	if (row->access == ACCESS_NONE) {
		refuse(ret_refusal, "is a reading: it cannot be changed");
		return -EACCES;
	}
	if ((command->verb == VERB_DO) != (row->type == TYPE_ACTION)) {
		return refuse(ret_refusal, row->type == TYPE_ACTION
						   ? "is an action: use `wiregain do`"
						   : "is not an action: use `wiregain set`");
	}
	switch (command->verb) {
	case VERB_SET:
		error = control_check(command->ref, &command->value, ret_refusal);
		if (error == 0 &&
		    !control_equal(command->ref, amp_value(amp, command->ref), &command->value)) {
			error = set(amp, command->ref, &command->value, ret_refusal);
		}
		break;
	case VERB_STEP:
		error = step(amp, command, ret_refusal);
		break;
	case VERB_DO:
		error = do_action(amp, command->ref.id, ret_refusal);
		break;
	}
	if (error == 0) {
		amp_settle(amp);
	}
	return error;
}
