/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain render: files through the amplifier.
 */
#include "render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "arguments.h"
#include "assign.h"
#include "figures.h"
#include "file.h"
#include "profile_file.h"
#include "render_jobs.h"

enum {
	OPTION_SET = OPTION_OWN,
	OPTION_AUTOMATION,
	OPTION_PROFILE,
	OPTION_OUTPUT,
	OPTION_FORMAT,
	OPTION_INPUT,
	OPTION_JOBS,
	OPTION_QUIET,
	OPTION_METER,
};

static const struct option_row options[] = {
	{"set", "PATH=VALUE", "a control's value from the start", COMPLETES_ASSIGNMENTS, NULL,
	 OPTION_SET},
	{"automation", "FILE", "lines \"SECONDS PATH=VALUE\": changes at those times",
	 COMPLETES_FILES, NULL, OPTION_AUTOMATION},
	{"profile", "FILE", "a headphone profile, applied from the start", COMPLETES_FILES, NULL,
	 OPTION_PROFILE},
	{"output", "OUTPUT", "which output is written (headphone)", COMPLETES_NOTHING,
	 "headphone line sub", OPTION_OUTPUT},
	{"format", "FORMAT", "samples of the new file (as those of IN)", COMPLETES_NOTHING,
	 "f64 f32 s32 s24 s16", OPTION_FORMAT},
	{"input", "N=FILE", "what plays into input N; IN plays into all the others",
	 COMPLETES_FILES, NULL, OPTION_INPUT},
	{"jobs", "N", "files rendered at once (one for each core)", COMPLETES_NOTHING, NULL,
	 OPTION_JOBS},
	{"quiet", NULL, "no progress bar", COMPLETES_NOTHING, NULL, OPTION_QUIET},
	{"meter", NULL, "say what was written: loudness, true peak and the rest", COMPLETES_NOTHING,
	 NULL, OPTION_METER},
	JSON_OPTION,
	{0},
};

/* What was asked for. */
struct request {
	struct amp amp;
	struct profile_book profiles;
	struct automation automation;
	const char *automation_path;
	const char *inputs[INPUTS];
	int output; /* enum output */
	enum sample_format format;
	bool format_free, json, quiet, meter;
	unsigned int jobs;
	const char **files; /* INs, then OUT */
	unsigned int file_count;
};

/* The only profile that this render knows, engaged; --set and automation may still turn it off. */
static int take_profile(const struct subcommand *self, struct request *request, const char *path)
{
	struct profile_book *book = &request->profiles;
	struct value name = {.text = ""};
	const struct value on = {.on = 1};
	struct profile_file file;
	int code = profile_file_read(self, path, &file);

	if (code != EXIT_DONE) {
		return code;
	}
	profile_file_warn(self, path, file.not_understood);
	book->count = 1;
	book->pages[0].serial++;
	book->pages[0].profile = file.profile;
	profile_file_name(path, book->pages[0].name);
	snprintf(name.text, sizeof(name.text), "%s", book->pages[0].name);
	amp_report(&request->amp, (struct control_ref){CONTROL_EQ_PROFILE, 0}, &name);
	amp_report(&request->amp, (struct control_ref){CONTROL_EQ, 0}, &on);
	profile_file_finish(&file);
	return GO_ON;
}

static int take_input(const struct subcommand *self, struct request *request, const char *text)
{
	if (text[0] < '1' || text[0] > '0' + INPUTS || text[1] != '=' || text[2] == '\0') {
		return say_wrong(self, "--input %s: write --input N=FILE, N from 1 to %d", text,
				 INPUTS);
	}
	request->inputs[text[0] - '1'] = text + 2;
	return GO_ON;
}

static int take_format(const struct subcommand *self, struct request *request, const char *text)
{
	static const enum sample_format formats[] = {FORMAT_F64, FORMAT_F32, FORMAT_S32, FORMAT_S24,
						     FORMAT_S16};
	int place = 0; /* in the option's words */
	int code = option_word(self, OPTION_FORMAT, text, &place);

	if (code == GO_ON) {
		request->format = formats[place];
		request->format_free = false;
	}
	return code;
}

static int take_argument(void *data, const struct subcommand *self, int code, const char *text)
{
	struct request *request = data;

	switch (code) {
	case ARGUMENT:
		request->files[request->file_count++] = text;
		return GO_ON;
	case OPTION_SET:
		return assign(self, &request->amp, text);
	case OPTION_PROFILE:
		return take_profile(self, request, text);
	case OPTION_INPUT:
		return take_input(self, request, text);
	case OPTION_AUTOMATION:
		request->automation_path = text;
		return GO_ON;
	case OPTION_OUTPUT:
		return option_word(self, code, text, &request->output);
	case OPTION_FORMAT:
		return take_format(self, request, text);
	case OPTION_JOBS:
		return option_whole(self, code, text, 1, RENDER_JOBS_MOST, &request->jobs);
	case OPTION_METER:
		request->meter = true;
		return GO_ON;
	default: /* OPTION_QUIET */
		request->quiet = true;
		return GO_ON;
	}
}

/* GO_ON, or the exit code. */
static int parse(const struct subcommand *self, int argc, char **argv, struct request *request)
{
	struct arguments arguments;
	struct refusal refusal;
	int code = arguments_read(&arguments, self, argc, argv, take_argument, request);

	if (code != GO_ON) {
		return code;
	}
	request->json = arguments.json;
	if (request->file_count < 2) {
		return say_wrong(self, "name at least a file to read and one to write");
	}
	/* Only now: the lines are tried on the state from which the render starts. */
	if (request->automation_path && automation_load(request->automation_path, &request->amp,
							&request->automation, &refusal) < 0) {
		return say_wrong(self, "%s", refusal.text);
	}
	return GO_ON;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where each render writes to: OUT, or a file of the same name in the folder OUT. */
static int name_outputs(const struct subcommand *self, const struct request *request,
			struct render_task *tasks, unsigned int count)
{
	const char *out = request->files[count];
	bool folder = is_folder(out);

	if (count > 1 && !folder) {
		int error = access(out, F_OK) == 0 ? -ENOTDIR : file_make_folders(out, 0777);

		if (error < 0) {
			return say_failed(self,
					  "%s: several files need a folder to be written to: %s",
					  out, strerror(-error));
		}
		folder = true;
	}
	for (unsigned int i = 0; i < count; i++) {
		const char *name = base_name(request->files[i]);

		if (folder && strcmp(request->files[i], "-") == 0) {
			return say_wrong(self,
					 "standard input has no name to be written to in a folder");
		}
		if (asprintf(&tasks[i].out_path, folder ? "%s/%s" : "%s", out, name) < 0) {
			tasks[i].out_path = NULL;
			return say_failed(self, "%s", strerror(ENOMEM));
		}
		tasks[i].job.out = tasks[i].out_path;
		for (unsigned int other = 0; other < i; other++) {
			if (strcmp(tasks[other].out_path, tasks[i].out_path) == 0) {
				return say_wrong(self, "%s and %s would both be written to %s",
						 request->files[other], request->files[i],
						 tasks[i].out_path);
			}
		}
	}
	return EXIT_DONE;
}

static void say_what_happened(const struct render_task *task)
{
	const struct render_result *result = &task->result;
	const char *in = task->job.in;

	if (result->frames == 0) {
		fprintf(stderr, "wiregain render: %s: it holds no samples\n", in);
	} else if (result->cut_off) {
		fprintf(stderr,
			"wiregain render: %s: it is cut off: what there was of it is rendered\n",
			in);
	}
	if (result->nonfinite_samples > 0) {
		fprintf(stderr,
			"wiregain render: %s: %llu samples were not finite numbers and are "
			"silence\n",
			in, (unsigned long long)result->nonfinite_samples);
	}
	if (result->limited_frames > 0) {
		fprintf(stderr, "wiregain render: %s: %llu frames were held at full scale\n", in,
			(unsigned long long)result->limited_frames);
	}
}

static json_t *to_json(const struct render_task *task)
{
	const struct render_result *result = &task->result;
	json_t *json;

	if (task->error < 0) {
		return json_pack("{s:s, s:s, s:{s:s}}", "in", task->job.in, "out", task->job.out,
				 "error", "reason", task->refusal.text);
	}
	json = json_pack("{s:s, s:s, s:I, s:i, s:b, s:b, s:b, s:I, s:I}", "in", task->job.in, "out",
			 task->job.out, "frames", (json_int_t)result->frames, "rate_hz",
			 result->rate_hz, "bit_exact", result->bit_exact, "dithered",
			 result->dithered, "cut_off", result->cut_off, "nonfinite_samples",
			 (json_int_t)result->nonfinite_samples, "limited_frames",
			 (json_int_t)result->limited_frames);
	if (task->job.programme) {
		json_t *figures = json_object();

		figures_add(figures, task->job.programme);
		json_object_set_new(json, "meter", figures);
	}
	return json;
}

/* Where nothing else is written to. */
static void print_figures(const struct request *request, const struct render_task *task)
{
	if (task->job.programme && !request->json) {
		figures_print(strcmp(task->job.out, "-") == 0 ? stderr : stdout, task);
	}
}

static int report(const struct subcommand *self, const struct request *request,
		  const struct render_task *tasks, unsigned int count)
{
	int exit_code = EXIT_DONE;
	json_t *list = request->json ? json_array() : NULL;

	for (unsigned int i = 0; i < count; i++) {
		if (tasks[i].error == -ECANCELED) {
			exit_code = EXIT_FAILED;
			continue;
		}
		if (tasks[i].error < 0) {
			exit_code = say_failed(self, "%s", tasks[i].refusal.text);
		} else {
			say_what_happened(&tasks[i]);
			print_figures(request, &tasks[i]);
		}
		if (list) {
			json_array_append_new(list, to_json(&tasks[i]));
		}
	}
	if (list) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		fputs("\n", stdout);
		json_decref(list);
	}
	return exit_code != EXIT_DONE ? exit_code : end_output(self);
}

static void describe_job(const struct request *request, unsigned int at, struct render_job *ret_job)
{
	ret_job->in = request->files[at];
	memcpy(ret_job->inputs, request->inputs, sizeof(ret_job->inputs));
	ret_job->output = (enum output)request->output;
	ret_job->format = request->format;
	ret_job->format_free = request->format_free;
	ret_job->amp = &request->amp;
	ret_job->automation = &request->automation;
}

static int run_tasks(const struct subcommand *self, const struct request *request,
		     struct render_task *tasks, unsigned int count)
{
	unsigned int cores = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int threads = request->jobs > 0 ? request->jobs : cores;
	bool progress = !request->quiet && isatty(STDERR_FILENO);

	if (!render_tasks_run(tasks, count, threads < count ? threads : count, progress)) {
		say_failed(self, "interrupted: what was not finished is not there");
	}
	return report(self, request, tasks, count);
}

static int make_tasks(const struct subcommand *self, const struct request *request,
		      struct render_task *tasks, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		describe_job(request, i, &tasks[i].job);
		if (request->meter) {
			tasks[i].job.programme = calloc(1, sizeof(*tasks[i].job.programme));
			if (!tasks[i].job.programme) {
				return say_failed(self, "%s", strerror(ENOMEM));
			}
		}
	}
	return name_outputs(self, request, tasks, count);
}

static int render_all(const struct subcommand *self, const struct request *request)
{
	unsigned int count = request->file_count - 1;
	struct render_task *tasks = calloc(count, sizeof(*tasks));
	int exit_code;

	if (!tasks) {
		return say_failed(self, "%s", strerror(ENOMEM));
	}
	exit_code = make_tasks(self, request, tasks, count);
	if (exit_code == EXIT_DONE) {
		exit_code = run_tasks(self, request, tasks, count);
	}
	for (unsigned int i = 0; i < count; i++) {
		free(tasks[i].job.programme);
		free(tasks[i].out_path);
	}
	free(tasks);
	return exit_code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct request *request = calloc(1, sizeof(*request));
	int exit_code;

	if (!request) {
		return say_failed(self, "%s", strerror(ENOMEM));
	}
	request->files = calloc((size_t)argc + 1, sizeof(*request->files));
	request->format_free = true;
	amp_init_neutral(&request->amp);
	amp_set_profiles(&request->amp, &request->profiles);
	if (request->files) {
		exit_code = parse(self, argc, argv, request);
		exit_code = exit_code == GO_ON ? render_all(self, request) : exit_code;
	} else {
		exit_code = say_failed(self, "%s", strerror(ENOMEM));
	}
	automation_finish(&request->automation);
	free(request->files);
	free(request);
	return exit_code;
}

const struct subcommand subcommand_render = {
	.name = "render",
	.arguments = "IN... OUT",
	.summary = "Plays sound files through the amplifier into files",
	.details = "Starts from neutral: both levels 0.0, nothing engaged, no start fade. Several "
		   "INs are\n"
		   "written to files of the same names in the folder OUT, in parallel. The kind of "
		   "OUT\n"
		   "follows from the end of its name; - is standard input or output (WAV).",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
