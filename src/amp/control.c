/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What can be done with any control by its row alone: find it, read a value, check it, write it.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controls.h"
#include "text.h"

#define FIGURE_BYTES 40 /* a number and its unit, in a sentence */

int refuse(struct refusal *ret_refusal, const char *format, ...)
{
	va_list args;

	if (ret_refusal) {
		va_start(args, format);
		vsnprintf(ret_refusal->text, sizeof(ret_refusal->text), format, args);
		va_end(args);
		ret_refusal->saying.id = SAYING_PLAIN;
	}
	return -EINVAL;
}

int refuse_saying(struct refusal *ret_refusal, enum saying_id id, ...)
{
	va_list strings;

	if (ret_refusal) {
		va_start(strings, id);
		saying_make(&ret_refusal->saying, id, strings);
		va_end(strings);
		saying_write(&ret_refusal->saying, ret_refusal->text, sizeof(ret_refusal->text));
	}
	return -EINVAL;
}

int control_instances(enum control_id id)
{
	int count = controls[id].instances;

	while (controls[id].places && controls[id].places[count]) {
		count++;
	}
	return count > 1 ? count : 1;
}

int control_choices(enum control_id id)
{
	int count = 0;

	while (controls[id].choices && controls[id].choices[count]) {
		count++;
	}
	return count > 0 ? count : 1;
}

bool controls_next(struct control_ref *ref)
{
	if (++ref->instance >= control_instances(ref->id)) {
		ref->id++;
		ref->instance = 0;
	}
	return ref->id < CONTROL_COUNT;
}

char *control_path(struct control_ref ref, char *text)
{
	const struct control *row = &controls[ref.id];

	if (row->places) {
		snprintf(text, PATH_BYTES, row->path, row->places[ref.instance]);
	} else {
		snprintf(text, PATH_BYTES, row->path, ref.instance + 1);
	}
	return text;
}

int control_find(const char *path, struct control_ref *ret_ref, struct refusal *ret_refusal)
{
	struct control_ref ref = {0, -1};
	char nearest[PATH_BYTES] = "";
	unsigned int least = 5;

	while (controls_next(&ref)) {
		char name[PATH_BYTES];
		unsigned int distance = text_distance(path, control_path(ref, name));

		if (distance == 0) {
			*ret_ref = ref;
			return 0;
		}
		if (distance < least) {
			least = distance;
			memcpy(nearest, name, sizeof(nearest));
		}
	}
	if (nearest[0]) {
		refuse(ret_refusal, "there is no control %.64s: did you mean %s?", path, nearest);
	} else {
		refuse(ret_refusal, "there is no control %.64s: `wiregain controls` lists them all",
		       path);
	}
	return -ENOENT;
}

struct value control_default(struct control_ref ref)
{
	const struct control *row = &controls[ref.id];
	struct value value = {.text = ""};

	switch (row->type) {
	case TYPE_SWITCH:
	case TYPE_CHOICE:
	case TYPE_LEVEL:
		value.half_db = (int32_t)row->initial;
		break;
	case TYPE_NUMBER:
		value.number = row->initial;
		break;
	case TYPE_TEXT:
		if (row->texts) {
			text_copy(value.text, sizeof(value.text), row->texts[ref.instance]);
		}
		break;
	case TYPE_ACTION:
		break;
	}
	return value;
}

/* A figure with its unit, for a sentence. Returns `text`, of FIGURE_BYTES. */
static char *say_figure(double number, const char *unit, char *text)
{
	snprintf(text, FIGURE_BYTES, "%g%s%s", number, unit && unit[0] ? " " : "",
		 unit ? unit : "");
	return text;
}

static int check_text(const struct control *row, const char *text, struct refusal *ret_refusal)
{
	int length = memchr(text, '\0', TEXT_BYTES) ? text_length(text) : -EILSEQ;
	char count[FIGURE_BYTES], bound[FIGURE_BYTES];

	if (length < 0) {
		return refuse_saying(ret_refusal, SAYING_NOT_A_TEXT, NULL);
	}
	if (length < row->minimum) {
		return refuse_saying(ret_refusal, SAYING_TEXT_EMPTY,
				     say_figure(row->minimum, NULL, bound), NULL);
	}
	if (length > row->maximum) {
		return refuse_saying(ret_refusal, SAYING_TEXT_LONG, say_figure(length, NULL, count),
				     say_figure(row->maximum, NULL, bound), NULL);
	}
	return 0;
}

/* `word` is the one that lies beyond the range. */
static int refuse_range(const char *value, const char *least, const char *most, const char *word,
			struct refusal *ret_refusal)
{
	return word ? refuse_saying(ret_refusal, SAYING_OUT_OF_RANGE_OR, value, least, most, word,
				    NULL)
		    : refuse_saying(ret_refusal, SAYING_OUT_OF_RANGE, value, least, most, NULL);
}

static int refuse_level_range(const struct control *row, const char *value,
			      struct refusal *ret_refusal)
{
	char least[LEVEL_BYTES], most[LEVEL_BYTES];

	return refuse_range(value, half_db_format((int)row->minimum, least),
			    half_db_say((int)row->maximum, most),
			    row->flags & CONTROL_MUTABLE ? "mute" : NULL, ret_refusal);
}

/* A level in figures; `mute` is a position of its own and not one of them. */
static int check_level(const struct control *row, int half_db, struct refusal *ret_refusal)
{
	char value[FIGURE_BYTES];

	if (half_db < row->minimum || half_db > row->maximum) {
		snprintf(value, sizeof(value), "%.1f dB", half_db / 2.0);
		return refuse_level_range(row, value, ret_refusal);
	}
	return 0;
}

static int check_number(const struct control *row, double number, struct refusal *ret_refusal)
{
	bool may_be_off = (row->flags & CONTROL_OFF_AT_0) != 0;
	char value[FIGURE_BYTES], least[FIGURE_BYTES], most[FIGURE_BYTES];

	if (may_be_off && number == 0) {
		return 0;
	}
	say_figure(number, row->unit, value);
	if (!(number >= row->minimum && number <= row->maximum)) {
		return refuse_range(value, say_figure(row->minimum, NULL, least),
				    say_figure(row->maximum, row->unit, most),
				    may_be_off ? "off" : NULL, ret_refusal);
	}
	if (row->step > 0 && fmod(number, row->step) != 0) {
		return refuse_saying(ret_refusal, SAYING_NOT_A_MULTIPLE, value,
				     say_figure(row->step, row->unit, least), NULL);
	}
	return 0;
}

int control_check(struct control_ref ref, const struct value *value, struct refusal *ret_refusal)
{
	const struct control *row = &controls[ref.id];

	switch (row->type) {
	case TYPE_SWITCH:
		if (value->on != 0 && value->on != 1) {
			return refuse(ret_refusal, "not a switch: use on or off");
		}
		return 0;
	case TYPE_CHOICE:
		if (value->choice < 0 || value->choice >= control_choices(ref.id)) {
			return refuse(ret_refusal, "not one of its choices");
		}
		return 0;
	case TYPE_LEVEL:
		if ((row->flags & CONTROL_MUTABLE) && value->half_db == HALF_DB_MUTE) {
			return 0;
		}
		return check_level(row, value->half_db, ret_refusal);
	case TYPE_NUMBER:
		return check_number(row, value->number, ret_refusal);
	case TYPE_TEXT:
		return check_text(row, value->text, ret_refusal);
	case TYPE_ACTION:
		break;
	}
	return refuse(ret_refusal, "an action has no value: use `wiregain do`");
}

static int parse_switch(const char *text, struct value *ret_value, struct refusal *ret_refusal)
{
	static const char *const words[] = {"off", "on", "false", "true", "0", "1"};

	for (int i = 0; i < 6; i++) {
		if (strcmp(text, words[i]) == 0) {
			ret_value->on = i & 1;
			return 0;
		}
	}
	return refuse(ret_refusal, "%.40s is not a switch's position: use on or off", text);
}

static int parse_choice(const struct control *row, const char *text, struct value *ret_value,
			struct refusal *ret_refusal)
{
	char list[160] = "";
	size_t length = 0;

	for (int i = 0; row->choices[i]; i++) {
		if (strcmp(text, row->choices[i]) == 0) {
			ret_value->choice = i;
			return 0;
		}
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i ? ", " : "", row->choices[i]);
		if (length >= sizeof(list)) {
			break;
		}
	}
	return refuse(ret_refusal, "%.40s is not one of its choices: use %s", text, list);
}

/* Levels are read in decibels and must lie on the half-dB grid exactly: nothing is rounded. */
static int parse_level(const struct control *row, const char *text, struct value *ret_value,
		       struct refusal *ret_refusal)
{
	char value[FIGURE_BYTES];
	double db;

	if ((row->flags & CONTROL_MUTABLE) && strcmp(text, "mute") == 0) {
		ret_value->half_db = HALF_DB_MUTE;
		return 0;
	}
	if (text_to_double(text, &db) < 0) {
		return refuse(ret_refusal, "%.40s is not a level: use a number of decibels%s", text,
			      row->flags & CONTROL_MUTABLE ? ", or mute" : "");
	}
	if (fabs(db) > 1000) {
		return refuse_level_range(row, say_figure(db, "dB", value), ret_refusal);
	}
	if (db * 2 != floor(db * 2)) {
		double low = floor(db * 2) / 2;

		return refuse(ret_refusal, "%.40s dB is not a multiple of 0.5 dB: use %.1f or %.1f",
			      text, low, low + 0.5);
	}
	ret_value->half_db = (int32_t)(db * 2);
	return check_level(row, ret_value->half_db, ret_refusal);
}

static int parse_number(const struct control *row, const char *text, struct value *ret_value,
			struct refusal *ret_refusal)
{
	bool may_be_off = (row->flags & CONTROL_OFF_AT_0) != 0;

	if (may_be_off && strcmp(text, "off") == 0) {
		ret_value->number = 0;
		return 0;
	}
	if (text_to_double(text, &ret_value->number) < 0) {
		return refuse(ret_refusal, "%.40s is not a number: use %g to %g%s%s%s", text,
			      row->minimum, row->maximum, row->unit ? " " : "",
			      row->unit ? row->unit : "", may_be_off ? ", or off" : "");
	}
	return check_number(row, ret_value->number, ret_refusal);
}

static int parse_text(const struct control *row, const char *text, struct value *ret_value,
		      struct refusal *ret_refusal)
{
	if (text_copy(ret_value->text, sizeof(ret_value->text), text) < 0) {
		return refuse(ret_refusal, "the text is too long: use at most %.0f characters",
			      row->maximum);
	}
	return check_text(row, ret_value->text, ret_refusal);
}

int control_parse(struct control_ref ref, const char *text, struct value *ret_value,
		  struct refusal *ret_refusal)
{
	const struct control *row = &controls[ref.id];
	struct value value = {.text = ""};
	int error = -EINVAL;

	switch (row->type) {
	case TYPE_SWITCH:
		error = parse_switch(text, &value, ret_refusal);
		break;
	case TYPE_CHOICE:
		error = parse_choice(row, text, &value, ret_refusal);
		break;
	case TYPE_LEVEL:
		error = parse_level(row, text, &value, ret_refusal);
		break;
	case TYPE_NUMBER:
		error = parse_number(row, text, &value, ret_refusal);
		break;
	case TYPE_TEXT:
		error = parse_text(row, text, &value, ret_refusal);
		break;
	case TYPE_ACTION:
		error = refuse(ret_refusal, "an action has no value: use `wiregain do`");
		break;
	}
	if (error == 0) {
		*ret_value = value;
	}
	return error;
}

char *control_format(struct control_ref ref, const struct value *value, char *text)
{
	const struct control *row = &controls[ref.id];

	text[0] = '\0';
	switch (row->type) {
	case TYPE_SWITCH:
		text_copy(text, TEXT_BYTES, value->on ? "on" : "off");
		break;
	case TYPE_CHOICE:
		text_copy(text, TEXT_BYTES, row->choices[value->choice]);
		break;
	case TYPE_LEVEL:
		half_db_format(value->half_db, text);
		break;
	case TYPE_NUMBER:
		if ((row->flags & CONTROL_OFF_AT_0) && value->number == 0) {
			text_copy(text, TEXT_BYTES, "off");
		} else {
			text_from_double(value->number, text, TEXT_BYTES);
		}
		break;
	case TYPE_TEXT:
		text_copy(text, TEXT_BYTES, value->text);
		break;
	case TYPE_ACTION:
		break;
	}
	return text;
}

bool control_equal(struct control_ref ref, const struct value *a, const struct value *b)
{
	switch (controls[ref.id].type) {
	case TYPE_SWITCH:
	case TYPE_CHOICE:
	case TYPE_LEVEL:
		return a->half_db == b->half_db;
	case TYPE_NUMBER:
		return a->number == b->number;
	case TYPE_TEXT:
		return strcmp(a->text, b->text) == 0;
	case TYPE_ACTION:
		break;
	}
	return true;
}

char *half_db_format(int half_db, char *text)
{
	if (half_db <= HALF_DB_MUTE) {
		memcpy(text, "mute", 5);
		return text;
	}
	snprintf(text, LEVEL_BYTES, "%s%d.%d", half_db < 0 ? "-" : "", abs(half_db) / 2,
		 abs(half_db) % 2 * 5);
	return text;
}

char *half_db_say(int half_db, char *text)
{
	char level[LEVEL_BYTES];

	snprintf(text, LEVEL_BYTES, half_db > HALF_DB_MUTE ? "%.11s dB" : "%s",
		 half_db_format(half_db, level));
	return text;
}

/* 10^(k / 40), so that a gain has the same bits whatever the mathematical library. */
static const double steps[40] = {
	1.0,
	1.0592537251772889,
	1.1220184543019633,
	1.1885022274370185,
	1.2589254117941673,
	1.333521432163324,
	1.4125375446227544,
	1.4962356560944334,
	1.5848931924611134,
	1.6788040181225603,
	1.7782794100389228,
	1.8836490894898006,
	1.9952623149688795,
	2.113489039836647,
	2.2387211385683394,
	2.371373705661655,
	2.51188643150958,
	2.6607250597988097,
	2.8183829312644537,
	2.9853826189179595,
	3.1622776601683795,
	3.3496543915782766,
	3.5481338923357546,
	3.7583740428844417,
	3.9810717055349727,
	4.216965034285822,
	4.466835921509631,
	4.7315125896148045,
	5.011872336272723,
	5.3088444423098835,
	5.623413251903491,
	5.956621435290105,
	6.3095734448019325,
	6.683439175686146,
	7.0794578438413795,
	7.498942093324558,
	7.943282347242815,
	8.413951416451951,
	8.912509381337456,
	9.440608762859235,
};

double half_db_to_lin(int half_db)
{
	/* 10^(half_db / 40) as 10^whole * 10^(rest / 40), so that no digit is lost in the exponent.
	 */
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
	int whole = (half_db - 39 * (half_db < 0)) / 40;
	double part = steps[half_db - 40 * whole];

	if (half_db <= HALF_DB_MUTE) {
		return 0;
	}
	return whole < 0 ? part / powers[-whole] : part * powers[whole];
}
