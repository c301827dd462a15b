/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The subwoofer's crossover against the formula of Linkwitz and Riley.
 */
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "sweep.h"
#include "tone.h"

#define POINTS  161
#define LOW     10.0
#define HIGH    2000.0
#define CORNERS 4

static const double corners_hz[CORNERS] = {40, 80, 120, 200};

struct crossover {
	double corner_hz, rate_hz;
};

/*
 * Two Butterworth sections of second order, bilinear, prewarped at the corner: exact for what such
 * a filter can be.
 */
static double complex formula(double hz, const void *data)
{
	const struct crossover *crossover = data;
	const double x = tan(M_PI * hz / crossover->rate_hz) /
			 tan(M_PI * crossover->corner_hz / crossover->rate_hz);
	const double complex section = 1 / (1 - x * x + I * M_SQRT2 * x);

	return section * section;
}

static double ideal_db(const struct crossover *crossover, double hz)
{
	return tone_db(cabs(formula(hz, crossover)));
}

static int take(struct bench *bench, struct sweep *sweep, double corner_hz, double *answer)
{
	char corner[40];
	const char *const settings[] = {corner, NULL};
	int error;

	snprintf(corner, sizeof(corner), "sub.lowpass_hz=%g", corner_hz);
	error = bench_run(bench, bench->dut,
			  &(struct dut_run){
				  .in = {sweep_samples(sweep), sweep_samples(sweep)},
				  .out = {answer},
				  .frames = sweep_count(sweep),
				  .rate_hz = bench_rate(bench),
				  .output = OUTPUT_SUB,
				  .format = FORMAT_F64,
				  .settings = settings,
			  });
	if (error == 0) {
		sweep_analyse(sweep, answer, SWEEP_WHOLE);
	}
	return error;
}

static double point_hz(const struct sweep *sweep, size_t i)
{
	return sweep_bin_hz(sweep, LOW * pow(HIGH / LOW, (double)i / (POINTS - 1)));
}

/* The largest from the formula, where it is above -60 dB. */
static double deviation(const struct sweep *sweep, const struct crossover *crossover)
{
	double worst = 0;

	for (size_t i = 0; i < POINTS; i++) {
		const double hz = point_hz(sweep, i), ideal = ideal_db(crossover, hz);

		if (ideal > -60 && hz > 15) {
			worst = fmax(worst, fabs(tone_db(sweep_gain(sweep, hz)) - ideal));
		}
	}
	return worst;
}

/* What has been found so far. */
struct found {
	double deviation, residual;
	double corner, slope; /* of 80 Hz, in dB */
};

static int measure_corner(struct bench *bench, struct sweep *sweep, double corner_hz,
			  double *answer, struct graph *graph, struct found *found)
{
	const struct crossover crossover = {corner_hz, bench_rate(bench)};
	struct series *series = graph_series(graph, POINTS, "%g Hz", corner_hz);
	int error;

	sweep_answer_of(sweep, formula, &crossover, answer);
	sweep_analyse(sweep, answer, SWEEP_WHOLE);
	found->residual = fmax(found->residual, deviation(sweep, &crossover));
	error = take(bench, sweep, corner_hz, answer);
	if (error < 0) {
		return error;
	}
	found->deviation = fmax(found->deviation, deviation(sweep, &crossover));
	for (size_t i = 0; series && i < POINTS; i++) {
		series->x[i] = point_hz(sweep, i);
		series->y[i] = fmax(-120, tone_db(sweep_gain(sweep, series->x[i])));
	}
	if (corner_hz == 80) {
		found->corner = tone_db(sweep_gain(sweep, 80));
		found->slope = tone_db(sweep_gain(sweep, 320) / sweep_gain(sweep, 640));
	}
	return 0;
}

static void tell(struct bench *bench, const struct found *found)
{
	const struct crossover crossover = {80, bench_rate(bench)};

	bench_figure(
		bench,
		&(struct figure){.name = "sub.deviation",
				 .title = "Crossovers, largest deviation from the formula",
				 .unit = "dB",
				 .value = found->deviation,
				 .residual = found->residual,
				 .uncertainty = found->residual},
		"Linkwitz-Riley of fourth order, 40 to 200 Hz, where it is above -60 dB, sweep; "
		"analyser: the formula itself through the same analysis");
	bench_figure(bench,
		     &(struct figure){.name = "sub.corner",
				      .title = "Level at the corner of 80 Hz",
				      .unit = "dB",
				      .value = found->corner,
				      .residual = NAN,
				      .uncertainty = found->residual,
				      .sense = FIGURE_PLAIN},
		     "%.2f dB by the formula", ideal_db(&crossover, 80));
	bench_figure(bench,
		     &(struct figure){.name = "sub.slope",
				      .title = "Slope from 320 to 640 Hz",
				      .unit = "dB/octave",
				      .value = found->slope,
				      .residual = NAN,
				      .uncertainty = 2 * found->residual,
				      .sense = FIGURE_HIGHER},
		     "corner of 80 Hz; %.2f by the formula",
		     ideal_db(&crossover, 320) - ideal_db(&crossover, 640));
}

int measure_sub(struct bench *bench)
{
	static const double cursors[] = {20, 40, 80, 120, 200, 320, 640, 0};
	struct graph *graph = report_graph(
		bench->report, &(struct graph){.name = "sub",
					       .group = "Filters",
					       .title = "Subwoofer crossover",
					       .conditions = "sub output, exponential sweep, f64",
					       .x = {"Frequency", "Hz", LOW, HIGH, true},
					       .y = {"Level", "dB", -100, 10, false},
					       .cursors = cursors});
	struct sweep *sweep = NULL;
	struct found found = {0};
	double *answer = NULL;
	int error = sweep_create(bench_rate(bench), LOW, HIGH, bench->quick ? 3 : 6, 0.5, &sweep);

	if (error == 0) {
		answer = calloc(sweep_count(sweep), sizeof(*answer));
		error = answer ? 0 : -ENOMEM;
	}
	for (int c = 0; error == 0 && c < CORNERS; c++) {
		error = measure_corner(bench, sweep, corners_hz[c], answer, graph, &found);
		error = error == 0 ? bench_step(bench, (c + 1.0) / CORNERS) : error;
	}
	if (error == 0) {
		tell(bench, &found);
	}
	free(answer);
	sweep_destroy(sweep);
	return error;
}
