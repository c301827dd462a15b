/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Response, phase, group delay and harmonics against frequency, by sweep, at several rates.
 *
 * The analysis divides by what it makes of the sweep itself, so the sweep handed back reads as
 * exactly nothing. As the instrument's own part stands what it makes of an ideal amplifier of
 * -12.5 dB, whose samples are rounded elsewhere.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "sweep.h"
#include "tone.h"

#define POINTS 241
#define RATES  3

/* Behind the points of the graphs the frequencies that figures are told of. */
enum {
	AT_1KHZ = POINTS,
	AT_10HZ,
	AT_20KHZ,
	AT_500KHZ,
	PLACES,
};

static const double cursors[] = {10,   20,    50,    100,   200,    500,    1000, 2000,
				 5000, 10000, 20000, 50000, 100000, 500000, 0};

/* What a sweep finds of one answer, at every place. */
struct curve {
	double gain_db[PLACES], phase_degrees[PLACES], delay_us[PLACES];
};

struct response {
	double rate_hz, low_hz, high_hz;
	double hz[PLACES];     /* 0: beyond what the sweep reaches */
	struct curve sides[2]; /* left and right */
	struct curve ideal;    /* an ideal amplifier of -12.5 dB */
	struct sweep *sweep;   /* of the lowest rate with the left answer's harmonics */
};

static void choose_places(struct response *response)
{
	static const double special[] = {1000, 10, 20000, 500000};

	for (int i = 0; i < PLACES; i++) {
		const double part = (double)i / (POINTS - 1);
		double hz = i < POINTS ? response->low_hz *
						 pow(response->high_hz / response->low_hz, part)
				       : special[i - POINTS];

		/* The last of the points may be a rounding error too high. */
		hz = i < POINTS ? fmin(hz, response->high_hz) : hz;
		response->hz[i] = hz >= response->low_hz && hz <= response->high_hz
					  ? sweep_bin_hz(response->sweep, hz)
					  : 0;
	}
}

static void read_curve(const struct response *response, struct curve *ret_curve)
{
	for (int i = 0; i < PLACES; i++) {
		const double hz = response->hz[i];

		if (hz > 0) {
			ret_curve->gain_db[i] = tone_db(sweep_gain(response->sweep, hz));
			ret_curve->phase_degrees[i] = sweep_phase_degrees(response->sweep, hz);
			ret_curve->delay_us[i] =
				1e6 * sweep_group_delay(response->sweep, hz) / response->rate_hz;
		}
	}
}

/* `answer` holds room for both sides. */
static int take(struct bench *bench, struct response *response, double *answer)
{
	struct sweep *sweep = response->sweep;
	const double *stimulus = sweep_samples(sweep);
	const size_t count = sweep_count(sweep);
	const double factor = pow(10, -12.5 / 20);
	const unsigned int asked = bench->dut->flags & DUT_EXACT ? SWEEP_WHOLE : SWEEP_DELAY;
	int error;

	choose_places(response);
	memcpy(answer, stimulus, count * sizeof(*answer));
	dut_round(bench->dut->carries, answer, count);
	for (size_t i = 0; i < count; i++) {
		answer[i] *= factor;
	}
	dut_round(bench->dut->carries, answer, count);
	sweep_analyse(sweep, answer, asked);
	read_curve(response, &response->ideal);
	error = bench_run(bench, bench->dut,
			  &(struct dut_run){.in = {stimulus, stimulus},
					    .out = {answer, answer + count},
					    .frames = count,
					    .rate_hz = response->rate_hz,
					    .output = bench->output,
					    .format = FORMAT_F64});
	for (int side = 1; error == 0 && side >= 0; side--) {
		sweep_analyse(sweep, answer + (side == 0 ? 0 : count), asked);
		read_curve(response, &response->sides[side]);
	}
	if (error == 0 && response->low_hz < 20) {
		sweep_analyse(sweep, answer, SWEEP_APART);
	}
	return error;
}

static int measure_at_rate(struct bench *bench, struct response *response, double seconds)
{
	double *answer;
	int error = sweep_create(response->rate_hz, response->low_hz, response->high_hz, seconds,
				 0.5, &response->sweep);

	if (error < 0) {
		return error;
	}
	answer = calloc(2 * sweep_count(response->sweep), sizeof(*answer));
	error = answer ? take(bench, response, answer) : -ENOMEM;
	free(answer);
	return error;
}

/* A quantity of a curve, to be drawn. */
struct quantity {
	const char *name, *title, *unit;
	size_t offset; /* in a struct curve */
};

static void plot(struct bench *bench, const struct response *responses, size_t count,
		 const struct quantity *quantity)
{
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = quantity->name,
				.group = "Response",
				.conditions = "exponential sweep at -6 dBFS, level 0.0, both sides "
					      "driven, left shown",
				.x = {"Frequency", "Hz", 10, 0, true},
				.y = {quantity->title, quantity->unit, 0, 0, false},
				.cursors = cursors});

	if (!graph) {
		return;
	}
	snprintf(graph->title, sizeof(graph->title), "%s against frequency", quantity->title);
	for (size_t r = 0; r < count; r++) {
		const char *curve = (const char *)&responses[r].sides[0] + quantity->offset;
		const double *points = (const double *)(const void *)curve;
		struct series *series =
			graph_series(graph, POINTS, "%g kHz", responses[r].rate_hz / 1000);

		for (size_t i = 0; series && i < POINTS; i++) {
			series->x[i] = responses[r].hz[i];
			series->y[i] = points[i];
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
					"exponential sweep at -6 dBFS, left; the floor is that of "
					"the sweep's own analysis",
				.x = {"Fundamental", "Hz", 20, 0, true},
				.y = {"Harmonic", "dBc", 0, 0, false},
				.cursors = cursors});

	for (unsigned int k = 2; graph && k <= SWEEP_HARMONICS; k++) {
		struct series *series = graph_series(graph, POINTS, "H%u", k);
		size_t count = 0;

		for (size_t i = 0; series && i < POINTS; i++) {
			const double hz = response->hz[i];
			const double value = sweep_harmonic(response->sweep, k, hz);

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

/* What a figure is, of one curve. `place`: of those that are of one frequency. */
typedef double deviation_fn(const struct response *response, const struct curve *curve, int place);

static double gain_at(const struct response *response, const struct curve *curve, int place)
{
	return fabs(curve->gain_db[place] - curve->gain_db[AT_1KHZ]);
}

static bool in_band(const struct response *response, int place)
{
	return place < POINTS && response->hz[place] >= 20 && response->hz[place] <= 20000;
}

static double gain_in_band(const struct response *response, const struct curve *curve, int place)
{
	double worst = 0;

	for (int i = 0; i < POINTS; i++) {
		worst = in_band(response, i) ? fmax(worst, gain_at(response, curve, i)) : worst;
	}
	return worst;
}

static double phase_in_band(const struct response *response, const struct curve *curve, int place)
{
	double worst = 0;

	for (int i = 0; i < POINTS; i++) {
		worst = in_band(response, i) ? fmax(worst, fabs(curve->phase_degrees[i])) : worst;
	}
	return worst;
}

static double delay_in_band(const struct response *response, const struct curve *curve, int place)
{
	double least = INFINITY, most = -INFINITY;

	for (int i = 0; i < POINTS; i++) {
		if (in_band(response, i)) {
			least = fmin(least, curve->delay_us[i]);
			most = fmax(most, curve->delay_us[i]);
		}
	}
	return most - least;
}

static void tell(struct bench *bench, const struct response *response, const char *name,
		 const char *title, const char *unit, deviation_fn *deviation, int place)
{
	struct figure figure = {.uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "response.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	figure.value = fmax(deviation(response, &response->sides[0], place),
			    deviation(response, &response->sides[1], place));
	figure.residual = deviation(response, &response->ideal, place);
	bench_figure(bench, &figure,
		     "the worse side, sweep at a rate of %g kHz; a latency of %.0f samples is "
		     "taken out",
		     response->rate_hz / 1000, bench->dut->latency_frames);
}

static void tell_all(struct bench *bench, const struct response *responses, size_t count)
{
	static const struct quantity quantities[] = {
		{"response", "Level", "dB", offsetof(struct curve, gain_db)},
		{"phase", "Phase", "degrees", offsetof(struct curve, phase_degrees)},
		{"group_delay", "Group delay", "us", offsetof(struct curve, delay_us)},
	};
	const struct response *usual = &responses[0], *widest = &responses[count - 1];

	for (size_t q = 0; q < sizeof(quantities) / sizeof(quantities[0]); q++) {
		plot(bench, responses, count, &quantities[q]);
	}
	plot_harmonics(bench, usual);
	tell(bench, usual, "band", "Response 20 Hz to 20 kHz re 1 kHz, largest deviation", "dB",
	     gain_in_band, 0);
	tell(bench, usual, "phase", "Phase 20 Hz to 20 kHz, largest", "degrees", phase_in_band, 0);
	tell(bench, usual, "group_delay", "Group delay 20 Hz to 20 kHz, variation", "us",
	     delay_in_band, 0);
	tell(bench, usual, "10hz", "Response at 10 Hz re 1 kHz, deviation", "dB", gain_at, AT_10HZ);
	tell(bench, usual, "20khz", "Response at 20 kHz re 1 kHz, deviation", "dB", gain_at,
	     AT_20KHZ);
	if (widest->hz[AT_500KHZ] > 0) {
		tell(bench, widest, "500khz", "Response at 500 kHz re 1 kHz, deviation", "dB",
		     gain_at, AT_500KHZ);
	}
}

/*
 * Low ends rise with the rate: what is below them is another sweep's, and a sweep is as long as its
 * lowest frequency wants it.
 */
int measure_response(struct bench *bench)
{
	static const double rates[RATES] = {48000, 192000, 1536000}, lows[RATES] = {10, 50, 400};
	struct response *responses = calloc(RATES, sizeof(*responses));
	const size_t count = bench->dut->flags & DUT_ANY_RATE ? RATES : 1;
	int error = responses ? 0 : -ENOMEM;

	for (size_t r = 0; error == 0 && r < count; r++) {
		const double rate = count == 1 ? bench_rate(bench) : rates[r];

		responses[r].rate_hz = rate;
		responses[r].low_hz = lows[r];
		responses[r].high_hz = fmax(0.42 * rate, fmin(20000, 0.46 * rate));
		error = measure_at_rate(bench, &responses[r], (bench->quick ? 20 : 60) / lows[r]);
		error = error == 0 ? bench_step(bench, (double)(r + 1) / (double)count) : error;
	}
	if (error == 0) {
		tell_all(bench, responses, count);
	}
	for (size_t r = 0; responses && r < count; r++) {
		sweep_destroy(responses[r].sweep);
	}
	free(responses);
	return error;
}
