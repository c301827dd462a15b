/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Players that misbehave: one that is frozen, paused or killed costs the listener of another at
 * most one block each time.
 */
#include <setjmp.h>
#include <signal.h>
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

#define QUANTUM  1024 /* longer than a busy machine is late */
#define ATTEMPTS 20

/* What is done to the other player while the listened-to one plays. Returns how many events. */
typedef unsigned int disturb_fn(struct process *other, struct process *recorder);

struct scene {
	struct process *amplifier, *player, *recorder;
};

static void wait_for_cycles(struct process *recorder, unsigned int more)
{
	capture_wait(recorder, more + (unsigned int)strtoul(
					      process_ask(recorder, "count", "count "), NULL, 10));
}

static unsigned int freeze(struct process *other, struct process *recorder)
{
	process_signal(other, SIGSTOP);
	wait_for_cycles(recorder, 50);
	process_signal(other, SIGCONT);
	wait_for_cycles(recorder, 30);
	return 2;
}

static unsigned int cork(struct process *other, struct process *recorder)
{
	for (int i = 0; i < 5; i++) {
		process_ask(other, "cork", "ok");
		process_expect(other, "paused");
		wait_for_cycles(recorder, 12);
		process_ask(other, "uncork", "ok");
		process_expect(other, "streaming");
		wait_for_cycles(recorder, 12);
	}
	return 10;
}

static unsigned int murder(struct process *other, struct process *recorder)
{
	process_signal(other, SIGKILL);
	graph_wait_for_no_node("other");
	wait_for_cycles(recorder, 30);
	return 1;
}

/* One go. False: the player or the recorder was late by itself, so it says nothing. */
static bool try_once(const struct scene *scene, disturb_fn *disturb, const char *what)
{
	struct process *other = session_start_player("other", "wiregain.input2", 997, 0.25);
	struct pattern_match match;
	struct capture capture;
	unsigned int events;
	double lost;
	long missed;
	bool fair;

	capture_wait_for_pattern(scene->recorder);
	missed = session_missed(scene->player);
	lost = session_reading(scene->amplifier, "lost");
	process_ask(scene->recorder, "start", "ok");
	wait_for_cycles(scene->recorder, 15);
	events = disturb(other, scene->recorder);
	capture_load(scene->recorder, &capture);
	match = capture_match(&capture, PATTERN_STEREO);
	fair = session_missed(scene->player) == missed && capture.gaps == 0;
	print_message("figure: %s, %u times: %u of %u blocks lost, at most %u in a row, %.0f "
		      "counted%s\n",
		      what, events, match.bad, match.bad + match.good, match.longest_run,
		      session_reading(scene->amplifier, "lost") - lost,
		      fair ? "" : " (player or recorder was late itself: again)");
	if (fair) {
		assert_true(match.found);
		assert_true(match.bad <= events);
		assert_true(match.longest_run <= 1);
	}
	capture_free(&capture);
	process_kill(other);
	graph_wait_for_no_node("other");
	return fair;
}

static void try_until_fair(disturb_fn *disturb, const char *what)
{
	struct scene scene;
	bool fair = false;

	graph_set("clock.force-quantum", QUANTUM);
	scene.amplifier = session_start_amplifier();
	scene.player = session_start_player("player", "wiregain.input1", 0, 0.0);
	scene.recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	for (int i = 0; i < ATTEMPTS && !fair; i++) {
		fair = try_once(&scene, disturb, what);
	}
	assert_true(fair);
	assert_int_equal(process_end(scene.recorder), 0);
	assert_int_equal(process_end(scene.player), 0);
	session_end_amplifier(scene.amplifier);
}

static void frozen_player_costs_one_block(void **state)
{
	try_until_fair(freeze, "another player stopped and continued");
}

static void corked_player_costs_one_block(void **state)
{
	try_until_fair(cork, "another player corked and uncorked");
}

static void killed_player_costs_one_block(void **state)
{
	try_until_fair(murder, "another player killed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(frozen_player_costs_one_block, session_end_test),
		cmocka_unit_test_teardown(corked_player_costs_one_block, session_end_test),
		cmocka_unit_test_teardown(killed_player_costs_one_block, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
