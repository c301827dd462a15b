/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A device under test in real time, whose server does to the sound what it should not: each fault
 * is said, measured again, or measured for what it is, and none averaged away.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_server.h"
#include "measure.h"
#include "report.h"

#define FRAMES 16384

/* A stimulus with something else on each side, and room for the answer. */
struct samples {
	double in[2][FRAMES], out[2][FRAMES];
};

static struct samples *make_samples(void)
{
	struct samples *samples = calloc(1, sizeof(*samples));

	assert_non_null(samples);
	for (size_t i = 0; i < FRAMES; i++) {
		samples->in[0][i] = 0.8 * sin(0.13 * (double)i + 0.1);
		samples->in[1][i] = 0.7 * cos(0.0271 * (double)i + 0.2);
	}
	return samples;
}

static int play(struct fake_server *server, struct samples *samples, const char *setting,
		struct refusal *ret_refusal)
{
	const char *const settings[] = {setting, NULL};
	struct dut *dut = &server->live->dut;

	return dut->ops->run(dut,
			     &(struct dut_run){.in = {samples->in[0], samples->in[1]},
					       .out = {samples->out[0], samples->out[1]},
					       .frames = FRAMES,
					       .rate_hz = dut->rate_hz,
					       .settings = settings},
			     ret_refusal);
}

/* The answer is the stimulus, bit by bit, as floats have it. */
static void assert_exact(const struct samples *samples)
{
	for (size_t i = 0; i < FRAMES; i++) {
		for (int side = 0; side < 2; side++) {
			if (samples->out[side][i] != (double)(float)samples->in[side][i]) {
				fail_msg("side %d, sample %zu: %.9g, not %.9g", side, i,
					 samples->out[side][i], samples->in[side][i]);
			}
		}
	}
}

static struct fake_server *open_well(void)
{
	struct fake_server *server = fake_server_open();
	struct refusal refusal = {""};

	if (live_find_signal(server->live, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	assert_true(server->live->dut.latency_frames == FAKE_LATENCY);
	return server;
}

static void close_server(struct fake_server *server)
{
	dut_destroy(&server->live->dut);
}

static void sound_comes_back_as_it_went(void **state)
{
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();
	struct refusal refusal = {""};

	for (int i = 0; i < 20; i++) {
		assert_int_equal(play(server, samples, NULL, &refusal), 0);
		assert_exact(samples);
	}
	assert_int_equal(server->live->moves, 0);
	close_server(server);
	free(samples);
}

static const struct {
	enum fault fault;
	unsigned int count;
	const char *says;
} losses[] = {
	{FAULT_DROP, 1, "1 samples were lost on the way"},
	{FAULT_DROP, 64, "64 samples were lost on the way"},
	{FAULT_DROP, 256, "256 samples were lost on the way"},
	{FAULT_DROP_ONE, 5, "5 samples were lost on the way"},
	{FAULT_INSERT, 1, "1 samples were put in on the way"},
	{FAULT_INSERT, 256, "256 samples were put in on the way"},
	{FAULT_HOLE, 16, "the answer has a hole of 16 samples"},
	{FAULT_HOLE, 200, "the answer has a hole of 200 samples"},
	{FAULT_CLOCK, 1, "blocks were lost on the way"},
};

static void what_is_lost_once_is_measured_again(void **state)
{
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		const unsigned int repeated = server->live->repeated;
		struct refusal refusal = {""};

		fake_server_set(server, losses[i].fault, losses[i].count, 1);
		if (play(server, samples, NULL, &refusal) < 0) {
			fail_msg("%s: %s", losses[i].says, refusal.text);
		}
		assert_exact(samples);
		if (server->live->repeated != repeated + 1) {
			fail_msg("not noticed: %s", losses[i].says);
		}
	}
	close_server(server);
	free(samples);
}

static void what_is_lost_each_time_is_said(void **state)
{
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		struct refusal refusal = {""};

		fake_server_set(server, losses[i].fault, losses[i].count, FAKE_ALWAYS);
		assert_int_equal(play(server, samples, NULL, &refusal), -EIO);
		if (!strstr(refusal.text, losses[i].says)) {
			fail_msg("\"%s\", not \"%s\"", refusal.text, losses[i].says);
		}
	}
	close_server(server);
	free(samples);
}

static const struct {
	enum fault fault;
	int error;
	const char *says;
} faults[] = {
	{FAULT_SWAP, -ENODATA, "the sides come back exchanged"},
	{FAULT_MONO, -ENODATA, "something mixes them"},
	{FAULT_SILENT, -ENODATA, "no signal comes back (of a burst of noise 0 % was found)"},
	{FAULT_ONE_SIDE, -ENODATA, "no signal comes back on the right"},
	{FAULT_STILL, -EIO, "the sound stands still"},
	{FAULT_GONE, -EIO, "the server has ended"},
};

static void what_cannot_be_measured_is_refused(void **state)
{
	struct samples *samples = make_samples();

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct fake_server *server = open_well();
		struct refusal refusal = {""};

		fake_server_set(server, faults[i].fault, 0, FAKE_ALWAYS);
		assert_int_equal(play(server, samples, NULL, &refusal), faults[i].error);
		if (!strstr(refusal.text, faults[i].says)) {
			fail_msg("\"%s\", not \"%s\"", refusal.text, faults[i].says);
		}
		if (faults[i].fault != FAULT_GONE) {
			assert_int_equal(live_find_signal(server->live, &refusal), faults[i].error);
			assert_non_null(strstr(refusal.text, faults[i].says));
		}
		close_server(server);
	}
	free(samples);
}

static void an_input_that_clips_is_refused(void **state)
{
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();
	struct refusal refusal = {""};

	fake_server_set(server, FAULT_CLIP_TOLD, 0, 1);
	assert_int_equal(play(server, samples, NULL, &refusal), -EIO);
	assert_non_null(strstr(refusal.text, "the input clips"));
	assert_int_equal(play(server, samples, NULL, &refusal), 0);
	close_server(server);
	free(samples);
}

/* The figure of that name, by its measurement through that server. */
static struct figure measured(struct fake_server *server, const char *measurement, const char *name)
{
	struct report report = {0};
	struct bench bench = {.dut = &server->live->dut, .report = &report, .quick = true};
	const struct figure *found;
	struct figure figure;

	assert_int_equal(dut_wire_create(FORMAT_F32, &bench.wire), 0);
	if (measurement_find(measurement)->run(&bench) < 0) {
		fail_msg("%s", bench.refusal.text);
	}
	report_judge(&report, "jack");
	found = report_find(&report, name);
	if (!found) {
		fail_msg("no figure %s", name);
		abort();
	}
	figure = *found;
	report_finish(&report);
	dut_destroy(bench.wire);
	return figure;
}

static void faults_of_the_sound_are_measured(void **state)
{
	static const struct {
		enum fault fault;
		const char *measurement, *figure;
		double value, within;
	} of[] = {
		{FAULT_INVERT, "latency", "latency.polarity", -1, 0},
		{FAULT_FRACTION, "latency", "latency.samples", FAKE_LATENCY + 127 + 0.3, 3e-3},
		{FAULT_SATURATE, "distortion", "distortion.thd_full", -12.6584, 1e-3},
		{FAULT_NOISE, "noise", "noise.idle", -102.553, 0.1},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct fake_server *server = open_well();
		struct figure figure;

		fake_server_set(server, of[i].fault, 0, FAKE_ALWAYS);
		figure = measured(server, of[i].measurement, of[i].figure);
		printf("figure: %s through fault %d: %.6f %s\n", figure.name, (int)of[i].fault,
		       figure.value, figure.unit);
		if (!(fabs(figure.value - of[i].value) <= of[i].within)) {
			fail_msg("%s: %.6f, not %.6f", figure.name, figure.value, of[i].value);
		}
		close_server(server);
	}
}

/* Answers stay right, and that the latency changed is told. */
static void a_latency_that_changes_is_told(void **state)
{
	static const unsigned int moves[] = {700, 20000};
	struct samples *samples = make_samples();

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		struct fake_server *server = open_well();
		struct dut *dut = &server->live->dut;
		struct refusal refusal = {""};
		struct report report = {0};
		char says[64];

		fake_server_set(server, FAULT_LATER, moves[i], FAKE_ALWAYS);
		if (play(server, samples, NULL, &refusal) < 0) {
			fail_msg("%s", refusal.text);
		}
		assert_exact(samples);
		assert_true(dut->latency_frames == FAKE_LATENCY + moves[i]);
		dut->ops->tell(dut, &report);
		snprintf(says, sizeof(says), "from %d to %u samples", FAKE_LATENCY,
			 FAKE_LATENCY + moves[i]);
		assert_true(report.note_count > 0);
		assert_non_null(strstr(report.notes[0], says));
		report_finish(&report);
		close_server(server);
	}
	free(samples);
}

/* Where a setting leaves nothing of the markers, they are not missed. */
static void quiet_settings_are_no_loss(void **state)
{
	static const char *const levels[] = {"headphone.level=mute", "headphone.level=-122.0"};
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();
	struct refusal refusal = {""};

	for (size_t noise = 0; noise < 2; noise++) {
		fake_server_set(server, noise ? FAULT_NOISE : FAULT_NONE, 0, FAKE_ALWAYS);
		for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
			double peak = 0;

			if (play(server, samples, levels[i], &refusal) < 0) {
				fail_msg("%s: %s", levels[i], refusal.text);
			}
			for (size_t k = 0; k < FRAMES; k++) {
				peak = fmax(peak, fabs(samples->out[0][k]));
			}
			assert_true(peak <= 1.1e-5);
			assert_true(noise || (peak == 0) == (i == 0));
		}
	}
	assert_int_equal(server->live->repeated, 0);
	close_server(server);
	free(samples);
}

static void a_stop_ends_it(void **state)
{
	struct fake_server *server = open_well();
	struct samples *samples = make_samples();
	struct refusal refusal = {""};
	const _Atomic bool stop = true;

	server->live->dut.stop = &stop;
	assert_int_equal(play(server, samples, NULL, &refusal), -ECANCELED);
	close_server(server);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_comes_back_as_it_went),
		cmocka_unit_test(what_is_lost_once_is_measured_again),
		cmocka_unit_test(what_is_lost_each_time_is_said),
		cmocka_unit_test(what_cannot_be_measured_is_refused),
		cmocka_unit_test(an_input_that_clips_is_refused),
		cmocka_unit_test(faults_of_the_sound_are_measured),
		cmocka_unit_test(a_latency_that_changes_is_told),
		cmocka_unit_test(quiet_settings_are_no_loss),
		cmocka_unit_test(a_stop_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
