/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Completion for fish.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "completion.h"

#define QUOTE "\\'"

static void print_candidate(const char *subcommand, const char *option, const char *word,
			    const char *value, const char *help)
{
	printf("complete -c wiregain -n '__fish_seen_subcommand_from %s'", subcommand);
	if (option) {
		printf(" -l %s -x", option);
	}
	printf(" -a '%s%s' -d ", word, value);
	print_quoted(help, QUOTE);
	printf("\n");
}

static bool is_wanted(struct control_ref ref, enum completes completes)
{
	switch (completes) {
	case COMPLETES_PATHS:
		return control_is_readable(ref);
	case COMPLETES_ASSIGNMENTS:
	case COMPLETES_STEPS:
		return control_is_settable(ref);
	case COMPLETES_ACTIONS:
		return controls[ref.id].type == TYPE_ACTION;
	default:
		return false;
	}
}

static void print_controls(const char *subcommand, const char *option, enum completes completes)
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES + 1];

	while (controls_next(&ref)) {
		const char *help = controls[ref.id].help;
		size_t length;

		if (!is_wanted(ref, completes)) {
			continue;
		}
		length = strlen(control_path(ref, path));
		if (completes == COMPLETES_ASSIGNMENTS) {
			path[length++] = '=';
			path[length] = '\0';
			for (int i = 0; control_word(ref, i); i++) {
				print_candidate(subcommand, option, path, control_word(ref, i),
						help);
			}
		}
		print_candidate(subcommand, option, path, "", help);
	}
}

static void print_names(const char *subcommand, const char *option, enum completes completes)
{
	struct load_cursor cursor = {0};
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	char word[LOAD_NAME_BYTES];

	while (completes == COMPLETES_HEADPHONES &&
	       load_next_headphone(NULL, &cursor, &headphone)) {
		print_candidate(subcommand, option, table_word(headphone.name, word), "",
				headphone.name);
	}
	while (completes == COMPLETES_AMPLIFIERS &&
	       load_next_amplifier(NULL, &cursor, &amplifier)) {
		print_candidate(subcommand, option, table_word(amplifier.name, word), "",
				amplifier.name);
	}
}

static void print_others(const char *subcommand)
{
	for (int i = 0; subcommands[i]; i++) {
		print_candidate(subcommand, NULL, subcommands[i]->name, "",
				subcommands[i]->summary);
	}
}

static void print_what(const struct subcommand *subcommand)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};

	switch (subcommand->completes) {
	case COMPLETES_FILES:
		printf("complete -c wiregain -n '__fish_seen_subcommand_from %s' -F\n",
		       subcommand->name);
		break;
	case COMPLETES_SHELLS:
		for (int i = 0; i < 3; i++) {
			print_candidate(subcommand->name, NULL, shells[i], "", "a shell");
		}
		break;
	case COMPLETES_SUBCOMMANDS:
		print_others(subcommand->name);
		break;
	case COMPLETES_HEADPHONES:
	case COMPLETES_AMPLIFIERS:
		print_names(subcommand->name, NULL, subcommand->completes);
		break;
	default:
		print_controls(subcommand->name, NULL, subcommand->completes);
		break;
	}
}

static void print_options(const struct subcommand *subcommand)
{
	const struct option_row *row = subcommand->options;

	for (; row && row->name; row++) {
		printf("complete -c wiregain -n '__fish_seen_subcommand_from %s' -l %s%s -d ",
		       subcommand->name, row->name,
		       row->completes == COMPLETES_FILES ? " -r -F"
		       : row->argument                   ? " -x"
							 : "");
		print_quoted(row->help, QUOTE);
		printf("\n");
		if (row->words) {
			print_candidate(subcommand->name, row->name, row->words, "", row->help);
		} else if (row->completes == COMPLETES_ASSIGNMENTS) {
			print_controls(subcommand->name, row->name, row->completes);
		} else {
			print_names(subcommand->name, row->name, row->completes);
		}
	}
}

void print_fish_completion(void)
{
	printf("# Completion of wiregain for fish, made by `wiregain completion fish`.\n\n"
	       "complete -c wiregain -f\n"
	       "complete -c wiregain -l help -d help\n");
	for (int i = 0; subcommands[i]; i++) {
		printf("complete -c wiregain -n __fish_use_subcommand -a %s -d ",
		       subcommands[i]->name);
		print_quoted(subcommands[i]->summary, QUOTE);
		printf("\n");
		print_options(subcommands[i]);
		print_what(subcommands[i]);
	}
}
