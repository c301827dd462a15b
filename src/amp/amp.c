/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The amplifier's state. Every change of a value goes through amp_put(), so that nothing changes
 * without being told.
 */
#include "amp.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "amp_inside.h"
#include "amp_load.h"
#include "crossfeed-controls.h"
#include "levels.h"
#include "outputs.h"
#include "profile.h"
#include "protect.h"

void amp_put(struct amp *amp, struct control_ref ref, const struct value *value)
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

void amp_put_int(struct amp *amp, enum control_id id, int instance, int number)
{
	const struct value value = {.half_db = number};

	amp_put(amp, (struct control_ref){id, instance}, &value);
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

	amp_put(amp, single(id), &value);
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
	amp_put_int(amp, CONTROL_PROTECT_CEILING_BY, 0, (int)by);
}

/* What follows from the rest of the state. */
void amp_settle(struct amp *amp)
{
	const struct value angle = {.number = crossfeed_controls_angle(amp)};

	settle_load(amp);
	amp_put(amp, single(CONTROL_CROSSFEED_ANGLE), &angle);
	amp_put_int(amp, CONTROL_HEADPHONE_GAIN, 0, plan_half_db(amp, OUTPUT_HEADPHONE));
	amp_put_int(amp, CONTROL_LINE_GAIN, 0, plan_half_db(amp, OUTPUT_LINE));
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
	amp_settle(amp);
	memset(amp->changed, 0, sizeof(amp->changed));
}

void amp_init_neutral(struct amp *amp)
{
	amp_init(amp);
	for (int v = 0; v < 2; v++) {
		amp_put_int(amp, amp_volumes[v].level, 0, 0);
	}
	amp_put_int(amp, CONTROL_PROTECT_DC, 0, 0);
	amp_put_int(amp, CONTROL_PROTECT_NOISE, 0, 0);
	amp_settle(amp);
	memset(amp->changed, 0, sizeof(amp->changed));
}

void amp_start(struct amp *amp)
{
	int input = amp_int(amp, CONTROL_INPUT);

	if (amp_int(amp, CONTROL_POWER_AUTO_ON)) {
		amp_put_int(amp, CONTROL_POWER, 0, 1);
	}
	if (!amp_input_int(amp, CONTROL_INPUT_ENABLED, input)) {
		amp_put_int(amp, CONTROL_INPUT_ENABLED, input, 1);
	}
	levels_lower(amp);
	amp_settle(amp);
}

void amp_set_profiles(struct amp *amp, const struct profile_book *profiles)
{
	amp->profiles = profiles;
}

/* Whether eq.profile may be that: the name of one that is there, or nothing. */
int amp_check_profile(const struct amp *amp, struct control_ref ref, const struct value *value,
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
		error = amp_check_profile(amp, ref, value, ret_refusal);
	}
	if (error == 0) {
		amp_put(amp, ref, value);
		amp_settle(amp);
	}
	return error;
}

void amp_report(struct amp *amp, struct control_ref ref, const struct value *value)
{
	amp_put(amp, ref, value);
	amp_settle(amp);
}

void amp_report_device(struct amp *amp, enum output output, enum device_state state)
{
	enum control_id row = output_rows[output].device_state;
	int before = amp_int(amp, row);

	amp_put_int(amp, row, 0, (int)state);
	if (output == OUTPUT_HEADPHONE && before == DEVICE_WAITING && state == DEVICE_CONNECTED) {
		levels_lower_plugged(amp);
	}
	amp_settle(amp);
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
	amp_put(amp, single(id), &value);
}

void amp_note_saying(struct amp *amp, const struct saying *saying)
{
	struct value value = {.text = ""};

	saying_write(saying, value.text, sizeof(value.text));
	amp->notice = *saying;
	amp_put(amp, single(CONTROL_SYSTEM_NOTICE), &value);
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
