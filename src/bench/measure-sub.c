/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The subwoofer's crossover against the formula of Linkwitz and Riley.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "sweep.h"
#include "tone.h"

#define POINTS 161
#define LOW    10.0
#define HIGH   2000.0

/* Fourth order, bilinear, prewarped at the corner: exact for what such a filter can be. */
static double ideal_db(double hz, double corner_hz, double rate_hz)
{
	const double x = tan(M_PI * hz / rate_hz) / tan(M_PI * corner_hz / rate_hz);

	return -20 * log10(1 + x * x * x * x);
}

static int take(struct bench *bench, struct sweep *sweep, const char *corner)
{
	const char *const settings[] = {corner, NULL};
	double *answer = calloc(sweep_count(sweep), sizeof(*answer));
	int error = -ENOMEM;

	if (answer) {
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
	}
	if (error == 0) {
		sweep_analyse(sweep, answer);
	}
	free(answer);
	return error;
}

/* `corner` and `slope` of 80 Hz, in dB. */
static void tell(struct bench *bench, double worst, double corner, double slope)
{
	bench_figure(
		bench,
		&(struct figure){.name = "sub.deviation",
				 .title = "Crossovers, largest deviation from the formula",
				 .unit = "dB",
				 .value = worst,
				 .residual = NAN,
				 .uncertainty = 0.002},
		"Linkwitz-Riley of fourth order, 40 to 200 Hz, where it is above -60 dB, sweep");
	bench_figure(bench,
		     &(struct figure){.name = "sub.corner",
				      .title = "Level at the corner of 80 Hz",
				      .unit = "dB",
				      .value = corner,
				      .residual = NAN,
				      .uncertainty = 0.002,
				      .sense = FIGURE_PLAIN},
		     "-6.02 dB by the formula");
	bench_figure(bench,
		     &(struct figure){.name = "sub.slope",
				      .title = "Slope from 320 to 640 Hz",
				      .unit = "dB/octave",
				      .value = -slope,
				      .residual = NAN,
				      .uncertainty = 0.05,
				      .sense = FIGURE_HIGHER},
		     "24 by the formula, a little less so near the corner");
}

int measure_sub(struct bench *bench)
{
	static const char *const corners[] = {"sub.lowpass_hz=40", "sub.lowpass_hz=80",
					      "sub.lowpass_hz=120", "sub.lowpass_hz=200"};
	static const double corner_hz[] = {40, 80, 120, 200};
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
	double worst = 0, corner = 0, slope = 0;
	int error = sweep_create(bench_rate(bench), LOW, HIGH, bench->quick ? 3 : 6, 0.5, &sweep);

	for (int c = 0; error == 0 && graph && c < 4; c++) {
		struct series *series = graph_series(graph, POINTS, "%g Hz", corner_hz[c]);

		error = take(bench, sweep, corners[c]);
		for (size_t i = 0; error == 0 && series && i < POINTS; i++) {
			const double hz = LOW * pow(HIGH / LOW, (double)i / (POINTS - 1));
			const double ideal = ideal_db(hz, corner_hz[c], bench_rate(bench));

			series->x[i] = hz;
			series->y[i] = fmax(-120, tone_db(sweep_gain(sweep, hz)));
			if (ideal > -60 && hz > 15) {
				worst = fmax(worst, fabs(series->y[i] - ideal));
			}
		}
		if (error == 0 && c == 1) {
			corner = tone_db(sweep_gain(sweep, 80));
			slope = tone_db(sweep_gain(sweep, 640) / sweep_gain(sweep, 320));
		}
		error = error == 0 ? bench_step(bench, 0.25 * (c + 1)) : error;
	}
	if (error == 0) {
		tell(bench, worst, corner, slope);
	}
	sweep_destroy(sweep);
	return error;
}
