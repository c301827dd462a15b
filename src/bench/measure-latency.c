/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Latency and the skew of the sides, to a hundredth of a sample; jitter by the J-test; and what it
 * all costs.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "delay.h"
#include "difference.h"
#include "measure.h"
#include "signals.h"

#define FRAMES 32768

static void tell(struct bench *bench, const char *name, const char *title, const char *unit,
		 double value, double uncertainty, enum figure_sense sense, const char *conditions)
{
	struct figure figure = {
		.value = value, .residual = NAN, .uncertainty = uncertainty, .sense = sense};

	snprintf(figure.name, sizeof(figure.name), "%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	bench_figure(bench, &figure, "%s", conditions);
}

/* Noise in the middle of silence. */
static void fill_burst(double *samples)
{
	struct noise noise = {7};

	signal_noise(&noise, 0.1, samples, FRAMES);
	for (size_t i = 0; i < FRAMES; i++) {
		const double at = (double)i / FRAMES;

		samples[i] *= at > 0.25 && at < 0.75 ? pow(sin(2 * M_PI * (at - 0.25)), 2) : 0;
	}
}

int measure_latency(struct bench *bench)
{
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	struct delay latency, skew;
	int error = memory ? 0 : -ENOMEM;

	if (error == 0) {
		fill_burst(memory);
		error = bench_run(bench, bench->dut,
				  &(struct dut_run){.in = {memory, memory},
						    .out = {memory + FRAMES, memory + 2 * FRAMES},
						    .frames = FRAMES,
						    .rate_hz = bench_rate(bench),
						    .output = bench->output,
						    .format = FORMAT_F64});
	}
	error = error == 0 ? delay_find(memory, memory + FRAMES, FRAMES, &latency) : error;
	error = error == 0 ? delay_find(memory + FRAMES, memory + 2 * FRAMES, FRAMES, &skew)
			   : error;
	if (error == 0) {
		const double whole = latency.samples + bench->dut->latency_frames;

		tell(bench, "latency.samples", "Latency", "samples", fabs(whole) < 1e-6 ? 0 : whole,
		     1e-4, bench->dut->flags & DUT_EXACT ? FIGURE_LOWER : FIGURE_PLAIN,
		     "burst of noise, slope of the cross-spectrum's phase");
		tell(bench, "latency.skew", "Right side after left", "samples",
		     fabs(skew.samples) < 1e-6 ? 0 : fabs(skew.samples), 1e-4, FIGURE_LOWER,
		     "the same burst");
		tell(bench, "latency.polarity", "Polarity", "", latency.correlation > 0 ? 1 : -1,
		     NAN, FIGURE_HIGHER, "1: kept, -1: turned round");
	}
	free(memory);
	return error;
}

int measure_jitter(struct bench *bench)
{
	struct tones tones = {
		.length = 65536, .records = 1, .window = WINDOW_BH7, .format = FORMAT_S24};
	double *samples = calloc(65536, sizeof(*samples));
	static const char *const names[] = {"answer", "stimulus"};
	static const double cursors[] = {11000, 11500, 11750, 12000, 12250, 12500, 13000, 0};
	int error = -ENOMEM;

	if (samples) {
		signal_j_test(samples, 65536);
		error = tones_take_samples(bench, &tones, samples);
	}
	if (error == 0) {
		const double tone_hz = 0.25 * tones.rate_hz, span = 0.1 * tones.rate_hz;
		const struct spectrum *const spectra[] = {tones.of[0], tones.wire};
		struct figure figure = {.name = "jitter.peak",
					.title = "Jitter, highest sideband as a peak",
					.unit = "s",
					.uncertainty = NAN};

		figure.value = fmax(difference_jitter_s(tones.of[0], tone_hz, span),
				    difference_jitter_s(tones.of[1], tone_hz, span));
		figure.residual = difference_jitter_s(tones.wire, tone_hz, span);
		bench_figure(bench, &figure,
			     "J-test of 24 bits, level 0.0, N = 65536, BH7; the signal's own lines "
			     "are the residual");
		bench_graph_spectrum(
			bench,
			&(struct graph){.name = "jitter",
					.group = "Spectra",
					.title = "J-test",
					.conditions = "24 bits, level 0.0, N = 65536, BH7",
					.x = {"Frequency", "Hz", 0, 0, true},
					.y = {"Level", "dBFS", 0, 0, false},
					.cursors = cursors,
					.stems = true},
			spectra, names, 2, 0.499 * tones.rate_hz);
	}
	tones_finish(&tones);
	free(samples);
	return error;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int measure_cost(struct bench *bench)
{
	static const char *const settings[] = {"headphone.level=-12.5", NULL};
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	struct noise noise = {9};
	double least = INFINITY;
	int error = memory ? 0 : -ENOMEM;

	if (error == 0) {
		signal_noise(&noise, 0.1, memory, FRAMES);
	}
	for (int round = 0; error == 0 && round < (bench->quick ? 10 : 50); round++) {
		const double start = now_s();

		error = bench_run(bench, bench->dut,
				  &(struct dut_run){.in = {memory, memory},
						    .out = {memory + FRAMES, memory + 2 * FRAMES},
						    .frames = FRAMES,
						    .rate_hz = bench_rate(bench),
						    .output = OUTPUT_HEADPHONE,
						    .format = FORMAT_S24,
						    .settings = settings});
		least = fmin(least, now_s() - start);
	}
	if (error == 0) {
		tell(bench, "cost.frame", "CPU time of a stereo frame", "ns", 1e9 * least / FRAMES,
		     NAN, FIGURE_PLAIN,
		     "gain, guard and TPDF to 24 bits, packed and unpacked, one core, best of "
		     "many");
		tell(bench, "cost.share", "Share of a core at 192 kHz", "%",
		     100 * 192000 * least / FRAMES, NAN, FIGURE_PLAIN, "the same");
	}
	free(memory);
	return error;
}
