/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * An amplifier with one fault at a time: each is caught by the figure that is there for it, and the
 * amplifier without a fault by none.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "limits.h"
#include "measure.h"

enum fault {
	FAULT_NONE,
	FAULT_CLIP,      /* at -0.1 dB */
	FAULT_CHANNEL,   /* the right side 0.01 dB too loud */
	FAULT_SKEW,      /* the right side a sample late */
	FAULT_ZIPPER,    /* the gain changes in steps of 1 ms */
	FAULT_16_BITS,   /* truncated */
	FAULT_CROSSOVER, /* a dead zone of -80 dBFS */
	FAULT_BENT,      /* a millionth of the square */
	FAULT_CROSSTALK, /* -100 dB, left to right */
	FAULT_BACKWARDS, /* the same, right to left */
	FAULT_RIPPLE,    /* a treble loss of a hundredth of a dB, on the right */
	FAULT_BLOCKED,   /* DC, by a high-pass of first order at 2 Hz */
	FAULT_ECHO,      /* of -80 dB after 10 ms */
	FAULT_LATE,      /* both sides, 3 samples */
	FAULT_INVERTED,  /* the right side */
	FAULT_HUM,       /* 100 Hz at -110 dBFS */
	FAULT_JITTER,    /* of 1 kHz and 20 ps */
	FAULT_LEAK,      /* -80 dB of what comes in goes past everything */
	FAULT_LOUD,      /* 0.6 dB */
	FAULT_DRIFT,     /* of the gain, a tenth in the record */
};

#define HIGHPASS_HZ 2.0
#define ECHO_FRAMES 480

struct bad {
	struct dut dut;
	struct dut *path;
	enum fault fault;
};

static void delay(double *samples, size_t count, size_t frames)
{
	memmove(samples + frames, samples, (count - frames) * sizeof(*samples));
	memset(samples, 0, frames * sizeof(*samples));
}

/* What is left of a ramp when its gain is held for a millisecond each time. */
static void zip(const struct dut_run *run, int side)
{
	const size_t hold = (size_t)(run->rate_hz / 1000);
	double gain = 0;

	for (size_t i = 0; run->in[side] && i < run->frames; i++) {
		const double in = run->in[side][i];

		if (i % hold == 0) {
			/* From the nearest sample that says what the gain is. */
			for (size_t k = i; k < run->frames && k < i + hold; k++) {
				if (fabs(run->in[side][k]) > 1e-3) {
					gain = run->out[side][k] / run->in[side][k];
					break;
				}
			}
		}
		run->out[side][i] = gain * in;
	}
}

static double spoil_sample(enum fault fault, double x, size_t at, double rate_hz)
{
	switch (fault) {
	case FAULT_CLIP:
		return fmax(-0.98855, fmin(0.98855, x));
	case FAULT_16_BITS:
		return floor(x * 32768) / 32768;
	case FAULT_CROSSOVER:
		return fabs(x) < 1e-4 ? 0 : x - copysign(1e-4, x);
	case FAULT_BENT:
		return x + 1e-6 * x * x;
	case FAULT_LOUD:
		return x * 1.0715193052376064;
	case FAULT_HUM:
		return x + 3.16e-6 * sin(2 * M_PI * 100 * (double)at / rate_hz);
	default:
		return x;
	}
}

/* y[n] = x[n] - x[n-1] + a y[n-1]. */
static void block_dc(double *samples, size_t count, double rate_hz)
{
	const double a = exp(-2 * M_PI * HIGHPASS_HZ / rate_hz);
	double last = 0, y = 0;

	for (size_t i = 0; i < count; i++) {
		y = samples[i] - last + a * y;
		last = samples[i];
		samples[i] = y;
	}
}

/* A shift in time by its slope. */
static void shake(double *samples, size_t count, double rate_hz)
{
	double before = 0;

	for (size_t i = 0; i + 1 < count; i++) {
		const double x = samples[i], slope = (samples[i + 1] - before) / 2;

		samples[i] += 20e-12 * rate_hz * sin(2 * M_PI * 1000 * (double)i / rate_hz) *
			      (M_PI / 2) * slope;
		before = x;
	}
}

/* What needs more than one sample. */
static void spoil_record(enum fault fault, const struct dut_run *run, int side)
{
	double *out = run->out[side], last = 0;

	for (size_t i = run->frames; fault == FAULT_ECHO && i-- > ECHO_FRAMES;) {
		out[i] += 1e-4 * out[i - ECHO_FRAMES];
	}
	for (size_t i = 0; i < run->frames; i++) {
		const double x = out[i];

		if (fault == FAULT_RIPPLE && side == 1) {
			out[i] = 0.9996 * x + 0.0004 * last;
			last = x;
		} else if (fault == FAULT_LEAK && run->in[side]) {
			out[i] += 1e-4 * run->in[side][i];
		} else if (fault == FAULT_DRIFT) {
			out[i] *= 1 + 0.1 * (double)i / (double)run->frames;
		}
	}
	if (fault == FAULT_BLOCKED) {
		block_dc(out, run->frames, run->rate_hz);
	} else if (fault == FAULT_JITTER) {
		shake(out, run->frames, run->rate_hz);
	}
}

static void spoil_side(const struct bad *bad, const struct dut_run *run, int side)
{
	double *out = run->out[side];

	for (size_t i = 0; i < run->frames; i++) {
		out[i] = spoil_sample(bad->fault, out[i], i, run->rate_hz);
		if (bad->fault == FAULT_CHANNEL && side == 1) {
			out[i] *= 1.00115194;
		} else if (bad->fault == FAULT_INVERTED && side == 1) {
			out[i] = -out[i];
		}
	}
	spoil_record(bad->fault, run, side);
	if (bad->fault == FAULT_LATE || (bad->fault == FAULT_SKEW && side == 1)) {
		delay(out, run->frames, bad->fault == FAULT_LATE ? 3 : 1);
	}
	if (bad->fault == FAULT_ZIPPER && run->change_count > 0) {
		zip(run, side);
	}
}

/* Some of one side in the other one, which is silent. */
static void cross(const struct dut_run *run, int from)
{
	for (size_t i = 0; run->in[from] && !run->in[1 - from] && i < run->frames; i++) {
		run->out[1 - from][i] += 1e-5 * run->out[from][i];
	}
}

static int bad_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct bad *bad = (struct bad *)dut;
	int error = bad->path->ops->run(bad->path, run, ret_refusal);

	if (error == 0 && (bad->fault == FAULT_CROSSTALK || bad->fault == FAULT_BACKWARDS)) {
		cross(run, bad->fault == FAULT_CROSSTALK ? 0 : 1);
	}
	for (int side = 0; error == 0 && side < 2; side++) {
		if (run->out[side]) {
			spoil_side(bad, run, side);
		}
	}
	return error;
}

static void bad_destroy(struct dut *dut)
{
}

/* What a measurement finds of an amplifier with that fault, judged. */
static void measure_with(enum fault fault, const char *measurement, struct report *ret_report)
{
	static const struct dut_ops ops = {bad_run, bad_destroy, NULL};
	struct bad bad = {.fault = fault};
	struct bench bench = {.dut = &bad.dut, .report = ret_report, .quick = true};

	memset(ret_report, 0, sizeof(*ret_report));
	assert_int_equal(dut_path_create(&bad.path), 0);
	assert_int_equal(dut_wire_create(FORMAT_F64, &bench.wire), 0);
	bad.dut = (struct dut){.ops = &ops,
			       .name = "bad",
			       .flags = bad.path->flags,
			       .rate_hz = bad.path->rate_hz,
			       .carries = FORMAT_F64};
	assert_non_null(measurement_find(measurement));
	assert_int_equal(measurement_find(measurement)->run(&bench), 0);
	report_judge(ret_report, "path");
	dut_destroy(bench.wire);
	dut_destroy(bad.path);
}

#define FIGURES 8

/* What a fault is caught by, and what it should read there; NAN: only caught. */
static const struct caught {
	enum fault fault;
	const char *measurement;
	struct {
		const char *name;
		double value, within;
	} figures[FIGURES];
} caught[] = {
	{FAULT_CHANNEL,
	 "gain",
	 {{"headphone.tracking", 0.01, 1e-4},
	  {"line.tracking", 0.01, 1e-4},
	  {"headphone.error", 0.01, 1e-4},
	  {"line.error", 0.01, 1e-4}}},
	{FAULT_LEAK, "gain", {{"headphone.mute", -100, 0.01}, {"line.mute", -100, 0.01}}},
	{FAULT_16_BITS, "bits", {{"passthrough", NAN, 0}, {"null", NAN, 0}}},
	{FAULT_RIPPLE,
	 "response",
	 {{"20khz", 0.0064, 0.0005},
	  {"band", 0.0064, 0.0005},
	  {"500khz", 0.0046, 0.0015},
	  {"phase", NAN, 0},
	  {"group_delay", NAN, 0}}},
	{FAULT_BLOCKED, "response", {{"10hz", 0.1703, 0.001}}},
	{FAULT_BLOCKED, "time", {{"droop", 91.6, 0.2}}},
	{FAULT_ECHO, "time", {{"overshoot", 0.01, 1e-6}, {"spread", -80, 0.001}}},
	{FAULT_CLIP, "distortion", {{"thd_full", NAN, 0}}},
	{FAULT_16_BITS,
	 "distortion",
	 {{"thd_n", NAN, 0}, {"thd_s24", NAN, 0}, {"thd_n_s24", NAN, 0}}},
	{FAULT_CROSSOVER, "distortion", {{"thd", NAN, 0}}},
	{FAULT_BENT,
	 "imd",
	 {{"smpte", NAN, 0},
	  {"modulation2", NAN, 0},
	  {"ccif2", NAN, 0},
	  {"dfd", NAN, 0},
	  {"dim", NAN, 0},
	  {"multitone", NAN, 0}}},
	{FAULT_CROSSOVER, "imd", {{"modulation3", NAN, 0}, {"ccif3", NAN, 0}}},
	{FAULT_HUM,
	 "noise",
	 {{"idle", -110, 0.1}, {"idle_a", -129.1, 0.1}, {"snr", 110, 0.1}, {"snr_a", 129.1, 0.1}}},
	{FAULT_16_BITS, "noise", {{"idle_ccir", NAN, 0}, {"dynamic_range", NAN, 0}}},
	{FAULT_CROSSTALK, "crosstalk", {{"1k", -100, 0.1}, {"10k", -100, 0.1}}},
	{FAULT_BACKWARDS, "crosstalk", {{"1k", -100, 0.1}, {"10k", -100, 0.1}}},
	{FAULT_16_BITS, "linearity", {{"s24", NAN, 0}}},
	{FAULT_SKEW, "latency", {{"skew", 1, 1e-3}}},
	{FAULT_LATE, "latency", {{"samples", 3, 1e-3}}},
	{FAULT_INVERTED, "latency", {{"polarity", -1, 0}}},
	{FAULT_JITTER, "jitter", {{"peak", 20e-12, 1e-12}}},
	{FAULT_ZIPPER, "splatter", {{"headphone.level", NAN, 0}}},
	{FAULT_BLOCKED, "sub", {{"deviation", 0.076, 0.01}}},
	{FAULT_LEAK, "sub", {{"slope", NAN, 0}}},
	{FAULT_CHANNEL,
	 "crossfeed",
	 {{"natural.deviation", NAN, 0}, {"bauer.deviation", NAN, 0}, {"natural.middle", NAN, 0}}},
	{FAULT_SKEW, "crossfeed", {{"natural.delay", 20.8, 0.5}, {"bauer.delay", 20.8, 0.5}}},
	{FAULT_BLOCKED, "eq", {{"deviation", 0.043, 0.01}}},
	{FAULT_LOUD, "eq", {{"highest", 0.1, 0.01}}},
	{FAULT_LOUD, "limiter", {{"peak", 0.6, 0.001}, {"true_peak", NAN, 0}}},
	{FAULT_CROSSOVER, "limiter", {{"thd", NAN, 0}}},
	{FAULT_DRIFT, "limiter", {{"hold", NAN, 0}, {"release", NAN, 0}}},
	{FAULT_LEAK,
	 "guard",
	 {{"dc", INFINITY, 0},
	  {"noise", INFINITY, 0},
	  {"nonfinite", INFINITY, 0},
	  {"overload", INFINITY, 0},
	  {"recovery", INFINITY, 0}}},
	{FAULT_LOUD, "guard", {{"untouched", NAN, 0}, {"spoiled", -5.42, 0.01}}},
};

#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static void assert_caught(const struct caught *row, const struct report *report)
{
	for (int i = 0; i < FIGURES && row->figures[i].name; i++) {
		const double should_be = row->figures[i].value;
		const struct figure *figure;
		char name[64];

		snprintf(name, sizeof(name), "%s.%s", row->measurement, row->figures[i].name);
		figure = report_find(report, name);
		if (!figure) {
			fail_msg("no figure %s", name);
			abort();
		}
		printf("figure: %s of fault %d: %g %s\n", name, row->fault, figure->value,
		       figure->unit);
		if (figure->verdict != VERDICT_WORSE) {
			fail_msg("fault %d is not caught by %s: %g", row->fault, name,
				 figure->value);
		}
		if (!isnan(should_be) && figure->value != should_be &&
		    !(fabs(figure->value - should_be) <= row->figures[i].within)) {
			fail_msg("fault %d: %s is %g, not %g", row->fault, name, figure->value,
				 should_be);
		}
	}
}

static void each_fault_is_caught_by_its_figure(void **state)
{
	for (size_t i = 0; i < CAUGHT; i++) {
		struct report report;

		measure_with(caught[i].fault, caught[i].measurement, &report);
		assert_caught(&caught[i], &report);
		report_finish(&report);
	}
}

static bool is_caught(const char *name)
{
	const size_t dot = strcspn(name, ".");

	for (size_t i = 0; i < CAUGHT; i++) {
		const bool mine = strlen(caught[i].measurement) == dot &&
				  strncmp(caught[i].measurement, name, dot) == 0;

		/* A pattern, and what is allowed more than it says, stand for the same figure. */
		if (mine && strcmp(caught[i].measurement, "splatter") == 0) {
			return true;
		}
		for (int k = 0; mine && k < FIGURES && caught[i].figures[k].name; k++) {
			if (strcmp(caught[i].figures[k].name, name + dot + 1) == 0 ||
			    strcmp(name + dot + 1, "*") == 0) {
				return true;
			}
		}
	}
	return false;
}

/* A limit that nothing breaks would be no limit. */
static void every_limit_is_broken_by_a_fault(void **state)
{
	json_t *all = json_loadb(bench_limits.bytes, bench_limits.size, 0, NULL), *limit;
	const char *name;

	assert_non_null(all);
	assert_true(json_object_size(json_object_get(all, "path")) > 40);
	json_object_foreach(json_object_get(all, "path"), name, limit)
	{
		if (!is_caught(name)) {
			fail_msg("%s: no fault breaks this limit", name);
		}
	}
	json_decref(all);
}

/*
 * What dsp/dc.h promises: a Butterworth low-pass of second order at 1 Hz that is beyond the
 * threshold for 200 ms, looked at every 10 ms or so, and 2 ms to mute.
 */
static void direct_current_is_muted_when_its_filter_says(void **state)
{
	const double threshold = 0.0316227766016838;
	struct report report;
	double seconds = 0;

	while (1 - exp(-M_PI * M_SQRT2 * seconds) *
			       (cos(M_PI * M_SQRT2 * seconds) + sin(M_PI * M_SQRT2 * seconds)) <
	       threshold) {
		seconds += 1e-5;
	}
	measure_with(FAULT_NONE, "guard", &report);
	assert_non_null(report_find(&report, "guard.dc"));
	assert_true(fabs(report_find(&report, "guard.dc")->value - 1000 * seconds - 202) < 22);
	assert_int_equal(report_find(&report, "guard.dc")->verdict, VERDICT_HOLDS);
	report_finish(&report);
}

/* A figure near what the instrument reads by itself is a bound, and says so. */
static void what_cannot_be_seen_is_a_bound(void **state)
{
	struct report report = {0};
	struct figure figure = {.unit = "dB", .residual = -300, .uncertainty = NAN};
	char text[FIGURE_TEXT];

	for (double value = -320; value <= -280; value += 10) {
		figure.value = value;
		assert_int_equal(report_add(&report, &figure), 0);
	}
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(report.figures[i].bound, i < 3);
	}
	assert_string_equal(figure_text(&report.figures[0], text), "<= -300 dB");
	assert_string_equal(figure_text(&report.figures[4], text), "-280.0 dB");
	/* An error in decibels is no level. */
	figure = (struct figure){.unit = "dB", .residual = 1e-12, .value = 2e-12};
	report_add(&report, &figure);
	assert_true(report.figures[5].bound);
	figure.value = 5e-12;
	report_add(&report, &figure);
	assert_false(report.figures[6].bound);
	report_finish(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_caught_by_its_figure),
		cmocka_unit_test(every_limit_is_broken_by_a_fault),
		cmocka_unit_test(direct_current_is_muted_when_its_filter_says),
		cmocka_unit_test(what_cannot_be_seen_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
