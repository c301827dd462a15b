/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Headphone profiles in the store's file, as the texts that they were. They are few and rarely
 * change: written whole.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "database_inside.h"
#include "store.h"

#define PROFILES_SCHEMA 4 /* older files have no such table */

static int put_profile(struct database *database, const struct store_profile *profile)
{
	sqlite3_stmt *statement = NULL;
	int error = 0;

	if (sqlite3_prepare_v2(database->handle,
			       "INSERT INTO profiles (name, text) VALUES (?1, ?2)", -1, &statement,
			       NULL) != SQLITE_OK) {
		return database_error(database);
	}
	sqlite3_bind_text(statement, 1, profile->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, profile->text, (int)profile->length, SQLITE_STATIC);
	error = sqlite3_step(statement) == SQLITE_DONE ? 0 : database_error(database);
	sqlite3_finalize(statement);
	return error;
}

int database_put_profiles(struct database *database, const struct store_profiles *profiles)
{
	int error = database_execute(database, "DELETE FROM profiles");

	for (size_t i = 0; error == 0 && i < profiles->count; i++) {
		error = put_profile(database, &profiles->all[i]);
	}
	return error;
}

static int take_profile(sqlite3_stmt *statement, struct store_profiles *profiles)
{
	const unsigned char *name = sqlite3_column_text(statement, 0);
	const unsigned char *text = sqlite3_column_text(statement, 1);
	size_t length = (size_t)sqlite3_column_bytes(statement, 1);

	/* What is not as we write it is left out. */
	if (!name || !text || length > PROFILE_BYTES ||
	    strlen((const char *)name) >= PROFILE_NAME_BYTES) {
		return 0;
	}
	return store_profiles_put(profiles, (const char *)name, (const char *)text, length);
}

int database_read_profiles(struct database *database, struct store_profiles *ret_profiles)
{
	sqlite3_stmt *statement = NULL;
	int error = 0, code;

	if (database->schema < PROFILES_SCHEMA) {
		return 0;
	}
	code = sqlite3_prepare_v2(database->handle, "SELECT name, text FROM profiles ORDER BY name",
				  -1, &statement, NULL);
	while (error == 0 && (code == SQLITE_OK || code == SQLITE_ROW)) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			error = take_profile(statement, ret_profiles);
		}
	}
	if (error == 0 && code != SQLITE_DONE) {
		error = database_error(database);
	}
	sqlite3_finalize(statement);
	return error == -ENOSPC ? 0 : error;
}
