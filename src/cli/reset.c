/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain reset: factory reset, asked for twice.
 */
#include <stdio.h>
#include <unistd.h>

#include "amplifier.h"

#define OPTION_YES 'y'

/* EXIT_DONE when the answer is yes. */
static int ask_first(const struct subcommand *self)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO)) {
		return say_wrong(self, "nobody is here to ask: use --yes");
	}
	fprintf(stderr, "Every setting goes back to its default. Sure? [y/N] ");
	if (!fgets(answer, sizeof(answer), stdin) || (answer[0] != 'y' && answer[0] != 'Y')) {
		return say_failed(self, "nothing was changed");
	}
	return EXIT_DONE;
}

static int take_yes(void *data, const struct subcommand *self, int code, const char *text)
{
	bool *sure = data;

	*sure = true;
	return GO_ON;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *reply = NULL;
	bool sure = false;
	int code;

	code = arguments_read(&arguments, self, argc, argv, take_yes, &sure);
	if (code != GO_ON) {
		return code;
	}
	code = sure ? EXIT_DONE : ask_first(self);
	if (code == EXIT_DONE) {
		code = amplifier_change(self, arguments.socket,
					json_pack("{s:s}", "do", "system.reset"), &reply);
		json_decref(reply);
	}
	return code;
}

static const struct option_row options[] = {
	{"yes", NULL, "do not ask", COMPLETES_NOTHING, NULL, OPTION_YES},
	SOCKET_OPTION,
	{0},
};

const struct subcommand subcommand_reset = {
	.name = "reset",
	.arguments = "",
	.summary = "Puts every setting back to its default",
	.details = "Asks first. Nothing gets louder than it is: a level below its default stays. "
		   "The panel's PIN,\n"
		   "logo and pairings are forgotten.",
	.options = options,
	.run = run,
};
