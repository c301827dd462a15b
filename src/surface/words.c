/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Controls and their values as JSON.
 */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "text.h"

/* A number that is whole is written as one: 48000, not 48000.0. */
static json_t *number(double value)
{
	if (value == (double)(json_int_t)value) {
		return json_integer((json_int_t)value);
	}
	return json_real(value);
}

static json_t *level(int half_db)
{
	return half_db <= HALF_DB_MUTE ? json_string("mute") : json_real(half_db / 2.0);
}

/* A switch: true or false; a level, a number: a number, or "mute", "off"; else a string. */
static json_t *value_to_json(struct control_ref ref, const struct value *value)
{
	const struct control *row = &controls[ref.id];

	switch (row->type) {
	case TYPE_SWITCH:
		return json_boolean(value->on);
	case TYPE_CHOICE:
		return json_string(row->choices[value->choice]);
	case TYPE_LEVEL:
		return level(value->half_db);
	case TYPE_NUMBER:
		if ((row->flags & CONTROL_OFF_AT_0) && value->number == 0) {
			return json_string("off");
		}
		return number(value->number);
	case TYPE_TEXT:
		return words_string(value->text);
	case TYPE_ACTION:
		break;
	}
	return json_null();
}

int words_to_text(struct control_ref ref, const json_t *json, char *text,
		  struct refusal *ret_refusal)
{
	enum control_type type = controls[ref.id].type;

	if (json_is_string(json)) {
		if (text_copy(text, TEXT_BYTES, json_string_value(json)) < 0) {
			return refuse(ret_refusal, "the value is too long");
		}
		return 0;
	}
	if (type == TYPE_TEXT) {
		return refuse(ret_refusal, "its value is a string");
	}
	if (json_is_boolean(json)) {
		text_copy(text, TEXT_BYTES, json_is_true(json) ? "on" : "off");
		return type == TYPE_SWITCH ? 0 : refuse(ret_refusal, "it is not a switch");
	}
	if (json_is_integer(json)) {
		snprintf(text, TEXT_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
		return 0;
	}
	if (json_is_real(json)) {
		text_from_double(json_real_value(json), text, TEXT_BYTES);
		return 0;
	}
	return refuse(ret_refusal, "a value is a string, a number, true or false");
}

json_t *words_string(const char *text)
{
	json_t *json;
	char *copy;

	json_text_watch();
	json = json_string(text);
	if (json || json_text_missed_memory()) {
		return json;
	}
	/* A text that was cut within a character, or that never was UTF-8. */
	copy = strdup(text);
	for (char *at = copy; at && *at; at++) {
		*at = (unsigned char)*at < 0x80 ? *at : '?';
	}
	json = copy ? json_string(copy) : NULL;
	free(copy);
	return json;
}

json_t *words_saying(const struct saying *saying)
{
	char name[SAYING_GAP_BYTES];
	json_t *fills;

	fills = json_object();
	for (int gap = 0; fills && saying_gap(saying->id, gap, name); gap++) {
		if (json_object_set_new(fills, name, words_string(saying_fill(saying, gap))) < 0) {
			json_decref(fills);
			fills = NULL;
		}
	}
	return json_pack("{s:s, s:o}", "code", saying_code(saying->id), "args", fills);
}

json_t *words_values(const struct amp *amp, const struct selection *selection)
{
	struct control_ref ref = {0, -1};
	json_t *values = json_object();
	char path[PATH_BYTES];

	while (values && controls_next(&ref)) {
		if (selection_has(selection, ref) &&
		    json_object_set_new(values, control_path(ref, path),
					value_to_json(ref, amp_value(amp, ref))) < 0) {
			json_decref(values);
			values = NULL;
		}
	}
	return values;
}

static json_t *choices(const struct control *row)
{
	json_t *list = json_array();

	for (int i = 0; list && row->choices && row->choices[i]; i++) {
		json_text_append(&list, json_string(row->choices[i]));
	}
	return list;
}

/* A bound of a row, in the unit of its values; null where there is none. */
static json_t *bound(const struct control *row, double value)
{
	switch (row->type) {
	case TYPE_LEVEL:
		return json_real(value / 2);
	case TYPE_NUMBER:
	case TYPE_TEXT:
		return number(value);
	case TYPE_SWITCH:
	case TYPE_CHOICE:
	case TYPE_ACTION:
		break;
	}
	return json_null();
}

/* The word that stands for a position beyond the range, or null. */
static json_t *beyond(const struct control *row)
{
	return row->flags & CONTROL_MUTABLE    ? json_string("mute")
	       : row->flags & CONTROL_OFF_AT_0 ? json_string("off")
					       : json_null();
}

/* Every row has every member, so that a reader need not ask which are there. */
static json_t *describe(struct control_ref ref)
{
	static const char *const types[] = {"switch", "choice", "level",
					    "number", "text",   "action"};
	static const char *const access[] = {"operate", "setup", "none"};
	const struct control *row = &controls[ref.id];
	struct value initial = control_default(ref);
	char path[PATH_BYTES];

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:b, s:s}",
			 "path", control_path(ref, path), "type", types[row->type], "unit",
			 row->unit ? row->unit : "", "minimum", bound(row, row->minimum), "maximum",
			 bound(row, row->maximum), "step",
			 row->type == TYPE_TEXT ? json_null() : bound(row, row->step), "beyond",
			 beyond(row), "default", value_to_json(ref, &initial), "choices",
			 choices(row), "access", access[row->access], "kept",
			 (row->flags & CONTROL_KEPT) != 0, "meter",
			 (row->flags & CONTROL_METER) != 0, "help", row->help);
}

json_t *words_controls(void)
{
	struct control_ref ref = {0, -1};
	json_t *list = json_array();

	while (list && controls_next(&ref)) {
		json_text_append(&list, describe(ref));
	}
	return list;
}

/* Selects everything below a path: "input.1" or "headphone". Returns how many. */
static int add_below(struct selection *selection, const char *path, size_t length)
{
	struct control_ref ref = {0, -1};
	char name[PATH_BYTES];
	int count = 0;

	while (controls_next(&ref)) {
		control_path(ref, name);
		if (controls[ref.id].type == TYPE_ACTION ||
		    (length > 0 && (strncmp(name, path, length) != 0 || name[length] != '.'))) {
			continue;
		}
		selection_put(selection, ref);
		count++;
	}
	return count;
}

void selection_drop_meters(struct selection *selection)
{
	for (int id = 0; id < CONTROL_COUNT; id++) {
		if (controls[id].flags & CONTROL_METER) {
			selection->bits[id] = 0;
		}
	}
}

int selection_add(struct selection *selection, const char *path, struct refusal *ret_refusal)
{
	size_t length = strlen(path);
	struct control_ref ref;
	int error;

	if (length == 0 || strcmp(path, "*") == 0) {
		add_below(selection, "", 0);
		selection_drop_meters(selection);
		return 0;
	}
	error = control_find(path, &ref, ret_refusal);
	if (error == 0) {
		if (controls[ref.id].type == TYPE_ACTION) {
			return refuse(ret_refusal, "is an action: it has no value");
		}
		selection_put(selection, ref);
		return 0;
	}
	if (length > 2 && strcmp(path + length - 2, ".*") == 0) {
		length -= 2;
	} else if (path[length - 1] == '.') {
		length--;
	}
	return length > 0 && add_below(selection, path, length) > 0 ? 0 : error;
}
