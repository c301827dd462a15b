/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the panel's door keeps, in the store's file. It is little and rarely changes: written whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database_inside.h"
#include "store.h"

#define DOOR_SCHEMA 2 /* older files have none of these tables */

static const char pin_name[] = "pin", logo_name[] = "logo";

static int prepare(struct database *database, const char *sql, sqlite3_stmt **ret_statement)
{
	return sqlite3_prepare_v2(database->handle, sql, -1, ret_statement, NULL) == SQLITE_OK
		       ? 0
		       : database_error(database);
}

/* Runs a statement that gives no rows, and frees it. */
static int run_once(struct database *database, sqlite3_stmt *statement)
{
	int error = sqlite3_step(statement) == SQLITE_DONE ? 0 : database_error(database);

	sqlite3_finalize(statement);
	return error;
}

static int put_token(struct database *database, const struct store_token *token)
{
	sqlite3_stmt *statement = NULL;
	int error = prepare(database,
			    "INSERT INTO tokens (id, created_unix_ms, name, hash)"
			    " VALUES (?1, ?2, ?3, ?4)",
			    &statement);

	if (error < 0) {
		return error;
	}
	sqlite3_bind_int64(statement, 1, token->id);
	sqlite3_bind_int64(statement, 2, token->created_unix_ms);
	sqlite3_bind_text(statement, 3, token->name, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 4, token->hash, sizeof(token->hash), SQLITE_STATIC);
	return run_once(database, statement);
}

static int put_keepsake(struct database *database, const char *name, const unsigned char *bytes,
			size_t size)
{
	sqlite3_stmt *statement = NULL;
	int error;

	if (size == 0) {
		return 0;
	}
	error = prepare(database, "INSERT INTO keepsakes (name, bytes) VALUES (?1, ?2)",
			&statement);
	if (error < 0) {
		return error;
	}
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(statement, 2, bytes, size, SQLITE_STATIC);
	return run_once(database, statement);
}

int database_put_door(struct database *database, const struct store_door *door)
{
	int error = database_execute(database, "DELETE FROM tokens; DELETE FROM keepsakes");

	for (size_t i = 0; error == 0 && i < door->token_count; i++) {
		error = put_token(database, &door->tokens[i]);
	}
	if (error == 0) {
		error = put_keepsake(database, pin_name, door->pin, door->pin_size);
	}
	if (error == 0) {
		error = put_keepsake(database, logo_name, door->logo, door->logo_size);
	}
	return error;
}

/* A row that is not as we write it is left out: nobody gets in by it. */
static void take_token(sqlite3_stmt *statement, struct store_door *door)
{
	struct store_token *token = &door->tokens[door->token_count];
	const unsigned char *name = sqlite3_column_text(statement, 2);
	const void *hash = sqlite3_column_blob(statement, 3);

	if (door->token_count == STORE_TOKENS || !hash ||
	    sqlite3_column_bytes(statement, 3) != (int)sizeof(token->hash)) {
		return;
	}
	token->id = sqlite3_column_int64(statement, 0);
	token->created_unix_ms = sqlite3_column_int64(statement, 1);
	snprintf(token->name, sizeof(token->name), "%s", name ? (const char *)name : "");
	memcpy(token->hash, hash, sizeof(token->hash));
	door->token_count++;
}

static int take_keepsake(sqlite3_stmt *statement, struct store_door *door)
{
	const unsigned char *name = sqlite3_column_text(statement, 0);
	const void *bytes = sqlite3_column_blob(statement, 1);
	size_t size = (size_t)sqlite3_column_bytes(statement, 1);

	if (!name || !bytes) {
		return 0;
	}
	if (strcmp((const char *)name, pin_name) == 0 && size <= sizeof(door->pin)) {
		memcpy(door->pin, bytes, size);
		door->pin_size = size;
	}
	if (strcmp((const char *)name, logo_name) == 0 && !door->logo) {
		door->logo = malloc(size);
		if (!door->logo) {
			return -ENOMEM;
		}
		memcpy(door->logo, bytes, size);
		door->logo_size = size;
	}
	return 0;
}

static int read_tokens(struct database *database, struct store_door *door)
{
	sqlite3_stmt *statement = NULL;
	int error =
		prepare(database, "SELECT id, created_unix_ms, name, hash FROM tokens ORDER BY id",
			&statement);
	int code = error < 0 ? SQLITE_ERROR : SQLITE_ROW;

	while (code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			take_token(statement, door);
		}
	}
	error = code == SQLITE_DONE ? 0 : database_error(database);
	sqlite3_finalize(statement);
	return error;
}

static int read_keepsakes(struct database *database, struct store_door *door)
{
	sqlite3_stmt *statement = NULL;
	int error = prepare(database, "SELECT name, bytes FROM keepsakes", &statement);
	int code = SQLITE_ROW;

	while (error == 0 && code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			error = take_keepsake(statement, door);
		}
	}
	if (error == 0 && code != SQLITE_DONE) {
		error = database_error(database);
	}
	sqlite3_finalize(statement);
	return error;
}

int database_read_door(struct database *database, struct store_door *ret_door)
{
	struct store_door door = {0};
	int error = 0;

	if (database->schema >= DOOR_SCHEMA) {
		error = read_tokens(database, &door);
		error = error < 0 ? error : read_keepsakes(database, &door);
	}
	if (error < 0) {
		free(door.logo);
		return error;
	}
	*ret_door = door;
	return 0;
}
