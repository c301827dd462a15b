/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Values for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amplifier.h"
#include "words.h"

void print_json(const json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	putchar('\n');
}

/* As control_format() writes it; what this version does not know, as JSON has it. */
static void format(const char *path, const json_t *json, char *text, const char **ret_unit)
{
	struct control_ref ref;
	struct value value;

	*ret_unit = "";
	if (control_find(path, &ref, NULL) == 0 && words_to_text(ref, json, text, NULL) == 0) {
		if (control_parse(ref, text, &value, NULL) == 0) {
			control_format(ref, &value, text);
		}
		*ret_unit = controls[ref.id].unit ? controls[ref.id].unit : "";
	} else if (json_is_string(json)) {
		snprintf(text, TEXT_BYTES, "%s", json_string_value(json));
	} else {
		char *raw = json_dumps(json, JSON_ENCODE_ANY);

		snprintf(text, TEXT_BYTES, "%s", raw ? raw : "");
		free(raw);
	}
}

void print_bare_value(const char *path, const json_t *value)
{
	char text[TEXT_BYTES];
	const char *unit;

	format(path, value, text, &unit);
	printf("%s\n", text);
}

static bool has_unit(const char *text)
{
	return strcmp(text, "mute") != 0 && strcmp(text, "off") != 0;
}

void print_values(json_t *values, bool json)
{
	const char *path;
	json_t *value;
	size_t width = 0;

	if (json) {
		print_json(values);
		return;
	}
	json_object_foreach(values, path, value)
	{
		width = strlen(path) > width ? strlen(path) : width;
	}
	json_object_foreach(values, path, value)
	{
		char text[TEXT_BYTES];
		const char *unit;

		format(path, value, text, &unit);
		printf("%-*s = %s%s%s\n", (int)width, path, text,
		       unit[0] && has_unit(text) ? " " : "", has_unit(text) ? unit : "");
	}
}
