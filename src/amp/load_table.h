/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The tables of headphones and amplifiers: lines of text with tabs, those of data/ built in, and
 * the user's, which come first. Rows are read where they stand: no allocation. Any thread.
 */
#ifndef WIREGAIN_LOAD_TABLE_H
#define WIREGAIN_LOAD_TABLE_H

#include "controls.h"
#include "load.h"

struct load_text {
	const char *bytes;
	size_t size;
};

/* The user's own tables, checked by load_check_*(), kept by whoever made them. */
struct load_tables {
	struct load_text headphones, amplifiers;
};

extern const struct load_text load_builtin_headphones, load_builtin_amplifiers;

/*
 * Checks a whole table. 0, or -EINVAL with the line, what is wrong with it, and what to do.
 */
int load_check_headphones(struct load_text text, struct refusal *ret_refusal);
int load_check_amplifiers(struct load_text text, struct refusal *ret_refusal);

/* Where an iteration stands; starts as {0}. */
struct load_cursor {
	int table; /* 0: the user's, 1: the built-in one */
	size_t at;
};

/*
 * The next row, the user's first; a built-in row whose name the user's table has is left out.
 * `tables` may be NULL: the built-in ones alone. False after the last.
 */
bool load_next_headphone(const struct load_tables *tables, struct load_cursor *cursor,
			 struct load_headphone *ret_headphone);
bool load_next_amplifier(const struct load_tables *tables, struct load_cursor *cursor,
			 struct load_amplifier *ret_amplifier);

/*
 * Finds a row by its name, or by a part of it that no other has; capitals, blanks and dashes do not
 * count. 0; or -ENOENT, with the nearest names in *ret_refusal.
 */
int load_find_headphone(const struct load_tables *tables, const char *name,
			struct load_headphone *ret_headphone, struct refusal *ret_refusal);
int load_find_amplifier(const struct load_tables *tables, const char *name,
			struct load_amplifier *ret_amplifier, struct refusal *ret_refusal);

#endif
