/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain set: controls to values, all of them or none.
 */
#include <string.h>

#include "amplifier.h"

struct wish {
	const char *socket;
	json_t *values;
	bool json;
};

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

static int read_arguments(const struct subcommand *self, int argc, char **argv, struct wish *wish)
{
	struct arguments arguments;
	int code;

	arguments_init(&arguments, self, argc, argv);
	while ((code = arguments_next(&arguments)) != ARGUMENTS_END) {
		switch (code) {
		case OPTION_SOCKET:
			wish->socket = arguments.text;
			break;
		case OPTION_JSON:
			wish->json = true;
			break;
		case ARGUMENT:
			code = add_assignment(self, wish->values, arguments.text);
			if (code >= 0) {
				return code;
			}
			break;
		default:
			return arguments.exit_code;
		}
	}
	if (json_object_size(wish->values) == 0) {
		return say_wrong(self, "give at least one PATH=VALUE");
	}
	return -1;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct wish wish = {.values = json_object()};
	json_t *reply = NULL;
	int code = read_arguments(self, argc, argv, &wish);

	if (code < 0) {
		code = amplifier_change(self, wish.socket, json_pack("{s:O}", "set", wish.values),
					&reply);
		if (code == EXIT_DONE) {
			print_values(json_object_get(reply, "set"), wish.json);
			code = end_output(self);
		}
	}
	json_decref(reply);
	json_decref(wish.values);
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
