/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The guard: how soon each fault is silent, how soon sound is back, and that it takes nothing away
 * from what is none.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "difference.h"
#include "measure.h"
#include "signals.h"
#include "tone.h"

#define SECONDS 6   /* of a record: a fault, and 3.5 s until it is over and faded in */
#define START_S 0.5 /* the fault begins, */
#define END_S   1.5 /* and ends */

static const char *const watching[] = {"protect.dc=on", "protect.noise=on", NULL};

/* What a fault puts in place of a sample of the tone. */
typedef double fault_fn(double sample, size_t frame, double rate_hz, struct noise *noise);

static double dc(double sample, size_t frame, double rate_hz, struct noise *noise)
{
	return 1;
}

static double white(double sample, size_t frame, double rate_hz, struct noise *noise)
{
	return noise_even(noise);
}

static double no_number(double sample, size_t frame, double rate_hz, struct noise *noise)
{
	return NAN;
}

/* A square wave of +30 dBFS. */
static double overload(double sample, size_t frame, double rate_hz, struct noise *noise)
{
	return fmod((double)frame * 1000 / rate_hz, 1) < 0.5 ? 31.6 : -31.6;
}

static const struct fault {
	const char *name, *title, *conditions;
	fault_fn *put;
} faults[] = {
	{"dc", "Direct current, until silence", "full-scale DC in place of a tone", dc},
	{"noise", "Noise of a broken stream, until silence",
	 "full-scale white noise in place of a tone", white},
	{"nonfinite", "What is no number, until silence", "NaN in place of a tone", no_number},
	{"overload", "Overload, until silence", "a square wave of +30 dBFS in place of a tone",
	 overload},
};

static int play(struct bench *bench, double *memory, size_t frames)
{
	return bench_run(bench, bench->dut,
			 &(struct dut_run){.in = {memory, memory},
					   .out = {memory + frames, memory + 2 * frames},
					   .frames = frames,
					   .rate_hz = bench_rate(bench),
					   .output = OUTPUT_HEADPHONE,
					   .format = FORMAT_F64,
					   .settings = watching});
}

/* Milliseconds from the fault's first frame until both sides stay silent while it lasts. */
static double silent_after_ms(const double *memory, size_t frames, double rate_hz)
{
	const size_t start = (size_t)(START_S * rate_hz), end = (size_t)(END_S * rate_hz);
	size_t last = start;

	for (size_t i = start; i < end; i++) {
		if (memory[frames + i] != 0 || memory[2 * frames + i] != 0) {
			last = i + 1;
		}
	}
	return last == end ? INFINITY : 1000 * (double)(last - start) / rate_hz;
}

/* Milliseconds from the fault's end until the tone is back, bit for bit. */
static double back_after_ms(const double *memory, size_t frames, double rate_hz)
{
	const size_t end = (size_t)(END_S * rate_hz);
	size_t first = frames;

	while (first > end && memory[frames + first - 1] == memory[first - 1] &&
	       memory[2 * frames + first - 1] == memory[first - 1]) {
		first--;
	}
	return first == frames ? INFINITY : 1000 * (double)(first - end) / rate_hz;
}

static void tell_ms(struct bench *bench, const char *name, const char *title, double ms,
		    const char *conditions)
{
	struct figure figure = {.unit = "ms", .value = ms, .residual = NAN};

	snprintf(figure.name, sizeof(figure.name), "guard.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	/* A frame. */
	figure.uncertainty = 1000 / bench_rate(bench);
	bench_figure(bench, &figure, "%s, level 0.0", conditions);
}

static int measure_fault(struct bench *bench, const struct fault *fault, double *memory,
			 size_t frames)
{
	const double rate_hz = bench_rate(bench);
	struct tone tone = {0.5, 0, tone_step(997, rate_hz)};
	struct noise noise = {31};
	int error;

	tone_fill(&tone, memory, frames);
	for (size_t i = (size_t)(START_S * rate_hz); i < (size_t)(END_S * rate_hz); i++) {
		memory[i] = fault->put(memory[i], i, rate_hz, &noise);
	}
	error = play(bench, memory, frames);
	if (error < 0) {
		return error;
	}
	tell_ms(bench, fault->name, fault->title, silent_after_ms(memory, frames, rate_hz),
		fault->conditions);
	if (fault == &faults[0]) {
		tell_ms(bench, "recovery", "Sound is back, bit for bit, after a fault",
			back_after_ms(memory, frames, rate_hz), "after a second of full-scale DC");
	}
	return 0;
}

/* Loud, low, and begun where it hurts most: no fault. */
static void fill_bass(double *samples, size_t frames, double rate_hz)
{
	for (size_t i = 0; i < frames; i++) {
		const size_t at = i % (size_t)(0.6 * rate_hz);
		const uint64_t step = tone_step(i < frames / 2 ? 10 : 25, rate_hz);

		/* Bursts that begin at the top of the wave. */
		samples[i] = at < (size_t)(0.3 * rate_hz)
				     ? tone_sine((UINT64_C(1) << 62) + step * (uint64_t)at)
				     : 0;
	}
}

static int measure_music(struct bench *bench, double *memory, size_t frames)
{
	int error;

	fill_bass(memory, frames, bench_rate(bench));
	error = play(bench, memory, frames);
	if (error == 0) {
		const size_t changed = difference_of(memory + frames, memory, frames).samples +
				       difference_of(memory + 2 * frames, memory, frames).samples;

		bench_figure(
			bench,
			&(struct figure){.name = "guard.untouched",
					 .title = "Samples of loud bass that the guard changes",
					 .unit = "samples",
					 .value = (double)changed,
					 .residual = 0},
			"full-scale bursts of 10 and 25 Hz from the top of the wave, bit by "
			"bit");
	}
	return error;
}

/* Numbers that are none, and numbers beyond all reason, in an honest tone. */
static int measure_spoiled(struct bench *bench, double *memory, size_t frames)
{
	const double bad[] = {NAN, INFINITY, -INFINITY, 1e300, -1e38, 5e-324};
	struct tone tone = {0.5, 0, tone_step(997, bench_rate(bench))};
	double peak = 0;
	int error;

	tone_fill(&tone, memory, frames);
	for (size_t i = 0; i < 600; i++) {
		memory[i * 79 + 11] = bad[i % 6];
	}
	error = play(bench, memory, frames);
	for (size_t i = frames; error == 0 && i < 3 * frames; i++) {
		/* What is not a number counts as worse than anything. */
		peak = isfinite(memory[i]) ? fmax(peak, fabs(memory[i])) : INFINITY;
	}
	if (error == 0) {
		bench_figure(
			bench,
			&(struct figure){.name = "guard.spoiled",
					 .title = "Highest sample where the input is not numbers",
					 .unit = "dBFS",
					 .value = tone_db(peak),
					 .residual = -INFINITY,
					 .uncertainty = NAN},
			"600 of NaN, +-Inf, 1e300, -1e38 and a denormal in a tone of -6 dBFS");
	}
	return error;
}

int measure_guard(struct bench *bench)
{
	const size_t frames = (size_t)(SECONDS * bench_rate(bench));
	double *memory = calloc(3 * frames, sizeof(*memory));
	int error = memory ? 0 : -ENOMEM;

	for (size_t i = 0; error == 0 && i < sizeof(faults) / sizeof(faults[0]); i++) {
		error = measure_fault(bench, &faults[i], memory, frames);
		error = error == 0 ? bench_step(bench, 0.2 * (double)(i + 1)) : error;
	}
	error = error == 0 ? measure_music(bench, memory, frames) : error;
	error = error == 0 ? measure_spoiled(bench, memory, frames) : error;
	free(memory);
	return error;
}
