/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain bench: measures the amplifier, and reports.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "bench_calibrate.h"
#include "bench_report.h"
#include "measure.h"
#include "text.h"
#include "through.h"

enum {
	OPTION_THROUGH = OPTION_OWN,
	OPTION_OUTPUT,
	OPTION_ONLY,
	OPTION_QUICK,
	OPTION_REPORT,
	OPTION_COMPARE,
	OPTION_PLAYBACK,
	OPTION_CAPTURE,
	OPTION_RATE,
	OPTION_VOLTS,
	OPTION_CALIBRATE,
	OPTION_LEVEL,
	OPTION_READ_VOLTS,
	OPTION_FREEWHEEL,
};

static const struct option_row options[] = {
	{"through", "WHAT", "what is measured through (path)", COMPLETES_NOTHING,
	 "path pipewire jack device", OPTION_THROUGH},
	{"output", "OUTPUT", "which output stands for both (headphone)", COMPLETES_NOTHING,
	 "headphone line", OPTION_OUTPUT},
	{"only", "NAME", "this measurement alone; may be given again", COMPLETES_NOTHING,
	 "gain bits response time distortion spectrum imd noise crosstalk linearity latency jitter "
	 "splatter sub crossfeed eq limiter guard cost",
	 OPTION_ONLY},
	{"quick", NULL, "fewer points, in some seconds", COMPLETES_NOTHING, NULL, OPTION_QUICK},
	{"report", "FOLDER", "write report.html and report.json there", COMPLETES_FILES, NULL,
	 OPTION_REPORT},
	{"compare", NULL, "what changed from report A.json to B.json", COMPLETES_NOTHING, NULL,
	 OPTION_COMPARE},
	{"playback", "DEVICE", "device: the ALSA device that plays (default)", COMPLETES_NOTHING,
	 NULL, OPTION_PLAYBACK},
	{"capture", "DEVICE", "device: the ALSA device that records (default)", COMPLETES_NOTHING,
	 NULL, OPTION_CAPTURE},
	{"rate", "HZ", "device: the sample rate (48000)", COMPLETES_NOTHING, NULL, OPTION_RATE},
	{"volts", "V", "device: V rms that full scale gives at the output", COMPLETES_NOTHING, NULL,
	 OPTION_VOLTS},
	{"calibrate", NULL, "device: play a tone and ask what a voltmeter says", COMPLETES_NOTHING,
	 NULL, OPTION_CALIBRATE},
	{"level", "DBFS", "calibrate: how loud, -60 to 0 (-20)", COMPLETES_NOTHING, NULL,
	 OPTION_LEVEL},
	{"read-volts", "V", "calibrate: what the meter says, not asked for", COMPLETES_NOTHING,
	 NULL, OPTION_READ_VOLTS},
	{"freewheel", NULL, "pipewire, jack: as fast as it goes; the server's other programs wait",
	 COMPLETES_NOTHING, NULL, OPTION_FREEWHEEL},
	JSON_OPTION,
	{0},
};

#define ONLY_MAX 16

/* What was asked for. */
struct request {
	struct through_config through;
	const struct measurement *only[ONLY_MAX];
	unsigned int only_count;
	const char *files[2];
	unsigned int file_count;
	const char *report;
	int output; /* enum output */
	bool quick, compare, json, calibrate;
	struct calibrate_request calibration;
	char volts_note[240];
	const char *of_device,
		*of_calibrate; /* an option that was given and means something there */
};

static _Atomic bool stopped;

static void on_signal(int signal)
{
	atomic_store(&stopped, true);
}

static void heed_signals(void)
{
	const struct sigaction stop = {.sa_handler = on_signal};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
}

static int take_only(const struct subcommand *self, struct request *request, const char *text)
{
	const struct measurement *measurement = measurement_find(text);
	char names[256] = "";

	if (measurement && request->only_count < ONLY_MAX) {
		request->only[request->only_count++] = measurement;
		return GO_ON;
	}
	for (size_t i = 0; measurements[i].name; i++) {
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i > 0 ? ", " : "", measurements[i].name);
	}
	return say_wrong(self, "--only %s: use one of %s", text, names);
}

static int take_volts(const struct subcommand *self, const char *text, double *ret_vrms)
{
	double vrms;

	if (text_to_double(text, &vrms) < 0 || !(vrms > 0 && vrms <= CALIBRATION_VOLTS)) {
		return say_wrong(self,
				 "--volts %s: use a number above 0, up to %g: V rms of a "
				 "full-scale sine",
				 text, CALIBRATION_VOLTS);
	}
	*ret_vrms = vrms;
	return GO_ON;
}

static int take_level(const struct subcommand *self, const char *text, double *ret_db)
{
	double db;

	if (text_to_double(text, &db) < 0 || !(db >= -60 && db <= 0)) {
		return say_wrong(self, "--level %s: use dBFS from -60 to 0", text);
	}
	*ret_db = db;
	return GO_ON;
}

static int take_rate(const struct subcommand *self, struct request *request, const char *text)
{
	unsigned int rate_hz = 0;
	const int code = option_whole(self, OPTION_RATE, text, 8000, 1536000, &rate_hz);

	request->through.rate_hz = rate_hz;
	return code;
}

/* Options that mean something with --through device alone. */
static int take_of_device(struct request *request, const struct subcommand *self, int code,
			  const char *text)
{
	struct refusal refusal;

	switch (code) {
	case OPTION_PLAYBACK:
		request->of_device = "playback";
		request->through.playback = text;
		return GO_ON;
	case OPTION_CAPTURE:
		request->of_device = "capture";
		request->through.capture = text;
		return GO_ON;
	case OPTION_RATE:
		request->of_device = "rate";
		return take_rate(self, request, text);
	case OPTION_VOLTS:
		request->of_device = "volts";
		return take_volts(self, text, &request->through.full_scale_vrms);
	case OPTION_LEVEL:
		request->of_calibrate = "level";
		return take_level(self, text, &request->calibration.level_db);
	case OPTION_READ_VOLTS:
		request->of_calibrate = "read-volts";
		if (bench_read_volts(text, &request->calibration.read_vrms, &refusal) < 0) {
			return say_wrong(self, "--read-volts %s", refusal.text);
		}
		return GO_ON;
	default: /* OPTION_CALIBRATE */
		request->of_device = "calibrate";
		request->calibrate = true;
		return GO_ON;
	}
}

static int take_argument(void *data, const struct subcommand *self, int code, const char *text)
{
	struct request *request = data;

	switch (code) {
	case ARGUMENT:
		if (request->file_count == 2) {
			return say_wrong(self, "%s: only --compare takes files, and two of them",
					 text);
		}
		request->files[request->file_count++] = text;
		return GO_ON;
	case OPTION_THROUGH:
		request->through.name = text;
		return GO_ON;
	case OPTION_OUTPUT:
		return option_word(self, code, text, &request->output);
	case OPTION_ONLY:
		return take_only(self, request, text);
	case OPTION_REPORT:
		request->report = text;
		return GO_ON;
	case OPTION_COMPARE:
		request->compare = true;
		return GO_ON;
	case OPTION_FREEWHEEL:
		request->through.freewheel = true;
		return GO_ON;
	case OPTION_QUICK:
		request->quick = true;
		return GO_ON;
	default:
		return take_of_device(request, self, code, text);
	}
}

/* Options that mean nothing with the others. GO_ON or EXIT_WRONG. */
static int check_together(const struct subcommand *self, const struct request *request)
{
	const char *name = request->through.name;

	if (request->file_count != (request->compare ? 2 : 0)) {
		return say_wrong(self, "--compare and two reports go together: wiregain bench "
				       "--compare A.json B.json");
	}
	if (request->through.freewheel && strcmp(name, "jack") != 0 &&
	    strcmp(name, "pipewire") != 0) {
		return say_wrong(self,
				 "--freewheel: only a sound server can run ahead of the clock: "
				 "use it with --through jack or pipewire");
	}
	if (request->of_device && strcmp(name, "device") != 0) {
		return say_wrong(self, "--%s: is of a sound card: use it with --through device",
				 request->of_device);
	}
	if (request->of_calibrate && !request->calibrate) {
		return say_wrong(self, "--%s: use it with --calibrate", request->of_calibrate);
	}
	if (request->calibrate && (request->only_count > 0 || request->report || request->quick ||
				   request->through.full_scale_vrms > 0)) {
		return say_wrong(self, "--calibrate: measures volts and nothing else: leave out "
				       "--only, --quick, --report and --volts");
	}
	return GO_ON;
}

/* GO_ON, or the exit code. */
static int parse(const struct subcommand *self, int argc, char **argv, struct request *request)
{
	struct arguments arguments;
	const int code = arguments_read(&arguments, self, argc, argv, take_argument, request);

	request->json = request->calibration.json = arguments.json;
	return code == GO_ON ? check_together(self, request) : code;
}

static int compare(const struct subcommand *self, const struct request *request)
{
	struct report before = {0}, after = {0};
	char reason[240];
	int exit_code = EXIT_DONE;

	if (report_read_json(request->files[0], &before, reason) < 0 ||
	    report_read_json(request->files[1], &after, reason) < 0) {
		exit_code = say_failed(self, "%s", reason);
	} else if (report_compare(&before, &after, stdout) == 0) {
		printf("nothing changed\n");
	}
	report_finish(&before);
	report_finish(&after);
	return exit_code == EXIT_DONE ? end_output(self) : exit_code;
}

/* The line on the terminal that says how far it is. */
struct progress {
	bool shown;
	const char *title;
	unsigned int at, count;
};

static void on_progress(void *data, double part)
{
	const struct progress *progress = data;

	if (progress->shown) {
		fprintf(stderr, "\r\033[K%2u of %u  %s  %3.0f %%", progress->at + 1,
			progress->count, progress->title, 100 * part);
		fflush(stderr);
	}
}

static bool is_wanted(const struct request *request, const struct measurement *measurement,
		      const struct dut *dut)
{
	if (!measurement_fits(measurement, dut)) {
		return false;
	}
	for (unsigned int i = 0; i < request->only_count; i++) {
		if (request->only[i] == measurement) {
			return true;
		}
	}
	return request->only_count == 0 && (measurement->quick || !request->quick);
}

/* Runs what is wanted. EXIT_DONE, or EXIT_FAILED when something could not be measured. */
static int measure(const struct subcommand *self, const struct request *request,
		   struct bench *bench)
{
	struct progress progress = {.shown = !request->json && isatty(STDERR_FILENO)};
	int exit_code = EXIT_DONE;

	for (size_t i = 0; measurements[i].name; i++) {
		progress.count += is_wanted(request, &measurements[i], bench->dut);
	}
	bench->progress = on_progress;
	bench->data = &progress;
	for (size_t i = 0; measurements[i].name && !atomic_load(&stopped); i++) {
		int error;

		if (!is_wanted(request, &measurements[i], bench->dut)) {
			continue;
		}
		progress.title = measurements[i].title;
		on_progress(&progress, 0);
		error = measurements[i].run(bench);
		progress.at++;
		if (error < 0 && error != -ECANCELED) {
			const char *reason =
				bench->refusal.text[0] ? bench->refusal.text : strerror(-error);

			fputs(progress.shown ? "\r\033[K" : "", stderr);
			exit_code = say_failed(self, "%s: %s", measurements[i].name, reason);
			report_note(bench->report, "%s could not be measured: %.180s",
				    measurements[i].title, reason);
		}
	}
	bench->progress = NULL;
	bench->data = NULL;
	if (progress.shown) {
		fputs("\r\033[K", stderr);
	}
	return exit_code;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void describe(const struct request *request, const struct dut *dut, int argc, char **argv,
		     struct report *report)
{
	size_t length = (size_t)snprintf(report->command, sizeof(report->command), "wiregain");

	for (int i = 0; i < argc && length < sizeof(report->command); i++) {
		length += (size_t)snprintf(report->command + length,
					   sizeof(report->command) - length, " %s", argv[i]);
	}
	report_describe(report);
	snprintf(report->through, sizeof(report->through), "%s", dut->name);
	snprintf(report->server, sizeof(report->server), "%s", dut->about);
	report->rate_hz = dut->rate_hz;
	report->full_scale_vrms = dut->full_scale_vrms;
	report->quick = request->quick;
}

/* Says what came of it, on standard output and in the folder. */
static int tell(const struct subcommand *self, const struct request *request,
		const struct report *report, size_t worse)
{
	int exit_code = EXIT_DONE;

	if (request->json) {
		if (report_write_json(report, stdout) < 0) {
			exit_code = say_failed(self, "the report cannot be written: out of memory");
		}
	} else {
		report_print(report, stdout);
	}
	if (request->report) {
		char reason[240];

		if (bench_report_write(request->report, report, reason) < 0) {
			exit_code = say_failed(self, "%s", reason);
		} else if (!request->json) {
			printf("report: %s/report.html, %s/report.json\n", request->report,
			       request->report);
		}
	}
	if (report->missed_memory) {
		exit_code = say_failed(self, "out of memory: something is missing in the report");
	}
	if (!report->complete) {
		exit_code = say_failed(self, "interrupted: what was measured until then is told");
	}
	if (worse > 0) {
		exit_code = say_failed(self, "%zu figures are worse than docs/figures.json allows",
				       worse);
	}
	return end_output(self) == EXIT_DONE ? exit_code : EXIT_FAILED;
}

static int run_bench(const struct subcommand *self, const struct request *request, int argc,
		     char **argv)
{
	struct report report = {0};
	struct bench bench = {.report = &report,
			      .quick = request->quick,
			      .output = (enum output)request->output,
			      .stop = &stopped};
	struct refusal refusal = {""};
	const double start = now_s();
	int exit_code;

	/* Already here: a server that freewheels must be brought back from that. */
	heed_signals();
	exit_code = through_open(&request->through, &bench.dut, &refusal);
	if (exit_code < 0) {
		return exit_code == -ENOENT ? say_wrong(self, "%s", refusal.text)
					    : say_failed(self, "%s", refusal.text);
	}
	bench.dut->stop = &stopped;
	if (dut_wire_create(bench.dut->carries, &bench.wire) < 0) {
		dut_destroy(bench.dut);
		return say_failed(self, "%s", strerror(ENOMEM));
	}
	describe(request, bench.dut, argc, argv, &report);
	/* Where it has none after all, it says why. */
	if ((bench.dut->full_scale_vrms > 0) == (request->through.full_scale_vrms > 0) &&
	    request->volts_note[0]) {
		report_note(&report, "%s", request->volts_note);
	}
	exit_code = measure(self, request, &bench);
	if (bench.dut->ops->tell) {
		bench.dut->ops->tell(bench.dut, &report);
	}
	report.complete = !atomic_load(&stopped);
	report.seconds = now_s() - start;
	if (tell(self, request, &report, report_judge(&report, request->through.name)) !=
	    EXIT_DONE) {
		exit_code = EXIT_FAILED;
	}
	report_finish(&report);
	dut_destroy(bench.wire);
	dut_destroy(bench.dut);
	return exit_code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct request request = {.through = {.name = "path",
					      .stop = &stopped,
					      .playback = "default",
					      .capture = "default",
					      .rate_hz = 48000},
				  .calibration = {.level_db = -20, .read_vrms = NAN}};
	struct refusal refusal;
	int exit_code = parse(self, argc, argv, &request);
	char reason[240];

	if (exit_code != GO_ON) {
		return exit_code;
	}
	if (request.compare) {
		return compare(self, &request);
	}
	if (request.calibrate) {
		heed_signals();
		return bench_calibrate(self, &request.through, &request.calibration, &stopped);
	}
	if (strcmp(request.through.name, "device") == 0 &&
	    bench_take_calibration(&request.through, request.volts_note, &refusal) < 0) {
		return say_failed(self, "%s", refusal.text);
	}
	/* Not after minutes of measuring. */
	if (request.report && bench_report_prepare(request.report, reason) < 0) {
		return say_failed(self, "%s", reason);
	}
	return run_bench(self, &request, argc, argv);
}

const struct subcommand subcommand_bench = {
	.name = "bench",
	.arguments = "[A.json B.json]",
	.summary = "Measures the amplifier as a laboratory would, and reports",
	.details =
		"Through `path` the amplifier is measured in process; through `pipewire` and "
		"`jack` as a real\n"
		"server runs it; through `device` as it comes out of a sound card's output and "
		"into its\n"
		"input, at levels up to full scale: take headphones off before. Beside each figure "
		"stands\n"
		"what the analyser by itself reads; within 10 dB of that a figure is a bound (<=). "
		"The exit\n"
		"code is 1 when a figure is worse than docs/figures.json says.",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
