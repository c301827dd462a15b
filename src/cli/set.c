/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain set: controls to values, all of them or none.
 */
#include <string.h>

#include "amplifier.h"

static int take_assignment(void *data, const struct subcommand *self, int code, const char *text)
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
	error = json_object_setn_new(data, text, (size_t)(equals - text), value);
	return error < 0 ? say_wrong(self, "%s: not UTF-8", text) : GO_ON;
}

static int set(const struct arguments *arguments, json_t *values)
{
	json_t *reply = NULL;
	int code;

	if (json_object_size(values) == 0) {
		return say_wrong(arguments->self, "give at least one PATH=VALUE");
	}
	code = amplifier_change(arguments->self, arguments->socket,
				json_pack("{s:O}", "set", values), &reply);
	if (code == EXIT_DONE) {
		print_values(json_object_get(reply, "set"), arguments->json);
		code = end_output(arguments->self);
	}
	json_decref(reply);
	return code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *values = json_object();
	int code = arguments_read(&arguments, self, argc, argv, take_assignment, values);

	if (code == GO_ON) {
		code = set(&arguments, values);
	}
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
