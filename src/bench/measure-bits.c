/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Passthrough, bit by bit, in every format; and the null test of a level against the product in
 * extended precision.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "difference.h"
#include "measure.h"
#include "signals.h"

#define COUNT 65536

/* Noise whose every sample is one of the format. */
static void fill(enum sample_format format, double *samples)
{
	const unsigned int bits = format_bits(format);
	struct noise noise = {17};

	for (size_t i = 0; i < COUNT; i++) {
		const double value = 0.999 * noise_even(&noise);

		samples[i] = bits > 0 ? ldexp(nearbyint(ldexp(value, (int)bits - 1)), 1 - (int)bits)
			     : format == FORMAT_F32 ? (double)(float)value
						    : value;
	}
}

/* The answer is written behind the stimulus. */
static int play(struct bench *bench, enum output output, enum sample_format format,
		/* NOLINTNEXTLINE(readability-non-const-parameter): written through run.out */
		const char *const *settings, double *memory)
{
	const struct dut_run run = {
		.in = {memory, memory},
		.out = {memory + COUNT, memory + 2 * COUNT},
		.frames = COUNT,
		.rate_hz = bench_rate(bench),
		.output = output,
		.format = format,
		.settings = settings,
	};

	return bench_run(bench, bench->dut, &run);
}

/* Whether what stands between can hold every sample of that format. */
static bool is_held(const struct bench *bench, enum sample_format format)
{
	return bench->dut->carries == FORMAT_F64 || format == FORMAT_F32 ||
	       (format_bits(format) > 0 && format_bits(format) <= 24);
}

static int passthrough(struct bench *bench, double *memory)
{
	/* In real time one output is connected. */
	const bool exact = bench->dut->flags & DUT_EXACT;
	const int last = exact ? OUTPUT_LINE : OUTPUT_HEADPHONE;
	double differences = 0;
	int error = 0, compared = 0;

	for (int format = 0; error == 0 && format < FORMATS; format++) {
		for (int o = OUTPUT_HEADPHONE;
		     error == 0 && o <= last && is_held(bench, (enum sample_format)format); o++) {
			fill((enum sample_format)format, memory);
			error = play(bench, (enum output)o, (enum sample_format)format, NULL,
				     memory);
			for (int side = 1; side <= 2; side++) {
				differences +=
					(double)difference_of(memory + side * COUNT, memory, COUNT)
						.samples;
				compared += COUNT;
			}
		}
	}
	if (error == 0) {
		bench_figure(bench,
			     &(struct figure){.name = "bits.passthrough",
					      .title = "Samples that passthrough changes",
					      .unit = "samples",
					      .value = differences,
					      .residual = 0,
					      .uncertainty = 0},
			     "level 0.0, noise, %s: %d samples compared bit by bit",
			     exact ? "s16, s24, s32, f32, f64, headphone and line"
				   : "s16, s24, f32, headphone",
			     compared);
	}
	return error;
}

static int null_test(struct bench *bench, double *memory)
{
	static const char *const settings[] = {"headphone.level=-12.5", "line.level=-12.5", NULL};
	const long double factor = powl(10.0L, -12.5L / 20.0L);
	const enum sample_format carries = bench->dut->carries;
	struct difference difference;
	int error;

	fill(carries, memory);
	error = play(bench, bench->output, FORMAT_F64, settings, memory);
	if (error < 0) {
		return error;
	}
	for (size_t i = 0; i < COUNT; i++) {
		memory[i] = (double)(factor * memory[i]);
	}
	dut_round(carries, memory, COUNT);
	difference = difference_of(memory + COUNT, memory, COUNT);
	bench_figure(bench,
		     &(struct figure){.name = "bits.null",
				      .title = "Null against the exact product",
				      .unit = "dB",
				      .value = difference.depth_db,
				      .residual = -INFINITY,
				      .uncertainty = NAN},
		     "noise at -12.5 dB, %s, against a product in extended precision, rounded",
		     bench_format_text(bench, FORMAT_F64));
	return 0;
}

int measure_bits(struct bench *bench)
{
	double *memory = calloc(3 * COUNT, sizeof(*memory));
	int error = memory ? passthrough(bench, memory) : -ENOMEM;

	if (error == 0) {
		error = null_test(bench, memory);
	}
	free(memory);
	return error;
}
