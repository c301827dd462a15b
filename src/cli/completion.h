/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Completion scripts, one file for each shell, all from the two tables.
 */
#ifndef WIREGAIN_COMPLETION_H
#define WIREGAIN_COMPLETION_H

#include "cli.h"
#include "load_table.h"

void print_bash_completion(void);
void print_zsh_completion(void);
void print_fish_completion(void);

bool control_is_readable(struct control_ref ref);
bool control_is_settable(struct control_ref ref);

/* The word at `index` that a control may be set to, or NULL. Numbers and texts have few or none. */
const char *control_word(struct control_ref ref, int index);

/*
 * Prints the names of a table as words that need no quotes, "sennheiser-hd-650", with a blank
 * between them.
 */
void print_table_words(enum completes completes);

/* The same word of one name. `word` holds LOAD_NAME_BYTES bytes. Returns `word`. */
char *table_word(const char *name, char *word);

/* Prints a text in single quotes, those within it written as `quote`. */
void print_quoted(const char *text, const char *quote);

#endif
