/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A goniometer's picture of known tones: the figures that they make, and what of the time it shows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scope.h"

#define RATE    48000
#define TONE_HZ 997
#define FRAMES  4800 /* 100 ms: two pictures */
#define PAIRS   (SCOPE_RUN * SCOPE_RUNS)

struct sound {
	double left[FRAMES], right[FRAMES];
};

/* Sides of the same tone, `right` that many times as loud and `degrees` late. */
static void make_tone(struct sound *sound, double left, double right, double degrees)
{
	for (int i = 0; i < FRAMES; i++) {
		double angle = 2 * M_PI * TONE_HZ * i / RATE;

		sound->left[i] = left * sin(angle);
		sound->right[i] = right * sin(angle - degrees * M_PI / 180);
	}
}

static void draw(const struct sound *sound, unsigned int block, struct scope_picture *ret_picture)
{
	struct scope scope = {0};

	scope_start(&scope, RATE);
	for (unsigned int at = 0; at < FRAMES; at += block) {
		unsigned int frames = FRAMES - at < block ? FRAMES - at : block;

		scope_take(&scope, sound->left + at, sound->right + at, frames);
	}
	memset(ret_picture, 0, sizeof(*ret_picture));
	scope_draw(&scope, ret_picture);
}

static void draw_tone(double left, double right, double degrees, struct scope_picture *ret_picture)
{
	struct sound sound;

	make_tone(&sound, left, right, degrees);
	draw(&sound, 256, ret_picture);
	assert_int_equal(ret_picture->count, SCOPE_RUNS);
	assert_int_equal(ret_picture->runs, FRAMES * SCOPE_RUNS_HZ / RATE);
}

static void test_one_line(void **state)
{
	static const struct {
		double left, right;
	} sides[] = {{0.5, 0.5}, {0.5, -0.5}, {0.5, 0}, {0, 0.5}, {0.25, 0.5}};

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		struct scope_picture picture;
		double l = sides[i].left, r = sides[i].right;
		int most = 0;

		draw_tone(l, r, 0, &picture);
		for (int pair = 0; pair < PAIRS; pair++) {
			int left = picture.pairs[pair][0], right = picture.pairs[pair][1];

			/* Rounding alone takes it off the line through the middle. */
			assert_true(fabs(left * r - right * l) <= 0.5 * (fabs(l) + fabs(r)));
			most = abs(left) > most ? abs(left) : most;
			most = abs(right) > most ? abs(right) : most;
		}
		assert_int_equal(most, 127);
		/* The highest sample of the tone is nearly its peak. */
		assert_true(fabs(20 * log10(picture.peak / 0.5)) < 0.02);
	}
}

static void test_mono_is_exact(void **state)
{
	struct scope_picture picture;

	draw_tone(0.3, 0.3, 0, &picture);
	for (int pair = 0; pair < PAIRS; pair++) {
		assert_int_equal(picture.pairs[pair][0], picture.pairs[pair][1]);
	}
	draw_tone(0.3, -0.3, 0, &picture);
	for (int pair = 0; pair < PAIRS; pair++) {
		assert_int_equal(picture.pairs[pair][0], -picture.pairs[pair][1]);
	}
}

static void test_a_quarter_late_is_a_circle(void **state)
{
	struct scope_picture picture;
	unsigned int sectors = 0;

	draw_tone(0.1, 0.1, 90, &picture);
	for (int pair = 0; pair < PAIRS; pair++) {
		double left = picture.pairs[pair][0], right = picture.pairs[pair][1];
		double degrees = atan2(right, left) * 180 / M_PI + 180;

		assert_true(fabs(hypot(left, right) - 127) < 1);
		sectors |= 1U << ((unsigned int)(degrees / 22.5) % 16);
	}
	assert_int_equal(sectors, 0xffff); /* all of the way round */
}

/* Of a tone each sample follows from the two before it: x[n+1] = 2 cos(w) x[n] - x[n-1]. */
static void test_runs_are_of_one_piece(void **state)
{
	const double twice_cos = 2 * cos(2 * M_PI * TONE_HZ / RATE);
	struct scope_picture picture;

	draw_tone(0.5, 0.5, 90, &picture);
	for (int pair = 1; pair < PAIRS - 1; pair++) {
		double off = picture.pairs[pair + 1][0] - twice_cos * picture.pairs[pair][0] +
			     picture.pairs[pair - 1][0];
		int at = pair % SCOPE_RUN;

		if (at > 0 && at < SCOPE_RUN - 1) {
			assert_true(fabs(off) <= 2);
		}
	}
}

/* A ramp says of each frame when it was: the runs are evenly spread over the last 50 ms. */
static void test_all_of_the_time_is_shown(void **state)
{
	struct scope_picture picture;
	struct sound sound;
	double stride = (double)RATE / SCOPE_RUNS_HZ;

	for (int i = 0; i < FRAMES; i++) {
		sound.left[i] = (double)i / FRAMES;
		sound.right[i] = -sound.left[i];
	}
	draw(&sound, 256, &picture);
	for (int run = 0; run < SCOPE_RUNS; run++) {
		double frame = picture.pairs[run * SCOPE_RUN][0] / 127.0 * picture.peak * FRAMES;
		double wanted = FRAMES - (SCOPE_RUNS - run) * stride;

		assert_true(fabs(frame - wanted) < 0.51 * FRAMES / 127);
	}
}

static void test_blocks_do_not_matter(void **state)
{
	static const unsigned int blocks[] = {1, 7, 31, 32, 33, 255, 4800};
	struct scope_picture picture, other;
	struct sound sound;

	make_tone(&sound, 0.4, 0.2, 30);
	draw(&sound, 256, &picture);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		draw(&sound, blocks[i], &other);
		assert_memory_equal(&picture, &other, sizeof(picture));
	}
}

static void test_any_rate(void **state)
{
	static const double rates[] = {1, 8000, 44100, 192000, 1536000};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct scope scope = {0};
		struct scope_picture picture = {0};
		double second = fmax(rates[i], SCOPE_RUN * 2);

		scope_start(&scope, rates[i]);
		for (double at = 0; at < second; at++) {
			const double sample = 1e-3;

			scope_take(&scope, &sample, &sample, 1);
		}
		scope_draw(&scope, &picture);
		assert_true(picture.count >= 2 && picture.pairs[0][0] == 127);
		if (rates[i] >= 8000) {
			assert_true(fabs((double)picture.runs - SCOPE_RUNS_HZ) <= 1);
		}
	}
}

static void test_silence_and_beginnings(void **state)
{
	struct scope scope = {0};
	struct scope_picture picture = {.peak = 1};
	static const double silence[1000];
	double loud[SCOPE_RUN];

	for (int i = 0; i < SCOPE_RUN; i++) {
		loud[i] = 1e300;
	}
	scope_start(&scope, RATE);
	scope_draw(&scope, &picture);
	assert_true(picture.count == 0 && picture.runs == 0 && picture.peak == 0);
	scope_take(&scope, silence, silence, 1000);
	scope_draw(&scope, &picture);
	assert_int_equal(picture.count, 4);
	assert_true(picture.peak == 0 && picture.pairs[0][0] == 0 && picture.pairs[127][1] == 0);
	/* Begun anew: nothing of before, and numbers go on. */
	scope_start(&scope, RATE);
	scope_take(&scope, loud, silence, SCOPE_RUN);
	scope_draw(&scope, &picture);
	assert_true(picture.count == 1 && picture.runs == 5 && picture.peak == 1e300);
	assert_true(picture.pairs[31][0] == 127 && picture.pairs[31][1] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_mono_is_exact),
		cmocka_unit_test(test_a_quarter_late_is_a_circle),
		cmocka_unit_test(test_runs_are_of_one_piece),
		cmocka_unit_test(test_all_of_the_time_is_shown),
		cmocka_unit_test(test_blocks_do_not_matter),
		cmocka_unit_test(test_any_rate),
		cmocka_unit_test(test_silence_and_beginnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
