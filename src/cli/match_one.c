/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain match: one headphone, as a table and a scale.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match_inside.h"

#define SCALE_LEAST_DB (-20)
#define SCALE_MOST_DB  140
#define SCALE_COLUMNS  61 /* of 2.667 dB */
#define SCALE_TICK_DB  20

/* The signs that a scale is drawn with. */
struct signs {
	const char *line, *left, *right, *point, *mark;
};

static bool is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && value[0]) {
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
		}
	}
	return false;
}

/* Three digits or so, without an exponent. */
static char *format_figure(double number, char *text, size_t size)
{
	double magnitude = fabs(number);
	int digits = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3;

	if (isnan(number)) {
		snprintf(text, size, "-");
	} else if (magnitude > 0 && magnitude < 0.001) {
		snprintf(text, size, "%.1e", number);
	} else {
		snprintf(text, size, "%.*f", digits, number);
	}
	return text;
}

static void print_row(const char *name, const double *figures, int count)
{
	char text[32];

	printf("  %-22s", name);
	for (int i = 0; i < count; i++) {
		printf("%14s", format_figure(figures[i], text, sizeof(text)));
	}
	printf("\n");
}

static void print_spl_row(const struct load *load, const struct load_point *points, int count)
{
	char name[32];

	snprintf(name, sizeof(name), "dB SPL, +-%.0f", load->uncertainty_db);
	printf("  %-22s", name);
	for (int i = 0; i < count; i++) {
		if (isfinite(points[i].spl_db)) {
			printf("%14.1f", points[i].spl_db);
		} else {
			printf("%14s", "-");
		}
	}
	printf("\n");
}

/* Volts, amperes, watts and SPL, a column for each level. */
static void print_points(const struct match *match, const struct load *load)
{
	bool has_level = isfinite(match->level_db);
	char headings[3][24] = {"", "full scale", "110 dB SPL"};
	struct load_point points[3];
	double levels[3] = {match->level_db, 0, 0};
	double volts[3], milliamperes[3], milliwatts[3];
	int first = has_level ? 0 : 1;

	snprintf(headings[0], sizeof(headings[0]), "at %.1f dB", match->level_db);
	load_at(load, has_level ? levels[0] : 0, &points[0]);
	load_at(load, 0, &points[1]);
	levels[2] = match_level_for(load, LOAD_PEAK_SPL_DB, &points[2]);
	printf("  %-22s", "");
	for (int i = first; i < 3; i++) {
		printf("%14s", headings[i]);
		volts[i] = points[i].volts;
		milliamperes[i] = points[i].amperes * 1000;
		milliwatts[i] = points[i].watts * 1000;
	}
	printf("\n");
	print_spl_row(load, points + first, 3 - first);
	print_row("volts", volts + first, 3 - first);
	print_row("milliamperes", milliamperes + first, 3 - first);
	print_row("milliwatts", milliwatts + first, 3 - first);
	printf("  %-22s", "level, dB");
	for (int i = first; i < 3; i++) {
		printf("%14.1f", levels[i]);
	}
	printf("\n");
}

static void print_who(const struct match *match, const struct load *load)
{
	const struct load_headphone *headphone = &match->headphone;

	printf("%s on %s, %s\n\n", headphone->name, match->amplifier.name,
	       match_connectors[match->connector]);
	printf("  %-22s%.1f dB SPL at 1 V, %s", "sensitivity", load->sensitivity_db,
	       load->source == LOAD_MEASURED ? "measured" : "as its maker says");
	if (load->source == LOAD_MEASURED && headphone->published_db > 0) {
		printf(" (its maker: %.1f)", headphone->published_db);
	}
	printf("\n  %-22s%g ohm", "impedance", load->ohm);
	if (load->peak_ohm > 0) {
		printf(", %g to %g", load->min_ohm, load->peak_ohm);
		if (load->peak_hz > 0) {
			printf(" at %g Hz", load->peak_hz);
		}
	}
	printf("\n\n");
}

static void print_crosstalk(const struct load *load)
{
	char text[32];
	double trs = load_crosstalk_total(load, LOAD_TRS, false);
	double three_wires = load_crosstalk_total(load, LOAD_TRS, true);
	double xlr4 = load_crosstalk_total(load, LOAD_XLR4, false);

	printf("  %-22s%s dB through a TRS plug, %.0f dB if the cable has three wires\n",
	       "crosstalk at 1 kHz", format_figure(round(trs), text, sizeof(text)), three_wires);
	if (isfinite(xlr4)) {
		printf("  %-22s%.0f dB with a return for each ear (xlr4)\n", "", xlr4);
	}
}

static void print_rest(const struct load *load)
{
	struct load_point most;
	char text[32];

	load_at(load, 0, &most);
	printf("\n  %-22s%+.1f dB, +-%.0f: %s\n", "headroom to 110 dB",
	       most.spl_db - LOAD_PEAK_SPL_DB, load->uncertainty_db,
	       most.spl_db - LOAD_PEAK_SPL_DB >= load->uncertainty_db    ? "enough"
	       : most.spl_db - LOAD_PEAK_SPL_DB >= -load->uncertainty_db ? "it may be enough"
									 : "not enough");
	if (most.clipped) {
		printf("  %-22sfrom %.1f dB on, at full scale\n", "the amplifier clips",
		       20 * log10(most.volts / load_unclipped_volts(load)));
	}
	if (isfinite(load_noise_spl(load))) {
		printf("  %-22s%.1f dB SPL, +-%.0f\n", "noise at the ear", load_noise_spl(load),
		       load->uncertainty_db);
	}
	if (isfinite(load_damping(load))) {
		printf("  %-22s%s\n", "damping",
		       format_figure(load_damping(load), text, sizeof(text)));
		printf("  %-22s%.3f dB, 20 Hz to 20 kHz\n", "response error",
		       load_response_error(load, load->output_ohm));
	}
	print_crosstalk(load);
	if (load->max_watts > 0) {
		printf("  %-22s%g mW\n", "its maker allows", load->max_watts * 1000);
	}
}

static int column_of(double db)
{
	double at = (db - SCALE_LEAST_DB) / (SCALE_MOST_DB - SCALE_LEAST_DB) * (SCALE_COLUMNS - 1);

	return (int)lround(fmin(fmax(at, 0), SCALE_COLUMNS - 1));
}

static void print_ruler(const struct signs *signs)
{
	char numbers[SCALE_COLUMNS + 8];

	memset(numbers, ' ', sizeof(numbers));
	for (int db = SCALE_LEAST_DB; db <= SCALE_MOST_DB; db += SCALE_TICK_DB) {
		char text[8];
		int length = snprintf(text, sizeof(text), "%d", db);

		memcpy(numbers + column_of(db), text, (size_t)length);
	}
	printf("\n  %-12s%.*s\n  %-12s", "dB SPL", column_of(SCALE_MOST_DB) + 3, numbers, "");
	for (int i = 0; i < SCALE_COLUMNS; i++) {
		bool tick = false;

		for (int db = SCALE_LEAST_DB; db <= SCALE_MOST_DB; db += SCALE_TICK_DB) {
			tick = tick || column_of(db) == i;
		}
		printf("%s", tick ? signs->mark : signs->line);
	}
	printf("\n");
}

/* A level as a point with its uncertainty to both sides; the mark is where 110 dB are. */
static void print_whisker(const struct signs *signs, const char *name, double db, double around)
{
	int low = column_of(db - around), high = column_of(db + around), at = column_of(db);

	if (!isfinite(db)) {
		return;
	}
	printf("  %-12s", name);
	for (int i = 0; i <= high || i <= column_of(LOAD_PEAK_SPL_DB); i++) {
		const char *sign = i == at                            ? signs->point
				   : i == low                         ? signs->left
				   : i == high                        ? signs->right
				   : i > low && i < high              ? signs->line
				   : i == column_of(LOAD_PEAK_SPL_DB) ? ":"
								      : " ";

		printf("%s", sign);
	}
	printf("\n");
}

static void print_scale(const struct match *match, const struct load *load)
{
	static const struct signs plain = {"-", "[", "]", "o", "+"};
	static const struct signs fine = {"─", "├", "┤", "●", "┴"};
	const struct signs *signs = is_utf8() ? &fine : &plain;
	struct load_point now, most;
	char level[24];

	load_at(load, match->level_db, &now);
	load_at(load, 0, &most);
	print_ruler(signs);
	print_whisker(signs, "noise", load_noise_spl(load), load->uncertainty_db);
	if (isfinite(match->level_db)) {
		snprintf(level, sizeof(level), "at %.1f dB", match->level_db);
		print_whisker(signs, level, now.spl_db, load->uncertainty_db);
	}
	print_whisker(signs, "full scale", most.spl_db, load->uncertainty_db);
	printf("  %-12s%*s\n", "", column_of(LOAD_PEAK_SPL_DB) + 3, "110 dB");
}

void match_print_one(const struct match *match)
{
	const struct load load = match_load(match);

	print_who(match, &load);
	print_points(match, &load);
	print_rest(&load);
	print_scale(match, &load);
}
