/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The real FFT: pairs of samples as complex numbers through a transform of half the length
 * (Stockham's, radix 4 with one stage of radix 2 where needed), then taken apart into the spectrum
 * of the real samples. Every factor is calculated by itself from its angle within an octant.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fft.h"

#define LENGTH_MAX ((size_t)1 << 24)

/* Complex numbers, real and imaginary parts apart. */
struct planes {
	double *re, *im;
};

struct fft {
	size_t half;         /* complex numbers that are transformed */
	unsigned int stages; /* passes over them */
	struct planes split; /* exp(-i pi k / half), k from 0 to half / 2 */
	struct planes work;  /* half numbers */
	double *factors;     /* for each stage of radix 4: see fill_stage() */
	double memory[];
};

/* exp(-2 pi i k / n) for 0 <= k < n, n a power of two. */
static void unit_circle(size_t k, size_t n, double *ret_re, double *ret_im)
{
	static const double signs[8][2] = {{1, -1}, {1, -1}, {-1, -1}, {-1, -1},
					   {-1, 1}, {-1, 1}, {1, 1},   {1, 1}};
	const size_t octant = 8 * k / n;
	const size_t rest = 8 * k % n;
	const double angle = M_PI / 4.0 * ((double)(octant % 2 == 0 ? rest : n - rest) / (double)n);
	const bool swapped = octant % 4 == 1 || octant % 4 == 2;

	*ret_re = signs[octant][0] * (swapped ? sin(angle) : cos(angle));
	*ret_im = signs[octant][1] * (swapped ? cos(angle) : sin(angle));
}

/*
 * The factors of a stage over blocks of n numbers: exp(-2 pi i p k / n) for k = 1, 2, 3, six rows
 * of n / 4: real parts and imaginary parts for each k. Returns where the next stage's go.
 */
static double *fill_stage(double *factors, size_t n)
{
	const size_t quarter = n / 4;

	for (size_t k = 1; k <= 3; k++) {
		double *re = factors + (2 * k - 2) * quarter;
		double *im = factors + (2 * k - 1) * quarter;

		for (size_t p = 0; p < quarter; p++) {
			unit_circle(p * k, n, &re[p], &im[p]);
		}
	}
	return factors + 6 * quarter;
}

int fft_create(size_t length, struct fft **ret_fft)
{
	const size_t half = length / 2;
	const size_t split_length = half / 2 + 1;
	struct fft *fft;
	double *factors;

	if (length < 2 || length > LENGTH_MAX || (length & (length - 1)) != 0) {
		return -EINVAL;
	}
	/* All stages' factors are 6 / 4 * (half + half / 4 + ...) < 2 * half. */
	fft = malloc(sizeof(*fft) + sizeof(double) * (2 * split_length + 4 * half));
	if (fft == NULL) {
		return -ENOMEM;
	}
	*fft = (struct fft){.half = half};
	fft->split = (struct planes){fft->memory, fft->memory + split_length};
	fft->work.re = fft->split.im + split_length;
	fft->work.im = fft->work.re + half;
	fft->factors = fft->work.im + half;
	for (size_t k = 0; k < split_length; k++) {
		unit_circle(k, length, &fft->split.re[k], &fft->split.im[k]);
	}
	factors = fft->factors;
	for (size_t n = half; n > 1; n /= 4) {
		factors = n >= 4 ? fill_stage(factors, n) : factors;
		fft->stages++;
	}
	*ret_fft = fft;
	return 0;
}

void fft_destroy(struct fft *fft)
{
	free(fft);
}

/* One butterfly of radix 4 on each of `stride` columns; x holds four rows `step` apart. */
static void butterflies(const double *restrict x_re, const double *restrict x_im, size_t step,
			double *restrict y_re, double *restrict y_im, size_t stride,
			const double w_re[3], const double w_im[3])
{
	for (size_t q = 0; q < stride; q++) {
		const double a_re = x_re[q] + x_re[q + 2 * step];
		const double a_im = x_im[q] + x_im[q + 2 * step];
		const double b_re = x_re[q] - x_re[q + 2 * step];
		const double b_im = x_im[q] - x_im[q + 2 * step];
		const double c_re = x_re[q + step] + x_re[q + 3 * step];
		const double c_im = x_im[q + step] + x_im[q + 3 * step];
		const double d_re = x_im[q + step] - x_im[q + 3 * step];
		const double d_im = x_re[q + 3 * step] - x_re[q + step];
		const double r1 = b_re + d_re, i1 = b_im + d_im;
		const double r2 = a_re - c_re, i2 = a_im - c_im;
		const double r3 = b_re - d_re, i3 = b_im - d_im;

		y_re[q] = a_re + c_re;
		y_im[q] = a_im + c_im;
		y_re[q + stride] = r1 * w_re[0] - i1 * w_im[0];
		y_im[q + stride] = r1 * w_im[0] + i1 * w_re[0];
		y_re[q + 2 * stride] = r2 * w_re[1] - i2 * w_im[1];
		y_im[q + 2 * stride] = r2 * w_im[1] + i2 * w_re[1];
		y_re[q + 3 * stride] = r3 * w_re[2] - i3 * w_im[2];
		y_im[q + 3 * stride] = r3 * w_im[2] + i3 * w_re[2];
	}
}

/* A stage over blocks of n numbers, each in `stride` columns. */
static void stage_of_4(const struct planes *x, const struct planes *y, const double *factors,
		       size_t n, size_t stride)
{
	const size_t quarter = n / 4;

	for (size_t p = 0; p < quarter; p++) {
		const double *w = factors + p;
		const double w_re[3] = {w[0], w[2 * quarter], w[4 * quarter]};
		const double w_im[3] = {w[quarter], w[3 * quarter], w[5 * quarter]};

		butterflies(x->re + p * stride, x->im + p * stride, quarter * stride,
			    y->re + 4 * p * stride, y->im + 4 * p * stride, stride, w_re, w_im);
	}
}

static void stage_of_2(const struct planes *x, const struct planes *y, size_t stride)
{
	for (size_t q = 0; q < stride; q++) {
		y->re[q] = x->re[q] + x->re[q + stride];
		y->im[q] = x->im[q] + x->im[q + stride];
		y->re[q + stride] = x->re[q] - x->re[q + stride];
		y->im[q + stride] = x->im[q] - x->im[q + stride];
	}
}

/* Where the numbers must stand so that transform() leaves the result in `wanted`. */
static struct planes start_of(const struct fft *fft, struct planes wanted, struct planes other)
{
	return fft->stages % 2 == 0 ? wanted : other;
}

/* The complex transform; `x` and `y` take turns, and the last to be written has the result. */
static void transform(const struct fft *fft, struct planes x, struct planes y)
{
	const double *factors = fft->factors;
	size_t n = fft->half;

	for (size_t stride = 1; n > 1; stride *= 4) {
		const struct planes next = x;

		if (n >= 4) {
			stage_of_4(&x, &y, factors, n, stride);
		} else {
			stage_of_2(&x, &y, stride);
		}
		factors += n / 4 * 6;
		n /= 4;
		x = y;
		y = next;
	}
}

/*
 * From the transform Z of pairs to the spectrum X of samples, in place, `half` bins to half + 1:
 * with E = (Z[k] + conj Z[-k]) / 2 and O = (Z[k] - conj Z[-k]) / 2i, X[k] = E + O exp(-i pi k /
 * half), and X[half - k] is the conjugate of E - O exp(-i pi k / half).
 */
static void take_apart(const struct fft *fft, double *re, double *im)
{
	const size_t half = fft->half;
	const double first = re[0];

	re[0] = first + im[0];
	re[half] = first - im[0];
	im[0] = 0.0;
	im[half] = 0.0;
	for (size_t k = 1; k <= half / 2; k++) {
		const double e_re = 0.5 * (re[k] + re[half - k]);
		const double e_im = 0.5 * (im[k] - im[half - k]);
		const double o_re = 0.5 * (im[k] + im[half - k]);
		const double o_im = 0.5 * (re[half - k] - re[k]);
		const double t_re = o_re * fft->split.re[k] - o_im * fft->split.im[k];
		const double t_im = o_re * fft->split.im[k] + o_im * fft->split.re[k];

		re[k] = e_re + t_re;
		im[k] = e_im + t_im;
		re[half - k] = e_re - t_re;
		im[half - k] = t_im - e_im;
	}
}

/* The reverse of take_apart(), times 1 / half, into `to`. */
static void put_together(const struct fft *fft, const double *re, const double *im,
			 const struct planes *to)
{
	const size_t half = fft->half;
	const double factor = 0.5 / (double)half;

	to->re[0] = factor * (re[0] + re[half]);
	to->im[0] = factor * (re[0] - re[half]);
	for (size_t k = 1; k <= half / 2; k++) {
		const double e_re = factor * (re[k] + re[half - k]);
		const double e_im = factor * (im[k] - im[half - k]);
		const double t_re = factor * (re[k] - re[half - k]);
		const double t_im = factor * (im[k] + im[half - k]);
		const double o_re = t_re * fft->split.re[k] + t_im * fft->split.im[k];
		const double o_im = t_im * fft->split.re[k] - t_re * fft->split.im[k];

		to->re[k] = e_re - o_im;
		to->im[k] = e_im + o_re;
		to->re[half - k] = e_re + o_im;
		to->im[half - k] = o_re - e_im;
	}
}

void fft_forward(struct fft *fft, const double *samples, double *ret_re, double *ret_im)
{
	const struct planes result = {ret_re, ret_im};
	const struct planes start = start_of(fft, result, fft->work);

	for (size_t i = 0; i < fft->half; i++) {
		start.re[i] = samples[2 * i];
		start.im[i] = samples[2 * i + 1];
	}
	transform(fft, start, start.re == ret_re ? fft->work : result);
	take_apart(fft, ret_re, ret_im);
}

/* A transform back is one forth with real and imaginary parts swapped. */
void fft_inverse(struct fft *fft, const double *re, const double *im, double *ret_samples)
{
	const struct planes other = {ret_samples, ret_samples + fft->half};
	const struct planes start = start_of(fft, fft->work, other);
	const struct planes work = {fft->work.im, fft->work.re};

	put_together(fft, re, im, &start);
	if (start.re == ret_samples) {
		transform(fft, (struct planes){other.im, other.re}, work);
	} else {
		transform(fft, work, (struct planes){other.im, other.re});
	}
	for (size_t i = 0; i < fft->half; i++) {
		ret_samples[2 * i] = fft->work.re[i];
		ret_samples[2 * i + 1] = fft->work.im[i];
	}
}
