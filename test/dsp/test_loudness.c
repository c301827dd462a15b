/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Loudness against BS.1770's filter, the cases of EBU Tech 3341 and 3342 (synthesised; an ideal
 * meter's result was computed for each), and libebur128 on a programme of random noise.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ebur128.h>

#include "loudness.h"

#define RATE      48000
#define BLOCK     480
#define TOLERANCE 0.01 /* a tenth of what EBU Tech 3341 allows */

static const double stereo[2] = {1, 1};

/* A tone in phase on all channels, at a level of its own on each. */
struct player {
	struct loudness loudness;
	double rate_hz;
	uint64_t frame;
};

static struct player *start(double rate_hz, unsigned int channels, const double *weights)
{
	struct player *player = calloc(1, sizeof(*player));

	assert_non_null(player);
	loudness_init(&player->loudness, rate_hz, channels, weights);
	player->rate_hz = rate_hz;
	return player;
}

static void play_channels(struct player *player, double seconds, const double *dbfs)
{
	long frames = lround(seconds * player->rate_hz);
	double planes[LOUDNESS_CHANNELS][BLOCK];
	const double *pointers[LOUDNESS_CHANNELS];

	while (frames > 0) {
		long part = frames < BLOCK ? frames : BLOCK;

		for (unsigned int c = 0; c < player->loudness.channels; c++) {
			double amplitude = pow(10, dbfs[c] / 20);

			pointers[c] = planes[c];
			for (long i = 0; i < part; i++) {
				uint64_t n = player->frame + (uint64_t)i;

				planes[c][i] = amplitude *
					       sin(2 * M_PI * 1000 * (double)n / player->rate_hz);
			}
		}
		loudness_process(&player->loudness, pointers, (size_t)part);
		player->frame += (uint64_t)part;
		frames -= part;
	}
}

static void play(struct player *player, double seconds, double dbfs)
{
	const double both[2] = {dbfs, dbfs};

	play_channels(player, seconds, both);
}

static double momentary(const struct player *player)
{
	return loudness_lufs(player->loudness.momentary);
}

static double short_term(const struct player *player)
{
	return loudness_lufs(player->loudness.short_term);
}

static double integrated(const struct player *player)
{
	return loudness_gate_integrated(&player->loudness.integrated, NULL);
}

static double range(const struct player *player)
{
	return loudness_gate_range(&player->loudness.range);
}

static double furthest; /* from the ideal */

static void assert_lufs(double got, double expected)
{
	if (fabs(got - expected) > TOLERANCE) {
		fail_msg("%.4f, expected %.4f", got, expected);
	}
	furthest = fmax(furthest, fabs(got - expected));
}

/* BS.1770's tables for 48 kHz, to the digits that its prototype gives. */
static const double shelf_b[3] = {1.53512485958697, -2.69169618940638, 1.19839281085285};
static const double shelf_a[2] = {-1.69065929318241, 0.73248077421585};
static const double highpass_a[2] = {-1.99004745483398, 0.99007225036621};

static double gain_db(const double b[3], const double a[2], const double c[2], double w)
{
	double complex z = cexp(-I * w);
	double complex shelf = (b[0] + b[1] * z + b[2] * z * z) / (1 + a[0] * z + a[1] * z * z);

	return 20 * log10(cabs(shelf * (1 - z) * (1 - z) / (1 + c[0] * z + c[1] * z * z)));
}

static void test_weighting_at_48_khz(void **state)
{
	struct player *player = start(RATE, 2, stereo);

	for (int i = 0; i < 3; i++) {
		assert_true(fabs(player->loudness.shelf_b[i] - shelf_b[i]) < 2e-14);
	}
	for (int i = 0; i < 2; i++) {
		assert_true(fabs(player->loudness.shelf_a[i] - shelf_a[i]) < 2e-14);
		assert_true(fabs(player->loudness.highpass_a[i] - highpass_a[i]) < 2e-14);
	}
	free(player);
}

static void test_weighting_at_any_rate(void **state)
{
	static const double rates[] = {32000, 44100, 88200, 96000, 176400, 192000, 384000, 1536000};
	double worst = 0;

	for (int r = 0; r < 8; r++) {
		struct player *player = start(rates[r], 2, stereo);
		const struct loudness *of = &player->loudness;

		for (double hz = 20; hz <= fmin(20000, 0.47 * rates[r]); hz *= 1.02) {
			double here = gain_db(of->shelf_b, of->shelf_a, of->highpass_a,
					      2 * M_PI * hz / rates[r]);
			double there = gain_db(shelf_b, shelf_a, highpass_a, 2 * M_PI * hz / RATE);

			worst = fmax(worst, fabs(here - there));
		}
		free(player);
	}
	printf("figure: k_weighting_against_48_khz %.4f dB\n", worst);
	assert_true(worst < 0.011);
}

/* The filter as it runs, by the power of tones. */
static void test_weighting_of_tones(void **state)
{
	static const double table[][2] = {{50, -3.93},   {100, -1.13}, {200, -0.26}, {500, 0.04},
					  {1000, 0.698}, {2000, 3.07}, {4000, 3.97}, {10000, 4.04}};
	double tone[BLOCK * 10];
	const double *planes[1] = {tone};

	for (int t = 0; t < 8; t++) {
		struct player *player = start(RATE, 1, stereo);
		double db;

		for (int block = 0; block < 30; block++) {
			for (int i = 0; i < BLOCK * 10; i++) {
				long n = block * BLOCK * 10L + i;

				tone[i] = sin(2 * M_PI * table[t][0] * (double)n / RATE);
			}
			loudness_process(&player->loudness, planes, BLOCK * 10);
		}
		db = 10 * log10(2 * player->loudness.momentary);
		assert_true(fabs(db - table[t][1]) < 0.006);
		free(player);
	}
}

/* One channel, 0 dBFS, 997 Hz: -3.01. Cases 1 and 2. */
static void test_steady_tones(void **state)
{
	static const double levels[2][2] = {{-23, -22.993}, {-33, -32.993}};

	for (int i = 0; i < 2; i++) {
		struct player *player = start(RATE, 2, stereo);

		play(player, 20, levels[i][0]);
		assert_lufs(momentary(player), levels[i][1]);
		assert_lufs(short_term(player), levels[i][1]);
		assert_lufs(integrated(player), levels[i][1]);
		assert_true(fabs(integrated(player) - levels[i][0]) < 0.01);
		free(player);
	}
}

/* Cases 3 to 5: the gates. */
static void test_gates(void **state)
{
	struct player *player = start(RATE, 2, stereo);

	play(player, 10, -36);
	play(player, 60, -23);
	play(player, 10, -36);
	assert_lufs(integrated(player), -23.014);
	free(player);

	player = start(RATE, 2, stereo);
	play(player, 10, -72);
	play(player, 10, -36);
	play(player, 60, -23);
	play(player, 10, -36);
	play(player, 10, -72);
	assert_lufs(integrated(player), -23.014);
	free(player);

	player = start(RATE, 2, stereo);
	play(player, 20, -26);
	play(player, 20.1, -20);
	play(player, 20, -26);
	assert_lufs(integrated(player), -22.979);
	free(player);
}

/* What is below -70 LUFS counts for nothing, however quiet the rest is. */
static void test_absolute_gate(void **state)
{
	struct player *player = start(RATE, 2, stereo);

	play(player, 30, -69);
	play(player, 60, -71);
	assert_true(fabs(integrated(player) + 68.993) < 0.05);
	free(player);
}

/* Case 6: left, right, centre, both surrounds. */
static void test_five_channels(void **state)
{
	static const double weights[5] = {1, 1, 1, 1.41, 1.41};
	static const double levels[5] = {-28, -28, -24, -30, -30};
	struct player *player = start(RATE, 5, weights);

	play_channels(player, 20, levels);
	assert_lufs(integrated(player), -23.016);
	free(player);
}

/* Cases 9 and 12: constant once their window is full. */
static void test_windows_are_as_long_as_they_should(void **state)
{
	struct player *player = start(RATE, 2, stereo);

	for (int i = 0; i < 5; i++) {
		for (int tenth = 0; tenth < 30; tenth++) {
			/* 1.34 s at -20, 1.66 s at -30 */
			double loud = fmin(0.1, fmax(0, 1.34 - tenth * 0.1));

			play(player, loud, -20);
			play(player, 0.1 - loud, -30);
			if (i >= 1) {
				assert_lufs(short_term(player), -22.986);
			}
		}
	}
	free(player);

	player = start(RATE, 2, stereo);
	for (int i = 0; i < 25; i++) {
		for (int step = 0; step < 20; step++) {
			play(player, 0.02, step < 9 ? -20 : -30);
			if (i >= 3) {
				assert_lufs(momentary(player), -22.960);
			}
		}
	}
	free(player);
}

/* Cases 10 and 13: a tone as long as the window, wherever it begins. */
static void test_maxima_of_files(void **state)
{
	for (int i = 0; i < 20; i++) {
		struct player *player = start(RATE, 2, stereo);

		play(player, i * 0.15, -200);
		play(player, 3, -23);
		play(player, 1, -200);
		assert_lufs(loudness_lufs(player->loudness.most_short_term), -22.993);
		free(player);

		player = start(RATE, 2, stereo);
		play(player, i * 0.02, -200);
		play(player, 0.4, -23);
		play(player, 1, -200);
		assert_lufs(loudness_lufs(player->loudness.most_momentary), -22.994);
		free(player);
	}
}

/* Cases 11 and 14: the same, live, each louder than the last. */
static void test_maxima_live(void **state)
{
	struct player *slow = start(RATE, 2, stereo), *fast = start(RATE, 2, stereo);

	for (int i = 0; i < 20; i++) {
		play(slow, i * 0.15, -200);
		play(slow, 3, -38 + i);
		play(slow, 3 - i * 0.15, -200);
		assert_lufs(loudness_lufs(slow->loudness.most_short_term), -38 + i);
		play(fast, i * 0.02, -200);
		play(fast, 0.4, -38 + i);
		play(fast, 0.4 - i * 0.02, -200);
		assert_lufs(loudness_lufs(fast->loudness.most_momentary), -38 + i);
	}
	free(slow);
	free(fast);
	printf("figure: ebu_3341_furthest_from_ideal %.4f LU\n", furthest);
}

/* EBU Tech 3342, cases 1 to 4: 20 s of each. */
/* Beyond the last step of a gate all of it is counted in that step. */
static void test_beyond_the_loudest_step(void **state)
{
	struct player *player = start(RATE, 2, stereo);

	play(player, 5, 60);
	assert_true(player->loudness.integrated.count[LOUDNESS_STEPS - 1] > 40);
	assert_lufs(integrated(player), 60.007);
	assert_true(range(player) == 0);
	free(player);
}

/* Of a few blocks, each 1 LU above the one before: EBU Tech 3342's percentiles, rounded to a block.
 */
static void test_range_of_a_few_blocks(void **state)
{
	static const struct {
		int blocks;
		double range_lu;
	} cases[] = {{1, 0}, {2, 1}, {5, 4}, {6, 4}, {10, 8}, {15, 12}, {16, 12}};

	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct loudness_gate *gate = calloc(1, sizeof(*gate));

		assert_non_null(gate);
		for (int i = 0; i < cases[c].blocks; i++) {
			gate->count[300 + 10 * i] = 1;
			gate->power[300 + 10 * i] = pow(10, (-40 + i + 0.691) / 10);
		}
		assert_true(fabs(loudness_gate_range(gate) - cases[c].range_lu) < 1e-9);
		free(gate);
	}
}

static void test_range(void **state)
{
	static const double cases[4][6] = {
		{-20, -30}, {-20, -15}, {-40, -20}, {-50, -35, -20, -35, -50}};
	static const double expected[4] = {10, 5, 20, 15};
	double worst = 0;

	for (int i = 0; i < 4; i++) {
		struct player *player = start(RATE, 2, stereo);

		for (int k = 0; cases[i][k] != 0; k++) {
			play(player, 20, cases[i][k]);
		}
		worst = fmax(worst, fabs(range(player) - expected[i]));
		free(player);
	}
	printf("figure: ebu_3342_furthest_from_ideal %.4f LU\n", worst);
	assert_true(worst < TOLERANCE);
}

/* Tones from 30 Hz to 19 kHz: the same loudness whatever the rate. */
static void test_rates_agree(void **state)
{
	static const double rates[] = {44100, 88200, 96000, 176400, 192000};
	double at_48 = 0, worst = 0;
	static double sound[192000 * 2];

	for (int r = -1; r < 5; r++) {
		double rate = r < 0 ? RATE : rates[r];
		size_t frames = (size_t)rate;
		const double *planes[1] = {sound};
		struct player *player = start(rate, 1, stereo);

		memset(sound, 0, sizeof(sound));
		for (int k = 0; k < 20; k++) {
			/* Whole numbers of periods in 0.4 s, to be the same in any window. */
			double hz = round(30 * pow(19000.0 / 30, k / 19.0) / 2.5) * 2.5;

			for (size_t i = 0; i < frames; i++) {
				sound[i] += 0.03 * sin(2 * M_PI * hz * (double)i / rate + k * k);
			}
		}
		for (int second = 0; second < 4; second++) {
			loudness_process(&player->loudness, planes, frames);
		}
		if (r < 0) {
			at_48 = momentary(player);
		} else {
			worst = fmax(worst, fabs(momentary(player) - at_48));
		}
		free(player);
	}
	printf("figure: loudness_rates_apart %.4f LU\n", worst);
	assert_true(worst < 0.02);
}

static void test_reset_and_rest(void **state)
{
	struct player *player = start(RATE, 2, stereo);
	struct loudness_gate also = {{0}, {0}};

	play(player, 5, -10);
	loudness_reset(&player->loudness);
	assert_true(integrated(player) == LOUDNESS_FLOOR && range(player) == 0);
	/* No block reaches back over the reset. */
	play(player, 5, -33);
	assert_lufs(integrated(player), -32.993);
	loudness_also(&player->loudness, &also);
	play(player, 2, -23);
	assert_true(fabs(loudness_gate_integrated(&also, NULL) + 22.993) < 0.2);
	loudness_rest(&player->loudness);
	assert_true(momentary(player) == LOUDNESS_FLOOR);
	play(player, 0.39, -23);
	assert_true(short_term(player) < -30);
	free(player);
}

static uint32_t seed = 1;

static double noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (double)seed / 2147483648.0 - 1;
}

/* Noise whose level wanders, a little apart on both sides. */
static void fill(double *interleaved, double *left, double *right, int frames, double dbfs)
{
	double level = pow(10, dbfs / 20);

	for (int i = 0; i < frames; i++) {
		left[i] = interleaved[2 * i] = level * noise();
		right[i] = interleaved[2 * i + 1] = 0.7 * level * noise() + 0.2 * left[i];
	}
}

static void test_like_libebur128(void **state)
{
	static double interleaved[2 * 19200], left[19200], right[19200];
	static const unsigned long rates[] = {44100, 48000};

	for (int r = 0; r < 2; r++) {
		int frames = (int)rates[r] / 10;
		const double *planes[2] = {left, right};
		struct player *player = start((double)rates[r], 2, stereo);
		ebur128_state *other = ebur128_init(
			2, rates[r], EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_S);
		double dbfs = -25, theirs = 0;

		assert_non_null(other);
		for (int tenth = 0; tenth < 900; tenth++) {
			dbfs = fmax(-60, fmin(-6, dbfs + 2 * noise()));
			fill(interleaved, left, right, frames, dbfs);
			loudness_process(&player->loudness, planes, (size_t)frames);
			ebur128_add_frames_double(other, interleaved, (size_t)frames);
			ebur128_loudness_momentary(other, &theirs);
			assert_true(tenth < 4 || fabs(momentary(player) - theirs) < 0.005);
			ebur128_loudness_shortterm(other, &theirs);
			assert_true(tenth < 30 || fabs(short_term(player) - theirs) < 0.005);
		}
		ebur128_loudness_global(other, &theirs);
		assert_true(fabs(integrated(player) - theirs) < 0.01);
		ebur128_loudness_range(other, &theirs);
		/* It takes a block of 3 s each second only. */
		assert_true(fabs(range(player) - theirs) < 0.5);
		ebur128_destroy(&other);
		free(player);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weighting_at_48_khz),
		cmocka_unit_test(test_weighting_at_any_rate),
		cmocka_unit_test(test_weighting_of_tones),
		cmocka_unit_test(test_steady_tones),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_absolute_gate),
		cmocka_unit_test(test_five_channels),
		cmocka_unit_test(test_windows_are_as_long_as_they_should),
		cmocka_unit_test(test_maxima_of_files),
		cmocka_unit_test(test_maxima_live),
		cmocka_unit_test(test_beyond_the_loudest_step),
		cmocka_unit_test(test_range_of_a_few_blocks),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_rates_agree),
		cmocka_unit_test(test_reset_and_rest),
		cmocka_unit_test(test_like_libebur128),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
