/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Completion for bash.
 */
#include <stdio.h>

#include "cli.h"
#include "completion.h"

static void print_paths(const char *name, bool (*is_wanted)(struct control_ref))
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES];

	printf("\tlocal %s='", name);
	while (controls_next(&ref)) {
		if (is_wanted(ref)) {
			printf("%s ", control_path(ref, path));
		}
	}
	printf("'\n");
}

static bool is_action(struct control_ref ref)
{
	return controls[ref.id].type == TYPE_ACTION;
}

/* The words of each control, as branches of a case. */
static void print_values(void)
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES];

	printf("_wiregain_values() {\n\tcase $1 in\n");
	while (controls_next(&ref)) {
		if (!control_is_settable(ref) || !control_word(ref, 0)) {
			continue;
		}
		printf("\t%s) echo '", control_path(ref, path));
		for (int i = 0; control_word(ref, i); i++) {
			printf("%s%s", i ? " " : "", control_word(ref, i));
		}
		printf("' ;;\n");
	}
	printf("\tesac\n}\n\n");
}

static void print_what(const char *indent, enum completes completes, const char *words)
{
	static const char *const calls[] = {
		[COMPLETES_NOTHING] = ":",
		[COMPLETES_PATHS] = "_wiregain_words \"$paths\"",
		[COMPLETES_ASSIGNMENTS] = "_wiregain_assignments",
		[COMPLETES_STEPS] = "_wiregain_words \"$settable\"",
		[COMPLETES_ACTIONS] = "_wiregain_words \"$actions\"",
		[COMPLETES_FILES] = "_wiregain_files",
		[COMPLETES_SHELLS] = "_wiregain_words 'bash zsh fish'",
		[COMPLETES_SUBCOMMANDS] = "_wiregain_words \"$subcommands\"",
		[COMPLETES_HEADPHONES] = "_wiregain_words \"$headphones\"",
		[COMPLETES_AMPLIFIERS] = "_wiregain_words \"$amplifiers\"",
	};

	if (words) {
		printf("%s_wiregain_words '%s'", indent, words);
	} else {
		printf("%s%s", indent, calls[completes]);
	}
}

/* What follows an option that takes an argument. */
static void print_option_arguments(void)
{
	printf("\tcase \"$command $previous\" in\n");
	for (int i = 0; subcommands[i]; i++) {
		const struct option_row *row = subcommands[i]->options;

		for (; row && row->name; row++) {
			if (row->argument) {
				printf("\t'%s --%s')", subcommands[i]->name, row->name);
				print_what(" ", row->completes, row->words);
				printf("; return ;;\n");
			}
		}
	}
	printf("\tesac\n");
}

static void print_options(void)
{
	printf("\tcase $command in\n");
	for (int i = 0; subcommands[i]; i++) {
		const struct option_row *row = subcommands[i]->options;

		printf("\t%s) options='--help", subcommands[i]->name);
		for (; row && row->name; row++) {
			printf(" --%s", row->name);
		}
		printf("' ;;\n");
	}
	printf("\tesac\n");
}

static void print_arguments(void)
{
	printf("\tcase $command in\n");
	for (int i = 0; subcommands[i]; i++) {
		printf("\t%s)", subcommands[i]->name);
		print_what(" ", subcommands[i]->completes, NULL);
		printf(" ;;\n");
	}
	printf("\tesac\n");
}

static const char helpers[] =
	"_wiregain_words() {\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
	"}\n\n"
	"_wiregain_files() {\n"
	"\tcompopt -o filenames\n"
	"\tmapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
	"}\n\n"
	"# PATH=VALUE: what bash replaces begins after the = where that parts words.\n"
	"_wiregain_assignments() {\n"
	"\tif [[ $current != *=* ]]; then\n"
	"\t\tcompopt -o nospace\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -S = -W \"$settable\" -- \"$current\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tlocal before= values=$(_wiregain_values \"${current%%=*}\")\n"
	"\t[[ $COMP_WORDBREAKS == *=* ]] || before=${current%%=*}=\n"
	"\tmapfile -t COMPREPLY < <(\n"
	"\t\tcompgen -P \"$before\" -W \"$values\" -- \"${current#*=}\")\n"
	"}\n\n";

void print_bash_completion(void)
{
	printf("# Completion of wiregain for bash, made by `wiregain completion bash`.\n\n");
	print_values();
	printf("%s_wiregain() {\n", helpers);
	print_paths("paths", control_is_readable);
	print_paths("settable", control_is_settable);
	print_paths("actions", is_action);
	printf("\tlocal headphones='");
	print_table_words(COMPLETES_HEADPHONES);
	printf("'\n\tlocal amplifiers='");
	print_table_words(COMPLETES_AMPLIFIERS);
	printf("'\n\tlocal subcommands='");
	for (int i = 0; subcommands[i]; i++) {
		printf("%s%s", i ? " " : "", subcommands[i]->name);
	}
	printf("'\n"
	       "\tlocal line=${COMP_LINE:0:COMP_POINT} options=\n"
	       "\tlocal current=${line##*[[:space:]]}\n"
	       "\tlocal before=${line%%\"$current\"}\n"
	       "\tlocal -a words\n"
	       "\tread -ra words <<<\"$before\"\n"
	       "\tlocal command=${words[1]} previous=${words[${#words[@]}-1]}\n\n"
	       "\tCOMPREPLY=()\n"
	       "\tif ((${#words[@]} < 2)); then\n"
	       "\t\t_wiregain_words \"$subcommands\"\n"
	       "\t\treturn\n"
	       "\tfi\n");
	print_option_arguments();
	print_options();
	printf("\tif [[ $current == -* ]]; then\n"
	       "\t\t_wiregain_words \"$options\"\n"
	       "\t\treturn\n"
	       "\tfi\n");
	print_arguments();
	printf("}\n\ncomplete -F _wiregain wiregain\n");
}
