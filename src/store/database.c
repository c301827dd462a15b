/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store's file on SQLite: write-ahead log, every commit synced. Nothing is written to a file
 * before it is known to be ours, of our schema and whole.
 */
#include "database_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"

#define APPLICATION_ID 0x57676e31 /* "Wgn1", so that file(1) and we know the file as ours */
#define BUSY_MS        2000       /* another program may be looking into the file */

/* All of it is made where it is missing, so it also makes a newer schema of an older one. */
static const char schema_sql[] =
	"CREATE TABLE IF NOT EXISTS settings ("
	" path TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS events ("
	" id INTEGER PRIMARY KEY, unix_ms INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT "
	"NULL);"
	"CREATE TABLE IF NOT EXISTS tokens ("
	" id INTEGER PRIMARY KEY, created_unix_ms INTEGER NOT NULL, name TEXT NOT NULL,"
	" hash BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS keepsakes ("
	" name TEXT PRIMARY KEY NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS profiles ("
	" name TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS exposure ("
	" minute INTEGER PRIMARY KEY, left_pa2s REAL NOT NULL, right_pa2s REAL NOT NULL,"
	" seconds REAL NOT NULL);";

static const char *const statement_sql[STATEMENTS] = {
	[PUT_SETTING] = "INSERT INTO settings (path, value) VALUES (?1, ?2)"
			" ON CONFLICT (path) DO UPDATE SET value = excluded.value"
			" WHERE value IS NOT excluded.value",
	[PUT_EVENT] = "INSERT INTO events (unix_ms, kind, text) VALUES (?1, ?2, ?3)",
	[DROP_EVENTS] = "DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - 10000",
	[PUT_MINUTE] = "INSERT INTO exposure (minute, left_pa2s, right_pa2s, seconds)"
		       " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (minute) DO UPDATE SET"
		       " left_pa2s = excluded.left_pa2s, right_pa2s = excluded.right_pa2s,"
		       " seconds = excluded.seconds",
	/* By their number and not by their age: a clock that jumps takes nothing away. */
	[DROP_MINUTES] =
		("DELETE FROM exposure WHERE minute <="
		 " (SELECT minute FROM exposure ORDER BY minute DESC LIMIT 1 OFFSET 20160)"),
	[ROLL_BACK] = "ROLLBACK",
};

int database_error(const struct database *database)
{
	sqlite3 *handle = database->handle;
	int system = sqlite3_system_errno(handle);

	switch (sqlite3_errcode(handle)) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CANTOPEN:
		return system ? -system : -EACCES;
	default:
		return system ? -system : -EIO;
	}
}

int database_execute(struct database *database, const char *sql)
{
	return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : database_error(database);
}

/* The one text that `sql` gives. */
static int query_text(struct database *database, const char *sql, char *text, size_t size)
{
	sqlite3_stmt *statement = NULL;
	int error = 0;

	if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW) {
		error = database_error(database);
		error = error < 0 ? error : -EIO;
	} else {
		const unsigned char *column = sqlite3_column_text(statement, 0);

		error = column ? 0 : database_error(database);
		snprintf(text, size, "%s", column ? (const char *)column : "");
	}
	sqlite3_finalize(statement);
	return error;
}

static int query_number(struct database *database, const char *sql, long *ret_number)
{
	char text[32];
	int error = query_text(database, sql, text, sizeof(text));

	if (error == 0) {
		*ret_number = strtol(text, NULL, 10);
	}
	return error;
}

/* Looks, without writing, whether the file is ours, and of which schema; 0: it is empty. */
static int identify(struct database *database, const char *path, struct refusal *ret_refusal)
{
	long id = 0, schema = 0, tables = 0;
	char check[64] = "";
	int error;

	if ((error = query_number(database, "PRAGMA application_id", &id)) < 0 ||
	    (error = query_number(database, "PRAGMA user_version", &schema)) < 0 ||
	    (error = query_number(database, "SELECT count(*) FROM sqlite_master", &tables)) < 0) {
		return error;
	}
	database->schema = schema;
	if (id == 0 && schema == 0 && tables == 0) {
		return 0;
	}
	if (id != APPLICATION_ID) {
		return refuse(ret_refusal, "%s: a database of another program: name another file",
			      path);
	}
	if (schema > STORE_SCHEMA) {
		refuse(ret_refusal,
		       "%s: written by a newer version of wiregain (schema %ld, this one knows "
		       "%d): "
		       "update wiregain, or name another file with --store",
		       path, schema, STORE_SCHEMA);
		return -EPROTO;
	}
	error = query_text(database, "PRAGMA quick_check(1)", check, sizeof(check));
	return error < 0 ? error : strcmp(check, "ok") == 0 ? 0 : -EBADMSG;
}

static int make_schema(struct database *database)
{
	char *sql = sqlite3_mprintf("BEGIN IMMEDIATE; %s"
				    "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
				    schema_sql, APPLICATION_ID, STORE_SCHEMA);
	int error = sql ? database_execute(database, sql) : -ENOMEM;

	sqlite3_free(sql);
	if (error == 0) {
		database->schema = STORE_SCHEMA;
	} else {
		database_rollback(database);
	}
	return error;
}

static int prepare_statements(struct database *database)
{
	for (int i = 0; i < STATEMENTS; i++) {
		if (sqlite3_prepare_v3(database->handle, statement_sql[i], -1,
				       SQLITE_PREPARE_PERSISTENT, &database->statements[i],
				       NULL) != SQLITE_OK) {
			return database_error(database);
		}
	}
	return 0;
}

/* The ways of opening a file that exists, each for when the one before it cannot be. */
enum way {
	WAY_WRITE,
	WAY_READ,
	WAY_READ_ALONE, /* without the helper files that even reading makes */
};

/* The URI of a file that nobody changes. To be freed by sqlite3_free(). */
static char *immutable_uri(const char *path)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);

	sqlite3_str_appendall(uri, "file:");
	for (const char *at = path; *at; at++) {
		if (strchr("%?#", *at)) {
			sqlite3_str_appendf(uri, "%%%02X", (unsigned char)*at);
		} else {
			sqlite3_str_appendchar(uri, 1, *at);
		}
	}
	sqlite3_str_appendall(uri, "?immutable=1");
	return sqlite3_str_finish(uri);
}

static int open_existing(const char *path, enum way way, struct database *database,
			 struct refusal *ret_refusal)
{
	char *name = way == WAY_READ_ALONE ? immutable_uri(path) : sqlite3_mprintf("%s", path);
	int flags = SQLITE_OPEN_NOMUTEX | (way == WAY_READ_ALONE ? SQLITE_OPEN_URI : 0) |
		    (way == WAY_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	int error;

	if (!name) {
		return -ENOMEM;
	}
	error = sqlite3_open_v2(name, &database->handle, flags, NULL);
	sqlite3_free(name);
	if (error != SQLITE_OK) {
		return database->handle ? database_error(database) : -ENOMEM;
	}
	sqlite3_busy_timeout(database->handle, BUSY_MS);
	error = identify(database, path, ret_refusal);
	if (error < 0) {
		return error;
	}
	database->read_only = sqlite3_db_readonly(database->handle, "main") == 1;
	if (database->read_only) {
		return database->schema == 0 ? -EROFS : 0;
	}
	if ((error = database_execute(database,
				      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				      "PRAGMA wal_autocheckpoint = 128;"
				      "PRAGMA journal_size_limit = 1048576")) < 0 ||
	    (error = database->schema < STORE_SCHEMA ? make_schema(database) : 0) < 0) {
		return error;
	}
	return prepare_statements(database);
}

static void close_handle(struct database *database)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(database->statements[i]);
		database->statements[i] = NULL;
	}
	sqlite3_close(database->handle);
	database->handle = NULL;
}

/* Makes an empty file that only its owner reads; SQLite gives its helper files the same mode. */
static int make_file(const char *path, bool *ret_made)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	*ret_made = fd >= 0;
	if (fd < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	close(fd);
	return 0;
}

static void sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

/* Whether an error may be one of writing alone; the others come from what the file holds. */
static bool is_about_writing(int error)
{
	return error < 0 && error != -EBADMSG && error != -EPROTO && error != -EINVAL &&
	       error != -EBUSY && error != -ENOMEM;
}

/* Nothing waits in the write-ahead log, so the file alone is all there is. */
static bool log_is_empty(const char *path)
{
	char *name = sqlite3_mprintf("%s-wal", path);
	struct stat status;
	bool empty = name && (stat(name, &status) < 0 || status.st_size == 0);

	sqlite3_free(name);
	return empty;
}

static int open_somehow(const char *path, struct database *database, struct refusal *ret_refusal)
{
	int error = open_existing(path, WAY_WRITE, database, ret_refusal);
	int first_error = error;

	if (is_about_writing(error)) {
		close_handle(database);
		error = open_existing(path, WAY_READ, database, ret_refusal);
	}
	if (is_about_writing(error) && log_is_empty(path)) {
		close_handle(database);
		error = open_existing(path, WAY_READ_ALONE, database, ret_refusal);
	}
	return is_about_writing(error) ? first_error : error;
}

int database_open(const char *path, struct database **ret_database, struct refusal *ret_refusal)
{
	struct database *database = calloc(1, sizeof(*database));
	bool made = false;
	int error;

	if (!database) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	if (ret_refusal) {
		ret_refusal->text[0] = '\0';
	}
	error = make_file(path, &made);
	if (error == 0 || access(path, F_OK) == 0) {
		error = open_somehow(path, database, ret_refusal);
	}
	if (error < 0) {
		if (ret_refusal && ret_refusal->text[0] == '\0') {
			refuse(ret_refusal, "%s: %s", path, strerror(-error));
		}
		database_close(database);
		if (made) {
			unlink(path);
		}
		return error;
	}
	if (made) {
		sync_folder_of(path);
	}
	*ret_database = database;
	return 0;
}

void database_close(struct database *database)
{
	if (database) {
		close_handle(database);
		free(database);
	}
}

bool database_read_only(const struct database *database)
{
	return database->read_only;
}

int database_read_settings(struct database *database,
			   void (*each)(void *data, const char *path, const char *value),
			   void *data)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(database->handle, "SELECT path, value FROM settings", -1,
				      &statement, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			const unsigned char *path = sqlite3_column_text(statement, 0);
			const unsigned char *value = sqlite3_column_text(statement, 1);

			each(data, path ? (const char *)path : "",
			     value ? (const char *)value : "");
		}
	}
	code = code == SQLITE_DONE ? 0 : database_error(database);
	sqlite3_finalize(statement);
	return code;
}

int database_begin(struct database *database)
{
	/* A transaction that could not be rolled back would refuse every one after it. */
	database_rollback(database);
	return database->read_only ? -EROFS : database_execute(database, "BEGIN IMMEDIATE");
}

int database_run(struct database *database, enum statement which)
{
	sqlite3_stmt *statement = database->statements[which];
	int error = sqlite3_step(statement) == SQLITE_DONE ? 0 : database_error(database);

	sqlite3_reset(statement);
	return error;
}

int database_put_setting(struct database *database, const char *path, const char *value)
{
	sqlite3_stmt *statement = database->statements[PUT_SETTING];

	if (sqlite3_bind_text(statement, 1, path, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 2, value, -1, SQLITE_TRANSIENT) != SQLITE_OK) {
		return database_error(database);
	}
	return database_run(database, PUT_SETTING);
}

int database_put_event(struct database *database, const struct store_event *event)
{
	sqlite3_stmt *statement = database->statements[PUT_EVENT];
	int error;

	sqlite3_bind_int64(statement, 1, event->unix_ms);
	if (sqlite3_bind_text(statement, 2, event->kind, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 3, event->text, -1, SQLITE_TRANSIENT) != SQLITE_OK) {
		return database_error(database);
	}
	error = database_run(database, PUT_EVENT);
	return error < 0 ? error : database_run(database, DROP_EVENTS);
}

int database_commit(struct database *database)
{
	return database_execute(database, "COMMIT");
}

void database_rollback(struct database *database)
{
	/* After some errors SQLite has rolled back by itself. */
	if (!sqlite3_get_autocommit(database->handle)) {
		int error = database->statements[ROLL_BACK]
				    ? database_run(database, ROLL_BACK)
				    : database_execute(database, "ROLLBACK");

		(void)error; /* database_begin() tries again */
	}
}
