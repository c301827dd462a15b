/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The factory reset, which makes nothing louder.
 */
#include "amp_inside.h"
#include "levels.h"

/* What an output gives is silence, whatever makes it so. */
static unsigned int find_silent(const struct amp *amp)
{
	unsigned int silent = 0;

	for (int o = 0; o < OUTPUTS; o++) {
		silent |= (unsigned int)(plan_half_db(amp, (enum output)o) == HALF_DB_MUTE) << o;
	}
	return silent;
}

/* What was silent stays so, and what was not gets no louder. */
static void keep_quiet(struct amp *amp, unsigned int silent, const int heard[OUTPUTS])
{
	static const enum control_id mutes[OUTPUTS] = {CONTROL_HEADPHONE_MUTE, CONTROL_LINE_MUTE,
						       CONTROL_SUB_MUTE};

	for (int o = 0; o < OUTPUTS; o++) {
		if (silent & ~find_silent(amp) & 1u << o) {
			amp_put_int(amp, mutes[o], 0, 1);
		}
	}
	levels_hold_down(amp, heard);
}

void amp_reset(struct amp *amp)
{
	const int levels[2] = {amp_int(amp, amp_volumes[0].level),
			       amp_int(amp, amp_volumes[1].level)};
	const int power = amp_int(amp, CONTROL_POWER);
	struct control_ref ref = {0, -1};
	const unsigned int silent = find_silent(amp);
	int heard[OUTPUTS];

	levels_hear(amp, heard);
	while (controls_next(&ref)) {
		if (controls[ref.id].flags & CONTROL_KEPT) {
			struct value value = control_default(ref);

			amp_put(amp, ref, &value);
		}
	}
	amp_put_int(amp, CONTROL_POWER, 0, power);
	for (int v = 0; v < 2; v++) {
		if (levels[v] < amp_int(amp, amp_volumes[v].level)) {
			amp_put_int(amp, amp_volumes[v].level, 0, levels[v]);
		}
	}
	keep_quiet(amp, silent, heard);
	levels_lower(amp);
	amp_settle(amp);
}
