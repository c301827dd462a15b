/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Completion for zsh.
 */
#include <stdio.h>

#include "cli.h"
#include "completion.h"

#define QUOTE "'\\''"

static void print_item(const char *name, const char *help)
{
	printf("\t\t'%s:'", name);
	print_quoted(help, QUOTE);
	printf("\n");
}

static bool is_action(struct control_ref ref)
{
	return controls[ref.id].type == TYPE_ACTION;
}

static void print_paths(const char *name, bool (*is_wanted)(struct control_ref))
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES];

	printf("\tlocal -a %s=(\n", name);
	while (controls_next(&ref)) {
		if (is_wanted(ref)) {
			print_item(control_path(ref, path), controls[ref.id].help);
		}
	}
	printf("\t)\n");
}

static void print_subcommands(void)
{
	printf("\tlocal -a subcommands=(\n");
	for (int i = 0; subcommands[i]; i++) {
		print_item(subcommands[i]->name, subcommands[i]->summary);
	}
	printf("\t)\n");
}

/* A function that adds the words of a control. */
static void print_values(void)
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES];

	printf("_wiregain_values() {\n\tcase $1 in\n");
	while (controls_next(&ref)) {
		if (!control_is_settable(ref) || !control_word(ref, 0)) {
			continue;
		}
		printf("\t%s) compadd --", control_path(ref, path));
		for (int i = 0; control_word(ref, i); i++) {
			printf(" %s", control_word(ref, i));
		}
		printf(" ;;\n");
	}
	printf("\tesac\n}\n\n");
}

static void print_what(enum completes completes, const char *words)
{
	static const char *const calls[] = {
		[COMPLETES_NOTHING] = ":",
		[COMPLETES_PATHS] = "_describe control paths",
		[COMPLETES_ASSIGNMENTS] = "_wiregain_assignments",
		[COMPLETES_STEPS] = "_describe control settable",
		[COMPLETES_ACTIONS] = "_describe action actions",
		[COMPLETES_FILES] = "_files",
		[COMPLETES_SHELLS] = "compadd -- bash zsh fish",
		[COMPLETES_SUBCOMMANDS] = "_describe subcommand subcommands",
		[COMPLETES_HEADPHONES] = "compadd -- ${=headphones}",
		[COMPLETES_AMPLIFIERS] = "compadd -- ${=amplifiers}",
	};

	if (words) {
		printf("compadd -- %s", words);
	} else {
		printf("%s", calls[completes]);
	}
}

static void print_option_arguments(const struct subcommand *subcommand)
{
	const struct option_row *row = subcommand->options;

	for (; row && row->name; row++) {
		if (row->argument) {
			printf("\t'%s --%s') ", subcommand->name, row->name);
			print_what(row->completes, row->words);
			printf("; return ;;\n");
		}
	}
}

static void print_arguments(const struct subcommand *subcommand)
{
	const struct option_row *row = subcommand->options;

	printf("\t%s)\n\t\toptions=(\n", subcommand->name);
	for (; row && row->name; row++) {
		printf("\t\t'--%s:'", row->name);
		print_quoted(row->help, QUOTE);
		printf("\n");
	}
	printf("\t\t'--help:help'\n\t\t)\n"
	       "\t\tif [[ $PREFIX == -* ]]; then\n"
	       "\t\t\t_describe option options\n"
	       "\t\telse\n\t\t\t");
	print_what(subcommand->completes, NULL);
	printf("\n\t\tfi ;;\n");
}

void print_zsh_completion(void)
{
	printf("#compdef wiregain\n"
	       "# Completion of wiregain for zsh, made by `wiregain completion zsh`.\n\n");
	print_values();
	printf("_wiregain_assignments() {\n"
	       "\tlocal control=${words[CURRENT]%%%%=*}\n"
	       "\tif compset -P '*='; then\n"
	       "\t\t_wiregain_values $control\n"
	       "\telse\n"
	       "\t\t_describe control settable -S =\n"
	       "\tfi\n"
	       "}\n\n"
	       "_wiregain() {\n");
	print_paths("paths", control_is_readable);
	print_paths("settable", control_is_settable);
	print_paths("actions", is_action);
	print_subcommands();
	printf("\tlocal headphones='");
	print_table_words(COMPLETES_HEADPHONES);
	printf("'\n\tlocal amplifiers='");
	print_table_words(COMPLETES_AMPLIFIERS);
	printf("'\n\tlocal -a options\n"
	       "\tif ((CURRENT == 2)); then\n"
	       "\t\t_describe subcommand subcommands\n"
	       "\t\treturn\n"
	       "\tfi\n"
	       "\tcase \"$words[2] $words[CURRENT-1]\" in\n");
	for (int i = 0; subcommands[i]; i++) {
		print_option_arguments(subcommands[i]);
	}
	printf("\tesac\n\tcase $words[2] in\n");
	for (int i = 0; subcommands[i]; i++) {
		print_arguments(subcommands[i]);
	}
	printf("\tesac\n}\n\n"
	       "if [[ $funcstack[1] == _wiregain ]]; then\n"
	       "\t_wiregain \"$@\"\n"
	       "else\n"
	       "\tcompdef _wiregain wiregain\n"
	       "fi\n");
}
