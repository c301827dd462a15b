/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The controls table and the amplifier's rules.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"

/* Carries out "path=value", "path+1" (a step) and expects `error`. */
static void set(struct amp *amp, const char *path, const char *value, int error)
{
	struct command command;
	struct refusal refusal = {""};
	int got = command_parse_set(path, value, &command, &refusal);

	if (got == 0) {
		got = amp_command(amp, &command, &refusal);
	}
	if (got != error) {
		fail_msg("%s=%s gave %d (%s), not %d", path, value, got, refusal.text, error);
	}
	if (error < 0) {
		assert_true(strlen(refusal.text) > 5);
	}
}

static void step(struct amp *amp, const char *path, int steps)
{
	struct command command = {.verb = VERB_STEP, .steps = steps};

	assert_int_equal(control_find(path, &command.ref, NULL), 0);
	assert_int_equal(amp_command(amp, &command, NULL), 0);
}

static const char *get(const struct amp *amp, const char *path)
{
	static char text[TEXT_BYTES];
	struct control_ref ref;

	assert_int_equal(control_find(path, &ref, NULL), 0);
	return control_format(ref, amp_value(amp, ref), text);
}

#define expect(amp, path, value) assert_string_equal(get(amp, path), value)

static void restore(struct amp *amp, const char *path, const char *text)
{
	struct control_ref ref;
	struct value value;

	assert_int_equal(control_find(path, &ref, NULL), 0);
	assert_int_equal(control_parse(ref, text, &value, NULL), 0);
	assert_int_equal(amp_restore(amp, ref, &value, NULL), 0);
}

static void test_table_is_whole(void **state)
{
	struct control_ref ref = {0, -1};
	int count = 0;

	while (controls_next(&ref)) {
		const struct control *row = &controls[ref.id];
		char path[PATH_BYTES], text[TEXT_BYTES];
		struct control_ref found;
		struct value value = control_default(ref), again;

		count++;
		assert_non_null(row->path);
		assert_true(strlen(row->help) > 8);
		assert_int_equal(control_find(control_path(ref, path), &found, NULL), 0);
		assert_int_equal(found.id, ref.id);
		assert_int_equal(found.instance, ref.instance);
		if (row->type == TYPE_ACTION || row->access == ACCESS_NONE) {
			continue;
		}
		assert_int_equal(control_check(ref, &value, NULL), 0);
		control_format(ref, &value, text);
		assert_int_equal(control_parse(ref, text, &again, NULL), 0);
		assert_true(control_equal(ref, &value, &again));
	}
	assert_true(count > CONTROL_COUNT);
}

static void test_every_level_reads_back(void **state)
{
	const struct control_ref ref = {CONTROL_HEADPHONE_LEVEL, 0};
	int positions = 0;

	for (int half_db = HALF_DB_MUTE; half_db <= HALF_DB_MAX; half_db++) {
		char text[TEXT_BYTES], exact[32];
		struct value value = {.half_db = half_db}, again;

		control_format(ref, &value, text);
		assert_int_equal(control_parse(ref, text, &again, NULL), 0);
		assert_int_equal(again.half_db, half_db);
		if (half_db != HALF_DB_MUTE) {
			snprintf(exact, sizeof(exact), "%.1f", half_db / 2.0);
			assert_string_equal(text, exact);
			positions++;
		}
	}
	assert_int_equal(positions, 275);
}

static void test_bad_values_are_refused(void **state)
{
	static const struct {
		const char *path, *value;
		int error;
	} bad[] = {
		{"headphone.level", "-12.3", -EINVAL},
		{"headphone.level", "-122.5", -EINVAL},
		{"headphone.level", "15.5", -EINVAL},
		{"headphone.level", "nan", -EINVAL},
		{"headphone.level", "inf", -EINVAL},
		{"headphone.level", "1e9", -EINVAL},
		{"headphone.level", "", -EINVAL},
		{"headphone.level", "-12.5dB", -EINVAL},
		{"headphone.level", "0x10", -EINVAL},
		{"headphone.level", "off", -EINVAL},
		{"headphone.leevl", "-12.5", -ENOENT},
		{"input.6.name", "x", -ENOENT},
		{"input.0.name", "x", -ENOENT},
		{"input", "6", -EINVAL},
		{"dim", "2", -EINVAL},
		{"dim.amount", "-4.5", -EINVAL},
		{"dim.amount", "mute", -EINVAL},
		{"sub.lowpass_hz", "39", -EINVAL},
		{"sub.lowpass_hz", "80.5", -EINVAL},
		{"sub.lowpass_hz", "201", -EINVAL},
		{"monitor.mode", "Mono", -EINVAL},
		{"input.1.name", "", -EINVAL},
		{"input.1.name", "\xff", -EINVAL},
		{"input.1.name", "a\nb", -EINVAL},
		{"input.1.name", "1234567890123456789012345", -EINVAL},
		{"headphone.gain", "0.0", -EACCES},
		{"system.version", "9", -EACCES},
		{"system.reset", "on", -EINVAL},
	};
	struct amp amp, before;

	amp_init(&amp);
	before = amp;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		set(&amp, bad[i].path, bad[i].value, bad[i].error);
		assert_memory_equal(&amp, &before, sizeof(amp));
	}
}

static void test_texts_are_characters(void **state)
{
	struct amp amp;

	amp_init(&amp);
	expect(&amp, "input.3.name", "RCA 1");
	set(&amp, "input.1.name", "Plattenspieler im Büro ♪", 0);
	expect(&amp, "input.1.name", "Plattenspieler im Büro ♪");
}

static void test_mute_beats_dim_beats_level(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.level", "-10", 0);
	expect(&amp, "headphone.gain", "-10.0");
	set(&amp, "dim", "on", 0);
	expect(&amp, "headphone.gain", "-30.0");
	expect(&amp, "headphone.level", "-10.0");
	set(&amp, "headphone.mute", "on", 0);
	expect(&amp, "headphone.gain", "mute");
	set(&amp, "dim", "off", 0);
	expect(&amp, "headphone.gain", "mute");
	set(&amp, "headphone.mute", "off", 0);
	expect(&amp, "headphone.gain", "-10.0");
}

static void test_raising_beyond_dim_ends_it_where_it_is_heard(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.level", "-50", 0);
	set(&amp, "line.level", "-20", 0);
	set(&amp, "dim", "on", 0);
	step(&amp, "headphone.level", 40);
	expect(&amp, "dim", "on");
	expect(&amp, "headphone.gain", "-50.0");
	expect(&amp, "line.gain", "-40.0");
	step(&amp, "headphone.level", 1);
	expect(&amp, "dim", "off");
	expect(&amp, "headphone.gain", "-49.5");
	expect(&amp, "headphone.level", "-49.5");
	expect(&amp, "line.gain", "-40.0");
}

static void test_up_unmutes_and_down_does_not(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.mute", "on", 0);
	step(&amp, "headphone.level", -1);
	expect(&amp, "headphone.mute", "on");
	set(&amp, "headphone.level", "-40.5", 0);
	expect(&amp, "headphone.mute", "on");
	step(&amp, "headphone.level", 1);
	expect(&amp, "headphone.mute", "off");
	expect(&amp, "headphone.gain", "-40.0");
}

static void test_limits(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.limit", "-20", 0);
	set(&amp, "headphone.level", "-19.5", -EPERM);
	expect(&amp, "headphone.level", "-40.0");
	step(&amp, "headphone.level", 1000);
	expect(&amp, "headphone.level", "-20.0");
	set(&amp, "input.1.trim", "20", 0);
	expect(&amp, "headphone.gain", "-20.0");
	set(&amp, "headphone.limit", "-30", 0);
	expect(&amp, "headphone.level", "-30.0");
	set(&amp, "input.1.bypass", "on", 0);
	expect(&amp, "headphone.gain", "-30.0");
	set(&amp, "headphone.limit", "15", 0);
	expect(&amp, "headphone.level", "-30.0");
	step(&amp, "headphone.level", -100000);
	expect(&amp, "headphone.level", "mute");
	step(&amp, "headphone.level", 1);
	expect(&amp, "headphone.level", "-122.0");
}

static void test_an_echo_changes_nothing(void **state)
{
	struct control_ref ref = {0, -1};
	struct amp amp, before;

	amp_init(&amp);
	set(&amp, "headphone.level", "-33.5", 0);
	set(&amp, "headphone.mute", "on", 0);
	set(&amp, "dim", "on", 0);
	set(&amp, "headphone.limit", "-33.5", 0);
	while (amp_take_change(&amp, &ref)) {
	}
	before = amp;
	ref = (struct control_ref){0, -1};
	while (controls_next(&ref)) {
		struct command command = {ref, VERB_SET, *amp_value(&amp, ref), 0};

		if (controls[ref.id].access != ACCESS_NONE &&
		    controls[ref.id].type != TYPE_ACTION) {
			assert_int_equal(amp_command(&amp, &command, NULL), 0);
		}
	}
	assert_memory_equal(&amp, &before, sizeof(amp));
}

static void test_inputs_that_are_not_enabled_are_skipped(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "input.2.enabled", "off", 0);
	set(&amp, "input.5.enabled", "off", 0);
	set(&amp, "input", "next", 0);
	expect(&amp, "input", "3");
	set(&amp, "input", "2", -EPERM);
	set(&amp, "input.3.enabled", "off", -EPERM);
	set(&amp, "input", "next", 0);
	set(&amp, "input", "next", 0);
	expect(&amp, "input", "1");
	set(&amp, "input", "previous", 0);
	expect(&amp, "input", "4");
	set(&amp, "input.1.enabled", "off", 0);
	set(&amp, "input.3.enabled", "off", 0);
	set(&amp, "input", "next", 0);
	expect(&amp, "input", "4");
}

/* What was kept may be anything: the next input ends where there is none. */
static void test_no_input_is_enabled(void **state)
{
	struct amp amp;

	amp_init(&amp);
	for (int i = 1; i <= INPUTS; i++) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "input.%d.enabled", i);
		restore(&amp, path, "off");
	}
	set(&amp, "input", "next", 0);
	expect(&amp, "input", "1");
	set(&amp, "input", "previous", 0);
	expect(&amp, "input", "1");
	amp_start(&amp);
	expect(&amp, "input.1.enabled", "on");
}

static void test_level_memory(void **state)
{
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.level", "-30", 0);
	set(&amp, "input.2.level_memory", "on", 0);
	set(&amp, "input", "2", 0);
	expect(&amp, "headphone.level", "-30.0");
	set(&amp, "headphone.level", "-10", 0);
	set(&amp, "input", "3", 0);
	expect(&amp, "headphone.level", "-30.0");
	set(&amp, "headphone.level", "-35", 0);
	set(&amp, "input", "1", 0);
	expect(&amp, "headphone.level", "-35.0");
	set(&amp, "headphone.limit", "-15", 0);
	set(&amp, "input", "2", 0);
	expect(&amp, "headphone.level", "-15.0");
}

static void test_power_up(void **state)
{
	struct amp amp;

	amp_init(&amp);
	restore(&amp, "headphone.level", "-5.0");
	restore(&amp, "line.level", "-60.0");
	restore(&amp, "input.1.trim", "10.0");
	restore(&amp, "input.1.bypass", "on");
	restore(&amp, "power", "off");
	amp_start(&amp);
	expect(&amp, "power", "off");
	expect(&amp, "headphone.level", "-40.0"); /* start -30.0, less 10.0 of trim */
	expect(&amp, "headphone.gain", "-30.0");
	expect(&amp, "line.level", "-60.0");
	expect(&amp, "line.gain", "-50.0"); /* the bypass waits */
	expect(&amp, "system.notice",
	       "lowered at power-up: headphone level from -5.0 dB to -40.0 dB (headphone.start)");
	step(&amp, "line.level", 1); /* half a dB is half a dB */
	expect(&amp, "line.gain", "-49.5");
	expect(&amp, "headphone.gain", "-30.0");
	set(&amp, "input", "next", 0);
	set(&amp, "input", "previous", 0); /* who selects it asks for it */
	expect(&amp, "line.gain", "10.0");
	set(&amp, "headphone.level", "0", 0);
	set(&amp, "power", "on", 0);
	expect(&amp, "headphone.level", "-40.0");
	expect(&amp, "line.gain", "-49.5");

	amp_init(&amp);
	restore(&amp, "power", "off");
	restore(&amp, "power.auto_on", "on");
	amp_start(&amp);
	expect(&amp, "power", "on");
	expect(&amp, "system.notice", "");
}

static void test_power_up_tells_of_both(void **state)
{
	struct amp amp;

	amp_init(&amp);
	restore(&amp, "headphone.level", "10.0");
	restore(&amp, "line.level", "-31.0");
	restore(&amp, "line.start", "mute");
	amp_start(&amp);
	expect(&amp, "system.notice",
	       "lowered at power-up: headphone level from 10.0 dB to -30.0 dB (headphone.start), "
	       "line level from -31.0 dB to mute (line.start)");
}

static void test_line_follows(void **state)
{
	const struct control_ref headphone = {CONTROL_DEVICE_HEADPHONE_STATE, 0};
	const struct value connected = {.choice = DEVICE_CONNECTED},
			   waiting = {.choice = DEVICE_WAITING};
	struct amp amp;

	amp_init(&amp);
	set(&amp, "line.follow", "mute_with_headphones", 0);
	expect(&amp, "line.gain", "-40.0");
	amp_report(&amp, headphone, &connected);
	expect(&amp, "line.gain", "mute");
	set(&amp, "headphone.mute", "on", 0);
	expect(&amp, "line.gain", "-40.0");
	set(&amp, "headphone.mute", "off", 0);
	amp_report(&amp, headphone, &waiting);
	expect(&amp, "line.gain", "-40.0");
	set(&amp, "line.follow", "level", 0);
	set(&amp, "line.level", "-50", 0);
	expect(&amp, "headphone.level", "-50.0");
	step(&amp, "headphone.level", 5);
	expect(&amp, "line.level", "-47.5");
	set(&amp, "line.limit", "-45", 0);
	step(&amp, "headphone.level", 50);
	expect(&amp, "line.level", "-45.0");
	expect(&amp, "headphone.level", "-22.5");
}

static void test_desktop_fader(void **state)
{
	const struct control_ref fader = {CONTROL_INPUT_FADER, 0};
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.level", "-10", 0);
	amp_report(&amp, fader, &(struct value){.half_db = -36});
	expect(&amp, "input.1.fader", "-18.0");
	expect(&amp, "headphone.gain", "-28.0");
	amp_report(&amp, fader, &(struct value){.half_db = HALF_DB_MUTE});
	expect(&amp, "headphone.gain", "mute");
	set(&amp, "input", "2", 0);
	expect(&amp, "headphone.gain", "-10.0");
}

static void test_reset_never_raises(void **state)
{
	const struct control_ref reset = {CONTROL_SYSTEM_RESET, 0};
	struct amp amp;

	amp_init(&amp);
	set(&amp, "headphone.level", "-80", 0);
	set(&amp, "line.level", "0", 0);
	set(&amp, "input.1.name", "Tape", 0);
	assert_int_equal(amp_command(&amp, &(struct command){reset, VERB_DO}, NULL), 0);
	expect(&amp, "headphone.level", "-80.0");
	expect(&amp, "line.level", "-40.0");
	expect(&amp, "input.1.name", "XLR 1");
}

static void test_changes_are_told_once(void **state)
{
	struct control_ref ref;
	struct amp amp;

	amp_init(&amp);
	assert_false(amp_take_change(&amp, &ref));
	set(&amp, "input.4.trim", "1.5", 0);
	assert_true(amp_take_change(&amp, &ref));
	assert_int_equal(ref.id, CONTROL_INPUT_TRIM);
	assert_int_equal(ref.instance, 3);
	assert_false(amp_take_change(&amp, &ref));
}

/* Levels, trim, balance, dim and limit add as integers: what cancels is exactly 1. */
static void test_plan_adds_integers(void **state)
{
	struct plan plan;
	struct amp amp;

	for (int half_db = -30; half_db <= 30; half_db++) {
		char level[LEVEL_BYTES], trim[LEVEL_BYTES];

		amp_init_neutral(&amp);
		set(&amp, "headphone.level", half_db_format(half_db, level), 0);
		set(&amp, "input.1.trim", half_db_format(-half_db, trim), 0);
		plan_make(&amp, &plan);
		assert_true(plan.gain[CHANNEL_HEADPHONE_LEFT][0][0] == 1);
		assert_true(plan.bit_exact[OUTPUT_HEADPHONE]);
	}
	amp_init_neutral(&amp);
	set(&amp, "line.level", "10", 0);
	set(&amp, "line.balance", "-10", 0);
	plan_make(&amp, &plan);
	assert_true(plan.gain[CHANNEL_LINE_RIGHT][0][1] == 1);
	assert_true(plan.gain[CHANNEL_LINE_LEFT][0][0] == half_db_to_lin(20));
	assert_false(plan.bit_exact[OUTPUT_LINE]);
	set(&amp, "line.balance", "0", 0);
	set(&amp, "dim.amount", "-10", 0);
	set(&amp, "dim", "on", 0);
	plan_make(&amp, &plan);
	assert_true(plan.gain[CHANNEL_LINE_LEFT][0][0] == 1);
	assert_true(plan.bit_exact[OUTPUT_LINE]);
}

static void test_factors_are_exact(void **state)
{
	for (int half_db = HALF_DB_MIN; half_db <= HALF_DB_MAX; half_db++) {
		long double exact = powl(10.0L, half_db / 40.0L);
		double error = (double)fabsl(half_db_to_lin(half_db) / exact - 1);

		assert_true(error < 3e-16);
		/* One rounding, that of the table: the same on every machine. */
		assert_true(half_db < 0 || half_db_to_lin(half_db) == (double)exact);
	}
	assert_true(half_db_to_lin(0) == 1);
	assert_true(half_db_to_lin(HALF_DB_MUTE) == 0);
}

static void test_monitor_modes(void **state)
{
	static const struct {
		const char *mode;
		double left[2], right[2], sub[2];
	} modes[] = {
		{"stereo", {1, 0}, {0, 1}, {0.5, 0.5}},
		{"mono", {0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}},
		{"left", {1, 0}, {1, 0}, {1, 0}},
		{"right", {0, 1}, {0, 1}, {0, 1}},
		{"swap", {0, 1}, {1, 0}, {0.5, 0.5}},
		{"side", {0.5, -0.5}, {0.5, -0.5}, {0.5, -0.5}},
	};
	struct plan plan;
	struct amp amp;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		amp_init_neutral(&amp);
		set(&amp, "monitor.mode", modes[i].mode, 0);
		plan_make(&amp, &plan);
		assert_memory_equal(plan.gain[CHANNEL_HEADPHONE_LEFT][0], modes[i].left, 16);
		assert_memory_equal(plan.gain[CHANNEL_LINE_RIGHT][0], modes[i].right, 16);
		assert_memory_equal(plan.gain[CHANNEL_SUB][0], modes[i].sub, 16);
		assert_true(plan.bit_exact[OUTPUT_HEADPHONE] == (i == 0));
	}
	amp_init_neutral(&amp);
	set(&amp, "monitor.invert_right", "on", 0);
	plan_make(&amp, &plan);
	assert_true(plan.gain[CHANNEL_LINE_RIGHT][0][1] == -1);
	assert_true(plan.gain[CHANNEL_LINE_LEFT][0][0] == 1);
	assert_false(plan.bit_exact[OUTPUT_LINE]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_whole),
		cmocka_unit_test(test_every_level_reads_back),
		cmocka_unit_test(test_bad_values_are_refused),
		cmocka_unit_test(test_texts_are_characters),
		cmocka_unit_test(test_mute_beats_dim_beats_level),
		cmocka_unit_test(test_raising_beyond_dim_ends_it_where_it_is_heard),
		cmocka_unit_test(test_up_unmutes_and_down_does_not),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_an_echo_changes_nothing),
		cmocka_unit_test(test_inputs_that_are_not_enabled_are_skipped),
		cmocka_unit_test(test_no_input_is_enabled),
		cmocka_unit_test(test_level_memory),
		cmocka_unit_test(test_power_up),
		cmocka_unit_test(test_power_up_tells_of_both),
		cmocka_unit_test(test_line_follows),
		cmocka_unit_test(test_desktop_fader),
		cmocka_unit_test(test_reset_never_raises),
		cmocka_unit_test(test_changes_are_told_once),
		cmocka_unit_test(test_plan_adds_integers),
		cmocka_unit_test(test_factors_are_exact),
		cmocka_unit_test(test_monitor_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
