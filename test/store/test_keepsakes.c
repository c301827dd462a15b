/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the door and the profiles keep, and files from before there were any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "place_of_store.h"

/* What schema 1 made, and what an amplifier of that time wrote. */
static const char old_file[] =
	"CREATE TABLE settings (path TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE events (id INTEGER PRIMARY KEY, unix_ms INTEGER NOT NULL,"
	" kind TEXT NOT NULL, text TEXT NOT NULL);"
	"INSERT INTO settings VALUES ('headphone.level', '-12.5');"
	"INSERT INTO events VALUES (1, 1, 'start', 'long ago');"
	"PRAGMA application_id = 0x57676e31; PRAGMA user_version = 1";

static void fill_door(struct store_door *ret_door)
{
	memset(ret_door, 0, sizeof(*ret_door));
	for (int i = 0; i < 3; i++) {
		struct store_token *token = &ret_door->tokens[ret_door->token_count++];

		token->id = 10 + i;
		token->created_unix_ms = 1000 + i;
		snprintf(token->name, sizeof(token->name), "tablet %d", i);
		memset(token->hash, 'a' + i, sizeof(token->hash));
	}
	memset(ret_door->pin, 'p', sizeof(ret_door->pin));
	ret_door->pin_size = sizeof(ret_door->pin);
	ret_door->logo_size = 256 * 1024;
	ret_door->logo = malloc(ret_door->logo_size);
	assert_non_null(ret_door->logo);
	memset(ret_door->logo, 'l', ret_door->logo_size);
}

static void assert_same_door(const struct store_door *a, const struct store_door *b)
{
	assert_int_equal(a->token_count, b->token_count);
	for (size_t i = 0; i < a->token_count; i++) {
		assert_int_equal(a->tokens[i].id, b->tokens[i].id);
		assert_int_equal(a->tokens[i].created_unix_ms, b->tokens[i].created_unix_ms);
		assert_string_equal(a->tokens[i].name, b->tokens[i].name);
		assert_memory_equal(a->tokens[i].hash, b->tokens[i].hash, 32);
	}
	assert_int_equal(a->pin_size, b->pin_size);
	assert_memory_equal(a->pin, b->pin, a->pin_size);
	assert_int_equal(a->logo_size, b->logo_size);
	assert_true(a->logo_size == 0 || memcmp(a->logo, b->logo, a->logo_size) == 0);
}

static void test_older_schema(void **state)
{
	const struct place *place = *state;
	struct store_door door, loaded;
	struct store *store = open_store(place);
	struct amp amp;

	/* An old file in the place of a new one. */
	store_close(store);
	assert_int_equal(unlink(place->path), 0);
	run_sql(place->path, old_file);
	fill_door(&door);
	store = open_store(place);
	amp_init(&amp);
	assert_int_equal(store_load(store, &amp), 0);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -25);
	assert_int_equal(store_take_door(store, &loaded), 0);
	assert_int_equal(loaded.token_count + loaded.pin_size + loaded.logo_size, 0);
	wait_saved(store, store_save_door(store, &door));
	assert_int_equal(store_error(store), 0);
	store_close(store);
	assert_int_equal(query(place->path, "PRAGMA user_version"), STORE_SCHEMA);
	assert_int_equal(query(place->path, "SELECT count(*) FROM events WHERE text = 'long ago'"),
			 1);
	store = open_store(place);
	assert_int_equal(store_take_door(store, &loaded), 0);
	assert_same_door(&door, &loaded);
	store_close(store);
	free(door.logo);
	free(loaded.logo);
}

/* Profiles come back as the texts that they were; an old file has none, and takes some. */
static void test_profiles(void **state)
{
	const struct place *place = *state;
	struct store_profiles profiles = {.count = 0}, loaded = {.count = 0};
	struct store *store = open_store(place);

	store_close(store);
	assert_int_equal(unlink(place->path), 0);
	run_sql(place->path, old_file);
	store = open_store(place);
	assert_int_equal(store_take_profiles(store, &loaded), 0);
	assert_int_equal(loaded.count, 0);
	assert_int_equal(store_profiles_put(&profiles, "one", "Preamp: -1 dB\n", 14), 0);
	assert_int_equal(store_profiles_put(&profiles, "two", "x", 1), 0);
	assert_int_equal(store_profiles_put(&profiles, "one", "Preamp: -2 dB\n", 14), 0);
	wait_saved(store, store_save_profiles(store, &profiles));
	assert_int_equal(store_error(store), 0);
	store_close(store);
	assert_int_equal(query(place->path, "PRAGMA user_version"), STORE_SCHEMA);
	store = open_store(place);
	assert_int_equal(store_take_profiles(store, &loaded), 0);
	assert_int_equal(loaded.count, 2);
	assert_string_equal(loaded.all[0].name, "one");
	assert_string_equal(loaded.all[0].text, "Preamp: -2 dB\n");
	assert_int_equal(loaded.all[1].length, 1);
	store_profiles_remove(&loaded, "one");
	store_profiles_remove(&loaded, "absent");
	wait_saved(store, store_save_profiles(store, &loaded));
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(*) FROM profiles"), 1);
	store_profiles_finish(&profiles);
	store_profiles_finish(&loaded);
}

/* An old file that cannot be written is read as it is. */
static void test_older_schema_read_only(void **state)
{
	const struct place *place = *state;
	struct store_door loaded;
	char folder[96];
	struct store *store;
	struct amp amp;

	store_close(open_store(place));
	snprintf(folder, sizeof(folder), "%s/deep", place->folder);
	assert_int_equal(unlink(place->path), 0);
	run_sql(place->path, old_file);
	assert_int_equal(chmod(place->path, 0400), 0);
	assert_int_equal(chmod(folder, 0555), 0);
	become_nobody(place);
	store = open_store(place);
	assert_true(store_read_only(store));
	amp_init(&amp);
	assert_int_equal(store_load(store, &amp), 0);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -25);
	assert_int_equal(store_take_door(store, &loaded), 0);
	assert_int_equal(loaded.token_count, 0);
	store_close(store);
	if (getuid() == 0) {
		assert_int_equal(seteuid(0), 0);
	}
	assert_int_equal(chmod(folder, 0755), 0);
}

static void test_door(void **state)
{
	const struct place *place = *state;
	struct store_door door, loaded;
	struct store *store = open_store(place);

	fill_door(&door);
	wait_saved(store, store_save_door(store, &door));
	store_close(store);
	store = open_store(place);
	assert_int_equal(store_take_door(store, &loaded), 0);
	assert_same_door(&door, &loaded);
	free(loaded.logo);

	/* Less takes the place of more. */
	free(door.logo);
	door.logo = NULL;
	door.logo_size = 0;
	door.pin_size = 0;
	door.tokens[0] = door.tokens[2];
	door.token_count = 1;
	store_save_door(store, &door);
	store_close(store);
	store = open_store(place);
	assert_int_equal(store_take_door(store, &loaded), 0);
	assert_same_door(&door, &loaded);
	assert_null(loaded.logo);
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(*) FROM keepsakes"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_older_schema),
		PLACED(test_older_schema_read_only),
		PLACED(test_profiles),
		PLACED(test_door),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
