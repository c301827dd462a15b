/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What was measured of files, in figures: one table for JSON and for people.
 */
#include "figures.h"

#include <math.h>
#include <string.h>

#define NAME_MOST 44 /* characters of a file's name in the table */

/* A figure of a file: where it stands, and how it is shown. NAN: there is none. */
struct figure {
	const char *name;  /* in JSON */
	const char *title; /* for people */
	const char *head;  /* of the table's column */
	const char *unit;
	int digits;
	double (*read)(const struct programme *programme);
};

static double or_none(double value, double floor)
{
	return value > floor ? value : NAN;
}

static double read_integrated(const struct programme *programme)
{
	return or_none(loudness_gate_integrated(&programme->loudness.integrated, NULL),
		       LOUDNESS_FLOOR);
}

static double read_range(const struct programme *programme)
{
	return isnan(read_integrated(programme)) ? NAN
						 : loudness_gate_range(&programme->loudness.range);
}

static double read_momentary(const struct programme *programme)
{
	return or_none(loudness_lufs(programme->loudness.most_momentary), LOUDNESS_FLOOR);
}

static double read_short_term(const struct programme *programme)
{
	return or_none(loudness_lufs(programme->loudness.most_short_term), LOUDNESS_FLOOR);
}

static double db_or_none(double linear)
{
	return or_none(meter_db(linear), meter_db(0));
}

static double read_true_peak(const struct programme *programme)
{
	return db_or_none(programme_true_peak(programme));
}

static double top(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->meters[c].all.top);
	}
	return most;
}

static double read_sample_peak(const struct programme *programme)
{
	return db_or_none(top(programme));
}

static double read_ppm(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->ppms[c].most);
	}
	return db_or_none(most);
}

static double read_vu(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->meters[c].most_needle);
	}
	return db_or_none(most / METER_VU_REFERENCE);
}

static double read_crest(const struct programme *programme)
{
	double power = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		power += pow(meter_rms(&programme->meters[c]), 2) / programme->channels;
	}
	return meter_db(top(programme)) - db_or_none(sqrt(power));
}

static double read_dc(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, fabs(meter_dc(&programme->meters[c])));
	}
	return db_or_none(most);
}

static double read_correlation(const struct programme *programme)
{
	return programme->channels == 2 ? programme->correlation.least : NAN;
}

static double read_clips(const struct programme *programme)
{
	double clips = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		clips += (double)programme->meters[c].clips;
	}
	return clips;
}

static const struct figure figures[] = {
	{"integrated_lufs", "integrated loudness", "I LUFS", "LUFS", 1, read_integrated},
	{"lra_lu", "loudness range", "LRA LU", "LU", 1, read_range},
	{"momentary_max_lufs", "loudest 400 ms", "M max", "LUFS", 1, read_momentary},
	{"short_term_max_lufs", "loudest 3 s", "S max", "LUFS", 1, read_short_term},
	{"true_peak_dbtp", "true peak", "TP dB", "dBTP", 2, read_true_peak},
	{"sample_peak_dbfs", "sample peak", "peak dB", "dBFS", 2, read_sample_peak},
	{"ppm_max_db", "quasi-peak (PPM)", "PPM dB", "dBFS", 1, read_ppm},
	{"vu_max_db", "VU, 0 at -20 dBFS", "VU", "VU", 1, read_vu},
	{"crest_db", "crest, peak against RMS", "crest", "dB", 1, read_crest},
	{"dc_dbfs", "DC", "DC dB", "dBFS", 1, read_dc},
	{"correlation_min", "least correlation", "corr", "", 2, read_correlation},
	{"clips", "clips", "clips", "", 0, read_clips},
};

#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static const char *to_text(const struct figure *figure, const struct programme *programme,
			   char text[32])
{
	double value = figure->read(programme);

	if (isnan(value)) {
		return "-";
	}
	snprintf(text, 32, "%.*f", figure->digits, value);
	return text;
}

void figures_add(json_t *json, const struct programme *programme)
{
	for (size_t f = 0; f < FIGURES; f++) {
		double value = figures[f].read(programme);
		double scale = pow(10, figures[f].digits + 1);

		json_object_set_new(json, figures[f].name,
				    isnan(value) ? json_null()
				    : figures[f].digits == 0
					    ? json_integer((json_int_t)value)
					    : json_real(round(value * scale) / scale));
	}
}

double figures_seconds(const struct render_task *task)
{
	return (double)task->result.frames / task->result.rate_hz;
}

void figures_print(FILE *file, const struct render_task *task)
{
	const struct programme *programme = task->job.programme;
	long seconds = lround(figures_seconds(task));
	char text[32];

	fprintf(file, "%s: %ld:%02ld, %d Hz, %u channel%s\n", task->job.in, seconds / 60,
		seconds % 60, task->result.rate_hz, programme->channels,
		programme->channels > 1 ? "s" : "");
	for (size_t f = 0; f < FIGURES; f++) {
		fprintf(file, "  %-24s %8s %s\n", figures[f].title,
			to_text(&figures[f], programme, text), figures[f].unit);
	}
}

/* The end of a name says more than its beginning. */
static const char *short_name(const char *name)
{
	size_t length = strlen(name);

	name += length > NAME_MOST ? length - NAME_MOST : 0;
	while ((*name & 0xc0) == 0x80) {
		name++;
	}
	return name;
}

void figures_print_table(const struct render_task *tasks, unsigned int count)
{
	int width = 4;
	char text[32];

	for (unsigned int i = 0; i < count; i++) {
		int length = (int)strlen(short_name(tasks[i].job.in));

		width = tasks[i].error == 0 && length > width ? length : width;
	}
	printf("%-*s", width, "file");
	for (size_t f = 0; f < FIGURES; f++) {
		printf(" %7s", figures[f].head);
	}
	for (unsigned int i = 0; i < count; i++) {
		if (tasks[i].error < 0) {
			continue;
		}
		printf("\n%-*s", width, short_name(tasks[i].job.in));
		for (size_t f = 0; f < FIGURES; f++) {
			printf(" %7s", to_text(&figures[f], tasks[i].job.programme, text));
		}
	}
	printf("\n");
}
