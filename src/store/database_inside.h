/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the files of the database share. One thread at a time.
 */
#ifndef WIREGAIN_DATABASE_INSIDE_H
#define WIREGAIN_DATABASE_INSIDE_H

#include <sqlite3.h>

#include "database.h"

enum statement {
	PUT_SETTING,
	PUT_EVENT,
	DROP_EVENTS,
	PUT_MINUTE,
	DROP_MINUTES,
	ROLL_BACK,
	STATEMENTS,
};

struct database {
	sqlite3 *handle;
	sqlite3_stmt *statements[STATEMENTS];
	long schema; /* of the file; 0: it is empty */
	bool read_only;
};

/* The errno of SQLite's last error. */
int database_error(const struct database *database);

/* 0 or a negative errno. */
int database_execute(struct database *database, const char *sql);

/* Runs a statement whose values are bound, and gives it back. 0 or a negative errno. */
int database_run(struct database *database, enum statement which);

#endif
