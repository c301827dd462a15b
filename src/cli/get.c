/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain get: values of controls.
 */
#include <stdio.h>

#include "amplifier.h"

struct wish {
	const char *socket;
	json_t *paths;
	bool json;
};

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
			if (json_array_append_new(wish->paths, json_string(arguments.text)) < 0) {
				return say_wrong(self, "%s: not UTF-8", arguments.text);
			}
			break;
		default:
			return arguments.exit_code;
		}
	}
	return -1;
}

static void print_reply(const struct wish *wish, json_t *reply)
{
	json_t *values = json_object_get(reply, "set");
	const char *path = json_string_value(json_array_get(wish->paths, 0));
	const json_t *value = path ? json_object_get(values, path) : NULL;

	if (json_array_size(wish->paths) == 1 && json_object_size(values) == 1 && value &&
	    !wish->json) {
		print_bare_value(path, value);
	} else {
		print_values(values, wish->json);
	}
}

static int ask(const struct subcommand *self, const struct wish *wish)
{
	struct amplifier *amplifier = NULL;
	json_t *reply = NULL;
	int code = amplifier_connect(self, wish->socket, &amplifier);

	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier, json_pack("{s:O}", "get", wish->paths), &reply);
	amplifier_close(amplifier);
	if (code == EXIT_DONE) {
		print_reply(wish, reply);
		json_decref(reply);
		code = end_output(self);
	}
	return code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct wish wish = {.paths = json_array()};
	int code = read_arguments(self, argc, argv, &wish);

	if (code < 0) {
		code = ask(self, &wish);
	}
	json_decref(wish.paths);
	return code;
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_get = {
	.name = "get",
	.arguments = "[PATH...]",
	.summary = "Prints the values of controls",
	.details =
		"A single control's value is printed alone. A path that ends in the middle, as in\n"
		"`wiregain get headphone`, means all controls below it; no path means all.",
	.options = options,
	.completes = COMPLETES_PATHS,
	.run = run,
};
