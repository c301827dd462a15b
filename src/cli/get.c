/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain get: values of controls.
 */
#include <stdio.h>

#include "amplifier.h"

static void print_reply(const json_t *paths, bool json, json_t *reply)
{
	json_t *values = json_object_get(reply, "set");
	const char *path = json_string_value(json_array_get(paths, 0));
	const json_t *value = path ? json_object_get(values, path) : NULL;

	if (json_array_size(paths) == 1 && json_object_size(values) == 1 && value && !json) {
		print_bare_value(path, value);
	} else {
		print_values(values, json);
	}
}

static int ask(const struct arguments *arguments, json_t *paths)
{
	struct amplifier *amplifier = NULL;
	json_t *reply = NULL;
	int code = amplifier_connect(arguments->self, arguments->socket, &amplifier);

	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier, json_pack("{s:O}", "get", paths), &reply);
	amplifier_close(amplifier);
	if (code == EXIT_DONE) {
		print_reply(paths, arguments->json, reply);
		json_decref(reply);
		code = end_output(arguments->self);
	}
	return code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *paths = json_array();
	int code;

	code = arguments_paths(&arguments, self, argc, argv, paths);
	if (code == GO_ON) {
		code = ask(&arguments, paths);
	}
	json_decref(paths);
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
