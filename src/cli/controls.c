/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain controls: the controls table.
 */
#include <stdio.h>
#include <string.h>

#include "amplifier.h"
#include "words.h"

#define VALUES_BYTES 128

static void append(char *text, size_t size, const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s", more);
}

static void describe_level(const struct control *row, char *text)
{
	char least[LEVEL_BYTES], most[LEVEL_BYTES];

	snprintf(text, VALUES_BYTES, "%s to %s dB%s", half_db_format((int)row->minimum, least),
		 half_db_format((int)row->maximum, most),
		 row->flags & CONTROL_MUTABLE ? ", mute" : "");
}

static void describe_values(const struct control *row, char *text)
{
	text[0] = '\0';
	switch (row->type) {
	case TYPE_SWITCH:
		append(text, VALUES_BYTES, "off, on");
		break;
	case TYPE_CHOICE:
		for (int i = 0; row->choices[i]; i++) {
			append(text, VALUES_BYTES, i > 0 ? ", " : "");
			append(text, VALUES_BYTES, row->choices[i]);
		}
		break;
	case TYPE_LEVEL:
		describe_level(row, text);
		break;
	case TYPE_NUMBER:
		if (row->access == ACCESS_NONE) {
			snprintf(text, VALUES_BYTES, "number%s%s", row->unit ? " of " : "",
				 row->unit ? row->unit : "");
		} else {
			snprintf(text, VALUES_BYTES, "%s%g to %g %s",
				 row->flags & CONTROL_OFF_AT_0 ? "off, " : "", row->minimum,
				 row->maximum, row->unit ? row->unit : "");
		}
		break;
	case TYPE_TEXT:
		snprintf(text, VALUES_BYTES, "text");
		break;
	case TYPE_ACTION:
		snprintf(text, VALUES_BYTES, "action");
		break;
	}
}

/* Puts a word where a row's path has its instance. */
static void name_instance(char path[PATH_BYTES], const char *mark, const char *word)
{
	char *at = strstr(path, mark);
	char rest[PATH_BYTES];

	if (at) {
		snprintf(rest, sizeof(rest), "%s", at + strlen(mark));
		snprintf(at, PATH_BYTES - (size_t)(at - path), "%s%s", word, rest);
	}
}

/* "input.N.trim" once, for all its instances. */
static void print_row(enum control_id id)
{
	const struct control *row = &controls[id];
	const struct control_ref first = {id, 0};
	struct value initial = control_default(first);
	char path[PATH_BYTES], values[VALUES_BYTES], text[TEXT_BYTES];

	snprintf(path, sizeof(path), "%s", row->path);
	name_instance(path, "%d", "N");
	name_instance(path, "%s", control_instances(id) == 3 ? "POINT" : "SIDE");
	describe_values(row, values);
	control_format(first, &initial, text);
	printf("%-36s  %-44s  %s\n", path, values,
	       row->access == ACCESS_NONE ? "(a reading)"
	       : row->type == TYPE_ACTION ? ""
	       : text[0]                  ? text
					  : "(empty)");
	printf("    %s\n", row->help);
}

static void print_table(void)
{
	printf("%-36s  %-44s  %s\n", "CONTROL", "VALUES", "DEFAULT");
	for (int id = 0; id < CONTROL_COUNT; id++) {
		print_row((enum control_id)id);
	}
	printf("\nN is the number of an input, 1 to %d; POINT is input, headphone or line; SIDE is "
	       "one "
	       "of these\nand .left or .right.\n",
	       INPUTS);
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	int code = arguments_read(&arguments, self, argc, argv, NULL, NULL);

	if (code != GO_ON) {
		return code;
	}
	if (arguments.json) {
		json_t *table = words_controls();

		print_json(table);
		json_decref(table);
	} else {
		print_table();
	}
	return end_output(self);
}

static const struct option_row options[] = {JSON_OPTION, {0}};

const struct subcommand subcommand_controls = {
	.name = "controls",
	.arguments = "",
	.summary = "Lists everything that can be set or read",
	.options = options,
	.run = run,
};
