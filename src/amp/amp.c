/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The amplifier's rules. Every change of a value goes through put(), so that nothing changes
 * without being told.
 */
#include "amp.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amp_load.h"
#include "crossfeed-controls.h"
#include "match.h"
#include "outputs.h"
#include "profile.h"
#include "protect.h"

/* The rows of the two volume controls; the sub follows the line's. */
struct volume {
	enum control_id level, mute, limit, start, memory, shared, gain;
	const char *name;
};

static const struct volume volumes[2] = {
	{CONTROL_HEADPHONE_LEVEL, CONTROL_HEADPHONE_MUTE, CONTROL_HEADPHONE_LIMIT,
	 CONTROL_HEADPHONE_START, CONTROL_INPUT_MEMORY_HEADPHONE, CONTROL_SHARED_HEADPHONE,
	 CONTROL_HEADPHONE_GAIN, "headphone"},
	{CONTROL_LINE_LEVEL, CONTROL_LINE_MUTE, CONTROL_LINE_LIMIT, CONTROL_LINE_START,
	 CONTROL_INPUT_MEMORY_LINE, CONTROL_SHARED_LINE, CONTROL_LINE_GAIN, "line"},
};

static struct control_ref single(enum control_id id)
{
	return (struct control_ref){id, 0};
}

static void put(struct amp *amp, struct control_ref ref, const struct value *value)
{
	struct value *here = &amp->values[ref.id][ref.instance];

	if (control_equal(ref, here, value)) {
		return;
	}
	*here = *value;
	amp->changed[ref.id] |= (uint8_t)(1u << ref.instance);
	amp->revision++;
	amp->load_stale = amp->load_stale || amp_is_of_load(ref.id);
}

static void put_int(struct amp *amp, enum control_id id, int instance, int number)
{
	const struct value value = {.half_db = number};

	put(amp, (struct control_ref){id, instance}, &value);
}

const struct value *amp_value(const struct amp *amp, struct control_ref ref)
{
	return &amp->values[ref.id][ref.instance];
}

int amp_int(const struct amp *amp, enum control_id id)
{
	return amp->values[id][0].half_db;
}

int amp_input_int(const struct amp *amp, enum control_id id, int input)
{
	return amp->values[id][input].half_db;
}

/* A figure for people; 0 where it is not known. */
static void put_estimate(struct amp *amp, enum control_id id, double number)
{
	const struct value value = {.number = isfinite(number) ? round(number * 10) / 10 : 0};

	put(amp, single(id), &value);
}

/* Before anything that asks what can be known of the load: a limit that cannot be held mutes. */
static void settle_load(struct amp *amp)
{
	if (amp->load_stale) {
		amp->load_stale = false;
		amp_make_load(amp);
	}
}

static void settle_estimates(struct amp *amp)
{
	int gain = amp_int(amp, CONTROL_HEADPHONE_GAIN);
	struct load_point most;

	load_at(&amp->load, gain / 2.0, &most);
	put_estimate(amp, CONTROL_LOAD_SPL_FULL_SCALE, load_full_scale_spl(&amp->load));
	put_estimate(amp, CONTROL_LOAD_SPL, gain > HALF_DB_MUTE ? most.spl_db : NAN);
	put_estimate(amp, CONTROL_LOAD_UNCERTAINTY, amp->load.uncertainty_db);
}

static void settle_ceiling(struct amp *amp)
{
	enum protect_ceiling by;
	double ceiling = protect_ceiling(amp, &by);

	put_estimate(amp, CONTROL_PROTECT_CEILING, 20 * log10(ceiling));
	if (by == CEILING_SPL_UNKNOWN && amp_int(amp, CONTROL_PROTECT_CEILING_BY) != (int)by) {
		amp_note(amp, SAYING_SPL_LIMIT_UNKNOWN, NULL);
	}
	put_int(amp, CONTROL_PROTECT_CEILING_BY, 0, (int)by);
}

/* What follows from the rest of the state. */
static void settle(struct amp *amp)
{
	const struct value angle = {.number = crossfeed_controls_angle(amp)};

	settle_load(amp);
	put(amp, single(CONTROL_CROSSFEED_ANGLE), &angle);
	put_int(amp, CONTROL_HEADPHONE_GAIN, 0, plan_half_db(amp, OUTPUT_HEADPHONE));
	put_int(amp, CONTROL_LINE_GAIN, 0, plan_half_db(amp, OUTPUT_LINE));
	settle_estimates(amp);
	settle_ceiling(amp);
}

void amp_init(struct amp *amp)
{
	struct control_ref ref = {0, -1};

	memset(amp, 0, sizeof(*amp));
	while (controls_next(&ref)) {
		amp->values[ref.id][ref.instance] = control_default(ref);
	}
	settle(amp);
	memset(amp->changed, 0, sizeof(amp->changed));
}

void amp_init_neutral(struct amp *amp)
{
	amp_init(amp);
	for (int v = 0; v < 2; v++) {
		put_int(amp, volumes[v].level, 0, 0);
	}
	put_int(amp, CONTROL_PROTECT_DC, 0, 0);
	put_int(amp, CONTROL_PROTECT_NOISE, 0, 0);
	settle(amp);
	memset(amp->changed, 0, sizeof(amp->changed));
}

/* A lower limit takes the level with it: what is shown is what is heard. */
static void hold_limits(struct amp *amp)
{
	for (int v = 0; v < 2; v++) {
		int limit = amp_int(amp, volumes[v].limit);

		if (amp_int(amp, volumes[v].level) > limit) {
			put_int(amp, volumes[v].level, 0, limit);
		}
	}
}

/* The levels at which dim, when it is on, finds them. */
static void remember_dim_base(struct amp *amp)
{
	for (int v = 0; v < 2; v++) {
		amp->dim_base[v] = amp_int(amp, volumes[v].level);
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
	int last = amp_int(amp, volumes[v].level);
	int most = start_level(amp_int(amp, volumes[v].start), trim);

	if (is_bypassed(amp, v) && most > 0) {
		most = 0; /* what was heard instead of the level */
	}
	if (last > most) {
		put_int(amp, volumes[v].level, 0, most);
		half_db_say(last, lowered->from);
		half_db_say(most, lowered->to);
	}
	amp->bypass_held[v] = true;
}

/* What is kept for inputs that are not selected. A shared level knows no trim. */
static void lower_memories(struct amp *amp, int v)
{
	int start = amp_int(amp, volumes[v].start);

	if (amp_int(amp, volumes[v].shared) > start) {
		put_int(amp, volumes[v].shared, 0, start);
	}
	for (int input = 0; input < INPUTS; input++) {
		int most = start_level(start, amp_input_int(amp, CONTROL_INPUT_TRIM, input));

		if (amp_input_int(amp, volumes[v].memory, input) > most) {
			put_int(amp, volumes[v].memory, input, most);
		}
	}
}

static void lower_to_start(struct amp *amp)
{
	struct lowered lowered[2] = {{"", ""}, {"", ""}};

	hold_limits(amp);
	for (int v = 0; v < 2; v++) {
		lower_volume(amp, v, &lowered[v]);
		lower_memories(amp, v);
	}
	if (lowered[0].from[0] && lowered[1].from[0]) {
		amp_note(amp, SAYING_BOTH_LOWERED_AT_START, lowered[0].from, lowered[0].to,
			 lowered[1].from, lowered[1].to, NULL);
	} else if (lowered[0].from[0] || lowered[1].from[0]) {
		int v = lowered[0].from[0] ? 0 : 1;

		amp_note(amp, SAYING_LOWERED_AT_START, volumes[v].name, lowered[v].from,
			 lowered[v].to, NULL);
	}
	remember_dim_base(amp);
}

void amp_start(struct amp *amp)
{
	int input = amp_int(amp, CONTROL_INPUT);

	if (amp_int(amp, CONTROL_POWER_AUTO_ON)) {
		put_int(amp, CONTROL_POWER, 0, 1);
	}
	if (!amp_input_int(amp, CONTROL_INPUT_ENABLED, input)) {
		put_int(amp, CONTROL_INPUT_ENABLED, input, 1);
	}
	lower_to_start(amp);
	settle(amp);
}

void amp_set_profiles(struct amp *amp, const struct profile_book *profiles)
{
	amp->profiles = profiles;
}

/* Whether eq.profile may be that: the name of one that is there, or nothing. */
static int check_profile(const struct amp *amp, struct control_ref ref, const struct value *value,
			 struct refusal *ret_refusal)
{
	char name[64];

	if (ref.id != CONTROL_EQ_PROFILE || !value->text[0] ||
	    profile_find(amp->profiles, value->text) >= 0) {
		return 0;
	}
	snprintf(name, sizeof(name), "%.60s", value->text);
	return refuse_saying(ret_refusal, SAYING_PROFILE_UNKNOWN, name, NULL);
}

int amp_restore(struct amp *amp, struct control_ref ref, const struct value *value,
		struct refusal *ret_refusal)
{
	int error = control_check(ref, value, ret_refusal);

	if (error == 0 && !(controls[ref.id].flags & CONTROL_KEPT)) {
		error = refuse(ret_refusal, "is not a kept setting");
	}
	if (error == 0) {
		error = check_profile(amp, ref, value, ret_refusal);
	}
	if (error == 0) {
		put(amp, ref, value);
		settle(amp);
	}
	return error;
}

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

/* Of what is muted, what would be heard. */
static void hear(const struct amp *amp, int ret_heard[OUTPUTS])
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
static void hold_down(struct amp *amp, const int heard[OUTPUTS])
{
	for (int v = 0; v < 2; v++) {
		int level = amp_int(amp, volumes[v].level), rise;

		/* Beyond a limit a level comes down for a while without being heard. */
		while ((rise = risen(amp, v, heard)) > 0 && level > HALF_DB_MUTE) {
			level = level - rise < HALF_DB_MUTE ? HALF_DB_MUTE : level - rise;
			put_int(amp, volumes[v].level, 0, level);
		}
	}
}

/* Dim ends where the listener now is: every output's level becomes what is heard of it. */
static void end_dim_here(struct amp *amp)
{
	int heard[OUTPUTS];

	hear(amp, heard);
	put_int(amp, CONTROL_DIM, 0, 0);
	hold_down(amp, heard);
}

static void ask_for_bypass(struct amp *amp)
{
	amp->bypass_held[0] = amp->bypass_held[1] = false;
}

static void put_level(struct amp *amp, int v, int level)
{
	int limit = amp_int(amp, volumes[v].limit);

	level = level > limit ? limit : level < HALF_DB_MUTE ? HALF_DB_MUTE : level;
	put_int(amp, volumes[v].level, 0, level);
}

/* The other knob turns by as much. Past its stop it goes on unseen, so as to come back late. */
static void follow(struct amp *amp, int v, int turned)
{
	int level = amp_int(amp, volumes[v].level);

	level += turned - (level == HALF_DB_MUTE ? amp->past_stop[v] : 0);
	amp->past_stop[v] = level < HALF_DB_MUTE ? HALF_DB_MUTE - level : 0;
	put_level(amp, v, level);
}

/* The knob of one output; with line.follow=level the other one turns by as much. */
static void turn_level(struct amp *amp, int v, int level)
{
	int turned = -amp_int(amp, volumes[v].level);

	put_level(amp, v, level);
	turned += amp_int(amp, volumes[v].level);
	amp->past_stop[v] = 0;
	if (turned > 0) {
		put_int(amp, volumes[v].mute, 0, 0);
	}
	if (amp_int(amp, CONTROL_LINE_FOLLOW) == FOLLOW_LEVEL) {
		follow(amp, 1 - v, turned);
	}
	/* Where a bypass is heard instead of a level, dim cannot go over into that level. */
	if (amp_int(amp, CONTROL_DIM) && !is_bypassed(amp, 0) && !is_bypassed(amp, 1) &&
	    amp_int(amp, volumes[v].level) - amp->dim_base[v] > -amp_int(amp, CONTROL_DIM_AMOUNT)) {
		end_dim_here(amp);
	}
}

static int set_level(struct amp *amp, int v, int level, struct refusal *ret_refusal)
{
	int limit = amp_int(amp, volumes[v].limit);
	char got[LEVEL_BYTES], most[LEVEL_BYTES];

	if (level > limit) {
		refuse_saying(ret_refusal, SAYING_ABOVE_LIMIT, half_db_say(level, got),
			      volumes[v].name, half_db_say(limit, most), NULL);
		return -EPERM;
	}
	turn_level(amp, v, level);
	return 0;
}

/* Where the levels of an input are kept: its own memory, or that of all the others. */
static struct control_ref level_slot(const struct amp *amp, int v, int input)
{
	if (amp_input_int(amp, CONTROL_INPUT_LEVEL_MEMORY, input)) {
		return (struct control_ref){volumes[v].memory, input};
	}
	return single(volumes[v].shared);
}

static void keep_level(struct amp *amp, struct control_ref slot, int level)
{
	put_int(amp, slot.id, slot.instance, level);
}

static int select_input(struct amp *amp, int input, struct refusal *ret_refusal)
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
		keep_level(amp, from, amp_int(amp, volumes[v].level));
		put_int(amp, volumes[v].level, 0, amp_value(amp, to)->half_db);
	}
	put_int(amp, CONTROL_INPUT, 0, input);
	ask_for_bypass(amp);
	hold_limits(amp);
	remember_dim_base(amp);
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

static int step_input(struct amp *amp, int steps, struct refusal *ret_refusal)
{
	int input = amp_int(amp, CONTROL_INPUT);

	for (int left = abs(steps % (INPUTS * 60)); left > 0; left--) {
		input = next_input(amp, input, steps < 0 ? -1 : 1);
	}
	return input == amp_int(amp, CONTROL_INPUT) ? 0 : select_input(amp, input, ret_refusal);
}

static int set_enabled(struct amp *amp, int input, int on, struct refusal *ret_refusal)
{
	char number[12];

	if (!on && input == amp_int(amp, CONTROL_INPUT)) {
		snprintf(number, sizeof(number), "%d", input + 1);
		refuse_saying(ret_refusal, SAYING_INPUT_SELECTED, number, NULL);
		return -EPERM;
	}
	put_int(amp, CONTROL_INPUT_ENABLED, input, on);
	return 0;
}

/* A memory begins with the levels of now, and so do the shared ones that it parts from. */
static void set_level_memory(struct amp *amp, int input, int on)
{
	int selected = amp_int(amp, CONTROL_INPUT);

	for (int v = 0; v < 2; v++) {
		keep_level(amp, level_slot(amp, v, selected), amp_int(amp, volumes[v].level));
		if (on) {
			put_int(amp, volumes[v].memory, input, amp_int(amp, volumes[v].shared));
		} else if (input == selected) {
			put_int(amp, volumes[v].shared, 0, amp_int(amp, volumes[v].level));
		}
	}
	put_int(amp, CONTROL_INPUT_LEVEL_MEMORY, input, on);
}

static void set_power(struct amp *amp, int on)
{
	put_int(amp, CONTROL_POWER, 0, on);
	if (on) {
		lower_to_start(amp);
	}
}

/* A name of the tables, in full. */
static int set_name(struct amp *amp, struct control_ref ref, const struct value *value,
		    struct refusal *ret_refusal)
{
	struct value name = *value;
	int error = amp_complete_name(amp, ref.id, &name, ret_refusal);

	if (error == 0) {
		put(amp, ref, &name);
	}
	return error;
}

/* A value that is known to be valid and to differ from the present one. */
static int set(struct amp *amp, struct control_ref ref, const struct value *value,
	       struct refusal *ret_refusal)
{
	int error = check_profile(amp, ref, value, ret_refusal);

	if (error < 0) {
		return error;
	}
	if (crossfeed_controls_own(ref.id)) {
		crossfeed_controls_set(amp, ref.id, value);
		return 0;
	}
	switch (ref.id) {
	case CONTROL_HEADPHONE_LEVEL:
		return set_level(amp, 0, value->half_db, ret_refusal);
	case CONTROL_LINE_LEVEL:
		return set_level(amp, 1, value->half_db, ret_refusal);
	case CONTROL_INPUT:
		return select_input(amp, value->choice, ret_refusal);
	case CONTROL_INPUT_ENABLED:
		return set_enabled(amp, ref.instance, value->on, ret_refusal);
	case CONTROL_INPUT_LEVEL_MEMORY:
		set_level_memory(amp, ref.instance, value->on);
		return 0;
	case CONTROL_POWER:
		set_power(amp, value->on);
		return 0;
	case CONTROL_DIM:
		remember_dim_base(amp);
		break;
	case CONTROL_PROTECT_SPL_LIMIT:
		if (value->number > 0 && !load_knows_spl(&amp->load)) {
			return refuse_saying(ret_refusal, SAYING_LOAD_UNKNOWN, NULL);
		}
		break;
	case CONTROL_INPUT_BYPASS:
		ask_for_bypass(amp);
		break;
	case CONTROL_LOAD_HEADPHONE:
	case CONTROL_LOAD_AMPLIFIER:
		return set_name(amp, ref, value, ret_refusal);
	default:
		break;
	}
	put(amp, ref, value);
	hold_limits(amp);
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
			if (ref.id == volumes[v].level) {
				value.half_db = clamp(value.half_db, HALF_DB_MUTE,
						      amp_int(amp, volumes[v].limit));
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

/* A key that is held down on the way up pauses once before it gets loud. */
static void hold_step(struct amp *amp, int v, uint64_t now_ms, struct value *value)
{
	int level = amp_int(amp, volumes[v].level), limit = amp_int(amp, volumes[v].limit);
	int wanted = value->half_db;
	char here[LEVEL_BYTES], below[LEVEL_BYTES];

	value->half_db = held_level(&amp->held[v], level, wanted, limit, now_ms);
	if (value->half_db < wanted) {
		snprintf(below, sizeof(below), "%d dB", (limit - value->half_db) / 2);
		amp_note(amp, SAYING_PAUSED, volumes[v].name, half_db_say(value->half_db, here),
			 below, NULL);
	}
}

static int step(struct amp *amp, const struct command *command, struct refusal *ret_refusal)
{
	struct control_ref ref = command->ref;
	struct value value = {.text = ""};
	int error;

	if (ref.id == CONTROL_INPUT) {
		return step_input(amp, command->steps, ret_refusal);
	}
	error = step_value(amp, ref, command->steps, &value, ret_refusal);
	for (int v = 0; v < 2 && error == 0; v++) {
		if (ref.id == volumes[v].level) {
			hold_step(amp, v, command->time_ms, &value);
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
		settle(amp);
	}
	return error;
}

void amp_report(struct amp *amp, struct control_ref ref, const struct value *value)
{
	put(amp, ref, value);
	settle(amp);
}

void amp_report_device(struct amp *amp, enum output output, enum device_state state)
{
	enum control_id row = output_rows[output].device_state;
	int before = amp_int(amp, row);
	struct lowered lowered = {"", ""};

	put_int(amp, row, 0, (int)state);
	if (output == OUTPUT_HEADPHONE && before == DEVICE_WAITING && state == DEVICE_CONNECTED) {
		lower_volume(amp, 0, &lowered);
		lower_memories(amp, 0);
		if (lowered.from[0]) {
			amp_note(amp, SAYING_LOWERED_AT_PLUG, lowered.from, lowered.to, NULL);
		}
		remember_dim_base(amp);
	}
	settle(amp);
}

void amp_report_meter(struct amp *amp, struct control_ref ref, double number)
{
	amp->values[ref.id][ref.instance].number = number;
}

void amp_report_number(struct amp *amp, enum control_id id, double number)
{
	const struct value value = {.number = number};

	amp_report(amp, single(id), &value);
}

void amp_report_text(struct amp *amp, enum control_id id, const char *format, ...)
{
	struct value value = {.text = ""};
	va_list args;

	va_start(args, format);
	vsnprintf(value.text, sizeof(value.text), format, args);
	va_end(args);
	put(amp, single(id), &value);
}

void amp_note_saying(struct amp *amp, const struct saying *saying)
{
	struct value value = {.text = ""};

	saying_write(saying, value.text, sizeof(value.text));
	amp->notice = *saying;
	put(amp, single(CONTROL_SYSTEM_NOTICE), &value);
}

void amp_note(struct amp *amp, enum saying_id id, ...)
{
	struct saying saying;
	va_list strings;

	va_start(strings, id);
	saying_make(&saying, id, strings);
	va_end(strings);
	amp_note_saying(amp, &saying);
}

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
			put_int(amp, mutes[o], 0, 1);
		}
	}
	hold_down(amp, heard);
}

void amp_reset(struct amp *amp)
{
	const int levels[2] = {amp_int(amp, volumes[0].level), amp_int(amp, volumes[1].level)};
	const int power = amp_int(amp, CONTROL_POWER);
	struct control_ref ref = {0, -1};
	const unsigned int silent = find_silent(amp);
	int heard[OUTPUTS];

	hear(amp, heard);
	while (controls_next(&ref)) {
		if (controls[ref.id].flags & CONTROL_KEPT) {
			struct value value = control_default(ref);

			put(amp, ref, &value);
		}
	}
	put_int(amp, CONTROL_POWER, 0, power);
	for (int v = 0; v < 2; v++) {
		if (levels[v] < amp_int(amp, volumes[v].level)) {
			put_int(amp, volumes[v].level, 0, levels[v]);
		}
	}
	keep_quiet(amp, silent, heard);
	lower_to_start(amp);
	settle(amp);
}

bool amp_take_change(struct amp *amp, struct control_ref *ret_ref)
{
	for (int id = 0; id < CONTROL_COUNT; id++) {
		if (amp->changed[id] != 0) {
			ret_ref->id = (enum control_id)id;
			ret_ref->instance = __builtin_ctz(amp->changed[id]);
			amp->changed[id] &= (uint8_t)(amp->changed[id] - 1);
			return true;
		}
	}
	return false;
}
