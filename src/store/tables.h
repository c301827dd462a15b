/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The user's own tables of headphones and amplifiers: headphones.tsv and amplifiers.tsv in
 * $XDG_CONFIG_HOME/wiregain, or ~/.config/wiregain. Any thread.
 */
#ifndef WIREGAIN_TABLES_H
#define WIREGAIN_TABLES_H

#include "load_table.h"

struct tables {
	struct load_tables load;
	char *headphones, *amplifiers; /* what `load` points into */
};

/*
 * Reads and checks them; a file that is not there is an empty table. 0; or a negative errno, with
 * file, line and reason, and then *ret_tables is empty. To be closed either way.
 */
int tables_open(struct tables *ret_tables, struct refusal *ret_refusal);

void tables_close(struct tables *tables);

/*
 * Where a file of the user's is that stands beside them. To be freed; NULL with errno: ENOMEM, or
 * ENOENT without a place for it.
 */
char *tables_path(const char *name);

#endif
