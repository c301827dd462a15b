/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Headphone profiles. What comes in was written by anybody: nothing of it is trusted.
 */
#include "profile.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "graphic-eq.h"
#include "maths.h"
#include "text.h"

#define NUMBER_BYTES  40
#define WORD_BYTES    16
#define PREAMP_DB_MAX 100
#define SHELF_SLOPE   0.9 /* of a shelf without Q, where 1 is 12 dB an octave */
#define NOTCH_Q       30.0
#define STEPS         500 /* in which the top of a response is looked for */

/* What is left of a line. */
struct cursor {
	const char *at, *end;
};

struct reader {
	struct profile *profile;
	struct graphic_eq *graphic; /* NULL until there is one */
	struct graphic_eq graphic_room;
	unsigned int understood;
	bool other_channel; /* what follows is for one channel only */
	bool full;
};

/* Why a line is not understood; NULL: it is. */
typedef const char *line_reader(struct reader *reader, struct cursor line);

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static void skip_spaces(struct cursor *line)
{
	while (line->at < line->end && is_space(*line->at)) {
		line->at++;
	}
}

/* The next run of letters in small ones; empty when something else comes. */
static void take_word(struct cursor *line, char ret[WORD_BYTES])
{
	size_t length = 0;

	skip_spaces(line);
	while (line->at < line->end && is_letter(*line->at)) {
		if (length < WORD_BYTES - 1) {
			ret[length++] = lower(*line->at);
		}
		line->at++;
	}
	ret[length] = '\0';
}

/* Takes the word if it comes next, and nothing otherwise. */
static bool take(struct cursor *line, const char *word)
{
	struct cursor ahead = *line;
	char next[WORD_BYTES];

	take_word(&ahead, next);
	if (strcmp(next, word) != 0) {
		return false;
	}
	*line = ahead;
	return true;
}

static bool take_number(struct cursor *line, double *ret_number)
{
	char text[NUMBER_BYTES];
	size_t length = 0;

	skip_spaces(line);
	while (line->at < line->end && length < NUMBER_BYTES - 1 &&
	       (strchr("+-.0123456789", *line->at) || (lower(*line->at) == 'e' && length > 0))) {
		if (*line->at == '\0') {
			return false;
		}
		text[length++] = *line->at++;
	}
	text[length] = '\0';
	return text_to_double(text, ret_number) == 0;
}

static bool at_end(struct cursor *line)
{
	skip_spaces(line);
	return line->at == line->end || *line->at == '#';
}

/* A number of `unit`, which may be left out. */
static bool take_quantity(struct cursor *line, const char *unit, double *ret_number)
{
	if (!take_number(line, ret_number)) {
		return false;
	}
	take(line, unit);
	return true;
}

static const char *read_preamp(struct reader *reader, struct cursor line)
{
	double db;

	if (!take_quantity(&line, "db", &db) || !at_end(&line)) {
		return "not a number of dB";
	}
	if (fabs(db) > PREAMP_DB_MAX) {
		return "more than 100 dB";
	}
	reader->profile->preamp_db += db;
	return NULL;
}

/* What stands behind the type of a filter. */
struct settings {
	enum filter_kind kind;
	bool corner;      /* LS and HS, not LSC and HSC */
	bool takes_width; /* LP and HP have a Q of their own */
	double slope_db, hz, gain_db, q, octaves;
	bool has_slope, has_hz, has_gain, has_q, has_octaves;
};

struct type {
	const char *name;
	enum filter_kind kind;
	bool corner, takes_width;
};

static const struct type types[] = {
	{"pk", FILTER_PEAK, false, true},       {"peq", FILTER_PEAK, false, true},
	{"modal", FILTER_PEAK, false, true},    {"lp", FILTER_LOW_PASS, false, false},
	{"lpq", FILTER_LOW_PASS, false, true},  {"hp", FILTER_HIGH_PASS, false, false},
	{"hpq", FILTER_HIGH_PASS, false, true}, {"bp", FILTER_BAND_PASS, false, true},
	{"ls", FILTER_LOW_SHELF, true, true},   {"hs", FILTER_HIGH_SHELF, true, true},
	{"lsc", FILTER_LOW_SHELF, false, true}, {"hsc", FILTER_HIGH_SHELF, false, true},
	{"no", FILTER_NOTCH, false, true},      {"ap", FILTER_ALL_PASS, false, true},
};

static bool is_shelf(enum filter_kind kind)
{
	return kind == FILTER_LOW_SHELF || kind == FILTER_HIGH_SHELF;
}

static const char *take_type(struct cursor *line, struct settings *settings)
{
	char word[WORD_BYTES];

	take_word(line, word);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(word, types[i].name) == 0) {
			settings->kind = types[i].kind;
			settings->corner = types[i].corner;
			settings->takes_width = types[i].takes_width;
			skip_spaces(line);
			settings->has_slope = is_shelf(settings->kind) && line->at < line->end &&
					      !is_letter(*line->at);
			return settings->has_slope &&
					       !take_quantity(line, "db", &settings->slope_db)
				       ? "not a slope in dB"
				       : NULL;
		}
	}
	return "not a type of filter that is known";
}

/* Fc, Gain, Q and BW, in any order. */
static const char *take_settings(struct cursor *line, struct settings *settings)
{
	while (!at_end(line)) {
		if (take(line, "fc")) {
			settings->has_hz = take_quantity(line, "hz", &settings->hz);
		} else if (take(line, "gain")) {
			settings->has_gain = take_quantity(line, "db", &settings->gain_db);
		} else if (take(line, "q")) {
			settings->has_q = take_number(line, &settings->q);
		} else if (take(line, "bw")) {
			take(line, "oct");
			settings->has_octaves = take_number(line, &settings->octaves);
		} else {
			return "something else than Fc, Gain, Q and BW Oct with their numbers";
		}
	}
	return NULL;
}

/* S of a shelf, where 1 is 12 dB an octave: the Q that it stands for. */
static double q_of_slope(double slope, double gain_db)
{
	double amplitude = maths_exp10(gain_db / 40);

	return 1 / sqrt((amplitude + 1 / amplitude) * (1 / slope - 1) + 2);
}

static void make_shelf(const struct settings *settings, struct filter *filter)
{
	double slope = settings->has_slope ? settings->slope_db / 12 : SHELF_SLOPE;
	double shift;

	if (settings->has_q) {
		filter->q = settings->q;
		return;
	}
	filter->q = q_of_slope(slope, filter->gain_db);
	if (settings->corner && settings->has_slope) {
		shift = maths_exp10(fabs(filter->gain_db) / 80 / slope);
		filter->frequency_hz *= filter->kind == FILTER_LOW_SHELF ? shift : 1 / shift;
	}
}

static const char *make_width(const struct settings *settings, struct filter *filter)
{
	if (is_shelf(filter->kind)) {
		make_shelf(settings, filter);
	} else if (settings->has_q && settings->takes_width) {
		filter->q = settings->q;
	} else if (settings->has_octaves && settings->takes_width) {
		filter->q = 0.5 / maths_sinh(M_LN2 / 2 * settings->octaves);
	} else if (filter->kind == FILTER_PEAK || filter->kind == FILTER_ALL_PASS) {
		return "no Q";
	} else {
		filter->q = filter->kind == FILTER_NOTCH ? NOTCH_Q : M_SQRT1_2;
	}
	return NULL;
}

static bool has_gain(enum filter_kind kind)
{
	return kind == FILTER_PEAK || is_shelf(kind);
}

static const char *make_filter(const struct settings *settings, struct filter *filter)
{
	const char *reason;

	*filter = (struct filter){.kind = settings->kind,
				  .frequency_hz = settings->hz,
				  .gain_db = has_gain(settings->kind) ? settings->gain_db : 0};
	if (!settings->has_hz) {
		return "no Fc, or not a number of Hz";
	}
	if (has_gain(settings->kind) && !settings->has_gain) {
		return "no Gain, or not a number of dB";
	}
	if (fabs(filter->gain_db) > FILTER_DB_MAX) {
		return "a Gain of more than 60 dB";
	}
	if (settings->has_slope && !(settings->slope_db > 0 && settings->slope_db <= 12)) {
		return "a slope that is not above 0 and at most 12 dB";
	}
	reason = make_width(settings, filter);
	if (reason) {
		return reason;
	}
	if (!(filter->frequency_hz >= FILTER_HZ_MIN && filter->frequency_hz <= FILTER_HZ_MAX)) {
		return "an Fc that is not from 1 to 100000 Hz";
	}
	if (!(filter->q >= FILTER_Q_MIN && filter->q <= FILTER_Q_MAX)) {
		return "a width that is not a Q from 0.01 to 200";
	}
	return NULL;
}

static const char *add_filters(struct reader *reader, const struct filter *filters,
			       unsigned int count)
{
	struct profile *profile = reader->profile;

	if (profile->count + count > CASCADE_FILTERS) {
		reader->full = true;
		return "more filters than fit";
	}
	memcpy(profile->filters + profile->count, filters, count * sizeof(*filters));
	profile->count += count;
	return NULL;
}

static const char *read_filter(struct reader *reader, struct cursor line)
{
	struct settings settings = {FILTER_PEAK, false, false, 0,     0,     0,    0,
				    0,           false, false, false, false, false};
	struct filter filter;
	const char *reason;

	if (take(&line, "off")) {
		return NULL;
	}
	if (!take(&line, "on")) {
		return "neither ON nor OFF";
	}
	if (take(&line, "none")) {
		return at_end(&line) ? NULL : "something behind None";
	}
	if ((reason = take_type(&line, &settings)) || (reason = take_settings(&line, &settings)) ||
	    (reason = make_filter(&settings, &filter))) {
		return reason;
	}
	if (has_gain(filter.kind) && filter.gain_db == 0) {
		return NULL; /* it does nothing */
	}
	return add_filters(reader, &filter, 1);
}

static const char *take_point(struct cursor *line, struct graphic_eq *eq)
{
	unsigned int k = eq->count;
	double hz, db;

	if (k == GRAPHIC_EQ_POINTS) {
		return "more than 512 points";
	}
	if (!take_quantity(line, "hz", &hz) || !take_quantity(line, "db", &db)) {
		return "not a list of \"HZ DB; HZ DB; ...\"";
	}
	if (!(hz >= FILTER_HZ_MIN && hz <= FILTER_HZ_MAX) || fabs(db) > FILTER_DB_MAX) {
		return "a point beyond 1 to 100000 Hz or 60 dB";
	}
	if (k > 0 && hz <= eq->frequency_hz[k - 1]) {
		return "points that do not go up in frequency";
	}
	eq->frequency_hz[k] = hz;
	eq->gain_db[k] = db;
	eq->count++;
	return NULL;
}

static const char *read_graphic(struct reader *reader, struct cursor line)
{
	struct graphic_eq *eq = &reader->graphic_room;
	struct filter bands[GRAPHIC_EQ_BANDS];
	const char *reason = NULL;

	if (reader->graphic) {
		return "a second GraphicEQ";
	}
	eq->count = 0;
	do {
		reason = take_point(&line, eq);
		skip_spaces(&line);
		if (!reason && line.at < line.end && *line.at == ';') {
			line.at++;
		} else if (!reason && !at_end(&line)) {
			reason = "points that are not parted by ;";
		}
	} while (!reason && !at_end(&line));
	if (reason) {
		return reason;
	}
	graphic_eq_fit(eq, bands);
	reason = add_filters(reader, bands, GRAPHIC_EQ_BANDS);
	reader->graphic = reason ? NULL : eq;
	return reason;
}

static const char *read_channel(struct reader *reader, struct cursor line)
{
	reader->other_channel = !take(&line, "all") || !at_end(&line);
	return reader->other_channel ? "for some channels only: what follows is left out" : NULL;
}

static const struct {
	const char *key;
	line_reader *read;
} keys[] = {
	{"preamp", read_preamp},
	{"filter", read_filter},
	{"graphiceq", read_graphic},
	{"channel", read_channel},
};

/* "Filter 12:" or "Preamp:", up to behind the colon. */
static line_reader *take_key(struct cursor *line)
{
	char word[WORD_BYTES];
	double number;

	take_word(line, word);
	if (strcmp(word, "filter") == 0) {
		take_number(line, &number);
	}
	skip_spaces(line);
	if (line->at == line->end || *line->at != ':') {
		return NULL;
	}
	line->at++;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(word, keys[i].key) == 0) {
			return keys[i].read;
		}
	}
	return NULL;
}

static const char *read_line(struct reader *reader, struct cursor line)
{
	line_reader *read;
	const char *reason;

	if (at_end(&line)) {
		return NULL;
	}
	read = take_key(&line);
	if (!read) {
		return "not Preamp, Filter, GraphicEQ or Channel with a colon";
	}
	if (reader->other_channel && read != read_channel) {
		return "for some channels only";
	}
	reason = read(reader, line);
	reader->understood += reason ? 0 : 1;
	return reason;
}

static const char *after_mark(const char *text, size_t length)
{
	return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

static int check_text(const char *text, size_t length, struct refusal *ret_refusal)
{
	if (length > PROFILE_BYTES) {
		return refuse(ret_refusal, "%zu bytes are too many for a profile: %d at most",
			      length, PROFILE_BYTES);
	}
	if (length > 0 && memchr(text, '\0', length)) {
		return refuse(ret_refusal, "not a text: it holds bytes of 0");
	}
	return 0;
}

int profile_parse(const char *text, size_t length, profile_complaint *complain, void *data,
		  struct profile *ret_profile, struct refusal *ret_refusal)
{
	struct profile profile = {.preamp_db = 0};
	struct reader reader = {.profile = &profile};
	const char *at = after_mark(text, length), *end = text + length;
	int error = check_text(text, length, ret_refusal);

	for (unsigned int line = 1; error == 0 && at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char *reason;

		stop = stop ? stop : end;
		reason = read_line(&reader, (struct cursor){at, stop});
		if (reason && complain) {
			complain(data, line, at, (size_t)(stop - at), reason);
		}
		at = stop < end ? stop + 1 : end;
	}
	if (error < 0) {
		return error;
	}
	if (reader.full) {
		return refuse(ret_refusal, "more than %d filters (a GraphicEQ takes %d)",
			      CASCADE_FILTERS, GRAPHIC_EQ_BANDS);
	}
	if (reader.understood == 0) {
		return refuse(ret_refusal, "no line of it is understood: give a ParametricEQ or "
					   "GraphicEQ of AutoEq, or a text of Equalizer APO");
	}
	*ret_profile = profile;
	return 0;
}

double profile_response_db(const struct profile *profile, double frequency_hz)
{
	double db = 0;

	for (unsigned int i = 0; i < profile->count; i++) {
		db += 10 * maths_log10(filter_power(&profile->filters[i], frequency_hz));
	}
	return db;
}

/* The top of the response in a range, by steps, and then between those next to the highest. */
static double highest_power(const struct cascade *cascade, double rate_hz, double from_hz,
			    double to_hz)
{
	double ratio = maths_pow(to_hz / from_hz, 1.0 / STEPS), highest = 0, at_hz = from_hz;

	for (int i = 0; i <= STEPS; i++) {
		double hz = fmin(from_hz * maths_pow(ratio, i), rate_hz / 2);
		double power = cascade_power(cascade, rate_hz, hz);

		if (power > highest) {
			highest = power;
			at_hz = hz;
		}
	}
	for (int round = 0; round < 5; round++) {
		ratio = maths_pow(ratio, 0.25);
		from_hz = at_hz;
		for (int i = -4; i <= 4; i++) {
			double hz = fmin(from_hz * maths_pow(ratio, i), rate_hz / 2);
			double power = cascade_power(cascade, rate_hz, hz);

			if (power > highest) {
				highest = power;
				at_hz = hz;
			}
		}
	}
	return highest;
}

double profile_gain_db(const struct profile *profile, const struct cascade *cascade, double rate_hz)
{
	const double margin_db = 0.001; /* for what is between the last steps */
	double highest = highest_power(cascade, rate_hz, 1, rate_hz / 2);

	for (unsigned int i = 0; i < profile->count; i++) {
		const struct filter *filter = &profile->filters[i];
		double width = maths_exp2(1 / fmax(filter->q, 0.1));

		highest =
			fmax(highest, highest_power(cascade, rate_hz, filter->frequency_hz / width,
						    filter->frequency_hz * width));
	}
	if (profile->count == 0) {
		return fmin(0, profile->preamp_db);
	}
	return fmin(fmin(0, profile->preamp_db), -10 * maths_log10(highest) - margin_db);
}

int profile_find(const struct profile_book *book, const char *name)
{
	for (unsigned int i = 0; book && i < book->count; i++) {
		if (strcmp(book->pages[i].name, name) == 0) {
			return (int)i;
		}
	}
	return -1;
}
