/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain set: controls to values, all of them or none.
 */
#include <string.h>

#include "amplifier.h"

static int add_assignment(const struct subcommand *self, json_t *values, const char *text)
{
	const char *equals = strchr(text, '=');
	json_t *value;
	int error;

	if (!equals || equals == text) {
		return say_wrong(self, "%s: give PATH=VALUE", text);
	}
	value = json_string(equals + 1);
	if (!value) {
		return say_wrong(self, "%s: not UTF-8", text);
	}
	error = json_object_setn_new(values, text, (size_t)(equals - text), value);
	return error < 0 ? say_wrong(self, "%s: not UTF-8", text) : -1;
}

static int read_arguments(struct arguments *arguments, json_t *values)
{
	int code;

	while ((code = arguments_next(arguments)) == ARGUMENT) {
		code = add_assignment(arguments->subcommand, values, arguments->text);
		if (code >= 0) {
			return code;
		}
	}
	if (code != ARGUMENTS_END) {
		return arguments->exit_code;
	}
	if (json_object_size(values) == 0) {
		return say_wrong(arguments->subcommand, "give at least one PATH=VALUE");
	}
	return -1;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *values = json_object(), *reply = NULL;
	int code;

	arguments_init(&arguments, self, argc, argv);
	code = read_arguments(&arguments, values);
	if (code < 0) {
		code = amplifier_change(self, arguments.socket, json_pack("{s:O}", "set", values),
					&reply);
		if (code == EXIT_DONE) {
			print_values(json_object_get(reply, "set"), arguments.json);
			code = end_output(self);
		}
	}
	json_decref(reply);
	json_decref(values);
	return code;
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_set = {
	.name = "set",
	.arguments = "PATH=VALUE...",
	.summary = "Sets controls, all of those named or none",
	.details = "Returns once the values are kept, and prints what they are now. Levels are in\n"
		   "decibels, in steps of 0.5; `mute` lies below the lowest. `input` also takes "
		   "`next`\n"
		   "and `previous`.",
	.options = options,
	.completes = COMPLETES_ASSIGNMENTS,
	.run = run,
};
