/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The report as JSON. The schema is docs/bench-report.schema.json. What JSON cannot hold,
 * the -infinity decibels of nothing at all, is null beside "text": "nothing".
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "report.h"

static const char *const senses[] = {"lower", "higher", "plain"};
static const char *const verdicts[] = {"none", "holds", "worse"};

/* null for what is not finite. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *figure_to_json(const struct report *report, const struct figure *figure)
{
	char text[FIGURE_TEXT], residual[FIGURE_TEXT] = "";

	if (!isnan(figure->residual)) {
		figure_number(figure->residual, figure->unit, residual);
	}
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:o, s:s, s:o, s:s, s:o, s:s, s:s, s:o}",
		"name", figure->name, "title", figure->title, "conditions", figure->conditions,
		"unit", figure->unit, "value", number(figure->value), "text",
		figure_text(figure, text), "bound", figure->bound, "residual",
		number(figure->residual), "residual_text", residual, "uncertainty",
		number(figure->uncertainty), "better", senses[figure->sense], "limit",
		number(figure->limit), "verdict", verdicts[figure->verdict], "device",
		figure->published, "vrms", number(figure_vrms(report, figure)));
}

/* Rounded to what a graph can show: seven digits. */
static json_t *points_to_json(const double *points, size_t count)
{
	json_t *list = json_array();
	char text[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%.7g", points[i]);
		json_text_append(&list, number(strtod(text, NULL)));
	}
	return list;
}

static json_t *axis_to_json(const struct axis *axis)
{
	return json_pack("{s:s, s:s, s:b}", "title", axis->title, "unit", axis->unit, "logarithmic",
			 axis->logarithmic);
}

static json_t *graph_to_json(const struct graph *graph)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < graph->series_count; i++) {
		const struct series *series = &graph->series[i];

		json_text_append(&list, json_pack("{s:s, s:o, s:o}", "name", series->name, "x",
						  points_to_json(series->x, series->count), "y",
						  points_to_json(series->y, series->count)));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "name", graph->name, "group",
			 graph->group, "title", graph->title, "conditions", graph->conditions, "x",
			 axis_to_json(&graph->x), "y", axis_to_json(&graph->y), "series", list);
}

static json_t *to_json(const struct report *report)
{
	json_t *figures = json_array(), *graphs = json_array(), *notes = json_array();

	for (size_t i = 0; i < report->figure_count; i++) {
		json_text_append(&figures, figure_to_json(report, &report->figures[i]));
	}
	for (size_t i = 0; i < report->graph_count; i++) {
		json_text_append(&graphs, graph_to_json(&report->graphs[i]));
	}
	for (size_t i = 0; i < report->note_count; i++) {
		json_text_append(&notes, json_string(report->notes[i]));
	}
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:o, s:b, s:b, s:o, s:o, s:o}",
		"schema", REPORT_SCHEMA, "wiregain", report->version, "through", report->through,
		"server", report->server, "date", report->date, "machine", report->machine,
		"command", report->command, "rate_hz", report->rate_hz, "seconds", report->seconds,
		"full_scale_vrms",
		number(report->full_scale_vrms > 0 ? report->full_scale_vrms : NAN), "quick",
		report->quick, "complete", report->complete, "figures", figures, "graphs", graphs,
		"notes", notes);
}

int report_write_json(const struct report *report, FILE *to)
{
	json_t *json = to_json(report);
	int error = json ? 0 : -ENOMEM;

	if (json) {
		errno = 0;
		if (json_dumpf(json, to, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) < 0) {
			error = errno == ENOMEM ? -ENOMEM : -EIO;
		}
		fputc('\n', to);
		json_decref(json);
	}
	return error;
}
