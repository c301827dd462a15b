/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A player of the PulseAudio protocol (paplay, by way of pipewire-pulse) plays into an input, and
 * is heard at its exact level.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis.h"
#include "capture.h"
#include "graph.h"
#include "session.h"

#define RATE_HZ  48000
#define TONE_HZ  997
#define SECONDS  4
#define ATTEMPTS 12

static void write_tone(const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	for (unsigned int i = 0; i < SECONDS * RATE_HZ; i++) {
		uint64_t turn = (uint64_t)i * TONE_HZ % RATE_HZ;
		float sample = (float)(0.5 * sin(2.0 * M_PI * (double)turn / RATE_HZ));
		float frame[2] = {sample, sample};

		assert_int_equal(fwrite(frame, sizeof(frame), 1, file), 1);
	}
	assert_int_equal(fclose(file), 0);
}

/* Plays the file once. False: paplay was late on this machine, and its sound has a hole. */
static bool play_once(struct process *recorder, const char *path)
{
	const char *argv[] = {"paplay",
			      "--raw",
			      "--format=float32le",
			      "--rate=48000",
			      "--channels=2",
			      "--latency-msec=200",
			      "--device=wiregain.input1",
			      path,
			      NULL};
	struct process *player = process_start("paplay", true, argv);
	struct capture capture;
	struct tone_fit fit;
	double *samples;

	graph_wait_for_links(NULL, "wiregain.input1", 2);
	capture_take(recorder, 2 * RATE_HZ / 1024, &capture);
	samples = capture_samples(&capture, 0, RATE_HZ);
	process_kill(player);
	graph_wait_for_links(NULL, "wiregain.input1", 0);
	if (!samples) {
		capture_free(&capture);
		return false;
	}
	fit = tone_fit(samples, RATE_HZ, RATE_HZ, TONE_HZ, false);
	free(samples);
	capture_free(&capture);
	print_message("figure: paplay at -6.0 dB: gain error %.1e dB, what is not the tone %.1f "
		      "dB below it\n",
		      tone_db(fit.amplitude / 0.5) + 6.0,
		      -tone_db(fit.residual_rms * sqrt(2.0) / fit.amplitude));
	if (fit.residual_rms > 1e-5) {
		return false;
	}
	assert_true(fabs(tone_db(fit.amplitude / 0.5) + 6.0) <= 1e-6);
	return true;
}

static void paplay_is_heard(void **state)
{
	struct process *amplifier, *recorder;
	bool heard = false;
	char path[512];

	if (system("command -v pipewire-pulse >/dev/null && command -v paplay >/dev/null") != 0) {
		print_message("skipped: there is no pipewire-pulse or paplay here\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/tone.raw", session_folder());
	write_tone(path);
	session_start_pulse();
	graph_set("clock.force-quantum", 1024);
	amplifier = session_start_amplifier();
	session_set(amplifier, "headphone.level -6.0");
	recorder = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	for (int i = 0; i < ATTEMPTS && !heard; i++) {
		heard = play_once(recorder, path);
	}
	assert_true(heard);
	assert_int_equal(process_end(recorder), 0);
	session_end_amplifier(amplifier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(paplay_is_heard, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
