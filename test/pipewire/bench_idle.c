/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a running amplifier costs on a PipeWire server: with nothing playing, with a player, and in
 * standby. Prints figures; fails when the idle one is above 0.3 % of a core.
 */
#include <dirent.h>
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

#define IDLE_PERCENT_MAX 0.3
#define SECONDS          10

/* What all threads of a process have run so far, in nanoseconds. */
static unsigned long long run_nsec(pid_t pid)
{
	unsigned long long sum = 0, nsec;
	struct dirent *entry;
	char path[300];
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", (int)pid,
			 entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (file) {
			sum += fscanf(file, "%llu", &nsec) == 1 ? nsec : 0;
			fclose(file);
		}
	}
	closedir(folder);
	return sum;
}

static double percent_of_a_core(const struct process *process)
{
	unsigned long long before = run_nsec(process->pid);
	uint64_t began_ms = loop_now_ms();

	sleep(SECONDS);
	return (double)(run_nsec(process->pid) - before) / 1e6 /
	       (double)(loop_now_ms() - began_ms) * 100.0;
}

static const char *get(const char *path)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_PROGRAM"), "get", path, NULL};

	return process_run(argv);
}

static void set(const char *setting)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_PROGRAM"), "set", setting, NULL};

	process_run(argv);
}

static void wait_for_state(const char *state)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	while (strcmp(get("device.headphone.state"), state) != 0) {
		if (loop_now_ms() > end_ms) {
			fail_msg("the headphone's device does not become %s", state);
		}
		graph_iterate(20);
	}
}

static void cost(void **state)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_PROGRAM"),
			      "run",
			      "--set",
			      "device.headphone=" HEADPHONE_SINK,
			      "--set",
			      "device.line=" LINE_SINK,
			      "--set",
			      "device.sub=" SUB_SINK,
			      NULL};
	struct process *amplifier = process_start("wiregain", true, argv);
	struct process *player;
	double idle;

	wait_for_state("connected\n");
	graph_wait_for_ports("wiregain.input5", 2);
	sleep(2); /* the start is over */
	idle = percent_of_a_core(amplifier);
	print_message("figure: idle amplifier on PipeWire: %.3f %% of a core\n", idle);
	player = session_start_player("player", "wiregain.input1", 0, 0.0);
	graph_set("clock.force-quantum", 256);
	print_message("figure: one player, 48 kHz, 256 frames: %.2f %% of a core\n",
		      percent_of_a_core(amplifier));
	assert_int_equal(process_end(player), 0);
	set("power=off");
	wait_for_state("released\n");
	print_message("figure: standby: %.3f %% of a core\n", percent_of_a_core(amplifier));
	process_signal(amplifier, SIGTERM);
	assert_int_equal(process_end(amplifier), 0);
	assert_true(idle < IDLE_PERCENT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(cost, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
