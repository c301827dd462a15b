/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain profile show: what a profile does, in figures and drawn.
 */
#include <math.h>
#include <stdio.h>

#include "amplifier.h"
#include "profile_show.h"

#define SHOWN_RATE_HZ 48000 /* at which what makes nothing louder is worked out */
#define COLUMNS       72
#define ROWS          17
#define LOW_HZ        20.0
#define HIGH_HZ       20000.0
#define RESPONSE      121 /* points of the response in JSON: 12 to an octave */

static const char *const kind_names[FILTER_KINDS] = {
	[FILTER_PEAK] = "peak",
	[FILTER_LOW_SHELF] = "low shelf",
	[FILTER_HIGH_SHELF] = "high shelf",
	[FILTER_LOW_PASS] = "low-pass",
	[FILTER_HIGH_PASS] = "high-pass",
	[FILTER_BAND_PASS] = "band-pass",
	[FILTER_NOTCH] = "notch",
	[FILTER_ALL_PASS] = "all-pass",
};

static double gain_of(const struct profile *profile)
{
	struct cascade cascade;

	cascade_design(profile->filters, profile->count, SHOWN_RATE_HZ, &cascade);
	return profile_gain_db(profile, &cascade, SHOWN_RATE_HZ);
}

static double hz_at(unsigned int step, unsigned int steps)
{
	return LOW_HZ * pow(HIGH_HZ / LOW_HZ, (double)step / (steps - 1));
}

static double rounded(double number)
{
	return round(number * 1000) / 1000;
}

static json_t *filters_to_json(const struct profile *profile)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < profile->count; i++) {
		const struct filter *filter = &profile->filters[i];

		json_array_append_new(
			list, json_pack("{s:s, s:f, s:f, s:f}", "kind", kind_names[filter->kind],
					"frequency_hz", rounded(filter->frequency_hz), "gain_db",
					rounded(filter->gain_db), "q", rounded(filter->q)));
	}
	return list;
}

static void show_json(const struct profile_file *file)
{
	const struct profile *profile = &file->profile;
	json_t *response = json_array(), *shown;

	for (unsigned int i = 0; i < RESPONSE; i++) {
		double hz = hz_at(i, RESPONSE);

		json_array_append_new(response,
				      json_pack("[f, f]", rounded(hz),
						rounded(profile_response_db(profile, hz))));
	}
	shown = json_pack("{s:f, s:f, s:o, s:o, s:O}", "preamp_db", profile->preamp_db, "gain_db",
			  rounded(gain_of(profile)), "filters", filters_to_json(profile),
			  "response", response, "not_understood", file->not_understood);
	print_json(shown);
	json_decref(shown);
}

/* Lines of the drawing stand for these dB, from the top. */
struct scale {
	double top_db, step_db;
};

static struct scale make_scale(const double db[COLUMNS])
{
	static const double steps[] = {0.25, 0.5, 1, 2, 3, 5, 10};
	double low = 0, high = 0;
	struct scale scale = {0, 10};

	for (unsigned int c = 0; c < COLUMNS; c++) {
		low = fmin(low, db[c]);
		high = fmax(high, db[c]);
	}
	for (int i = 6; i >= 0; i--) {
		if (ceil(high / steps[i]) - floor(low / steps[i]) < ROWS) {
			scale.step_db = steps[i];
		}
	}
	scale.top_db = scale.step_db * ceil(high / scale.step_db);
	return scale;
}

/* Half a line above or below where it can: the upper, the middle or the lower of three marks. */
static const char *mark_at(double db, double row_db, double step_db)
{
	static const char *const marks[] = {"⎺", "─", "⎽"};
	double off = (row_db - db) / step_db;

	if (off < -0.5 || off >= 0.5) {
		return NULL;
	}
	return marks[off < -0.17 ? 0 : off > 0.17 ? 2 : 1];
}

static void draw(const struct profile *profile)
{
	double db[COLUMNS];
	struct scale scale;

	for (unsigned int c = 0; c < COLUMNS; c++) {
		db[c] = profile_response_db(profile, hz_at(c, COLUMNS));
		db[c] = fmax(db[c], -140);
	}
	scale = make_scale(db);
	for (unsigned int row = 0; row < ROWS; row++) {
		double row_db = scale.top_db - row * scale.step_db;
		bool zero = fabs(row_db) < scale.step_db / 2;

		printf("%7.2f dB %s", row_db, zero ? "┼" : "│");
		for (unsigned int c = 0; c < COLUMNS; c++) {
			const char *mark = mark_at(db[c], row_db, scale.step_db);

			fputs(mark ? mark : zero ? "·" : " ", stdout);
		}
		fputs("\n", stdout);
	}
	printf("%11s20       50     100    200      500     1k     2k        5k    10k    20k Hz\n",
	       "");
}

static void show_text(const struct profile_file *file)
{
	const struct profile *profile = &file->profile;

	draw(profile);
	printf("\npreamp %.2f dB; applied with %.2f dB, so that nothing gets louder\n\n",
	       profile->preamp_db, gain_of(profile));
	for (unsigned int i = 0; i < profile->count; i++) {
		const struct filter *filter = &profile->filters[i];

		printf("%-10s %9.2f Hz %7.2f dB   Q %.3f\n", kind_names[filter->kind],
		       filter->frequency_hz, filter->gain_db, filter->q);
	}
}

int profile_show(const struct subcommand *self, const char *path, bool json)
{
	struct profile_file file;
	int code = profile_file_read(self, path, &file);

	if (code != EXIT_DONE) {
		return code;
	}
	if (json) {
		show_json(&file);
	} else {
		show_text(&file);
		profile_file_warn(self, path, file.not_understood);
	}
	profile_file_finish(&file);
	return end_output(self);
}
