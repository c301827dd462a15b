/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The splatter of gain curves whose figures are known, the instrument's own floor, and bends.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tone.h"
#include "transition.h"

#define RATE    192000.0
#define COUNT   96000
#define OFFSETS 4

enum shape {
	SHAPE_STEP,
	SHAPE_LINEAR,
	SHAPE_COSINE,
	SHAPE_QUINTIC,
};

static const double offsets_hz[OFFSETS] = {200.0, 1000.0, 4000.0, 10000.0};

/*
 * Peak of the gain's movement beyond an offset, in dB of the tone, as calculated apart from this
 * program from the curves themselves; the largest over the tone's phases, within 2 dB.
 */
static const struct known {
	enum shape shape;
	double ms;
	double from_db; /* to 0 dB */
	double dbc[OFFSETS];
} known[] = {
	{SHAPE_STEP, 0.0, -0.5, {-29.7, -29.8, -30.3, -31.3}},
	{SHAPE_STEP, 0.0, -40.0, {-4.7, -4.8, -5.3, -6.4}},
	{SHAPE_LINEAR, 5.0, -0.5, {-51.0, -65.0, -78.0, -87.0}},
	{SHAPE_LINEAR, 5.0, -40.0, {-26.0, -40.0, -53.0, -62.0}},
	{SHAPE_LINEAR, 20.0, -0.5, {-63.0, -77.0, -90.0, -99.0}},
	{SHAPE_LINEAR, 20.0, -40.0, {-38.0, -52.0, -65.0, -74.0}},
	{SHAPE_COSINE, 20.0, -0.5, {-85.0, -113.0, -138.0, -154.0}},
	{SHAPE_COSINE, 20.0, -40.0, {-60.0, -88.0, -113.0, -129.0}},
	{SHAPE_QUINTIC, 20.0, -0.5, {-93.0, -135.0, -171.0, -195.0}},
	{SHAPE_QUINTIC, 20.0, -40.0, {-68.0, -110.0, -146.0, -170.0}},
	{SHAPE_QUINTIC, 50.0, -0.5, {-117.0, -159.0, -195.0, -219.0}},
	{SHAPE_QUINTIC, 50.0, -40.0, {-92.0, -134.0, -170.0, -194.0}},
};

static double shape_at(enum shape shape, double x)
{
	if (x <= 0.0 || x >= 1.0) {
		return x > 0.0 ? 1.0 : 0.0;
	}
	switch (shape) {
	case SHAPE_LINEAR:
		return x;
	case SHAPE_COSINE:
		return 0.5 - 0.5 * cos(M_PI * x);
	case SHAPE_QUINTIC:
		return x * x * x * (10.0 + x * (6.0 * x - 15.0));
	default:
		return 1.0;
	}
}

/* The gain's curve: centred in the record, from `from` to 1. */
static void curve_fill(enum shape shape, double ms, double from, double *ret_gain)
{
	const double length = fmax(ms * RATE / 1000.0, 1e-9);
	const double start = COUNT / 2.0 + 0.5 - length / 2.0;

	for (size_t i = 0; i < COUNT; i++) {
		const double x = ((double)i - start) / length;

		ret_gain[i] = from + (1.0 - from) * shape_at(shape, x);
	}
}

static double splatter_of(const double *samples, const double *carriers_hz, size_t carriers,
			  double offset_hz)
{
	const struct transition transition = {samples, COUNT, RATE, carriers_hz, carriers, 1.0};
	double dbc;

	assert_int_equal(transition_splatter(&transition, offset_hz, &dbc), 0);
	return dbc;
}

/* The largest splatter over phases of a tone that a gain curve shapes. */
static double worst_splatter(const double *gain, double carrier_hz, double offset_hz)
{
	double *samples = calloc(COUNT, sizeof(double));
	double worst = -INFINITY;

	assert_non_null(samples);
	for (uint64_t phase = 0; phase < 4; phase++) {
		struct tone tone = {1.0, phase << 61, tone_step(carrier_hz, RATE)};

		tone_fill(&tone, samples, COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			samples[i] *= gain[i];
		}
		worst = fmax(worst, splatter_of(samples, &carrier_hz, 1, offset_hz));
	}
	free(samples);
	return worst;
}

static void known_curves_read_right(void **state)
{
	double *gain = calloc(COUNT, sizeof(double));

	assert_non_null(gain);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct known *row = &known[i];

		curve_fill(row->shape, row->ms, pow(10.0, row->from_db / 20.0), gain);
		for (unsigned int k = 0; k < OFFSETS; k++) {
			const double dbc = worst_splatter(gain, 20000.0, offsets_hz[k]);

			assert_true(fabs(dbc - row->dbc[k]) < 2.0);
		}
	}
	free(gain);
}

/* Of a low tone only the upper sideband is farther than 1 kHz: up to 6 dB less, and never more. */
static void a_low_tone_shows_one_sideband(void **state)
{
	double *gain = calloc(COUNT, sizeof(double));
	double dbc;

	assert_non_null(gain);
	curve_fill(SHAPE_QUINTIC, 20.0, pow(10.0, -0.5 / 20.0), gain);
	dbc = worst_splatter(gain, 997.0, 1000.0);
	assert_true(dbc > -135.0 - 7.0 && dbc < -135.0);
	free(gain);
}

static void steady_tones_read_as_nothing(void **state)
{
	static const double carriers_hz[2] = {997.0, 3300.0};
	struct tone first = {1.0, 0, tone_step(carriers_hz[0], RATE)};
	struct tone second = {1.0, 0, tone_step(carriers_hz[1], RATE)};
	double *samples = calloc(COUNT, sizeof(double));

	assert_non_null(samples);
	tone_fill(&first, samples, COUNT);
	assert_true(splatter_of(samples, carriers_hz, 1, 1000.0) < -290.0);
	tone_add(&second, samples, COUNT);
	assert_true(splatter_of(samples, carriers_hz, 2, 1000.0) < -290.0);
	/* A tone that nobody named is splatter. */
	assert_true(fabs(splatter_of(samples, carriers_hz, 1, 1000.0)) < 0.01);
	free(samples);
}

/* From one tone to another: what each of the two movements throws, together. */
static void two_tones_may_change_places(void **state)
{
	static const double carriers_hz[2] = {20000.0, 30000.0};
	struct tone first = {1.0, 0, tone_step(carriers_hz[0], RATE)};
	struct tone second = {1.0, 0, tone_step(carriers_hz[1], RATE)};
	double *samples = calloc(COUNT, sizeof(double));
	double *gain = calloc(COUNT, sizeof(double));
	double dbc;

	assert_non_null(samples);
	assert_non_null(gain);
	curve_fill(SHAPE_QUINTIC, 50.0, 0.0, gain);
	for (size_t i = 0; i < COUNT; i++) {
		double a, b;

		tone_fill(&first, &a, 1);
		tone_fill(&second, &b, 1);
		samples[i] = a * (1.0 - gain[i]) + b * gain[i];
	}
	/* Each alone reads -133.3; together, at most 6 dB more. */
	dbc = splatter_of(samples, carriers_hz, 2, 1000.0);
	assert_true(dbc > -136.0 && dbc < -127.0);
	free(gain);
	free(samples);
}

static void short_records_are_refused(void **state)
{
	static const double carrier_hz = 997.0;
	static const double samples[2] = {0.0, 0.0};
	const struct transition transition = {samples, 2, RATE, &carrier_hz, 1, 1.0};
	double dbc = 1.0;

	assert_int_equal(transition_splatter(&transition, 1000.0, &dbc), -EINVAL);
	assert_true(dbc == 1.0);
}

static double bend_of_curve(enum shape shape, double ms, double from, bool on_a_tone)
{
	struct tone tone = {1.0, 0, tone_step(997.0, RATE)};
	double *in = calloc(COUNT, sizeof(double));
	double *out = calloc(COUNT, sizeof(double));
	double bend;

	assert_non_null(in);
	assert_non_null(out);
	curve_fill(shape, ms, from, out);
	tone_fill(&tone, in, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		in[i] = on_a_tone ? in[i] : 1.0;
		out[i] *= in[i];
	}
	bend = transition_bend(in, out, COUNT);
	free(out);
	free(in);
	return bend;
}

static void bends_show(void **state)
{
	const double frames = 20.0 * RATE / 1000.0;
	const double height = 0.99;

	for (int on_a_tone = 0; on_a_tone <= 1; on_a_tone++) {
		const double bent = bend_of_curve(SHAPE_LINEAR, 20.0, 0.01, on_a_tone);
		const double smooth = bend_of_curve(SHAPE_QUINTIC, 20.0, 0.01, on_a_tone);

		assert_true(fabs(smooth / (5.7735 * height / (frames * frames)) - 1.0) < 0.001);
		/* Between two samples a bend is shared by both neighbours. */
		assert_true(bent > 0.49 * height / frames && bent < 1.01 * height / frames);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_curves_read_right),
		cmocka_unit_test(a_low_tone_shows_one_sideband),
		cmocka_unit_test(steady_tones_read_as_nothing),
		cmocka_unit_test(two_tones_may_change_places),
		cmocka_unit_test(short_records_are_refused),
		cmocka_unit_test(bends_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
