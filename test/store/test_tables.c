/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The user's own tables: where they are looked for, what is read, and which errors are returned.
 */
#include <errno.h>
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
#include "tables.h"

#define ROW "Mine\tOne\tdynamic\t32\t100\n"

static char path[128];

static int set_up(void **state)
{
	const struct place *place;
	char folder[96];

	make_place(state);
	place = *state;
	setenv("XDG_CONFIG_HOME", place->folder, 1);
	snprintf(folder, sizeof(folder), "%s/wiregain", place->folder);
	snprintf(path, sizeof(path), "%s/headphones.tsv", folder);
	return mkdir(folder, 0700);
}

static void write_table(const char *text, int times)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (int i = 0; i < times; i++) {
		fputs(text, file);
	}
	assert_int_equal(fclose(file), 0);
}

static void expect_error(int wanted, const char *reason)
{
	struct refusal refusal = {""};
	struct tables tables;

	assert_int_equal(tables_open(&tables, &refusal), wanted);
	assert_null(tables.headphones);
	assert_int_equal(tables.load.headphones.size, 0);
	assert_non_null(strstr(refusal.text, path));
	assert_non_null(strstr(refusal.text, reason));
	tables_close(&tables);
}

static void test_what_is_read(void **state)
{
	struct refusal untouched = {"as before"};
	struct tables tables;

	assert_int_equal(tables_open(&tables, NULL), 0); /* none */
	assert_int_equal(tables.load.headphones.size + tables.load.amplifiers.size, 0);
	tables_close(&tables);
	write_table(ROW, 1);
	assert_int_equal(tables_open(&tables, &untouched), 0);
	assert_string_equal(untouched.text, "as before");
	assert_int_equal(tables.load.headphones.size, strlen(ROW));
	assert_memory_equal(tables.load.headphones.bytes, ROW, strlen(ROW));
	assert_int_equal(tables.load.amplifiers.size, 0);
	tables_close(&tables);
	assert_null(tables.headphones);
}

static void test_the_size_has_an_end(void **state)
{
	struct tables tables;
	char line[1025];

	memset(line, '#', sizeof(line));
	line[1023] = '\n';
	line[1024] = '\0';
	write_table(line, 256);
	assert_int_equal(tables_open(&tables, NULL), 0);
	assert_int_equal(tables.load.headphones.size, 256 * 1024);
	tables_close(&tables);
	write_table("#", 256 * 1024 + 1);
	expect_error(-EFBIG, "has more than 256 kB");
}

static void test_errors(void **state)
{
	write_table("A\tB\tdynamic\t0\t100\n", 1);
	expect_error(-EINVAL, "line 1: nominal_ohm");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_error(-EINVAL, "is not a file");
	assert_int_equal(unlink(path), 0);
	/* A regular file whose first byte cannot be read. */
	assert_int_equal(symlink("/proc/self/mem", path), 0);
	expect_error(-EIO, strerror(EIO));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("headphones.tsv", path), 0);
	expect_error(-ELOOP, strerror(ELOOP));
}

static void test_where_they_are(void **state)
{
	char *found;

	setenv("XDG_CONFIG_HOME", "/config", 1);
	setenv("HOME", "/home/me", 1);
	found = tables_path("x.tsv");
	assert_string_equal(found, "/config/wiregain/x.tsv");
	free(found);
	setenv("XDG_CONFIG_HOME", "config", 1); /* a relative path is ignored */
	found = tables_path("x.tsv");
	assert_string_equal(found, "/home/me/.config/wiregain/x.tsv");
	free(found);
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "me", 1);
	assert_null(tables_path("x.tsv"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_read, set_up, remove_place),
		cmocka_unit_test_setup_teardown(test_the_size_has_an_end, set_up, remove_place),
		cmocka_unit_test_setup_teardown(test_errors, set_up, remove_place),
		cmocka_unit_test(test_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
