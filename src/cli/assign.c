/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * --set PATH=VALUE.
 */
#include "assign.h"

#include <stdio.h>
#include <string.h>

int assign(const struct subcommand *self, struct amp *amp, const char *text)
{
	char path[PATH_BYTES + 1];
	const char *equals = strchr(text, '=');
	struct command command;
	struct refusal refusal;

	if (!equals || (size_t)(equals - text) >= sizeof(path)) {
		return say_wrong(self, "--set %s: write --set PATH=VALUE", text);
	}
	snprintf(path, sizeof(path), "%.*s", (int)(equals - text), text);
	if (command_parse_set(path, equals + 1, &command, &refusal) < 0 ||
	    amp_command(amp, &command, &refusal) < 0) {
		return say_wrong(self, "%s: %s", path, refusal.text);
	}
	return EXIT_DONE;
}
