/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain step: a control by so many of its steps.
 */
#include <stdlib.h>

#include "amplifier.h"
#include "text.h"

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	const char *words[2]; /* the path and the number */
	json_t *reply = NULL;
	long steps = 0;
	int code;

	code = arguments_words(&arguments, self, argc, argv, words, 2,
			       "one path and one number are enough");
	if (code != GO_ON) {
		return code;
	}
	if (!words[1]) {
		return say_wrong(self, "give a path and a number of steps: `wiregain step "
				       "headphone.level +1`");
	}
	if (text_to_long(words[1], &steps) < 0) {
		return say_wrong(self, "%s: not a whole number of steps", words[1]);
	}
	code = amplifier_change(self, arguments.socket,
				json_pack("{s:{s:I}}", "step", words[0], (json_int_t)steps),
				&reply);
	if (code == EXIT_DONE) {
		print_values(json_object_get(reply, "set"), arguments.json);
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
