/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain help: from the table of subcommands.
 */
#include <stdio.h>

#include "arguments.h"

static void print_option(const struct option_row *row)
{
	char name[48];

	snprintf(name, sizeof(name), "%s%c%s--%s%s%s", row->code < OPTION_SOCKET ? "-" : " ",
		 row->code < OPTION_SOCKET ? row->code : ' ',
		 row->code < OPTION_SOCKET ? ", " : "  ", row->name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
	printf("  %-28s %s\n", name, row->help);
}

void print_help(const struct subcommand *subcommand)
{
	static const struct option_row help = {.name = "help", .help = "this", .code = 'h'};

	printf("usage: wiregain %s%s%s%s\n\n%s.\n", subcommand->name,
	       subcommand->options ? " [OPTION...]" : "", subcommand->arguments[0] ? " " : "",
	       subcommand->arguments, subcommand->summary);
	if (subcommand->details) {
		printf("\n%s\n", subcommand->details);
	}
	printf("\n");
	for (const struct option_row *row = subcommand->options; row && row->name; row++) {
		print_option(row);
	}
	print_option(&help);
}

static void print_all(void)
{
	printf("Wiregain makes this computer a reference headphone and line amplifier.\n\n");
	for (int i = 0; subcommands[i]; i++) {
		char usage[64];

		snprintf(usage, sizeof(usage), "%s %s", subcommands[i]->name,
			 subcommands[i]->arguments);
		printf("  wiregain %-30s %s\n", usage, subcommands[i]->summary);
	}
	printf("\n`wiregain help SUBCOMMAND` says more about one, `wiregain controls` lists what "
	       "can be set.\n");
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	const struct subcommand *about;
	struct arguments arguments;
	const char *name;
	int code;

	code = arguments_words(&arguments, self, argc, argv, &name, 1, "one subcommand at a time");
	if (code != GO_ON) {
		return code;
	}
	about = name ? subcommand_find(name) : NULL;
	if (name && !about) {
		return say_wrong(self, "there is no subcommand %s", name);
	}
	if (about) {
		print_help(about);
	} else {
		print_all();
	}
	return end_output(self);
}

const struct subcommand subcommand_help = {
	.name = "help",
	.arguments = "[SUBCOMMAND]",
	.summary = "Says what the subcommands do",
	.completes = COMPLETES_SUBCOMMANDS,
	.run = run,
};
