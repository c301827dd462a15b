/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/store, SQLite's included: an error that says so, and the file as it
 * was.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocation.h"
#include "log.h"
#include "place.h"
#include "place_of_store.h"
#include "tables.h"

static const unsigned char logo[] = "logo";
static const char profile[] = "Preamp: -3 dB\nFilter 1: ON PK Fc 1000 Hz Gain 3 dB Q 1\n";

static void wait_for(struct store *store, uint64_t number)
{
	while (store_saved(store) < number) {
		struct pollfd wait = {.fd = store_fd(store), .events = POLLIN};

		store_hurry(store);
		poll(&wait, 1, 1);
	}
}

/* A store with something of everything in it. */
static void fill(const struct place *place)
{
	struct store *store = open_store(place);
	struct store_door door = {.token_count = 1, .pin_size = 48};
	struct store_profiles profiles = {.count = 0};
	const struct dose_minute minute = {.minute = 5, .pa2s = {1, 2}, .seconds = 3};
	struct amp amp;

	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LEVEL, 0, -40);
	strcpy(door.tokens[0].name, "tablet");
	door.tokens[0].id = 7;
	door.logo = (unsigned char *)(uintptr_t)logo;
	door.logo_size = sizeof(logo);
	assert_int_equal(store_profiles_put(&profiles, "mine", profile, strlen(profile)), 0);
	store_save(store, &amp);
	store_event(store, "start", "with everything");
	store_save_minute(store, &minute);
	assert_true(store_save_door(store, &door) > 0);
	wait_for(store, store_save_profiles(store, &profiles));
	assert_int_equal(store_error(store), 0);
	store_profiles_finish(&profiles);
	store_close(store);
}

/* What was read is whole, or it was an error. */
static int check_door(struct store *store)
{
	struct store_door door;
	int error = store_take_door(store, &door);

	if (error == 0) {
		assert_int_equal(door.token_count, 1);
		assert_string_equal(door.tokens[0].name, "tablet");
		assert_int_equal(door.pin_size, 48);
		assert_int_equal(door.logo_size, sizeof(logo));
		free(door.logo);
	}
	return error;
}

static int check_profiles(struct store *store)
{
	struct store_profiles profiles;
	int error = store_take_profiles(store, &profiles);

	if (error == 0) {
		assert_int_equal(profiles.count, 1);
		assert_string_equal(profiles.all[0].text, profile);
		store_profiles_finish(&profiles);
	}
	return error;
}

static int check_dose(struct store *store)
{
	struct dose *dose = NULL;
	int error = store_take_dose(store, &dose);

	free(dose);
	return error;
}

static int attempt_read(void *data)
{
	const struct place *place = data;
	struct refusal refusal = {""};
	struct store *store = NULL;
	struct amp amp;
	int error = store_open(place->path, &store, &refusal), each;

	if (error < 0) {
		assert_null(store);
		return error;
	}
	amp_init(&amp);
	error = store_load(store, &amp);
	if (error == 0) {
		assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -40);
	}
	each = check_door(store);
	error = error < 0 ? error : each;
	each = check_profiles(store);
	error = error < 0 ? error : each;
	each = check_dose(store);
	error = error < 0 ? error : each;
	store_close(store);
	return error;
}

static void test_read(void **state)
{
	struct place *place = *state;
	char damaged[128];

	fill(place);
	assert_true(allocation_fail_each(attempt_read, place) >= 50);
	/* Too little memory is no damage. */
	snprintf(damaged, sizeof(damaged), "%s.damaged", place->path);
	assert_int_equal(access(damaged, F_OK), -1);
}

/* Saves everything. 0, or the error of the writing, or -ENOMEM when there was no copy. */
static int save(struct store *store, int level)
{
	struct store_profiles profiles = {.count = 0};
	struct store_door door = {.token_count = 1, .logo_size = sizeof(logo)};
	uint64_t number, numbers[2];
	struct amp amp;
	int error;

	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LEVEL, 0, level);
	strcpy(door.tokens[0].name, "tablet");
	door.logo = (unsigned char *)(uintptr_t)logo;
	door.pin_size = 48;
	error = store_profiles_put(&profiles, "mine", profile, strlen(profile));
	numbers[0] = store_save_door(store, &door);
	numbers[1] = store_save_profiles(store, &profiles);
	number = store_save(store, &amp);
	wait_for(store, number);
	store_profiles_finish(&profiles);
	if (error < 0 || !numbers[0] || !numbers[1]) {
		return -ENOMEM;
	}
	return store_error(store);
}

struct writing {
	struct place *place;
	struct store *store;
	int level;
};

/* What could not be written for lack of memory is written once there is some again. */
static int attempt_write(void *data)
{
	struct writing *writing = data;
	char sql[128];
	int error;

	writing->level = writing->level == -40 ? -39 : -40;
	error = save(writing->store, writing->level);
	allocation_disarm();
	assert_int_equal(save(writing->store, writing->level), 0);
	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM settings WHERE path = "
		 "'headphone.level' AND value = '%d.%d'",
		 writing->level / 2, writing->level == -39 ? 5 : 0);
	assert_int_equal(query(writing->place->path, sql), 1);
	assert_int_equal(query(writing->place->path, "SELECT count(*) FROM profiles"), 1);
	assert_int_equal(query(writing->place->path, "SELECT count(*) FROM keepsakes"), 2);
	return error;
}

static void test_write(void **state)
{
	struct writing writing = {.place = *state, .level = -40};

	fill(writing.place);
	writing.store = open_store(writing.place);
	assert_int_equal(save(writing.store, writing.level), 0);
	/* SQLite of Debian 13 needs fewer than that of Debian 12. */
	assert_true(allocation_fail_each(attempt_write, &writing) >= 5);
	store_close(writing.store);
}

static int attempt_create(void *data)
{
	struct place *place = data;
	struct refusal refusal = {""};
	struct store *store = NULL;
	char name[128];
	int error = store_open(place->path, &store, &refusal);

	allocation_disarm();
	if (error == 0) {
		assert_int_equal(save(store, -40), 0);
	} else {
		assert_true(refusal.text[0] != '\0');
	}
	store_close(store);
	for (int i = 0; i < 4; i++) {
		static const char *const ends[] = {"", "-wal", "-shm", ".lock"};

		snprintf(name, sizeof(name), "%s%s", place->path, ends[i]);
		unlink(name);
	}
	return error;
}

static void test_create(void **state)
{
	assert_true(allocation_fail_each(attempt_create, *state) >= 50);
}

static int attempt_tables(void *data)
{
	struct refusal refusal = {""};
	struct tables tables;
	int error = tables_open(&tables, &refusal);

	if (error == 0) {
		assert_non_null(tables.headphones);
		assert_true(tables.load.headphones.size > 0);
	} else {
		assert_null(tables.headphones);
		assert_true(refusal.text[0] != '\0');
	}
	tables_close(&tables);
	return error;
}

static void test_tables(void **state)
{
	struct place *place = *state;
	char path[128];
	FILE *file;

	setenv("XDG_CONFIG_HOME", place->folder, 1);
	snprintf(path, sizeof(path), "%s/wiregain", place->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/wiregain/headphones.tsv", place->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "# mine\n");
	fclose(file);
	assert_true(allocation_fail_each(attempt_tables, NULL) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_read),
		PLACED(test_write),
		PLACED(test_create),
		PLACED(test_tables),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
