/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Snapshot, text, durable files and the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "loop.h"
#include "snapshot.h"
#include "text.h"

#define WORDS  64
#define ROUNDS 200000

struct value {
	uint64_t words[WORDS]; /* all alike, in a whole value */
};

static void *write_values(void *data)
{
	struct snapshot *snapshot = data;

	for (uint64_t round = 1; round <= ROUNDS; round++) {
		struct value *value = snapshot_slot(snapshot);

		for (int i = 0; i < WORDS; i++) {
			value->words[i] = round;
		}
		snapshot_publish(snapshot);
	}
	return NULL;
}

static void test_snapshot_is_whole_and_newest(void **state)
{
	static struct value slots[3];
	struct snapshot snapshot;
	uint64_t last = 0;
	pthread_t writer;

	snapshot_init(&snapshot, slots, sizeof(slots[0]));
	assert_int_equal(pthread_create(&writer, NULL, write_values, &snapshot), 0);
	while (last < ROUNDS) {
		bool fresh;
		const struct value *value = snapshot_read(&snapshot, &fresh);

		assert_true(value->words[0] >= last);
		assert_true(fresh == (value->words[0] > last));
		for (int i = 1; i < WORDS; i++) {
			assert_true(value->words[i] == value->words[0]);
		}
		last = value->words[0];
	}
	pthread_join(writer, NULL);
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {"",      " 1",    "1 ",  "1,5", "nan", "inf",
					  "0x1p3", "1e999", "--1", "-",   "e",   "1.2.3"};
	double number = 7;
	long whole;
	char text[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(text_to_double(bad[i], &number), -EINVAL);
		assert_true(number == 7);
	}
	assert_int_equal(text_to_double("-32.5", &number), 0);
	assert_true(number == -32.5);
	assert_int_equal(text_to_long("99999999999999999999", &whole), -ERANGE);
	assert_int_equal(text_to_long("1.5", &whole), -EINVAL);
	assert_int_equal(text_to_long("-42", &whole), 0);
	assert_int_equal(whole, -42);
	text_from_double(0.1, text, sizeof(text));
	assert_string_equal(text, "0.1");
	text_from_double(192000, text, sizeof(text));
	assert_string_equal(text, "192000");
	text_from_double(1.0 / 3, text, sizeof(text));
	assert_int_equal(text_to_double(text, &number), 0);
	assert_true(number == 1.0 / 3);
}

static void test_utf8(void **state)
{
	static const char *const bad[] = {"\xff",     "\xc0\x80",         "\xed\xa0\x80",
					  "\xe2\x82", "\xf5\x80\x80\x80", "a\tb",
					  "\x7f",     "\xc2\x85",         "\x80"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(text_length(bad[i]), -EILSEQ);
	}
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("Büro ♪ 𝄞"), 8);
}

static void test_distance(void **state)
{
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("", "abc"), 3);
	assert_int_equal(text_distance("same", "same"), 0);
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_content(const char *path, const char *text)
{
	char got[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fgets(got, sizeof(got), file) || text[0] == '\0');
	fclose(file);
	assert_string_equal(got, text);
}

static void test_a_file_is_the_old_or_the_new_one(void **state)
{
	char folder[] = "/tmp/wiregain-test-XXXXXX", path[64], command[64];
	struct file_beside file;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	put(path, "old");
	assert_int_equal(file_beside_open(&file, path), 0);
	assert_int_equal(write(file.fd, "new", 3), 3);
	expect_content(path, "old");
	close(file.fd);
	file_beside_abandon(&file);
	expect_content(path, "old");
	assert_int_equal(file_beside_open(&file, path), 0);
	assert_int_equal(write(file.fd, "new", 3), 3);
	close(file.fd);
	assert_int_equal(file_beside_commit(&file, true), 0);
	expect_content(path, "new");
	assert_int_equal(file_beside_open(&file, folder), -EISDIR);
	assert_int_equal(file_beside_open(&file, "/nowhere/at/all"), -ENOENT);
	snprintf(path, sizeof(path), "%s/a/b/c", folder);
	assert_int_equal(file_make_folders(path, 0700), 0);
	assert_int_equal(file_make_folders(path, 0700), 0);
	assert_int_equal(access(path, X_OK), 0);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

struct probe {
	struct loop *loop;
	struct loop_source *source, *other;
	int timers, reads, signals;
};

static void on_timer(void *data)
{
	struct probe *probe = data;

	if (++probe->timers == 3) {
		loop_quit(probe->loop, 5);
	}
}

static void on_read(void *data, int fd, unsigned int events)
{
	struct probe *probe = data;
	char byte;

	assert_true(events & LOOP_READ);
	assert_int_equal(read(fd, &byte, 1), 1);
	probe->reads++;
	loop_remove(probe->source);
	loop_remove(probe->other); /* ready too: must not be called any more */
	probe->source = probe->other = NULL;
}

static void on_signal(void *data, int signal)
{
	struct probe *probe = data;

	assert_int_equal(signal, SIGUSR1);
	probe->signals++;
	loop_quit(probe->loop, 6);
}

static void test_loop(void **state)
{
	struct probe probe = {0};
	struct loop_source *timer;
	int one[2], other[2];

	assert_int_equal(loop_create(&probe.loop), 0);
	timer = loop_add_timer(probe.loop, on_timer, &probe);
	assert_non_null(timer);
	loop_arm_timer(timer, 0, 1);
	assert_int_equal(loop_run(probe.loop), 5);
	assert_int_equal(probe.timers, 3);
	loop_remove(timer);

	assert_int_equal(pipe(one), 0);
	assert_int_equal(pipe(other), 0);
	assert_int_equal(write(one[1], "x", 1), 1);
	assert_int_equal(write(other[1], "x", 1), 1);
	probe.source = loop_add_fd(probe.loop, one[0], LOOP_READ, on_read, &probe);
	probe.other = loop_add_fd(probe.loop, other[0], LOOP_READ, on_read, &probe);
	assert_int_equal(loop_iterate(probe.loop, 1000), 0);
	assert_int_equal(loop_iterate(probe.loop, 0), 0);
	assert_int_equal(probe.reads, 1);

	assert_non_null(loop_add_signal(probe.loop, SIGUSR1, on_signal, &probe));
	kill(getpid(), SIGUSR1);
	assert_int_equal(loop_run(probe.loop), 6);
	assert_int_equal(probe.signals, 1);
	loop_destroy(probe.loop);
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(other[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snapshot_is_whole_and_newest),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_a_file_is_the_old_or_the_new_one),
		cmocka_unit_test(test_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
