/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The changes that are tried: every control of the table is among them, or is one of those that
 * make no sound by what they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "changes.h"

/*
 * What is no change of the sound by itself. A control that is neither here nor found is one that
 * nobody has thought of.
 */
static const char *const silent[] = {
	"power.auto_on", /* at the next start */
	"input.1.name",
	"input.1.enabled",
	"input.1.level_memory",
	"input.match", /* sets trims, which are tried */
	"headphone.start",
	"line.start",  /* at the next start */
	"line.follow", /* mutes or sets the line, which is tried */
	"knob.target",
	"dose.mode",
	"load.connector", /* of what an output is worth, not of a ceiling */
	"protect.dc",
	"protect.noise",
	"protect.reset", /* watched for; measured as guard */
	"meter.ppm_scale",
	"meter.reset",
	"device.",
	"display.",
	"system.name",
};

static bool is_silent(const char *path)
{
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		const size_t length = strlen(silent[i]);

		if (silent[i][length - 1] == '.' ? strncmp(path, silent[i], length) == 0
						 : strcmp(path, silent[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* How many changes of each control were found. */
static void count_changes(unsigned int counts[CONTROL_COUNT])
{
	struct changes *changes;
	struct change change = {0};

	assert_int_equal(changes_create(48000, &changes), 0);
	while (changes_next(changes, &change)) {
		counts[change.ref.id]++;
		assert_true(change.outputs != 0 && change.outputs < 1u << OUTPUTS);
	}
	changes_destroy(changes);
}

static void no_control_is_left_out(void **state)
{
	unsigned int counts[CONTROL_COUNT] = {0};
	char path[PATH_BYTES];
	struct control_ref ref = {0, -1};

	count_changes(counts);
	while (controls_next(&ref)) {
		control_path(ref, path);
		if (ref.instance > 0 || controls[ref.id].access == ACCESS_NONE) {
			continue;
		}
		if ((counts[ref.id] > 0) == is_silent(path)) {
			fail_msg("%s: %u changes are heard", path, counts[ref.id]);
		}
	}
}

/* Both ways between any two of n words: n (n - 1) changes. */
static void all_pairs_are_tried(void **state)
{
	unsigned int counts[CONTROL_COUNT] = {0};

	count_changes(counts);
	assert_int_equal(counts[CONTROL_POWER], 2);
	assert_int_equal(counts[CONTROL_HEADPHONE_MUTE], 2);
	assert_int_equal(counts[CONTROL_MONITOR_MODE], 6 * 5);
	assert_int_equal(counts[CONTROL_CROSSFEED], 3 * 2);
	assert_int_equal(counts[CONTROL_INPUT], INPUTS * (INPUTS - 1));
	assert_int_equal(counts[CONTROL_EQ_PROFILE], 3 * 2); /* none and two */
	assert_int_equal(counts[CONTROL_SYSTEM_RESET], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_control_is_left_out),
		cmocka_unit_test(all_pairs_are_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
