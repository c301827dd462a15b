/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/bench and in the transform of src/dsp: reports, calibrations and the
 * analyses. A figure that is given is the right one.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocation.h"
#include "calibration.h"
#include "changes.h"
#include "delay.h"
#include "fft.h"
#include "interpolate.h"
#include "measure.h"
#include "report.h"
#include "spectrum.h"
#include "sweep.h"
#include "transition.h"

#define COUNT 4096

static double samples[COUNT], later[COUNT];

static const struct figure a_figure = {
	.name = "gain.headphone.error", /* has a limit */
	.title = "Gain",
	.unit = "dB",
	.value = 0.5,
	.residual = 0.001,
	.uncertainty = NAN,
};

static int fill_report(struct report *report)
{
	const struct graph about = {.name = "g",
				    .group = "G",
				    .title = "T",
				    .x = {.title = "x", .unit = "Hz"},
				    .y = {.title = "y", .unit = "dB"}};
	struct series *series = NULL;
	struct graph *graph;
	int error = report_add(report, &a_figure);

	error = error == 0 ? report_note(report, "a note") : error;
	graph = report_graph(report, &about);
	series = graph ? graph_series(graph, 3, "left") : NULL;
	if (!series) {
		return -ENOMEM;
	}
	for (int i = 0; i < 3; i++) {
		series->x[i] = series->y[i] = i;
	}
	return error;
}

static int attempt_report(void *data)
{
	struct report report = {0}, again = {0};
	char reason[REPORT_REASON] = "";
	static char text[16384];
	size_t size;
	FILE *stream;
	int error = fill_report(&report);

	allocation_pause();
	stream = fmemopen(text, sizeof(text), "w");
	assert_non_null(stream);
	setvbuf(stream, NULL, _IONBF, 0);
	allocation_resume();
	error = error == 0 ? report_write_json(&report, stream) : error;
	size = (size_t)ftell(stream);
	fclose(stream);
	if (error == 0) {
		error = report_parse_json(text, size, &again, reason);
		assert_true(reason[0] != '\0' || error == 0);
	}
	if (error == 0) {
		assert_int_equal(again.figure_count, 1);
		assert_string_equal(again.figures[0].name, a_figure.name);
		assert_true(again.figures[0].value == a_figure.value);
	}
	report_finish(&again);
	report_finish(&report);
	return error;
}

static void test_report(void **state)
{
	assert_true(allocation_fail_each(attempt_report, NULL) >= 50);
}

/* Limits that could not be read are not taken for none. */
static int attempt_judge(void *data)
{
	struct report *report = data;
	size_t worse = report_judge(report, "path");

	assert_int_equal(worse, 1);
	return report->figures[0].verdict == VERDICT_WORSE ? 0 : -ENOMEM;
}

static void test_judge(void **state)
{
	struct report report = {0};

	assert_int_equal(report_add(&report, &a_figure), 0);
	assert_true(allocation_fail_some(attempt_judge, &report, 41) >= 50);
	report_finish(&report);
}

struct calibrating {
	char folder[64], path[96];
	struct calibration calibration;
};

static int attempt_calibration(void *data)
{
	struct calibrating *self = data;
	struct calibration got;
	struct refusal refusal = {""};
	double before = self->calibration.output_vrms;
	int error;

	self->calibration.output_vrms = before == 1 ? 2 : 1;
	error = calibration_store(self->path, &self->calibration, &refusal);
	if (error < 0) {
		assert_true(refusal.text[0] != '\0');
		self->calibration.output_vrms = before;
	}
	allocation_pause();
	assert_int_equal(calibration_load(self->path, "hw:0", "hw:1", &got, NULL), 0);
	assert_true(got.output_vrms == self->calibration.output_vrms);
	allocation_resume();
	if (error == 0) {
		got.output_vrms = 0;
		error = calibration_load(self->path, "hw:0", "hw:1", &got, &refusal);
		assert_true(error < 0 || got.output_vrms == self->calibration.output_vrms);
	}
	return error;
}

static void test_calibration(void **state)
{
	struct calibrating self = {
		.folder = "/tmp/wiregain-allocation-XXXXXX",
		.calibration = {.playback = "hw:0",
				.capture = "hw:1",
				.output_vrms = 1,
				.input_vrms = 1,
				.rate_hz = 48000,
				.date = "today"},
	};

	assert_non_null(mkdtemp(self.folder));
	snprintf(self.path, sizeof(self.path), "%s/calibration.json", self.folder);
	assert_int_equal(calibration_store(self.path, &self.calibration, NULL), 0);
	assert_true(allocation_fail_each(attempt_calibration, &self) >= 20);
	unlink(self.path);
	/* No temporary file was left. */
	assert_int_equal(rmdir(self.folder), 0);
}

static int attempt_fft(void *data)
{
	struct fft *fft = NULL;
	int error = fft_create(1024, &fft);

	assert_int_equal(!fft, error < 0);
	fft_destroy(fft);
	return error;
}

static int attempt_spectrum(void *data)
{
	struct spectrum *spectrum = NULL;
	int error = spectrum_create(1024, 48000, WINDOW_BH7, &spectrum);

	if (error == 0) {
		spectrum_add(spectrum, samples);
	}
	spectrum_destroy(spectrum);
	return error;
}

static int attempt_sweep(void *data)
{
	struct sweep *sweep = NULL;
	int error = sweep_create(48000, 20, 20000, 0.1, 0.5, &sweep);

	sweep_destroy(sweep);
	return error;
}

static int attempt_delay(void *data)
{
	struct delay delay;
	int error = delay_find(samples, later, COUNT, &delay);

	assert_true(error < 0 || fabs(delay.samples - 5) < 0.01);
	return error;
}

static int attempt_peak(void *data)
{
	double peak;
	int error = interpolate_peak(samples, COUNT, &peak);

	assert_true(error < 0 || peak > 0.4);
	return error;
}

static int attempt_changes(void *data)
{
	struct changes *changes = NULL;
	int error = changes_create(48000, &changes);

	changes_destroy(changes);
	return error;
}

static int attempt_dut(void *data)
{
	struct dut *path = NULL, *wire = NULL;
	int error = dut_path_create(&path);

	error = error == 0 ? dut_wire_create(FORMAT_S24, &wire) : error;
	dut_destroy(wire);
	dut_destroy(path);
	return error;
}

static void test_analyses(void **state)
{
	uint32_t noise = 1;

	for (int i = 0; i < COUNT; i++) {
		noise = noise * 1664525 + 1013904223;
		samples[i] = (int32_t)noise / 4294967296.0;
		later[i] = i < 5 ? 0 : samples[i - 5];
	}
	assert_true(allocation_fail_each(attempt_fft, NULL) >= 1);
	assert_true(allocation_fail_each(attempt_spectrum, NULL) >= 3);
	assert_true(allocation_fail_each(attempt_sweep, NULL) >= 3);
	assert_true(allocation_fail_each(attempt_delay, NULL) >= 2);
	assert_true(allocation_fail_each(attempt_peak, NULL) >= 2);
	assert_true(allocation_fail_each(attempt_changes, NULL) >= 1);
	assert_true(allocation_fail_each(attempt_dut, NULL) >= 2);
}

struct measuring {
	const struct measurement *measurement;
	size_t figures; /* when there is memory */
};

static int measure(const struct measurement *measurement, struct report *report)
{
	struct bench bench = {.report = report, .quick = true};
	int error = dut_path_create(&bench.dut);

	error = error == 0 ? dut_wire_create(FORMAT_F64, &bench.wire) : error;
	error = error == 0 ? measurement->run(&bench) : error;
	dut_destroy(bench.wire);
	dut_destroy(bench.dut);
	return error;
}

/* A measurement has all its figures, or says that it has not. */
static int attempt_measurement(void *data)
{
	const struct measuring *measuring = data;
	struct report report = {0};
	int error = measure(measuring->measurement, &report);

	error = report.missed_memory ? -ENOMEM : error;
	if (error == 0) {
		assert_int_equal(report.figure_count, measuring->figures);
	}
	report_finish(&report);
	return error;
}

/* Those that take no longer than some milliseconds; the others allocate in the same ways. */
static void test_measurements(void **state)
{
	static const char *const names[] = {"bits", "time", "latency", "jitter", "guard", "cost"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct measuring measuring = {.measurement = measurement_find(names[i])};
		struct report report = {0};

		assert_non_null(measuring.measurement);
		assert_int_equal(measure(measuring.measurement, &report), 0);
		measuring.figures = report.figure_count;
		report_finish(&report);
		assert_true(allocation_fail_each(attempt_measurement, &measuring) >= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),       cmocka_unit_test(test_judge),
		cmocka_unit_test(test_calibration),  cmocka_unit_test(test_analyses),
		cmocka_unit_test(test_measurements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
