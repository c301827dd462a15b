/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Gain error and channel tracking at every position of both volume controls; what mute leaves.
 * The instrument's own part is what it makes of an ideal amplifier at the same positions: the
 * stimulus times the exact factor, rounded as what stands between rounds.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "tone.h"

#define LENGTH    4096
#define LEAD      1024
#define PEAK      0.1
#define POSITIONS (HALF_DB_MAX - HALF_DB_MIN + 1)

struct gains {
	struct series *error, *tracking;
	double worst_error, worst_tracking, mute_peak;
};

/* What is played, and how it is read. */
struct setup {
	const double *stimulus;
	double *answer; /* room for both sides */
	double tone_hz, of_wire;
	double residual; /* the largest error of an ideal amplifier */
};

static double amplitude_of(const struct bench *bench, const struct setup *setup,
			   const double *samples)
{
	return tone_fit(samples + LEAD, LENGTH, bench_rate(bench), setup->tone_hz, false).amplitude;
}

static double error_db(const struct setup *setup, double amplitude, int half_db)
{
	return tone_db(amplitude / setup->of_wire) - 0.5 * half_db;
}

static void find_residual(const struct bench *bench, struct setup *setup, int hop)
{
	setup->of_wire = amplitude_of(bench, setup, setup->stimulus);
	for (int half_db = HALF_DB_MIN; half_db <= HALF_DB_MAX; half_db += hop) {
		const long double factor = powl(10.0L, half_db / 40.0L);

		memcpy(setup->answer, setup->stimulus, (LEAD + LENGTH) * sizeof(*setup->answer));
		dut_round(bench->dut->carries, setup->answer, LEAD + LENGTH);
		for (size_t i = LEAD; i < LEAD + LENGTH; i++) {
			setup->answer[i] = (double)(factor * setup->answer[i]);
		}
		dut_round(bench->dut->carries, setup->answer, LEAD + LENGTH);
		setup->residual = fmax(
			setup->residual,
			fabs(error_db(setup, amplitude_of(bench, setup, setup->answer), half_db)));
	}
}

/* One answer to the tone at a level. Both sides' amplitudes. */
static int play(struct bench *bench, enum output output, const char *level,
		const struct setup *setup, double ret_amplitude[2])
{
	static const char *const names[] = {"headphone.level", "line.level"};
	char assignment[48];
	const char *const settings[] = {assignment, NULL};
	const struct dut_run run = {
		.in = {setup->stimulus, setup->stimulus},
		.out = {setup->answer, setup->answer + LEAD + LENGTH},
		.frames = LEAD + LENGTH,
		.rate_hz = bench_rate(bench),
		.output = output,
		.format = FORMAT_F64,
		.settings = settings,
	};
	int error;

	snprintf(assignment, sizeof(assignment), "%s=%s", names[output], level);
	error = bench_run(bench, bench->dut, &run);
	for (int side = 0; error == 0 && side < 2; side++) {
		ret_amplitude[side] = amplitude_of(bench, setup, run.out[side]);
	}
	return error;
}

static int measure_output(struct bench *bench, enum output output, const struct setup *setup,
			  int hop, struct gains *gains)
{
	size_t count = 0;
	double side[2];
	int error = 0;

	for (int half_db = HALF_DB_MIN; error == 0 && half_db <= HALF_DB_MAX; half_db += hop) {
		char level[LEVEL_BYTES];

		error = play(bench, output, half_db_format(half_db, level), setup, side);
		if (error != 0) {
			break;
		}
		gains->error->x[count] = gains->tracking->x[count] = 0.5 * half_db;
		gains->error->y[count] = error_db(setup, side[0], half_db);
		gains->tracking->y[count] = tone_db(side[0] / side[1]);
		gains->worst_error = fmax(gains->worst_error, fabs(gains->error->y[count]));
		gains->worst_error =
			fmax(gains->worst_error, fabs(error_db(setup, side[1], half_db)));
		gains->worst_tracking =
			fmax(gains->worst_tracking, fabs(gains->tracking->y[count]));
		count++;
		error = bench_step(bench, (double)count / POSITIONS);
	}
	gains->error->count = gains->tracking->count = count;
	if (error == 0) {
		error = play(bench, output, "mute", setup, side);
		gains->mute_peak = fmax(side[0], side[1]);
	}
	return error;
}

static void tell(struct bench *bench, enum output output, const struct setup *setup,
		 const struct gains *gains)
{
	static const char *const names[] = {"headphone", "line"};
	const char *name = names[output];
	const size_t count = gains->error->count;
	struct figure figure = {.unit = "dB", .sense = FIGURE_LOWER, .uncertainty = NAN};

	figure.residual = setup->residual;
	figure.value = gains->worst_error;
	snprintf(figure.name, sizeof(figure.name), "gain.%s.error", name);
	snprintf(figure.title, sizeof(figure.title), "Gain error, %s, worst of %zu positions", name,
		 count);
	bench_figure(bench, &figure,
		     "%.2f Hz, both sides, three-parameter sine fit over %d samples, %s; "
		     "analyser: of an ideal amplifier at the same positions",
		     setup->tone_hz, LENGTH, bench_format_text(bench, FORMAT_F64));
	figure.value = gains->worst_tracking;
	/* Of the same samples on both sides the fits are the same. */
	figure.residual = 0;
	snprintf(figure.name, sizeof(figure.name), "gain.%s.tracking", name);
	snprintf(figure.title, sizeof(figure.title), "Channel tracking, %s, worst of %zu positions",
		 name, count);
	bench_figure(bench, &figure, "left against right, the same fits");
	figure.value = tone_db(gains->mute_peak);
	figure.residual = -INFINITY;
	snprintf(figure.name, sizeof(figure.name), "gain.%s.mute", name);
	snprintf(figure.title, sizeof(figure.title), "What mute leaves, %s", name);
	snprintf(figure.unit, sizeof(figure.unit), "dBFS");
	bench_figure(bench, &figure, "amplitude at %.2f Hz", setup->tone_hz);
}

static int measure_outputs(struct bench *bench, const struct setup *setup, struct graph *graph,
			   int hop)
{
	static const char *const names[] = {"headphone", "line"};
	/* In real time one output is connected. */
	const int last = bench->dut->flags & DUT_EXACT ? OUTPUT_LINE : OUTPUT_HEADPHONE;
	int error = 0;

	for (int o = OUTPUT_HEADPHONE; error == 0 && o <= last; o++) {
		struct gains gains = {
			.error = graph_series(graph, POSITIONS, "%s, error", names[o]),
			.tracking = graph_series(graph, POSITIONS, "%s, left - right", names[o]),
		};

		error = gains.error && gains.tracking
				? measure_output(bench, (enum output)o, setup, hop, &gains)
				: -ENOMEM;
		if (error == 0) {
			tell(bench, (enum output)o, setup, &gains);
		}
	}
	return error;
}

/* Half-decibels between positions: in real time each of them takes a second. */
static int hop_of(const struct bench *bench)
{
	if (!(bench->dut->flags & DUT_FAST)) {
		return 45;
	}
	return bench->quick && !(bench->dut->flags & DUT_EXACT) ? 5 : 1;
}

int measure_gain(struct bench *bench)
{
	static const double cursors[] = {-120, -100, -80, -60, -40, -20, -10, 10, 15, 0};
	const size_t bin = tone_coherent_bin(997, bench_rate(bench), LENGTH);
	struct tone tone = {PEAK, 0, tone_coherent_step(bin, LENGTH)};
	double *memory = calloc(3 * (size_t)(LEAD + LENGTH), sizeof(*memory));
	const int hop = hop_of(bench);
	struct setup setup = {.stimulus = memory};
	struct graph *graph;
	int error;

	if (!memory) {
		return -ENOMEM;
	}
	tone_fill(&tone, memory, LEAD + LENGTH);
	setup.answer = memory + LEAD + LENGTH;
	setup.tone_hz = (double)bin * bench_rate(bench) / LENGTH;
	find_residual(bench, &setup, hop);
	graph = report_graph(
		bench->report,
		&(struct graph){.name = "gain",
				.group = "Level",
				.title = "Gain error and channel tracking",
				.conditions = "997 Hz, every position measured; error of the left "
					      "side",
				.x = {.title = "Position", .unit = "dB"},
				.y = {.title = "Error", .unit = "dB"},
				.cursors = cursors});
	error = measure_outputs(bench, &setup, graph, hop);
	free(memory);
	return error;
}
