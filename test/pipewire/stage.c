/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A stage for tests in other languages: a private sound server, the program itself on it with its
 * panel, a player into its first input and a recorder of what leaves it. Usage: stage, with the
 * environment of the other tests here. Says "panel ADDRESS" when all of it is there. Commands on
 * standard input, a line each, answered with one:
 *
 *	tone HZ AMPLITUDE     a tone from rest on both sides, whole hertz; "playing"
 *	still                 the tone ends; "ok"
 *	gain                  "gain DB LATE": of the newest quarter second, left, against the tone;
 *	                      LATE cycles were missed in it, and with any the figure is no gain
 *	late                  "late N": cycles that the player missed since its tone began
 *	quit
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

#include <cmocka.h>

#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"
#include "tone.h"

#define QUANTUM     1024 /* longer than a busy machine is late */
#define RATE_HZ     48000
#define GAIN_FRAMES (RATE_HZ / 4)

struct stage {
	struct process *amplifier, *recorder, *player;
	unsigned int tone_hz;
	double amplitude;
};

static const char *ask(const char *path)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_PROGRAM"), "get", path, NULL};

	return process_run(argv);
}

static void start_amplifier(struct stage *stage)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_PROGRAM"),
			      "run",
			      "--audio",
			      "pipewire",
			      "--panel",
			      "127.0.0.1:0",
			      "--set",
			      "device.headphone=" HEADPHONE_SINK,
			      "--set",
			      "device.line=" LINE_SINK,
			      NULL};
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	stage->amplifier = process_start("wiregain", true, argv);
	while (strcmp(ask("device.headphone.state"), "connected\n") != 0) {
		if (loop_now_ms() > end_ms) {
			fail_msg("the amplifier does not reach its device");
		}
		graph_iterate(10);
	}
	graph_wait_for_ports("wiregain.input1", 2);
}

static void end_tone(struct stage *stage)
{
	if (stage->player) {
		assert_int_equal(process_end(stage->player), 0);
		stage->player = NULL;
	}
}

static void start_tone(struct stage *stage, const char *words)
{
	end_tone(stage);
	assert_int_equal(sscanf(words, "%u %lf", &stage->tone_hz, &stage->amplitude), 2);
	stage->player =
		session_start_player("player", "wiregain.input1", stage->tone_hz, stage->amplitude);
	printf("playing\n");
}

static void tell_gain(struct stage *stage)
{
	long missed = session_missed(stage->player);
	double gain_db = NAN, *samples;
	struct capture capture;

	capture_take(stage->recorder, GAIN_FRAMES / QUANTUM + 2, &capture);
	missed = session_missed(stage->player) - missed;
	samples = capture_samples(&capture, 0, GAIN_FRAMES);
	if (samples) {
		struct tone_fit fit =
			tone_fit(samples, GAIN_FRAMES, RATE_HZ, stage->tone_hz, false);

		gain_db = tone_db(fit.amplitude / stage->amplitude);
	}
	printf("gain %.9f %ld\n", gain_db, samples ? missed : missed + 1);
	free(samples);
	capture_free(&capture);
}

/* False at the end. */
static bool obey(struct stage *stage, const char *line)
{
	if (strncmp(line, "tone ", 5) == 0) {
		start_tone(stage, line + 5);
	} else if (strcmp(line, "still") == 0) {
		end_tone(stage);
		printf("ok\n");
	} else if (strcmp(line, "gain") == 0 && stage->player) {
		tell_gain(stage);
	} else if (strcmp(line, "late") == 0 && stage->player) {
		printf("late %ld\n", session_missed(stage->player));
	} else {
		return false;
	}
	return true;
}

static void play(void **state)
{
	struct stage stage = {0};
	char line[128];

	graph_set("clock.force-quantum", QUANTUM);
	start_amplifier(&stage);
	stage.recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	printf("panel %s", ask("system.panel"));
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (!obey(&stage, line)) {
			break;
		}
	}
	end_tone(&stage);
	assert_int_equal(process_end(stage.recorder), 0);
	process_signal(stage.amplifier, SIGTERM);
	assert_int_equal(process_end(stage.amplifier), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(play, session_end_test),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
