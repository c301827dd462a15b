/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Rules of the crossfeed's controls. Main thread.
 */
#include "crossfeed-controls.h"

#include <math.h>

#include "crossfeed.h"

#define PRESETS 9 /* custom among them */

struct preset {
	double separation_db, delay_us, cut_hz;
};

/*
 * In the order of the choices. The first three are bs2b's, with the delay that it says its filter
 * has; the others are the five degrees of a well-known converter with Bauer's crossfeed.
 */
static const struct preset presets[PRESETS] = {
	{0},
	{4.5, 260, 700},
	{6, 260, 700},
	{9.5, 280, 650},
	{13, 280, 650},
	{9.5, 280, 650},
	{6, 260, 700},
	{4.5, 260, 700},
	{3, 260, 700},
};

static double number_of(const struct amp *amp, enum control_id id)
{
	return amp_value(amp, (struct control_ref){id, 0})->number;
}

bool crossfeed_controls_own(enum control_id id)
{
	return id >= CONTROL_CROSSFEED_PRESET && id <= CONTROL_CROSSFEED_CUT;
}

static void set_preset(struct amp *amp, const struct value *value)
{
	const struct preset *preset = &presets[value->choice];

	if (value->choice == 0) {
		return; /* custom: what it is already */
	}
	amp_report_number(amp, CONTROL_CROSSFEED_SEPARATION, preset->separation_db);
	amp_report_number(amp, CONTROL_CROSSFEED_DELAY, preset->delay_us);
	amp_report_number(amp, CONTROL_CROSSFEED_CUT, preset->cut_hz);
	amp_report(amp, (struct control_ref){CONTROL_CROSSFEED_PRESET, 0}, value);
}

static void set_angle(struct amp *amp, double degrees)
{
	const struct control *row = &controls[CONTROL_CROSSFEED_DELAY];
	double delay_us = round(crossfeed_delay_us(degrees));

	amp_report_number(amp, CONTROL_CROSSFEED_DELAY,
			  fmin(fmax(delay_us, row->minimum), row->maximum));
}

/* A preset whose figures were changed has lost its name. */
static void check_preset(struct amp *amp)
{
	const struct value custom = {.choice = 0};
	const struct preset *preset = &presets[amp_int(amp, CONTROL_CROSSFEED_PRESET)];

	if (number_of(amp, CONTROL_CROSSFEED_SEPARATION) != preset->separation_db ||
	    number_of(amp, CONTROL_CROSSFEED_DELAY) != preset->delay_us ||
	    number_of(amp, CONTROL_CROSSFEED_CUT) != preset->cut_hz) {
		amp_report(amp, (struct control_ref){CONTROL_CROSSFEED_PRESET, 0}, &custom);
	}
}

void crossfeed_controls_set(struct amp *amp, enum control_id id, const struct value *value)
{
	if (id == CONTROL_CROSSFEED_PRESET) {
		set_preset(amp, value);
		return;
	}
	if (id == CONTROL_CROSSFEED_ANGLE) {
		set_angle(amp, value->number);
	} else {
		amp_report_number(amp, id, value->number);
	}
	check_preset(amp);
}

double crossfeed_controls_angle(const struct amp *amp)
{
	return round(crossfeed_angle_degrees(number_of(amp, CONTROL_CROSSFEED_DELAY)));
}
