/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Coherent tones through the device under test and through the wire.
 */
#include "tones.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "tone.h"

#define LEAD_FRAMES 8192 /* played before the first record: filters have settled by then */

const char *const bench_lowered[] = {"headphone.level=-12.5", "line.level=-12.5", NULL};

double tones_band_hz(const struct tones *tones)
{
	return fmin(20000, 0.45 * tones->rate_hz);
}

double tones_worse(const struct tones *tones, tones_analysis *analysis)
{
	return fmax(analysis(tones, tones->of[0]), analysis(tones, tones->of[1]));
}

double tones_residual(const struct tones *tones, tones_analysis *analysis)
{
	return analysis(tones, tones->wire[0]);
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

/* Through the wire both sides are alike when both are driven: one is enough. */
static int take_all(struct bench *bench, struct tones *tones, const double *stimulus, size_t frames)
{
	struct spectrum **const spectra[4] = {&tones->of[0], &tones->of[1], &tones->wire[0],
					      &tones->wire[1]};
	const int wires = tones->sides == 3 ? 1 : 2;
	double *const wire[2] = {tones->samples[0], wires == 2 ? tones->samples[1] : NULL};
	int error = 0;

	for (int i = 0; error == 0 && i < 2 + wires; i++) {
		error = spectrum_create(tones->length, tones->rate_hz, tones->window, spectra[i]);
	}
	error = error == 0 ? take(bench, bench->wire, tones, stimulus, wire, frames) : error;
	for (int side = 0; error == 0 && side < wires; side++) {
		analyse(tones, tones->samples[side], tones->wire[side]);
	}
	error = error == 0 ? take(bench, bench->dut, tones, stimulus, tones->samples, frames)
			   : error;
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
	spectrum_destroy(tones->wire[0]);
	spectrum_destroy(tones->wire[1]);
	tones->of[0] = tones->of[1] = tones->wire[0] = tones->wire[1] = NULL;
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
