/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Devices and servers that go and come: nothing falls onto another output's device, and whatever
 * comes back fades in, at the same level.
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

#define QUANTUM   256
#define HEADPHONE (1u << OUTPUT_HEADPHONE)
#define LINE      (1u << OUTPUT_LINE)
#define SUB       (1u << OUTPUT_SUB)
#define ALL       (HEADPHONE | LINE | SUB)

/* The most that a fade of 500 ms rises from one cycle to the next is 0.02 of its end. */
#define FADE_STEP 0.03

static const char *const nodes[OUTPUTS] = {"wiregain.headphone", "wiregain.line", "wiregain.sub"};
static const char *const sinks[OUTPUTS] = {HEADPHONE_SINK, LINE_SINK, SUB_SINK};

/* Every output has links to its own device, or none; never one to another. */
static void check_links(void)
{
	for (int i = 0; i < OUTPUTS; i++) {
		assert_int_equal(graph_links(nodes[i], NULL), graph_links(nodes[i], sinks[i]));
	}
}

static void watch_links(int ms)
{
	uint64_t end_ms = loop_now_ms() + (uint64_t)ms;

	while (loop_now_ms() < end_ms) {
		graph_iterate(5);
		check_links();
	}
}

/*
 * Records until the pattern is exact. What came before must rise without a jump, and never be
 * louder than it.
 */
static void check_fade_in(struct process *recorder, const char *what)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	struct pattern_match match = {0};
	double steepest = 0.0, loudest = 0.0, first = 0.0;
	uint64_t highest_at = 0;
	uint32_t clock_id = 0;
	struct capture capture;

	do {
		capture_load(recorder, &capture);
		match = capture_match(&capture, PATTERN_STEREO);
		if (match.good < 20) {
			capture_free(&capture);
			usleep(20000);
		}
		if (loop_now_ms() > end_ms) {
			fail_msg("%s: the pattern does not come back", what);
		}
	} while (match.good < 20);
	for (size_t i = 0; i < capture.count; i++) {
		const struct recorded_cycle *cycle = &capture.cycles[i].head;
		double now = capture_gain(&capture.cycles[i]);

		if (i == 0) {
			first = now;
		} else if (now > loudest && cycle->position > highest_at) {
			/* over the blocks that this machine lost, too */
			steepest = fmax(steepest, (now - loudest) * cycle->frames /
							  (double)(cycle->position - highest_at));
		}
		/* before the first sound there is nothing that could have got lost */
		if (loudest == 0.0 || now > loudest || cycle->clock_id != clock_id) {
			highest_at = cycle->position;
			clock_id = cycle->clock_id;
		}
		loudest = fmax(loudest, now);
	}
	print_message("figure: %s: first seen at %.3f, steepest rise %.3f a block, loudest "
		      "%.3f of the level before\n",
		      what, first, steepest, loudest);
	assert_true(first < 0.5);
	assert_true(steepest < FADE_STEP);
	assert_true(loudest < 1.000001);
	capture_free(&capture);
}

static struct process *start_playing(struct process **ret_player)
{
	struct process *amplifier;

	graph_set("clock.force-quantum", QUANTUM);
	amplifier = session_start_amplifier();
	*ret_player = session_start_player("player", "wiregain.input1", 0, 0.0);
	return amplifier;
}

/* The headphone's device is unplugged while all play, and plugged in again. */
static void removed_device_leaves_the_others_alone(void **state)
{
	struct process *player, *line, *headphone;
	struct process *amplifier = start_playing(&player);
	struct pattern_match match;
	struct capture capture;
	uint64_t added_ms;

	line = session_start_recorder("rec.line", LINE_SINK, 2);
	capture_wait_for_pattern(line);
	process_ask(line, "start", "ok");
	capture_wait(line, 50);
	graph_remove(HEADPHONE_SINK);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_WAITING);
	watch_links(500);
	assert_int_equal(graph_links(nodes[OUTPUT_HEADPHONE], NULL), 0);
	capture_load(line, &capture);
	match = capture_match_any_lag(&capture, PATTERN_STEREO);
	print_message("figure: headphone device removed: line lost %u of %u blocks\n", match.bad,
		      match.bad + match.good);
	assert_true(match.good > 100);
	assert_true(match.bad <= 40); /* another device has to take over the clock */
	capture_free(&capture);

	graph_add_sink(HEADPHONE_SINK, "[ FL FR ]");
	added_ms = loop_now_ms();
	headphone = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	process_ask(headphone, "start", "ok");
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	print_message("figure: device added again: connected after %d ms\n",
		      (int)(loop_now_ms() - added_ms));
	assert_true(loop_now_ms() - added_ms < 2000);
	check_fade_in(headphone, "device added again");
	check_links();
	assert_int_equal(process_end(headphone), 0);
	assert_int_equal(process_end(line), 0);
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

static void device_that_does_not_exist_is_waited_for(void **state)
{
	struct process *player;
	struct process *amplifier = start_playing(&player);

	session_set(amplifier, "device.line test.absent");
	session_wait_for_state(amplifier, LINE, DEVICE_WAITING);
	graph_wait_for_links(nodes[OUTPUT_LINE], NULL, 0);
	watch_links(200);
	graph_add_sink("test.absent", "[ FL FR ]");
	session_wait_for_state(amplifier, LINE, DEVICE_CONNECTED);
	assert_int_equal(graph_links(nodes[OUTPUT_LINE], "test.absent"), 2);
	assert_int_equal(graph_links(nodes[OUTPUT_LINE], NULL), 2);
	session_set(amplifier, "device.line");
	session_wait_for_state(amplifier, LINE, DEVICE_NONE);
	graph_wait_for_links(nodes[OUTPUT_LINE], NULL, 0);
	graph_remove("test.absent");
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

static void killed_server_is_come_back_to(void **state)
{
	struct process *player, *recorder;
	struct process *amplifier = start_playing(&player);
	uint64_t there_ms;

	session_kill_server();
	process_expect(amplifier, "event server gone");
	session_wait_for_state(amplifier, ALL, DEVICE_WAITING);
	process_kill(player);

	session_start_server();
	there_ms = loop_now_ms();
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	print_message("figure: server killed and started: connected %d ms after it was there\n",
		      (int)(loop_now_ms() - there_ms));
	assert_true(loop_now_ms() - there_ms < 2000);
	graph_set("clock.force-quantum", QUANTUM);
	graph_wait_for_links(nodes[OUTPUT_HEADPHONE], HEADPHONE_SINK, 2);
	graph_wait_for_links(nodes[OUTPUT_LINE], LINE_SINK, 2);
	graph_wait_for_links(nodes[OUTPUT_SUB], SUB_SINK, 1);
	recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	process_ask(recorder, "start", "ok");
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	check_fade_in(recorder, "server started again");
	check_links();
	assert_int_equal(process_end(recorder), 0);
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

static void standby_lets_the_devices_go(void **state)
{
	struct process *player, *recorder;
	struct process *amplifier = start_playing(&player);

	recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	capture_wait_for_pattern(recorder);
	session_set(amplifier, "headphone.start 0.0"); /* or it would come back at -30.0 */
	session_set(amplifier, "power off");
	session_wait_for_state(amplifier, ALL, DEVICE_RELEASED);
	for (int i = 0; i < OUTPUTS; i++) {
		graph_wait_for_links(nodes[i], NULL, 0);
	}
	assert_true(session_reading(amplifier, "silent") == 1.0);
	process_ask(recorder, "start", "ok");
	session_set(amplifier, "power on");
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	check_fade_in(recorder, "power on");
	assert_int_equal(process_end(recorder), 0);
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

static void best_device_is_found_once(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_HOST"), "device.headphone auto", NULL};
	struct process *amplifier = process_start("amplifier", true, argv);

	assert_string_equal(process_expect(amplifier, "event found headphone "), HEADPHONE_SINK);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	check_links();
	/* another one, however good, is not taken when it goes */
	graph_remove(HEADPHONE_SINK);
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_WAITING);
	watch_links(500);
	assert_false(process_has_said(amplifier, "event found"));
	graph_add_sink(HEADPHONE_SINK, "[ FL FR ]");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	assert_int_equal(process_end(amplifier), 0);
}

/* The headphones get the best of what nobody else has, and nobody gets the headphones'. */
static void best_device_is_given_once(void **state)
{
	const char *all[] = {getenv("WIREGAIN_TEST_HOST"), "device.sub auto", "device.line auto",
			     "device.headphone auto", NULL};
	const char *named[] = {getenv("WIREGAIN_TEST_HOST"), "device.headphone auto",
			       "device.line " HEADPHONE_SINK, NULL};
	struct process *amplifier = process_start("amplifier", true, all);

	assert_string_equal(process_expect(amplifier, "event found headphone "), HEADPHONE_SINK);
	assert_string_equal(process_expect(amplifier, "event found line "), LINE_SINK);
	assert_string_equal(process_expect(amplifier, "event found sub "), LINE_SINK);
	session_wait_for_state(amplifier, ALL, DEVICE_CONNECTED);
	assert_int_equal(process_end(amplifier), 0);
	amplifier = process_start("amplifier", true, named);
	assert_string_equal(process_expect(amplifier, "event found headphone "), LINE_SINK);
	session_wait_for_state(amplifier, HEADPHONE | LINE, DEVICE_CONNECTED);
	assert_int_equal(process_end(amplifier), 0);
}

static void no_server_is_an_answer(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_HOST"), NULL};
	struct process *amplifier;

	setenv("PIPEWIRE_REMOTE", "nobody", 1);
	amplifier = process_start("amplifier", true, argv);
	unsetenv("PIPEWIRE_REMOTE");
	assert_string_equal(process_expect(amplifier, "cannot start: "), "Connection refused");
	assert_int_equal(process_end(amplifier), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: a sink that is taken away comes back with another priority */
		cmocka_unit_test_teardown(best_device_is_given_once, session_end_test),
		cmocka_unit_test_teardown(removed_device_leaves_the_others_alone, session_end_test),
		cmocka_unit_test_teardown(device_that_does_not_exist_is_waited_for,
					  session_end_test),
		cmocka_unit_test_teardown(killed_server_is_come_back_to, session_end_test),
		cmocka_unit_test_teardown(standby_lets_the_devices_go, session_end_test),
		cmocka_unit_test_teardown(best_device_is_found_once, session_end_test),
		cmocka_unit_test_teardown(no_server_is_an_answer, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
