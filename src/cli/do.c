/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain do: an action.
 */
#include "amplifier.h"

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	const char *path;
	json_t *reply = NULL;
	int code;

	code = arguments_words(&arguments, self, argc, argv, &path, 1, "one action at a time");
	if (code != GO_ON) {
		return code;
	}
	if (!path) {
		return say_wrong(self,
				 "give the path of an action: `wiregain controls` lists them");
	}
	code = amplifier_change(self, arguments.socket, json_pack("{s:s}", "do", path), &reply);
	json_decref(reply);
	return code;
}

static const struct option_row options[] = {SOCKET_OPTION, {0}};

const struct subcommand subcommand_do = {
	.name = "do",
	.arguments = "PATH",
	.summary = "Does an action, such as system.reset",
	.options = options,
	.completes = COMPLETES_ACTIONS,
	.run = run,
};
