/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Impulse and step: what rings, what overshoots, and what droops.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "signals.h"
#include "tone.h"

#define SECONDS  0.5
#define AT_S     0.2 /* the impulse, or the step */
#define HEIGHT   0.5
#define SHOWN_MS 20 /* after it, on the graphs; a quarter before it */

/* Both answers, and the stimulus before them. */
struct record {
	size_t frames, at;
	double per_ms;
	double *samples[3]; /* stimulus, left, right */
};

static double mean_of(const struct record *record, int which, double from_ms, double to_ms)
{
	const size_t first = record->at + (size_t)(from_ms * record->per_ms);
	const size_t last = record->at + (size_t)(to_ms * record->per_ms);
	double sum = 0;

	for (size_t i = first; i < last; i++) {
		sum += record->samples[which][i];
	}
	return sum / (double)(last - first);
}

/* All of a step is against its height soon after the edge. */
static double height_of(const struct record *record, int which)
{
	return mean_of(record, which, 1, 3);
}

/* How far a step goes beyond its height, in %. */
static double overshoot(const struct record *record, int which)
{
	const double height = height_of(record, which);
	double highest = 0;

	for (size_t i = 0; i < record->frames; i++) {
		highest = fmax(highest, record->samples[which][i] / height);
	}
	return 100 * fmax(0, highest - 1);
}

/* How much of it is gone, or come, after 200 ms, in %. */
static double droop(const struct record *record, int which)
{
	return 100 * fabs(1 - mean_of(record, which, 195, 205) / height_of(record, which));
}

/* Of an impulse what is farther than 0.1 ms from it, against all of it, in dB. */
static double spread(const struct record *record, int which)
{
	double near = 0, far = 0;

	for (size_t i = 0; i < record->frames; i++) {
		const double sample = record->samples[which][i];
		const double distance = fabs((double)i - (double)record->at);

		*(distance <= 0.1 * record->per_ms ? &near : &far) += sample * sample;
	}
	return 10 * log10(far / (near + far));
}

typedef double quantity_fn(const struct record *record, int which);

static void tell(struct bench *bench, const struct record *record, const char *name,
		 const char *title, const char *unit, quantity_fn *quantity)
{
	struct figure figure = {.uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "time.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	figure.value = fmax(quantity(record, 1), quantity(record, 2));
	figure.residual = quantity(record, 0);
	bench_figure(bench, &figure, "the worse side, height 0.5, level 0.0, %s",
		     bench_format_text(bench, FORMAT_F64));
}

static void draw(struct bench *bench, const struct record *record, const char *name,
		 const char *title)
{
	static const char *const names[] = {"stimulus", "left", "right"};
	const size_t before = (size_t)(SHOWN_MS * record->per_ms / 4);
	const size_t count = (size_t)(SHOWN_MS * record->per_ms) + before;
	struct graph *graph =
		report_graph(bench->report, &(struct graph){.name = name,
							    .group = "Time",
							    .conditions = "height 0.5, level 0.0",
							    .x = {"Time", "ms", 0, 0, false},
							    .y = {"Sample", "", 0, 0, false}});

	if (!graph) {
		return;
	}
	snprintf(graph->title, sizeof(graph->title), "%s", title);
	for (int which = 1; which < 3; which++) {
		struct series *series = graph_series(graph, count, "%s", names[which]);

		for (size_t i = 0; series && i < count; i++) {
			series->x[i] = ((double)i - (double)before) / record->per_ms;
			series->y[i] = record->samples[which][record->at - before + i];
		}
	}
}

static int play(struct bench *bench, const struct record *record)
{
	return bench_run(bench, bench->dut,
			 &(struct dut_run){.in = {record->samples[0], record->samples[0]},
					   .out = {record->samples[1], record->samples[2]},
					   .frames = record->frames,
					   .rate_hz = bench_rate(bench),
					   .output = bench->output,
					   .format = FORMAT_F64});
}

int measure_time(struct bench *bench)
{
	const double rate_hz = bench_rate(bench);
	struct record record = {.frames = (size_t)(SECONDS * rate_hz),
				.at = (size_t)(AT_S * rate_hz),
				.per_ms = rate_hz / 1000};
	double *memory = calloc(3 * record.frames, sizeof(*memory));
	int error = memory ? 0 : -ENOMEM;

	for (int i = 0; error == 0 && i < 3; i++) {
		record.samples[i] = memory + (size_t)i * record.frames;
	}
	if (error == 0) {
		signal_impulse(record.at, HEIGHT, memory, record.frames);
		error = play(bench, &record);
	}
	if (error == 0) {
		tell(bench, &record, "spread", "Impulse, all that is not within 0.1 ms of it", "dB",
		     spread);
		draw(bench, &record, "impulse", "Impulse");
		signal_step(record.at, HEIGHT, memory, record.frames);
		error = play(bench, &record);
	}
	if (error == 0) {
		tell(bench, &record, "overshoot", "Step, overshoot", "%", overshoot);
		tell(bench, &record, "droop", "Step, droop after 200 ms", "%", droop);
		draw(bench, &record, "step", "Step");
	}
	free(memory);
	return error;
}
