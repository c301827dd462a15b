/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * All meters of one point together: each channel is measured, rests and is reset with the others.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "programme.h"

#define RATE   48000
#define FRAMES 48000

static double samples[PROGRAMME_CHANNELS][FRAMES];

/* A second of 1 kHz on each channel, 6 dB less from one to the next; the first one clips. */
static void play(struct programme *programme)
{
	const double *planes[PROGRAMME_CHANNELS];

	for (int c = 0; c < PROGRAMME_CHANNELS; c++) {
		planes[c] = samples[c];
		for (int i = 0; i < FRAMES; i++) {
			samples[c][i] =
				fmin(1, 1.5 * pow(0.5, c) * sin(2 * M_PI * 1000 * i / RATE));
		}
	}
	programme_process(programme, planes, FRAMES);
}

static void test_each_channel(void **state)
{
	static struct programme programme;

	for (unsigned int channels = 1; channels <= PROGRAMME_CHANNELS; channels++) {
		programme_init(&programme, RATE, channels, PPM_II, true);
		play(&programme);
		assert_true(programme_true_peak(&programme) >= 1.5);
		for (unsigned int c = 0; c < channels; c++) {
			double peak = 1.5 * pow(0.5, c);

			assert_true(programme.ppms[c].most > 0.8 * fmin(peak, 1));
			assert_true(programme.ppms[c].most < 1.6 * peak);
			assert_true(fabs(programme.meters[c].peak / peak - 1) < 0.001);
		}
		assert_true(loudness_gate_integrated(&programme.loudness.integrated, NULL) > -10);
		assert_true(programme.meters[0].clips > 0);
		programme_reset(&programme);
		assert_true(programme.meters[0].clips == 0);
		for (unsigned int c = 0; c < channels; c++) {
			assert_true(programme.ppms[c].most == 0);
		}
		assert_true(programme_true_peak(&programme) == 0);
		assert_true(loudness_gate_integrated(&programme.loudness.integrated, NULL) ==
			    LOUDNESS_FLOOR);
		play(&programme);
		programme_rest(&programme);
		for (unsigned int c = 0; c < channels; c++) {
			assert_true(programme.meters[c].peak == 0);
			assert_true(programme.ppms[c].needle == 0);
			assert_true(programme.ppms[c].most > 0);
		}
	}
}

/* Left, right and centre weigh 1, surrounds 1.41 (ITU-R BS.1770); four channels have no centre. */
static void test_weights(void **state)
{
	static const double wanted[] = {1, 1, 1, 1.41, 1.41}, quad[] = {1, 1, 1.41, 1.41};
	static struct programme programme;

	for (unsigned int channels = 1; channels <= PROGRAMME_CHANNELS; channels++) {
		programme_init(&programme, RATE, channels, PPM_II, false);
		assert_memory_equal(programme.loudness.weight, channels == 4 ? quad : wanted,
				    channels * sizeof(wanted[0]));
	}
}

static void test_what_is_no_sound_is_cleaned(void **state)
{
	double some[] = {0.5, NAN, INFINITY, -INFINITY, 1e6, -1e6, 1.1e6, -1.1e6, -0.25};
	static const double wanted[] = {0.5, 0, 0, 0, 1e6, -1e6, 0, 0, -0.25};

	programme_clean(some, sizeof(some) / sizeof(some[0]));
	assert_memory_equal(some, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_channel),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_what_is_no_sound_is_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
