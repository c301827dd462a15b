/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Crossfeed. crossfeed_process() runs on the audio thread, the rest before it.
 */
#include "crossfeed.h"

#include <math.h>
#include <string.h>

#include "maths.h"

#define HEAD_US (1e6 * 0.0875 / 343) /* the time that sound takes for a head's radius */

static double square(double x)
{
	return x * x;
}

static double from_db(double db)
{
	return maths_exp10(db / 20);
}

/* |H|^2 of the network for the difference of the sides: (1 + s tau) / (1 + 2a + s tau). */
static double network_power(double a, double tau, double frequency_hz)
{
	double w = 2 * M_PI * frequency_hz * tau;

	return (1 + w * w) / ((1 + 2 * a) * (1 + 2 * a) + w * w);
}

/*
 * |H|^2 of a digital section of first order is (n0 + n1 x) / (1 + d1 x) with x = sin^2(w / 2). It
 * is made equal to the network's at 0 Hz and at two frequencies more; the section of least phase
 * that has it follows from its values at both ends of the spectrum.
 */
static void design_natural(const struct crossfeed_settings *settings, double rate_hz,
			   struct crossfeed_filter *filter)
{
	double a = 1 / (from_db(settings->separation_db) - 1);
	double tau = 1e-6 * settings->delay_us * (1 + a);
	double pole_hz = (1 + 2 * a) / (2 * M_PI * tau);
	double low_hz = fmin(0.7 * pole_hz, 0.1 * rate_hz), high_hz = 0.35 * rate_hz;
	double x1 = square(maths_sin(M_PI * low_hz / rate_hz));
	double x2 = square(maths_sin(M_PI * high_hz / rate_hz));
	double n0 = network_power(a, tau, 0);
	double t1 = network_power(a, tau, low_hz), t2 = network_power(a, tau, high_hz);
	double d1 = ((t1 - n0) / x1 - (t2 - n0) / x2) / (t2 - t1);
	double n1 = (t1 - n0) / x1 + t1 * d1;
	double over = sqrt(fmax(n0 + n1, 0)), under = sqrt(fmax(1 + d1, 1e-6));
	double scale = 2 / (1 + under);
	double b0 = (sqrt(n0) + over) / 2 * scale, b1 = (sqrt(n0) - over) / 2 * scale;
	double p = (under - 1) / 2 * scale;

	/* What crosses is half of what the difference has lost. */
	filter->cross = (struct first_order){(1 - b0) / 2, (-p - b1) / 2, p};
}

static void design_bauer(const struct crossfeed_settings *settings, double rate_hz,
			 struct crossfeed_filter *filter)
{
	double low_db = -5.0 / 6 * settings->separation_db - 3;
	double high_db = settings->separation_db / 6 - 3;
	double low = from_db(low_db), high = 1 - from_db(high_db);
	double cut_high_hz = settings->cut_hz * maths_exp2((low_db - 20 * maths_log10(high)) / 12);
	double x_low = maths_exp(-2 * M_PI * settings->cut_hz / rate_hz);
	double x_high = maths_exp(-2 * M_PI * cut_high_hz / rate_hz);
	double gain = 1 / (1 - high + low); /* the middle at 0 Hz passes as it is */

	filter->cross = (struct first_order){gain * low * (1 - x_low), 0, x_low};
	filter->direct =
		(struct first_order){gain * (1 - high * (1 - x_high)), -gain * x_high, x_high};
}

void crossfeed_design(const struct crossfeed_settings *settings, double rate_hz,
		      struct crossfeed_filter *ret_filter)
{
	memset(ret_filter, 0, sizeof(*ret_filter));
	ret_filter->kind = settings->kind;
	if (settings->center_db < 0) {
		ret_filter->middle = (1 - from_db(settings->center_db)) / 2;
	}
	if (settings->kind == CROSSFEED_NATURAL) {
		design_natural(settings, rate_hz, ret_filter);
	} else if (settings->kind == CROSSFEED_BAUER) {
		design_bauer(settings, rate_hz, ret_filter);
	}
}

static void lower_middle(double part, double *left, double *right, unsigned int frames)
{
	for (unsigned int i = 0; i < frames; i++) {
		double middle = part * (left[i] + right[i]);

		left[i] -= middle;
		right[i] -= middle;
	}
}

/*
 * Each side has a filter of its own difference to the other, though one is the negative of the
 * other: what is subtracted of two equal sides is then +0 for both, and leaves every bit alone.
 */
static void process_natural(const struct first_order *cross, struct crossfeed_state *state,
			    double *left, double *right, unsigned int frames)
{
	const double b0 = cross->b0, b1 = cross->b1, p = cross->p;
	double last_left = state->last[0], last_right = state->last[1];
	double from_left = state->cross[0], from_right = state->cross[1];

	for (unsigned int i = 0; i < frames; i++) {
		double to_left = left[i] - right[i], to_right = right[i] - left[i];

		from_left = b0 * to_left + b1 * last_left + p * from_left;
		from_right = b0 * to_right + b1 * last_right + p * from_right;
		last_left = to_left;
		last_right = to_right;
		left[i] -= from_left;
		right[i] -= from_right;
	}
	state->last[0] = last_left;
	state->last[1] = last_right;
	state->cross[0] = from_left;
	state->cross[1] = from_right;
}

static void process_bauer(const struct crossfeed_filter *filter, struct crossfeed_state *state,
			  double *left, double *right, unsigned int frames)
{
	const struct first_order cross = filter->cross, direct = filter->direct;
	struct crossfeed_state s = *state;

	for (unsigned int i = 0; i < frames; i++) {
		double l = left[i], r = right[i];

		s.cross[0] = cross.b0 * l + cross.p * s.cross[0];
		s.cross[1] = cross.b0 * r + cross.p * s.cross[1];
		s.direct[0] = direct.b0 * l + direct.b1 * s.last[0] + direct.p * s.direct[0];
		s.direct[1] = direct.b0 * r + direct.b1 * s.last[1] + direct.p * s.direct[1];
		s.last[0] = l;
		s.last[1] = r;
		left[i] = s.direct[0] + s.cross[1];
		right[i] = s.direct[1] + s.cross[0];
	}
	*state = s;
}

/*
 * A state that only dies away would end in denormal numbers, which are slow; one that has left the
 * numbers would never come back. Both end here.
 */
static void mend(struct crossfeed_state *state)
{
	double size = 0;

	for (int side = 0; side < 2; side++) {
		size += fabs(state->last[side]) + fabs(state->cross[side]) +
			fabs(state->direct[side]);
	}
	if (!(size > 1e-100 && size < 1e100)) {
		memset(state, 0, sizeof(*state));
	}
}

void crossfeed_process(const struct crossfeed_filter *filter, struct crossfeed_state *state,
		       double *left, double *right, unsigned int frames)
{
	if (filter->middle > 0) {
		lower_middle(filter->middle, left, right, frames);
	}
	if (filter->kind == CROSSFEED_NATURAL) {
		process_natural(&filter->cross, state, left, right, frames);
		mend(state);
	} else if (filter->kind == CROSSFEED_BAUER) {
		process_bauer(filter, state, left, right, frames);
		mend(state);
	}
}

/* A section's answer at w radians a frame, as real and imaginary part. */
static void answer(const struct first_order *f, double w, double ret[2])
{
	double over_re = f->b0 + f->b1 * maths_cos(w), over_im = -f->b1 * maths_sin(w);
	double under_re = 1 - f->p * maths_cos(w), under_im = f->p * maths_sin(w);
	double size = under_re * under_re + under_im * under_im;

	ret[0] = (over_re * under_re + over_im * under_im) / size;
	ret[1] = (over_im * under_re - over_re * under_im) / size;
}

void crossfeed_power(const struct crossfeed_filter *filter, double rate_hz, double frequency_hz,
		     double *ret_middle, double *ret_side)
{
	double w = 2 * M_PI * frequency_hz / rate_hz, center = 1 - 2 * filter->middle;
	double cross[2] = {0, 0}, direct[2] = {1, 0};

	if (filter->kind != CROSSFEED_OFF) {
		answer(&filter->cross, w, cross);
	}
	if (filter->kind == CROSSFEED_NATURAL) {
		direct[0] -= cross[0];
		direct[1] -= cross[1];
	} else if (filter->kind == CROSSFEED_BAUER) {
		answer(&filter->direct, w, direct);
	}
	*ret_middle =
		(square(direct[0] + cross[0]) + square(direct[1] + cross[1])) * center * center;
	*ret_side = square(direct[0] - cross[0]) + square(direct[1] - cross[1]);
}

double crossfeed_delay_us(double angle_degrees)
{
	double angle = angle_degrees * M_PI / 180;

	return HEAD_US * (angle + maths_sin(angle));
}

double crossfeed_angle_degrees(double delay_us)
{
	double angle = delay_us / HEAD_US / 2;

	/* Newton's method: the curve is smooth and its slope is between 1 and 2 up to 90 degrees.
	 */
	for (int i = 0; i < 6; i++) {
		angle -= (angle + maths_sin(angle) - delay_us / HEAD_US) / (1 + maths_cos(angle));
	}
	return angle * 180 / M_PI;
}
