/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/base, and whether the driver of these tests notices mistakes.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocation.h"
#include "file.h"
#include "loop.h"

struct place {
	char folder[64];
	char path[96];
	char deep[96];
};

static int set_up(void **state)
{
	static struct place place;

	snprintf(place.folder, sizeof(place.folder), "/tmp/wiregain-allocation-XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	snprintf(place.path, sizeof(place.path), "%s/file", place.folder);
	snprintf(place.deep, sizeof(place.deep), "%s/a", place.folder);
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	return rmdir(place->folder);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void assert_file_is(const char *path, const char *text)
{
	char bytes[16] = "";
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, bytes, sizeof(bytes) - 1) >= 0);
	close(fd);
	assert_string_equal(bytes, text);
}

static int attempt_file(void *data)
{
	struct place *place = data;
	struct file_beside file;
	int error;

	write_file(place->path, "old");
	error = file_beside_open(&file, place->path);
	if (error == 0) {
		assert_int_equal(write(file.fd, "new", 3), 3);
		close(file.fd);
		error = file_beside_commit(&file, true);
	}
	assert_file_is(place->path, error < 0 ? "old" : "new");
	return error;
}

static void test_file(void **state)
{
	struct place *place = *state;

	assert_true(allocation_fail_each(attempt_file, place) >= 3);
}

static int attempt_folders(void *data)
{
	struct place *place = data;
	int error = file_make_folders(place->deep, 0700);
	int removed = rmdir(place->deep);

	assert_int_equal(removed, error < 0 ? -1 : 0);
	return error;
}

static void test_folders(void **state)
{
	struct place *place = *state;

	assert_true(allocation_fail_each(attempt_folders, place) >= 1);
}

static void on_fd(void *data, int fd, unsigned int events)
{
}

static void on_timer(void *data)
{
	++*(int *)data;
}

static void on_signal(void *data, int number)
{
}

static int attempt_loop(void *data)
{
	struct loop_source *timer, *fd;
	struct loop *loop = NULL;
	int error = loop_create(&loop), rung = 0;

	if (error < 0) {
		assert_null(loop);
		return error;
	}
	fd = loop_add_fd(loop, 0, LOOP_READ, on_fd, NULL);
	timer = loop_add_timer(loop, on_timer, &rung);
	if (!timer || !loop_add_signal(loop, SIGUSR1, on_signal, NULL)) {
		error = -ENOMEM;
	}
	if (timer) {
		/* What could be added works. */
		loop_arm_timer(timer, 0, 0);
		while (!rung) {
			assert_int_equal(loop_iterate(loop, -1), 0);
		}
	}
	loop_remove(fd);
	loop_destroy(loop);
	return error < 0 || allocation_has_failed() ? -ENOMEM : 0;
}

static int count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++) {
		count += fcntl(fd, F_GETFD) >= 0;
	}
	return count;
}

static void test_loop(void **state)
{
	int before = count_descriptors();

	assert_true(allocation_fail_each(attempt_loop, NULL) >= 4);
	assert_int_equal(count_descriptors(), before);
}

/* The driver: the n-th fails, and no other. */
static void test_nth(void **state)
{
	void *blocks[3];
	long before = allocation_live();

	allocation_arm(2, ALLOCATION_FAIL_ONCE);
	for (int i = 0; i < 3; i++) {
		blocks[i] = malloc(8);
	}
	assert_int_equal(allocation_disarm(), 3);
	assert_true(allocation_has_failed());
	assert_non_null(blocks[0]);
	assert_null(blocks[1]);
	assert_non_null(blocks[2]);
	assert_int_equal(allocation_live() - before, 2);
	free(blocks[0]);
	free(blocks[2]);
	assert_int_equal(allocation_live(), before);
	allocation_arm(2, ALLOCATION_FAIL_ON);
	for (int i = 0; i < 3; i++) {
		blocks[i] = calloc(1, 8);
	}
	allocation_disarm();
	assert_non_null(blocks[0]);
	assert_null(blocks[1]);
	assert_null(blocks[2]);
	free(blocks[0]);
}

/* The driver: what the C library allocates by itself fails too. */
static void test_library(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream;

	allocation_arm(1, ALLOCATION_FAIL_ON);
	assert_null(strdup("text"));
	assert_int_equal(asprintf(&text, "%d", 1), -1);
	stream = open_memstream(&text, &size);
	allocation_disarm();
	assert_null(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nth),
		cmocka_unit_test(test_library),
		cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_folders, set_up, tear_down),
		cmocka_unit_test(test_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
