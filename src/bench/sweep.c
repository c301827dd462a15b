/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Farina's sweep.
 */
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fft.h"
#include "sweep.h"
#include "tone.h"

/* Swept and faded beyond the ends: the wider, the sooner the impulse response is over. */
#define OCTAVES_BELOW 1.5
#define FLAT_BELOW    0.5 /* of these, at full level */
#define OCTAVES_ABOVE 0.25

/* A transfer function on the bins of the transform. */
struct transfer {
	double *re, *im;
};

struct sweep {
	double rate_hz, low_hz, high_hz; /* what is answered for */
	double first_hz, last_hz;        /* what is swept */
	double pace;                     /* samples in which the frequency grows by e */
	size_t count;
	size_t length; /* of the transform */
	struct fft *fft;
	double *stimulus;            /* `length` samples */
	double *work;                /* `length` samples */
	double *cut;                 /* the same */
	struct transfer of_stimulus; /* its spectrum */
	struct transfer whole;       /* of the answer against it */
	struct transfer slope;       /* of n h[n] */
	struct transfer part[SWEEP_HARMONICS + 1];
	struct transfer wire, wire_slope; /* part[1] and slope of the sweep itself */
	bool apart;                       /* the linear part stands by itself */
	double *memory;
};

/* From 0 to 1 along the integral of a Gaussian: what it cuts off spreads the least over others. */
static double rise(double x)
{
	if (x <= 0.0 || x >= 1.0) {
		return x <= 0.0 ? 0.0 : 1.0;
	}
	return 0.5 + 0.5 * erf(4.5 * (2.0 * x - 1.0));
}

/* How much of the sweep stands at a frequency: 1 within low and high. */
static double band(const struct sweep *sweep, double hz)
{
	if (hz <= sweep->first_hz || hz >= sweep->last_hz) {
		return 0.0;
	}
	return rise(log2(hz / sweep->first_hz) / (OCTAVES_BELOW - FLAT_BELOW)) *
	       rise(log(sweep->last_hz / hz) / log(sweep->last_hz / sweep->high_hz));
}

static void fill(struct sweep *sweep, double peak)
{
	const double turns = sweep->first_hz * sweep->pace / sweep->rate_hz;
	const double end = sweep->pace * log(sweep->last_hz / sweep->first_hz);

	for (size_t i = 0; i < sweep->count && (double)i < end; i++) {
		const long double phase = turns * expm1l((long double)i / sweep->pace);
		const double hz = sweep->first_hz * exp((double)i / sweep->pace);

		sweep->stimulus[i] = peak * band(sweep, hz) *
				     tone_sine((uint64_t)((phase - floorl(phase)) * 0x1p64L));
	}
}

static size_t power_of_two_from(size_t count)
{
	size_t length = 2;

	while (length < count) {
		length *= 2;
	}
	return length;
}

/* Everything in one piece: two records and the transfers. */
static int allocate(struct sweep *sweep)
{
	const size_t bins = sweep->length / 2 + 1;
	struct transfer *const transfers[] = {
		&sweep->of_stimulus, &sweep->whole,   &sweep->slope,   &sweep->wire,
		&sweep->wire_slope,  &sweep->part[1], &sweep->part[2], &sweep->part[3],
		&sweep->part[4],     &sweep->part[5]};
	const size_t count = sizeof(transfers) / sizeof(transfers[0]);
	double *next = calloc(3 * sweep->length + 2 * count * bins, sizeof(double));

	sweep->memory = next;
	if (!next) {
		return -ENOMEM;
	}
	sweep->stimulus = next;
	sweep->work = next + sweep->length;
	sweep->cut = next + 2 * sweep->length;
	next += 3 * sweep->length;
	for (size_t i = 0; i < count; i++) {
		*transfers[i] = (struct transfer){next, next + bins};
		next += 2 * bins;
	}
	return fft_create(sweep->length, &sweep->fft);
}

/* The answer's spectrum over the stimulus', within the band, which to cut something off fades. */
static void divide(struct sweep *sweep)
{
	const struct transfer *x = &sweep->of_stimulus;
	struct transfer *h = &sweep->whole;

	for (size_t bin = 0; bin <= sweep->length / 2; bin++) {
		const double hz = (double)bin * sweep->rate_hz / (double)sweep->length;
		const double power = x->re[bin] * x->re[bin] + x->im[bin] * x->im[bin];
		const double within = sweep->apart ? band(sweep, hz) : band(sweep, hz) > 0.0;
		const double share = power > 0.0 ? within / power : 0.0;
		const double re = h->re[bin] * x->re[bin] + h->im[bin] * x->im[bin];
		const double im = h->im[bin] * x->re[bin] - h->re[bin] * x->im[bin];

		h->re[bin] = re * share;
		h->im[bin] = im * share;
	}
}

/*
 * Where harmonic k's impulse response stops and that of k + 1 begins, in samples before the linear
 * one's; both fade into each other around it.
 */
static double border(const struct sweep *sweep, unsigned int harmonic)
{
	return sweep->pace * 0.5 * (log(harmonic) + log(harmonic + 1.0));
}

static double fade_of(const struct sweep *sweep, unsigned int harmonic)
{
	return 0.8 * sweep->pace * log((harmonic + 1.0) / harmonic);
}

/* The share of a harmonic at a time, in samples before the linear impulse response's. */
static double share(const struct sweep *sweep, unsigned int harmonic, double time)
{
	const double fade = fade_of(sweep, harmonic);
	const double early = rise((border(sweep, harmonic) - time) / fade + 0.5);
	const unsigned int later = harmonic - 1;

	if (harmonic == 1) {
		return early;
	}
	return early * rise((time - border(sweep, later)) / fade_of(sweep, later) + 0.5);
}

/*
 * The samples of the impulse response (in `work`) that belong to a harmonic, turned so that it
 * stands at 0.
 */
static void take_part(struct sweep *sweep, unsigned int harmonic)
{
	const double shift = sweep->pace * log(harmonic);
	const size_t whole_shift = (size_t)(shift + 0.5);

	for (size_t i = 0; i < sweep->length; i++) {
		const double at =
			i < sweep->length / 2 ? (double)i : (double)i - (double)sweep->length;
		const size_t from = (i + sweep->length - whole_shift) % sweep->length;

		sweep->cut[i] = share(sweep, harmonic, shift - at) * sweep->work[from];
	}
	fft_forward(sweep->fft, sweep->cut, sweep->part[harmonic].re, sweep->part[harmonic].im);
}

/* n h[n] of the linear part, for the group delay. */
static void weigh_by_time(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->length; i++) {
		const double at =
			i < sweep->length / 2 ? (double)i : (double)i - (double)sweep->length;

		sweep->cut[i] *= at;
	}
	fft_forward(sweep->fft, sweep->cut, sweep->slope.re, sweep->slope.im);
}

static void copy(const struct sweep *sweep, struct transfer *to, const struct transfer *from)
{
	const size_t bytes = (sweep->length / 2 + 1) * sizeof(double);

	memcpy(to->re, from->re, bytes);
	memcpy(to->im, from->im, bytes);
}

void sweep_analyse(struct sweep *sweep, const double *response, unsigned int asked)
{
	memcpy(sweep->cut, response, sweep->count * sizeof(double));
	memset(sweep->cut + sweep->count, 0, (sweep->length - sweep->count) * sizeof(double));
	fft_forward(sweep->fft, sweep->cut, sweep->whole.re, sweep->whole.im);
	sweep->apart = asked != SWEEP_WHOLE;
	divide(sweep);
	if (!sweep->apart) {
		copy(sweep, &sweep->part[1], &sweep->whole);
		return;
	}
	fft_inverse(sweep->fft, sweep->whole.re, sweep->whole.im, sweep->work);
	take_part(sweep, 1);
	if (asked & SWEEP_DELAY) {
		weigh_by_time(sweep);
	}
	for (unsigned int k = 2; asked & SWEEP_APART && k <= SWEEP_HARMONICS; k++) {
		take_part(sweep, k);
	}
}

void sweep_answer_of(struct sweep *sweep, sweep_formula *formula, const void *data,
		     double *ret_response)
{
	struct transfer *h = &sweep->whole;

	for (size_t bin = 0; bin <= sweep->length / 2; bin++) {
		const double complex x =
			sweep->of_stimulus.re[bin] + I * sweep->of_stimulus.im[bin];
		const double complex y =
			x * formula((double)bin * sweep->rate_hz / (double)sweep->length, data);

		h->re[bin] = creal(y);
		h->im[bin] = cimag(y);
	}
	fft_inverse(sweep->fft, h->re, h->im, sweep->work);
	memcpy(ret_response, sweep->work, sweep->count * sizeof(double));
}

static void keep_wire(struct sweep *sweep)
{
	sweep_analyse(sweep, sweep->stimulus, SWEEP_DELAY);
	copy(sweep, &sweep->wire, &sweep->part[1]);
	copy(sweep, &sweep->wire_slope, &sweep->slope);
}

int sweep_create(double rate_hz, double low_hz, double high_hz, double seconds, double peak,
		 struct sweep **ret_sweep)
{
	struct sweep *sweep;
	double octaves;
	int error;

	if (!(low_hz > 0.0 && low_hz < high_hz && high_hz < 0.5 * rate_hz && seconds > 0.0)) {
		return -EINVAL;
	}
	sweep = calloc(1, sizeof(*sweep));
	if (!sweep) {
		return -ENOMEM;
	}
	sweep->rate_hz = rate_hz;
	sweep->low_hz = low_hz;
	sweep->high_hz = high_hz;
	sweep->first_hz = low_hz * exp2(-OCTAVES_BELOW);
	sweep->last_hz = fmin(high_hz * exp2(OCTAVES_ABOVE), 0.5 * (high_hz + 0.5 * rate_hz));
	octaves = log(sweep->last_hz / sweep->first_hz);
	/* A whole number of turns while the frequency grows by e: synchronous. */
	sweep->pace = ceil(sweep->first_hz * seconds / octaves) / sweep->first_hz * rate_hz;
	sweep->count = (size_t)(sweep->pace * octaves * 1.2 + 0.05 * rate_hz);
	sweep->length = power_of_two_from(2 * sweep->count);
	error = allocate(sweep);
	if (error < 0) {
		sweep_destroy(sweep);
		return error;
	}
	fill(sweep, peak);
	fft_forward(sweep->fft, sweep->stimulus, sweep->of_stimulus.re, sweep->of_stimulus.im);
	keep_wire(sweep);
	*ret_sweep = sweep;
	return 0;
}

void sweep_destroy(struct sweep *sweep)
{
	if (sweep) {
		fft_destroy(sweep->fft);
		free(sweep->memory);
		free(sweep);
	}
}

const double *sweep_samples(const struct sweep *sweep)
{
	return sweep->stimulus;
}

size_t sweep_count(const struct sweep *sweep)
{
	return sweep->count;
}

static size_t bin_of(const struct sweep *sweep, double hz)
{
	return (size_t)(hz / sweep->rate_hz * (double)sweep->length + 0.5);
}

double sweep_bin_hz(const struct sweep *sweep, double hz)
{
	return (double)bin_of(sweep, hz) * sweep->rate_hz / (double)sweep->length;
}

static double magnitude(const struct transfer *transfer, size_t bin)
{
	return hypot(transfer->re[bin], transfer->im[bin]);
}

static double complex value(const struct transfer *transfer, size_t bin)
{
	return transfer->re[bin] + I * transfer->im[bin];
}

double complex sweep_transfer(const struct sweep *sweep, double hz)
{
	const size_t bin = bin_of(sweep, hz);
	const double complex h = value(&sweep->part[1], bin);

	return sweep->apart ? h / value(&sweep->wire, bin) : h;
}

double sweep_gain(const struct sweep *sweep, double hz)
{
	return cabs(sweep_transfer(sweep, hz));
}

double sweep_phase_degrees(const struct sweep *sweep, double hz)
{
	return carg(sweep_transfer(sweep, hz)) * (180.0 / M_PI);
}

/* -d phase / d omega of h, from its transform and that of n h[n]. */
static double group_delay(const struct transfer *h, const struct transfer *slope, size_t bin)
{
	const double power = h->re[bin] * h->re[bin] + h->im[bin] * h->im[bin];

	return (slope->re[bin] * h->re[bin] + slope->im[bin] * h->im[bin]) / power;
}

double sweep_group_delay(const struct sweep *sweep, double hz)
{
	const size_t bin = bin_of(sweep, hz);

	if (!sweep->apart) {
		/* Over two bins, between which the phase of any delay in the record turns little.
		 */
		return -carg(value(&sweep->part[1], bin + 1) / value(&sweep->part[1], bin - 1)) *
		       (double)sweep->length / (4.0 * M_PI);
	}
	return group_delay(&sweep->part[1], &sweep->slope, bin) -
	       group_delay(&sweep->wire, &sweep->wire_slope, bin);
}

double sweep_harmonic(const struct sweep *sweep, unsigned int harmonic, double hz)
{
	const size_t bin = bin_of(sweep, harmonic * hz);

	if (harmonic * hz > sweep->high_hz) {
		return NAN;
	}
	return magnitude(&sweep->part[harmonic], bin) / magnitude(&sweep->wire, bin) /
	       sweep_gain(sweep, hz);
}
