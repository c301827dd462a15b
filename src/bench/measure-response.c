/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Response, phase, group delay and harmonics against frequency, by sweep, at several rates.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "sweep.h"
#include "tone.h"

#define POINTS 241

static const double cursors[] = {10,   20,    50,    100,   200,    500,    1000, 2000,
				 5000, 10000, 20000, 50000, 100000, 500000, 0};

/* A sweep's answer at one rate. */
struct response {
	double rate_hz, low_hz, high_hz;
	struct sweep *of; /* with the answer analysed */
};

static int take(struct bench *bench, struct response *response, double seconds)
{
	double *answer = NULL;
	int error = sweep_create(response->rate_hz, response->low_hz, response->high_hz, seconds,
				 0.5, &response->of);

	if (error < 0) {
		return error;
	}
	answer = calloc(2 * sweep_count(response->of), sizeof(*answer));
	if (!answer) {
		error = -ENOMEM;
	} else {
		error = bench_run(
			bench, bench->dut,
			&(struct dut_run){
				.in = {sweep_samples(response->of), sweep_samples(response->of)},
				.out = {answer, answer + sweep_count(response->of)},
				.frames = sweep_count(response->of),
				.rate_hz = response->rate_hz,
				.output = bench->output,
				.format = FORMAT_F64});
	}
	if (error == 0) {
		sweep_analyse(response->of, answer);
	}
	free(answer);
	return error;
}

static double point_hz(const struct response *response, size_t i)
{
	return response->low_hz *
	       pow(response->high_hz / response->low_hz, (double)i / (POINTS - 1));
}

typedef double quantity_fn(const struct sweep *sweep, double hz);

static double gain_db(const struct sweep *sweep, double hz)
{
	return tone_db(sweep_gain(sweep, hz));
}

static double delay_us(const struct sweep *sweep, double hz, double rate_hz)
{
	return 1e6 * sweep_group_delay(sweep, hz) / rate_hz;
}

static void plot(struct bench *bench, const struct response *responses, size_t count,
		 const char *name, const char *title, const char *unit, quantity_fn *quantity)
{
	struct graph *graph =
		report_graph(bench->report, &(struct graph){.name = name,
							    .group = "Response",
							    .x = {"Frequency", "Hz", 10, 0, true},
							    .y = {title, unit, 0, 0, false},
							    .cursors = cursors});

	if (!graph) {
		return;
	}
	snprintf(graph->title, sizeof(graph->title), "%s against frequency", title);
	snprintf(graph->conditions, sizeof(graph->conditions),
		 "exponential sweep at -6 dBFS, level 0.0, both sides driven, left shown");
	for (size_t r = 0; r < count; r++) {
		struct series *series =
			graph_series(graph, POINTS, "%g kHz", responses[r].rate_hz / 1000);

		for (size_t i = 0; series && i < POINTS; i++) {
			series->x[i] = point_hz(&responses[r], i);
			series->y[i] = quantity ? quantity(responses[r].of, series->x[i])
						: delay_us(responses[r].of, series->x[i],
							   responses[r].rate_hz);
		}
	}
}

static void plot_harmonics(struct bench *bench, const struct response *response)
{
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "harmonics",
				.group = "Distortion",
				.title = "Harmonics against frequency, by sweep",
				.conditions =
					"exponential sweep at -6 dBFS; the floor is that of the "
					"sweep's own analysis",
				.x = {"Fundamental", "Hz", 20, 0, true},
				.y = {"Harmonic", "dBc", 0, 0, false},
				.cursors = cursors});

	for (unsigned int k = 2; graph && k <= SWEEP_HARMONICS; k++) {
		struct series *series = graph_series(graph, POINTS, "H%u", k);
		size_t count = 0;

		for (size_t i = 0; series && i < POINTS; i++) {
			const double hz = point_hz(response, i);
			const double value = sweep_harmonic(response->of, k, hz);

			if (!isnan(value) && hz >= 20) {
				series->x[count] = hz;
				series->y[count++] = fmax(-400, tone_db(value));
			}
		}
		if (series) {
			series->count = count;
		}
	}
}

static void tell_at(struct bench *bench, const struct response *response, const char *name,
		    double hz)
{
	struct figure figure = {
		.unit = "dB", .residual = NAN, .uncertainty = 2e-4, .sense = FIGURE_LOWER};

	snprintf(figure.name, sizeof(figure.name), "response.%s", name);
	snprintf(figure.title, sizeof(figure.title), "Response at %g Hz re 1 kHz, deviation", hz);
	figure.value = fabs(gain_db(response->of, hz) - gain_db(response->of, 1000));
	if (figure.value < 1e-9) {
		figure.uncertainty = NAN;
	}
	bench_figure(bench, &figure, "sweep at a rate of %g kHz", response->rate_hz / 1000);
}

static void tell_band(struct bench *bench, const struct response *response)
{
	double worst = 0, phase = 0, least = INFINITY, most = -INFINITY;
	struct figure figure = {.unit = "dB", .residual = NAN, .uncertainty = NAN};

	for (size_t i = 0; i < POINTS; i++) {
		const double hz = point_hz(response, i);

		if (hz >= 20 && hz <= 20000) {
			const double delay = sweep_group_delay(response->of, hz);

			worst = fmax(worst,
				     fabs(gain_db(response->of, hz) - gain_db(response->of, 1000)));
			phase = fmax(phase, fabs(sweep_phase_degrees(response->of, hz)));
			least = fmin(least, delay);
			most = fmax(most, delay);
		}
	}
	snprintf(figure.name, sizeof(figure.name), "response.band");
	snprintf(figure.title, sizeof(figure.title), "Response 20 Hz to 20 kHz, largest deviation");
	figure.value = worst;
	bench_figure(bench, &figure, "re 1 kHz, sweep at a rate of %g kHz",
		     response->rate_hz / 1000);
	snprintf(figure.name, sizeof(figure.name), "response.phase");
	snprintf(figure.title, sizeof(figure.title), "Phase 20 Hz to 20 kHz, largest");
	snprintf(figure.unit, sizeof(figure.unit), "degrees");
	figure.value = phase;
	bench_figure(bench, &figure, "latency taken out: %.2f samples", bench->dut->latency_frames);
	snprintf(figure.name, sizeof(figure.name), "response.group_delay");
	snprintf(figure.title, sizeof(figure.title), "Group delay 20 Hz to 20 kHz, variation");
	snprintf(figure.unit, sizeof(figure.unit), "us");
	figure.value = 1e6 * (most - least) / response->rate_hz;
	bench_figure(bench, &figure, "the same sweep");
}

static void tell_all(struct bench *bench, const struct response *responses, size_t count)
{
	const struct response *widest = &responses[count - 1];

	plot(bench, responses, count, "response", "Level", "dB", gain_db);
	plot(bench, responses, count, "phase", "Phase", "degrees", sweep_phase_degrees);
	plot(bench, responses, count, "group_delay", "Group delay", "us", NULL);
	plot_harmonics(bench, &responses[0]);
	tell_band(bench, &responses[0]);
	tell_at(bench, &responses[0], "10hz", 10);
	tell_at(bench, &responses[0], "20khz", 20000);
	if (widest->high_hz > 500000) {
		tell_at(bench, widest, "500khz", 500000);
	}
}

/*
 * Low ends rise with the rate: what is below them is another sweep's, and a sweep is as long as its
 * lowest frequency wants it.
 */
int measure_response(struct bench *bench)
{
	static const double rates[] = {48000, 192000, 1536000}, lows[] = {10, 50, 400};
	struct response responses[3];
	const size_t count = bench->dut->flags & DUT_ANY_RATE ? 3 : 1;
	int error = 0;

	memset(responses, 0, sizeof(responses));
	for (size_t r = 0; error == 0 && r < count; r++) {
		const double rate = count == 1 ? bench_rate(bench) : rates[r];

		responses[r].rate_hz = rate;
		responses[r].low_hz = lows[r];
		responses[r].high_hz = fmax(0.42 * rate, fmin(20000, 0.46 * rate));
		error = take(bench, &responses[r], (bench->quick ? 20 : 60) / lows[r]);
		if (error == 0) {
			error = bench_step(bench, (double)(r + 1) / (double)count);
		}
	}
	if (error == 0) {
		tell_all(bench, responses, count);
	}
	for (size_t r = 0; r < count; r++) {
		sweep_destroy(responses[r].of);
	}
	return error;
}
