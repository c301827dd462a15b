/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What was listened to, in the store's file: a row for each minute, written as a whole, so that
 * writing it again, after a kill too, counts nothing twice.
 */
#include "database_inside.h"
#include "dose.h"

#define EXPOSURE_SCHEMA 3 /* older files have no such table */

int database_put_minute(struct database *database, const struct dose_minute *minute)
{
	sqlite3_stmt *statement = database->statements[PUT_MINUTE];
	int error;

	sqlite3_bind_int64(statement, 1, minute->minute);
	sqlite3_bind_double(statement, 2, minute->pa2s[0]);
	sqlite3_bind_double(statement, 3, minute->pa2s[1]);
	sqlite3_bind_double(statement, 4, minute->seconds);
	error = database_run(database, PUT_MINUTE);
	return error < 0 ? error : database_run(database, DROP_MINUTES);
}

int database_read_minutes(struct database *database, struct dose *ret_dose)
{
	sqlite3_stmt *statement = NULL;
	int code;

	dose_init(ret_dose);
	if (database->schema < EXPOSURE_SCHEMA) {
		return 0;
	}
	code = sqlite3_prepare_v2(database->handle,
				  "SELECT minute, left_pa2s, right_pa2s, seconds FROM exposure"
				  " ORDER BY minute",
				  -1, &statement, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			const struct dose_minute minute = {
				.minute = sqlite3_column_int64(statement, 0),
				.pa2s = {sqlite3_column_double(statement, 1),
					 sqlite3_column_double(statement, 2)},
				.seconds = sqlite3_column_double(statement, 3),
			};

			dose_restore(ret_dose, &minute);
		}
	}
	code = code == SQLITE_DONE ? 0 : database_error(database);
	sqlite3_finalize(statement);
	return code;
}
