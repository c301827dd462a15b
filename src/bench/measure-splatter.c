/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What every transition of every control throws over the spectrum. Nothing here names a control:
 * they are found in the table, with the values between which they change, and, where a control
 * does nothing by itself (an amount of dim), with the other control that has to be engaged first.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "amp.h"
#include "headphone-filters.h"
#include "measure.h"
#include "outputs.h"
#include "tone.h"
#include "transition.h"

#define FRAMES     62400 /* 1.3 s at 48 kHz */
#define CHANGE_AT  14411
#define EDGE       4800 /* at both ends the level is measured here */
#define PEAK       0.02 /* 35 dB of gain stay below full scale */
#define OFFSET_HZ  1000
#define VALUES     10
#define ASSIGNMENT (PATH_BYTES + TEXT_BYTES)

/* Left and right; the subwoofer has tones of its own kind. */
static const double carriers_hz[2][2] = {{997, 2503}, {31, 61}};

static const double *carriers_of(enum output output)
{
	return carriers_hz[output == OUTPUT_SUB];
}

/* A control with the values it is tried at. */
struct subject {
	struct control_ref ref;
	struct value values[VALUES];
	unsigned int count;
};

/* A change of one control, with what has to be engaged for it. */
struct change {
	char context[ASSIGNMENT]; /* empty: nothing */
	char before[ASSIGNMENT], after[ASSIGNMENT];
};

struct worst {
	double dbc;
	char what[160];
};

static void add_value(struct subject *subject, const struct value *value)
{
	if (subject->count < VALUES && control_check(subject->ref, value, NULL) == 0) {
		for (unsigned int i = 0; i < subject->count; i++) {
			if (control_equal(subject->ref, value, &subject->values[i])) {
				return;
			}
		}
		subject->values[subject->count++] = *value;
	}
}

static void add_number(struct subject *subject, double number)
{
	const struct control *row = &controls[subject->ref.id];
	struct value value = {0};

	if (row->type == TYPE_LEVEL) {
		value.half_db = (int32_t)number;
	} else {
		value.number = number;
	}
	add_value(subject, &value);
}

/* The values a control is tried at, its neutral one first. */
static void find_values(struct subject *subject, const struct amp *neutral)
{
	const struct control *row = &controls[subject->ref.id];

	subject->count = 0;
	add_value(subject, amp_value(neutral, subject->ref));
	if (row->type == TYPE_SWITCH || row->type == TYPE_CHOICE) {
		for (int i = 0;
		     i < (row->type == TYPE_SWITCH ? 2 : control_choices(subject->ref.id)); i++) {
			struct value value = {.choice = i};

			add_value(subject, &value);
		}
		return;
	}
	if (row->type == TYPE_LEVEL) {
		const int now = subject->count > 0 ? subject->values[0].half_db : 0;

		add_number(subject, now - 1);
		add_number(subject, now - 80);
		add_number(subject, HALF_DB_MUTE);
	} else {
		add_number(subject, 0);
		add_number(subject,
			   row->minimum + row->step * floor((row->maximum - row->minimum) / 2 /
							    (row->step > 0 ? row->step : 1)));
	}
	add_number(subject, row->minimum);
	add_number(subject, row->maximum);
}

static bool can_be_tried(struct control_ref ref)
{
	const struct control *row = &controls[ref.id];

	return ref.instance == 0 && row->access != ACCESS_NONE && row->type != TYPE_TEXT &&
	       row->type != TYPE_ACTION;
}

static bool set(struct amp *amp, struct control_ref ref, const struct value *value)
{
	const struct command command = {.ref = ref, .verb = VERB_SET, .value = *value};

	return amp_command(amp, &command, NULL) == 0;
}

/* What the audio thread would be given. */
struct targets {
	struct plan plan;
	struct headphone_filters filters;
};

static void make_targets(const struct amp *amp, struct targets *ret_targets)
{
	memset(ret_targets, 0, sizeof(*ret_targets));
	plan_make(amp, &ret_targets->plan);
	headphone_filters_make(amp, MEASURE_RATE_HZ, NULL, &ret_targets->filters);
}

/* Whether a control's two values mean something else to the audio thread. */
static bool is_heard(const struct amp *base, struct amp *work, const struct subject *subject,
		     unsigned int a, unsigned int b)
{
	struct targets before, after;

	*work = *base;
	if (!set(work, subject->ref, &subject->values[a])) {
		return false;
	}
	make_targets(work, &before);
	if (!set(work, subject->ref, &subject->values[b])) {
		return false;
	}
	make_targets(work, &after);
	return memcmp(&before, &after, sizeof(before)) != 0;
}

static void write_assignment(struct control_ref ref, const struct value *value, char *text)
{
	char path[PATH_BYTES], number[TEXT_BYTES];

	snprintf(text, ASSIGNMENT, "%s=%s", control_path(ref, path),
		 control_format(ref, value, number));
}

/* Amplifiers to try things on. */
struct trial {
	struct amp neutral, engaged, work;
};

/* Looks for what makes the change heard: nothing, or one value of one other control. */
static bool find_context(struct trial *trial, const struct subject *subject, unsigned int a,
			 unsigned int b, char *ret_context)
{
	struct control_ref ref = {0, -1};

	ret_context[0] = '\0';
	if (is_heard(&trial->neutral, &trial->work, subject, a, b)) {
		return true;
	}
	while (controls_next(&ref)) {
		struct subject other = {.ref = ref};

		if (!can_be_tried(ref) || ref.id == subject->ref.id ||
		    controls[ref.id].type == TYPE_LEVEL) {
			continue;
		}
		find_values(&other, &trial->neutral);
		for (unsigned int i = 1; i < other.count; i++) {
			trial->engaged = trial->neutral;
			if (set(&trial->engaged, ref, &other.values[i]) &&
			    is_heard(&trial->engaged, &trial->work, subject, a, b)) {
				write_assignment(ref, &other.values[i], ret_context);
				return true;
			}
		}
	}
	return false;
}

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

static int splatter_of(const double *samples, enum output output, double rate_hz, double offset_hz,
		       double *ret_dbc)
{
	const struct transition transition = {.samples = samples,
					      .count = FRAMES,
					      .rate_hz = rate_hz,
					      .carriers_hz = carriers_of(output),
					      .carriers = 2,
					      .carrier_peak = carrier_of(samples)};

	*ret_dbc = -INFINITY;
	return transition.carrier_peak > 1e-9 ? transition_splatter(&transition, offset_hz, ret_dbc)
					      : 0;
}

/* `memory` holds two stimuli and two answers; the stimuli are made for the output. */
static int play(struct bench *bench, const struct change *change, enum output output,
		double *memory)
{
	const char *const settings[] = {change->context[0] ? change->context : change->before,
					change->context[0] ? change->before : NULL, NULL};
	const struct dut_change changes[] = {{CHANGE_AT, change->after}};

	for (int side = 0; side < 2; side++) {
		struct tone tone = {PEAK, 0,
				    tone_step(carriers_of(output)[side], bench_rate(bench))};

		tone_fill(&tone, memory + side * FRAMES, FRAMES);
	}
	return bench_run(bench, bench->dut,
			 &(struct dut_run){.in = {memory, memory + FRAMES},
					   .out = {memory + 2 * FRAMES, memory + 3 * FRAMES},
					   .frames = FRAMES,
					   .rate_hz = bench_rate(bench),
					   .output = output,
					   .format = FORMAT_F64,
					   .settings = settings,
					   .changes = changes,
					   .change_count = 1});
}

static int measure_change(struct bench *bench, const struct change *change, enum output output,
			  double *memory, struct worst *worst)
{
	int error = play(bench, change, output, memory);

	if (error == -EINVAL || error == -EPERM) {
		return 0; /* the amplifier's rules do not let it happen */
	}
	for (int side = 0; error == 0 && side < (output == OUTPUT_SUB ? 1 : 2); side++) {
		double dbc;

		error = splatter_of(memory + (2 + side) * FRAMES, output, bench_rate(bench),
				    OFFSET_HZ, &dbc);
		if (error == 0 && dbc > worst->dbc) {
			worst->dbc = dbc;
			snprintf(worst->what, sizeof(worst->what), "%.50s to %.50s%s%.30s, %s %s",
				 change->before, strchr(change->after, '=') + 1,
				 change->context[0] ? " with " : "", change->context,
				 output_rows[output].name, side == 0 ? "left" : "right");
		}
	}
	return error;
}

/* The outputs a control can reach, by its path's first word. */
static bool reaches(const char *path, enum output output)
{
	if (strncmp(path, "headphone.", 10) == 0) {
		return output == OUTPUT_HEADPHONE;
	}
	if (strncmp(path, "line.", 5) == 0) {
		return output != OUTPUT_HEADPHONE;
	}
	return strncmp(path, "sub.", 4) != 0 || output == OUTPUT_SUB;
}

/* One change, on every output that it can reach; a quick run takes one. */
static int measure_on_outputs(struct bench *bench, const struct subject *subject,
			      const struct change *change, double *memory, struct worst *worst)
{
	char path[PATH_BYTES];
	bool done = false;
	int error = 0;

	control_path(subject->ref, path);
	for (int o = 0; error == 0 && o < OUTPUTS; o++) {
		if (reaches(path, (enum output)o) && !(bench->quick && done)) {
			error = measure_change(bench, change, (enum output)o, memory, worst);
			done = true;
		}
	}
	return error;
}

static int measure_control(struct bench *bench, struct trial *trial, const struct subject *subject,
			   double *memory, struct worst *worst)
{
	struct change change;
	int error = 0;

	for (unsigned int a = 0; error == 0 && a < subject->count; a++) {
		for (unsigned int b = 0; error == 0 && b < subject->count; b++) {
			const bool usual = a == 0 || b == 0;

			if (a == b || (bench->quick && !usual) ||
			    !find_context(trial, subject, a, b, change.context)) {
				continue;
			}
			write_assignment(subject->ref, &subject->values[a], change.before);
			write_assignment(subject->ref, &subject->values[b], change.after);
			error = measure_on_outputs(bench, subject, &change, memory, worst);
		}
	}
	return error;
}

static void tell(struct bench *bench, const struct subject *subject, const struct worst *worst,
		 double residual)
{
	struct figure figure = {
		.unit = "dBc", .value = worst->dbc, .residual = residual, .uncertainty = NAN};
	char path[PATH_BYTES];

	control_path(subject->ref, path);
	snprintf(figure.name, sizeof(figure.name), "splatter.%.50s", path);
	snprintf(figure.title, sizeof(figure.title), "Splatter of %.60s", path);
	bench_figure(bench, &figure, "worst: %.150s", worst->what);
}

static int measure_all(struct bench *bench, struct trial *trial, double *memory)
{
	struct control_ref ref = {0, -1};
	struct tone tone = {PEAK, 0, tone_step(carriers_hz[0][0], bench_rate(bench))};
	double residual;
	int error;

	tone_fill(&tone, memory, FRAMES);
	error = splatter_of(memory, OUTPUT_HEADPHONE, bench_rate(bench), OFFSET_HZ, &residual);

	while (error == 0 && controls_next(&ref)) {
		struct subject subject = {.ref = ref};
		struct worst worst = {.dbc = -INFINITY};

		if (!can_be_tried(ref)) {
			continue;
		}
		find_values(&subject, &trial->neutral);
		error = measure_control(bench, trial, &subject, memory, &worst);
		if (error == 0 && worst.what[0]) {
			tell(bench, &subject, &worst, residual);
		}
		error = error == 0 ? bench_step(bench, (double)ref.id / CONTROL_COUNT) : error;
	}
	return error;
}

/* How the splatter of some transitions falls with the distance from the tone. */
static int draw(struct bench *bench, double *memory)
{
	static const struct change changes[] = {
		{"", "headphone.level=0", "headphone.level=-0.5"},
		{"", "headphone.level=0", "headphone.level=-40"},
		{"", "headphone.mute=off", "headphone.mute=on"},
		{"", "input=1", "input=2"},
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

	for (size_t c = 0; error == 0 && graph && c < sizeof(changes) / sizeof(changes[0]); c++) {
		struct series *series = graph_series(graph, count, "%s to %s", changes[c].before,
						     strchr(changes[c].after, '=') + 1);

		error = play(bench, &changes[c], OUTPUT_HEADPHONE, memory);
		for (size_t i = 0; error == 0 && series && i < count; i++) {
			series->x[i] = offsets[i];
			error = splatter_of(memory + 2 * FRAMES, OUTPUT_HEADPHONE,
					    bench_rate(bench), offsets[i], &series->y[i]);
		}
	}
	return error;
}

int measure_transitions(struct bench *bench)
{
	double *memory = calloc(4 * (size_t)FRAMES, sizeof(*memory));
	struct trial *trial = calloc(1, sizeof(*trial));
	int error = -ENOMEM;

	if (memory && trial) {
		amp_init_neutral(&trial->neutral);
		error = measure_all(bench, trial, memory);
		error = error == 0 ? draw(bench, memory) : error;
	}
	free(trial);
	free(memory);
	return error;
}
