/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain watch: values as they are, and each change as it comes.
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

static int follow(const struct subcommand *self, const struct wish *wish)
{
	struct amplifier *amplifier = NULL;
	json_t *message = NULL;
	int code = amplifier_connect(self, wish->socket, &amplifier);

	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier, json_pack("{s:O}", "watch", wish->paths), &message);
	while (code == EXIT_DONE) {
		code = print_message(self, message, wish->json);
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
	struct wish wish = {.paths = json_array()};
	int code = read_arguments(self, argc, argv, &wish);

	if (code < 0) {
		code = follow(self, &wish);
	}
	json_decref(wish.paths);
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
