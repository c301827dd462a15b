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

/* What a kind should be: of a left side alone, what its own ear gets and what the other one. */
typedef void formula_fn(double hz, double rate_hz, double complex *ret_direct,
			double complex *ret_cross);

struct kind {
	const char *name;
	const char *const *settings;
	formula_fn *formula;
	double below_hz; /* an analogue formula holds well below half the rate */
};

static void natural(double hz, double rate_hz, double complex *ret_direct,
		    double complex *ret_cross)
{
	const double a = 1 / (pow(10, SEPARATION / 20) - 1);
	const double complex s_tau = I * 2 * M_PI * hz * 1e-6 * DELAY_US * (1 + a);

	*ret_direct = (1 + a + s_tau) / (1 + 2 * a + s_tau);
	*ret_cross = a / (1 + 2 * a + s_tau);
}

static void bauer(double hz, double rate_hz, double complex *ret_direct, double complex *ret_cross)
{
	const double low_db = -5.0 / 6 * SEPARATION - 3, high_db = SEPARATION / 6 - 3;
	const double low = pow(10, low_db / 20), high = 1 - pow(10, high_db / 20);
	const double high_hz = CUT_HZ * exp2((low_db - tone_db(high)) / 12);
	const double x_low = exp(-2 * M_PI * CUT_HZ / rate_hz);
	const double x_high = exp(-2 * M_PI * high_hz / rate_hz);
	const double gain = 1 / (1 - high + low);
	const double complex z = cexp(-I * 2 * M_PI * hz / rate_hz);

	*ret_cross = gain * low * (1 - x_low) / (1 - x_low * z);
	*ret_direct = gain * (1 - high * (1 - x_high) - x_high * z) / (1 - x_high * z);
}

static int take(struct bench *bench, const struct kind *kind, struct sweep *direct,
		struct sweep *cross)
{
	const size_t count = sweep_count(direct);
	double *answer = calloc(2 * count, sizeof(*answer));
	int error = answer ? bench_run(bench, bench->dut,
				       &(struct dut_run){.in = {sweep_samples(direct)},
							 .out = {answer, answer + count},
							 .frames = count,
							 .rate_hz = bench_rate(bench),
							 .output = OUTPUT_HEADPHONE,
							 .format = FORMAT_F64,
							 .settings = kind->settings})
			   : -ENOMEM;

	if (error == 0) {
		sweep_analyse(direct, answer);
		sweep_analyse(cross, answer + count);
	}
	free(answer);
	return error;
}

static void tell(struct bench *bench, const struct kind *kind, const char *what, const char *title,
		 const char *unit, double value, double uncertainty, const char *conditions)
{
	struct figure figure = {.value = value, .residual = NAN, .uncertainty = uncertainty};

	snprintf(figure.name, sizeof(figure.name), "crossfeed.%s.%s", kind->name, what);
	snprintf(figure.title, sizeof(figure.title), title, kind->name);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	bench_figure(bench, &figure, "%s", conditions);
}

static double complex seen(const struct sweep *sweep, double hz)
{
	return sweep_gain(sweep, hz) * cexp(I * M_PI / 180 * sweep_phase_degrees(sweep, hz));
}

/*
 * How far middle (direct + cross) and side (direct - cross) are from the formula's: what is heard
 * of both ways together.
 */
static double deviation_at(const struct kind *kind, const struct sweep *direct,
			   const struct sweep *cross, double hz, double rate_hz)
{
	const double complex own = seen(direct, hz), other = seen(cross, hz);
	double complex d, x;

	kind->formula(hz, rate_hz, &d, &x);
	return fmax(fabs(tone_db(cabs(own + other) / cabs(d + x))),
		    fabs(tone_db(cabs(own - other) / cabs(d - x))));
}

/* Draws both ways, and gives the largest deviation from the formula. */
static double draw(struct bench *bench, const struct kind *kind, const struct sweep *direct,
		   const struct sweep *cross, struct graph *graph)
{
	struct series *straight = graph_series(graph, POINTS, "%s, direct", kind->name);
	struct series *across = graph_series(graph, POINTS, "%s, cross", kind->name);
	double worst = 0;

	for (size_t i = 0; straight && across && i < POINTS; i++) {
		const double hz = LOW * pow(HIGH / LOW, (double)i / (POINTS - 1));

		straight->x[i] = across->x[i] = hz;
		straight->y[i] = tone_db(sweep_gain(direct, hz));
		across->y[i] = tone_db(sweep_gain(cross, hz));
		if (hz <= kind->below_hz) {
			worst = fmax(worst,
				     deviation_at(kind, direct, cross, hz, bench_rate(bench)));
		}
	}
	return worst;
}

/* How much later the other ear hears a low tone. */
static double later_us(const struct sweep *direct, const struct sweep *cross, double hz)
{
	return 1e6 * (sweep_phase_degrees(direct, hz) - sweep_phase_degrees(cross, hz)) / 360 / hz;
}

static int measure_kind(struct bench *bench, const struct kind *kind, struct sweep *direct,
			struct sweep *cross, struct graph *graph)
{
	int error = take(bench, kind, direct, cross);
	double complex d, x;
	double formula_us;

	if (error < 0) {
		return error;
	}
	tell(bench, kind, "deviation", "Crossfeed %s, deviation from its formula", "dB",
	     draw(bench, kind, direct, cross, graph), 0.002,
	     kind->below_hz < HIGH ? "9.5 dB, 280 us; middle and side, 20 Hz to 5 kHz, sweep"
				   : "9.5 dB, 650 Hz; middle and side, 20 Hz to 20 kHz, sweep");
	kind->formula(50, bench_rate(bench), &d, &x);
	formula_us = 1e6 * (carg(d) - carg(x)) / (2 * M_PI) / 50;
	tell(bench, kind, "delay", "Crossfeed %s, delay between the ears, deviation", "us",
	     fabs(later_us(direct, cross, 50) - formula_us), 0.5, "at 50 Hz, from the formula");
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
		     "samples", (double)changed, 0, "mono noise, f64, bit by bit");
	}
	free(memory);
	return error;
}

int measure_crossfeed(struct bench *bench)
{
	static const char *const natural_settings[] = {
		"crossfeed=natural", "crossfeed.separation=9.5", "crossfeed.delay=280", NULL};
	static const char *const bauer_settings[] = {"crossfeed=bauer", "crossfeed.separation=9.5",
						     "crossfeed.cut=650", NULL};
	static const struct kind kinds[] = {{"natural", natural_settings, natural, 5000},
					    {"bauer", bauer_settings, bauer, HIGH}};
	static const double cursors[] = {20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 0};
	struct graph *graph = report_graph(
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
	struct sweep *direct = NULL, *cross = NULL;
	const double seconds = bench->quick ? 3 : 6;
	int error = sweep_create(bench_rate(bench), LOW, HIGH, seconds, 0.5, &direct);

	error = error == 0 ? sweep_create(bench_rate(bench), LOW, HIGH, seconds, 0.5, &cross)
			   : error;
	for (size_t i = 0; error == 0 && graph && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		error = measure_kind(bench, &kinds[i], direct, cross, graph);
	}
	error = error == 0 ? measure_middle(bench, &kinds[0]) : error;
	sweep_destroy(direct);
	sweep_destroy(cross);
	return error;
}
