/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * THD and THD+N: at full level, against level, against frequency.
 */
#include <math.h>

#include "distortion.h"
#include "tones.h"

#define HARMONICS 20

static double thd(const struct tones *tones, const struct spectrum *spectrum)
{
	return spectrum_thd_db(spectrum, tones->played_hz[0], HARMONICS, NULL);
}

/*
 * What the harmonics' bins hold of the noise around them: a distortion below it cannot be told from
 * it.
 */
static double noise_in_harmonics(const struct tones *tones, const struct spectrum *spectrum)
{
	const struct spectrum_range band = spectrum_range(spectrum, 20, tones_band_hz(tones));
	const double bins = (double)(band.last - band.first + 1);
	const double nearest = floor(0.5 * tones->rate_hz / tones->played_hz[0]) - 1;
	const double harmonics = fmax(1, fmin(HARMONICS - 1, nearest));
	const double noise = spectrum_noise_dbfs(spectrum, 20, tones_band_hz(tones),
						 tones->played_hz[0], HARMONICS);

	return noise + 10 * log10(harmonics / bins) -
	       spectrum_line_dbfs(spectrum, tones->played_hz[0]);
}

static double thd_n(const struct tones *tones, const struct spectrum *spectrum)
{
	return distortion_thd_n_db(spectrum, tones->played_hz[0], 20, tones_band_hz(tones));
}

static void tell(struct bench *bench, const struct tones *tones, const char *name,
		 const char *title, tones_analysis *analysis, const char *conditions)
{
	struct figure figure = {.unit = "dB", .uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "distortion.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	figure.value = tones_worse(tones, analysis);
	figure.residual = tones_residual(tones, analysis);
	if (analysis == thd) {
		figure.residual = fmax(figure.residual, tones_worse(tones, noise_in_harmonics));
	}
	bench_figure(bench, &figure, "%.2f Hz, %s; N = %zu, K = %u, coherent", tones->played_hz[0],
		     conditions, tones->length, tones->records);
}

/* 0 dBFS at level 0.0: whatever has a ceiling shows it here. */
static int at_full_scale(struct bench *bench)
{
	struct tones tones = {
		.hz = {997}, .peak = {1.0}, .length = 65536, .records = 1, .format = FORMAT_F64};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		tell(bench, &tones, "thd_full", "THD at full scale, 997 Hz", thd,
		     "0 dBFS in, level 0.0, harmonics 2 to 20 re the fundamental (THD_F)");
	}
	tones_finish(&tones);
	return error;
}

static int at_full_level(struct bench *bench)
{
	struct tones tones = {.hz = {997},
			      .peak = {0.99},
			      .length = 65536,
			      .records = 1,
			      .format = FORMAT_F64,
			      .settings = bench_lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		tell(bench, &tones, "thd", "THD, 997 Hz", thd,
		     "-0.1 dBFS in, level -12.5, harmonics 2 to 20 re the fundamental (THD_F)");
		tell(bench, &tones, "thd_n", "THD+N, 997 Hz", thd_n,
		     "-0.1 dBFS in, level -12.5, 20 Hz to 20 kHz, re all of it");
	}
	tones_finish(&tones);
	return error;
}

/* Averaged, records show harmonics below the noise. */
static int through_24_bits(struct bench *bench)
{
	struct tones tones = {.hz = {997},
			      .peak = {0.99},
			      .length = 65536,
			      .records = bench->quick ? 16 : 64,
			      .average = true,
			      .format = FORMAT_S24,
			      .settings = bench_lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		tell(bench, &tones, "thd_s24", "THD through 24 bits, 997 Hz", thd,
		     "-0.1 dBFS in, level -12.5, TPDF, records averaged, THD_F");
	}
	tones_finish(&tones);
	tones.average = false;
	error = error == 0 ? tones_take(bench, &tones) : error;
	if (error == 0) {
		tell(bench, &tones, "thd_n_s24", "THD+N through 24 bits, 997 Hz", thd_n,
		     "-0.1 dBFS in, level -12.5, TPDF, 20 Hz to 20 kHz, re all of it");
	}
	tones_finish(&tones);
	return error;
}

/* One point of a curve. */
static int point(struct bench *bench, double hz, double peak, enum sample_format format,
		 double *ret_thd, double *ret_thd_n, double *ret_residual)
{
	struct tones tones = {.hz = {hz},
			      .peak = {peak},
			      .length = 32768,
			      .records = 1,
			      .format = format,
			      .settings = bench_lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		*ret_thd = tones_worse(&tones, thd);
		*ret_thd_n = tones_worse(&tones, thd_n);
		*ret_residual = tones_residual(&tones, thd_n);
	}
	tones_finish(&tones);
	return error;
}

static void put(struct series *series, double x, double y)
{
	if (series && isfinite(y)) {
		series->x[series->count] = x;
		series->y[series->count++] = fmax(-400, y);
	}
}

/* Four series, empty. */
static void open_series(struct graph *graph, struct series *ret_series[4], size_t count)
{
	static const char *const names[4] = {"THD+N, 24 bits, TPDF", "THD+N", "THD",
					     "analyser, THD+N"};

	for (int i = 0; i < 4; i++) {
		ret_series[i] = graph_series(graph, count, "%s", names[i]);
		if (ret_series[i]) {
			ret_series[i]->count = 0;
		}
	}
}

static int put_point(struct bench *bench, struct series *const series[4], double x, double hz,
		     double peak)
{
	double harmonics = 0, all = 0, residual = 0;
	int error = 0;

	/* In real time the format is the server's or the card's. */
	if (bench->dut->flags & DUT_EXACT) {
		error = point(bench, hz, peak, FORMAT_S24, &harmonics, &all, &residual);
		put(series[0], x, all);
	}
	if (error < 0) {
		return error;
	}
	error = point(bench, hz, peak, FORMAT_F64, &harmonics, &all, &residual);
	put(series[1], x, all);
	put(series[2], x, harmonics);
	put(series[3], x, residual);
	return error;
}

static int against_level(struct bench *bench)
{
	static const double cursors[] = {-120, -100, -80, -60, -40, -20, -10, -1, 0};
	const int pace = bench->quick || !(bench->dut->flags & DUT_FAST) ? 20 : 5;
	struct series *series[4];
	int error = 0;

	open_series(
		report_graph(bench->report,
			     &(struct graph){.name = "thd_level",
					     .group = "Distortion",
					     .title = "THD and THD+N against level",
					     .conditions = "997 Hz, level -12.5, 20 Hz to 20 kHz",
					     .x = {"Input", "dBFS", 0, 0, false},
					     .y = {"re tone", "dB", 0, 0, false},
					     .cursors = cursors}),
		series, 32);
	for (int db = -120; error == 0 && db <= 0; db += pace) {
		error = put_point(bench, series, db, 997, pow(10.0, fmin(db, -0.1) / 20.0));
		if (error == 0) {
			error = bench_step(bench, 0.1 + 0.4 * (db + 120) / 120.0);
		}
	}
	return error;
}

static int against_frequency(struct bench *bench)
{
	static const double cursors[] = {20, 50, 100, 200, 500, 1000, 2000, 5000, 6300, 10000, 0};
	const unsigned int points = bench->quick || !(bench->dut->flags & DUT_FAST) ? 7 : 31;
	struct series *series[4];
	int error = 0;

	open_series(report_graph(bench->report,
				 &(struct graph){.name = "thd_frequency",
						 .group = "Distortion",
						 .title = "THD and THD+N against frequency",
						 .conditions =
							 "-0.1 dBFS in, level -12.5, harmonics up "
							 "to half the rate, noise to 20 kHz",
						 .x = {"Frequency", "Hz", 20, 20000, true},
						 .y = {"re tone", "dB", 0, 0, false},
						 .cursors = cursors}),
		    series, 32);
	for (unsigned int i = 0; error == 0 && i < points; i++) {
		const double hz = 20 * pow(1000, (double)i / (points - 1));

		error = put_point(bench, series, hz, fmin(hz, 0.44 * bench_rate(bench)), 0.99);
		if (error == 0) {
			error = bench_step(bench, 0.5 + 0.5 * i / points);
		}
	}
	return error;
}

int measure_distortion(struct bench *bench)
{
	int error = at_full_scale(bench);

	error = error == 0 ? at_full_level(bench) : error;
	if (error == 0 && bench->dut->flags & DUT_EXACT) {
		error = through_24_bits(bench);
	}
	error = error == 0 ? against_level(bench) : error;
	return error == 0 ? against_frequency(bench) : error;
}
