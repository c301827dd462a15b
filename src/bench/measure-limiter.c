/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The limiter and the guard: what a level beyond full scale becomes, and what is not a number.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "signals.h"
#include "tone.h"
#include "tones.h"

#define FRAMES 48000

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

static double peak_of(const double *samples, size_t count)
{
	double peak = 0;

	for (size_t i = 0; i < count; i++) {
		/* What is not a number counts as worse than anything. */
		peak = isfinite(samples[i]) ? fmax(peak, fabs(samples[i])) : INFINITY;
		if (isinf(peak)) {
			break;
		}
	}
	return peak;
}

static void tell_peak(struct bench *bench, const char *name, const char *title, double peak,
		      const char *conditions)
{
	struct figure figure = {
		.unit = "dBFS", .value = tone_db(peak), .residual = NAN, .uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "limiter.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	bench_figure(bench, &figure, "%s", conditions);
}

static int overload(struct bench *bench, double *memory)
{
	static const char *const settings[] = {"headphone.level=6", NULL};
	struct noise noise = {5};
	int error;

	signal_noise(&noise, 0.3, memory, FRAMES);
	for (size_t i = 0; i < FRAMES; i++) {
		memory[i] = fmax(-1, fmin(1, memory[i]));
	}
	error = play(bench, settings, memory);
	if (error == 0) {
		tell_peak(bench, "peak", "Highest sample of noise 6 dB too loud",
			  peak_of(memory + FRAMES, 2 * FRAMES), "Gaussian noise, level +6.0");
	}
	return error;
}

static int held_tone(struct bench *bench)
{
	static const char *const settings[] = {"headphone.level=6", "line.level=6", NULL};
	struct tones tones = {.hz = {997},
			      .peak = {0.99},
			      .length = 32768,
			      .records = 3,
			      .format = FORMAT_F64,
			      .settings = settings};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		struct figure figure = {.name = "limiter.thd",
					.title = "THD of a held tone, limited by 6 dB",
					.unit = "dB",
					.uncertainty = NAN};

		figure.value = fmax(spectrum_thd_db(tones.of[0], tones.played_hz[0], 20, NULL),
				    spectrum_thd_db(tones.of[1], tones.played_hz[0], 20, NULL));
		figure.residual = spectrum_thd_db(tones.wire[0], tones.played_hz[0], 20, NULL);
		bench_figure(bench, &figure, "997 Hz at -0.1 dBFS, level +6.0, from 170 ms on");
	}
	tones_finish(&tones);
	return error;
}

/* Numbers that are none, and numbers beyond all reason, in an honest tone. */
static int spoil(struct bench *bench, double *memory)
{
	const double bad[] = {NAN, INFINITY, -INFINITY, 1e300, -1e38, 5e-324};
	struct tone tone = {0.5, 0, tone_step(997, bench_rate(bench))};
	int error;

	tone_fill(&tone, memory, FRAMES);
	for (size_t i = 0; i < 600; i++) {
		memory[i * 79 + 11] = bad[i % 6];
	}
	error = play(bench, NULL, memory);
	if (error == 0) {
		tell_peak(bench, "spoiled", "Highest sample where the input is not numbers",
			  peak_of(memory + FRAMES, 2 * FRAMES),
			  "600 of NaN, +-Inf, 1e300, -1e38 and a denormal in a tone");
	}
	return error;
}

int measure_limiter(struct bench *bench)
{
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	int error = memory ? overload(bench, memory) : -ENOMEM;

	error = error == 0 ? held_tone(bench) : error;
	error = error == 0 ? spoil(bench, memory) : error;
	free(memory);
	return error;
}
