/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A graphic equalizer's curve as a cascade of filters. Off the audio thread.
 */
#include "graphic-eq.h"

#include <math.h>
#include <string.h>

#include "maths.h"

#define LOW_HZ  14.0 /* of the bands; the curve is followed from 19 Hz to 21 kHz */
#define HIGH_HZ 26000.0
#define LINES   (8 * GRAPHIC_EQ_BANDS) /* at which curve and filters are compared */
#define ROUNDS  4
#define BAND_Q  3.0
#define EASE    1e-3 /* what large gains against one another cost */

struct normal {
	double m[GRAPHIC_EQ_BANDS][GRAPHIC_EQ_BANDS + 1];
};

/* What is asked for. */
static double asked_db(const struct graphic_eq *eq, double frequency_hz)
{
	unsigned int above = 0;
	double part;

	while (above < eq->count && eq->frequency_hz[above] < frequency_hz) {
		above++;
	}
	if (above == 0) {
		return eq->gain_db[0];
	}
	if (above == eq->count) {
		return eq->gain_db[above - 1];
	}
	part = maths_log(frequency_hz / eq->frequency_hz[above - 1]) /
	       maths_log(eq->frequency_hz[above] / eq->frequency_hz[above - 1]);
	return eq->gain_db[above - 1] + part * (eq->gain_db[above] - eq->gain_db[above - 1]);
}

static double line_hz(unsigned int line)
{
	return 19 * maths_pow(21000.0 / 19, line / (LINES - 1.0));
}

static void place(const struct graphic_eq *eq, struct filter *filters)
{
	const double step = maths_pow(HIGH_HZ / LOW_HZ, 1.0 / (GRAPHIC_EQ_BANDS - 1));

	for (unsigned int k = 0; k < GRAPHIC_EQ_BANDS; k++) {
		double hz = LOW_HZ * maths_pow(step, k);

		filters[k] = (struct filter){FILTER_PEAK, hz, 0, BAND_Q};
	}
	filters[0].kind = FILTER_LOW_SHELF;
	filters[GRAPHIC_EQ_BANDS - 1].kind = FILTER_HIGH_SHELF;
	filters[0].q = filters[GRAPHIC_EQ_BANDS - 1].q = M_SQRT1_2;
	filters[0].gain_db = asked_db(eq, LOW_HZ);
	filters[GRAPHIC_EQ_BANDS - 1].gain_db = asked_db(eq, HIGH_HZ);
}

static double db_of(const struct filter *filter, double hz)
{
	return 10 * maths_log10(filter_power(filter, hz));
}

/* How much a filter gives at a frequency for each dB of its gain, about the gain it has. */
static double slope_of(const struct filter *filter, double hz)
{
	struct filter more = *filter, less = *filter;

	more.gain_db += 0.05;
	less.gain_db -= 0.05;
	return 10 * (db_of(&more, hz) - db_of(&less, hz));
}

static void gather(const struct graphic_eq *eq, const struct filter *filters, struct normal *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (unsigned int line = 0; line < LINES; line++) {
		double hz = line_hz(line), left = asked_db(eq, hz);
		double slopes[GRAPHIC_EQ_BANDS];

		for (unsigned int k = 0; k < GRAPHIC_EQ_BANDS; k++) {
			left -= db_of(&filters[k], hz);
			slopes[k] = slope_of(&filters[k], hz);
		}
		for (unsigned int row = 0; row < GRAPHIC_EQ_BANDS; row++) {
			for (unsigned int column = 0; column < GRAPHIC_EQ_BANDS; column++) {
				ret->m[row][column] += slopes[row] * slopes[column];
			}
			ret->m[row][GRAPHIC_EQ_BANDS] += slopes[row] * left;
		}
	}
	for (unsigned int k = 0; k < GRAPHIC_EQ_BANDS; k++) {
		ret->m[k][k] *= 1 + EASE;
	}
}

static void solve(struct normal *normal, double *ret)
{
	double(*m)[GRAPHIC_EQ_BANDS + 1] = normal->m;

	for (unsigned int k = 0; k < GRAPHIC_EQ_BANDS; k++) {
		for (unsigned int row = k + 1; row < GRAPHIC_EQ_BANDS; row++) {
			double factor = m[row][k] / m[k][k];

			for (unsigned int column = k; column <= GRAPHIC_EQ_BANDS; column++) {
				m[row][column] -= factor * m[k][column];
			}
		}
	}
	for (unsigned int k = GRAPHIC_EQ_BANDS; k-- > 0;) {
		ret[k] = m[k][GRAPHIC_EQ_BANDS];
		for (unsigned int column = k + 1; column < GRAPHIC_EQ_BANDS; column++) {
			ret[k] -= m[k][column] * ret[column];
		}
		ret[k] /= m[k][k];
	}
}

void graphic_eq_fit(const struct graphic_eq *eq, struct filter *ret_filters)
{
	struct normal normal;
	double change[GRAPHIC_EQ_BANDS];

	place(eq, ret_filters);
	for (int round = 0; round < ROUNDS; round++) {
		gather(eq, ret_filters, &normal);
		solve(&normal, change);
		for (unsigned int k = 0; k < GRAPHIC_EQ_BANDS; k++) {
			double gain_db = ret_filters[k].gain_db + change[k];

			ret_filters[k].gain_db = fmin(fmax(gain_db, -FILTER_DB_MAX), FILTER_DB_MAX);
		}
	}
}
