/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Devices that do not take the level that they are set to, and cards whose routes have it: what
 * stays below the wanted level may play, what stays above it stays silent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "graph.h"
#include "session.h"

#define HEADPHONE (1u << OUTPUT_HEADPHONE)

static struct process *add_device(const char *name, const char *min_db, const char *max_db,
				  const char *card)
{
	const char *argv[] = {
		getenv("WIREGAIN_TEST_LEVEL_DEVICE"), name, min_db, max_db, card, NULL};
	struct process *device = process_start("level", true, argv);

	graph_wait_for_ports(name, 2);
	return device;
}

static void expect_set(struct process *device, const char *how, const char *db)
{
	assert_string_equal(process_expect(device, how), db);
}

static void end(const char *name, struct process *device, struct process *amplifier)
{
	session_set(amplifier, "device.headphone " HEADPHONE_SINK);
	graph_wait_for_links("wiregain.headphone", name, 0);
	session_end_amplifier(amplifier);
	assert_int_equal(process_end(device), 0);
	graph_wait_for_no_node(name);
}

/* Never further up than -6 dB, where 0 is wanted; then as far down as is wanted. */
static void a_device_that_stays_below_plays(void **state)
{
	struct process *amplifier = session_start_amplifier();
	struct process *device = add_device("test.below", "-100", "-6", NULL);

	session_set(amplifier, "device.headphone test.below");
	for (int i = 0; i < 3; i++) {
		expect_set(device, "node ", "0.0");
	}
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	graph_wait_for_links("wiregain.headphone", "test.below", 2);
	session_set(amplifier, "device.headphone.volume -10.0");
	expect_set(device, "node ", "-10.0");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	end("test.below", device, amplifier);
}

/* Never further down than -20 dB, where -30 is wanted: it is tried again and again, in silence. */
static void a_device_that_stays_above_stays_silent(void **state)
{
	struct process *amplifier = session_start_amplifier();
	struct process *device = add_device("test.above", "-20", "0", NULL);

	session_set(amplifier, "device.headphone.volume -30.0");
	session_set(amplifier, "device.headphone test.above");
	for (int i = 0; i < 4; i++) {
		expect_set(device, "node ", "-30.0");
		session_wait_for_state(amplifier, HEADPHONE, DEVICE_WAITING);
	}
	assert_false(process_has_said(amplifier, "event device headphone connected"));
	expect_set(device, "node ", "-30.0");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_WAITING);
	assert_false(process_has_said(amplifier, "event device headphone connected"));
	session_set(amplifier, "device.headphone.volume -20.0");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	end("test.above", device, amplifier);
}

static void a_cards_level_is_set_at_its_route(void **state)
{
	struct process *amplifier = session_start_amplifier();
	struct process *device = add_device("test.card", "-100", "0", "card");

	session_set(amplifier, "device.headphone.volume -30.0");
	session_set(amplifier, "device.headphone test.card");
	expect_set(device, "route ", "-30.0");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	session_set(amplifier, "device.headphone.volume -12.5");
	expect_set(device, "route ", "-12.5");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	end("test.card", device, amplifier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_device_that_stays_below_plays, session_end_test),
		cmocka_unit_test_teardown(a_device_that_stays_above_stays_silent, session_end_test),
		cmocka_unit_test_teardown(a_cards_level_is_set_at_its_route, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
