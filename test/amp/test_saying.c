/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is said to a listener: every row is whole and stands in the document that panels in other
 * languages are written by; and what is said is what was filled in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"

static void test_rows_are_whole(void **state)
{
	for (int id = SAYING_PLAIN + 1; id < SAYING_COUNT; id++) {
		const char *code = saying_code((enum saying_id)id);
		const char *english = saying_english((enum saying_id)id);

		assert_non_null(code);
		assert_true(strlen(english) > 10 && strlen(english) < 200);
		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz_"), strlen(code));
		for (int other = SAYING_PLAIN + 1; other < id; other++) {
			assert_string_not_equal(code, saying_code((enum saying_id)other));
		}
	}
	assert_null(saying_code(SAYING_PLAIN));
}

/* The text of docs/protocol.md, to be freed. */
static char *read_document(void)
{
	const char *path = getenv("PROTOCOL_MD");
	FILE *file = path ? fopen(path, "r") : NULL;
	char *text = calloc(1, 200000);

	assert_non_null(file);
	assert_true(fread(text, 1, 199999, file) > 1000);
	fclose(file);
	return text;
}

static void test_the_document_lists_them_all(void **state)
{
	char *document = read_document();
	const char *at = strstr(document, "| code | sentence |");
	char row[300];
	int listed = 0;

	assert_non_null(at);
	for (int id = SAYING_PLAIN + 1; id < SAYING_COUNT; id++) {
		snprintf(row, sizeof(row), "\n| `%s` | %s |\n", saying_code((enum saying_id)id),
			 saying_english((enum saying_id)id));
		if (!strstr(at, row)) {
			fail_msg("docs/protocol.md lacks:%s", row);
		}
	}
	for (; strncmp(at, "\n\n", 2) != 0; at++) {
		listed += strncmp(at, "\n| `", 4) == 0;
	}
	assert_int_equal(listed, SAYING_COUNT - 1);
	free(document);
}

static struct saying make(enum saying_id id, ...)
{
	struct saying saying;
	va_list strings;

	va_start(strings, id);
	saying_make(&saying, id, strings);
	va_end(strings);
	return saying;
}

static void test_gaps(void **state)
{
	struct saying saying = make(SAYING_PAUSED, "line", "-5.0 dB", "20 dB", NULL);
	char name[SAYING_GAP_BYTES], text[TEXT_BYTES];
	static const char *const names[] = {"output", "level", "below"};

	for (int gap = 0; gap < 3; gap++) {
		assert_true(saying_gap(SAYING_PAUSED, gap, name));
		assert_string_equal(name, names[gap]);
	}
	assert_false(saying_gap(SAYING_PAUSED, 3, name));
	assert_string_equal(saying_fill(&saying, 1), "-5.0 dB");
	assert_string_equal(saying_fill(&saying, 2), "20 dB");
	assert_string_equal(saying_fill(&saying, 3), "");
	assert_string_equal(saying_write(&saying, text, sizeof(text)),
			    "line paused at -5.0 dB, 20 dB below line.limit: press again to go on");
	assert_string_equal(saying_write(&saying, text, 12), "line paused");
}

/* What somebody typed may be of any length, and hold what looks like a gap. */
static void test_what_is_too_long_is_cut(void **state)
{
	char endless[3 * SAYING_FILL_BYTES], text[TEXT_BYTES];
	struct saying saying;

	memset(endless, '{', sizeof(endless));
	endless[sizeof(endless) - 1] = '\0';
	saying = make(SAYING_HEADPHONE_NEAR, endless, "HD 650", NULL);
	assert_int_equal(strlen(saying_fill(&saying, 0)), SAYING_FILL_BYTES - 1);
	assert_string_equal(saying_fill(&saying, 1), "");
	assert_true(strlen(saying_write(&saying, text, sizeof(text))) < sizeof(text));
	saying = make(SAYING_HEADPHONE_NEAR, "{names}", "HD 650", NULL);
	assert_string_equal(saying_write(&saying, text, sizeof(text)),
			    "there is no headphone {names}: did you mean HD 650?");
}

static void test_a_refusal_says_which(void **state)
{
	struct refusal refusal;

	assert_true(refuse_saying(&refusal, SAYING_TOO_SOON, "4", NULL) < 0);
	assert_int_equal(refusal.saying.id, SAYING_TOO_SOON);
	assert_string_equal(refusal.text, "too soon after a wrong one: wait 4 s");
	assert_true(refuse(&refusal, "of no row") < 0);
	assert_int_equal(refusal.saying.id, SAYING_PLAIN);
	assert_true(refuse_saying(NULL, SAYING_LOCKED, NULL) < 0);
}

static void assert_refused(struct amp *amp, const char *path, const char *text, enum saying_id id,
			   const char *fill)
{
	struct refusal refusal = {.text = ""};
	struct command command;

	if (command_parse_set(path, text, &command, &refusal) == 0) {
		assert_true(amp_command(amp, &command, &refusal) < 0);
	}
	assert_int_equal(refusal.saying.id, id);
	assert_string_equal(saying_fill(&refusal.saying, 0), fill);
}

static void test_what_a_listener_meets(void **state)
{
	const struct value limit = {.half_db = -40};
	struct amp amp;

	amp_init(&amp);
	amp_report(&amp, (struct control_ref){CONTROL_HEADPHONE_LIMIT, 0}, &limit);
	assert_refused(&amp, "headphone.level", "-10", SAYING_ABOVE_LIMIT, "-10.0 dB");
	assert_refused(&amp, "headphone.level", "16", SAYING_OUT_OF_RANGE_OR, "16.0 dB");
	assert_refused(&amp, "headphone.level", "2000", SAYING_OUT_OF_RANGE_OR, "2000 dB");
	assert_refused(&amp, "dim.amount", "-1", SAYING_OUT_OF_RANGE, "-1.0 dB");
	assert_refused(&amp, "display.brightness", "1000", SAYING_OUT_OF_RANGE, "1000 %");
	assert_refused(&amp, "sub.lowpass_hz", "4000", SAYING_OUT_OF_RANGE_OR, "4000 Hz");
	assert_refused(&amp, "input.1.name", "", SAYING_TEXT_EMPTY, "1");
	assert_refused(&amp, "input.1.enabled", "off", SAYING_INPUT_SELECTED, "1");
	assert_refused(&amp, "protect.spl_limit", "90", SAYING_LOAD_UNKNOWN, "");
	assert_refused(&amp, "eq.profile", "nobody's", SAYING_PROFILE_UNKNOWN, "nobody's");
	assert_refused(&amp, "load.headphone", "xyzzy plugh", SAYING_HEADPHONE_UNKNOWN,
		       "xyzzy plugh");
}

static void test_what_the_amplifier_did(void **state)
{
	const struct value loud = {.half_db = 10};
	struct amp amp;

	amp_init(&amp);
	assert_int_equal(amp.notice.id, SAYING_PLAIN);
	amp_report(&amp, (struct control_ref){CONTROL_LINE_LEVEL, 0}, &loud);
	amp_start(&amp);
	assert_int_equal(amp.notice.id, SAYING_LOWERED_AT_START);
	assert_string_equal(saying_fill(&amp.notice, 0), "line");
	assert_string_equal(saying_fill(&amp.notice, 1), "5.0 dB");
	amp_report(&amp, (struct control_ref){CONTROL_LINE_LEVEL, 0}, &loud);
	amp_report(&amp, (struct control_ref){CONTROL_HEADPHONE_LEVEL, 0}, &loud);
	amp_start(&amp);
	assert_int_equal(amp.notice.id, SAYING_BOTH_LOWERED_AT_START);
	assert_string_equal(saying_fill(&amp.notice, 3), "-30.0 dB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_the_document_lists_them_all),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_what_is_too_long_is_cut),
		cmocka_unit_test(test_a_refusal_says_which),
		cmocka_unit_test(test_what_a_listener_meets),
		cmocka_unit_test(test_what_the_amplifier_did),
	};

	return cmocka_run_group_tests_name("saying", tests, NULL, NULL);
}
