/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A locked panel: every control there is, each way, against the list of what may be done.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lock.h"

static struct command set(const char *path, const char *text)
{
	struct command command;

	assert_int_equal(command_parse_set(path, text, &command, NULL), 0);
	return command;
}

static int check(const struct amp *amp, const char *path, const char *text)
{
	const struct command command = set(path, text);

	return lock_check(amp, &command, NULL);
}

static int check_step(const struct amp *amp, const char *path, int steps)
{
	struct command command = {.verb = VERB_STEP, .steps = steps};

	assert_int_equal(control_find(path, &command.ref, NULL), 0);
	return lock_check(amp, &command, NULL);
}

static void test_levels(void **state)
{
	static const char *const paths[] = {"headphone.level", "line.level"};
	struct amp amp;

	amp_init(&amp);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(check(&amp, paths[i], "-40.5"), 0);
		assert_int_equal(check(&amp, paths[i], "-40"), 0);
		assert_int_equal(check(&amp, paths[i], "mute"), 0);
		assert_int_equal(check(&amp, paths[i], "-39.5"), -EPERM);
		assert_int_equal(check(&amp, paths[i], "15"), -EPERM);
		assert_int_equal(check_step(&amp, paths[i], -1), 0);
		assert_int_equal(check_step(&amp, paths[i], -1000), 0);
		assert_int_equal(check_step(&amp, paths[i], 0), 0);
		assert_int_equal(check_step(&amp, paths[i], 1), -EPERM);
	}
}

static void test_switches(void **state)
{
	static const char *const paths[] = {"headphone.mute", "line.mute", "sub.mute", "dim"};
	struct amp amp;

	amp_init(&amp);
	for (int i = 0; i < 4; i++) {
		const struct command on = set(paths[i], "on");

		assert_int_equal(check(&amp, paths[i], "on"), 0);
		assert_int_equal(check_step(&amp, paths[i], 1), 0);
		assert_int_equal(amp_command(&amp, &on, NULL), 0);
		assert_int_equal(check(&amp, paths[i], "off"), 0);
	}
}

/* A value of the control that is not the one it has. */
static struct value another(struct control_ref ref)
{
	struct value value = control_default(ref);

	switch (controls[ref.id].type) {
	case TYPE_SWITCH:
		value.on = !value.on;
		break;
	case TYPE_CHOICE:
		value.choice = (value.choice + 1) % control_choices(ref.id);
		break;
	case TYPE_LEVEL:
		value.half_db++;
		break;
	case TYPE_NUMBER:
		value.number += 1;
		break;
	case TYPE_TEXT:
		memcpy(value.text, "another", 8);
		break;
	case TYPE_ACTION:
		break;
	}
	return value;
}

static bool is_on_the_list(enum control_id id)
{
	return id == CONTROL_HEADPHONE_MUTE || id == CONTROL_LINE_MUTE || id == CONTROL_SUB_MUTE ||
	       id == CONTROL_DIM;
}

static void test_nothing_else(void **state)
{
	struct control_ref ref = {0, -1};
	struct refusal refusal = {""};
	struct amp amp;

	amp_init(&amp);
	while (controls_next(&ref)) {
		struct command command = {.ref = ref, .verb = VERB_SET, .value = another(ref)};
		int wanted = is_on_the_list(ref.id) ? 0 : -EPERM;

		if (controls[ref.id].type == TYPE_ACTION) {
			command.verb = VERB_DO;
		}
		assert_int_equal(lock_check(&amp, &command, &refusal), wanted);
		command.verb = VERB_STEP;
		command.steps = 1;
		assert_int_equal(lock_check(&amp, &command, &refusal), wanted);
	}
	assert_non_null(strstr(refusal.text, "locked"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
