/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Tones through a real PipeWire server: the selected input at its exact gain and no other, on every
 * output, and no click when anything changes while it plays. The graph carries 32-bit floats: a
 * tone's rounding is 150 dB below it, spread over the spectrum, so that a record of a second shows
 * lines far below that.
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

#include "analysis.h"
#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"

#define QUANTUM       1024 /* longer than a busy machine is late */
#define RATE_HZ       48000
#define AMPLITUDE     0.5
#define ATTEMPTS      20
#define STEADY_FRAMES (5 * QUANTUM)

static const unsigned int tones_hz[INPUTS] = {997, 1499, 2003, 2503, 3001};

struct scene {
	struct process *amplifier, *players[INPUTS], *recorders[OUTPUTS];
	unsigned int player_count;
};

static void start_scene(struct scene *scene, unsigned int players)
{
	graph_set("clock.force-quantum", QUANTUM);
	*scene = (struct scene){.player_count = players};
	scene->amplifier = session_start_amplifier();
	for (unsigned int i = 0; i < players; i++) {
		char name[32], target[32];

		snprintf(name, sizeof(name), "player%u", i + 1);
		snprintf(target, sizeof(target), "wiregain.input%u", i + 1);
		scene->players[i] = session_start_player(name, target, tones_hz[i], AMPLITUDE);
	}
	scene->recorders[OUTPUT_HEADPHONE] =
		session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	scene->recorders[OUTPUT_LINE] = session_start_recorder("rec.line", LINE_SINK, 2);
	scene->recorders[OUTPUT_SUB] = session_start_recorder("rec.sub", SUB_SINK, 1);
}

static void end_scene(struct scene *scene)
{
	for (int i = 0; i < OUTPUTS; i++) {
		assert_int_equal(process_end(scene->recorders[i]), 0);
	}
	for (unsigned int i = 0; i < scene->player_count; i++) {
		assert_int_equal(process_end(scene->players[i]), 0);
	}
	session_end_amplifier(scene->amplifier);
}

/* What was late so far: cycles that a player missed, and those that the amplifier did. */
static double count_late(struct scene *scene)
{
	double late = session_reading(scene->amplifier, "lost");

	for (unsigned int i = 0; i < scene->player_count; i++) {
		late += (double)session_missed(scene->players[i]);
	}
	return late;
}

/* The player's own tone, as it is rounded there. */
static double sent_amplitude(unsigned int hz)
{
	static double samples[RATE_HZ];

	for (unsigned int i = 0; i < RATE_HZ; i++) {
		uint64_t turn = (uint64_t)i * hz % RATE_HZ;

		samples[i] = (double)(float)(AMPLITUDE * sin(2.0 * M_PI * (double)turn / RATE_HZ));
	}
	return tone_fit(samples, RATE_HZ, RATE_HZ, hz, false).amplitude;
}

/* A second of an output during which nobody was late. */
static void take_second(struct scene *scene, enum output output, struct capture *ret_capture)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		double late = count_late(scene);

		capture_take(scene->recorders[output], RATE_HZ / QUANTUM + 2, ret_capture);
		if (ret_capture->gaps == 0 && count_late(scene) == late) {
			return;
		}
		print_message("a cycle was missed on this machine: again\n");
		capture_free(ret_capture);
	}
	fail_msg("no second of sound without a missed cycle");
}

/* Waits until the tone's level has been the same twice: fades and changes are over. */
static void wait_until_steady(struct scene *scene, enum output output, unsigned int hz)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	double before = -1.0, now = -2.0;

	while (fabs(now - before) > 1e-9) {
		struct capture capture;
		double *samples;

		capture_take(scene->recorders[output], 7, &capture);
		samples = capture_samples(&capture, 0, STEADY_FRAMES);
		before = now;
		now = samples ? tone_fit(samples, STEADY_FRAMES, RATE_HZ, hz, false).amplitude
			      : -3.0;
		free(samples);
		capture_free(&capture);
		/* the fit of a tone beside others wanders: near is enough where there are any */
		if (fabs(now - before) < 1e-6 && now > 1e-7) {
			break;
		}
		if (loop_now_ms() > end_ms) {
			fail_msg("the %u Hz tone does not come to rest", hz);
		}
	}
}

/*
 * One channel of an output: the selected tone has `gain_db` to 1e-6 dB, every other that plays is
 * below -180 dB of it.
 */
static void check_channel(struct scene *scene, const struct capture *capture, unsigned int channel,
			  unsigned int selected, double gain_db, const char *what)
{
	double *samples = capture_samples(capture, channel, RATE_HZ);
	double worst_db = -INFINITY, amplitude, error_db;

	assert_non_null(samples);
	amplitude = tone_fit(samples, RATE_HZ, RATE_HZ, tones_hz[selected], false).amplitude;
	error_db = tone_db(amplitude / sent_amplitude(tones_hz[selected])) - gain_db;
	for (unsigned int i = 0; i < scene->player_count; i++) {
		double other = tone_fit(samples, RATE_HZ, RATE_HZ, tones_hz[i], false).amplitude;

		if (i != selected) {
			worst_db = fmax(worst_db, tone_db(other / amplitude));
		}
	}
	free(samples);
	print_message("figure: %s channel %u, input %u at %.1f dB: gain error %.1e dB, the other "
		      "tones %.1f dB\n",
		      what, channel, selected + 1, gain_db, error_db, worst_db);
	assert_true(fabs(error_db) <= 1e-6);
	assert_true(worst_db < -180.0);
}

static void selected_tone_has_its_gain_and_no_other_is_heard(void **state)
{
	static const double gain_db[OUTPUTS] = {-12.5, -20.5, -23.5};
	static const char *const names[OUTPUTS] = {"headphone", "line", "sub"};
	struct scene scene;

	start_scene(&scene, 2);
	session_set(scene.amplifier, "headphone.level -12.5");
	session_set(scene.amplifier, "line.level -20.5");
	session_set(scene.amplifier, "sub.level -3.0");
	for (unsigned int selected = 0; selected < 2; selected++) {
		session_set(scene.amplifier, selected == 0 ? "input 1" : "input 2");
		for (int i = 0; i < OUTPUTS; i++) {
			struct capture capture;

			wait_until_steady(&scene, (enum output)i, tones_hz[selected]);
			take_second(&scene, (enum output)i, &capture);
			for (unsigned int channel = 0; channel < (i == OUTPUT_SUB ? 1u : 2u);
			     channel++) {
				check_channel(&scene, &capture, channel, selected, gain_db[i],
					      names[i]);
			}
			capture_free(&capture);
		}
	}
	end_scene(&scene);
}

static void five_inputs_at_once(void **state)
{
	struct scene scene;

	start_scene(&scene, INPUTS);
	session_set(scene.amplifier, "headphone.level -6.0");
	for (unsigned int selected = 0; selected < INPUTS; selected++) {
		struct capture capture;
		char command[16];

		snprintf(command, sizeof(command), "input %u", selected + 1);
		session_set(scene.amplifier, command);
		wait_until_steady(&scene, OUTPUT_HEADPHONE, tones_hz[selected]);
		take_second(&scene, OUTPUT_HEADPHONE, &capture);
		check_channel(&scene, &capture, 0, selected, -6.0, "headphone");
		capture_free(&capture);
	}
	end_scene(&scene);
}

/* A change while two tones play: what it throws beyond 1 kHz from them. */
struct change {
	const char *what;
	const char *set;
	const char *also;   /* right after that; or NULL */
	enum output output; /* where it is listened to */
};

/* Until a recorder has so many cycles, or its device has come to rest: nobody plays to it. */
static void wait_for_cycles(struct process *recorder, unsigned int cycles)
{
	unsigned int before = 0, still = 0;

	while (before < cycles && still < 50) {
		unsigned int now =
			(unsigned int)strtoul(process_ask(recorder, "count", "count "), NULL, 10);

		still = now == before ? still + 1 : 0;
		before = now;
		usleep(10000);
	}
}

/* All that was recorded, and silence after that. A new array; NULL: the record has gaps. */
static double *take_all(const struct capture *capture, size_t count)
{
	double *samples = capture->gaps == 0 ? calloc(count, sizeof(*samples)) : NULL;
	size_t at = 0;

	for (size_t i = 0; samples && i < capture->count; i++) {
		const struct captured_cycle *cycle = &capture->cycles[i];

		for (uint32_t n = 0; n < cycle->head.frames && at < count; n++) {
			samples[at++] = (double)cycle->samples[0][n];
		}
	}
	return samples;
}

static bool measure_change(struct scene *scene, const struct change *change, double *ret_dbc)
{
	const double carriers_hz[] = {tones_hz[0], tones_hz[1]};
	struct transition transition = {.rate_hz = RATE_HZ,
					.carriers_hz = carriers_hz,
					.carriers = 2,
					.carrier_peak = AMPLITUDE};
	struct process *recorder = scene->recorders[change->output];
	double late = count_late(scene);
	struct capture capture;
	double *samples;
	bool fair;

	process_ask(recorder, "start", "ok");
	capture_wait(recorder, 15);
	session_set(scene->amplifier, change->set);
	if (change->also) {
		session_set(scene->amplifier, change->also);
	}
	wait_for_cycles(recorder, 33);
	capture_load(recorder, &capture);
	transition.count = 30 * QUANTUM;
	samples = take_all(&capture, transition.count);
	fair = capture.gaps == 0 && count_late(scene) == late && samples;
	transition.samples = samples;
	if (fair) {
		assert_int_equal(transition_splatter(&transition, 1000.0, ret_dbc), 0);
	}
	free(samples);
	capture_free(&capture);
	return fair;
}

static void changes_do_not_click(void **state)
{
	static const struct change changes[] = {
		{"level, half a dB up", "headphone.level 0.5"},
		{"level, 0.5 dB down", "headphone.level 0.0"},
		{"level, 40 dB down", "headphone.level -40.0"},
		{"level, 40 dB up", "headphone.level 0.0"},
		{"dim on", "dim on"},
		{"dim off", "dim off"},
		{"input 1 to 2", "input 2"},
		{"input 2 to 1", "input 1"},
		{"mode mono", "monitor.mode mono"},
		{"mode side", "monitor.mode side"},
		{"mode stereo", "monitor.mode stereo"},
		{"polarity", "monitor.invert_left on"},
		{"polarity back", "monitor.invert_left off"},
		{"mute", "headphone.mute on"},
		{"unmute", "headphone.mute off"},
	};
	const size_t count = sizeof(changes) / sizeof(changes[0]);
	bool measured[sizeof(changes) / sizeof(changes[0])] = {false};
	size_t left = count;
	struct scene scene;

	start_scene(&scene, 2);
	wait_until_steady(&scene, OUTPUT_HEADPHONE, tones_hz[0]);
	/* the list ends as it began, and is gone through until each was measured fairly */
	for (size_t n = 0; left > 0 && n < ATTEMPTS * count; n++) {
		size_t i = n % count;
		double dbc = 0.0;

		if (!measure_change(&scene, &changes[i], &dbc)) {
			print_message("%s: a cycle was missed on this machine: again\n",
				      changes[i].what);
			continue;
		}
		left -= !measured[i];
		measured[i] = true;
		print_message("figure: %s while playing: splatter %.1f dBc\n", changes[i].what,
			      dbc);
		assert_true(dbc <= -125.0);
	}
	assert_int_equal(left, 0);
	end_scene(&scene);
}

/* Where the change ends what plays, or the device's own level moves: each in a scene of its own. */
static void what_leaves_fades_out(void **state)
{
	static const struct change changes[] = {
		{"another device", "device.headphone " SUB_SINK},
		{"no device", "device.line", .output = OUTPUT_LINE},
		{"another device, of the headphones too", "device.line " HEADPHONE_SINK,
		 .output = OUTPUT_LINE},
		{"device's level, 60 dB down", "device.headphone.volume -60.0"},
		{"input switched off", "input 2", "input.1.enabled off", OUTPUT_LINE},
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		double dbc = 0.0;
		bool fair = false;

		for (int n = 0; n < ATTEMPTS && !fair; n++) {
			struct scene scene;

			start_scene(&scene, 2);
			wait_until_steady(&scene, changes[i].output, tones_hz[0]);
			fair = measure_change(&scene, &changes[i], &dbc);
			end_scene(&scene);
		}
		assert_true(fair);
		print_message("figure: %s while playing: splatter %.1f dBc\n", changes[i].what,
			      dbc);
		assert_true(dbc <= -125.0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(selected_tone_has_its_gain_and_no_other_is_heard,
					  session_end_test),
		cmocka_unit_test_teardown(five_inputs_at_once, session_end_test),
		cmocka_unit_test_teardown(changes_do_not_click, session_end_test),
		cmocka_unit_test_teardown(what_leaves_fades_out, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
