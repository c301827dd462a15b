/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain completion: a script for a shell.
 */
#include "completion.h"
#include "arguments.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = {
	{"bash", print_bash_completion},
	{"zsh", print_zsh_completion},
	{"fish", print_fish_completion},
};

bool control_is_readable(struct control_ref ref)
{
	return controls[ref.id].type != TYPE_ACTION;
}

bool control_is_settable(struct control_ref ref)
{
	return control_is_readable(ref) && controls[ref.id].access != ACCESS_NONE;
}

const char *control_word(struct control_ref ref, int index)
{
	static const char *const switch_words[] = {"on", "off"};
	static const char *const next_words[] = {"next", "previous"};
	const struct control *row = &controls[ref.id];
	int count = 0;

	switch (row->type) {
	case TYPE_SWITCH:
		return index < 2 ? switch_words[index] : NULL;
	case TYPE_CHOICE:
		while (row->choices[count]) {
			count++;
		}
		if (index < count) {
			return row->choices[index];
		}
		return (row->flags & CONTROL_NEXT) && index < count + 2 ? next_words[index - count]
									: NULL;
	case TYPE_LEVEL:
		return (row->flags & CONTROL_MUTABLE) && index == 0 ? "mute" : NULL;
	case TYPE_NUMBER:
		return (row->flags & CONTROL_OFF_AT_0) && index == 0 ? "off" : NULL;
	case TYPE_TEXT:
	case TYPE_ACTION:
		break;
	}
	return NULL;
}

char *table_word(const char *name, char *word)
{
	size_t length = 0;

	for (; *name; name++) {
		if (isalnum((unsigned char)*name)) {
			word[length++] = (char)tolower((unsigned char)*name);
		} else if (length > 0 && word[length - 1] != '-') {
			word[length++] = '-';
		}
	}
	while (length > 0 && word[length - 1] == '-') {
		length--;
	}
	word[length] = '\0';
	return word;
}

void print_table_words(enum completes completes)
{
	struct load_cursor cursor = {0};
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	char word[LOAD_NAME_BYTES];

	if (completes == COMPLETES_HEADPHONES) {
		while (load_next_headphone(NULL, &cursor, &headphone)) {
			printf("%s ", table_word(headphone.name, word));
		}
	} else {
		while (load_next_amplifier(NULL, &cursor, &amplifier)) {
			printf("%s ", table_word(amplifier.name, word));
		}
	}
}

void print_quoted(const char *text, const char *quote)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'') {
			printf("%s", quote);
		} else {
			putchar(*text);
		}
	}
	putchar('\'');
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	const char *shell;
	int code = arguments_words(&arguments, self, argc, argv, &shell, 1, "one shell at a time");

	if (code != GO_ON) {
		return code;
	}
	for (size_t i = 0; shell && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].print();
			return end_output(self);
		}
	}
	return say_wrong(self, "give a shell: bash, zsh or fish");
}

const struct subcommand subcommand_completion = {
	.name = "completion",
	.arguments = "SHELL",
	.summary = "Prints a completion script for bash, zsh or fish",
	.details =
		"For this shell: source <(wiregain completion bash), source <(wiregain completion\n"
		"zsh), wiregain completion fish | source. For good: write it to\n"
		"~/.local/share/bash-completion/completions/wiregain, to a file _wiregain in "
		"zsh's\n"
		"fpath, or to ~/.config/fish/completions/wiregain.fish.",
	.completes = COMPLETES_SHELLS,
	.run = run,
};
