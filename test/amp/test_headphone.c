/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The headphones' filters: rules of their controls, loudness of a comparison, and the chain that
 * goes from one set to the next.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "headphone-chain.h"
#include "headphone-filters.h"

#define RATE  48000
#define BLOCK 64
#define FADE  2400

static void set(struct amp *amp, const char *path, const char *text)
{
	struct command command;
	struct refusal refusal;

	if (command_parse_set(path, text, &command, &refusal) < 0 ||
	    amp_command(amp, &command, &refusal) < 0) {
		fail_msg("%s=%s: %s", path, text, refusal.text);
	}
}

static double get(const struct amp *amp, enum control_id id)
{
	return amp_value(amp, (struct control_ref){id, 0})->number;
}

static struct headphone_filters make(const struct amp *amp, double rate_hz)
{
	struct headphone_filters filters;

	headphone_filters_make(amp, rate_hz, NULL, &filters);
	return filters;
}

static void test_presets_set_figures(void **state)
{
	static const struct {
		const char *name;
		double separation, delay, cut;
	} table[] = {
		{"bs2b", 4.5, 260, 700}, {"cmoy", 6, 260, 700},   {"meier", 9.5, 280, 650},
		{"rme1", 13, 280, 650},  {"rme2", 9.5, 280, 650}, {"rme3", 6, 260, 700},
		{"rme4", 4.5, 260, 700}, {"rme5", 3, 260, 700},
	};
	struct amp amp;

	amp_init(&amp);
	assert_true(get(&amp, CONTROL_CROSSFEED_ANGLE) == 32);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		set(&amp, "crossfeed.preset", table[i].name);
		assert_true(get(&amp, CONTROL_CROSSFEED_SEPARATION) == table[i].separation);
		assert_true(get(&amp, CONTROL_CROSSFEED_DELAY) == table[i].delay);
		assert_true(get(&amp, CONTROL_CROSSFEED_CUT) == table[i].cut);
		assert_string_equal(controls[CONTROL_CROSSFEED_PRESET]
					    .choices[amp_int(&amp, CONTROL_CROSSFEED_PRESET)],
				    table[i].name);
	}
	set(&amp, "crossfeed.cut", "710");
	assert_int_equal(amp_int(&amp, CONTROL_CROSSFEED_PRESET), 0);
	set(&amp, "crossfeed.preset", "custom");
	assert_true(get(&amp, CONTROL_CROSSFEED_CUT) == 710);
}

/* Steps go round through the names; custom is not one of them. */
static void test_presets_step_round(void **state)
{
	struct command command = {.ref = {CONTROL_CROSSFEED_PRESET, 0}, .verb = VERB_STEP};
	struct amp amp;

	amp_init(&amp);
	for (int steps = -1; steps <= 1; steps += 2) {
		unsigned int seen = 0;

		command.steps = steps;
		for (int i = 0; i < 8; i++) {
			assert_int_equal(amp_command(&amp, &command, NULL), 0);
			seen |= 1u << amp_int(&amp, CONTROL_CROSSFEED_PRESET);
		}
		assert_int_equal(seen, 0x1fe);
	}
}

static void test_the_angle_is_the_delay(void **state)
{
	struct amp amp;
	uint64_t revision;

	amp_init(&amp);
	set(&amp, "crossfeed.angle", "30");
	assert_true(get(&amp, CONTROL_CROSSFEED_DELAY) == 261);
	assert_int_equal(amp_int(&amp, CONTROL_CROSSFEED_PRESET), 0);
	for (int degrees = 17; degrees <= 56; degrees++) {
		char text[8];

		snprintf(text, sizeof(text), "%d", degrees);
		set(&amp, "crossfeed.angle", text);
		assert_true(get(&amp, CONTROL_CROSSFEED_ANGLE) == degrees);
		revision = amp.revision;
		set(&amp, "crossfeed.angle", text);
		assert_true(amp.revision == revision);
	}
	set(&amp, "crossfeed.delay", "150");
	assert_true(get(&amp, CONTROL_CROSSFEED_ANGLE) == 17);
	set(&amp, "crossfeed.delay", "454");
	assert_true(get(&amp, CONTROL_CROSSFEED_ANGLE) == 55);
}

/* What was kept comes back in any order, the preset's name with it. */
static void test_presets_are_restored(void **state)
{
	static const enum control_id ids[] = {CONTROL_CROSSFEED_CUT, CONTROL_CROSSFEED_DELAY,
					      CONTROL_CROSSFEED_PRESET,
					      CONTROL_CROSSFEED_SEPARATION, CONTROL_CROSSFEED};
	struct amp from, to;

	amp_init(&from);
	amp_init(&to);
	set(&from, "crossfeed.preset", "rme4");
	set(&from, "crossfeed", "bauer");
	for (int i = 0; i < 5; i++) {
		const struct control_ref ref = {ids[i], 0};

		assert_int_equal(amp_restore(&to, ref, amp_value(&from, ref), NULL), 0);
	}
	for (int i = 0; i < 5; i++) {
		const struct control_ref ref = {ids[i], 0};

		assert_true(control_equal(ref, amp_value(&to, ref), amp_value(&from, ref)));
	}
}

/* With nothing engaged there is nothing, and the plan says so. */
static void test_bit_exact_is_honest(void **state)
{
	struct amp amp;
	struct plan plan;

	amp_init_neutral(&amp);
	assert_true(make(&amp, RATE).wire);
	plan_make(&amp, &plan);
	assert_true(plan.bit_exact[OUTPUT_HEADPHONE]);
	set(&amp, "crossfeed", "natural");
	assert_false(make(&amp, RATE).wire);
	plan_make(&amp, &plan);
	assert_false(plan.bit_exact[OUTPUT_HEADPHONE]);
	assert_true(plan.bit_exact[OUTPUT_LINE]);
	set(&amp, "crossfeed", "off");
	set(&amp, "crossfeed.center", "-3");
	assert_true(make(&amp, RATE).wire);
	set(&amp, "crossfeed.compare", "on");
	plan_make(&amp, &plan);
	assert_false(plan.bit_exact[OUTPUT_HEADPHONE]);
}

static double biquad_power(const double *b, const double *a, double w)
{
	double over = pow(b[0] + b[1] * cos(w) + b[2] * cos(2 * w), 2) +
		      pow(b[1] * sin(w) + b[2] * sin(2 * w), 2);
	double under = pow(1 + a[0] * cos(w) + a[1] * cos(2 * w), 2) +
		       pow(a[0] * sin(w) + a[1] * sin(2 * w), 2);

	return over / under;
}

/*
 * Loudness with Meier's network, worked out apart: BS.1770's own coefficients at 48 kHz, the
 * analogue network, sixth-octave lines between the bands of IEC 60268-1's noise.
 */
static double expected_natural_louder_db(double separation_db, double delay_us)
{
	static const double noise[] = {-13.5, -10.2, -7.4, -5.2,  -3.5,  -2.3,  -1.4, -0.9,
				       -0.5,  -0.2,  -0.1, 0,     0,     0,     0,    0,
				       0,     -0.1,  -0.3, -0.6,  -1.0,  -1.6,  -2.5, -3.7,
				       -5.1,  -7.0,  -9.4, -11.9, -14.8, -18.2, -21.6};
	static const double shelf_b[] = {1.53512485958697, -2.69169618940638, 1.19839281085285};
	static const double shelf_a[] = {-1.69065929318241, 0.73248077421585};
	static const double high_b[] = {1, -2, 1}, high_a[] = {-1.99004745483398, 0.99007225036621};
	double a = 1 / (pow(10, separation_db / 20) - 1), tau = delay_us * 1e-6 * (1 + a);
	double with = 0, without = 0;

	for (double band = 0; band <= 30; band += 0.5) {
		double hz = 1000 * pow(10, (band - 17) / 10), w = 2 * M_PI * hz / RATE;
		double level = noise[(int)band] +
			       (band - floor(band)) * (noise[(int)ceil(band)] - noise[(int)band]);
		double power = pow(10, level / 10) * biquad_power(shelf_b, shelf_a, w) *
			       biquad_power(high_b, high_a, w);
		double x = pow(2 * M_PI * hz * tau, 2);

		with += power * (0.75 + 0.25 * (1 + x) / (pow(1 + 2 * a, 2) + x));
		without += power;
	}
	return 10 * log10(with / without);
}

static void test_loudness_of_natural(void **state)
{
	struct amp amp;

	amp_init_neutral(&amp);
	set(&amp, "crossfeed", "natural");
	for (int i = 3; i <= 13; i += 5) {
		char text[8];
		double got, wanted;

		snprintf(text, sizeof(text), "%d", i);
		set(&amp, "crossfeed.separation", text);
		got = headphone_filters_louder_db(&amp, RATE);
		wanted = expected_natural_louder_db(i, 280);
		printf("figure: natural crossfeed of %d dB is louder by %.3f dB\n", i, got);
		assert_true(fabs(got - wanted) < 0.02);
		/* Programme noise ends at 20 kHz, whatever the rate. */
		for (double rate_hz = 96000; rate_hz <= 1536000; rate_hz *= 2) {
			got = headphone_filters_louder_db(&amp, rate_hz);
			assert_true(fabs(got - wanted) < 0.02);
		}
	}
}

/* Off and both kinds come to one loudness, whatever the settings, and nothing is raised. */
static void test_compare_makes_equally_loud(void **state)
{
	static const char *const kinds[] = {"off", "natural", "bauer"};
	static const char *const centers[] = {"0", "-3", "-6"};
	struct amp amp;

	amp_init_neutral(&amp);
	set(&amp, "crossfeed.compare", "on");
	for (int preset = 1; preset <= 8; preset++) {
		set(&amp, "crossfeed.preset", controls[CONTROL_CROSSFEED_PRESET].choices[preset]);
		for (int c = 0; c < 3; c++) {
			double loudness[3];

			set(&amp, "crossfeed.center", centers[c]);
			for (int k = 0; k < 3; k++) {
				double gain;

				set(&amp, "crossfeed", kinds[k]);
				gain = make(&amp, RATE).gain;
				assert_true(gain <= 1 && gain > 0.3);
				loudness[k] =
					headphone_filters_louder_db(&amp, RATE) + 20 * log10(gain);
			}
			assert_true(fabs(loudness[1] - loudness[0]) < 1e-9);
			assert_true(fabs(loudness[2] - loudness[0]) < 1e-9);
		}
	}
	set(&amp, "crossfeed.compare", "off");
	assert_true(make(&amp, RATE).gain == 1);
}

struct rig {
	struct headphone_chain chain;
	struct amp amp;
	uint64_t frame;
	double in[2][BLOCK], out[2][BLOCK];
};

static struct rig *rig_new(void)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	amp_init_neutral(&rig->amp);
	headphone_chain_init(&rig->chain, ops_best(), RATE);
	return rig;
}

static void run(struct rig *rig)
{
	for (int i = 0; i < BLOCK; i++, rig->frame++) {
		rig->in[0][i] = rig->out[0][i] = sin(0.1305 * (double)rig->frame);
		rig->in[1][i] = rig->out[1][i] = 0.7 * sin(0.3 * (double)rig->frame);
	}
	headphone_chain_process(&rig->chain, rig->out[0], rig->out[1], BLOCK);
}

static bool choose(struct rig *rig, const char *kind, double length)
{
	struct headphone_filters filters;

	set(&rig->amp, "crossfeed", kind);
	filters = make(&rig->amp, RATE);
	return headphone_chain_set(&rig->chain, &filters, length);
}

/* On, and off again: after the last fade the wire is a wire. */
static void test_the_chain_comes_back_to_a_wire(void **state)
{
	struct rig *rig = rig_new();

	run(rig);
	assert_memory_equal(rig->in, rig->out, sizeof(rig->in));
	assert_true(headphone_chain_is_wire(&rig->chain));
	assert_true(choose(rig, "natural", FADE));
	assert_false(headphone_chain_is_wire(&rig->chain));
	for (int i = 0; i < FADE / BLOCK + 1; i++) {
		run(rig);
	}
	assert_memory_not_equal(rig->in, rig->out, sizeof(rig->in));
	assert_true(choose(rig, "off", FADE));
	for (int i = 0; i < FADE / BLOCK + 1; i++) {
		run(rig);
	}
	assert_true(headphone_chain_is_wire(&rig->chain));
	run(rig);
	assert_memory_equal(rig->in, rig->out, sizeof(rig->in));
	free(rig);
}

/* A second change waits for the first, then comes; the last one asked for is what stays. */
static void test_changes_wait_for_each_other(void **state)
{
	struct rig *rig = rig_new();
	int refused = 0;

	assert_true(choose(rig, "natural", FADE));
	run(rig);
	while (!choose(rig, "bauer", FADE)) {
		run(rig);
		refused++;
	}
	assert_in_range(refused, FADE / BLOCK - 2, FADE / BLOCK + 1);
	while (rig->chain.changing) {
		run(rig);
	}
	assert_int_equal(rig->chain.sets[rig->chain.now].filters.crossfeed.kind, CROSSFEED_BAUER);
	free(rig);
}

/* Filters of another rate never touch the sound, and whoever listens is told. */
static void test_another_rate_is_not_heard(void **state)
{
	struct rig *rig = rig_new();
	struct headphone_filters filters;

	assert_true(choose(rig, "bauer", 0));
	headphone_chain_set_rate(&rig->chain, 96000);
	assert_false(headphone_chain_ready(&rig->chain));
	assert_false(choose(rig, "natural", FADE));
	filters = make(&rig->amp, 96000);
	assert_true(headphone_chain_set(&rig->chain, &filters, FADE));
	assert_true(headphone_chain_ready(&rig->chain));
	assert_false(rig->chain.changing);
	headphone_chain_set_rate(&rig->chain, RATE);
	assert_true(choose(rig, "off", FADE));
	assert_true(headphone_chain_is_wire(&rig->chain) && headphone_chain_ready(&rig->chain));
	free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets_set_figures),
		cmocka_unit_test(test_presets_step_round),
		cmocka_unit_test(test_the_angle_is_the_delay),
		cmocka_unit_test(test_presets_are_restored),
		cmocka_unit_test(test_bit_exact_is_honest),
		cmocka_unit_test(test_loudness_of_natural),
		cmocka_unit_test(test_compare_makes_equally_loud),
		cmocka_unit_test(test_the_chain_comes_back_to_a_wire),
		cmocka_unit_test(test_changes_wait_for_each_other),
		cmocka_unit_test(test_another_rate_is_not_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
