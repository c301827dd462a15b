/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The command line: the table of subcommands, and what they share. Here alone is printed and
 * exited. A subcommand is one file; its row says all that help and completion need.
 */
#ifndef WIREGAIN_CLI_H
#define WIREGAIN_CLI_H

#include <stdbool.h>

enum exit_code {
	GO_ON = -1, /* none yet */
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* it could not be done */
	EXIT_WRONG = 2,  /* it was asked wrongly */
};

/* What the arguments that are no options are, for completion. */
enum completes {
	COMPLETES_NOTHING,
	COMPLETES_PATHS,       /* controls with a value */
	COMPLETES_ASSIGNMENTS, /* PATH=VALUE of controls that can be set */
	COMPLETES_STEPS,       /* PATH, then a number */
	COMPLETES_ACTIONS,
	COMPLETES_FILES,
	COMPLETES_SHELLS,
	COMPLETES_SUBCOMMANDS,
	COMPLETES_HEADPHONES, /* names of the tables */
	COMPLETES_AMPLIFIERS,
};

struct option_row {
	const char *name;     /* "socket" */
	const char *argument; /* "PATH"; NULL: a switch */
	const char *help;
	enum completes completes; /* what its argument is */
	const char *words;        /* or the words that it may be, with spaces between; or NULL */
	int code;                 /* by which it is told apart; a letter if it has a short form */
};

#define OPTIONS_MAX 16

struct subcommand {
	const char *name;
	const char *arguments;            /* "PATH=VALUE..."; "": it takes none */
	const char *summary;              /* one line, no full stop */
	const char *details;              /* for help; may be NULL */
	const struct option_row *options; /* up to a row without a name; may be NULL */
	enum completes completes;
	int (*run)(const struct subcommand *self, int argc, char **argv);
};

/* The table; NULL at the end. */
extern const struct subcommand *const subcommands[];

/* NULL when there is none of that name. */
const struct subcommand *subcommand_find(const char *name);

/* Codes of the options that several subcommands have. */
enum {
	OPTION_SOCKET = 256,
	OPTION_JSON,
	OPTION_OWN, /* the first that a subcommand may use for itself */
};

#define SOCKET_OPTION                                                                   \
	{                                                                               \
		"socket", "PATH", "the socket of the amplifier", COMPLETES_FILES, NULL, \
			OPTION_SOCKET                                                   \
	}
#define JSON_OPTION                                                              \
	{                                                                        \
		"json", NULL, "print JSON", COMPLETES_NOTHING, NULL, OPTION_JSON \
	}

/* Says on standard error what is wrong, and returns EXIT_WRONG or EXIT_FAILED. */
int say_wrong(const struct subcommand *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int say_failed(const struct subcommand *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The last word of a subcommand that printed: EXIT_FAILED, and said why, when it got nowhere. */
int end_output(const struct subcommand *self);

void print_help(const struct subcommand *subcommand);

extern const struct subcommand subcommand_run, subcommand_get, subcommand_set, subcommand_step,
	subcommand_do, subcommand_watch, subcommand_export, subcommand_import, subcommand_render,
	subcommand_reset, subcommand_controls, subcommand_completion, subcommand_version,
	subcommand_help, subcommand_panel, subcommand_match, subcommand_dose, subcommand_bench,
	subcommand_meter, subcommand_profile;

#endif
