/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Files that are not as we left them: damaged, of others, newer, not to be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "database.h"
#include "log.h"
#include "place_of_store.h"

/* The bytes of a file. To be freed. */
static char *read_whole(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY);
	struct stat status;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	bytes = malloc((size_t)status.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)status.st_size), status.st_size);
	close(fd);
	*ret_size = (size_t)status.st_size;
	return bytes;
}

static void write_whole(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)
#define VERSION         TEXT(STORE_SCHEMA)

static void test_a_newer_store_is_refused_and_untouched(void **state)
{
	const struct place *place = *state;
	struct refusal refusal = {""};
	struct store *store = NULL;
	size_t size_before, size_after;
	char *before, *after;

	make_store(place);
	run_sql(place->path, "PRAGMA user_version = 1000; CREATE TABLE more (a)");
	before = read_whole(place->path, &size_before);
	assert_int_equal(store_open(place->path, &store, &refusal), -EPROTO);
	assert_non_null(strstr(refusal.text, "newer version"));
	after = read_whole(place->path, &size_after);
	assert_int_equal(size_before, size_after);
	assert_memory_equal(before, after, size_before);
	free(before);
	free(after);
	/* Its lock is released with the refusal. */
	run_sql(place->path, "PRAGMA user_version = " VERSION);
	store_close(open_store(place));
}

static void test_another_programs_database_is_refused(void **state)
{
	const struct place *place = *state;
	struct refusal refusal = {""};
	struct store *store = NULL;

	make_store(place);
	unlink(place->path);
	run_sql(place->path, "CREATE TABLE bookmarks (a); INSERT INTO bookmarks VALUES (7)");
	assert_int_equal(store_open(place->path, &store, &refusal), -EINVAL);
	assert_non_null(strstr(refusal.text, "another program"));
	assert_int_equal(query(place->path, "SELECT a FROM bookmarks"), 7);
	assert_int_equal(query(place->path, "SELECT count(*) FROM sqlite_master"), 1);
}

/* Opens a damaged file: it is aside, byte for byte, and settings are the defaults. */
static void assert_moved_aside(const struct place *place)
{
	char aside[128];
	size_t size_before, size_aside;
	char *before = read_whole(place->path, &size_before), *after;
	struct amp loaded, initial;

	log_set_level(LOG_ERROR);
	load(place, &loaded);
	log_set_level(LOG_NOTICE);
	amp_init(&initial);
	assert_same_settings(&loaded, &initial);
	snprintf(aside, sizeof(aside), "%s.damaged", place->path);
	after = read_whole(aside, &size_aside);
	assert_int_equal(size_aside, size_before);
	assert_memory_equal(after, before, size_before);
	free(before);
	free(after);
	make_store(place); /* and the new one works */
	load(place, &loaded);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
}

static void test_garbage_is_moved_aside(void **state)
{
	const struct place *place = *state;

	make_store(place);
	write_whole(place->path, "this is not a database, whatever its name says, not at all", 58);
	assert_moved_aside(place);
}

static void test_a_cut_store_is_moved_aside(void **state)
{
	const struct place *place = *state;
	size_t size;
	char *bytes;

	make_store(place);
	bytes = read_whole(place->path, &size);
	write_whole(place->path, bytes, size / 2);
	free(bytes);
	assert_moved_aside(place);
}

static void test_a_page_of_noise_is_moved_aside(void **state)
{
	const struct place *place = *state;
	size_t size;
	char *bytes;

	make_store(place);
	bytes = read_whole(place->path, &size);
	assert_true(size >= 8192);
	memset(bytes + 4096, 0x5a, 4096);
	write_whole(place->path, bytes, size);
	free(bytes);
	assert_moved_aside(place);
}

static void test_an_empty_file_is_a_new_store(void **state)
{
	const struct place *place = *state;
	struct amp loaded;

	make_store(place);
	write_whole(place->path, "", 0);
	make_store(place);
	load(place, &loaded);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
}

static void test_read_only(void **state)
{
	const struct place *place = *state;
	char folder[96];
	struct store *store;
	struct amp loaded;
	uint64_t number;

	make_store(place);
	snprintf(folder, sizeof(folder), "%s/deep", place->folder);
	assert_int_equal(chmod(place->path, 0400), 0);
	assert_int_equal(chmod(folder, 0555), 0);
	become_nobody(place);
	store = open_store(place);
	assert_true(store_read_only(store));
	amp_init(&loaded);
	assert_int_equal(store_load(store, &loaded), 0);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
	put(&loaded, CONTROL_HEADPHONE_LEVEL, 0, -50);
	store_event(store, "start", "nobody can write this down");
	number = store_save(store, &loaded);
	store_hurry(store);
	wait_saved(store, number);
	assert_int_equal(store_error(store), -EROFS);
	store_close(store);
	if (getuid() == 0) {
		assert_int_equal(seteuid(0), 0);
	}
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(place->path, 0600), 0);
	load(place, &loaded);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
}

static void test_places_where_no_store_can_be(void **state)
{
	const struct place *place = *state;
	struct refusal refusal = {""};
	struct store *store = NULL;

	assert_int_equal(store_open("/proc/nowhere/wiregain.db", &store, &refusal), -ENOENT);
	assert_non_null(strstr(refusal.text, "/proc/nowhere"));
	assert_int_equal(store_open(place->folder, &store, &refusal), -EISDIR);
	assert_non_null(strstr(refusal.text, "not a file"));
}

static void test_the_history_is_bounded(void **state)
{
	const struct place *place = *state;
	struct database *database = NULL;
	struct store_event event = {.kind = "test"};

	make_store(place);
	assert_int_equal(database_open(place->path, &database, NULL), 0);
	assert_int_equal(database_begin(database), 0);
	for (int i = 0; i < 10100; i++) {
		snprintf(event.text, sizeof(event.text), "%d", i);
		assert_int_equal(database_put_event(database, &event), 0);
	}
	assert_int_equal(database_commit(database), 0);
	database_close(database);
	assert_int_equal(query(place->path, "SELECT count(*) FROM events"), 10000);
	assert_int_equal(query(place->path, "SELECT text FROM events ORDER BY id DESC LIMIT 1"),
			 10099);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_a_newer_store_is_refused_and_untouched),
		PLACED(test_another_programs_database_is_refused),
		PLACED(test_garbage_is_moved_aside),
		PLACED(test_a_cut_store_is_moved_aside),
		PLACED(test_a_page_of_noise_is_moved_aside),
		PLACED(test_an_empty_file_is_a_new_store),
		PLACED(test_read_only),
		PLACED(test_places_where_no_store_can_be),
		PLACED(test_the_history_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
