/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain watch: values as they are, and each change as it comes.
 */
#include <stdio.h>

#include "amplifier.h"

/* JSON is one line for each message, so that a program can read it line by line. */
static int print_message(const struct subcommand *self, json_t *message, bool json)
{
	if (json) {
		json_dumpf(message, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15));
		putchar('\n');
	} else {
		print_values(json_object_get(message, "set"), false);
	}
	return end_output(self);
}

static int follow(const struct arguments *arguments, json_t *paths)
{
	struct amplifier *amplifier = NULL;
	json_t *message = NULL;
	int code = amplifier_connect(arguments->self, arguments->socket, &amplifier);

	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier, json_pack("{s:O}", "watch", paths), &message);
	while (code == EXIT_DONE) {
		code = print_message(arguments->self, message, arguments->json);
		json_decref(message);
		if (code == EXIT_DONE) {
			code = amplifier_listen(amplifier, &message);
		}
	}
	amplifier_close(amplifier);
	return code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *paths = json_array();
	int code;

	code = arguments_paths(&arguments, self, argc, argv, paths);
	if (code == GO_ON) {
		code = follow(&arguments, paths);
	}
	json_decref(paths);
	return code;
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_watch = {
	.name = "watch",
	.arguments = "[PATH...]",
	.summary = "Prints values, and each change as it comes, until Ctrl-C",
	.details = "With --json, one object a line: {\"rev\": n, \"set\": {path: value, ...}}.",
	.options = options,
	.completes = COMPLETES_PATHS,
	.run = run,
};
