/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain panel: the panel of the running amplifier in the user's browser.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "amplifier.h"

enum {
	OPTION_UNLOCK = OPTION_OWN,
	OPTION_PRINT,
};

/* What was asked for. */
struct wish {
	bool unlock;
	bool print;
};

/* Whether something on this desktop took the address. */
static bool open_browser(char *address)
{
	char name[] = "xdg-open";
	char *const argv[] = {name, address, NULL};
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) {
		return false;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	if (posix_spawnp(&pid, name, &actions, NULL, argv, environ) == 0) {
		waitpid(pid, &status, 0);
	}
	posix_spawn_file_actions_destroy(&actions);
	return status == 0;
}

static int open_panel(const struct subcommand *self, struct amplifier *amplifier, bool print)
{
	json_t *reply = NULL;
	const char *address;
	char *copy;
	int code = amplifier_ask(amplifier, json_pack("{s:[s]}", "get", "system.panel"), &reply);

	if (code != EXIT_DONE) {
		return code;
	}
	address = json_string_value(json_object_get(json_object_get(reply, "set"), "system.panel"));
	if (!address || !address[0]) {
		json_decref(reply);
		return say_failed(self, "this amplifier serves none: start it with --panel "
					"HOST:PORT");
	}
	printf("%s\n", address);
	fflush(stdout);
	copy = strdup(address);
	if (!print && copy && !open_browser(copy)) {
		fprintf(stderr, "wiregain panel: open this address in a browser\n");
	}
	free(copy);
	json_decref(reply);
	return end_output(self);
}

static int unlock(struct amplifier *amplifier)
{
	json_t *reply = NULL;
	int code = amplifier_ask(amplifier, json_pack("{s:b}", "unlock", 1), &reply);

	if (code != EXIT_DONE) {
		return code;
	}
	json_decref(reply);
	return amplifier_sync(amplifier);
}

static int take_option(void *data, const struct subcommand *self, int code, const char *text)
{
	struct wish *wish = data;

	wish->unlock = wish->unlock || code == OPTION_UNLOCK;
	wish->print = wish->print || code == OPTION_PRINT;
	return GO_ON;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct wish wish = {false, false};
	struct amplifier *amplifier = NULL;
	struct arguments arguments;
	int code;

	code = arguments_read(&arguments, self, argc, argv, take_option, &wish);
	if (code != GO_ON) {
		return code;
	}
	code = amplifier_connect(self, arguments.socket, &amplifier);
	if (code != EXIT_DONE) {
		return code;
	}
	code = wish.unlock ? unlock(amplifier) : open_panel(self, amplifier, wish.print);
	amplifier_close(amplifier);
	return code;
}

static const struct option_row options[] = {
	{"print", NULL, "print the address and open nothing", COMPLETES_NOTHING, NULL,
	 OPTION_PRINT},
	{"unlock", NULL, "open the panel's lock, and forget its PIN", COMPLETES_NOTHING, NULL,
	 OPTION_UNLOCK},
	SOCKET_OPTION,
	{0},
};

const struct subcommand subcommand_panel = {
	.name = "panel",
	.arguments = "",
	.summary = "Opens the amplifier's panel in your browser",
	.details =
		"It prints the address too. Panels on other machines need `wiregain run --panel\n"
		"0.0.0.0:8730` and, once, the code of `wiregain get system.pairing`.",
	.options = options,
	.run = run,
};
