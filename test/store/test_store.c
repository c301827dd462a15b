/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store: what was saved is there again, whatever happens to the disk or to us.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "place_of_store.h"

static void put_text(struct amp *amp, enum control_id id, int instance, const char *text)
{
	struct value value = {.text = ""};

	snprintf(value.text, sizeof(value.text), "%s", text);
	assert_int_equal(amp_restore(amp, (struct control_ref){id, instance}, &value, NULL), 0);
}

static void test_round_trip(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct amp saved, loaded;
	struct stat status;

	amp_init(&saved);
	put(&saved, CONTROL_HEADPHONE_LEVEL, 0, HALF_DB_MUTE);
	put(&saved, CONTROL_LINE_LEVEL, 0, -65);
	put(&saved, CONTROL_INPUT, 0, 4);
	put(&saved, CONTROL_INPUT_TRIM, 4, 7);
	put(&saved, CONTROL_MONITOR_MODE, 0, 5);
	put_text(&saved, CONTROL_INPUT_NAME, 2, "Plattenspieler „Ä“ 🎧");
	put_text(&saved, CONTROL_DEVICE_LINE, 0, "alsa_output.it's \"quoted\"; DROP TABLE");
	store_save(store, &saved);
	store_close(store);
	load(place, &loaded);
	assert_same_settings(&saved, &loaded);
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_nothing_saved_is_the_default(void **state)
{
	struct amp loaded, initial;

	load(*state, &loaded);
	amp_init(&initial);
	assert_same_settings(&loaded, &initial);
}

static void test_the_newest_of_many_saves_is_kept(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct amp amp, loaded;
	uint64_t number = 0;

	amp_init(&amp);
	for (int i = 0; i < 2000; i++) {
		put(&amp, CONTROL_HEADPHONE_LEVEL, 0, HALF_DB_MIN + i % 200);
		number = store_save(store, &amp);
	}
	store_hurry(store);
	wait_saved(store, number);
	assert_int_equal(store_error(store), 0);
	/* It is there already: another process sees it. */
	assert_int_equal(query(place->path, "SELECT value = '-22.5' FROM settings "
					    "WHERE path = 'headphone.level'"),
			 1);
	store_close(store);
	load(place, &loaded);
	assert_same_settings(&amp, &loaded);
}

/* Loads, and returns what was logged meanwhile. */
static const char *load_and_listen(const struct place *place, struct amp *ret_amp)
{
	static char said[4096];
	FILE *file = tmpfile();
	int before = dup(STDERR_FILENO);

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	load(place, ret_amp);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(file);
	said[fread(said, 1, sizeof(said) - 1, file)] = '\0';
	fclose(file);
	return said;
}

static void test_invalid_rows_are_left_out(void **state)
{
	static const char *const left_out[] = {
		"the setting line.level = 99 is left out: ", "no.such.control = on is left out: ",
		"audio.rate = 7 is left out: ", "dim = perhaps is left out: "};
	const struct place *place = *state;
	struct amp loaded;
	const char *said;

	make_store(place);
	run_sql(place->path, "UPDATE settings SET value = '99' WHERE path = 'line.level';"
			     "INSERT OR REPLACE INTO settings VALUES ('no.such.control', 'on'),"
			     " ('audio.rate', '7'), ('input.1.name', x'ff'), ('dim', 'perhaps')");
	said = load_and_listen(place, &loaded);
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		assert_non_null(strstr(said, left_out[i]));
	}
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
	assert_int_equal(amp_int(&loaded, CONTROL_LINE_LEVEL), -80);
	assert_int_equal(amp_int(&loaded, CONTROL_DIM), 0);
}

/* Files may not grow: as on a full disk, writing fails. */
static struct rlimit fill_disk(void)
{
	struct rlimit before, none;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	return before;
}

/* There is room again. */
static void empty_disk(struct rlimit before)
{
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* Saves these settings while it cannot succeed. */
static void fail_to_save(struct store *store, const struct amp *amp)
{
	struct rlimit before = fill_disk();
	uint64_t number = store_save(store, amp);

	store_hurry(store);
	wait_saved(store, number);
	assert_true(store_error(store) < 0);
	empty_disk(before);
}

static void test_settings_that_failed_go_with_a_save_of_something_else(void **state)
{
	const struct place *place = *state;
	const struct store_door door = {.token_count = 0};
	struct store *store;
	struct amp amp, loaded;
	uint64_t number;

	make_store(place);
	store = open_store(place);
	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LIMIT, 0, -40);
	fail_to_save(store, &amp);
	number = store_save_door(store, &door);
	store_hurry(store);
	wait_saved(store, number);
	assert_int_equal(store_error(store), 0);
	/* As the file is now: whoever kills us leaves this. */
	assert_int_equal(query(place->path, "SELECT value = '-20.0' FROM settings "
					    "WHERE path = 'headphone.limit'"),
			 1);
	store_close(store);
	load(place, &loaded);
	assert_same_settings(&amp, &loaded);
}

static void test_settings_that_failed_are_written_at_the_end(void **state)
{
	const struct place *place = *state;
	struct store *store;
	struct amp amp, loaded;

	make_store(place);
	store = open_store(place);
	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LIMIT, 0, -40);
	fail_to_save(store, &amp);
	store_close(store);
	load(place, &loaded);
	assert_same_settings(&amp, &loaded);
}

/* Newer ones come while the old ones fail, since somebody else is writing into the file. */
static void test_settings_that_failed_do_not_undo_newer_ones(void **state)
{
	const struct place *place = *state;
	struct pollfd wait = {.events = POLLIN};
	sqlite3 *other = NULL;
	struct store *store;
	struct amp amp, loaded;
	uint64_t old;

	make_store(place);
	store = open_store(place);
	wait.fd = store_fd(store);
	assert_int_equal(sqlite3_open(place->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LIMIT, 0, -40);
	old = store_save(store, &amp);
	store_hurry(store);
	poll(&wait, 1, 20);
	put(&amp, CONTROL_HEADPHONE_LIMIT, 0, -60);
	while (store_saved(store) < old) {
		store_save(store, &amp);
		poll(&wait, 1, 20);
	}
	assert_true(store_error(store) < 0);
	sqlite3_close(other);
	store_close(store);
	load(place, &loaded);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LIMIT), -60);
}

static void test_a_failed_save_is_made_up_for_by_the_next(void **state)
{
	const struct place *place = *state;
	struct rlimit before;
	struct store *store;
	struct amp amp, loaded;
	uint64_t number;

	make_store(place);
	store = open_store(place);
	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LEVEL, 0, -90);
	put(&amp, CONTROL_LINE_LEVEL, 0, -91);
	before = fill_disk();
	store_event(store, "test", "written late");
	number = store_save(store, &amp);
	store_hurry(store);
	wait_saved(store, number);
	assert_true(store_error(store) < 0);
	empty_disk(before);
	put(&amp, CONTROL_DIM, 0, 1);
	number = store_save(store, &amp);
	store_hurry(store);
	wait_saved(store, number);
	assert_int_equal(store_error(store), 0);
	store_close(store);
	load(place, &loaded);
	assert_same_settings(&amp, &loaded);
	assert_int_equal(query(place->path, "SELECT count(*) FROM events WHERE kind = 'test'"), 1);
}

static void test_one_amplifier_for_one_store(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place), *second = NULL;
	struct refusal refusal = {""};

	assert_int_equal(store_open(place->path, &second, &refusal), -EBUSY);
	assert_non_null(strstr(refusal.text, "--store"));
	store_close(store);
	store = open_store(place);
	store_close(store);
}

/* While nothing can be written the newest 64 wait, in their order. */
static void test_the_newest_events_wait(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct rlimit before = fill_disk();
	char text[8];

	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%02d", i);
		store_event(store, "start", text);
	}
	empty_disk(before);
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(DISTINCT text) FROM events"
					    " WHERE text BETWEEN '36' AND '99'"),
			 64);
	assert_int_equal(query(place->path, "SELECT count(*) FROM events a JOIN events b"
					    " ON b.id > a.id AND b.text <= a.text"),
			 0);
}

/* Those that could not be written wait before the newer ones. */
static void test_events_keep_their_order_over_failed_writes(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct rlimit before = fill_disk();
	char text[8];

	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "%02d", i);
		store_event(store, "start", text);
		store_hurry(store);
		usleep(500);
	}
	empty_disk(before);
	store_close(store);
	assert_int_equal(
		query(place->path, "SELECT count(*) FROM events WHERE text BETWEEN '00' AND '49'"),
		50);
	assert_int_equal(query(place->path, "SELECT count(*) FROM events a JOIN events b"
					    " ON b.id > a.id AND b.text <= a.text"),
			 0);
}

static void test_events_are_written_without_a_save(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);

	for (int i = 0; i < 100; i++) {
		store_event(store, "start", "the newest 64 of those that wait at least");
	}
	store_close(store);
	assert_true(query(place->path, "SELECT count(*) FROM events WHERE kind = 'start'") >= 64);
	assert_true(query(place->path, "SELECT max(unix_ms) / 1000 - strftime('%s', 'now') "
				       "BETWEEN -60 AND 60 FROM events"));
}

/* Saves two settings that are always equal, until it is killed. Tells when the first are saved. */
static void save_for_ever(const struct place *place, int tell_fd)
{
	struct store *store = NULL;
	struct amp amp;

	amp_init(&amp);
	if (store_open(place->path, &store, NULL) < 0) {
		_exit(1);
	}
	for (int i = 0;; i = (i + 1) % 40) {
		uint64_t number;

		put(&amp, CONTROL_INPUT_TRIM, 0, -i);
		put(&amp, CONTROL_INPUT_TRIM, 4, -i);
		number = store_save(store, &amp);
		store_hurry(store);
		wait_saved(store, number);
		if (i == 1 && write(tell_fd, "s", 1) < 0) {
			_exit(1);
		}
	}
}

/* Lets somebody save for a moment, which every other time begins only when something is saved. */
static void save_and_kill(const struct place *place, int round)
{
	int tell[2];
	pid_t child;
	char told;

	assert_int_equal(pipe(tell), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		save_for_ever(place, tell[1]);
	}
	close(tell[1]);
	if (round % 2 == 1) {
		assert_int_equal(read(tell[0], &told, 1), 1);
	}
	/* A moment that is another one each time: no condition is waited for. */
	usleep((useconds_t)(1000 + round * 733));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(tell[0]);
}

static void test_a_kill_leaves_one_moments_settings(void **state)
{
	const struct place *place = *state;
	int nonzero = 0;

	for (int i = 0; i < 40; i++) {
		struct amp loaded;

		save_and_kill(place, i);
		load(place, &loaded);
		assert_int_equal(amp_input_int(&loaded, CONTROL_INPUT_TRIM, 0),
				 amp_input_int(&loaded, CONTROL_INPUT_TRIM, 4));
		nonzero += amp_input_int(&loaded, CONTROL_INPUT_TRIM, 0) != 0;
	}
	assert_true(nonzero > 0);
}

static void test_default_path(void **state)
{
	char *path;

	setenv("XDG_STATE_HOME", "/state", 1);
	path = store_default_path();
	assert_string_equal(path, "/state/wiregain/wiregain.db");
	free(path);
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	setenv("HOME", "/home/somebody", 1);
	path = store_default_path();
	assert_string_equal(path, "/home/somebody/.local/state/wiregain/wiregain.db");
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_round_trip),
		PLACED(test_nothing_saved_is_the_default),
		PLACED(test_the_newest_of_many_saves_is_kept),
		PLACED(test_invalid_rows_are_left_out),
		PLACED(test_a_failed_save_is_made_up_for_by_the_next),
		PLACED(test_settings_that_failed_go_with_a_save_of_something_else),
		PLACED(test_settings_that_failed_are_written_at_the_end),
		PLACED(test_settings_that_failed_do_not_undo_newer_ones),
		PLACED(test_one_amplifier_for_one_store),
		PLACED(test_the_newest_events_wait),
		PLACED(test_events_keep_their_order_over_failed_writes),
		PLACED(test_events_are_written_without_a_save),
		PLACED(test_a_kill_leaves_one_moments_settings),
		PLACED(test_default_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
