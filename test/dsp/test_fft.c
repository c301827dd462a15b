/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The FFT against the definition in long double arithmetic, its way back, and its floor.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fft.h"
#include "tone.h"

struct buffers {
	double *samples, *re, *im;
};

static struct fft *open_fft(size_t length, struct buffers *ret_buffers)
{
	struct fft *fft;
	double *memory = calloc(2 * length + 2, sizeof(double));

	assert_int_equal(fft_create(length, &fft), 0);
	assert_non_null(memory);
	*ret_buffers = (struct buffers){memory, memory + length, memory + length + length / 2 + 1};
	return fft;
}

static void close_fft(struct fft *fft, struct buffers *buffers)
{
	free(buffers->samples);
	fft_destroy(fft);
}

static void fill_with_noise(double *samples, size_t length)
{
	uint64_t seed = length;

	for (size_t i = 0; i < length; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		samples[i] = (double)(int32_t)(seed >> 32) * 0x1p-31;
	}
}

static void lengths_are_checked(void **state)
{
	static const size_t wrong[] = {0, 1, 3, 12, 1000, ((size_t)1 << 24) + 1, (size_t)1 << 25};
	struct fft *fft = NULL;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(fft_create(wrong[i], &fft), -EINVAL);
		assert_null(fft);
	}
	fft_destroy(NULL);
}

/* The largest distance of a bin from the definition. */
static double error_of(const struct buffers *buffers, size_t length)
{
	const long double turn = 2.0L * acosl(-1.0L);
	double largest = 0.0;

	for (size_t bin = 0; bin <= length / 2; bin++) {
		long double re = 0.0L, im = 0.0L;

		for (size_t i = 0; i < length; i++) {
			const long double angle =
				turn * (long double)(bin * i % length) / (long double)length;

			re += buffers->samples[i] * cosl(angle);
			im -= buffers->samples[i] * sinl(angle);
		}
		largest = fmax(largest, hypot((double)(re - buffers->re[bin]),
					      (double)(im - buffers->im[bin])));
	}
	return largest;
}

static void spectrum_is_as_defined(void **state)
{
	for (size_t length = 2; length <= 2048; length *= 2) {
		struct buffers buffers;
		struct fft *fft = open_fft(length, &buffers);
		double *copy = calloc(length, sizeof(double));

		assert_non_null(copy);
		fill_with_noise(buffers.samples, length);
		memcpy(copy, buffers.samples, length * sizeof(double));
		fft_forward(fft, buffers.samples, buffers.re, buffers.im);
		assert_memory_equal(copy, buffers.samples, length * sizeof(double));
		assert_true(error_of(&buffers, length) < 6e-16 * sqrt((double)length));
		free(copy);
		close_fft(fft, &buffers);
	}
}

static void the_way_back_leads_home(void **state)
{
	for (size_t length = 2; length <= (size_t)1 << 20; length *= 2) {
		struct buffers buffers;
		struct fft *fft = open_fft(length, &buffers);
		double *back = calloc(length, sizeof(double));
		double largest = 0.0;

		assert_non_null(back);
		fill_with_noise(buffers.samples, length);
		fft_forward(fft, buffers.samples, buffers.re, buffers.im);
		fft_inverse(fft, buffers.re, buffers.im, back);
		for (size_t i = 0; i < length; i++) {
			largest = fmax(largest, fabs(back[i] - buffers.samples[i]));
		}
		assert_true(largest < 2e-15);
		free(back);
		close_fft(fft, &buffers);
	}
}

/* All bins but the tone's, in power against it. */
static void a_coherent_sine_stands_alone(void **state)
{
	for (size_t length = 1024; length <= (size_t)1 << 20; length *= 8) {
		struct buffers buffers;
		struct fft *fft = open_fft(length, &buffers);
		const size_t bin = tone_coherent_bin(997.0, 48000.0, length);
		struct tone tone = {1.0, 0, tone_coherent_step(bin, length)};
		const double unit = 2.0 / (double)length;

		tone_fill(&tone, buffers.samples, length);
		fft_forward(fft, buffers.samples, buffers.re, buffers.im);
		for (size_t i = 0; i <= length / 2; i++) {
			const double line = hypot(buffers.re[i], buffers.im[i]) * unit;

			if (i == bin) {
				assert_true(fabs(line - 1.0) < 1e-15);
			} else {
				assert_true(tone_db(line) < -310.0);
			}
		}
		close_fft(fft, &buffers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(spectrum_is_as_defined),
		cmocka_unit_test(the_way_back_leads_home),
		cmocka_unit_test(a_coherent_sine_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
