/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The guard by itself: what trips it and what does not, how it mutes and comes back, ceilings, the
 * coil, and the change between limiters.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "analysis.h"
#include "effort.h"
#include "guard.h"
#include "noise.h"
#include "path.h"

#define RATE 48000

static const struct guard_rules usual = {
	.limiter = LIMITER_SAFETY, .ceiling = 1, .dc = GUARD_DC_DEFAULT};

static struct guard guard;
static struct path path;

/* Frame `n` of a signal. */
typedef double signal_fn(double seconds, const double *p);

static double tone(double seconds, const double *p)
{
	double turns = p[0] * seconds + p[1];

	return seconds < p[2] || seconds >= p[3] ? 0 : sin(2 * M_PI * turns);
}

static double constant(double seconds, const double *p)
{
	return p[0];
}

static double noise(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(int64_t)*state * 0x1p-63;
}

/* Runs a signal on both sides. Returns the seconds until it tripped, or -1. */
static double trips_after(signal_fn *signal, const double *p, double rate_hz, double seconds,
			  unsigned int block)
{
	static double left[512], right[512];

	guard_init(&guard, ops_best(), rate_hz, &usual);
	for (uint64_t n = 0; n < seconds * rate_hz; n += block) {
		for (unsigned int i = 0; i < block; i++) {
			left[i] = right[i] = signal((double)(n + i) / rate_hz, p);
		}
		guard_process(&guard, &usual, left, right, block, NULL);
		if (guard.state != GUARD_OK) {
			return (double)(n + block) / rate_hz;
		}
	}
	return -1;
}

static void test_dc_trips(void **state)
{
	static const double rates[] = {8000, 44100, 48000, 192000};
	static const unsigned int blocks[] = {1, 61, 512};
	double full, little;

	for (int r = 0; r < 4; r++) {
		for (int b = TEST_IS_WATCHED ? 2 : 0; b < 3; b++) {
			const double dc[] = {1}, minus[] = {-0.034};

			full = trips_after(constant, dc, rates[r], 1, blocks[b]);
			assert_int_equal(guard.state, GUARD_DC);
			assert_true(full > 0.2 && full < 0.32);
			little = trips_after(constant, minus, rates[r], 3, blocks[b]);
			assert_true(little > 0.2 && little < 1.2);
		}
	}
	print_message("figure: dc_full_scale_trips_after %.0f ms\n", 1000 * full);
	assert_true(trips_after(constant, (const double[]){0.0316}, RATE, 5, 512) < 0);
}

/* From 10 Hz up, whatever phase it begins and ends in. */
static void test_bass_does_not_trip(void **state)
{
	static const double rates[] = {8000, 44100, 192000};
	unsigned int cases = 0;

	for (double hz = 10; hz < 60; hz *= 1.13) {
		for (double phase = 0; phase < 1; phase += 0.125) {
			for (double length = 0.5; length < 6;
			     length += TEST_IS_WATCHED ? 2.75 : 0.25) {
				const double p[] = {hz, phase, 0.01, 0.01 + length / hz};

				double after = trips_after(tone, p, rates[cases++ % 2], 1.2, 480);

				if (after >= 0) {
					fail_msg("%g Hz from %g turns for %g periods, case %u", hz,
						 phase, length, cases);
				}
			}
		}
	}
	print_message("figure: bass_bursts_taken_for_dc 0 of %u\n", cases);
	assert_true(trips_after(tone, (const double[]){10, 0, 0, 9}, rates[2], 3, 512) < 0);
	assert_true(trips_after(tone, (const double[]){10, 0, 0, 9}, rates[0], 9, 64) < 0);
}

static bool is_called_noise(signal_fn *signal, const double *p, double rate_hz, double *ret_after)
{
	struct noise_watch watch;
	static double left[480], right[480];

	noise_init(&watch, rate_hz);
	for (unsigned int n = 0; n < 3 * rate_hz; n += 480) {
		for (unsigned int i = 0; i < 480; i++) {
			left[i] = signal((n + i) / rate_hz, p);
			right[i] = 0.5 * left[i];
		}
		if (noise_process(&watch, left, right, 480)) {
			*ret_after = n / rate_hz;
			return true;
		}
	}
	return false;
}

static uint64_t seed = 11;

static double white(double seconds, const double *p)
{
	return p[0] * noise(&seed);
}

static double bits(double seconds, const double *p)
{
	return noise(&seed) > 0 ? p[0] : -p[0];
}

static double alternating(double seconds, const double *p)
{
	return llround(seconds * p[0]) % 2 ? 1 : -1;
}

/* White noise with 6 dB an octave less above p[0] hertz, so loud that it clips most of the time:
 * what music is after the worst of masterings. */
static double clipped_music(double seconds, const double *p)
{
	static double low;

	low += (noise(&seed) - low) * (1 - exp(-2 * M_PI * p[0] / p[2]));
	return fmax(-1, fmin(1, p[1] * low));
}

static double sweep(double seconds, const double *p)
{
	double l = 3 / log(p[0] / 20);

	return sin(2 * M_PI * 20 * l * (exp(seconds / l) - 1));
}

static double two_tones(double seconds, const double *p)
{
	return 0.5 * (sin(2 * M_PI * p[0] * seconds) + sin(2 * M_PI * p[1] * seconds));
}

static double square(double seconds, const double *p)
{
	return sin(2 * M_PI * p[0] * seconds) > 0 ? 1 : -1;
}

static void test_noise_is_told_from_music(void **state)
{
	double after = 0, worst = 0;
	const double rates[] = {8000, 44100, 48000, 96000, 192000};

	for (int r = 0; r < 5; r++) {
		const double one[] = {1}, half[] = {0.62}, rate[] = {rates[r]};

		assert_true(is_called_noise(white, one, rates[r], &after));
		worst = fmax(worst, after);
		assert_true(is_called_noise(white, half, rates[r], &after));
		assert_true(is_called_noise(bits, one, rates[r], &after));
		worst = fmax(worst, after);
		assert_true(is_called_noise(alternating, rate, rates[r], &after));
		assert_true(worst < 0.15);
	}
	print_message("figure: noise_trips_after %.0f ms\n", 1000 * worst);
	for (int r = 1; r < 5; r++) {
		const double top[] = {20000};

		assert_false(is_called_noise(white, (const double[]){0.5}, rates[r], &after));
		for (double gain = 2; gain < 100; gain *= 2) {
			const double music[] = {1000, gain, rates[r]};

			assert_false(is_called_noise(clipped_music, music, rates[r], &after));
		}
		assert_false(is_called_noise(sweep, top, rates[r], &after));
		assert_false(is_called_noise(two_tones, (const double[]){19000, 20000}, rates[r],
					     &after));
		assert_false(
			is_called_noise(two_tones, (const double[]){60, 7000}, rates[r], &after));
		assert_false(is_called_noise(square, (const double[]){100}, rates[r], &after));
		assert_false(is_called_noise(square, (const double[]){3000}, rates[r], &after));
	}
}

/* What the watch for noise knows after 0.3 s does not depend on how the frames came to it. */
static void test_noise_in_blocks_of_any_size(void **state)
{
	static double left[57600], right[57600];
	static const double rates[] = {8000, 44100, 96000, 192000};
	static const uint32_t blocks[] = {1, 2, 3, 4, 5, 7, 16, 61};

	for (int r = 0; r < 4; r++) {
		const uint32_t frames = (uint32_t)(rates[r] * 0.3);
		struct noise_watch whole;

		for (uint32_t i = 0; i < frames; i++) {
			left[i] = noise(&seed);
			right[i] = 0.5 * left[i];
		}
		noise_init(&whole, rates[r]);
		assert_true(noise_process(&whole, left, right, frames));
		for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
			struct noise_watch parts;

			noise_init(&parts, rates[r]);
			for (uint32_t at = 0; at < frames; at += blocks[b]) {
				noise_process(&parts, left + at, right + at,
					      blocks[b] < frames - at ? blocks[b] : frames - at);
			}
			assert_memory_equal(&parts, &whole, sizeof(parts));
		}
	}
}

/* Nor does when a fault is found: DC within a chunk of 15 ms, the others within the block. */
static void test_faults_in_blocks_of_any_size(void **state)
{
	static const unsigned int blocks[] = {2, 3, 4, 5, 7, 16, 61, 512};
	static const struct {
		double value, late_s;
		enum guard_state state;
	} faults[] = {{0.5, 0.015, GUARD_DC}, {NAN, 0, GUARD_NONFINITE}, {20, 0, GUARD_OVERLOAD}};

	for (int f = 0; f < 3; f++) {
		double p[] = {faults[f].value}, first = trips_after(constant, p, RATE, 1, 1);

		assert_int_equal(guard.state, faults[f].state);
		for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
			double after = trips_after(constant, p, RATE, 1, blocks[b]);

			assert_int_equal(guard.state, faults[f].state);
			assert_true(fabs(after - first) <=
				    (double)blocks[b] / RATE + faults[f].late_s);
		}
	}
}

/* One channel of a tone with one NaN after the other from 0.5 s to 0.6 s. */
static void fill_fault(double *samples, int count)
{
	struct tone generator = {0.5, 0, tone_step(997, RATE)};

	tone_fill(&generator, samples, (size_t)count);
	for (int i = RATE / 2; i < RATE * 6 / 10; i++) {
		samples[i] = i % 3 ? NAN : INFINITY;
	}
}

static void run(const struct guard_rules *rules, double *left, double *right, int count)
{
	for (int done = 0; done < count; done += 512) {
		unsigned int block = count - done < 512 ? (unsigned int)(count - done) : 512;

		guard_process(&guard, rules, left + done, right ? right + done : NULL, block, NULL);
	}
}

static void test_a_fault_mutes_and_fades_in_after_three_seconds(void **state)
{
	enum { COUNT = 6 * RATE };
	double *samples = malloc(COUNT * sizeof(double));
	const double hz = 997;
	struct transition transition = {
		.rate_hz = RATE, .carriers_hz = &hz, .carriers = 1, .carrier_peak = 0.5};
	double splatter;
	int back = COUNT - 1;

	assert_non_null(samples);
	fill_fault(samples, COUNT);
	guard_init(&guard, ops_best(), RATE, &usual);
	run(&usual, samples, NULL, COUNT);
	assert_int_equal(guard.trips, 1);
	assert_true(guard.nonfinite_samples == RATE / 10);
	while (samples[back] != 0) {
		back--;
	}
	for (int i = RATE / 2; i <= back; i++) {
		assert_true(samples[i] == 0);
	}
	assert_true(back > 3.59 * RATE && back < 3.65 * RATE);
	transition.samples = samples + 3 * RATE;
	transition.count = 3 * RATE - RATE / 10;
	assert_int_equal(transition_splatter(&transition, 1000, &splatter), 0);
	print_message("figure: fade_in_after_a_fault %.1f dBc\n", splatter);
	assert_true(splatter < -125);
	free(samples);
}

/* A few of them are silence and no more. */
static void test_a_few_bad_samples_are_no_fault(void **state)
{
	static double samples[RATE];

	for (int i = 0; i < RATE; i++) {
		samples[i] = i % 100 == 0 ? -INFINITY : 0.1;
	}
	guard_init(&guard, ops_best(), RATE, &usual);
	run(&usual, samples, NULL, RATE / 8);
	assert_int_equal(guard.state, GUARD_OK);
	assert_true(samples[100] == 0 && samples[101] == 0.1);
}

static void test_far_beyond_full_scale_is_a_fault(void **state)
{
	static double samples[RATE];

	for (int i = 0; i < RATE; i++) {
		samples[i] = 100 * sin(0.1 * i);
	}
	guard_init(&guard, ops_best(), RATE, &usual);
	run(&usual, samples, NULL, RATE / 4);
	assert_int_equal(guard.state, GUARD_OVERLOAD);
	for (int i = 0; i < RATE / 4; i++) {
		assert_true(fabs(samples[i]) <= 1);
	}
}

/* 50 ms of it, on one side or on both, through whatever stands before the guard. */
static void test_an_overload_takes_its_time(void **state)
{
	static const double alternating[] = {20, -20};
	struct path_block block = {0};
	double samples[2][PATH_BLOCK], out[CHANNELS][PATH_BLOCK];

	for (int sides = 1; sides <= 2; sides++) {
		struct amp amp;
		struct plan plan;
		unsigned int frames = 0;

		amp_init_neutral(&amp);
		plan_make(&amp, &plan);
		path_init(&path, RATE, &plan, 1u << OUTPUT_LINE);
		path_set_gate(&path, OUTPUT_LINE, true, 0);
		for (int i = 0; i < PATH_BLOCK; i++) {
			samples[0][i] = alternating[i % 2];
			samples[1][i] = sides == 2 ? alternating[i % 2] : 0;
		}
		block.in[0][0] = samples[0];
		block.in[0][1] = samples[1];
		block.out[CHANNEL_LINE_LEFT] = out[0];
		block.out[CHANNEL_LINE_RIGHT] = out[1];
		while (path.guards[OUTPUT_LINE].state == GUARD_OK && frames < RATE) {
			path_process(&path, &block, 48);
			frames += 48;
		}
		assert_int_equal(path.guards[OUTPUT_LINE].state, GUARD_OVERLOAD);
		assert_true(frames >= RATE * 0.05 && frames <= RATE * 0.051);
	}
}

static void test_a_reset_waits_for_the_faults_end(void **state)
{
	static double samples[RATE];
	struct guard_rules rules = usual;

	guard_init(&guard, ops_best(), RATE, &rules);
	for (int second = 0; second < 6; second++) {
		for (int i = 0; i < RATE; i++) {
			samples[i] = second < 5 ? 0.5 : 0.1 * sin(0.1 * i);
		}
		rules.resets += second == 2;
		run(&rules, samples, NULL, RATE);
		assert_true(second == 0 || second == 5 || samples[RATE - 1] == 0);
	}
	assert_int_equal(guard.state, GUARD_OK);
	assert_true(fabs(samples[RATE - 2]) > 1e-3);
	/* Without one it would have been silent for 3 s. */
}

static double settled_tone(const struct guard_rules *rules, double amplitude, double seconds)
{
	static double samples[RATE];
	double phase = 0, peak = 0;

	int count = seconds < 1 ? (int)(seconds * RATE) : RATE;

	for (int done = 0; done < seconds * RATE; done += count) {
		for (int i = 0; i < count; i++) {
			samples[i] = amplitude * sin(phase);
			phase += 2 * M_PI * 100 / RATE;
		}
		run(rules, samples, NULL, count);
	}
	for (int i = 0; i < count; i++) {
		peak = fmax(peak, fabs(samples[i]));
	}
	return peak;
}

static void test_ceilings_move_smoothly_and_hold(void **state)
{
	static double samples[RATE];
	struct guard_rules rules = usual;
	double step = 0;

	for (int kind = LIMITER_OFF; kind <= LIMITER_LOOKAHEAD; kind++) {
		rules.limiter = (enum limiter_kind)kind;
		rules.ceiling = 1;
		guard_init(&guard, ops_best(), RATE, &rules);
		assert_true(fabs(settled_tone(&rules, 0.9, 1) - 0.9) < 1e-3);
		rules.ceiling = 0.09;
		for (int i = 0; i < RATE; i++) {
			samples[i] = 0.9 * sin(2 * M_PI * 100 * i / RATE);
		}
		run(&rules, samples, NULL, RATE);
		for (int i = 1; i < RATE; i++) {
			step = fmax(step, fabs(samples[i] - samples[i - 1]));
			assert_true(i < RATE / 10 || fabs(samples[i]) <= 0.09);
		}
		assert_true(step < 1.1 * 0.9 * 2 * M_PI * 100 / RATE);
		assert_true(guard.limited_frames > 0);
	}
}

/* A tone of ten times the power that the coil bears: at first four times of it, in the end once. */
static void test_the_coil_is_kept_cool(void **state)
{
	struct guard_rules rules = usual;
	double bears = 0.3, hottest = 0, early;

	rules.coil = bears;
	guard_init(&guard, ops_best(), RATE, &rules);
	settled_tone(&rules, bears * sqrt(10), 0.25);
	early = settled_tone(&rules, bears * sqrt(10), 0.1);
	assert_true(early > bears && early < 2.05 * bears);
	for (int second = 0; second < 20; second++) {
		early = settled_tone(&rules, bears * sqrt(10), 1);
		hottest = fmax(hottest, guard.coil.heat[0] / (bears * bears / 2));
	}
	print_message("figure: coil_hottest %.4f of what it bears\n", hottest);
	assert_true(hottest < 1.005 && hottest > 0.98);
	assert_true(fabs(early / bears - 1) < 0.01);
	/* What it bears passes bit for bit. */
	guard_init(&guard, ops_best(), RATE, &rules);
	assert_true(settled_tone(&rules, 0.99 * bears, 20) ==
		    settled_tone(&rules, 0.99 * bears, 1));
	assert_true(guard.coil.factor == 1);
}

static void test_limiters_are_exchanged_unheard(void **state)
{
	enum { COUNT = 3 * RATE };
	double *samples = malloc(COUNT * sizeof(double));
	struct tone generator = {0.5, 0, tone_step(997, RATE)};
	const double hz = 997;
	struct transition transition = {.samples = samples,
					.count = COUNT,
					.rate_hz = RATE,
					.carriers_hz = &hz,
					.carriers = 1,
					.carrier_peak = 0.5};
	struct guard_rules rules = usual;
	double splatter;

	assert_non_null(samples);
	tone_fill(&generator, samples, COUNT);
	guard_init(&guard, ops_best(), RATE, &rules);
	run(&rules, samples, NULL, RATE);
	rules.limiter = LIMITER_LOOKAHEAD;
	run(&rules, samples + RATE, NULL, RATE);
	assert_true(guard.looks_ahead && !guard.changes_kind && guard.state == GUARD_OK);
	assert_true(ramp_progress_done(&guard.ceiling_progress) && gate_resting(&guard.gate));
	rules.limiter = LIMITER_OFF;
	run(&rules, samples + 2 * RATE, NULL, RATE);
	assert_int_equal(transition_splatter(&transition, 1000, &splatter), 0);
	print_message("figure: exchange_of_limiters %.1f dBc\n", splatter);
	assert_true(splatter < -125);
	free(samples);
}

/* A tone that the limiter holds all the time, and a change of the rules in the middle. */
static double held_tone_splatter(const struct guard_rules *before, const struct guard_rules *after)
{
	static double samples[2 * RATE];
	struct tone generator = {1.5, 0, tone_step(1000, RATE)};
	const double hz = 1000;
	struct transition transition = {.samples = samples,
					.count = 2 * RATE,
					.rate_hz = RATE,
					.carriers_hz = &hz,
					.carriers = 1,
					.carrier_peak = 1};
	double splatter;

	tone_fill(&generator, samples, 2 * RATE);
	guard_init(&guard, ops_best(), RATE, before);
	run(before, samples, NULL, RATE);
	run(after, samples + RATE, NULL, RATE);
	assert_int_equal(transition_splatter(&transition, 1000, &splatter), 0);
	return splatter;
}

/* What the old limiter still holds is not taken away once more behind the new one. */
static void test_limiters_are_exchanged_while_they_limit(void **state)
{
	struct guard_rules ahead = usual;
	double splatter;

	ahead.limiter = LIMITER_LOOKAHEAD;
	splatter = held_tone_splatter(&usual, &ahead);
	print_message("figure: exchange_of_limiters_that_limit %.1f dBc\n", splatter);
	assert_true(splatter < -120);
	assert_true(held_tone_splatter(&ahead, &usual) < -120);
}

/* What is held goes along with the ceiling, down and up, instead of being cut peak by peak. */
static void test_ceilings_move_what_they_hold(void **state)
{
	struct guard_rules low = usual;

	low.ceiling = 0.09;
	assert_true(held_tone_splatter(&usual, &low) < -120);
	assert_true(held_tone_splatter(&low, &usual) < -120);
	assert_true(fabs(guard.limiter.factor - 1 / 1.5) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dc_trips),
		cmocka_unit_test(test_bass_does_not_trip),
		cmocka_unit_test(test_noise_is_told_from_music),
		cmocka_unit_test(test_noise_in_blocks_of_any_size),
		cmocka_unit_test(test_faults_in_blocks_of_any_size),
		cmocka_unit_test(test_a_fault_mutes_and_fades_in_after_three_seconds),
		cmocka_unit_test(test_a_few_bad_samples_are_no_fault),
		cmocka_unit_test(test_far_beyond_full_scale_is_a_fault),
		cmocka_unit_test(test_an_overload_takes_its_time),
		cmocka_unit_test(test_a_reset_waits_for_the_faults_end),
		cmocka_unit_test(test_ceilings_move_smoothly_and_hold),
		cmocka_unit_test(test_the_coil_is_kept_cool),
		cmocka_unit_test(test_limiters_are_exchanged_unheard),
		cmocka_unit_test(test_limiters_are_exchanged_while_they_limit),
		cmocka_unit_test(test_ceilings_move_what_they_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
