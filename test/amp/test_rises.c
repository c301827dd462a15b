/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What gets louder, and by how much: never by more than a hand asked for, never another output, and
 * never by a reset.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"

static struct amp amp;

/* "PATH=VALUE", up to NULL. */
static void set(const char *const *assignments)
{
	for (; *assignments; assignments++) {
		const char *value = strchr(*assignments, '=') + 1;
		char path[PATH_BYTES];
		struct command command;
		struct refusal refusal = {""};

		snprintf(path, sizeof(path), "%.*s", (int)(value - *assignments - 1), *assignments);
		if (command_parse_set(path, value, &command, &refusal) < 0 ||
		    amp_command(&amp, &command, &refusal) < 0) {
			fail_msg("%s: %s", *assignments, refusal.text);
		}
	}
}

#define SET(...) set((const char *const[]){__VA_ARGS__, NULL})

static void turn(enum control_id level, int steps)
{
	const struct command command = {.ref = {level, 0}, .verb = VERB_STEP, .steps = steps};

	assert_int_equal(amp_command(&amp, &command, NULL), 0);
}

static void expect(int headphone_half_db, int line_half_db)
{
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_GAIN), headphone_half_db);
	assert_int_equal(amp_int(&amp, CONTROL_LINE_GAIN), line_half_db);
}

/* Trim, limit and bypass come after the level: what is heard is less than both together. */
static void test_dim_ends_where_it_is_heard_behind_limits(void **state)
{
	amp_init(&amp);
	SET("input.1.trim=20", "headphone.limit=0", "line.limit=-40", "headphone.level=-20.5",
	    "dim=on");
	expect(-41, -120);
	turn(CONTROL_HEADPHONE_LEVEL, 40);
	expect(-40, -120); /* -0.5 with its trim is held at 0.0, and dimmed */
	turn(CONTROL_HEADPHONE_LEVEL, 1);
	assert_int_equal(amp_int(&amp, CONTROL_DIM), 0);
	expect(-40, -120);
}

static void test_dim_stays_where_a_bypass_is_heard(void **state)
{
	amp_init(&amp);
	SET("headphone.level=-40", "input.1.bypass=on", "dim=on");
	expect(-40, -40);
	turn(CONTROL_HEADPHONE_LEVEL, 60);
	assert_int_equal(amp_int(&amp, CONTROL_DIM), 1);
	expect(-40, -40);
}

/* What dim ends for is muted: it is no louder than under dim when it comes back. */
static void test_dim_ends_for_what_is_muted_too(void **state)
{
	amp_init(&amp);
	SET("line.mute=on", "dim=on");
	turn(CONTROL_HEADPHONE_LEVEL, 41);
	assert_int_equal(amp_int(&amp, CONTROL_DIM), 0);
	SET("line.mute=off");
	expect(-79, -120);
}

/* The sub has a way of its own through the limit. */
static void test_dim_ends_for_the_sub_too(void **state)
{
	int before;

	amp_init(&amp);
	SET("line.limit=0", "line.level=-19", "sub.level=20", "dim=on");
	turn(CONTROL_LINE_LEVEL, 38);
	before = plan_half_db(&amp, OUTPUT_SUB);
	assert_int_equal(before, -40);
	SET("headphone.level=-10");
	assert_int_equal(amp_int(&amp, CONTROL_DIM), 0);
	assert_true(plan_half_db(&amp, OUTPUT_SUB) <= before);
}

static void test_following_unmutes_nothing(void **state)
{
	amp_init(&amp);
	SET("line.follow=level", "line.mute=on");
	turn(CONTROL_HEADPHONE_LEVEL, 1);
	expect(-79, HALF_DB_MUTE);
	turn(CONTROL_LINE_LEVEL, 1);
	expect(-78, -78);
}

/* Down to the stop and back: the distance of both is as it was. */
static void test_following_survives_the_stop(void **state)
{
	amp_init(&amp);
	SET("line.level=-100", "line.follow=level");
	turn(CONTROL_HEADPHONE_LEVEL, -1000);
	expect(HALF_DB_MUTE, HALF_DB_MUTE);
	turn(CONTROL_HEADPHONE_LEVEL, 100);
	expect(HALF_DB_MUTE + 100, HALF_DB_MUTE);
	SET("headphone.level=-40");
	expect(-80, -200);
	SET("headphone.level=mute", "headphone.level=-40");
	expect(-80, -200);
}

static void restart(void)
{
	static struct amp kept;
	struct control_ref ref = {0, -1};

	kept = amp;
	amp_init(&amp);
	while (controls_next(&ref)) {
		if (controls[ref.id].flags & CONTROL_KEPT) {
			assert_int_equal(amp_restore(&amp, ref, amp_value(&kept, ref), NULL), 0);
		}
	}
	amp_start(&amp);
}

/* The start level is that of every input, with its own trim where it has its own level. */
static void test_start_is_of_every_input(void **state)
{
	amp_init(&amp);
	SET("input.2.level_memory=on", "input.2.trim=5", "input=2", "headphone.level=10",
	    "line.level=10", "input=3", "headphone.level=0", "input.1.level_memory=on", "input=1");
	restart();
	expect(-60, -80);
	SET("input=2");
	expect(-60, -60);
	SET("input=3");
	expect(-60, -80);
	SET("headphone.level=0", "input=2", "headphone.level=0", "input=1");
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_WAITING);
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_CONNECTED);
	SET("input=2");
	expect(-60, -60);
	SET("input=3");
	expect(-60, -80);
}

/* After power-up half a dB is half a dB, on one output; whoever wants the bypass asks for it. */
static void test_a_knob_does_not_ask_for_bypass(void **state)
{
	amp_init(&amp);
	SET("input.1.bypass=on");
	expect(0, 0);
	restart();
	expect(-80, -80);
	turn(CONTROL_LINE_LEVEL, 1);
	expect(-80, -79);
	SET("input=2", "input=1");
	expect(0, 0);
}

/* A knob at mute is silence, and comes up again from there. */
static void test_mute_beats_bypass(void **state)
{
	amp_init(&amp);
	SET("input.1.bypass=on", "headphone.level=mute");
	expect(HALF_DB_MUTE, 0);
	turn(CONTROL_HEADPHONE_LEVEL, 1);
	expect(HALF_DB_MIN, 0);
	SET("headphone.level=mute", "input.1.bypass=off", "input.1.bypass=on", "line.mute=on");
	expect(HALF_DB_MUTE, HALF_DB_MUTE);
	SET("line.mute=off", "headphone.level=-50");
	expect(-100, 0);
	SET("input=2", "input=1");
	expect(0, 0);
	SET("line.follow=level", "line.level=mute", "headphone.level=mute");
	turn(CONTROL_HEADPHONE_LEVEL, 2);
	assert_true(amp_int(&amp, CONTROL_LINE_GAIN) <= HALF_DB_MIN + 1);
	expect(HALF_DB_MIN + 1, amp_int(&amp, CONTROL_LINE_GAIN));
}

static void reset(void)
{
	const struct command command = {.ref = {CONTROL_SYSTEM_RESET, 0}, .verb = VERB_DO};

	assert_int_equal(amp_command(&amp, &command, NULL), 0);
}

/* Whatever made it quiet before the reset. */
static void test_a_reset_raises_nothing(void **state)
{
	amp_init(&amp);
	SET("input.1.trim=-20", "dim=on", "line.level=-60");
	expect(-160, -200);
	reset();
	expect(-160, -200);

	amp_init(&amp);
	SET("headphone.mute=on", "line.mute=on", "sub.mute=on", "power=off");
	reset();
	expect(HALF_DB_MUTE, HALF_DB_MUTE);
	assert_int_equal(plan_half_db(&amp, OUTPUT_SUB), HALF_DB_MUTE);
	assert_int_equal(amp_int(&amp, CONTROL_POWER), 0);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -80);
	SET("headphone.mute=off");
	expect(-80, HALF_DB_MUTE);

	amp_init(&amp);
	SET("line.follow=mute_with_headphones", "sub.level=-20");
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_CONNECTED);
	expect(-80, HALF_DB_MUTE);
	reset();
	expect(-80, HALF_DB_MUTE);

	amp_init(&amp);
	SET("sub.level=-20");
	reset();
	assert_true(plan_half_db(&amp, OUTPUT_SUB) <= -120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dim_ends_where_it_is_heard_behind_limits),
		cmocka_unit_test(test_dim_stays_where_a_bypass_is_heard),
		cmocka_unit_test(test_dim_ends_for_what_is_muted_too),
		cmocka_unit_test(test_dim_ends_for_the_sub_too),
		cmocka_unit_test(test_following_unmutes_nothing),
		cmocka_unit_test(test_following_survives_the_stop),
		cmocka_unit_test(test_start_is_of_every_input),
		cmocka_unit_test(test_a_knob_does_not_ask_for_bypass),
		cmocka_unit_test(test_mute_beats_bypass),
		cmocka_unit_test(test_a_reset_raises_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
