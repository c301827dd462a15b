/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Latency, the skew of the sides, to a hundredth of a sample, and polarity.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "delay.h"
#include "measure.h"
#include "signals.h"

#define FRAMES         32768

/* Delays of known parts of a sample are found to this (test/bench/test_truth.c). */
#define PROVED_SAMPLES 1e-4

/* What was found by one answer. */
struct found {
	struct delay of_left, of_right, skew;
};

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

/* `memory` holds the stimulus and both answers. */
static int find(struct bench *bench, struct dut *dut, double *memory, struct found *ret_found)
{
	double *const left = memory + FRAMES, *const right = memory + 2 * FRAMES;
	int error = bench_run(bench, dut,
			      &(struct dut_run){.in = {memory, memory},
						.out = {left, right},
						.frames = FRAMES,
						.rate_hz = bench_rate(bench),
						.output = bench->output,
						.format = FORMAT_F64});

	error = error == 0 ? delay_find(memory, left, FRAMES, &ret_found->of_left) : error;
	error = error == 0 ? delay_find(memory, right, FRAMES, &ret_found->of_right) : error;
	return error == 0 ? delay_find(left, right, FRAMES, &ret_found->skew) : error;
}

static void tell(struct bench *bench, const struct found *found, const struct found *own)
{
	struct figure figure = {.name = "latency.samples",
				.title = "Latency",
				.unit = "samples",
				.uncertainty = PROVED_SAMPLES,
				.sense = FIGURE_LOWER};

	figure.value = fabs(found->of_left.samples + bench->dut->latency_frames);
	figure.residual = fabs(own->of_left.samples);
	bench_figure(bench, &figure, "burst of noise, slope of the cross-spectrum's phase");
	snprintf(figure.name, sizeof(figure.name), "latency.skew");
	snprintf(figure.title, sizeof(figure.title), "Right side after left");
	figure.value = fabs(found->skew.samples);
	figure.residual = fabs(own->skew.samples);
	figure.sense = FIGURE_LOWER;
	bench_figure(bench, &figure, "the same burst");
	figure = (struct figure){.name = "latency.polarity",
				 .title = "Polarity",
				 .residual = NAN,
				 .uncertainty = NAN,
				 .sense = FIGURE_HIGHER};
	figure.value = fmin(found->of_left.correlation, found->of_right.correlation) > 0 ? 1 : -1;
	bench_figure(bench, &figure, "of both sides; 1: kept, -1: turned round");
}

int measure_latency(struct bench *bench)
{
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	struct found found, own;
	int error = -ENOMEM;

	if (memory) {
		fill_burst(memory);
		error = find(bench, bench->wire, memory, &own);
		error = error == 0 ? find(bench, bench->dut, memory, &found) : error;
	}
	if (error == 0) {
		tell(bench, &found, &own);
	}
	free(memory);
	return error;
}
