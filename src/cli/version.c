/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain version.
 */
#include <stdio.h>

#include "arguments.h"

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	int code = arguments_read(&arguments, self, argc, argv, NULL, NULL);

	if (code != GO_ON) {
		return code;
	}
	printf(arguments.json ? "{\"version\": \"%s\"}\n" : "wiregain %s\n", WIREGAIN_VERSION);
	return end_output(self);
}

static const struct option_row options[] = {JSON_OPTION, {0}};

const struct subcommand subcommand_version = {
	.name = "version",
	.arguments = "",
	.summary = "Prints the version of this program",
	.options = options,
	.run = run,
};
