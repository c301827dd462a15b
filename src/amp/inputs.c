/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Which input is selected, and whose levels it brings along.
 */
#include "inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "amp_inside.h"
#include "levels.h"

/* Where the levels of an input are kept: its own memory, or that of all the others. */
static struct control_ref level_slot(const struct amp *amp, int v, int input)
{
	if (amp_input_int(amp, CONTROL_INPUT_LEVEL_MEMORY, input)) {
		return (struct control_ref){amp_volumes[v].memory, input};
	}
	return single(amp_volumes[v].shared);
}

static void keep_level(struct amp *amp, struct control_ref slot, int level)
{
	amp_put_int(amp, slot.id, slot.instance, level);
}

int inputs_select(struct amp *amp, int input, struct refusal *ret_refusal)
{
	int old = amp_int(amp, CONTROL_INPUT);
	char number[12];

	if (!amp_input_int(amp, CONTROL_INPUT_ENABLED, input)) {
		snprintf(number, sizeof(number), "%d", input + 1);
		refuse_saying(ret_refusal, SAYING_INPUT_DISABLED, number, NULL);
		return -EPERM;
	}
	for (int v = 0; v < 2; v++) {
		struct control_ref from = level_slot(amp, v, old), to = level_slot(amp, v, input);

		if (from.id == to.id && from.instance == to.instance) {
			continue;
		}
		keep_level(amp, from, amp_int(amp, amp_volumes[v].level));
		amp_put_int(amp, amp_volumes[v].level, 0, amp_value(amp, to)->half_db);
	}
	amp_put_int(amp, CONTROL_INPUT, 0, input);
	levels_ask_for_bypass(amp);
	levels_hold(amp);
	levels_remember(amp);
	return 0;
}

/* The nearest enabled one in a direction, +1 or -1; the same one when there is no other. */
static int next_input(const struct amp *amp, int input, int direction)
{
	for (int i = 0; i < INPUTS; i++) {
		input = (input + direction + INPUTS) % INPUTS;
		if (amp_input_int(amp, CONTROL_INPUT_ENABLED, input)) {
			break;
		}
	}
	return input;
}

int inputs_step(struct amp *amp, int steps, struct refusal *ret_refusal)
{
	int input = amp_int(amp, CONTROL_INPUT);

	for (int left = abs(steps % (INPUTS * 60)); left > 0; left--) {
		input = next_input(amp, input, steps < 0 ? -1 : 1);
	}
	return input == amp_int(amp, CONTROL_INPUT) ? 0 : inputs_select(amp, input, ret_refusal);
}

int inputs_enable(struct amp *amp, int input, int on, struct refusal *ret_refusal)
{
	char number[12];

	if (!on && input == amp_int(amp, CONTROL_INPUT)) {
		snprintf(number, sizeof(number), "%d", input + 1);
		refuse_saying(ret_refusal, SAYING_INPUT_SELECTED, number, NULL);
		return -EPERM;
	}
	amp_put_int(amp, CONTROL_INPUT_ENABLED, input, on);
	return 0;
}

/* A memory begins with the levels of now, and so do the shared ones that it parts from. */
void inputs_set_memory(struct amp *amp, int input, int on)
{
	int selected = amp_int(amp, CONTROL_INPUT);

	for (int v = 0; v < 2; v++) {
		keep_level(amp, level_slot(amp, v, selected), amp_int(amp, amp_volumes[v].level));
		if (on) {
			amp_put_int(amp, amp_volumes[v].memory, input,
				    amp_int(amp, amp_volumes[v].shared));
		} else if (input == selected) {
			amp_put_int(amp, amp_volumes[v].shared, 0,
				    amp_int(amp, amp_volumes[v].level));
		}
	}
	amp_put_int(amp, CONTROL_INPUT_LEVEL_MEMORY, input, on);
}
