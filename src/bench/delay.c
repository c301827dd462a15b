/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Delay between records.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "delay.h"
#include "fft.h"

/* Two spectra, and room for their product and the correlation. */
struct delay_work {
	struct fft *fft;
	size_t length;
	double *a_re, *a_im, *b_re, *b_im, *re, *im;
	double *samples;
};

static int create_work(size_t count, struct delay_work *work)
{
	size_t bins;
	int error;

	work->length = 2;
	while (work->length < 2 * count) {
		work->length *= 2;
	}
	error = fft_create(work->length, &work->fft);
	if (error < 0) {
		return error;
	}
	bins = work->length / 2 + 1;
	work->samples = calloc(work->length + 6 * bins, sizeof(double));
	if (!work->samples) {
		fft_destroy(work->fft);
		return -ENOMEM;
	}
	work->a_re = work->samples + work->length;
	work->a_im = work->a_re + bins;
	work->b_re = work->a_im + bins;
	work->b_im = work->b_re + bins;
	work->re = work->b_im + bins;
	work->im = work->re + bins;
	return 0;
}

static double transform(struct delay_work *work, const double *samples, size_t count, double *re,
			double *im)
{
	double power = 0.0;

	memset(work->samples, 0, work->length * sizeof(double));
	memcpy(work->samples, samples, count * sizeof(double));
	for (size_t i = 0; i < count; i++) {
		power += samples[i] * samples[i];
	}
	fft_forward(work->fft, work->samples, re, im);
	return power;
}

/* The cross-spectrum b conj(a) into re, im, and the correlation into samples. */
static void correlate(struct delay_work *work)
{
	for (size_t k = 0; k <= work->length / 2; k++) {
		work->re[k] = work->b_re[k] * work->a_re[k] + work->b_im[k] * work->a_im[k];
		work->im[k] = work->b_im[k] * work->a_re[k] - work->b_re[k] * work->a_im[k];
	}
	fft_inverse(work->fft, work->re, work->im, work->samples);
}

static size_t highest(const struct delay_work *work)
{
	size_t best = 0;

	for (size_t i = 1; i < work->length; i++) {
		if (fabs(work->samples[i]) > fabs(work->samples[best])) {
			best = i;
		}
	}
	return best;
}

/*
 * With `whole` samples taken off, the slope of the phase through 0, each bin with its weight: what
 * is left of the delay, if it is less than a sample. Again and again, as the phase of high
 * frequencies may have wrapped round at first.
 */
static double refine(const struct delay_work *work, double whole, double sign)
{
	double delay = whole;

	for (unsigned int turn = 0; turn < 4; turn++) {
		double sum = 0.0, weights = 0.0;

		for (size_t k = 1; k < work->length / 2; k++) {
			const double omega = 2.0 * M_PI * (double)k / (double)work->length;
			const double c = cos(omega * delay), s = sin(omega * delay);
			const double re = sign * (work->re[k] * c - work->im[k] * s);
			const double im = sign * (work->re[k] * s + work->im[k] * c);
			const double weight = omega * omega * (re * re + im * im);

			sum -= weight * (atan2(im, re) / omega);
			weights += weight;
		}
		delay += weights > 0.0 ? sum / weights : 0.0;
	}
	return delay;
}

/* The correlation at a delay that need not be whole. */
static double correlation_at(const struct delay_work *work, double delay)
{
	double sum = 0.5 * work->re[0];

	for (size_t k = 1; k < work->length / 2; k++) {
		const double angle = 2.0 * M_PI * (double)k / (double)work->length * delay;

		sum += work->re[k] * cos(angle) - work->im[k] * sin(angle);
	}
	return 2.0 * sum / (double)work->length;
}

int delay_find(const double *earlier, const double *later, size_t count, struct delay *ret_delay)
{
	struct delay_work work = {0};
	double power_a, power_b, whole;
	size_t best;
	int error = create_work(count, &work);

	if (error < 0) {
		return error;
	}
	power_a = transform(&work, earlier, count, work.a_re, work.a_im);
	power_b = transform(&work, later, count, work.b_re, work.b_im);
	*ret_delay = (struct delay){0};
	if (power_a > 0.0 && power_b > 0.0) {
		correlate(&work);
		best = highest(&work);
		whole = best < work.length / 2 ? (double)best : (double)best - (double)work.length;
		ret_delay->samples = refine(&work, whole, work.samples[best] < 0.0 ? -1.0 : 1.0);
		ret_delay->correlation =
			correlation_at(&work, ret_delay->samples) / sqrt(power_a * power_b);
	}
	free(work.samples);
	fft_destroy(work.fft);
	return 0;
}
