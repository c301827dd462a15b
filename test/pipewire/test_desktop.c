/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a desktop sees and does: sliders, names, devices' levels, latency.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis.h"
#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"

#define QUANTUM     1024 /* longer than a busy machine is late */
#define HEADPHONE   (1u << OUTPUT_HEADPHONE)
#define FADE_CYCLES 30 /* longer than the fade-in of 500 ms */

static const char *wpctl(const char *command, const char *node, const char *value)
{
	char id[16];
	const char *argv[] = {"wpctl", command, id, value, NULL};

	snprintf(id, sizeof(id), "%u", graph_wait_for_node(node));
	return process_run(argv);
}

/* Waits until a node's slider is there, "0.50". */
static void wait_for_slider(const char *node, const char *position)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	while (!strstr(wpctl("get-volume", node, NULL), position)) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s is not at %s: %s", node, position,
				 wpctl("get-volume", node, NULL));
		}
		graph_iterate(20);
	}
}

/* Waits until a recorder has ten cycles in a row at exactly that gain, in decibels. */
static void wait_for_gain(struct process *recorder, double gain_db)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	double gain = pow(10.0, gain_db / 20.0);
	size_t right = 0;

	while (right < 10) {
		struct capture capture;
		double last = -1.0;

		capture_take(recorder, 12, &capture);
		right = 0;
		for (size_t i = 0; i < capture.count; i++) {
			last = capture_gain(&capture.cycles[i]);
			right = fabs(last - gain) <= 1e-7 * gain ? right + 1 : 0;
		}
		capture_free(&capture);
		if (loop_now_ms() > end_ms) {
			fail_msg("the gain is %.9f dB, not %.1f", tone_db(last), gain_db);
		}
	}
}

struct scene {
	struct process *amplifier, *player, *recorder;
};

static void start_scene(struct scene *scene)
{
	graph_set("clock.force-quantum", QUANTUM);
	scene->amplifier = session_start_amplifier();
	scene->player = session_start_player("player", "wiregain.input1", 0, 0.0);
	scene->recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	capture_wait_for_pattern(scene->recorder);
}

static void end_scene(struct scene *scene)
{
	assert_int_equal(process_end(scene->recorder), 0);
	assert_int_equal(process_end(scene->player), 0);
	session_end_amplifier(scene->amplifier);
}

static void slider_is_the_inputs_fader_and_works_once(void **state)
{
	struct scene scene;

	start_scene(&scene);
	wpctl("set-volume", "wiregain.input1", "0.5");
	session_wait_for_value(scene.amplifier, "input.1.fader", "-18.0");
	wait_for_gain(scene.recorder, -18.0);
	wait_for_slider("wiregain.input1", "0.50");
	wpctl("set-volume", "wiregain.input1", "0.9");
	session_wait_for_value(scene.amplifier, "input.1.fader", "-2.5");
	wait_for_gain(scene.recorder, -2.5);
	wpctl("set-mute", "wiregain.input1", "1");
	session_wait_for_value(scene.amplifier, "input.1.fader", "mute");
	wait_for_gain(scene.recorder, -INFINITY);
	wait_for_slider("wiregain.input1", "0.90 [MUTED]");
	wpctl("set-mute", "wiregain.input1", "0");
	session_wait_for_value(scene.amplifier, "input.1.fader", "-2.5");
	wpctl("set-volume", "wiregain.input1", "1.5");
	session_wait_for_value(scene.amplifier, "input.1.fader", "0.0");
	capture_wait_for_pattern(scene.recorder);
	wpctl("set-volume", "wiregain.input1", "1.0");
	capture_wait_for_pattern(scene.recorder);
	end_scene(&scene);
}

/* Whatever the desktop does to an output's own slider, it stays at unity. */
static void outputs_slider_does_nothing(void **state)
{
	struct scene scene;

	start_scene(&scene);
	wpctl("set-volume", "wiregain.headphone", "0.5");
	wait_for_slider("wiregain.headphone", "1.00");
	wpctl("set-mute", "wiregain.headphone", "1");
	wait_for_slider("wiregain.headphone", "1.00");
	capture_wait_for_pattern(scene.recorder);
	end_scene(&scene);
}

/* The session manager may keep a slider's place, or not: the fader is where the slider is. */
static void slider_of_yesterday_is_told(void **state)
{
	struct process *amplifier = session_start_amplifier();
	const char *shown;
	double slider;
	char fader[32];

	wpctl("set-volume", "wiregain.input2", "0.5");
	session_wait_for_value(amplifier, "input.2.fader", "-18.0");
	session_end_amplifier(amplifier);
	graph_wait_for_no_node("wiregain.input1");
	amplifier = session_start_amplifier();
	shown = strstr(wpctl("get-volume", "wiregain.input2", NULL), "Volume: ");
	assert_non_null(shown);
	slider = strtod(shown + strlen("Volume: "), NULL);
	snprintf(fader, sizeof(fader), "%.1f", round(120.0 * log10(slider)) / 2.0);
	print_message("a slider left at 0.50 is at %.2f after a new start\n", slider);
	session_wait_for_value(amplifier, "input.2.fader", fader);
	wpctl("set-volume", "wiregain.input2", "1.0");
	session_wait_for_value(amplifier, "input.2.fader", "0.0");
	session_end_amplifier(amplifier);
}

static unsigned int cycles_so_far(struct process *recorder)
{
	return (unsigned int)strtoul(process_ask(recorder, "count", "count "), NULL, 10);
}

static double largest_rise(const struct capture *capture)
{
	double largest = 0.0;

	for (size_t i = 1; i < capture->count; i++) {
		largest = fmax(largest, capture_gain(&capture->cycles[i]) -
						capture_gain(&capture->cycles[i - 1]));
	}
	return largest;
}

/* What was late so far: cycles that the player missed, and those that the amplifier did. */
static double count_late(struct scene *scene)
{
	return session_reading(scene->amplifier, "lost") + (double)session_missed(scene->player);
}

/* Down, up, muted. Returns the largest rise within a cycle; NAN: one was missed on this machine. */
static double move_device(struct scene *scene)
{
	double late = count_late(scene), largest;
	struct capture capture;

	process_ask(scene->recorder, "start", "ok");
	wpctl("set-volume", HEADPHONE_SINK, "0.4");
	process_expect(scene->amplifier, "event moved headphone -24.0");
	wait_for_slider(HEADPHONE_SINK, "1.00");
	session_wait_for_state(scene->amplifier, HEADPHONE, DEVICE_CONNECTED);
	wpctl("set-volume", HEADPHONE_SINK, "1.5");
	process_expect(scene->amplifier, "event moved headphone 0.0");
	wait_for_slider(HEADPHONE_SINK, "1.00");
	wpctl("set-mute", HEADPHONE_SINK, "1");
	process_expect(scene->amplifier, "event moved headphone mute");
	wait_for_slider(HEADPHONE_SINK, "1.00\n");
	session_wait_for_state(scene->amplifier, HEADPHONE, DEVICE_CONNECTED);
	capture_wait(scene->recorder, cycles_so_far(scene->recorder) + FADE_CYCLES);
	capture_load(scene->recorder, &capture);
	largest = largest_rise(&capture);
	if (capture.gaps > 0 || count_late(scene) != late) {
		largest = NAN;
	}
	capture_free(&capture);
	return largest;
}

static void devices_level_is_put_back_and_told(void **state)
{
	struct scene scene;
	double largest = NAN;

	start_scene(&scene);
	for (int i = 0; i < 10 && isnan(largest); i++) {
		capture_wait_for_pattern(scene.recorder);
		largest = move_device(&scene);
	}
	print_message("figure: a device's level moved and put back: largest rise within a block "
		      "%.3f of full\n",
		      largest);
	assert_true(largest < 0.1);
	capture_wait_for_pattern(scene.recorder);
	end_scene(&scene);
}

/* Down and up by 60 dB. Returns the largest rise; NAN: a cycle was missed on this machine. */
static double set_device(struct scene *scene)
{
	double late = count_late(scene), largest;
	struct capture capture;

	process_ask(scene->recorder, "start", "ok");
	session_set(scene->amplifier, "device.headphone.volume -60.0");
	wait_for_slider(HEADPHONE_SINK, "0.10");
	session_wait_for_state(scene->amplifier, HEADPHONE, DEVICE_CONNECTED);
	capture_wait(scene->recorder, cycles_so_far(scene->recorder) + FADE_CYCLES);
	session_set(scene->amplifier, "device.headphone.volume 0.0");
	wait_for_slider(HEADPHONE_SINK, "1.00");
	session_wait_for_state(scene->amplifier, HEADPHONE, DEVICE_CONNECTED);
	capture_wait(scene->recorder, cycles_so_far(scene->recorder) + FADE_CYCLES);
	capture_load(scene->recorder, &capture);
	largest = largest_rise(&capture);
	if (capture.gaps > 0 || count_late(scene) != late) {
		largest = NAN;
	}
	capture_free(&capture);
	return largest;
}

/* What is on its way out is not heard at the new level, whatever the block. */
static void devices_level_follows_its_setting(void **state)
{
	struct scene scene;
	double largest = NAN;

	start_scene(&scene);
	session_set(scene.amplifier, "device.headphone.volume -10.0");
	wait_for_slider(HEADPHONE_SINK, "0.68");
	wait_for_gain(scene.recorder, -10.0);
	session_set(scene.amplifier, "device.headphone.volume 0.0");
	wait_for_slider(HEADPHONE_SINK, "1.00");
	for (int i = 0; i < 10 && isnan(largest); i++) {
		capture_wait_for_pattern(scene.recorder);
		largest = set_device(&scene);
	}
	print_message("figure: a device's level set up by 60 dB: largest rise within a block %.3f "
		      "of full\n",
		      largest);
	assert_true(largest < 0.1);
	capture_wait_for_pattern(scene.recorder);
	end_scene(&scene);
}

/*
 * A device's own level acts on what it already has, which the tests' devices, that have nothing of
 * their own, cannot show: it is not moved before that has been heard.
 */
static void devices_level_waits_for_the_longest_block(void **state)
{
	struct scene scene;
	uint64_t before_ms;

	start_scene(&scene);
	session_set(scene.amplifier, "device.headphone.volume -60.0");
	wait_for_slider(HEADPHONE_SINK, "0.10");
	graph_set("clock.force-quantum", 8192);
	session_wait_for_state(scene.amplifier, HEADPHONE, DEVICE_CONNECTED);
	while (session_reading(scene.amplifier, "block") != 8192) {
		graph_iterate(10);
	}
	before_ms = loop_now_ms();
	session_set(scene.amplifier, "device.headphone.volume 0.0");
	wait_for_slider(HEADPHONE_SINK, "1.00");
	assert_true(loop_now_ms() - before_ms >= 1000 * 8192 / 48000);
	session_wait_for_state(scene.amplifier, HEADPHONE, DEVICE_CONNECTED);
	end_scene(&scene);
}

/* Somebody who does not give in is not fought with at full speed. */
static void two_who_hold_a_level_do_not_race(void **state)
{
	struct process *amplifier = session_start_amplifier();
	unsigned int moves = 0;
	uint64_t end_ms = loop_now_ms() + 1500;

	while (loop_now_ms() < end_ms) {
		wpctl("set-volume", HEADPHONE_SINK, "0.3");
		graph_iterate(10);
		while (process_has_said(amplifier, "event moved headphone")) {
			process_expect(amplifier, "event moved headphone");
			moves++;
		}
	}
	print_message("%u moves answered in 1.5 s\n", moves);
	assert_true(moves >= 1 && moves <= 8);
	wait_for_slider(HEADPHONE_SINK, "1.00");
	session_wait_for_state(amplifier, HEADPHONE, DEVICE_CONNECTED);
	session_end_amplifier(amplifier);
}

static void wait_for_description(const char *node, const char *description)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	char line[128];

	snprintf(line, sizeof(line), "node.description = \"%s\"", description);
	while (!strstr(wpctl("inspect", node, NULL), line)) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s is not called %s", node, description);
		}
		graph_iterate(20);
	}
}

static void inputs_bear_their_names(void **state)
{
	struct process *amplifier = session_start_amplifier();

	wait_for_description("wiregain.input1", "XLR 1");
	wait_for_description("wiregain.input5", "RCA 3");
	session_set(amplifier, "input.1.name Turntable");
	wait_for_description("wiregain.input1", "Turntable");
	session_end_amplifier(amplifier);
}

static void disabled_input_is_not_offered(void **state)
{
	struct scene scene;

	start_scene(&scene);
	session_set(scene.amplifier, "input.3.enabled off");
	graph_wait_for_no_node("wiregain.input3");
	capture_wait_for_pattern(scene.recorder);
	session_set(scene.amplifier, "input.3.enabled on");
	graph_wait_for_ports("wiregain.input3", 2);
	capture_wait_for_pattern(scene.recorder);
	end_scene(&scene);
}

/*
 * What was selected a moment ago may be in the next cycle: an input stays until a cycle has passed
 * that knows of its end, or there is none for 300 ms.
 */
static void disabled_input_stays_for_a_cycle(void **state)
{
	struct process *amplifier = session_start_amplifier();
	struct process *player = session_start_player("player", "wiregain.input1", 0, 0.0);

	graph_set("clock.force-quantum", 8192);
	while (session_reading(amplifier, "block") != 8192) {
		usleep(20000);
	}
	for (int i = 0; i < 3; i++) {
		double frames = session_reading(amplifier, "frames");
		uint64_t since_ms = loop_now_ms();

		session_set(amplifier, "input 3");
		session_set(amplifier, "input 1");
		session_set(amplifier, "input.3.enabled off");
		graph_wait_for_no_node("wiregain.input3");
		assert_true(session_reading(amplifier, "frames") > frames ||
			    loop_now_ms() - since_ms >= 300);
		session_set(amplifier, "input.3.enabled on");
		graph_wait_for_ports("wiregain.input3", 2);
	}
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
}

static void latency_is_told_both_ways(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_DEVICE"), "test.late", "480", NULL};
	struct process *device = process_start("device", true, argv);
	struct process *amplifier, *player;

	graph_wait_for_ports("test.late", 2);
	amplifier = session_start_amplifier();
	session_set(amplifier, "device.headphone test.late");
	graph_wait_for_links("wiregain.headphone", "test.late", 2);
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	graph_wait_for_latency("player", false, 480, 0);
	graph_wait_for_latency("test.late", true, 96, 0);
	process_expect(amplifier, "event latency 10.0000");
	session_set(amplifier, "protect.limiter lookahead");
	graph_wait_for_latency("player", false, 480, 1500000);
	graph_wait_for_latency("test.late", true, 96, 1500000);
	session_set(amplifier, "protect.limiter safety");
	graph_wait_for_latency("player", false, 480, 0);
	graph_wait_for_latency("test.late", true, 96, 0);
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
	assert_int_equal(process_end(device), 0);
}

/* Of a device that is a block late: nothing tells of another block but a look now and then. */
static void latency_follows_the_block(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_DEVICE"), "test.block", "0", "1", NULL};
	struct process *device = process_start("device", true, argv);
	struct process *amplifier, *player;

	graph_set("clock.force-quantum", 512);
	graph_wait_for_ports("test.block", 2);
	amplifier = session_start_amplifier();
	session_set(amplifier, "device.headphone test.block");
	graph_wait_for_links("wiregain.headphone", "test.block", 2);
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	process_expect(amplifier, "event latency 10.6667");
	graph_set("clock.force-quantum", 1024);
	process_expect(amplifier, "event latency 21.3333");
	graph_set("clock.force-quantum", 256);
	process_expect(amplifier, "event latency 5.3333");
	assert_int_equal(process_end(player), 0);
	session_end_amplifier(amplifier);
	assert_int_equal(process_end(device), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(slider_is_the_inputs_fader_and_works_once,
					  session_end_test),
		cmocka_unit_test_teardown(outputs_slider_does_nothing, session_end_test),
		cmocka_unit_test_teardown(slider_of_yesterday_is_told, session_end_test),
		cmocka_unit_test_teardown(devices_level_is_put_back_and_told, session_end_test),
		cmocka_unit_test_teardown(devices_level_follows_its_setting, session_end_test),
		cmocka_unit_test_teardown(devices_level_waits_for_the_longest_block,
					  session_end_test),
		cmocka_unit_test_teardown(two_who_hold_a_level_do_not_race, session_end_test),
		cmocka_unit_test_teardown(inputs_bear_their_names, session_end_test),
		cmocka_unit_test_teardown(disabled_input_is_not_offered, session_end_test),
		cmocka_unit_test_teardown(disabled_input_stays_for_a_cycle, session_end_test),
		cmocka_unit_test_teardown(latency_is_told_both_ways, session_end_test),
		cmocka_unit_test_teardown(latency_follows_the_block, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
