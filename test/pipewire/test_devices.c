/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Which of a device's channels an output goes to, and that nobody else decides which device.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"

#define HEADPHONE (1u << OUTPUT_HEADPHONE)
#define LINE      (1u << OUTPUT_LINE)
#define SUB       (1u << OUTPUT_SUB)
#define ALL       (HEADPHONE | LINE | SUB)

static void channels_go_where_they_fit(void **state)
{
	struct process *amplifier = session_start_amplifier();

	/* left alone: both would add up; the mono sub to both sides */
	session_set(amplifier, "device.headphone " SUB_SINK);
	session_set(amplifier, "device.sub " LINE_SINK);
	graph_wait_for_links("wiregain.headphone", SUB_SINK, 1);
	graph_wait_for_links("wiregain.sub", LINE_SINK, 2);
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	/* a channel made for it */
	graph_add_sink("test.surround", "[ FL FR FC LFE RL RR ]");
	session_set(amplifier, "device.headphone test.surround");
	session_set(amplifier, "device.sub test.surround");
	graph_wait_for_links("wiregain.headphone", "test.surround", 2);
	graph_wait_for_links("wiregain.sub", "test.surround", 1);
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	graph_remove("test.surround");
	session_end_amplifier(amplifier);
}

/* Waits until what a recorder takes has a gain. Returns the largest since its "start". */
static double wait_for_gain(struct process *recorder, double gain)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	double last = -1.0, largest = 0.0;

	while (fabs(last - gain) > 1e-6) {
		struct capture capture;

		capture_wait(recorder, 8);
		capture_load(recorder, &capture);
		for (size_t i = 0; i < capture.count; i++) {
			last = capture_gain(&capture.cycles[i]);
			largest = fmax(largest, last);
		}
		capture_free(&capture);
		if (loop_now_ms() > end_ms) {
			fail_msg("the gain is %.6f, not %.6f", last, gain);
		}
	}
	return largest;
}

/*
 * The server would add them up, and neither the limits nor mute of the headphones would hold there:
 * whoever is first, the headphones have their channels alone.
 */
static void headphones_share_no_channel(void **state)
{
	const double gain = pow(10.0, -10.0 / 20.0);
	struct process *amplifier, *player, *recorder;

	graph_set("clock.force-quantum", 256);
	amplifier = session_start_amplifier();
	session_set(amplifier, "headphone.level -10.0");
	session_set(amplifier, "line.level -10.0");
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	recorder = session_start_recorder("rec.line", LINE_SINK, 2);
	process_ask(recorder, "start", "ok");
	wait_for_gain(recorder, gain);
	process_ask(recorder, "start", "ok");
	session_set(amplifier, "device.headphone " LINE_SINK);
	assert_string_equal(process_expect(amplifier, "event refused "), "line");
	session_wait_for_state(amplifier, LINE, DEVICE_WAITING);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	assert_int_equal(graph_links("wiregain.line", NULL), 0);
	assert_true(wait_for_gain(recorder, gain) < 1.000001 * gain);
	session_set(amplifier, "device.sub " LINE_SINK);
	assert_string_equal(process_expect(amplifier, "event refused "), "sub");
	session_set(amplifier, "headphone.mute on");
	wait_for_gain(recorder, 0.0);
	/* the others may: they are what there is besides the headphones */
	session_set(amplifier, "headphone.mute off");
	session_set(amplifier, "device.headphone " HEADPHONE_SINK);
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	graph_wait_for_links("wiregain.headphone", HEADPHONE_SINK, 2);
	graph_wait_for_links("wiregain.line", LINE_SINK, 2);
	graph_wait_for_links("wiregain.sub", LINE_SINK, 2);
	assert_int_equal(process_end(recorder), 0);
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

/* Two change places: each goes once the other has gone. */
static void outputs_change_places(void **state)
{
	struct process *amplifier = session_start_amplifier();

	session_set(amplifier, "device.headphone " LINE_SINK);
	session_set(amplifier, "device.line " HEADPHONE_SINK);
	graph_wait_for_links("wiregain.headphone", LINE_SINK, 2);
	graph_wait_for_links("wiregain.line", HEADPHONE_SINK, 2);
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	assert_int_equal(graph_links("wiregain.headphone", NULL), 2);
	assert_int_equal(graph_links("wiregain.line", NULL), 2);
	session_end_amplifier(amplifier);
}

/* A desktop's mixer may ask the session manager to move a stream: not these. */
static void nobody_moves_an_output(void **state)
{
	struct process *amplifier = session_start_amplifier();
	char output[16], sink[16];
	const char *argv[] = {"pw-metadata", output, "target.node", sink, NULL};
	uint64_t end_ms;

	snprintf(output, sizeof(output), "%u", graph_wait_for_node("wiregain.headphone"));
	snprintf(sink, sizeof(sink), "%u", graph_wait_for_node(LINE_SINK));
	process_run(argv);
	argv[2] = "target.object";
	process_run(argv);
	end_ms = loop_now_ms() + 700;
	while (loop_now_ms() < end_ms) {
		graph_iterate(10);
		assert_int_equal(graph_links("wiregain.headphone", NULL), 2);
		assert_int_equal(graph_links("wiregain.headphone", HEADPHONE_SINK), 2);
	}
	session_end_amplifier(amplifier);
}

/* A link that another program takes away is made again, and fades in. */
static void cut_link_is_made_again(void **state)
{
	const char *argv[] = {"pw-link", "-d", "wiregain.headphone:output_FL",
			      HEADPHONE_SINK ":playback_FL", NULL};
	struct process *amplifier = session_start_amplifier();

	process_run(argv);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_WAITING);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	graph_wait_for_links("wiregain.headphone", HEADPHONE_SINK, 2);
	session_end_amplifier(amplifier);
}

static void starts_in_standby(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_HOST"), "device.headphone " HEADPHONE_SINK,
			      "power off", NULL};
	struct process *amplifier = process_start("amplifier", true, argv);

	session_wait_for_state(amplifier, HEADPHONE, DEVICE_RELEASED);
	graph_wait_for_ports("wiregain.input1", 2);
	assert_int_equal(graph_links("wiregain.headphone", NULL), 0);
	session_set(amplifier, "power on");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	graph_wait_for_links("wiregain.headphone", HEADPHONE_SINK, 2);
	assert_int_equal(process_end(amplifier), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(channels_go_where_they_fit, session_end_test),
		cmocka_unit_test_teardown(headphones_share_no_channel, session_end_test),
		cmocka_unit_test_teardown(outputs_change_places, session_end_test),
		cmocka_unit_test_teardown(nobody_moves_an_output, session_end_test),
		cmocka_unit_test_teardown(cut_link_is_made_again, session_end_test),
		cmocka_unit_test_teardown(starts_in_standby, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
