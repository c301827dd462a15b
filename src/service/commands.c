/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Several commands as one. Main thread.
 */

#include "service_inside.h"

/*
 * Its place among others: what sets the frame, then the input, then levels, and mute and dim last,
 * because turning a level up ends them.
 */
static int rank(const struct command *command)
{
	switch (command->ref.id) {
	case CONTROL_INPUT_ENABLED:
		/* The selected input is disabled after another one was selected. */
		return command->verb == VERB_SET && command->value.on ? 0 : 3;
	case CONTROL_POWER:
		return 1;
	case CONTROL_INPUT:
		return 2;
	case CONTROL_HEADPHONE_LEVEL:
	case CONTROL_LINE_LEVEL:
		return 4;
	case CONTROL_HEADPHONE_MUTE:
	case CONTROL_LINE_MUTE:
	case CONTROL_DIM:
		return 5;
	default:
		return controls[command->ref.id].access == ACCESS_SETUP ? 0 : 3;
	}
}

static bool comes_before(const struct command *a, const struct command *b)
{
	int difference = rank(a) - rank(b);

	if (difference == 0) {
		difference = (int)a->ref.id - (int)b->ref.id;
	}
	if (difference == 0) {
		difference = a->ref.instance - b->ref.instance;
	}
	return difference < 0;
}

/* An insertion sort of indices: a handful of commands, and equal ones stay as they are. */
static void sort(const struct command *commands, size_t count, size_t *ret_order)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		while (at > 0 && comes_before(&commands[i], &commands[ret_order[at - 1]])) {
			ret_order[at] = ret_order[at - 1];
			at--;
		}
		ret_order[at] = i;
	}
}

int service_commands(struct service *service, const struct command *commands, size_t count,
		     size_t *ret_failed, struct refusal *ret_refusal)
{
	size_t order[SERVICE_COMMANDS];

	*ret_failed = 0;
	if (count > SERVICE_COMMANDS) {
		return refuse(ret_refusal, "too many at once: give at most %d", SERVICE_COMMANDS);
	}
	sort(commands, count, order);
	service->trial = service->amp;
	for (size_t i = 0; i < count; i++) {
		struct command timed = commands[order[i]];
		int error;

		timed.time_ms = loop_now_ms();
		error = amp_command(&service->trial, &timed, ret_refusal);

		if (error < 0) {
			*ret_failed = order[i];
			return error;
		}
	}
	service->amp = service->trial;
	service_settle(service);
	for (size_t i = 0; i < count; i++) {
		service_tell_reset(service, &commands[i]);
	}
	return 0;
}
