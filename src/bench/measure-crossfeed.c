/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The kinds of crossfeed against their formulas: J. Meier's network of resistors and capacitors,
 * and the two filters of bs2b.
 */
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "difference.h"
#include "measure.h"
#include "signals.h"
#include "sweep.h"
#include "tone.h"

#define POINTS     161
#define LOW        20.0
#define HIGH       20000.0
#define SEPARATION 9.5
#define DELAY_US   280.0
#define CUT_HZ     650.0
#define EAR_HZ     50.0 /* where the delay between the ears is looked at: behind the points */

/* What a kind should be: of a driven side, what its own ear gets and what the other one. */
typedef double complex ear_fn(double hz, const void *rate_hz);

struct kind {
	const char *name;
	const char *const *settings;
	ear_fn *ears[2]; /* own, other */
	double below_hz; /* an analogue formula holds well below half the rate */
};

/* What was seen, or what the formula says, at every point and at EAR_HZ. */
struct ways {
	double hz[POINTS + 1];
	double complex ears[2][POINTS + 1];
};

/* The network: 1 + a and a over a common denominator. */
static double complex natural(double hz, double complex over)
{
	const double a = 1 / (pow(10, SEPARATION / 20) - 1);
	const double complex s_tau = I * 2 * M_PI * hz * 1e-6 * DELAY_US * (1 + a);

	return (over * a + (1 - over) * (1 + a + s_tau)) / (1 + 2 * a + s_tau);
}

static double complex natural_own(double hz, const void *rate_hz)
{
	return natural(hz, 0);
}

static double complex natural_other(double hz, const void *rate_hz)
{
	return natural(hz, 1);
}

/* bs2b 3.1: the levels and corners of its two filters. */
struct bauer {
	double low, high, x_low, x_high, gain;
};

static struct bauer bauer_of(double rate_hz)
{
	const double low_db = -5.0 / 6 * SEPARATION - 3, high_db = SEPARATION / 6 - 3;
	const double low = pow(10, low_db / 20), high = 1 - pow(10, high_db / 20);
	const double high_hz = CUT_HZ * exp2((low_db - tone_db(high)) / 12);

	return (struct bauer){.low = low,
			      .high = high,
			      .x_low = exp(-2 * M_PI * CUT_HZ / rate_hz),
			      .x_high = exp(-2 * M_PI * high_hz / rate_hz),
			      .gain = 1 / (1 - high + low)};
}

static double complex bauer_own(double hz, const void *rate_hz)
{
	const double rate = *(const double *)rate_hz;
	const struct bauer b = bauer_of(rate);
	const double complex z = cexp(-I * 2 * M_PI * hz / rate);

	return b.gain * (1 - b.high * (1 - b.x_high) - b.x_high * z) / (1 - b.x_high * z);
}

static double complex bauer_other(double hz, const void *rate_hz)
{
	const double rate = *(const double *)rate_hz;
	const struct bauer b = bauer_of(rate);
	const double complex z = cexp(-I * 2 * M_PI * hz / rate);

	return b.gain * b.low * (1 - b.x_low) / (1 - b.x_low * z);
}

static double point_hz(const struct sweep *sweep, size_t i)
{
	return sweep_bin_hz(sweep,
			    i == POINTS ? EAR_HZ : LOW * pow(HIGH / LOW, (double)i / (POINTS - 1)));
}

static void read_ear(struct sweep *sweep, const double *answer, int ear, struct ways *ways)
{
	sweep_analyse(sweep, answer, SWEEP_WHOLE);
	for (size_t i = 0; i <= POINTS; i++) {
		const double hz = ways->hz[i] = point_hz(sweep, i);

		ways->ears[ear][i] = sweep_transfer(sweep, hz);
	}
}

/* One side driven: what its own ear gets, and the other. */
static int take(struct bench *bench, const struct kind *kind, struct sweep *sweep, int driven,
		double *answer, struct ways *ret_ways)
{
	const size_t count = sweep_count(sweep);
	const double *stimulus = sweep_samples(sweep);
	const int error = bench_run(bench, bench->dut,
				    &(struct dut_run){.in = {driven == 0 ? stimulus : NULL,
							     driven == 1 ? stimulus : NULL},
						      .out = {answer, answer + count},
						      .frames = count,
						      .rate_hz = bench_rate(bench),
						      .output = OUTPUT_HEADPHONE,
						      .format = FORMAT_F64,
						      .settings = kind->settings});

	for (int side = 0; error == 0 && side < 2; side++) {
		read_ear(sweep, answer + (side == 0 ? 0 : count), side == driven ? 0 : 1, ret_ways);
	}
	return error;
}

/*
 * How far middle (direct + cross) and side (direct - cross) are from the formula's: what is heard
 * of both ways together.
 */
static double deviation(const struct kind *kind, const struct ways *ways, double rate_hz)
{
	double worst = 0;

	for (size_t i = 0; i < POINTS; i++) {
		const double complex own = ways->ears[0][i], other = ways->ears[1][i];
		const double complex d = kind->ears[0](ways->hz[i], &rate_hz);
		const double complex x = kind->ears[1](ways->hz[i], &rate_hz);

		if (ways->hz[i] <= kind->below_hz) {
			worst = fmax(worst, fabs(tone_db(cabs(own + other) / cabs(d + x))));
			worst = fmax(worst, fabs(tone_db(cabs(own - other) / cabs(d - x))));
		}
	}
	return worst;
}

/* How far from the formula is how much later the other ear hears a low tone. */
static double delay_deviation_us(const struct kind *kind, const struct ways *ways, double rate_hz)
{
	const double hz = ways->hz[POINTS];
	const double complex seen = ways->ears[0][POINTS] / ways->ears[1][POINTS];
	const double complex should_be = kind->ears[0](hz, &rate_hz) / kind->ears[1](hz, &rate_hz);

	return fabs(1e6 * carg(seen / should_be) / (2 * M_PI) / hz);
}

static void draw(const struct kind *kind, const struct ways *ways, struct graph *graph)
{
	static const char *const ears[] = {"direct", "cross"};

	for (int ear = 0; ear < 2; ear++) {
		struct series *series =
			graph_series(graph, POINTS, "%s, %s", kind->name, ears[ear]);

		for (size_t i = 0; series && i < POINTS; i++) {
			series->x[i] = ways->hz[i];
			series->y[i] = tone_db(cabs(ways->ears[ear][i]));
		}
	}
}

static void tell(struct bench *bench, const struct kind *kind, const char *what, const char *title,
		 const char *unit, double value, double residual, const char *conditions)
{
	struct figure figure = {.value = value, .residual = residual, .uncertainty = residual};

	snprintf(figure.name, sizeof(figure.name), "crossfeed.%s.%s", kind->name, what);
	snprintf(figure.title, sizeof(figure.title), title, kind->name);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	bench_figure(bench, &figure, "%s", conditions);
}

/* Each side driven by itself, and then the formula itself through the same analysis. */
static int measure_kind(struct bench *bench, const struct kind *kind, struct sweep *sweep,
			double *answer, struct graph *graph)
{
	const double rate_hz = bench_rate(bench);
	double worst = 0, later = 0;
	struct ways ways;
	int error = 0;

	for (int driven = 1; error == 0 && driven >= 0; driven--) {
		error = take(bench, kind, sweep, driven, answer, &ways);
		if (error == 0) {
			worst = fmax(worst, deviation(kind, &ways, rate_hz));
			later = fmax(later, delay_deviation_us(kind, &ways, rate_hz));
		}
	}
	if (error != 0) {
		return error;
	}
	draw(kind, &ways, graph);
	for (int ear = 0; ear < 2; ear++) {
		sweep_answer_of(sweep, kind->ears[ear], &rate_hz, answer);
		read_ear(sweep, answer, ear, &ways);
	}
	tell(bench, kind, "deviation", "Crossfeed %s, deviation from its formula", "dB", worst,
	     deviation(kind, &ways, rate_hz),
	     kind->below_hz < HIGH ? "9.5 dB, 280 us; middle and side, 20 Hz to 5 kHz, sweep"
				   : "9.5 dB, 650 Hz; middle and side, 20 Hz to 20 kHz, sweep");
	tell(bench, kind, "delay", "Crossfeed %s, delay between the ears, deviation", "us", later,
	     delay_deviation_us(kind, &ways, rate_hz), "at 50 Hz, from the formula");
	return bench_step(bench, 0.5);
}

/* What both sides have in common passes the natural kind bit by bit. */
static int measure_middle(struct bench *bench, const struct kind *kind)
{
	enum { COUNT = 65536 };
	double *memory = calloc(3 * COUNT, sizeof(*memory));
	struct noise noise = {23};
	int error = -ENOMEM;

	if (memory) {
		signal_noise(&noise, 0.1, memory, COUNT);
		error = bench_run(bench, bench->dut,
				  &(struct dut_run){.in = {memory, memory},
						    .out = {memory + COUNT, memory + 2 * COUNT},
						    .frames = COUNT,
						    .rate_hz = bench_rate(bench),
						    .output = OUTPUT_HEADPHONE,
						    .format = FORMAT_F64,
						    .settings = kind->settings});
	}
	if (error == 0) {
		const size_t changed = difference_of(memory + COUNT, memory, COUNT).samples +
				       difference_of(memory + 2 * COUNT, memory, COUNT).samples;

		tell(bench, kind, "middle", "Crossfeed %s, samples of the middle that it changes",
		     "samples", (double)changed, NAN, "mono noise, f64, bit by bit");
	}
	free(memory);
	return error;
}

static struct graph *open_graph(struct bench *bench)
{
	static const double cursors[] = {20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 0};

	return report_graph(
		bench->report,
		&(struct graph){.name = "crossfeed",
				.group = "Filters",
				.title = "Crossfeed",
				.conditions =
					"left driven: own ear and other ear; separation 9.5 dB, "
					"natural 280 us, bauer 650 Hz",
				.x = {"Frequency", "Hz", LOW, HIGH, true},
				.y = {"Level", "dB", -40, 5, false},
				.cursors = cursors});
}

int measure_crossfeed(struct bench *bench)
{
	static const char *const natural_settings[] = {
		"crossfeed=natural", "crossfeed.separation=9.5", "crossfeed.delay=280", NULL};
	static const char *const bauer_settings[] = {"crossfeed=bauer", "crossfeed.separation=9.5",
						     "crossfeed.cut=650", NULL};
	static const struct kind kinds[] = {
		{"natural", natural_settings, {natural_own, natural_other}, 5000},
		{"bauer", bauer_settings, {bauer_own, bauer_other}, HIGH}};
	struct graph *graph = open_graph(bench);
	struct sweep *sweep = NULL;
	double *answer = NULL;
	int error = sweep_create(bench_rate(bench), LOW, HIGH, bench->quick ? 3 : 6, 0.5, &sweep);

	if (error == 0) {
		answer = calloc(2 * sweep_count(sweep), sizeof(*answer));
		error = answer ? 0 : -ENOMEM;
	}
	for (size_t i = 0; error == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		error = measure_kind(bench, &kinds[i], sweep, answer, graph);
	}
	error = error == 0 ? measure_middle(bench, &kinds[0]) : error;
	free(answer);
	sweep_destroy(sweep);
	return error;
}
