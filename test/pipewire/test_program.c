/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The program itself on a real PipeWire server: run, a player, a level turned from another
 * terminal.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"

static const char *program(void)
{
	return getenv("WIREGAIN_TEST_PROGRAM");
}

/* One subcommand with one or two words. Returns what it printed. */
static const char *ask(const char *subcommand, const char *one, const char *two)
{
	const char *argv[] = {program(), subcommand, one, two, NULL};

	return process_run(argv);
}

static void wait_for(const char *path, const char *value)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	char line[64];

	snprintf(line, sizeof(line), "%s\n", value);
	while (strcmp(ask("get", path, NULL), line) != 0) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s is %s, not %s", path, ask("get", path, NULL), value);
		}
		graph_iterate(10);
	}
}

static struct process *start_program(void)
{
	const char *argv[] = {program(), "run",
			      "--set",   "device.headphone=" HEADPHONE_SINK,
			      "--set",   "device.line=" LINE_SINK,
			      "--set",   "device.sub=" SUB_SINK,
			      "--set",   "headphone.start=0",
			      "--set",   "headphone.level=0",
			      NULL};
	struct process *amplifier = process_start("wiregain", true, argv);

	wait_for("device.headphone.state", "connected");
	wait_for("device.line.state", "connected");
	wait_for("device.sub.state", "connected");
	assert_string_equal(ask("get", "audio.backend", NULL), "pipewire\n");
	return amplifier;
}

static void wait_for_gain(struct process *recorder, double gain_db)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	double last = 0.0, gain = pow(10.0, gain_db / 20.0);

	while (fabs(last - gain) > 1e-7 * gain) {
		struct capture capture;

		capture_take(recorder, 4, &capture);
		last = capture_gain(&capture.cycles[capture.count - 1]);
		capture_free(&capture);
		if (loop_now_ms() > end_ms) {
			fail_msg("the gain is %.9f, not %.9f", last, gain);
		}
	}
}

static void level_is_turned_from_another_terminal(void **state)
{
	struct process *amplifier, *player, *recorder;

	graph_set("clock.force-quantum", 256);
	amplifier = start_program();
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	capture_wait_for_pattern(recorder);
	wait_for("headphone.bit_exact", "on");
	wait_for("audio.block", "256");
	wait_for("audio.rate", "48000");
	ask("set", "headphone.level=-12.5", NULL);
	wait_for_gain(recorder, -12.5);
	wait_for("headphone.bit_exact", "off");
	ask("step", "headphone.level", "+1");
	wait_for_gain(recorder, -12.0);
	ask("set", "headphone.mute=on", NULL);
	wait_for_gain(recorder, -INFINITY);
	ask("set", "headphone.mute=off", NULL);
	wait_for_gain(recorder, -12.0);
	assert_int_equal(process_end(recorder), 0);
	assert_int_equal(process_end(player), 0);
	process_signal(amplifier, SIGTERM);
	assert_int_equal(process_end(amplifier), 0);
}

/* Killed with -9 and started again: the sliders, devices and inputs are all there again. */
static void killed_amplifier_starts_again(void **state)
{
	struct process *amplifier, *player, *recorder;

	graph_set("clock.force-quantum", 256);
	amplifier = start_program();
	process_kill(amplifier);
	graph_wait_for_no_node("wiregain.input1");
	amplifier = start_program();
	player = session_start_player("player", "wiregain.input5", 0, 0.0);
	recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	ask("set", "input=5", NULL);
	capture_wait_for_pattern(recorder);
	assert_int_equal(process_end(recorder), 0);
	assert_int_equal(process_end(player), 0);
	process_signal(amplifier, SIGINT);
	assert_int_equal(process_end(amplifier), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(level_is_turned_from_another_terminal, session_end_test),
		cmocka_unit_test_teardown(killed_amplifier_starts_again, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
