/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Level linearity as AES17 has it: a tone from 0 to -120 dBFS in steps of 5 dB, and all that comes
 * back in the third octave around it.
 */
#include <errno.h>
#include <math.h>

#include "tones.h"

#define LOWEST_DB (-120)
#define STEP_DB   5

/* What has been found so far. */
struct linearity {
	struct series *sides[2];
	double reference_db[2]; /* of the first point, which the others are held against */
	double worst_db, residual_db, uncertainty_db;
};

/* The power in the third octave, in dBFS. */
static double third_octave_dbfs(const struct tones *tones, const struct spectrum *spectrum)
{
	const double edge = exp2(1.0 / 6), hz = tones->played_hz[0];
	const struct spectrum_range range = spectrum_range(spectrum, hz / edge, hz * edge);
	double sum = 0;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		sum += spectrum_power(spectrum, bin);
	}
	return 10 * log10(sum);
}

/*
 * What the noise in the band does to the tone's power by chance (k = 2): it adds to the line with a
 * phase of its own, and its own power varies.
 */
static double chance_db(const struct tones *tones, const struct spectrum *spectrum)
{
	const double hz = tones->played_hz[0], high = tones_band_hz(tones);
	const struct spectrum_range band = spectrum_range(spectrum, 20, high);
	const double noise = pow(10, spectrum_noise_dbfs(spectrum, 20, high, hz, 20) / 10);
	const double in_bin = noise / (double)(band.last - band.first + 1);
	const double bins = hz * (exp2(1.0 / 6) - exp2(-1.0 / 6)) / spectrum_bin_hz(spectrum, 1);
	const double ratio = in_bin / pow(10, spectrum_line_dbfs(spectrum, hz) / 10);

	return 2 * 10 / M_LN10 * sqrt((2 * ratio + bins * ratio * ratio) / tones->records);
}

static void add_point(const struct tones *tones, double asked_db, struct linearity *linearity)
{
	const double own = third_octave_dbfs(tones, tones->wire[0]);

	linearity->residual_db = fmax(linearity->residual_db, fabs(own - asked_db));
	for (int side = 0; side < 2; side++) {
		struct series *series = linearity->sides[side];
		double deviation = third_octave_dbfs(tones, tones->of[side]) - asked_db;

		if (series->count == 0) {
			linearity->reference_db[side] = deviation;
		}
		deviation -= linearity->reference_db[side];
		series->x[series->count] = asked_db;
		series->y[series->count++] = deviation;
		linearity->worst_db = fmax(linearity->worst_db, fabs(deviation));
		linearity->uncertainty_db =
			fmax(linearity->uncertainty_db, chance_db(tones, tones->of[side]));
	}
}

static int measure_at(struct bench *bench, double db, struct linearity *linearity)
{
	struct tones tones = {.hz = {997},
			      .peak = {pow(10, db / 20)},
			      .length = 16384,
			      .records = bench->quick ? 2 : 16,
			      .format = FORMAT_S24,
			      .settings = bench_lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		add_point(&tones, db, linearity);
	}
	tones_finish(&tones);
	return error;
}

static void tell(struct bench *bench, const struct linearity *linearity)
{
	bench_figure(bench,
		     &(struct figure){.name = "linearity.s24",
				      .title = "Level linearity, 0 to -120 dBFS, worst",
				      .unit = "dB",
				      .value = linearity->worst_db,
				      .residual = linearity->residual_db,
				      .uncertainty = linearity->uncertainty_db},
		     "997 Hz at -12.5 dB, %s, power in the third octave, both sides",
		     bench_format_text(bench, FORMAT_S24));
}

int measure_linearity(struct bench *bench)
{
	static const double cursors[] = {-120, -110, -100, -90, -80, -60, -40, -20, -10, 0};
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "linearity",
				.group = "Level",
				.title = "Level linearity",
				.conditions = "997 Hz, level -12.5; power in the third octave "
					      "against the stimulus', re 0 dBFS",
				.x = {"Input", "dBFS", 0, 0, false},
				.y = {"Deviation", "dB", 0, 0, false},
				.cursors = cursors});
	struct linearity linearity = {
		.sides = {graph_series(graph, 32, "left"), graph_series(graph, 32, "right")}};
	/* In real time it would take minutes. */
	const int hop = bench->dut->flags & DUT_FAST ? STEP_DB : 4 * STEP_DB;
	int error = linearity.sides[0] && linearity.sides[1] ? 0 : -ENOMEM;

	if (error < 0) {
		return error;
	}
	linearity.sides[0]->count = linearity.sides[1]->count = 0;
	for (int db = 0; error == 0 && db >= LOWEST_DB; db -= hop) {
		/* A sample of a hair more than full scale would be limited. */
		error = measure_at(bench, fmin(db, -0.1), &linearity);
		error = error == 0 ? bench_step(bench, (double)db / LOWEST_DB) : error;
	}
	if (error == 0) {
		tell(bench, &linearity);
	}
	return error;
}
