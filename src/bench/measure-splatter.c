/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What every transition of every control throws over the spectrum. Nothing here names a control:
 * the changes that are heard are found in the table (changes.h). Where a change is of nothing but
 * what a limiter holds, tones play that it has to hold.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "measure.h"
#include "outputs.h"
#include "tone.h"
#include "transition.h"

#define FRAMES    62400 /* 1.3 s at 48 kHz */
#define CHANGE_AT 14411
#define EDGE      4800 /* at both ends the level is measured here */
#define OFFSET_HZ 1000

/* 35 dB of gain stay below full scale; or 3.5 dB are beyond it. */
enum loudness {
	QUIET,
	LOUD,
};

static const double peaks[2] = {0.02, 1.5};

/*
 * Left and right; the subwoofer has tones of its own kind. Loud ones meet the same samples again in
 * a few milliseconds, so that a limiter has soon seen the highest.
 */
static const double carriers_hz[2][2][2] = {{{997, 2503}, {31, 61}}, {{1000, 2500}, {60, 120}}};

static const double *carriers_of(enum loudness loudness, enum output output)
{
	return carriers_hz[loudness][output == OUTPUT_SUB];
}

static enum loudness loudness_of(const struct change *change)
{
	return change->of_ceiling && !change->clips ? LOUD : QUIET;
}

/* What is played, what comes back, and what the wire gives back of the same. */
struct trial {
	double *memory; /* two stimuli and two answers */
	const struct profile_book *profiles;
	double residuals_dbc[2][2][2]; /* as carriers_hz */
};

/* Of the changes of one control. */
struct worst {
	struct control_ref ref;
	double dbc, residual_dbc;
	char what[160];
};

/* The amplitude of the louder end. */
static double carrier_of(const double *samples)
{
	double first = 0, last = 0;

	for (size_t i = 0; i < EDGE; i++) {
		first += samples[EDGE + i] * samples[EDGE + i];
		last += samples[FRAMES - 1 - i] * samples[FRAMES - 1 - i];
	}
	return sqrt(2 * fmax(first, last) / EDGE);
}

static int splatter_of(const double *samples, enum loudness loudness, enum output output,
		       double offset_hz, double *ret_dbc)
{
	const struct transition transition = {.samples = samples,
					      .count = FRAMES,
					      .rate_hz = MEASURE_RATE_HZ,
					      .carriers_hz = carriers_of(loudness, output),
					      .carriers = 2,
					      .carrier_peak = carrier_of(samples)};

	*ret_dbc = -INFINITY;
	return transition.carrier_peak > 1e-9 ? transition_splatter(&transition, offset_hz, ret_dbc)
					      : 0;
}

static void fill_stimuli(const struct trial *trial, enum loudness loudness, enum output output)
{
	for (int side = 0; side < 2; side++) {
		struct tone tone = {
			peaks[loudness], 0,
			tone_step(carriers_of(loudness, output)[side], MEASURE_RATE_HZ)};

		tone_fill(&tone, trial->memory + side * FRAMES, FRAMES);
	}
}

static int find_residuals(struct trial *trial)
{
	int error = 0;

	for (int loudness = QUIET; loudness <= LOUD; loudness++) {
		for (int sub = 0; sub < 2; sub++) {
			const enum output output = sub ? OUTPUT_SUB : OUTPUT_HEADPHONE;

			fill_stimuli(trial, (enum loudness)loudness, output);
			for (int side = 0; error == 0 && side < 2; side++) {
				error = splatter_of(trial->memory + side * FRAMES,
						    (enum loudness)loudness, output, OFFSET_HZ,
						    &trial->residuals_dbc[loudness][sub][side]);
			}
		}
	}
	return error;
}

static int play(struct bench *bench, const struct trial *trial, const struct change *change,
		enum output output)
{
	const char *settings[CHANGE_CONTEXT + 2];
	const struct dut_change changes[] = {{CHANGE_AT, change->after}};
	double *memory = trial->memory;
	size_t count = 0;

	for (size_t i = 0; i < CHANGE_CONTEXT; i++) {
		if (change->context[i][0]) {
			settings[count++] = change->context[i];
		}
	}
	if (change->before[0]) {
		settings[count++] = change->before;
	}
	settings[count] = NULL;
	fill_stimuli(trial, loudness_of(change), output);
	return bench_run(bench, bench->dut,
			 &(struct dut_run){.in = {memory, memory + FRAMES},
					   .out = {memory + 2 * FRAMES, memory + 3 * FRAMES},
					   .frames = FRAMES,
					   .rate_hz = MEASURE_RATE_HZ,
					   .output = output,
					   .format = FORMAT_F64,
					   .settings = settings,
					   .profiles = trial->profiles,
					   .changes = changes,
					   .change_count = 1});
}

/* "dim=off to on with input=2, headphone left" */
static void describe(const struct change *change, enum output output, int side, char *text,
		     size_t size)
{
	const char *value = strchr(change->after, '=');
	size_t length = change->before[0] ? (size_t)snprintf(text, size, "%.60s to %.40s",
							     change->before, value ? value + 1 : "")
					  : (size_t)snprintf(text, size, "%.60s", change->after);

	for (int i = 0; i < CHANGE_CONTEXT; i++) {
		if (change->context[i][0] && length < size) {
			length += (size_t)snprintf(text + length, size - length, "%s%.40s",
						   i == 0 ? " with " : ", ", change->context[i]);
		}
	}
	if (length < size) {
		snprintf(text + length, size - length, ", %s %s%s", output_rows[output].name,
			 side == 0 ? "left" : "right",
			 loudness_of(change) == LOUD ? ", limited" : "");
	}
}

static int measure_on_output(struct bench *bench, const struct trial *trial,
			     const struct change *change, enum output output, struct worst *worst)
{
	const enum loudness loudness = loudness_of(change);
	int error = play(bench, trial, change, output);

	for (int side = 0; error == 0 && side < (int)output_rows[output].channels; side++) {
		double dbc;

		error = splatter_of(trial->memory + (2 + side) * FRAMES, loudness, output,
				    OFFSET_HZ, &dbc);
		if (error == 0 && (dbc > worst->dbc || !worst->what[0])) {
			worst->dbc = dbc;
			worst->residual_dbc =
				trial->residuals_dbc[loudness][output == OUTPUT_SUB][side];
			describe(change, output, side, worst->what, sizeof(worst->what));
		}
	}
	return error;
}

/* On every output that it changes; a quick run takes one. */
static int measure_change(struct bench *bench, const struct trial *trial,
			  const struct change *change, struct worst *worst)
{
	bool done = false;
	int error = 0;

	for (int o = 0; error == 0 && o < OUTPUTS; o++) {
		if (change->outputs & 1u << o && !(bench->quick && done)) {
			error = measure_on_output(bench, trial, change, (enum output)o, worst);
			done = true;
		}
	}
	return error;
}

static void tell(struct bench *bench, const struct worst *worst)
{
	struct figure figure = {.unit = "dBc",
				.value = worst->dbc,
				.residual = worst->residual_dbc,
				.uncertainty = NAN};
	char path[PATH_BYTES];

	if (worst->what[0]) {
		control_path(worst->ref, path);
		snprintf(figure.name, sizeof(figure.name), "splatter.%.50s", path);
		snprintf(figure.title, sizeof(figure.title), "Splatter of %.60s", path);
		bench_figure(bench, &figure, "worst: %s", worst->what);
	}
}

static int measure_all(struct bench *bench, struct changes *changes, const struct trial *trial)
{
	struct worst worst = {.dbc = -INFINITY};
	struct change change = {0};
	int error = 0;

	while (error == 0 && changes_next(changes, &change)) {
		if (change.ref.id != worst.ref.id) {
			tell(bench, &worst);
			worst = (struct worst){.ref = change.ref, .dbc = -INFINITY};
			error = bench_step(bench, (double)change.ref.id / CONTROL_COUNT);
		}
		if (error == 0 && (change.usual || !bench->quick)) {
			error = measure_change(bench, trial, &change, &worst);
		}
	}
	if (error == 0) {
		tell(bench, &worst);
	}
	return error;
}

/* How the splatter of some transitions falls with the distance from the tone. */
static int draw(struct bench *bench, struct trial *trial)
{
	static const struct change shown[] = {
		{.before = "headphone.level=0", .after = "headphone.level=-0.5"},
		{.before = "headphone.level=0", .after = "headphone.level=-40"},
		{.before = "headphone.mute=off", .after = "headphone.mute=on"},
		{.before = "input=1", .after = "input=2"},
	};
	static const double offsets[] = {100,  150,  200,  300,  500,  700,   1000,
					 1500, 2000, 3000, 5000, 7000, 10000, 15000};
	static const double cursors[] = {100, 200, 500, 1000, 2000, 5000, 10000, 0};
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "splatter",
				.group = "Transitions",
				.title = "Splatter of transitions against distance",
				.conditions =
					"997 Hz left, 2503 Hz right; largest sample of all that "
					"is farther from the tones",
				.x = {"Distance", "Hz", 100, 15000, true},
				.y = {"Splatter", "dBc", 0, 0, false},
				.cursors = cursors});
	const size_t count = sizeof(offsets) / sizeof(offsets[0]);
	int error = 0;

	for (size_t c = 0; error == 0 && graph && c < sizeof(shown) / sizeof(shown[0]); c++) {
		struct series *series = graph_series(graph, count, "%s to %s", shown[c].before,
						     strchr(shown[c].after, '=') + 1);

		error = play(bench, trial, &shown[c], OUTPUT_HEADPHONE);
		for (size_t i = 0; error == 0 && series && i < count; i++) {
			series->x[i] = offsets[i];
			error = splatter_of(trial->memory + 2 * FRAMES, QUIET, OUTPUT_HEADPHONE,
					    offsets[i], &series->y[i]);
		}
	}
	return error;
}

int measure_transitions(struct bench *bench)
{
	struct trial trial = {.memory = calloc(4 * (size_t)FRAMES, sizeof(double))};
	struct changes *changes = NULL;
	int error = trial.memory ? changes_create(MEASURE_RATE_HZ, &changes) : -ENOMEM;

	if (error == 0) {
		trial.profiles = changes_profiles(changes);
		error = find_residuals(&trial);
	}
	error = error == 0 ? measure_all(bench, changes, &trial) : error;
	error = error == 0 ? draw(bench, &trial) : error;
	changes_destroy(changes);
	free(trial.memory);
	return error;
}
