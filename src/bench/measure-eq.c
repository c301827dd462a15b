/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A headphone profile against the analogue filters that its text names, at several rates.
 */
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "profile.h"
#include "sweep.h"
#include "tone.h"

#define POINTS 161
#define LOW    20.0
#define HIGH   20000.0
#define RATES  3

static const double rates_hz[RATES] = {44100, 48000, 192000};

/* As AutoEq writes them: ten filters, among them what is hard to do at low rates. */
static const struct filter filters[] = {
	{FILTER_LOW_SHELF, 105, 6.5, 0.7},     {FILTER_PEAK, 62, -3.1, 0.9},
	{FILTER_PEAK, 210, -2.4, 0.6},         {FILTER_PEAK, 1250, 1.9, 1.4},
	{FILTER_PEAK, 2900, -4.2, 2.2},        {FILTER_PEAK, 5600, 5.4, 3.5},
	{FILTER_PEAK, 8300, -6.0, 4.1},        {FILTER_PEAK, 11000, 3.3, 2.0},
	{FILTER_HIGH_SHELF, 10000, -2.8, 0.7}, {FILTER_PEAK, 17000, 4.0, 1.1},
};

#define FILTERS (sizeof(filters) / sizeof(filters[0]))

/* R. Bristow-Johnson's analogue prototypes, written out again. */
static double complex prototype(const struct filter *filter, double hz)
{
	const double complex s = I * hz / filter->frequency_hz;
	const double a = pow(10, filter->gain_db / 40), q = filter->q;

	switch (filter->kind) {
	case FILTER_PEAK:
		return (s * s + s * a / q + 1) / (s * s + s / (a * q) + 1);
	case FILTER_LOW_SHELF:
		return a * (s * s + s * sqrt(a) / q + a) / (a * s * s + s * sqrt(a) / q + 1);
	default: /* FILTER_HIGH_SHELF */
		return a * (a * s * s + s * sqrt(a) / q + 1) / (s * s + s * sqrt(a) / q + a);
	}
}

static double complex formula(double hz, const void *data)
{
	double complex product = 1;

	for (size_t i = 0; i < FILTERS; i++) {
		product *= prototype(&filters[i], hz);
	}
	return product;
}

/* The text that a user would load, of the filters above. */
static int make_book(struct profile_book *book)
{
	static const char *const kinds[] = {
		[FILTER_PEAK] = "PK", [FILTER_LOW_SHELF] = "LSC", [FILTER_HIGH_SHELF] = "HSC"};
	char text[1024];
	size_t length = 0;

	for (size_t i = 0; i < FILTERS; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "Filter %zu: ON %s Fc %g Hz Gain %g dB Q %g\n", i + 1,
					   kinds[filters[i].kind], filters[i].frequency_hz,
					   filters[i].gain_db, filters[i].q);
	}
	memset(book, 0, sizeof(*book));
	book->count = 1;
	book->pages[0].serial = 1;
	snprintf(book->pages[0].name, sizeof(book->pages[0].name), "bench");
	return profile_parse(text, length, NULL, NULL, &book->pages[0].profile, NULL);
}

/* What has been found so far. */
struct found {
	double deviation, residual, highest;
};

static double point_hz(const struct sweep *sweep, size_t i)
{
	return sweep_bin_hz(sweep, LOW * pow(HIGH / LOW, (double)i / (POINTS - 1)));
}

/* The largest from the formula, both re their means: what the profile is lowered by counts not. */
static double deviation(const struct sweep *sweep)
{
	double differences[POINTS], mean = 0, worst = 0;

	for (size_t i = 0; i < POINTS; i++) {
		const double hz = point_hz(sweep, i);

		differences[i] = tone_db(sweep_gain(sweep, hz) / cabs(formula(hz, NULL)));
		mean += differences[i] / POINTS;
	}
	for (size_t i = 0; i < POINTS; i++) {
		worst = fmax(worst, fabs(differences[i] - mean));
	}
	return worst;
}

static void draw(const struct sweep *sweep, struct graph *graph, struct found *found)
{
	struct series *series =
		graph_series(graph, POINTS, "%g kHz", rates_hz[graph->series_count] / 1000);

	for (size_t i = 0; i < POINTS; i++) {
		const double hz = point_hz(sweep, i), db = tone_db(sweep_gain(sweep, hz));

		found->highest = fmax(found->highest, db);
		if (series) {
			series->x[i] = hz;
			series->y[i] = db;
		}
	}
}

static int measure_at_rate(struct bench *bench, double rate_hz, const struct profile_book *book,
			   struct graph *graph, struct found *found)
{
	static const char *const settings[] = {"eq.profile=bench", "eq=on", NULL};
	struct sweep *sweep = NULL;
	double *answer = NULL;
	int error = sweep_create(rate_hz, LOW, HIGH, bench->quick ? 1 : 4, 0.25, &sweep);

	if (error == 0) {
		answer = calloc(2 * sweep_count(sweep), sizeof(*answer));
		error = answer ? 0 : -ENOMEM;
	}
	if (error == 0) {
		const double *stimulus = sweep_samples(sweep);
		const size_t count = sweep_count(sweep);

		sweep_answer_of(sweep, formula, NULL, answer);
		sweep_analyse(sweep, answer, SWEEP_WHOLE);
		found->residual = fmax(found->residual, deviation(sweep));
		error = bench_run(bench, bench->dut,
				  &(struct dut_run){.in = {stimulus, stimulus},
						    .out = {answer, answer + count},
						    .frames = count,
						    .rate_hz = rate_hz,
						    .output = OUTPUT_HEADPHONE,
						    .format = FORMAT_F64,
						    .settings = settings,
						    .profiles = book});
		for (int side = 1; error == 0 && side >= 0; side--) {
			sweep_analyse(sweep, answer + (side == 0 ? 0 : count), SWEEP_WHOLE);
			found->deviation = fmax(found->deviation, deviation(sweep));
		}
	}
	if (error == 0) {
		draw(sweep, graph, found);
	}
	free(answer);
	sweep_destroy(sweep);
	return error;
}

static void tell(struct bench *bench, const struct found *found)
{
	bench_figure(bench,
		     &(struct figure){.name = "eq.deviation",
				      .title = "Profile, largest deviation from its filters",
				      .unit = "dB",
				      .value = found->deviation,
				      .residual = found->residual,
				      .uncertainty = found->residual},
		     "ten filters as AutoEq's against their analogue formulas, 20 Hz to 20 kHz, at "
		     "44.1, 48 and 192 kHz, both sides, sweep");
	bench_figure(bench,
		     &(struct figure){.name = "eq.highest",
				      .title = "Profile, highest gain anywhere",
				      .unit = "dB",
				      .value = found->highest,
				      .residual = NAN,
				      .uncertainty = found->residual},
		     "the same sweeps: a profile makes nothing louder");
}

int measure_eq(struct bench *bench)
{
	static const double cursors[] = {20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 0};
	struct profile_book *book = calloc(1, sizeof(*book));
	struct found found = {.highest = -INFINITY};
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "eq",
				.group = "Filters",
				.title = "A headphone profile",
				.conditions = "ten filters as AutoEq's, left, exponential sweep",
				.x = {"Frequency", "Hz", LOW, HIGH, true},
				.y = {"Level", "dB", 0, 0, false},
				.cursors = cursors});
	int error = book && graph ? make_book(book) : -ENOMEM;

	for (int r = 0; error == 0 && r < RATES; r++) {
		error = measure_at_rate(bench, rates_hz[r], book, graph, &found);
		error = error == 0 ? bench_step(bench, (r + 1.0) / RATES) : error;
	}
	if (error == 0) {
		tell(bench, &found);
	}
	free(book);
	return error;
}
