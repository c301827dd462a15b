/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * From the amplifier's state to the headphones' filters. Off the audio thread.
 */
#include "headphone-filters.h"

#include <math.h>
#include <string.h>

#include "amp.h"
#include "maths.h"
#include "profile.h"

#define MIDDLE_PART 0.75 /* of a programme's power: a correlation of 0.5 */

static double number_of(const struct amp *amp, enum control_id id)
{
	return amp_value(amp, (struct control_ref){id, 0})->number;
}

static struct crossfeed_settings crossfeed_of(const struct amp *amp)
{
	return (struct crossfeed_settings){
		.kind = (enum crossfeed_kind)amp_int(amp, CONTROL_CROSSFEED),
		.separation_db = number_of(amp, CONTROL_CROSSFEED_SEPARATION),
		.delay_us = number_of(amp, CONTROL_CROSSFEED_DELAY),
		.cut_hz = number_of(amp, CONTROL_CROSSFEED_CUT),
		.center_db = amp_int(amp, CONTROL_CROSSFEED_CENTER) / 2.0,
	};
}

/* The power of a section (h s^2 + v s + l) / (s^2 + s / q + 1) at s = j * ratio. */
static double section_power(double h, double v, double l, double q, double ratio)
{
	double over_re = l - h * ratio * ratio, over_im = v * ratio;
	double under_re = 1 - ratio * ratio, under_im = ratio / q;

	return (over_re * over_re + over_im * over_im) /
	       (under_re * under_re + under_im * under_im);
}

/* BS.1770's K weighting, as the analogue filters that its coefficients at 48 kHz stand for. */
static double k_power(double frequency_hz)
{
	const double shelf_q = 0.7071752369554196, high = maths_exp10(3.999843853973347 / 20);
	const double band = maths_pow(high, 0.4996667741545416);

	return section_power(high, band / shelf_q, 1, shelf_q, frequency_hz / 1681.974450955533) *
	       section_power(1, 0, 0, 0.5003270373238773, frequency_hz / 38.13547087602444);
}

/* IEC 60268-1's programme-simulation noise in third-octave bands from 20 Hz, in dB. */
static const double programme_db[] = {
	-13.5, -10.2, -7.4, -5.2, -3.5, -2.3,  -1.4,  -0.9,  -0.5,  -0.2, -0.1,
	0,     0,     0,    0,    0,    0,     -0.1,  -0.3,  -0.6,  -1.0, -1.6,
	-2.5,  -3.7,  -5.1, -7.0, -9.4, -11.9, -14.8, -18.2, -21.6,
};

static double louder_db(const struct crossfeed_settings *settings, double rate_hz)
{
	struct crossfeed_filter filter;
	double with = 0, without = 0;

	crossfeed_design(settings, rate_hz, &filter);
	for (int band = 0; band < (int)(sizeof(programme_db) / sizeof(programme_db[0])); band++) {
		double frequency_hz = 1000 * maths_exp10((band - 17) / 10.0);
		double power = maths_exp10(programme_db[band] / 10) * k_power(frequency_hz);
		double middle, side;

		if (frequency_hz < rate_hz / 2) {
			crossfeed_power(&filter, rate_hz, frequency_hz, &middle, &side);
			with += power * (MIDDLE_PART * middle + (1 - MIDDLE_PART) * side);
			without += power;
		}
	}
	return without > 0 ? 10 * maths_log10(with / without) : 0;
}

double headphone_filters_louder_db(const struct amp *amp, double rate_hz)
{
	struct crossfeed_settings settings = crossfeed_of(amp);

	return settings.kind == CROSSFEED_OFF ? 0 : louder_db(&settings, rate_hz);
}

/* Each kind comes down to the quietest of them all, and off does; nothing is ever raised. */
static double compare_db(const struct amp *amp, double rate_hz)
{
	struct crossfeed_settings settings = crossfeed_of(amp);
	double quietest = 0;

	if (!amp_int(amp, CONTROL_CROSSFEED_COMPARE)) {
		return 0;
	}
	for (int kind = CROSSFEED_NATURAL; kind <= CROSSFEED_BAUER; kind++) {
		settings.kind = (enum crossfeed_kind)kind;
		quietest = fmin(quietest, louder_db(&settings, rate_hz));
	}
	return fmin(0, quietest - headphone_filters_louder_db(amp, rate_hz));
}

/* The profile that is engaged; -1: none. */
static int profile_page(const struct amp *amp)
{
	const char *name = amp_value(amp, (struct control_ref){CONTROL_EQ_PROFILE, 0})->text;

	return amp_int(amp, CONTROL_EQ) ? profile_find(amp->profiles, name) : -1;
}

bool headphone_filters_off(const struct amp *amp)
{
	return amp_int(amp, CONTROL_CROSSFEED) == CROSSFEED_OFF &&
	       !amp_int(amp, CONTROL_CROSSFEED_COMPARE) && profile_page(amp) < 0;
}

static void make_eq(const struct amp *amp, double rate_hz, const struct headphone_filters *before,
		    struct headphone_filters *filters)
{
	int page = profile_page(amp);
	const struct profile *profile;

	if (page < 0) {
		return;
	}
	filters->eq_serial = amp->profiles->pages[page].serial;
	if (before && before->eq_serial == filters->eq_serial && before->rate_hz == rate_hz) {
		filters->eq = before->eq;
		filters->eq_gain_db = before->eq_gain_db;
		return;
	}
	profile = &amp->profiles->pages[page].profile;
	cascade_design(profile->filters, profile->count, rate_hz, &filters->eq);
	filters->eq_gain_db = profile_gain_db(profile, &filters->eq, rate_hz);
}

void headphone_filters_make(const struct amp *amp, double rate_hz,
			    const struct headphone_filters *before,
			    struct headphone_filters *ret_filters)
{
	struct crossfeed_settings settings = crossfeed_of(amp);
	double gain_db = compare_db(amp, rate_hz);

	memset(ret_filters, 0, sizeof(*ret_filters));
	ret_filters->wire = headphone_filters_off(amp);
	if (ret_filters->wire) {
		return;
	}
	ret_filters->rate_hz = rate_hz;
	make_eq(amp, rate_hz, before, ret_filters);
	if (ret_filters->eq_serial != 0) {
		gain_db += ret_filters->eq_gain_db + amp_int(amp, CONTROL_EQ_PREAMP) / 2.0;
	}
	ret_filters->gain = maths_exp10(gain_db / 20);
	if (settings.kind != CROSSFEED_OFF) {
		crossfeed_design(&settings, rate_hz, &ret_filters->crossfeed);
	}
}
