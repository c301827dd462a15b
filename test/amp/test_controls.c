/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What other programs and stored settings rely on: the path, range, default, access and words of
 *each control, as controls.tsv lists them. A deliberate change is made in both:
 *
 *	test_controls > test/amp/controls.tsv
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"

#define LINE_BYTES 1024

static const char *const types[] = {"switch", "choice", "level", "number", "text", "action"};
static const char *const accesses[] = {"operate", "setup", "none"};
static const char *const flags[] = {"kept", "mutable", "off_at_0", "next", "meter"};

__attribute__((format(printf, 2, 3))) static void append(char *line, const char *format, ...)
{
	size_t length = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + length, LINE_BYTES - length, format, args);
	va_end(args);
}

static void append_words(char *line, const char *const *words, int count)
{
	append(line, "\t");
	for (int i = 0; words && i < count && words[i]; i++) {
		append(line, i > 0 ? ",%s" : "%s", words[i]);
	}
}

static void describe(const struct control *row, char *line)
{
	line[0] = '\0';
	append(line, "%s\t%s\t%s\t%.15g\t%.15g\t%.15g\t%.15g\t%s\t%d\t", row->path,
	       types[row->type], row->unit ? row->unit : "", row->minimum, row->maximum, row->step,
	       row->initial, accesses[row->access], row->instances);
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		append(line, "%s", row->flags & 1u << i ? flags[i] : "");
		append(line, "%s", row->flags & 1u << i ? " " : "");
	}
	append_words(line, row->choices, 100);
	append_words(line, row->texts, row->instances > 0 ? row->instances : 1);
	append_words(line, row->places, 100);
	append(line, "\n");
}

static void test_the_table_is_as_listed(void **state)
{
	FILE *list = fopen(getenv("CONTROLS_TSV"), "r");
	char line[LINE_BYTES], listed[LINE_BYTES];

	assert_non_null(list);
	for (int id = 0; id < CONTROL_COUNT; id++) {
		describe(&controls[id], line);
		if (!fgets(listed, sizeof(listed), list)) {
			listed[0] = '\0';
		}
		assert_string_equal(line, listed);
	}
	assert_null(fgets(listed, sizeof(listed), list));
	fclose(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_as_listed),
	};
	char line[LINE_BYTES];

	if (getenv("CONTROLS_TSV")) {
		return cmocka_run_group_tests(tests, NULL, NULL);
	}
	for (int id = 0; id < CONTROL_COUNT; id++) {
		describe(&controls[id], line);
		fputs(line, stdout);
	}
	return 0;
}
