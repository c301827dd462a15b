/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A place for a store of a test.
 */
#include <poll.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "place_of_store.h"

int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/wiregain-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/deep/wiregain.db", place->folder);
	*state = place;
	return 0;
}

int remove_place(void **state)
{
	struct place *place = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

struct store *open_store(const struct place *place)
{
	struct refusal refusal = {""};
	struct store *store = NULL;

	if (store_open(place->path, &store, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	return store;
}

void wait_saved(struct store *store, uint64_t number)
{
	while (store_saved(store) < number) {
		struct pollfd wait = {.fd = store_fd(store), .events = POLLIN};

		poll(&wait, 1, -1);
	}
}

void put(struct amp *amp, enum control_id id, int instance, int number)
{
	const struct value value = {.half_db = number};

	assert_int_equal(amp_restore(amp, (struct control_ref){id, instance}, &value, NULL), 0);
}

void assert_same_settings(const struct amp *a, const struct amp *b)
{
	struct control_ref ref = {0, -1};
	char path[PATH_BYTES];

	while (controls_next(&ref)) {
		if ((controls[ref.id].flags & CONTROL_KEPT) &&
		    !control_equal(ref, amp_value(a, ref), amp_value(b, ref))) {
			fail_msg("%s differs", control_path(ref, path));
		}
	}
}

/* Opens, loads and closes. */
void load(const struct place *place, struct amp *ret_amp)
{
	struct store *store = open_store(place);

	amp_init(ret_amp);
	assert_int_equal(store_load(store, ret_amp), 0);
	store_close(store);
}

void run_sql(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;
	char *message = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK) {
		fail_msg("%s: %s", sql, message);
	}
	sqlite3_close(handle);
}

long query(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;
	sqlite3_stmt *statement = NULL;
	long number;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	number = (long)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(handle);
	return number;
}

/* A store that holds a headphone level of -20.0 dB. */
void make_store(const struct place *place)
{
	struct store *store = open_store(place);
	struct amp amp;

	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LEVEL, 0, -40);
	store_save(store, &amp);
	store_close(store);
}

/* Root may write everywhere: the test becomes nobody for a while. */
void become_nobody(const struct place *place)
{
	if (geteuid() == 0) {
		assert_int_equal(chown(place->path, 65534, 65534), 0);
		assert_int_equal(chmod(place->folder, 0755), 0);
		assert_int_equal(seteuid(65534), 0);
	}
}
