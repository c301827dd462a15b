/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store: what was saved is there again, whatever happens to the file or to us.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "database.h"
#include "log.h"
#include "store.h"

/* A folder of its own for each test, and in it the name of a store that is not there yet. */
struct place {
	char folder[64];
	char path[96];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/wiregain-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/deep/wiregain.db", place->folder);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static struct store *open_store(const struct place *place)
{
	struct refusal refusal = {""};
	struct store *store = NULL;

	if (store_open(place->path, &store, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	return store;
}

static void wait_saved(struct store *store, uint64_t number)
{
	while (store_saved(store) < number) {
		struct pollfd wait = {.fd = store_fd(store), .events = POLLIN};

		poll(&wait, 1, -1);
	}
}

static void put(struct amp *amp, enum control_id id, int instance, int number)
{
	const struct value value = {.half_db = number};

	assert_int_equal(amp_restore(amp, (struct control_ref){id, instance}, &value, NULL), 0);
}

static void put_text(struct amp *amp, enum control_id id, int instance, const char *text)
{
	struct value value = {.text = ""};

	snprintf(value.text, sizeof(value.text), "%s", text);
	assert_int_equal(amp_restore(amp, (struct control_ref){id, instance}, &value, NULL), 0);
}

static void assert_same_settings(const struct amp *a, const struct amp *b)
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
static void load(const struct place *place, struct amp *ret_amp)
{
	struct store *store = open_store(place);

	amp_init(ret_amp);
	assert_int_equal(store_load(store, ret_amp), 0);
	store_close(store);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;
	char *message = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK) {
		fail_msg("%s: %s", sql, message);
	}
	sqlite3_close(handle);
}

static long query(const char *path, const char *sql)
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

/* A store that holds a headphone level of -20.0 dB. */
static void make_store(const struct place *place)
{
	struct store *store = open_store(place);
	struct amp amp;

	amp_init(&amp);
	put(&amp, CONTROL_HEADPHONE_LEVEL, 0, -40);
	store_save(store, &amp);
	store_close(store);
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

static void test_invalid_rows_are_left_out(void **state)
{
	const struct place *place = *state;
	struct amp loaded;

	make_store(place);
	run_sql(place->path, "UPDATE settings SET value = '99' WHERE path = 'line.level';"
			     "INSERT OR REPLACE INTO settings VALUES ('no.such.control', 'on'),"
			     " ('audio.rate', '7'), ('input.1.name', x'ff'), ('dim', 'perhaps')");
	log_set_level(LOG_ERROR);
	load(place, &loaded);
	log_set_level(LOG_NOTICE);
	assert_int_equal(amp_int(&loaded, CONTROL_HEADPHONE_LEVEL), -40);
	assert_int_equal(amp_int(&loaded, CONTROL_LINE_LEVEL), -80);
	assert_int_equal(amp_int(&loaded, CONTROL_DIM), 0);
}

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

/* Root may write everywhere: the test becomes nobody for a while. */
static void become_nobody(const struct place *place)
{
	if (geteuid() == 0) {
		assert_int_equal(chown(place->path, 65534, 65534), 0);
		assert_int_equal(chmod(place->folder, 0755), 0);
		assert_int_equal(seteuid(65534), 0);
	}
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

static struct dose *take_dose(struct store *store)
{
	struct dose *dose = NULL;

	assert_int_equal(store_take_dose(store, &dose), 0);
	return dose;
}

static void test_what_was_listened_to(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_minute minute = {.minute = 29000000, .pa2s = {0.25, 1.0 / 3}, .seconds = 7};

	assert_int_equal(dose->count, 0);
	free(dose);
	store_save_minute(store, &minute);
	minute.pa2s[0] = 0.5; /* more of the same minute */
	store_save_minute(store, &minute);
	minute.minute--;
	wait_saved(store, store_save_minute(store, &minute));
	minute.minute++;
	minute.seconds = 7.5;
	store_save_minute(store, &minute); /* waits for the pause between two writes to be over */
	minute.seconds = 8;
	store_save_minute(store, &minute);
	store_close(store);
	store = open_store(place);
	dose = take_dose(store);
	assert_int_equal(dose->count, 2);
	assert_int_equal(dose->minutes[1].minute, 29000000);
	assert_true(dose->minutes[1].pa2s[0] == 0.5 && dose->minutes[1].pa2s[1] == 1.0 / 3);
	assert_true(dose->minutes[1].seconds == 8 && !dose->minutes[1].unsaved);
	free(dose);
	assert_int_equal(store_take_dose(store, &dose), -ENOENT);
	store_close(store);
}

/* Rows that nobody wrote are left out; and the number of rows has an end. */
static void test_minutes_that_cannot_be(void **state)
{
	const struct place *place = *state;
	struct dose_minute minute = {.minute = 30000000, .pa2s = {1, 1}, .seconds = 1};
	struct store *store;
	struct dose *dose;

	make_store(place);
	run_sql(place->path, "INSERT INTO exposure VALUES (1, -1, 0, 1), (2, 'x', 0, 1),"
			     " (3, 9e999, 0, 1), (4, 1, 1, 1), (9223372036854775807, 1, 1, 1);"
			     "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n"
			     " WHERE i < 21000) INSERT INTO exposure SELECT i, 0, 0, 1 FROM n");
	store = open_store(place);
	dose = take_dose(store);
	assert_int_equal(dose->count, DOSE_MINUTES);
	free(dose);
	wait_saved(store, store_save_minute(store, &minute));
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(*) FROM exposure"), DOSE_MINUTES);
}

/* What a listener shares with who kills it. */
struct listening {
	_Atomic long heard_s, saved_s;
};

/* Hears a second at a time, and hands over what is unsaved every eight of them. Never returns. */
static void listen_for_ever(const struct place *place, struct listening *shared)
{
	const double spl_db[2] = {94, 88};
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_minute minute;

	for (int64_t now = 1767571200 + shared->saved_s;; now++) {
		uint64_t number = 0;

		dose_add(dose, now, 1, spl_db);
		shared->heard_s++;
		if (shared->heard_s % 8 != 0) {
			continue;
		}
		while (dose_take_unsaved(dose, &minute)) {
			number = store_save_minute(store, &minute);
		}
		store_hurry(store);
		wait_saved(store, number);
		shared->saved_s = shared->heard_s;
	}
}

static double assert_heard(const struct place *place, const struct listening *shared)
{
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_sum sum = dose_since(dose, 0);

	store_close(store);
	free(dose);
	assert_true(sum.seconds >= (double)shared->saved_s);
	assert_true(sum.seconds >= (double)shared->heard_s - 10);
	assert_true(sum.seconds <= (double)shared->heard_s);
	assert_true(fabs(sum.pa2s[0] / (sum.seconds * dose_pa2(94)) - 1) < 1e-9);
	assert_true(fabs(sum.pa2s[1] / (sum.seconds * dose_pa2(88)) - 1) < 1e-9);
	return (double)shared->heard_s - sum.seconds;
}

static void test_killed_while_listening(void **state)
{
	const struct place *place = *state;
	struct listening *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int seed = 5;
	double most_lost_s = 0;

	assert_true(shared != MAP_FAILED);
	for (int i = 0; i < 20; i++) {
		struct store *store;
		struct dose *dose;
		long wanted;
		pid_t child;

		/* It goes on from what is kept, as a new run does. */
		store = open_store(place);
		dose = take_dose(store);
		store_close(store);
		shared->heard_s = shared->saved_s = lround(dose_since(dose, 0).seconds);
		free(dose);
		wanted = shared->saved_s + 8 + rand_r(&seed) % 60;
		child = fork();
		if (child == 0) {
			listen_for_ever(place, shared);
		}
		assert_true(child > 0);
		while (shared->heard_s < wanted) {
			usleep(200);
		}
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		most_lost_s = fmax(most_lost_s, assert_heard(place, shared));
	}
	printf("figure: killed 20 times while listening, lost at most %.0f s of it\n", most_lost_s);
	munmap(shared, sizeof(*shared));
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_older_schema),
		PLACED(test_older_schema_read_only),
		PLACED(test_profiles),
		PLACED(test_door),
		PLACED(test_what_was_listened_to),
		PLACED(test_minutes_that_cannot_be),
		PLACED(test_killed_while_listening),
		PLACED(test_round_trip),
		PLACED(test_nothing_saved_is_the_default),
		PLACED(test_the_newest_of_many_saves_is_kept),
		PLACED(test_invalid_rows_are_left_out),
		PLACED(test_a_newer_store_is_refused_and_untouched),
		PLACED(test_another_programs_database_is_refused),
		PLACED(test_garbage_is_moved_aside),
		PLACED(test_a_cut_store_is_moved_aside),
		PLACED(test_a_page_of_noise_is_moved_aside),
		PLACED(test_an_empty_file_is_a_new_store),
		PLACED(test_read_only),
		PLACED(test_a_failed_save_is_made_up_for_by_the_next),
		PLACED(test_settings_that_failed_go_with_a_save_of_something_else),
		PLACED(test_settings_that_failed_are_written_at_the_end),
		PLACED(test_settings_that_failed_do_not_undo_newer_ones),
		PLACED(test_one_amplifier_for_one_store),
		PLACED(test_places_where_no_store_can_be),
		PLACED(test_the_history_is_bounded),
		PLACED(test_events_are_written_without_a_save),
		PLACED(test_a_kill_leaves_one_moments_settings),
		PLACED(test_default_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
