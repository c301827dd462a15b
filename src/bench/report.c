/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A report's figures and graphs as they come together.
 */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "volts.h"

/* Known truth is found to this: test/bench/test_truth.c. */
#define PROVED_DB 0.1

void report_finish(struct report *report)
{
	if (!report) {
		return;
	}
	for (size_t i = 0; i < report->graph_count; i++) {
		for (unsigned int s = 0; s < report->graphs[i].series_count; s++) {
			free(report->graphs[i].series[s].x);
		}
	}
	free(report->graphs);
	free(report->figures);
	free(report->notes);
	memset(report, 0, sizeof(*report));
}

/* One more place at the end of a list, whose room is the next power of two. */
static void *grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0) {
		return list;
	}
	return realloc(list, (count > 0 ? 2 * count : 1) * size);
}

static bool in_decibels(const char *unit)
{
	return strncmp(unit, "dB", 2) == 0;
}

static void settle_bound(struct figure *figure)
{
	const double floor = figure->residual;

	if (isnan(floor) || figure->sense == FIGURE_PLAIN) {
		return;
	}
	if (figure->sense == FIGURE_HIGHER) {
		figure->bound = in_decibels(figure->unit) && figure->value > floor - 10.0;
		figure->value = figure->bound ? fmin(figure->value, floor) : figure->value;
		return;
	}
	/* Levels in decibels are negative; an error in decibels is a small number like any other.
	 */
	figure->bound = in_decibels(figure->unit) && floor < 0
				? figure->value < floor + 10.0
				: figure->value < 3.1622776601683795 * floor;
	if (figure->bound) {
		figure->value = fmax(figure->value, floor);
	}
}

/*
 * What the residual, which may add to the answer or take from it, can make of a figure in decibels,
 * and no less than what the instrument is proved to.
 */
static void settle_uncertainty(struct figure *figure)
{
	const double part = pow(10.0, (figure->residual - figure->value) / 20.0);

	if (isnan(figure->uncertainty) && in_decibels(figure->unit) &&
	    figure->sense == FIGURE_LOWER && !figure->bound && figure->residual < 0 && part < 1.0 &&
	    isfinite(figure->value)) {
		figure->uncertainty = fmax(PROVED_DB, -20.0 * log10(1.0 - part));
	}
}

int report_add(struct report *report, const struct figure *figure)
{
	struct figure *list = grow(report->figures, report->figure_count, sizeof(*report->figures));
	struct figure *added;

	if (!list) {
		report->missed_memory = true;
		return -ENOMEM;
	}
	report->figures = list;
	added = &list[report->figure_count++];
	*added = *figure;
	added->limit = NAN;
	settle_bound(added);
	settle_uncertainty(added);
	return 0;
}

struct graph *report_graph(struct report *report, const struct graph *graph)
{
	struct graph *list = grow(report->graphs, report->graph_count, sizeof(*report->graphs));

	if (!list) {
		report->missed_memory = true;
		return NULL;
	}
	report->graphs = list;
	list[report->graph_count] = *graph;
	return &list[report->graph_count++];
}

struct series *graph_series(struct graph *graph, size_t count, const char *format, ...)
{
	struct series *series;
	va_list args;
	double *points;

	if (!graph || graph->series_count == GRAPH_SERIES) {
		return NULL;
	}
	points = calloc(2 * count + 1, sizeof(*points));
	if (!points) {
		return NULL;
	}
	series = &graph->series[graph->series_count++];
	*series = (struct series){.x = points, .y = points + count, .count = count};
	va_start(args, format);
	vsnprintf(series->name, sizeof(series->name), format, args);
	va_end(args);
	return series;
}

int report_note(struct report *report, const char *format, ...)
{
	char(*list)[240] = grow(report->notes, report->note_count, sizeof(*report->notes));
	va_list args;

	if (!list) {
		report->missed_memory = true;
		return -ENOMEM;
	}
	report->notes = list;
	va_start(args, format);
	vsnprintf(list[report->note_count++], sizeof(*list), format, args);
	va_end(args);
	return 0;
}

const struct figure *report_find(const struct report *report, const char *name)
{
	for (size_t i = 0; i < report->figure_count; i++) {
		if (strcmp(report->figures[i].name, name) == 0) {
			return &report->figures[i];
		}
	}
	return NULL;
}

char *figure_number(double value, const char *unit, char text[FIGURE_TEXT])
{
	const double size = fabs(value);
	char number[32];

	if (isinf(value)) {
		snprintf(text, FIGURE_TEXT, value < 0.0 ? "nothing" : "infinite");
		return text;
	}
	if (size != 0.0 && (size < 0.001 || size >= 1e7)) {
		snprintf(number, sizeof(number), "%.1e", value);
	} else if (size < 1.0) {
		snprintf(number, sizeof(number), "%.4g", value);
	} else if (floor(value) == value) {
		snprintf(number, sizeof(number), "%.0f", value);
	} else {
		snprintf(number, sizeof(number), "%.2f", value);
	}
	snprintf(text, FIGURE_TEXT, "%s%s%s", number, unit[0] ? " " : "", unit);
	return text;
}

/* As many decimals as the digits of the uncertainty need; -1: it says nothing about them. */
static int decimals_of(const struct figure *figure)
{
	const double uncertainty = figure->uncertainty;
	double power;
	int decimals;

	if (!(uncertainty > 0) || !isfinite(uncertainty) || !isfinite(figure->value)) {
		return -1;
	}
	power = floor(log10(uncertainty) + 1e-9);
	decimals = (uncertainty * pow(10, -power) < 2.999 ? 1 : 0) - (int)power;
	return decimals > 6 ? -1 : decimals < 0 ? 0 : decimals;
}

char *figure_uncertainty_text(const struct figure *figure, char text[FIGURE_TEXT])
{
	const int decimals = decimals_of(figure);
	const double step = pow(10, -decimals);

	if (!(figure->uncertainty > 0) || !isfinite(figure->uncertainty)) {
		return NULL;
	}
	if (decimals < 0) {
		return figure_number(figure->uncertainty, "", text);
	}
	snprintf(text, FIGURE_TEXT, "%.*f", decimals,
		 ceil(figure->uncertainty / step - 1e-6) * step);
	return text;
}

char *figure_text(const struct figure *figure, char text[FIGURE_TEXT])
{
	const int decimals = decimals_of(figure);
	const double value = fabs(figure->value) < 0.5 * pow(10, -decimals) ? 0 : figure->value;
	const char *sign = "";
	char number[FIGURE_TEXT];

	if (decimals < 0 || figure->value == 0) {
		figure_number(figure->value, figure->unit, number);
	} else {
		snprintf(number, sizeof(number), "%.*f%s%s", decimals, value,
			 figure->unit[0] ? " " : "", figure->unit);
	}
	if (figure->bound && isfinite(figure->value)) {
		sign = figure->sense == FIGURE_HIGHER ? ">= " : "<= ";
	}
	snprintf(text, FIGURE_TEXT, "%s%.40s", sign, number);
	return text;
}

bool report_is_nothing(const struct axis *axis, double value)
{
	return in_decibels(axis->unit) && value <= FIGURE_NOTHING_DB;
}

double figure_vrms(const struct report *report, const struct figure *figure)
{
	const bool known = report->full_scale_vrms > 0 && strcmp(figure->unit, "dBFS") == 0;

	return known ? volts_of_dbfs(figure->value, report->full_scale_vrms) : NAN;
}
