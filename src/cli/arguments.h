/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading of a subcommand's arguments, by its row of the table. Options may stand anywhere, up to
 * "--"; "-1" and "-32.5" are no options. What is wrong is said here.
 */
#ifndef WIREGAIN_ARGUMENTS_H
#define WIREGAIN_ARGUMENTS_H

#include "cli.h"

/* The code of what is no option. */
#define ARGUMENT 0

/* What the options say that several subcommands have. */
struct arguments {
	const struct subcommand *self;
	const char *socket; /* --socket; NULL: the usual one */
	bool json;          /* --json */
};

/*
 * Reads all of them. Each argument, and each option of the subcommand's own, goes to `take` (NULL:
 * it has neither) with its code and its text; that returns GO_ON, or the exit code and has said
 * why. GO_ON, or the exit code: help was asked for, or something is wrong.
 */
int arguments_read(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		   char **argv,
		   int (*take)(void *data, const struct subcommand *self, int code,
			       const char *text),
		   void *data);

/*
 * The same for a subcommand without options of its own: its arguments, at most `most`, in
 * `ret_words`, and NULL for those that are missing. `enough` is said of one more: "one file at a
 * time".
 */
int arguments_words(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		    char **argv, const char **ret_words, int most, const char *enough);

/* The place of `text` among the words that the option's row allows. GO_ON or EXIT_WRONG. */
int option_word(const struct subcommand *self, int code, const char *text, int *ret_place);

/* A whole number. GO_ON or EXIT_WRONG. */
int option_whole(const struct subcommand *self, int code, const char *text, unsigned int least,
		 unsigned int most, unsigned int *ret_number);

#endif
