/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Gain error and channel tracking at every position of both volume controls; what mute leaves.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "tone.h"

#define LENGTH    4096
#define LEAD      1024
#define PEAK      0.1
#define POSITIONS (HALF_DB_MAX - HALF_DB_MIN + 1)

struct gains {
	struct series *error, *tracking;
	double worst_error, worst_tracking, residual, mute_peak;
};

/* One answer to the tone at a level. Both sides' amplitudes. */
static int play(struct bench *bench, enum output output, const char *level, const double *stimulus,
		double *answer, double ret_amplitude[2], double tone_hz)
{
	static const char *const names[] = {"headphone.level", "line.level"};
	char assignment[48];
	const char *const settings[] = {assignment, NULL};
	const struct dut_run run = {
		.in = {stimulus, stimulus},
		.out = {answer, answer + LEAD + LENGTH},
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
		ret_amplitude[side] =
			tone_fit(run.out[side] + LEAD, LENGTH, run.rate_hz, tone_hz, false)
				.amplitude;
	}
	return error;
}

static int measure_output(struct bench *bench, enum output output, const double *stimulus,
			  double *answer, double tone_hz, struct gains *gains)
{
	const double of_wire =
		tone_fit(stimulus + LEAD, LENGTH, bench_rate(bench), tone_hz, false).amplitude;
	int hop = bench->dut->flags & DUT_EXACT ? 1 : 45, error = 0;
	size_t count = 0;
	double side[2];

	gains->residual = fabs(tone_db(of_wire / PEAK));
	for (int half_db = HALF_DB_MIN; error == 0 && half_db <= HALF_DB_MAX; half_db += hop) {
		char level[LEVEL_BYTES];

		error = play(bench, output, half_db_format(half_db, level), stimulus, answer, side,
			     tone_hz);
		if (error < 0) {
			break;
		}
		gains->error->x[count] = gains->tracking->x[count] = 0.5 * half_db;
		gains->error->y[count] = tone_db(side[0] / of_wire) - 0.5 * half_db;
		gains->tracking->y[count] = tone_db(side[0] / side[1]);
		gains->worst_error = fmax(gains->worst_error, fabs(gains->error->y[count]));
		gains->worst_tracking =
			fmax(gains->worst_tracking, fabs(gains->tracking->y[count]));
		count++;
		error = bench_step(bench, (double)count / POSITIONS);
	}
	gains->error->count = gains->tracking->count = count;
	if (error == 0) {
		error = play(bench, output, "mute", stimulus, answer, side, tone_hz);
		gains->mute_peak = fmax(side[0], side[1]);
	}
	return error;
}

static void tell(struct bench *bench, enum output output, const struct gains *gains)
{
	static const char *const names[] = {"headphone", "line"};
	const char *name = names[output];
	const size_t count = gains->error->count;
	struct figure figure = {.unit = "dB", .sense = FIGURE_LOWER, .uncertainty = NAN};

	figure.residual = gains->residual;
	figure.value = gains->worst_error;
	snprintf(figure.name, sizeof(figure.name), "gain.%s.error", name);
	snprintf(figure.title, sizeof(figure.title), "Gain error, %s, worst of %zu positions", name,
		 count);
	bench_figure(bench, &figure, "997 Hz, three-parameter sine fit over %d samples, f64",
		     LENGTH);
	figure.value = gains->worst_tracking;
	figure.residual = NAN;
	snprintf(figure.name, sizeof(figure.name), "gain.%s.tracking", name);
	snprintf(figure.title, sizeof(figure.title), "Channel tracking, %s, worst of %zu positions",
		 name, count);
	bench_figure(bench, &figure, "left against right, the same fits");
	figure.value = tone_db(gains->mute_peak);
	snprintf(figure.name, sizeof(figure.name), "gain.%s.mute", name);
	snprintf(figure.title, sizeof(figure.title), "What mute leaves, %s", name);
	snprintf(figure.unit, sizeof(figure.unit), "dBFS");
	bench_figure(bench, &figure, "amplitude at 997 Hz");
}

int measure_gain(struct bench *bench)
{
	static const double cursors[] = {-120, -100, -80, -60, -40, -20, -10, 10, 15, 0};
	static const char *const names[] = {"headphone", "line"};
	const size_t bin = tone_coherent_bin(997, bench_rate(bench), LENGTH);
	const double tone_hz = (double)bin * bench_rate(bench) / LENGTH;
	struct tone tone = {PEAK, 0, tone_coherent_step(bin, LENGTH)};
	double *memory = calloc(3 * (size_t)(LEAD + LENGTH), sizeof(*memory));
	/* In real time one output is connected. */
	const int last = bench->dut->flags & DUT_EXACT ? OUTPUT_LINE : OUTPUT_HEADPHONE;
	struct graph *graph;
	int error = 0;

	if (!memory) {
		return -ENOMEM;
	}
	tone_fill(&tone, memory, LEAD + LENGTH);
	graph = report_graph(
		bench->report,
		&(struct graph){.name = "gain",
				.group = "Level",
				.title = "Gain error and channel tracking",
				.conditions = "997 Hz, every half-decibel position, f64",
				.x = {.title = "Position", .unit = "dB"},
				.y = {.title = "Error", .unit = "dB"},
				.cursors = cursors});
	for (int o = OUTPUT_HEADPHONE; error == 0 && o <= last; o++) {
		struct gains gains = {
			.error = graph_series(graph, POSITIONS, "%s, error", names[o]),
			.tracking = graph_series(graph, POSITIONS, "%s, left - right", names[o]),
		};

		error = gains.error && gains.tracking
				? measure_output(bench, (enum output)o, memory,
						 memory + LEAD + LENGTH, tone_hz, &gains)
				: -ENOMEM;
		if (gains.error && gains.error->count > 0 && error == 0) {
			tell(bench, (enum output)o, &gains);
		}
	}
	free(memory);
	return error;
}
