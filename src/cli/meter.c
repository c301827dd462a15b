/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain meter: what files are, after the path.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "arguments.h"
#include "assign.h"
#include "figures.h"
#include "render_jobs.h"

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
	int output; /* enum output */
	bool json, quiet, has_set;
	unsigned int jobs;
	const char **files;
	unsigned int file_count;
};

static int take_argument(void *data, const struct subcommand *self, int code, const char *text)
{
	struct request *request = data;

	switch (code) {
	case ARGUMENT:
		request->files[request->file_count++] = text;
		return GO_ON;
	case OPTION_SET:
		request->has_set = true;
		return assign(self, &request->amp, text);
	case OPTION_OUTPUT:
		return option_word(self, code, text, &request->output);
	case OPTION_JOBS:
		return option_whole(self, code, text, 1, RENDER_JOBS_MOST, &request->jobs);
	default: /* OPTION_QUIET */
		request->quiet = true;
		return GO_ON;
	}
}

/* GO_ON, or the exit code. */
static int parse(const struct subcommand *self, int argc, char **argv, struct request *request)
{
	struct arguments arguments;
	int code = arguments_read(&arguments, self, argc, argv, take_argument, request);

	request->json = arguments.json;
	if (code == GO_ON && request->file_count == 0) {
		return say_wrong(self, "name at least one file");
	}
	return code;
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
			 figures_seconds(task));
	figures_add(json, programme);
	return json;
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
		figures_print(stdout, &tasks[0]);
	} else if (good > 0) {
		figures_print_table(tasks, count);
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
		tasks[i].job.output = (enum output)request->output;
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
	if (exit_code == GO_ON) {
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
