/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The look-ahead limiter: the wave that a converter makes of its samples stays below the ceiling,
 * found by exact reconstruction (a Fourier transform lengthened 64 times), which shares nothing
 * with the limiter's own detector.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis.h"
#include "fft.h"
#include "lookahead.h"

#define LENGTH 8192
#define TIMES  64
#define FADE   1024

static struct lookahead limiter;

static double noise(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(int64_t)*state * 0x1p-63;
}

/* The largest value of the band-limited wave through samples that repeat: they fade at both ends.
 */
static double true_peak(const double *samples)
{
	static double wave[LENGTH * TIMES], re[LENGTH * TIMES / 2 + 1], im[LENGTH * TIMES / 2 + 1];
	struct fft *small, *large;
	double peak = 0;

	assert_int_equal(fft_create(LENGTH, &small), 0);
	assert_int_equal(fft_create(LENGTH * TIMES, &large), 0);
	memset(re, 0, sizeof(re));
	memset(im, 0, sizeof(im));
	fft_forward(small, samples, re, im);
	re[LENGTH / 2] /= 2; /* half the rate was one bin and is two now */
	fft_inverse(large, re, im, wave);
	for (int i = 0; i < LENGTH * TIMES; i++) {
		peak = fmax(peak, TIMES * fabs(wave[i]));
	}
	fft_destroy(small);
	fft_destroy(large);
	return peak;
}

static double fade(int i)
{
	double left = fmin(i, LENGTH - 1 - i) / FADE;

	return left >= 1 ? 1 : 0.5 - 0.5 * cos(M_PI * left);
}

/* EBU Tech 3341, 15 to 19: sines whose samples miss the peak by the phase given, in degrees. */
static const struct {
	double part, amplitude, degrees;
} sines[] = {
	{4, 0.5, 0}, {4, 0.5, 45}, {6, 0.5, 60}, {8, 0.5, 67.5}, {4, 1.41, 45},
};

/* 20 to 23: in a sine of a sixth of the rate one period of a quarter of it, twice as high. Made at
 * four times the rate, low-passed, and every fourth sample kept, from the offset on. */
static void fill_burst(double *samples, int offset)
{
	static double high[4 * LENGTH];
	double sum = 0, taps[511];
	double phase = 0;

	for (int i = 0; i < 4 * LENGTH; i++) {
		bool burst = i >= 2 * LENGTH && i < 2 * LENGTH + 16;

		high[i] = (burst ? 1.0 : 0.5) * sin(phase);
		phase += 2 * M_PI / (burst ? 16 : 24);
	}
	for (int k = 0; k < 511; k++) {
		double x = (k - 255) / 4.0, w = 2 * M_PI * (k + 1) / 512;

		taps[k] = (x == 0 ? 1 : sin(M_PI * x) / (M_PI * x)) *
			  (0.42 - 0.5 * cos(w) + 0.08 * cos(2 * w));
		sum += taps[k];
	}
	for (int i = 0; i < LENGTH; i++) {
		samples[i] = 0;
		for (int k = 0; k < 511; k++) {
			int from = 4 * i + offset + k - 255;

			if (from >= 0 && from < 4 * LENGTH) {
				samples[i] += taps[k] / sum * high[from];
			}
		}
		samples[i] *= fade(i);
	}
}

static void fill_case(int number, double *samples)
{
	if (number >= 20) {
		fill_burst(samples, number - 20);
		return;
	}
	for (int i = 0; i < LENGTH; i++) {
		samples[i] = fade(i) * sines[number - 15].amplitude *
			     sin(2 * M_PI * i / sines[number - 15].part +
				 M_PI * sines[number - 15].degrees / 180);
	}
}

/* In blocks of odd lengths, until all has left; the delay is taken out again. */
static void run(double *left, double *right, int count, double ceiling)
{
	double *line[2] = {calloc((size_t)count + 4096, sizeof(double)),
			   calloc((size_t)count + 4096, sizeof(double))};
	int total = count + (int)limiter.delay;

	assert_true(line[0] && line[1]);
	memcpy(line[0], left, (size_t)count * sizeof(*left));
	memcpy(line[1], right ? right : left, (size_t)count * sizeof(*left));
	for (int done = 0, block = 1; done < total; done += block, block = block * 7 % 509 + 1) {
		block = block < total - done ? block : total - done;
		lookahead_process(&limiter, ceiling, line[0] + done, right ? line[1] + done : NULL,
				  (uint32_t)block);
	}
	memcpy(left, line[0] + limiter.delay, (size_t)count * sizeof(*left));
	if (right) {
		memcpy(right, line[1] + limiter.delay, (size_t)count * sizeof(*left));
	}
	free(line[0]);
	free(line[1]);
}

static void test_true_peaks_stay_below_the_ceiling(void **state)
{
	static const double rates[] = {44100, 48000, 96000, 192000};
	static double samples[LENGTH];
	double highest = 0, raw = 0;

	for (int rate = 0; rate < 4; rate++) {
		for (int number = 15; number <= 23; number++) {
			for (int raise = 2; raise <= 4; raise += 2) {
				fill_case(number, samples);
				for (int i = 0; i < LENGTH; i++) {
					samples[i] *= raise;
				}
				raw = true_peak(samples);
				assert_true(raw > 0.97 * raise * 0.5);
				lookahead_init(&limiter, ops_best(), rates[rate]);
				run(samples, NULL, LENGTH, 1);
				highest = fmax(highest, true_peak(samples));
			}
		}
	}
	print_message("figure: lookahead_true_peak %.3f dBTP\n", 20 * log10(highest));
	assert_true(highest < 1);
}

/* Noise up to 0.45 of the rate, where converters' own filters end. */
static void fill_noise(double *samples, uint64_t *seed, double amplitude)
{
	static double re[LENGTH / 2 + 1], im[LENGTH / 2 + 1];
	struct fft *fft;

	assert_int_equal(fft_create(LENGTH, &fft), 0);
	for (int bin = 0; bin <= LENGTH / 2; bin++) {
		bool in = bin > 0 && bin < 0.45 * LENGTH;

		re[bin] = in ? amplitude * sqrt(LENGTH) * noise(seed) : 0;
		im[bin] = in ? amplitude * sqrt(LENGTH) * noise(seed) : 0;
	}
	fft_inverse(fft, re, im, samples);
	for (int i = 0; i < LENGTH; i++) {
		samples[i] *= fade(i);
	}
	fft_destroy(fft);
}

static void test_noise_stays_below_the_ceiling(void **state)
{
	static double left[LENGTH], right[LENGTH];
	uint64_t seed = 7;
	double highest = 0;

	for (int round = 0; round < 12; round++) {
		fill_noise(left, &seed, 3);
		fill_noise(right, &seed, round % 2 ? 0.2 : 20);
		lookahead_init(&limiter, ops_best(), 48000);
		run(left, right, LENGTH, 0.25);
		for (int i = 0; i < LENGTH; i++) {
			assert_true(fabs(left[i]) <= 0.25 && fabs(right[i]) <= 0.25);
		}
		highest = fmax(highest, fmax(true_peak(left), true_peak(right)));
	}
	print_message("figure: lookahead_noise_true_peak %.3f dB re ceiling\n",
		      20 * log10(highest / 0.25));
	assert_true(highest <= 0.25);
}

static void test_below_the_ceiling_bits_pass(void **state)
{
	static double left[LENGTH], right[LENGTH], before[2][LENGTH];
	uint64_t seed = 5;

	for (int amplitude = 0; amplitude < 3; amplitude++) {
		for (int i = 0; i < LENGTH; i++) {
			before[0][i] = left[i] =
				amplitude * 0.48 * sin(0.1 * i) + 0.01 * noise(&seed);
			before[1][i] = right[i] = 0.3 * noise(&seed);
		}
		for (double rate = 8000; rate < 1.6e6; rate *= 2.9) {
			lookahead_init(&limiter, ops_best(), rate);
			memcpy(left, before[0], sizeof(left));
			memcpy(right, before[1], sizeof(right));
			run(left, right, LENGTH, 1);
			assert_true(lookahead_at_rest(&limiter));
			assert_memory_equal(left, before[0], sizeof(left));
			assert_memory_equal(right, before[1], sizeof(right));
		}
	}
}

/* One loud moment: both sides by the same factor, which bends smoothly, and rest after it. */
static void test_the_factor_is_smooth_and_returns_to_rest(void **state)
{
	enum { COUNT = 150000 };
	double *left = malloc(COUNT * sizeof(double)), *right = malloc(COUNT * sizeof(double));
	double bend = 0;

	assert_true(left && right);
	for (int i = 0; i < COUNT; i++) {
		left[i] = i == 48000 ? 4 : 0.5;
		right[i] = 0.25;
	}
	lookahead_init(&limiter, ops_best(), 48000);
	run(left, right, COUNT, 1);
	for (int i = 1; i < COUNT - 1; i++) {
		if (i != 48000) {
			assert_true(left[i] == 2 * right[i]);
		}
		bend = fmax(bend, fabs(right[i - 1] - 2 * right[i] + right[i + 1]) / 0.25);
	}
	/* Down by 0.76 over two averages of some 20 frames each. */
	assert_true(bend < 4 * 0.8 / (20 * 20));
	assert_true(fabs(left[48000]) <= 1 && left[47900] == 0.5 && left[48100] < 0.13);
	assert_true(left[COUNT - 1] == 0.5 && lookahead_at_rest(&limiter));
	free(left);
	free(right);
}

static double thd_of(double frequency_hz, double amplitude)
{
	enum { RECORD = 65536, SETTLE = 48000 };
	static double samples[RECORD + SETTLE];
	size_t bin = tone_coherent_bin(frequency_hz, 48000, RECORD);
	struct tone tone = {amplitude, 0, tone_coherent_step(bin, RECORD)};
	struct spectrum *spectrum;
	double thd;

	tone_fill(&tone, samples, RECORD + SETTLE);
	lookahead_init(&limiter, ops_best(), 48000);
	lookahead_process(&limiter, 1, samples, NULL, RECORD + SETTLE);
	assert_int_equal(spectrum_create(RECORD, 48000, WINDOW_NONE, &spectrum), 0);
	spectrum_add(spectrum, samples + SETTLE);
	thd = spectrum_thd_db(spectrum, (double)bin * 48000 / RECORD, 9, NULL);
	spectrum_destroy(spectrum);
	return thd;
}

static void test_a_steady_tone_is_not_distorted(void **state)
{
	static const double amplitudes[] = {0.98, 1, 1.3, 4};
	double worst = -400;

	for (int a = 0; a < 4; a++) {
		worst = fmax(worst, thd_of(40, amplitudes[a]));
		worst = fmax(worst, thd_of(997, amplitudes[a]));
		worst = fmax(worst, thd_of(7350, amplitudes[a]));
	}
	print_message("figure: lookahead_thd %.1f dB\n", worst);
	assert_true(worst < -120);
}

static void test_the_delay_is_as_told(void **state)
{
	assert_int_equal(lookahead_delay(48000), 72);
	assert_int_equal(lookahead_delay(44100), 66);
	assert_int_equal(lookahead_delay(192000), 288);
	assert_int_equal(lookahead_delay(1536000), 2304);
	assert_int_equal(lookahead_delay(8000), 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true_peaks_stay_below_the_ceiling),
		cmocka_unit_test(test_noise_stays_below_the_ceiling),
		cmocka_unit_test(test_below_the_ceiling_bits_pass),
		cmocka_unit_test(test_the_factor_is_smooth_and_returns_to_rest),
		cmocka_unit_test(test_a_steady_tone_is_not_distorted),
		cmocka_unit_test(test_the_delay_is_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
