/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The rules of loudness.
 */
#include "levels.h"

#include <errno.h>
#include <stdio.h>

#include "amp_inside.h"

const struct volume amp_volumes[2] = {
	{CONTROL_HEADPHONE_LEVEL, CONTROL_HEADPHONE_MUTE, CONTROL_HEADPHONE_LIMIT,
	 CONTROL_HEADPHONE_START, CONTROL_INPUT_MEMORY_HEADPHONE, CONTROL_SHARED_HEADPHONE,
	 "headphone"},
	{CONTROL_LINE_LEVEL, CONTROL_LINE_MUTE, CONTROL_LINE_LIMIT, CONTROL_LINE_START,
	 CONTROL_INPUT_MEMORY_LINE, CONTROL_SHARED_LINE, "line"},
};

/* A lower limit takes the level with it: what is shown is what is heard. */
void levels_hold(struct amp *amp)
{
	for (int v = 0; v < 2; v++) {
		int limit = amp_int(amp, amp_volumes[v].limit);

		if (amp_int(amp, amp_volumes[v].level) > limit) {
			amp_put_int(amp, amp_volumes[v].level, 0, limit);
		}
	}
}

/* The levels at which dim, when it is on, finds them. */
void levels_remember(struct amp *amp)
{
	for (int v = 0; v < 2; v++) {
		amp->dim_base[v] = amp_int(amp, amp_volumes[v].level);
	}
}

/* What a selected input of that trim may be given so that no more than `start` is heard. */
static int start_level(int start, int trim)
{
	int level = trim > 0 && start != HALF_DB_MUTE ? start - trim : start;

	return level < HALF_DB_MUTE ? HALF_DB_MUTE : level;
}

/* A level that was lowered, for a sentence. */
struct lowered {
	char from[LEVEL_BYTES]; /* empty: it was not */
	char to[LEVEL_BYTES];
};

/* Whether the selected input's bypass is heard instead of the level. */
static bool is_bypassed(const struct amp *amp, int v)
{
	return amp_input_int(amp, CONTROL_INPUT_BYPASS, amp_int(amp, CONTROL_INPUT)) &&
	       !amp->bypass_held[v];
}

/* At most the start level from now on. Fills `lowered` when that is less than it was. */
static void lower_volume(struct amp *amp, int v, struct lowered *lowered)
{
	int input = amp_int(amp, CONTROL_INPUT);
	int trim = amp_input_int(amp, CONTROL_INPUT_TRIM, input);
	int last = amp_int(amp, amp_volumes[v].level);
	int most = start_level(amp_int(amp, amp_volumes[v].start), trim);

	if (is_bypassed(amp, v) && most > 0) {
		most = 0; /* what was heard instead of the level */
	}
	if (last > most) {
		amp_put_int(amp, amp_volumes[v].level, 0, most);
		half_db_say(last, lowered->from);
		half_db_say(most, lowered->to);
	}
	amp->bypass_held[v] = true;
}

/* What is kept for inputs that are not selected. A shared level knows no trim. */
static void lower_memories(struct amp *amp, int v)
{
	int start = amp_int(amp, amp_volumes[v].start);

	if (amp_int(amp, amp_volumes[v].shared) > start) {
		amp_put_int(amp, amp_volumes[v].shared, 0, start);
	}
	for (int input = 0; input < INPUTS; input++) {
		int most = start_level(start, amp_input_int(amp, CONTROL_INPUT_TRIM, input));

		if (amp_input_int(amp, amp_volumes[v].memory, input) > most) {
			amp_put_int(amp, amp_volumes[v].memory, input, most);
		}
	}
}

void levels_lower(struct amp *amp)
{
	struct lowered lowered[2] = {{"", ""}, {"", ""}};

	levels_hold(amp);
	for (int v = 0; v < 2; v++) {
		lower_volume(amp, v, &lowered[v]);
		lower_memories(amp, v);
	}
	if (lowered[0].from[0] && lowered[1].from[0]) {
		amp_note(amp, SAYING_BOTH_LOWERED_AT_START, lowered[0].from, lowered[0].to,
			 lowered[1].from, lowered[1].to, NULL);
	} else if (lowered[0].from[0] || lowered[1].from[0]) {
		int v = lowered[0].from[0] ? 0 : 1;

		amp_note(amp, SAYING_LOWERED_AT_START, amp_volumes[v].name, lowered[v].from,
			 lowered[v].to, NULL);
	}
	levels_remember(amp);
}

void levels_lower_plugged(struct amp *amp)
{
	struct lowered lowered = {"", ""};

	lower_volume(amp, 0, &lowered);
	lower_memories(amp, 0);
	if (lowered.from[0]) {
		amp_note(amp, SAYING_LOWERED_AT_PLUG, lowered.from, lowered.to, NULL);
	}
	levels_remember(amp);
}

/* Of what is muted, what would be heard. */
void levels_hear(const struct amp *amp, int ret_heard[OUTPUTS])
{
	for (int o = 0; o < OUTPUTS; o++) {
		ret_heard[o] = plan_unmuted_half_db(amp, (enum output)o);
	}
}

/* By how much what a volume control turns is louder than it was, half-decibels. */
static int risen(const struct amp *amp, int v, const int heard[OUTPUTS])
{
	int most = 0;

	for (int o = 0; o < OUTPUTS; o++) {
		int before = heard[o] > HALF_DB_MIN ? heard[o] : HALF_DB_MIN;
		int rise = plan_unmuted_half_db(amp, (enum output)o) - before;

		if ((o == OUTPUT_HEADPHONE) == (v == 0) && rise > most) {
			most = rise;
		}
	}
	return most;
}

/* Lowers the levels until no output is louder than it was. */
void levels_hold_down(struct amp *amp, const int heard[OUTPUTS])
{
	for (int v = 0; v < 2; v++) {
		int level = amp_int(amp, amp_volumes[v].level), rise;

		/* Beyond a limit a level comes down for a while without being heard. */
		while ((rise = risen(amp, v, heard)) > 0 && level > HALF_DB_MUTE) {
			level = level - rise < HALF_DB_MUTE ? HALF_DB_MUTE : level - rise;
			amp_put_int(amp, amp_volumes[v].level, 0, level);
		}
	}
}

/* Dim ends where the listener now is: every output's level becomes what is heard of it. */
static void end_dim_here(struct amp *amp)
{
	int heard[OUTPUTS];

	levels_hear(amp, heard);
	amp_put_int(amp, CONTROL_DIM, 0, 0);
	levels_hold_down(amp, heard);
}

void levels_ask_for_bypass(struct amp *amp)
{
	amp->bypass_held[0] = amp->bypass_held[1] = false;
}

static void put_level(struct amp *amp, int v, int level)
{
	int limit = amp_int(amp, amp_volumes[v].limit);

	level = level > limit ? limit : level < HALF_DB_MUTE ? HALF_DB_MUTE : level;
	/* From silence the knob comes up as a knob, not to unity gain in half a dB. */
	if (amp_int(amp, amp_volumes[v].level) == HALF_DB_MUTE && level > HALF_DB_MUTE) {
		amp->bypass_held[v] = true;
	}
	amp_put_int(amp, amp_volumes[v].level, 0, level);
}

/* The other knob turns by as much. Past its stop it goes on unseen, so as to come back late. */
static void follow(struct amp *amp, int v, int turned)
{
	int level = amp_int(amp, amp_volumes[v].level);

	level += turned - (level == HALF_DB_MUTE ? amp->past_stop[v] : 0);
	amp->past_stop[v] = level < HALF_DB_MUTE ? HALF_DB_MUTE - level : 0;
	put_level(amp, v, level);
}

/* The knob of one output; with line.follow=level the other one turns by as much. */
static void turn_level(struct amp *amp, int v, int level)
{
	int turned = -amp_int(amp, amp_volumes[v].level);

	put_level(amp, v, level);
	turned += amp_int(amp, amp_volumes[v].level);
	amp->past_stop[v] = 0;
	if (turned > 0) {
		amp_put_int(amp, amp_volumes[v].mute, 0, 0);
	}
	if (amp_int(amp, CONTROL_LINE_FOLLOW) == FOLLOW_LEVEL) {
		follow(amp, 1 - v, turned);
	}
	/* Where a bypass is heard instead of a level, dim cannot go over into that level. */
	if (amp_int(amp, CONTROL_DIM) && !is_bypassed(amp, 0) && !is_bypassed(amp, 1) &&
	    amp_int(amp, amp_volumes[v].level) - amp->dim_base[v] >
		    -amp_int(amp, CONTROL_DIM_AMOUNT)) {
		end_dim_here(amp);
	}
}

int levels_set(struct amp *amp, int v, int level, struct refusal *ret_refusal)
{
	int limit = amp_int(amp, amp_volumes[v].limit);
	char got[LEVEL_BYTES], most[LEVEL_BYTES];

	if (level > limit) {
		refuse_saying(ret_refusal, SAYING_ABOVE_LIMIT, half_db_say(level, got),
			      amp_volumes[v].name, half_db_say(limit, most), NULL);
		return -EPERM;
	}
	turn_level(amp, v, level);
	return 0;
}

/* A key that is held down on the way up pauses once before it gets loud. */
void levels_hold_step(struct amp *amp, int v, uint64_t now_ms, struct value *value)
{
	int level = amp_int(amp, amp_volumes[v].level), limit = amp_int(amp, amp_volumes[v].limit);
	int wanted = value->half_db;
	char here[LEVEL_BYTES], below[LEVEL_BYTES];

	value->half_db = held_level(&amp->held[v], level, wanted, limit, now_ms);
	if (value->half_db < wanted) {
		snprintf(below, sizeof(below), "%d dB", (limit - value->half_db) / 2);
		amp_note(amp, SAYING_PAUSED, amp_volumes[v].name, half_db_say(value->half_db, here),
			 below, NULL);
	}
}
