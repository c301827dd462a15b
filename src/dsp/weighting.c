/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A-weighting. Not for the audio thread: nobody is in a hurry for a dose.
 */
#include "weighting.h"

#include <math.h>
#include <string.h>

#define TOP_HZ       20000.0
#define TOP_OF_RATE  0.4536 /* where the rate does not reach it */
#define MIDDLE       0.7    /* of the top: here and there it is right, and off by about as much */
#define UPPER        0.97   /* between them as above */
#define REFERENCE_HZ 1000.0

/* The standard's poles: the first and the last are double. */
static const double pole_hz[4] = {20.598997, 107.65265, 737.86223, 12194.217};

static double square(double x)
{
	return x * x;
}

/* |A|^2, not normalised. */
static double power_at(double hz)
{
	double f2 = square(hz), top = square(pole_hz[3]);

	return square(top * f2 * f2 / ((f2 + square(pole_hz[0])) * (f2 + top))) /
	       ((f2 + square(pole_hz[1])) * (f2 + square(pole_hz[2])));
}

/* |1 - p z^-1|^2 at an angle. */
static double factor(double p, double angle)
{
	return 1 - 2 * p * cos(angle) + p * p;
}

/* What the last two zeros have to give at a frequency, as a power. */
static double missing_power(double hz, double rate_hz)
{
	double angle = 2 * M_PI * hz / rate_hz;
	double power = power_at(hz) / power_at(REFERENCE_HZ) / square(square(factor(1, angle)));

	for (int i = 0; i < 4; i++) {
		double part = factor(exp(-2 * M_PI * pole_hz[i] / rate_hz), angle);

		power *= i == 0 || i == 3 ? square(part) : part;
	}
	return power;
}

/*
 * The powers at 0 and at half the rate, and what is left, of the c0 + c1 cos w + c2 cos 2w that
 * goes through three points (Lagrange's polynomial in cos w).
 */
static void fit(const double cosine[3], const double power[3], double *ret_c1, double *ret_c2,
		double *ret_c0)
{
	double first = (power[1] - power[0]) / (cosine[1] - cosine[0]);
	double second =
		((power[2] - power[1]) / (cosine[2] - cosine[1]) - first) / (cosine[2] - cosine[0]);

	/* power = p0 + first (x - x0) + second (x - x0)(x - x1), and cos 2w = 2 x^2 - 1. */
	*ret_c2 = second / 2;
	*ret_c1 = first - second * (cosine[0] + cosine[1]);
	*ret_c0 = power[0] - first * cosine[0] + second * cosine[0] * cosine[1] + second / 2;
}

static void make_zeros(double rate_hz, double b[3])
{
	double top = fmin(TOP_HZ, TOP_OF_RATE * rate_hz);
	const double hz[3] = {REFERENCE_HZ, MIDDLE * top, UPPER * top};
	double cosine[3], power[3], c0, c1, c2, at_zero, at_half, sum;

	for (int i = 0; i < 3; i++) {
		cosine[i] = cos(2 * M_PI * hz[i] / rate_hz);
		power[i] = missing_power(hz[i], rate_hz);
	}
	fit(cosine, power, &c1, &c2, &c0);
	at_zero = sqrt(fmax(c0 + c1 + c2, 0));
	at_half = sqrt(fmax(c0 - c1 + c2, 0));
	sum = (at_zero + at_half) / 2;
	b[0] = (sum + sqrt(fmax(sum * sum - 2 * c2, 0))) / 2;
	b[1] = (at_zero - at_half) / 2;
	b[2] = c2 / (2 * b[0]);
}

static void set_poles(struct weighting_section *section, double hz_1, double hz_2, double rate_hz)
{
	double p = exp(-2 * M_PI * hz_1 / rate_hz), q = exp(-2 * M_PI * hz_2 / rate_hz);

	section->a[0] = -(p + q);
	section->a[1] = p * q;
}

void weighting_init(struct weighting *weighting, double rate_hz)
{
	static const double high_pass[3] = {1, -2, 1};
	struct weighting_section *sections = weighting->sections;

	memset(weighting, 0, sizeof(*weighting));
	set_poles(&sections[0], pole_hz[0], pole_hz[0], rate_hz);
	set_poles(&sections[1], pole_hz[1], pole_hz[2], rate_hz);
	set_poles(&sections[2], pole_hz[3], pole_hz[3], rate_hz);
	memcpy(sections[0].b, high_pass, sizeof(high_pass));
	memcpy(sections[1].b, high_pass, sizeof(high_pass));
	make_zeros(rate_hz, sections[2].b);
}

static double process(struct weighting *weighting, double sample)
{
	for (int i = 0; i < WEIGHTING_SECTIONS; i++) {
		struct weighting_section *s = &weighting->sections[i];
		double out = s->b[0] * sample + s->state[0];

		s->state[0] = s->b[1] * sample - s->a[0] * out + s->state[1];
		s->state[1] = s->b[2] * sample - s->a[1] * out;
		sample = out;
	}
	return sample;
}

void exposure_set_rate(struct exposure *exposure, double rate_hz)
{
	if (exposure->second_frames == rate_hz) {
		return;
	}
	weighting_init(&exposure->weighting, rate_hz);
	if (exposure->second_frames > 0) {
		exposure->gathered *= rate_hz / exposure->second_frames;
		exposure->sum *= rate_hz / exposure->second_frames;
	}
	exposure->second_frames = rate_hz;
}

/* What is not a number must not stay one for ever: the second it came in counts as silence. */
static void hold_finite(struct exposure *exposure)
{
	if (!isfinite(exposure->sum)) {
		weighting_init(&exposure->weighting, exposure->second_frames);
		exposure->sum = 0;
	}
}

static void end_second(struct exposure *exposure)
{
	hold_finite(exposure);
	exposure->last = exposure->sum / exposure->second_frames;
	exposure->total += exposure->last;
	exposure->seconds++;
	exposure->gathered -= exposure->second_frames;
	exposure->sum = 0;
}

void exposure_process(struct exposure *exposure, const double *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double weighted = process(&exposure->weighting, samples[i]);

		exposure->sum += weighted * weighted;
		exposure->gathered++;
		if (exposure->gathered >= exposure->second_frames) {
			end_second(exposure);
		}
	}
	hold_finite(exposure);
}
