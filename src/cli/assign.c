/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * --set PATH=VALUE.
 */
#include "assign.h"

#include <stdio.h>
#include <string.h>

int assign_read(const struct subcommand *self, const char *text, struct command *ret_command)
{
	char path[PATH_BYTES];
	const char *equals = strchr(text, '=');
	struct refusal refusal;

	if (!equals || equals == text || equals - text >= PATH_BYTES) {
		return say_wrong(self, "--set %s: give PATH=VALUE", text);
	}
	snprintf(path, sizeof(path), "%.*s", (int)(equals - text), text);
	if (command_parse_set(path, equals + 1, ret_command, &refusal) < 0) {
		return say_wrong(self, "%s: %s", path, refusal.text);
	}
	return GO_ON;
}

int assign_do(const struct subcommand *self, struct amp *amp, const struct command *command)
{
	char path[PATH_BYTES];
	struct refusal refusal;

	if (amp_command(amp, command, &refusal) < 0) {
		return say_wrong(self, "%s: %s", control_path(command->ref, path), refusal.text);
	}
	return GO_ON;
}

int assign(const struct subcommand *self, struct amp *amp, const char *text)
{
	struct command command = {0};
	int code = assign_read(self, text, &command);

	return code == GO_ON ? assign_do(self, amp, &command) : code;
}
