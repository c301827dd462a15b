/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain meter: what files are, after the path.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "assign.h"
#include "cli.h"
#include "programme.h"
#include "render_jobs.h"
#include "text.h"

#define NAME_MOST 44 /* characters of a file's name in the table */

enum {
	OPTION_SET = OPTION_OWN,
	OPTION_OUTPUT,
	OPTION_JOBS,
	OPTION_QUIET,
};

static const struct option_row options[] = {
	{"set", "PATH=VALUE", "a control's value", COMPLETES_ASSIGNMENTS, NULL, OPTION_SET},
	{"output", "OUTPUT", "which output is measured (headphone)", COMPLETES_NOTHING,
	 "headphone line sub", OPTION_OUTPUT},
	{"jobs", "N", "files measured at once (one for each core)", COMPLETES_NOTHING, NULL,
	 OPTION_JOBS},
	{"quiet", NULL, "no progress bar", COMPLETES_NOTHING, NULL, OPTION_QUIET},
	JSON_OPTION,
	{0},
};

/* What was asked for. */
struct request {
	struct amp amp;
	enum output output;
	bool json, quiet, has_set;
	unsigned int jobs;
	const char **files;
	unsigned int file_count;
};

/* A figure of a file: where it stands, and how it is shown. NAN: there is none. */
struct figure {
	const char *name;  /* in JSON */
	const char *title; /* for people */
	const char *head;  /* of the table's column */
	const char *unit;
	int digits;
	double (*read)(const struct programme *programme);
};

static double or_none(double value, double floor)
{
	return value > floor ? value : NAN;
}

static double read_integrated(const struct programme *programme)
{
	return or_none(loudness_gate_integrated(&programme->loudness.integrated, NULL),
		       LOUDNESS_FLOOR);
}

static double read_range(const struct programme *programme)
{
	return isnan(read_integrated(programme)) ? NAN
						 : loudness_gate_range(&programme->loudness.range);
}

static double read_momentary(const struct programme *programme)
{
	return or_none(loudness_lufs(programme->loudness.most_momentary), LOUDNESS_FLOOR);
}

static double read_short_term(const struct programme *programme)
{
	return or_none(loudness_lufs(programme->loudness.most_short_term), LOUDNESS_FLOOR);
}

static double db_or_none(double linear)
{
	return or_none(meter_db(linear), meter_db(0));
}

static double read_true_peak(const struct programme *programme)
{
	return db_or_none(programme_true_peak(programme));
}

static double top(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->meters[c].all.top);
	}
	return most;
}

static double read_sample_peak(const struct programme *programme)
{
	return db_or_none(top(programme));
}

static double read_ppm(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->ppms[c].most);
	}
	return db_or_none(most);
}

static double read_vu(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->meters[c].most_needle);
	}
	return db_or_none(most / METER_VU_REFERENCE);
}

static double read_crest(const struct programme *programme)
{
	double power = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		power += pow(meter_rms(&programme->meters[c]), 2) / programme->channels;
	}
	return power > 0 ? meter_db(top(programme)) - meter_db(sqrt(power)) : NAN;
}

static double read_dc(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, fabs(meter_dc(&programme->meters[c])));
	}
	return db_or_none(most);
}

static double read_correlation(const struct programme *programme)
{
	return programme->channels == 2 ? programme->correlation.least : NAN;
}

static double read_clips(const struct programme *programme)
{
	double clips = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		clips += (double)programme->meters[c].clips;
	}
	return clips;
}

static const struct figure figures[] = {
	{"integrated_lufs", "integrated loudness", "I LUFS", "LUFS", 1, read_integrated},
	{"lra_lu", "loudness range", "LRA LU", "LU", 1, read_range},
	{"momentary_max_lufs", "loudest 400 ms", "M max", "LUFS", 1, read_momentary},
	{"short_term_max_lufs", "loudest 3 s", "S max", "LUFS", 1, read_short_term},
	{"true_peak_dbtp", "true peak", "TP dB", "dBTP", 2, read_true_peak},
	{"sample_peak_dbfs", "sample peak", "peak dB", "dBFS", 2, read_sample_peak},
	{"ppm_max_db", "quasi-peak (PPM)", "PPM dB", "dBFS", 1, read_ppm},
	{"vu_max_db", "VU, 0 at -20 dBFS", "VU", "VU", 1, read_vu},
	{"crest_db", "crest, peak against RMS", "crest", "dB", 1, read_crest},
	{"dc_dbfs", "DC", "DC dB", "dBFS", 1, read_dc},
	{"correlation_min", "least correlation", "corr", "", 2, read_correlation},
	{"clips", "clips", "clips", "", 0, read_clips},
};

#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static int take_output(const struct subcommand *self, struct request *request, const char *text)
{
	static const char *const outputs[OUTPUTS] = {"headphone", "line", "sub"};

	for (int o = 0; o < OUTPUTS; o++) {
		if (strcmp(text, outputs[o]) == 0) {
			request->output = (enum output)o;
			return EXIT_DONE;
		}
	}
	return say_wrong(self, "--output %s: use headphone, line or sub", text);
}

static int take_argument(const struct subcommand *self, struct request *request, int code,
			 const char *text)
{
	long number;

	switch (code) {
	case ARGUMENT:
		request->files[request->file_count++] = text;
		return EXIT_DONE;
	case OPTION_SET:
		request->has_set = true;
		return assign(self, &request->amp, text);
	case OPTION_OUTPUT:
		return take_output(self, request, text);
	case OPTION_JOBS:
		if (text_to_long(text, &number) < 0 || number < 1 || number > 64) {
			return say_wrong(self, "--jobs %s: use 1 to 64", text);
		}
		request->jobs = (unsigned int)number;
		return EXIT_DONE;
	default: /* OPTION_QUIET */
		request->quiet = true;
		return EXIT_DONE;
	}
}

static int parse(const struct subcommand *self, int argc, char **argv, struct request *request)
{
	struct arguments arguments;
	int code;

	arguments_init(&arguments, self, argc, argv);
	while ((code = arguments_next(&arguments)) >= ARGUMENT) {
		int exit_code = take_argument(self, request, code, arguments.text);

		if (exit_code != EXIT_DONE) {
			return exit_code;
		}
	}
	request->json = arguments.json;
	if (code == ARGUMENTS_END && request->file_count == 0) {
		return say_wrong(self, "name at least one file");
	}
	return code == ARGUMENTS_END ? EXIT_DONE : arguments.exit_code;
}

static double seconds_of(const struct render_task *task)
{
	return (double)task->result.frames / task->result.rate_hz;
}

static json_t *to_json(const struct render_task *task)
{
	const struct programme *programme = task->job.programme;
	json_t *json;

	if (task->error < 0) {
		return json_pack("{s:s, s:{s:s}}", "file", task->job.in, "error", "reason",
				 task->refusal.text);
	}
	json = json_pack("{s:s, s:i, s:i, s:f}", "file", task->job.in, "rate_hz",
			 task->result.rate_hz, "channels", (int)programme->channels, "seconds",
			 seconds_of(task));
	for (size_t f = 0; f < FIGURES; f++) {
		double value = figures[f].read(programme);
		double scale = pow(10, figures[f].digits + 1);

		json_object_set_new(json, figures[f].name,
				    isnan(value) ? json_null()
				    : figures[f].digits == 0
					    ? json_integer((json_int_t)value)
					    : json_real(round(value * scale) / scale));
	}
	return json;
}

static const char *to_text(const struct figure *figure, const struct programme *programme,
			   char text[32])
{
	double value = figure->read(programme);

	if (isnan(value)) {
		return "-";
	}
	snprintf(text, 32, "%.*f", figure->digits, value);
	return text;
}

static void print_one(const struct render_task *task)
{
	const struct programme *programme = task->job.programme;
	long seconds = lround(seconds_of(task));
	char text[32];

	printf("%s: %ld:%02ld, %d Hz, %u channel%s\n", task->job.in, seconds / 60, seconds % 60,
	       task->result.rate_hz, programme->channels, programme->channels > 1 ? "s" : "");
	for (size_t f = 0; f < FIGURES; f++) {
		printf("  %-24s %8s %s\n", figures[f].title, to_text(&figures[f], programme, text),
		       figures[f].unit);
	}
}

/* The end of a name says more than its beginning. */
static const char *short_name(const char *name)
{
	size_t length = strlen(name);

	name += length > NAME_MOST ? length - NAME_MOST : 0;
	while ((*name & 0xc0) == 0x80) {
		name++;
	}
	return name;
}

static void print_table(const struct render_task *tasks, unsigned int count)
{
	int width = 4;
	char text[32];

	for (unsigned int i = 0; i < count; i++) {
		int length = (int)strlen(short_name(tasks[i].job.in));

		width = tasks[i].error == 0 && length > width ? length : width;
	}
	printf("%-*s", width, "file");
	for (size_t f = 0; f < FIGURES; f++) {
		printf(" %7s", figures[f].head);
	}
	for (unsigned int i = 0; i < count; i++) {
		if (tasks[i].error < 0) {
			continue;
		}
		printf("\n%-*s", width, short_name(tasks[i].job.in));
		for (size_t f = 0; f < FIGURES; f++) {
			printf(" %7s", to_text(&figures[f], tasks[i].job.programme, text));
		}
	}
	printf("\n");
}

static void print_json_list(const struct render_task *tasks, unsigned int count)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < count; i++) {
		json_array_append_new(list, to_json(&tasks[i]));
	}
	json_dumpf(list, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	fputs("\n", stdout);
	json_decref(list);
}

static int say_what_happened(const struct subcommand *self, const struct request *request,
			     const struct render_task *task)
{
	if (task->error == -ECANCELED) {
		return EXIT_FAILED;
	}
	if (task->error < 0) {
		return say_failed(self, "%s", task->refusal.text);
	}
	if (task->result.cut_off) {
		fprintf(stderr, "wiregain meter: %s: it is cut off: what there was of it counts\n",
			task->job.in);
	}
	if (task->result.wide && request->has_set) {
		fprintf(stderr,
			"wiregain meter: %s: more than two channels do not go through the path: "
			"measured as they are\n",
			task->job.in);
	}
	if (task->result.limited_frames > 0) {
		fprintf(stderr,
			"wiregain meter: %s: %llu frames were held at full scale by the path\n",
			task->job.in, (unsigned long long)task->result.limited_frames);
	}
	return EXIT_DONE;
}

static int report(const struct subcommand *self, const struct request *request,
		  const struct render_task *tasks)
{
	unsigned int count = request->file_count, good = 0;
	int exit_code = EXIT_DONE;

	for (unsigned int i = 0; i < count; i++) {
		if (say_what_happened(self, request, &tasks[i]) != EXIT_DONE) {
			exit_code = EXIT_FAILED;
		}
		good += tasks[i].error == 0 ? 1 : 0;
	}
	if (request->json) {
		print_json_list(tasks, count);
	} else if (count == 1 && good == 1) {
		print_one(&tasks[0]);
	} else if (good > 0) {
		print_table(tasks, count);
	}
	return exit_code != EXIT_DONE ? exit_code : end_output(self);
}

static int measure(const struct subcommand *self, const struct request *request,
		   struct render_task *tasks, struct programme *programmes)
{
	unsigned int cores = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int threads = request->jobs > 0 ? request->jobs : cores;
	bool progress = !request->quiet && isatty(STDERR_FILENO);

	for (unsigned int i = 0; i < request->file_count; i++) {
		tasks[i].job.in = request->files[i];
		tasks[i].job.output = request->output;
		tasks[i].job.amp = &request->amp;
		tasks[i].job.programme = &programmes[i];
	}
	if (!render_tasks_run(tasks, request->file_count,
			      threads < request->file_count ? threads : request->file_count,
			      progress)) {
		return say_failed(self, "interrupted");
	}
	return report(self, request, tasks);
}

static int measure_all(const struct subcommand *self, const struct request *request)
{
	struct render_task *tasks = calloc(request->file_count, sizeof(*tasks));
	struct programme *programmes = calloc(request->file_count, sizeof(*programmes));
	int exit_code = tasks && programmes ? measure(self, request, tasks, programmes)
					    : say_failed(self, "%s", strerror(ENOMEM));

	free(programmes);
	free(tasks);
	return exit_code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct request *request = calloc(1, sizeof(*request));
	int exit_code = EXIT_FAILED;

	if (request) {
		request->files = calloc((size_t)argc + 1, sizeof(*request->files));
	}
	if (!request || !request->files) {
		free(request);
		return say_failed(self, "%s", strerror(ENOMEM));
	}
	amp_init_neutral(&request->amp);
	exit_code = parse(self, argc, argv, request);
	if (exit_code == EXIT_DONE && request->file_count > 0) {
		exit_code = measure_all(self, request);
	}
	free(request->files);
	free(request);
	return exit_code;
}

const struct subcommand subcommand_meter = {
	.name = "meter",
	.arguments = "FILE...",
	.summary = "Measures sound files after the path: loudness, true peak and the rest",
	.details =
		"Starts from neutral: both levels 0.0, nothing engaged. Loudness after ITU-R "
		"BS.1770, EBU\n"
		"Tech 3341 and 3342; a mono file counts as one channel. A file of 3 to 5 channels "
		"(left,\n"
		"right, centre, both surrounds; four are without centre) is measured as it is.",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
