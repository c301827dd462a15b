/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The table of measurements, and what they share.
 */
#include "measure.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tone.h"

#define LEAD_FRAMES 8192 /* played before the first record: filters have settled by then */

const struct measurement measurements[] = {
	{"gain", "Gain at every position", DUT_AMPLIFIER, true, measure_gain},
	{"bits", "Passthrough and null test", DUT_AMPLIFIER | DUT_EXACT, true, measure_bits},
	{"response", "Response, phase, harmonics by sweep", 0, true, measure_response},
	{"distortion", "THD and THD+N", 0, true, measure_distortion},
	{"spectrum", "Spectra", 0, true, measure_spectrum},
	{"imd", "Intermodulation", 0, true, measure_imd},
	{"noise", "Noise and dynamic range", 0, true, measure_noise},
	{"crosstalk", "Crosstalk", 0, true, measure_crosstalk},
	{"linearity", "Level linearity", 0, true, measure_linearity},
	{"latency", "Latency and skew", 0, true, measure_latency},
	{"jitter", "Jitter", 0, true, measure_jitter},
	{"splatter", "Splatter of every transition", DUT_AMPLIFIER | DUT_EXACT, true,
	 measure_transitions},
	{"sub", "Subwoofer crossover", DUT_AMPLIFIER | DUT_EXACT, true, measure_sub},
	{"crossfeed", "Crossfeed", DUT_AMPLIFIER | DUT_EXACT, true, measure_crossfeed},
	{"limiter", "Limiter and guard", DUT_AMPLIFIER | DUT_EXACT, true, measure_limiter},
	{"cost", "Cost", DUT_AMPLIFIER | DUT_EXACT, true, measure_cost},
	{0},
};

const struct measurement *measurement_find(const char *name)
{
	for (size_t i = 0; measurements[i].name; i++) {
		if (strcmp(measurements[i].name, name) == 0) {
			return &measurements[i];
		}
	}
	return NULL;
}

bool measurement_fits(const struct measurement *measurement, const struct dut *dut)
{
	return (measurement->needs & ~dut->flags) == 0;
}

int bench_step(struct bench *bench, double part)
{
	if (bench->stop && atomic_load(bench->stop)) {
		return -ECANCELED;
	}
	if (bench->progress) {
		bench->progress(bench->data, part);
	}
	return 0;
}

double bench_rate(const struct bench *bench)
{
	return bench->dut->flags & DUT_ANY_RATE ? MEASURE_RATE_HZ : bench->dut->rate_hz;
}

const char *bench_format_text(const struct bench *bench, enum sample_format format)
{
	if (!(bench->dut->flags & DUT_EXACT)) {
		return "as it comes";
	}
	return format == FORMAT_S24 ? "24 bits, TPDF" : "f64";
}

int bench_run(struct bench *bench, struct dut *dut, const struct dut_run *run)
{
	const bool stopped = bench->stop && atomic_load(bench->stop);

	bench->refusal.text[0] = '\0';
	return stopped ? -ECANCELED : dut->ops->run(dut, run, &bench->refusal);
}

void bench_figure(struct bench *bench, const struct figure *figure, const char *format, ...)
{
	struct figure told = *figure;
	va_list args;

	va_start(args, format);
	vsnprintf(told.conditions, sizeof(told.conditions), format, args);
	va_end(args);
	report_add(bench->report, &told);
}

/* The stimulus of one side: periodic, with the lead before it. */
static void fill_stimulus(const struct tones *tones, double *samples, size_t count)
{
	for (int i = 0; i < 2; i++) {
		const uint64_t step = tone_coherent_step(tones->bins[i], tones->length);
		struct tone tone = {tones->peak[i], 0, step};

		if (tones->peak[i] != 0.0) {
			tone_add(&tone, samples, count);
		}
	}
}

/* Records after the lead are averaged, or go into the spectrum one by one. */
static void analyse(const struct tones *tones, double *samples, struct spectrum *spectrum)
{
	double *first = samples + LEAD_FRAMES;

	if (!tones->average) {
		spectrum_add_all(spectrum, first, tones->length * tones->records, tones->length);
		return;
	}
	for (size_t i = 0; i < tones->length; i++) {
		double sum = 0.0;

		for (unsigned int r = 0; r < tones->records; r++) {
			sum += first[r * tones->length + i];
		}
		first[i] = sum / tones->records;
	}
	spectrum_add(spectrum, first);
}

static int take(struct bench *bench, struct dut *dut, struct tones *tones, const double *stimulus,
		double *const out[2], size_t frames)
{
	const struct dut_run run = {
		.in = {tones->sides & 1 ? stimulus : NULL, tones->sides & 2 ? stimulus : NULL},
		.out = {out[0], out[1]},
		.frames = frames,
		.rate_hz = tones->rate_hz,
		.output = bench->output,
		.format = tones->format,
		.settings = tones->settings,
	};

	return bench_run(bench, dut, &run);
}

static int take_all(struct bench *bench, struct tones *tones, const double *stimulus, size_t frames)
{
	struct spectrum **const spectra[3] = {&tones->of[0], &tones->of[1], &tones->wire};
	double *const out[2] = {tones->samples[0], tones->samples[1]};
	double *const wire[2] = {tones->samples[0], NULL};
	int error = 0;

	for (int i = 0; error == 0 && i < 3; i++) {
		error = spectrum_create(tones->length, tones->rate_hz, tones->window, spectra[i]);
	}
	if (error == 0) {
		error = bench->wire->ops->run(
			bench->wire,
			&(struct dut_run){.in = {stimulus}, .out = {wire[0]}, .frames = frames},
			NULL);
	}
	if (error == 0) {
		analyse(tones, tones->samples[0], tones->wire);
		error = take(bench, bench->dut, tones, stimulus, out, frames);
	}
	for (int side = 0; error == 0 && side < 2; side++) {
		analyse(tones, tones->samples[side], tones->of[side]);
	}
	return error;
}

static void choose_bins(struct bench *bench, struct tones *tones)
{
	tones->rate_hz = tones->rate_hz > 0.0 ? tones->rate_hz : bench_rate(bench);
	tones->sides = tones->sides ? tones->sides : 3;
	for (int i = 0; i < 2; i++) {
		if (tones->hz[i] > 0.0) {
			tones->bins[i] =
				tone_coherent_bin(tones->hz[i], tones->rate_hz, tones->length);
			tones->played_hz[i] =
				(double)tones->bins[i] * tones->rate_hz / (double)tones->length;
		}
	}
}

int tones_take_samples(struct bench *bench, struct tones *tones, const double *samples)
{
	const size_t frames = LEAD_FRAMES + tones->length * tones->records;
	double *stimulus = calloc(3 * frames, sizeof(*stimulus));
	int error;

	if (!stimulus) {
		return -ENOMEM;
	}
	choose_bins(bench, tones);
	tones->samples[0] = stimulus + frames;
	tones->samples[1] = stimulus + 2 * frames;
	if (samples) {
		for (size_t i = 0; i < frames; i++) {
			/* The record's start stands at the lead's end. */
			stimulus[i] = samples[(i + tones->length - LEAD_FRAMES % tones->length) %
					      tones->length];
		}
	} else {
		fill_stimulus(tones, stimulus, frames);
	}
	error = take_all(bench, tones, stimulus, frames);
	free(stimulus);
	tones->samples[0] = tones->samples[1] = NULL;
	return error;
}

int tones_take(struct bench *bench, struct tones *tones)
{
	return tones_take_samples(bench, tones, NULL);
}

void tones_finish(struct tones *tones)
{
	spectrum_destroy(tones->of[0]);
	spectrum_destroy(tones->of[1]);
	spectrum_destroy(tones->wire);
	tones->of[0] = tones->of[1] = tones->wire = NULL;
}

#define SPECTRUM_POINTS 1200

/* The highest of each piece of the frequency axis, so that no line gets lost between points. */
static size_t thin_out(const struct spectrum *spectrum, double low_hz, double high_hz,
		       struct series *series)
{
	const double pace = log(high_hz / low_hz) / SPECTRUM_POINTS;
	const struct spectrum_range range = spectrum_range(spectrum, low_hz, high_hz);
	size_t count = 0, bin = range.first;

	for (size_t i = 0; i < SPECTRUM_POINTS && bin <= range.last; i++) {
		const double end = low_hz * exp(pace * (double)(i + 1));
		double highest = 0.0, at = 0.0;

		for (; bin <= range.last && spectrum_bin_hz(spectrum, bin) < end; bin++) {
			if (spectrum_power(spectrum, bin) >= highest) {
				highest = spectrum_power(spectrum, bin);
				at = spectrum_bin_hz(spectrum, bin);
			}
		}
		if (at > 0.0) {
			series->x[count] = at;
			series->y[count++] = fmax(-400.0, 10.0 * log10(highest));
		}
	}
	return count;
}

void bench_graph_spectrum(struct bench *bench, const struct graph *graph,
			  const struct spectrum *const *spectra, const char *const *names,
			  unsigned int count, double high_hz)
{
	struct graph *made = report_graph(bench->report, graph);

	for (unsigned int i = 0; made && i < count; i++) {
		struct series *series = graph_series(made, SPECTRUM_POINTS, "%s", names[i]);

		if (series) {
			series->count = thin_out(spectra[i], 10.0, high_hz, series);
		}
	}
}
