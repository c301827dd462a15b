/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Noise, signal to noise, dynamic range as AES17 has it, crosstalk, and level linearity.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "distortion.h"
#include "measure.h"
#include "tone.h"

static const char *const lowered[] = {"headphone.level=-12.5", "line.level=-12.5", NULL};

static double band_hz(const struct tones *tones)
{
	return fmin(20000, 0.45 * tones->rate_hz);
}

static double noise_of(const struct tones *tones, weighting_fn *weighting)
{
	const double tone = tones->played_hz[0], high = band_hz(tones);

	return fmax(distortion_residue_dbfs(tones->of[0], tone, 20, high, weighting),
		    distortion_residue_dbfs(tones->of[1], tone, 20, high, weighting));
}

/* k = 2 of a mean of powers over that many independent bins. */
static double spread_db(const struct tones *tones)
{
	const double bins = 20000 / tones->rate_hz * (double)tones->length * tones->records;

	return 2 * 4.343 / sqrt(bins / spectrum_nenbw(tones->of[0]));
}

static void tell(struct bench *bench, const struct tones *tones, const char *name,
		 const char *title, const char *unit, double value, enum figure_sense sense,
		 const char *conditions)
{
	struct figure figure = {
		.value = value, .residual = NAN, .sense = sense, .uncertainty = spread_db(tones)};

	snprintf(figure.name, sizeof(figure.name), "noise.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	bench_figure(bench, &figure, "%s; %s, 20 Hz to 20 kHz, N = %zu, K = %u, Hann", conditions,
		     bench_format_text(bench, FORMAT_S24), tones->length, tones->records);
}

int measure_noise(struct bench *bench)
{
	const unsigned int records = bench->quick ? 8 : 32;
	struct tones idle = {.length = 65536,
			     .records = records,
			     .window = WINDOW_HANN,
			     .format = FORMAT_S24,
			     .settings = lowered};
	struct tones tone = {.hz = {997},
			     .peak = {1e-3},
			     .length = 65536,
			     .records = records,
			     .window = WINDOW_BH7,
			     .format = FORMAT_S24};
	int error = tones_take(bench, &idle);

	error = error == 0 ? tones_take(bench, &tone) : error;
	if (error == 0) {
		const double flat = noise_of(&idle, weighting_flat);

		tell(bench, &idle, "idle", "Idle noise", "dBFS", flat, FIGURE_LOWER,
		     "silence in, level -12.5, unweighted");
		tell(bench, &idle, "idle_a", "Idle noise, A-weighted", "dBFS",
		     noise_of(&idle, weighting_a), FIGURE_LOWER, "silence in, level -12.5");
		tell(bench, &idle, "idle_ccir", "Idle noise, CCIR-RMS", "dBFS",
		     noise_of(&idle, weighting_ccir), FIGURE_LOWER, "silence in, level -12.5");
		tell(bench, &idle, "snr", "Signal to noise", "dB", -flat, FIGURE_HIGHER,
		     "full scale against idle noise, unweighted");
		tell(bench, &tone, "dynamic_range", "Dynamic range, AES17", "dB",
		     -noise_of(&tone, weighting_ccir), FIGURE_HIGHER,
		     "997 Hz at -60 dBFS, residue re full scale, CCIR-RMS");
	}
	tones_finish(&idle);
	tones_finish(&tone);
	return error;
}

/* From one side to the other, worse way round. */
static int crosstalk_at(struct bench *bench, double hz, double *ret_db, double *ret_residual)
{
	int error = 0;

	*ret_db = -INFINITY;
	for (int driven = 0; error == 0 && driven < 2; driven++) {
		struct tones tones = {.hz = {hz},
				      .peak = {0.99},
				      .length = 16384,
				      .records = 1,
				      .format = FORMAT_F64,
				      .sides = 1u << driven};

		error = tones_take(bench, &tones);
		if (error == 0) {
			const double at = tones.played_hz[0];

			*ret_db = fmax(*ret_db, spectrum_line_dbfs(tones.of[1 - driven], at) -
							spectrum_line_dbfs(tones.of[driven], at));
			/* A second harmonic's bin that nothing was put into. */
			*ret_residual = spectrum_line_dbfs(tones.wire, 0.5 * at) -
					spectrum_line_dbfs(tones.wire, at);
		}
		tones_finish(&tones);
	}
	return error;
}

int measure_crosstalk(struct bench *bench)
{
	static const double at[] = {20, 100, 1000, 5000, 10000, 20000};
	static const double cursors[] = {20, 100, 1000, 5000, 10000, 20000, 0};
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "crosstalk",
				.group = "Noise and crosstalk",
				.title = "Crosstalk against frequency",
				.conditions = "one side -0.1 dBFS, the other silent, the worse way "
					      "round, f64; -400 dB stands for nothing at all",
				.x = {"Frequency", "Hz", 20, 20000, true},
				.y = {"Crosstalk", "dB", 0, 0, false},
				.cursors = cursors});
	struct series *series = graph_series(graph, sizeof(at) / sizeof(at[0]), "worse side");
	double db = 0, residual = 0;
	int error = 0;

	for (size_t i = 0; error == 0 && series && i < sizeof(at) / sizeof(at[0]); i++) {
		error = crosstalk_at(bench, fmin(at[i], 0.44 * bench_rate(bench)), &db, &residual);
		series->x[i] = at[i];
		series->y[i] = fmax(-400, db);
		if (error == 0 && (at[i] == 1000 || at[i] == 10000)) {
			struct figure figure = {.unit = "dB",
						.value = db,
						.residual = residual,
						.uncertainty = NAN};

			/* Nothing at all needs no bound. */
			figure.residual = isinf(db) ? NAN : residual;
			snprintf(figure.name, sizeof(figure.name), "crosstalk.%gk", at[i] / 1000);
			snprintf(figure.title, sizeof(figure.title), "Crosstalk at %g kHz",
				 at[i] / 1000);
			bench_figure(bench, &figure,
				     "-0.1 dBFS, level 0.0, f64, N = 16384, coherent");
		}
	}
	return error;
}

/* The amplitude of a tone found again, against what it should be. */
static int linearity_at(struct bench *bench, double db, struct series *series, double *worst)
{
	struct tones tones = {.hz = {997},
			      .peak = {pow(10, db / 20)},
			      .length = 65536,
			      .records = bench->quick ? 4 : 16,
			      .average = true,
			      .format = FORMAT_S24,
			      .settings = lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		const double reference = series->count > 0 ? series->y[0] : 0;
		double deviation = spectrum_line_dbfs(tones.of[0], tones.played_hz[0]) -
				   spectrum_line_dbfs(tones.wire, tones.played_hz[0]);

		/* The first point, kept as it is for a moment, is what the others are held against.
		 */
		series->x[series->count] = db;
		series->y[series->count++] = deviation;
		*worst = fmax(*worst, fabs(deviation - reference) * (series->count > 1));
	}
	tones_finish(&tones);
	return error;
}

int measure_linearity(struct bench *bench)
{
	static const double cursors[] = {-120, -110, -100, -90, -80, -60, -40, -20, -10, 0};
	struct graph *graph =
		report_graph(bench->report,
			     &(struct graph){.name = "linearity",
					     .group = "Level",
					     .title = "Level linearity",
					     .conditions = "997 Hz, level -12.5; amplitude of the "
							   "line against the stimulus', re 0 dBFS",
					     .x = {"Input", "dBFS", 0, 0, false},
					     .y = {"Deviation", "dB", 0, 0, false},
					     .cursors = cursors});
	struct series *series = graph_series(graph, 32, "%s", bench_format_text(bench, FORMAT_S24));
	const double pace = bench->quick || !(bench->dut->flags & DUT_EXACT) ? 20 : 5;
	double worst = 0, reference;
	int error = 0;

	if (!series) {
		return -ENOMEM;
	}
	series->count = 0;
	for (double db = -0.1; error == 0 && db >= -120.2; db = round(db) - pace) {
		error = linearity_at(bench, db, series, &worst);
		error = error == 0 ? bench_step(bench, -db / 120) : error;
	}
	reference = series->y[0];
	for (size_t i = 0; i < series->count; i++) {
		series->y[i] -= reference;
	}
	if (error == 0) {
		bench_figure(bench,
			     &(struct figure){.name = "linearity.s24",
					      .title = "Level linearity, 0 to -120 dBFS, worst",
					      .unit = "dB",
					      .value = worst,
					      .residual = NAN,
					      .uncertainty = bench->quick ? 0.15 : 0.08},
			     "997 Hz at -12.5 dB, %s, coherent records averaged",
			     bench_format_text(bench, FORMAT_S24));
	}
	return error;
}
