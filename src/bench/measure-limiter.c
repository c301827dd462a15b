/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The limiters: what a level 6 dB beyond full scale becomes, at the samples and between them, and
 * how the limiter holds and lets go.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "interpolate.h"
#include "signals.h"
#include "tone.h"
#include "tones.h"

#define FRAMES     65536
#define LEVEL_DB   6.0
#define BINS       200
#define HOLD_MS    50.0
#define RELEASE_MS 100.0

static const char *const safely[] = {"headphone.level=6", "line.level=6", NULL};
static const char *const ahead[] = {"headphone.level=6", "protect.limiter=lookahead", NULL};

static int play(struct bench *bench, const char *const *settings, double *memory)
{
	return bench_run(bench, bench->dut,
			 &(struct dut_run){.in = {memory, memory},
					   .out = {memory + FRAMES, memory + 2 * FRAMES},
					   .frames = FRAMES,
					   .rate_hz = bench_rate(bench),
					   .output = OUTPUT_HEADPHONE,
					   .format = FORMAT_F64,
					   .settings = settings});
}

static int overload(struct bench *bench, double *memory)
{
	struct noise noise = {5};
	int error;

	signal_noise(&noise, 0.3, memory, FRAMES);
	for (size_t i = 0; i < FRAMES; i++) {
		memory[i] = fmax(-1, fmin(1, memory[i]));
	}
	error = play(bench, safely, memory);
	if (error == 0) {
		struct figure figure = {.name = "limiter.peak",
					.title = "Highest sample of noise 6 dB too loud",
					.unit = "dBFS",
					.residual = NAN,
					.uncertainty = NAN};

		figure.value = tone_db(signal_peak(memory + FRAMES, 2 * FRAMES));
		bench_figure(bench, &figure, "Gaussian noise, level +6.0");
	}
	return error;
}

static double thd(const struct tones *tones, const struct spectrum *spectrum)
{
	return spectrum_thd_db(spectrum, tones->played_hz[0], 20, NULL);
}

static int held_tone(struct bench *bench)
{
	struct tones tones = {.hz = {997},
			      .peak = {0.99},
			      .length = 32768,
			      .records = 3,
			      .format = FORMAT_F64,
			      .settings = safely};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		struct figure figure = {.name = "limiter.thd",
					.title = "THD of a held tone, limited by 6 dB",
					.unit = "dB",
					.uncertainty = NAN};

		figure.value = tones_worse(&tones, thd);
		figure.residual = tones_residual(&tones, thd);
		bench_figure(bench, &figure,
			     "997 Hz at -0.1 dBFS, level +6.0, from 170 ms on, THD_F");
	}
	tones_finish(&tones);
	return error;
}

/* Silent at both ends, so that a transform of the record is one of the signal. */
static void fade_ends(double *samples)
{
	for (size_t i = 0; i < FRAMES / 8; i++) {
		const double factor = pow(sin(M_PI * 4 * (double)i / FRAMES), 2);

		samples[i] *= factor;
		samples[FRAMES - 1 - i] *= factor;
	}
}

/* Signals of full scale at the samples whose peaks are between them. */
static void fill_between(double *samples, int kind, double rate_hz)
{
	struct tone quarter = {M_SQRT2, UINT64_C(1) << 61, UINT64_C(1) << 62};
	size_t bins[BINS];

	if (kind == 0) {
		tone_fill(&quarter, samples, FRAMES);
	} else {
		const size_t count =
			signal_multitone_bins(100, 0.45 * rate_hz, rate_hz, FRAMES, BINS, bins);

		signal_multitone(bins, count, FRAMES, 1, samples, FRAMES);
	}
	fade_ends(samples);
}

/* The true peak of what the worse of both signals becomes; `ret_in_db`: and was. */
static int true_peak_of(struct bench *bench, const char *const *settings, double *memory,
			double *ret_in_db, double *ret_db)
{
	double highest = 0, before = 0;
	int error = 0;

	for (int kind = 0; error == 0 && kind < 2; kind++) {
		double peak = 0;

		fill_between(memory, kind, bench_rate(bench));
		error = interpolate_peak(memory, FRAMES, &peak);
		before = fmax(before, peak);
		error = error == 0 ? play(bench, settings, memory) : error;
		error = error == 0 ? interpolate_peak(memory + FRAMES, FRAMES, &peak) : error;
		highest = fmax(highest, peak);
	}
	*ret_in_db = tone_db(before);
	*ret_db = tone_db(highest);
	return error;
}

static int between_samples(struct bench *bench, double *memory)
{
	struct figure figure = {.name = "limiter.true_peak",
				.title = "True peak behind the look-ahead limiter",
				.unit = "dBTP",
				.residual = NAN,
				.uncertainty = 0.042};
	double before;
	int error = true_peak_of(bench, ahead, memory, &before, &figure.value);

	if (error < 0) {
		return error;
	}
	bench_figure(bench, &figure,
		     "a quarter of the rate between its peaks, and %d tones up to 0.45 of the "
		     "rate, %+.1f dBTP, level +6.0; %d points a sample",
		     BINS, before, INTERPOLATE_POINTS);
	figure.sense = FIGURE_PLAIN;
	snprintf(figure.name, sizeof(figure.name), "limiter.true_peak_safety");
	snprintf(figure.title, sizeof(figure.title), "The same behind the safety limiter");
	error = true_peak_of(bench, safely, memory, &before, &figure.value);
	if (error == 0) {
		bench_figure(bench, &figure, "which holds samples, not what is between them");
	}
	return error;
}

/* The gain at the highest sample within a millisecond from `at`, and where that is. */
static double gain_near(const double *memory, size_t at, double rate_hz, size_t *ret_at)
{
	size_t best = at;

	for (size_t i = at; i < at + (size_t)(rate_hz / 1000); i++) {
		best = fabs(memory[i]) > fabs(memory[best]) ? i : best;
	}
	*ret_at = best;
	return memory[FRAMES + best] / memory[best] / pow(10, LEVEL_DB / 20);
}

/* A burst that is limited, and a quiet tone that shows how the gain comes back. */
static void fill_burst(double *samples, double rate_hz)
{
	const uint64_t step = tone_step(997, rate_hz);
	struct tone quiet = {0.01, 0, step};

	signal_bursts(step, 0.98, FRAMES / 4, FRAMES, samples, FRAMES);
	tone_add(&quiet, samples, FRAMES);
}

/*
 * Held at f, and then 1 - (1 - f) exp(-t / tau): from the gain while it is held and at two moments
 * after that, tau and how long it was held.
 */
static int release(struct bench *bench, double *memory)
{
	const double rate_hz = bench_rate(bench), ms = rate_hz / 1000;
	struct figure figure = {
		.name = "limiter.hold", .unit = "ms", .residual = NAN, .uncertainty = 1 / ms};
	double held, first, second, tau;
	size_t last = 0, at, early, late;
	int error;

	fill_burst(memory, rate_hz);
	error = play(bench, safely, memory);
	if (error < 0) {
		return error;
	}
	for (size_t i = 0; i < FRAMES; i++) {
		last = fabs(memory[FRAMES + i]) > 0.999 ? i : last;
	}
	held = gain_near(memory, last + (size_t)(20 * ms), rate_hz, &at);
	first = gain_near(memory, last + (size_t)(100 * ms), rate_hz, &early);
	second = gain_near(memory, last + (size_t)(250 * ms), rate_hz, &late);
	tau = (double)(late - early) / ms / log((1 - first) / (1 - second));
	figure.value = (double)(early - last) / ms - tau * log((1 - held) / (1 - first));
	figure.value = fabs(figure.value - HOLD_MS);
	snprintf(figure.title, sizeof(figure.title), "Limiter's hold, deviation from 50 ms");
	bench_figure(bench, &figure, "after a burst of 997 Hz 6 dB too loud, by a quiet tone");
	snprintf(figure.name, sizeof(figure.name), "limiter.release");
	snprintf(figure.title, sizeof(figure.title), "Limiter's release, deviation from 100 ms");
	figure.value = fabs(tau - RELEASE_MS);
	bench_figure(bench, &figure, "its time constant, 100 and 250 ms after the same burst");
	return 0;
}

int measure_limiter(struct bench *bench)
{
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	int error = memory ? overload(bench, memory) : -ENOMEM;

	error = error == 0 ? held_tone(bench) : error;
	error = error == 0 ? between_samples(bench, memory) : error;
	error = error == 0 ? release(bench, memory) : error;
	free(memory);
	return error;
}
