/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Equalizer filters. All but cascade_mend() runs off the audio thread.
 */
#include "biquad.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "maths.h"

#define POINTS      768 /* at most, of a fit */
#define TOGETHER    10  /* ratios at most that are fitted as one */
#define UNKNOWNS    4   /* of a ratio: high and apart, above and below the line */
#define UNKNOWN_MAX (TOGETHER * UNKNOWNS)
#define STEP_MAX    1.0 /* of a logarithm at once */
#define HEARD_HZ    20000.0
#define TOP_HZ      (1.02 * HEARD_HZ) /* up to where it must be right */
#define GOOD_ENOUGH 0.0005 /* nepers of power: 0.002 dB; what is nearer needs no mending */
#define LEAST_POWER 1e-12  /* a zero of the prototype is not followed below -120 dB */

/* A polynomial of second degree in 1 / z, with no zero outside the circle. */
struct polynomial {
	double low, high, apart;
};

struct ratio {
	struct polynomial over, under;
	bool mender; /* belongs to no filter */
	bool pinned; /* its zeros stay: a notch is at its frequency */
	bool near;   /* bends near half the rate: is fitted again with the menders */
};

/* What a product of ratios shall be, point by point. */
struct curve {
	unsigned int count;
	double hz[POINTS];
	double x[POINTS];
	double target[POINTS]; /* ln |H|^2 */
	double weight[POINTS];
};

/* a s^2 + b s + c, of numerator and denominator. */
struct prototype {
	double over[3], under[3];
};

static void put(double to[3], double a, double b, double c)
{
	to[0] = a;
	to[1] = b;
	to[2] = c;
}

static struct prototype prototype_of(const struct filter *filter)
{
	double amplitude = maths_exp10(filter->gain_db / 40), part = 1 / filter->q;
	double steep = sqrt(amplitude) * part;
	struct prototype p;

	put(p.under, 1, part, 1);
	switch (filter->kind) {
	case FILTER_PEAK:
		put(p.over, 1, amplitude * part, 1);
		put(p.under, 1, part / amplitude, 1);
		break;
	case FILTER_LOW_SHELF:
		put(p.over, amplitude, amplitude * steep, amplitude * amplitude);
		put(p.under, amplitude, steep, 1);
		break;
	case FILTER_HIGH_SHELF:
		put(p.over, amplitude * amplitude, amplitude * steep, amplitude);
		put(p.under, 1, steep, amplitude);
		break;
	case FILTER_LOW_PASS:
		put(p.over, 0, 0, 1);
		break;
	case FILTER_HIGH_PASS:
		put(p.over, 1, 0, 0);
		break;
	case FILTER_BAND_PASS:
		put(p.over, 0, part, 0);
		break;
	case FILTER_NOTCH:
		put(p.over, 1, 0, 1);
		break;
	default: /* all-pass */
		put(p.over, 1, -part, 1);
		break;
	}
	return p;
}

/* |a s^2 + b s + c|^2 at s = j * sqrt(v), as a polynomial in v. */
static void square(const double p[3], double ret[3])
{
	ret[0] = p[2] * p[2];
	ret[1] = p[1] * p[1] - 2 * p[0] * p[2];
	ret[2] = p[0] * p[0];
}

static double at_v(const double p[3], double v)
{
	return p[0] + v * (p[1] + v * p[2]);
}

double filter_power(const struct filter *filter, double frequency_hz)
{
	const struct prototype p = prototype_of(filter);
	double n[3], d[3], v = frequency_hz / filter->frequency_hz;

	square(p.over, n);
	square(p.under, d);
	v *= v;
	/* Far above its frequency the polynomials would leave the numbers before their ratio does.
	 */
	if (v > 1e60) {
		return n[2] / d[2];
	}
	return at_v(n, v) / at_v(d, v);
}

static double to_x(double hz, double rate_hz)
{
	double sine = maths_sin(M_PI * hz / rate_hz);

	return sine * sine;
}

static void add_point(struct curve *curve, double hz, double rate_hz)
{
	/* What nobody hears shall be no surprise either. */
	double unheard = hz <= 0.4 * rate_hz ? 0.05 : 0.002;

	if (curve->count < POINTS && hz <= 0.497 * rate_hz) {
		curve->hz[curve->count] = hz;
		curve->x[curve->count] = to_x(hz, rate_hz);
		curve->weight[curve->count] = hz <= TOP_HZ ? 1 : unheard;
		curve->count++;
	}
}

/* All over the spectrum, and closer where the top of it bends. */
static void add_points(struct curve *curve, double rate_hz)
{
	for (int i = 0; i < 60; i++) {
		add_point(curve, 5 * maths_pow(0.5 * rate_hz / 5, i / 60.0), rate_hz);
	}
	for (int i = 0; i < 16; i++) {
		add_point(curve, rate_hz * (0.34 + i / 100.0), rate_hz);
	}
	for (int i = 1; i <= 60; i++) {
		add_point(curve, TOP_HZ * (0.4 + i / 100.0), rate_hz);
	}
}

/* About a filter's own frequency, as close as it is narrow. */
static void add_own_points(struct curve *curve, double frequency_hz, double q, double rate_hz)
{
	double width = 1.5 / fmax(q, 0.5);

	for (int i = -24; i <= 24; i++) {
		add_point(curve, frequency_hz * maths_exp2(i / 12.0 * width), rate_hz);
	}
}

static double power_of(const struct polynomial *p, double x)
{
	double a = p->low * (1 - x) - p->high * x;

	return a * a + 4 * x * (1 - x) * p->apart * p->apart;
}

/* Several ratios whose product is fitted as one. */
struct product {
	struct ratio *ratios[TOGETHER];
	unsigned int count;
};

struct system {
	unsigned int size;
	double m[UNKNOWN_MAX][UNKNOWN_MAX + 1];
};

static double ratio_log_power(const struct ratio *ratio, double x)
{
	return maths_log(power_of(&ratio->over, x) / power_of(&ratio->under, x));
}

static double log_power(const struct product *product, double x)
{
	double value = 1;

	for (unsigned int k = 0; k < product->count; k++) {
		value *= power_of(&product->ratios[k]->over, x) /
			 power_of(&product->ratios[k]->under, x);
	}
	return maths_log(value);
}

/* The weighted squares of what is missed. */
static double cost(const struct product *product, const struct curve *curve)
{
	double sum = 0;

	for (unsigned int i = 0; i < curve->count; i++) {
		double error = log_power(product, curve->x[i]) - curve->target[i];

		sum += curve->weight[i] * error * error;
	}
	return sum;
}

/* The change of ln |p|^2 with ln high and ln apart. */
static void slope(const struct polynomial *p, double x, double sign, double ret[2])
{
	double power = sign / power_of(p, x);

	ret[0] = -2 * (p->low * (1 - x) - p->high * x) * x * p->high * power;
	ret[1] = 8 * x * (1 - x) * p->apart * p->apart * power;
}

/* The normal equations. */
static void gather(const struct product *product, const struct curve *curve, struct system *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->size = product->count * UNKNOWNS;
	for (unsigned int i = 0; i < curve->count; i++) {
		double slopes[UNKNOWN_MAX], x = curve->x[i];
		double error = log_power(product, x) - curve->target[i];

		for (unsigned int k = 0; k < product->count; k++) {
			slope(&product->ratios[k]->over, x, product->ratios[k]->pinned ? 0 : 1,
			      &slopes[k * UNKNOWNS]);
			slope(&product->ratios[k]->under, x, -1, &slopes[k * UNKNOWNS + 2]);
		}
		for (unsigned int row = 0; row < ret->size; row++) {
			double part = curve->weight[i] * slopes[row];

			for (unsigned int column = row; column < ret->size; column++) {
				ret->m[row][column] += part * slopes[column];
			}
			ret->m[row][UNKNOWN_MAX] -= part * error;
		}
	}
	for (unsigned int row = 0; row < ret->size; row++) {
		for (unsigned int column = 0; column < row; column++) {
			ret->m[row][column] = ret->m[column][row];
		}
	}
}

/* Gauss' elimination of a symmetric, positive system; an unknown without influence stays 0. */
static void solve(struct system *system, double ret[UNKNOWN_MAX])
{
	unsigned int size = system->size;
	double(*m)[UNKNOWN_MAX + 1] = system->m;

	for (unsigned int k = 0; k < size; k++) {
		for (unsigned int row = k + 1; row < size && m[k][k] > 0; row++) {
			double factor = m[row][k] / m[k][k];

			for (unsigned int column = k; column < size; column++) {
				m[row][column] -= factor * m[k][column];
			}
			m[row][UNKNOWN_MAX] -= factor * m[k][UNKNOWN_MAX];
		}
	}
	for (unsigned int k = size; k-- > 0;) {
		ret[k] = m[k][UNKNOWN_MAX];
		for (unsigned int column = k + 1; column < size; column++) {
			ret[k] -= m[k][column] * ret[column];
		}
		ret[k] = m[k][k] > 0 ? fmax(fmin(ret[k] / m[k][k], STEP_MAX), -STEP_MAX) : 0;
	}
}

static void move(struct polynomial *p, const double step[2])
{
	p->high *= maths_exp(step[0]);
	p->apart *= maths_exp(step[1]);
}

/* Poles stay clear of the circle; a mender does not put a peak and a dip between two points. */
static void hold(struct ratio *ratio)
{
	struct polynomial *under = &ratio->under, *over = &ratio->over;

	under->high = fmax(under->high, 0.02 * under->apart);
	under->apart = fmax(under->apart, 1e-9 * (under->low + under->high));
	if (ratio->mender) {
		over->apart = fmax(over->apart, 0.06 * sqrt(over->low * over->high));
		under->apart = fmax(under->apart, 0.06 * sqrt(under->low * under->high));
	}
}

static void take_step(struct product *product, const double *step)
{
	for (unsigned int k = 0; k < product->count; k++) {
		struct ratio *ratio = product->ratios[k];

		move(&ratio->over, &step[k * UNKNOWNS]);
		move(&ratio->under, &step[k * UNKNOWNS + 2]);
		hold(ratio);
	}
}

/* One step, damped as far as it must be to come nearer. The cost then; that before: there is none.
 */
static double descend(struct product *product, const struct curve *curve, double before,
		      double *damping)
{
	struct ratio kept[TOGETHER];
	struct system system, damped;
	double step[UNKNOWN_MAX] = {0}, now;

	for (unsigned int k = 0; k < product->count; k++) {
		kept[k] = *product->ratios[k];
	}
	gather(product, curve, &system);
	for (; *damping < 1e8; *damping *= 5) {
		damped = system;
		for (unsigned int k = 0; k < system.size; k++) {
			damped.m[k][k] *= 1 + *damping;
		}
		solve(&damped, step);
		take_step(product, step);
		now = cost(product, curve);
		if (now < before) {
			*damping = fmax(*damping * 0.1, 1e-9);
			return now;
		}
		for (unsigned int k = 0; k < product->count; k++) {
			*product->ratios[k] = kept[k];
		}
	}
	return before;
}

/* Damped least squares from where the ratios stand. */
static void fit(struct product *product, const struct curve *curve, int rounds)
{
	double damping = 1e-3, now = cost(product, curve);

	for (int round = 0; round < rounds; round++) {
		double before = now;

		now = descend(product, curve, before, &damping);
		if (!(now < before * (1 - 2e-3))) {
			break;
		}
	}
}

static void append(struct cascade *cascade, const double b[3], const double a[3])
{
	unsigned int k = cascade->count++;

	cascade->b0[k] = b[0] / a[0];
	cascade->b1[k] = b[1] / a[0];
	cascade->b2[k] = b[2] / a[0];
	cascade->a1[k] = a[1] / a[0];
	cascade->a2[k] = a[2] / a[0];
}

static void coefficients(const struct polynomial *p, double ret[3])
{
	ret[0] = (p->low + p->high + 2 * p->apart) / 4;
	ret[1] = (p->low - p->high) / 2;
	ret[2] = (p->low + p->high - 2 * p->apart) / 4;
}

static void append_ratio(struct cascade *cascade, const struct ratio *ratio)
{
	double b[3], a[3];

	coefficients(&ratio->over, b);
	coefficients(&ratio->under, a);
	append(cascade, b, a);
}

/* Its magnitude is 1 in any design; its phase is right at its frequency: bilinear, prewarped. */
static void append_all_pass(struct cascade *cascade, const struct filter *filter, double rate_hz)
{
	double w = 2 * M_PI * fmin(filter->frequency_hz, 0.49 * rate_hz) / rate_hz;
	double alpha = maths_sin(w) / (2 * filter->q);
	const double b[3] = {1 - alpha, -2 * maths_cos(w), 1 + alpha};
	const double a[3] = {1 + alpha, -2 * maths_cos(w), 1 - alpha};

	append(cascade, b, a);
}

/* Zeros exp(-r T) for the zeros -r of a s^2 + b s + c, T in units of the frequency; c0 is 1. */
static struct polynomial match(const double p[3], double t)
{
	double half, split, e, less, angle, sine, cosine;

	if (p[0] == 0 && p[1] == 0) {
		return (struct polynomial){1, 1, 1};
	}
	if (p[0] == 0) {
		e = maths_exp(-p[2] / p[1] * t);
		return (struct polynomial){-maths_expm1(-p[2] / p[1] * t), 1 + e, 1};
	}
	half = p[1] / p[0] / 2 * t;
	split = p[2] / p[0] * t * t - half * half;
	if (split < 0) {
		double near = half - sqrt(-split), far = half + sqrt(-split);

		return (struct polynomial){maths_expm1(-near) * maths_expm1(-far),
					   (1 + maths_exp(-near)) * (1 + maths_exp(-far)),
					   -maths_expm1(-2 * half)};
	}
	e = maths_exp(-half);
	less = maths_expm1(-half);
	angle = fmin(sqrt(split), 0.97 * M_PI);
	sine = maths_sin(angle / 2);
	cosine = maths_cos(angle / 2);
	return (struct polynomial){less * less + 4 * e * sine * sine,
				   less * less + 4 * e * cosine * cosine, -maths_expm1(-2 * half)};
}

static void scale(struct polynomial *p, double factor)
{
	p->low *= factor;
	p->high *= factor;
	p->apart *= factor;
}

/* The prototype's poles and zeros, and its magnitude at 0 Hz; without one there, at another place.
 */
static void start_from_prototype(struct ratio *ratio, const struct filter *filter, double rate_hz)
{
	const struct prototype p = prototype_of(filter);
	double t = 2 * M_PI * filter->frequency_hz / rate_hz, hz = 0, x;

	*ratio = (struct ratio){.over = match(p.over, t), .under = match(p.under, t)};
	if (filter->kind == FILTER_NOTCH && filter->frequency_hz < 0.5 * rate_hz) {
		/* The zeros are on the circle, where they belong. */
		ratio->over.apart = 0;
		ratio->pinned = true;
	}
	if (ratio->over.low == 0) {
		hz = fmin(filter->frequency_hz, rate_hz / 4);
	}
	x = to_x(hz, rate_hz);
	scale(&ratio->under, 1 / ratio->under.low);
	scale(&ratio->over, sqrt(filter_power(filter, hz) * power_of(&ratio->under, x) /
				 power_of(&ratio->over, x)));
	/* A low-pass or band-pass falls all the way up to half the rate, wherever it begins. */
	ratio->near = filter->frequency_hz > rate_hz / 60 || filter->kind == FILTER_LOW_PASS ||
		      filter->kind == FILTER_BAND_PASS;
}

/* The prototypes' product, but for points where it is too small to be followed. */
static void aim(struct curve *curve, const struct filter *filters, unsigned int count)
{
	unsigned int kept = 0;

	for (unsigned int k = 0; k < curve->count; k++) {
		double sum = 0;
		bool small = false;

		for (unsigned int i = 0; i < count; i++) {
			double power = filter_power(&filters[i], curve->hz[k]);

			small = small || power < LEAST_POWER;
			sum += maths_log(power);
		}
		if (!small) {
			curve->hz[kept] = curve->hz[k];
			curve->x[kept] = curve->x[k];
			curve->weight[kept] = curve->weight[k];
			curve->target[kept++] = sum;
		}
	}
	curve->count = kept;
}

static void fit_filter(struct ratio *ratio, const struct filter *filter, double rate_hz)
{
	struct product product = {{ratio}, 1};
	struct curve curve;

	curve.count = 0;
	add_points(&curve, rate_hz);
	add_own_points(&curve, filter->frequency_hz, filter->q, rate_hz);
	aim(&curve, filter, 1);
	start_from_prototype(ratio, filter, rate_hz);
	hold(ratio);
	fit(&product, &curve, 60);
}

/* All filters but all-passes, as ratios; then menders. */
struct design {
	struct ratio ratios[CASCADE_FILTERS + CASCADE_MENDERS];
	unsigned int count;
	struct curve curve; /* of their product */
};

static double worst_miss(struct design *design)
{
	double worst = 0;

	for (unsigned int i = 0; i < design->curve.count; i++) {
		double error = -design->curve.target[i];

		for (unsigned int k = 0; k < design->count; k++) {
			error += ratio_log_power(&design->ratios[k], design->curve.x[i]);
		}
		if (design->curve.hz[i] <= TOP_HZ) {
			worst = fmax(worst, fabs(error));
		}
	}
	return worst;
}

/* What the ratios that are not in a product leave for it to be. */
static void leave(const struct design *design, const struct product *product, struct curve *ret)
{
	*ret = design->curve;
	for (unsigned int k = 0; k < design->count; k++) {
		bool in_product = false;

		for (unsigned int p = 0; p < product->count; p++) {
			in_product = in_product || product->ratios[p] == &design->ratios[k];
		}
		for (unsigned int i = 0; !in_product && i < ret->count; i++) {
			ret->target[i] -= ratio_log_power(&design->ratios[k], ret->x[i]);
		}
	}
}

/* The newest ratios, menders first, as far as they bend near half the rate. */
static void fit_together(struct design *design)
{
	struct product product = {{NULL}, 0};
	struct curve curve;

	for (unsigned int k = design->count; k-- > 0 && product.count < TOGETHER;) {
		if (design->ratios[k].mender || design->ratios[k].near) {
			product.ratios[product.count++] = &design->ratios[k];
		}
	}
	leave(design, &product, &curve);
	fit(&product, &curve, 100);
}

static void add_mender(struct design *design)
{
	struct ratio *mender = &design->ratios[design->count++];
	struct product product = {{mender}, 1};
	struct curve curve;

	/* Poles and zeros on one another would not know which way to go. */
	*mender = (struct ratio){.over = {1, 0.9, 1}, .under = {1, 1.1, 0.9}, .mender = true};
	leave(design, &product, &curve);
	fit(&product, &curve, 40);
	fit_together(design);
}

static void fill_design(struct design *design, const struct filter *filters, unsigned int count,
			double rate_hz)
{
	design->count = 0;
	design->curve.count = 0;
	add_points(&design->curve, rate_hz);
	for (unsigned int i = 0; i < count; i++) {
		if (filters[i].kind != FILTER_ALL_PASS) {
			fit_filter(&design->ratios[design->count++], &filters[i], rate_hz);
			if (design->ratios[design->count - 1].near) {
				add_own_points(&design->curve, filters[i].frequency_hz,
					       filters[i].q, rate_hz);
			}
		}
	}
	aim(&design->curve, filters, count);
	for (int i = 0; i < CASCADE_MENDERS && worst_miss(design) > GOOD_ENOUGH; i++) {
		add_mender(design);
	}
}

void cascade_design(const struct filter *filters, unsigned int count, double rate_hz,
		    struct cascade *ret_cascade)
{
	struct design design;

	memset(ret_cascade, 0, sizeof(*ret_cascade));
	fill_design(&design, filters, count, rate_hz);
	for (unsigned int k = 0; k < design.count; k++) {
		append_ratio(ret_cascade, &design.ratios[k]);
	}
	for (unsigned int i = 0; i < count; i++) {
		if (filters[i].kind == FILTER_ALL_PASS) {
			append_all_pass(ret_cascade, &filters[i], rate_hz);
		}
	}
}

double cascade_power(const struct cascade *cascade, double rate_hz, double frequency_hz)
{
	double x = to_x(frequency_hz, rate_hz), power = 1;

	for (unsigned int k = 0; k < cascade->count; k++) {
		const double b[3] = {cascade->b0[k], cascade->b1[k], cascade->b2[k]};
		const double a[3] = {1, cascade->a1[k], cascade->a2[k]};
		double over = b[0] + b[1] + b[2], under = a[0] + a[1] + a[2];
		/* |c0 + c1/z + c2/z^2|^2 = (c0+c1+c2)^2 - 4x (c0 c1 + c1 c2 + 4 c0 c2) + 16 x^2 c0
		 * c2 */
		double n = over * over - 4 * x * (b[0] * b[1] + b[1] * b[2] + 4 * b[0] * b[2]) +
			   16 * x * x * b[0] * b[2];
		double d =
			under * under - 4 * x * (a[1] + a[1] * a[2] + 4 * a[2]) + 16 * x * x * a[2];

		power *= n / d;
	}
	return power;
}

void cascade_mend(const struct cascade *cascade, struct cascade_state *state)
{
	for (int channel = 0; channel < 2; channel++) {
		for (unsigned int k = 0; k < cascade->count; k++) {
			double size = fabs(state->s1[channel][k]) + fabs(state->s2[channel][k]);

			if (!(size > 1e-100 && size < 1e100)) {
				state->s1[channel][k] = 0;
				state->s2[channel][k] = 0;
			}
		}
	}
}
