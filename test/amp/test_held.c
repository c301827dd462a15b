/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What keeps a moment from becoming loud: a held key pauses on the way up, and headphones that are
 * plugged in are lowered to the start level; and nothing of it gets past the lock or a reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "held.h"
#include "lock.h"
#include "protect.h"

static struct amp amp;

static void set(const char *path, const char *text)
{
	struct command command;

	assert_int_equal(command_parse_set(path, text, &command, NULL), 0);
	assert_int_equal(amp_command(&amp, &command, NULL), 0);
}

static int step_at(uint64_t ms, int steps)
{
	const struct command command = {.ref = {CONTROL_HEADPHONE_LEVEL, 0},
					.verb = VERB_STEP,
					.steps = steps,
					.time_ms = ms};

	assert_int_equal(amp_command(&amp, &command, NULL), 0);
	return amp_int(&amp, CONTROL_HEADPHONE_LEVEL);
}

static const char *notice(void)
{
	return amp_value(&amp, (struct control_ref){CONTROL_SYSTEM_NOTICE, 0})->text;
}

static void test_a_held_key_pauses_once(void **state)
{
	uint64_t now = 1000;

	amp_init(&amp);
	set("headphone.level", "-20");
	for (int i = 0; i < 100; i++) {
		assert_true(step_at(now += 33, 1) <= -10);
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -10); /* -5.0: 20 below +15.0 */
	assert_string_equal(notice(),
			    "headphone paused at -5.0 dB, 20 dB below headphone.limit: press again "
			    "to go on");
	now += 149;
	assert_int_equal(step_at(now, 1), -10);
	now += 150;
	assert_int_equal(step_at(now, 1), -9);
	for (int i = 0; i < 100; i++) {
		step_at(now += 33, 1);
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), HALF_DB_MAX);
}

static void test_single_presses_and_the_way_down_are_free(void **state)
{
	uint64_t now = 5;

	amp_init(&amp);
	set("headphone.level", "-20");
	for (int i = 0; i < 60; i++) {
		step_at(now += 200, 1);
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), 20);
	for (int i = 0; i < 60; i++) {
		step_at(now += 20, -1);
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -40);
	for (int i = 0; i < 60; i++) {
		step_at(0, 1); /* nobody knows when */
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), 20);
}

static void test_the_pause_follows_the_limit(void **state)
{
	uint64_t now = 1;

	amp_init(&amp);
	set("headphone.limit", "-15");
	set("headphone.level", "-50");
	for (int i = 0; i < 200; i++) {
		step_at(now += 10, 3);
	}
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -70);
}

/* A step that leads nowhere ends a press: the next one may begin beyond the pause. */
static void test_a_step_to_the_same_level_ends_a_press(void **state)
{
	struct held held = {.last_ms = 1000};

	assert_int_equal(held_level(&held, 10, 10, 30, 1100), 10);
	assert_int_equal(held_level(&held, 10, 12, 30, 1200), 12);
	assert_int_equal(held_level(&held, 12, 13, 30, 1349), 13);
	assert_int_equal(held_level(&held, 13, 9, 30, 1350), 9);
}

static void test_headphones_plugged_in_are_lowered(void **state)
{
	amp_init(&amp);
	set("headphone.level", "3");
	set("line.level", "3");
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_WAITING);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), 6);
	amp_report_device(&amp, OUTPUT_LINE, DEVICE_WAITING);
	amp_report_device(&amp, OUTPUT_LINE, DEVICE_CONNECTED);
	assert_int_equal(amp_int(&amp, CONTROL_LINE_LEVEL), 6);
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_CONNECTED);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -60);
	assert_int_equal(amp_int(&amp, CONTROL_LINE_LEVEL), 6);
	assert_string_equal(notice(), "headphones plugged in: headphone level from 3.0 dB to -30.0 "
				      "dB (headphone.start)");
	set("headphone.level", "-35");
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_WAITING);
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_CONNECTED);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -70);
}

static void test_bypass_waits_for_a_hand_too(void **state)
{
	amp_init(&amp);
	set("input.1.bypass", "on");
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), 0);
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_WAITING);
	amp_report_device(&amp, OUTPUT_HEADPHONE, DEVICE_CONNECTED);
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), -80);
	assert_int_equal(plan_half_db(&amp, OUTPUT_LINE), 0);
	step_at(0, 1);
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), -79);
	set("input.1.bypass", "off");
	set("input.1.bypass", "on");
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), 0);
}

/* What a lock keeps, and what a reset leaves. */
static void test_lock_and_reset_keep_the_protection(void **state)
{
	static const char *const looser[][2] = {
		{"protect.limiter", "off"},   {"protect.dc", "off"},     {"protect.noise", "off"},
		{"protect.spl_limit", "off"}, {"headphone.limit", "15"},
	};
	const struct command reset = {.ref = {CONTROL_PROTECT_RESET, 0}, .verb = VERB_DO};
	struct command command;
	struct refusal refusal;

	amp_init(&amp);
	set("load.impedance", "300");
	set("load.sensitivity", "100");
	set("load.full_scale", "10");
	set("protect.spl_limit", "90");
	set("headphone.limit", "-3");
	for (int i = 0; i < 5; i++) {
		assert_int_equal(command_parse_set(looser[i][0], looser[i][1], &command, NULL), 0);
		assert_true(lock_check(&amp, &command, &refusal) < 0);
	}
	assert_true(lock_check(&amp, &reset, &refusal) < 0);
	set("protect.limiter", "off");
	set("protect.dc", "off");
	set("headphone.level", "-4");
	amp_reset(&amp);
	assert_int_equal(amp_int(&amp, CONTROL_PROTECT_LIMITER), LIMITER_SAFETY);
	assert_int_equal(amp_int(&amp, CONTROL_PROTECT_DC), 1);
	assert_true(amp_int(&amp, CONTROL_HEADPHONE_LEVEL) <= -80);
}

/* 100 dB at 1 V and 10 V of full scale give 120 dB: 90 are 30 dB below full scale. */
static void test_the_ceiling_follows_the_load(void **state)
{
	struct command command;
	struct plan plan;

	amp_init(&amp);
	assert_int_equal(command_parse_set("protect.spl_limit", "90", &command, NULL), 0);
	assert_true(amp_command(&amp, &command, NULL) < 0); /* of what? */
	set("load.impedance", "300");
	set("load.sensitivity", "100");
	set("load.full_scale", "10");
	set("protect.spl_limit", "90");
	plan_make(&amp, &plan);
	assert_true(plan.guard[OUTPUT_HEADPHONE].ceiling > 0.03161 &&
		    plan.guard[OUTPUT_HEADPHONE].ceiling < 0.03163);
	assert_true(plan.guard[OUTPUT_LINE].ceiling == 1 && plan.guard[OUTPUT_SUB].ceiling == 1);
	assert_true(plan.guard[OUTPUT_HEADPHONE].dc > 0.0707 &&
		    plan.guard[OUTPUT_HEADPHONE].dc < 0.0708); /* 1 V of 14.14 */
	assert_int_equal(amp_int(&amp, CONTROL_PROTECT_CEILING_BY), CEILING_SPL);
	assert_true(amp_value(&amp, (struct control_ref){CONTROL_PROTECT_CEILING, 0})->number ==
		    -30);
	set("load.sensitivity", "off");
	assert_int_equal(amp_int(&amp, CONTROL_PROTECT_CEILING_BY), CEILING_SPL_UNKNOWN);
	assert_non_null(strstr(notice(), "the headphones are muted: protect.spl_limit cannot"));
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), HALF_DB_MUTE);
	assert_int_equal(plan_half_db(&amp, OUTPUT_LINE), -80);
	set("load.sensitivity", "100");
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), -80);
	set("load.sensitivity", "off");
	set("protect.spl_limit", "off");
	assert_int_equal(plan_half_db(&amp, OUTPUT_HEADPHONE), -80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_held_key_pauses_once),
		cmocka_unit_test(test_single_presses_and_the_way_down_are_free),
		cmocka_unit_test(test_the_pause_follows_the_limit),
		cmocka_unit_test(test_a_step_to_the_same_level_ends_a_press),
		cmocka_unit_test(test_headphones_plugged_in_are_lowered),
		cmocka_unit_test(test_bypass_waits_for_a_hand_too),
		cmocka_unit_test(test_lock_and_reset_keep_the_protection),
		cmocka_unit_test(test_the_ceiling_follows_the_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
