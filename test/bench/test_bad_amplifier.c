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

#include "measure.h"

enum fault {
	FAULT_NONE,
	FAULT_CLIP,      /* at -0.1 dB */
	FAULT_CHANNEL,   /* the right side 0.01 dB too loud */
	FAULT_SKEW,      /* the right side a sample late */
	FAULT_ZIPPER,    /* the gain changes in steps of 1 ms */
	FAULT_16_BITS,   /* truncated */
	FAULT_CROSSOVER, /* a dead zone of -80 dBFS */
	FAULT_CROSSTALK, /* -100 dB */
	FAULT_RIPPLE,    /* a treble loss of a hundredth of a dB */
	FAULT_LATE,      /* both sides, 3 samples */
	FAULT_HUM,       /* 100 Hz at -110 dBFS */
};

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
	case FAULT_HUM:
		return x + 3.16e-6 * sin(2 * M_PI * 100 * (double)at / rate_hz);
	default:
		return x;
	}
}

static void spoil_side(const struct bad *bad, const struct dut_run *run, int side)
{
	double *out = run->out[side], last = 0;

	for (size_t i = 0; i < run->frames; i++) {
		const double x = out[i];

		out[i] = spoil_sample(bad->fault, x, i, run->rate_hz);
		if (bad->fault == FAULT_RIPPLE) {
			out[i] = 0.9996 * x + 0.0004 * last;
			last = x;
		}
		if (bad->fault == FAULT_CHANNEL && side == 1) {
			out[i] *= 1.00115194;
		}
	}
	if (bad->fault == FAULT_LATE || (bad->fault == FAULT_SKEW && side == 1)) {
		delay(out, run->frames, bad->fault == FAULT_LATE ? 3 : 1);
	}
	if (bad->fault == FAULT_ZIPPER && run->change_count > 0) {
		zip(run, side);
	}
}

static int bad_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct bad *bad = (struct bad *)dut;
	int error = bad->path->ops->run(bad->path, run, ret_refusal);

	if (error == 0 && bad->fault == FAULT_CROSSTALK && run->in[0] && !run->in[1] &&
	    run->out[1]) {
		for (size_t i = 0; i < run->frames; i++) {
			run->out[1][i] += 1e-5 * run->out[0][i];
		}
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

/* The figure of that name, measured by its measurement on an amplifier with that fault. */
static struct figure measure_with(enum fault fault, const char *name)
{
	static const struct dut_ops ops = {bad_run, bad_destroy};
	struct bad bad = {.dut = {.ops = &ops}, .fault = fault};
	struct report report = {0};
	struct bench bench = {.dut = &bad.dut, .report = &report, .quick = true};
	const struct figure *found;
	struct figure figure;
	char measurement[64];

	assert_int_equal(dut_path_create(&bad.path), 0);
	assert_int_equal(dut_wire_create(FORMAT_F64, &bench.wire), 0);
	bad.dut = (struct dut){
		.ops = &ops, .name = "bad", .flags = bad.path->flags, .rate_hz = bad.path->rate_hz,
			       .carries = FORMAT_F64};
	snprintf(measurement, sizeof(measurement), "%.*s", (int)strcspn(name, "."), name);
	assert_non_null(measurement_find(measurement));
	assert_int_equal(measurement_find(measurement)->run(&bench), 0);
	report_judge(&report, "path");
	found = report_find(&report, name);
	if (!found) {
		fail_msg("no figure %s", name);
		abort();
	}
	figure = *found;
	report_finish(&report);
	dut_destroy(bench.wire);
	dut_destroy(bad.path);
	return figure;
}

static void each_fault_is_caught_by_its_figure(void **state)
{
	static const struct {
		enum fault fault;
		const char *figure;
		double value, within; /* what the fault should read; NAN: only caught */
	} faults[] = {
		{FAULT_CLIP, "distortion.thd_full", NAN, 0},
		{FAULT_CHANNEL, "gain.headphone.tracking", 0.01, 1e-4},
		{FAULT_SKEW, "latency.skew", 1, 1e-3},
		{FAULT_ZIPPER, "splatter.headphone.level", NAN, 0},
		{FAULT_16_BITS, "distortion.thd_n", NAN, 0},
		{FAULT_16_BITS, "bits.passthrough", NAN, 0},
		{FAULT_CROSSOVER, "distortion.thd", NAN, 0},
		{FAULT_CROSSTALK, "crosstalk.1k", -100, 0.1},
		{FAULT_RIPPLE, "response.20khz", 0.0064, 0.0005},
		{FAULT_LATE, "latency.samples", 3, 1e-3},
		{FAULT_HUM, "noise.idle", -110, 0.1},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct figure good = measure_with(FAULT_NONE, faults[i].figure);
		const struct figure bad = measure_with(faults[i].fault, faults[i].figure);

		printf("figure: %s of fault %d: %g %s\n", bad.name, faults[i].fault, bad.value,
		       bad.unit);
		assert_int_equal(good.verdict, VERDICT_HOLDS);
		if (bad.verdict != VERDICT_WORSE) {
			fail_msg("fault %d is not caught by %s: %g", faults[i].fault, bad.name,
				 bad.value);
		}
		if (!isnan(faults[i].value) &&
		    fabs(bad.value - faults[i].value) > faults[i].within) {
			fail_msg("fault %d: %s is %g, not %g", faults[i].fault, bad.name, bad.value,
				 faults[i].value);
		}
	}
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
		cmocka_unit_test(what_cannot_be_seen_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
