/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain step: a control by so many of its steps.
 */
#include <stdlib.h>

#include "amplifier.h"
#include "text.h"

struct wish {
	const char *socket;
	const char *path;
	const char *steps;
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
			if (wish->steps) {
				return say_wrong(self, "%s: one path and one number are enough",
						 arguments.text);
			}
			*(wish->path ? &wish->steps : &wish->path) = arguments.text;
			break;
		default:
			return arguments.exit_code;
		}
	}
	if (!wish->steps) {
		return say_wrong(self, "give a path and a number of steps: `wiregain step "
				       "headphone.level +1`");
	}
	return -1;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct wish wish = {0};
	json_t *reply = NULL;
	long steps = 0;
	int code = read_arguments(self, argc, argv, &wish);

	if (code >= 0) {
		return code;
	}
	if (text_to_long(wish.steps, &steps) < 0) {
		return say_wrong(self, "%s: not a whole number of steps", wish.steps);
	}
	code = amplifier_change(self, wish.socket,
				json_pack("{s:{s:I}}", "step", wish.path, (json_int_t)steps),
				&reply);
	if (code == EXIT_DONE) {
		print_values(json_object_get(reply, "set"), wish.json);
		code = end_output(self);
	}
	json_decref(reply);
	return code;
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_step = {
	.name = "step",
	.arguments = "PATH N",
	.summary = "Turns a control by N of its steps, up or down",
	.details =
		"A step of a level is 0.5 dB. It stops at the ends and at limits; a choice goes\n"
		"round. Returns once the value is kept, and prints what it is now.",
	.options = options,
	.completes = COMPLETES_STEPS,
	.run = run,
};
