/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain match --json: one headphone. What is not known is null.
 */
#include <jansson.h>
#include <math.h>

#include "amplifier.h"
#include "match_inside.h"

static json_t *figure(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

/* 0 means not known. */
static json_t *known(double number)
{
	return number != 0 ? figure(number) : json_null();
}

static json_t *point(const struct load *load, double level_db, const struct load_point *at)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "level_db", figure(level_db),
			 "volts", figure(at->volts), "amperes", known(at->amperes), "watts",
			 known(at->watts), "spl_db", figure(at->spl_db), "spl_uncertainty_db",
			 figure(load->uncertainty_db), "clipped", at->clipped);
}

static json_t *points(const struct match *match, const struct load *load)
{
	json_t *all = json_object();
	struct load_point at;
	double level_db;

	if (isfinite(match->level_db)) {
		load_at(load, match->level_db, &at);
		json_object_set_new(all, "now", point(load, match->level_db, &at));
	}
	load_at(load, 0, &at);
	json_object_set_new(all, "full_scale", point(load, 0, &at));
	json_object_set_new(all, "headroom_db", figure(at.spl_db - LOAD_PEAK_SPL_DB));
	level_db = match_level_for(load, LOAD_PEAK_SPL_DB, &at);
	json_object_set_new(all, "at_110_db", point(load, level_db, &at));
	return all;
}

void match_print_one_json(const struct match *match)
{
	const struct load load = match_load(match);
	json_t *all = json_pack(
		"{s:s, s:s, s:s, s:s, s:f, s:f, s:s, s:o, s:o}", "headphone", match->headphone.name,
		"type", match->headphone.type, "amplifier", match->amplifier.name, "connector",
		match_connectors[match->connector], "sensitivity_db_per_v", load.sensitivity_db,
		"uncertainty_db", load.uncertainty_db, "sensitivity_from",
		load.source == LOAD_MEASURED ? "measured" : "published", "published_db_per_v",
		known(match->headphone.published_db), "measured_db_per_v",
		known(match->headphone.measured_db));
	json_t *figures = points(match, &load);
	json_t *rest = json_pack(
		"{s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}}", "impedance_ohm",
		load.ohm, "impedance_least_ohm", load.min_ohm, "impedance_peak_ohm",
		known(load.peak_ohm), "impedance_peak_hz", known(load.peak_hz), "most_watts",
		known(load.max_watts), "noise_spl_db", figure(load_noise_spl(&load)), "damping",
		figure(load_damping(&load)), "response_error_db",
		figure(load_response_error(&load, load.output_ohm)), "crosstalk_db", "trs",
		figure(load_crosstalk_total(&load, LOAD_TRS, false)), "trs_three_wires",
		figure(load_crosstalk_total(&load, LOAD_TRS, true)), "xlr4",
		figure(load_crosstalk_total(&load, LOAD_XLR4, false)));

	json_object_update(all, figures);
	json_object_update(all, rest);
	print_json(all);
	json_decref(figures);
	json_decref(rest);
	json_decref(all);
}
