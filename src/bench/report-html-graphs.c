/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The graphs in the HTML report, each with a table of its values at the cursors.
 */
#include <math.h>
#include <string.h>

#include "report-html.h"
#include "report-svg.h"
#include "report-text.h"
#include "volts.h"

#define NEAR_LOG    0.1  /* a cursor tells the nearest point, when it is as near as that, */
#define NEAR_LINEAR 2.6  /* or in the axis's unit; */
#define NEAR_STEM   0.01 /* of a spectrum the highest line that near to it */

/* What the series is at a cursor, or NAN where it does not reach. */
static double value_at(const struct graph *graph, const struct series *series, double x)
{
	double nearest = INFINITY, value = NAN, highest = NAN;

	for (size_t i = 0; i < series->count; i++) {
		const double distance =
			graph->x.logarithmic ? fabs(log(series->x[i] / x)) : fabs(series->x[i] - x);

		if (distance < nearest) {
			nearest = distance;
			value = series->y[i];
		}
		if (distance < NEAR_STEM) {
			highest = fmax(highest, series->y[i]);
		}
	}
	if (graph->stems && !isnan(highest)) {
		return highest;
	}
	return nearest <= (graph->x.logarithmic ? NEAR_LOG : NEAR_LINEAR) ? value : NAN;
}

static bool is_reached(const struct graph *graph, double x)
{
	for (unsigned int s = 0; s < graph->series_count; s++) {
		if (!isnan(value_at(graph, &graph->series[s], x))) {
			return true;
		}
	}
	return false;
}

static void write_value(const struct graph *graph, double value, FILE *to)
{
	char text[FIGURE_TEXT];

	fputs("<td class=\"n\">", to);
	if (report_is_nothing(&graph->y, value)) {
		fputs("nothing", to);
	} else if (!isnan(value)) {
		if (fabs(value) >= 10) {
			snprintf(text, sizeof(text), "%.1f", value);
		} else {
			figure_number(value, "", text);
		}
		report_put_number(text, to);
	}
	fputs("</td>", to);
}

static void write_cursors(const struct graph *graph, size_t number, FILE *to)
{
	char text[24];

	fprintf(to,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Values of graph "
		"%zu\">\n<table class=\"cursors\">\n<thead><tr>",
		number);
	report_put_between("<th scope=\"col\">", graph->y.title, "", to);
	report_put_between(graph->y.unit[0] ? " / " : "", graph->y.unit, "", to);
	report_put_between(" at ", graph->x.unit, "</th>", to);
	for (const double *cursor = graph->cursors; *cursor != 0; cursor++) {
		if (is_reached(graph, *cursor)) {
			report_put_between("<th scope=\"col\" class=\"n\">",
					   report_axis_number(*cursor, text), "</th>", to);
		}
	}
	fputs("</tr></thead>\n<tbody>\n", to);
	for (unsigned int s = 0; s < graph->series_count; s++) {
		report_put_between("<tr><th scope=\"row\">", graph->series[s].name, "</th>", to);
		for (const double *cursor = graph->cursors; *cursor != 0; cursor++) {
			if (is_reached(graph, *cursor)) {
				write_value(graph, value_at(graph, &graph->series[s], *cursor), to);
			}
		}
		fputs("</tr>\n", to);
	}
	fputs("</tbody>\n</table></div>\n", to);
}

/* What its levels are in volts. */
static void write_volts(const struct report *report, const struct graph *graph, FILE *to)
{
	char volts[VOLTS_TEXT];

	if (report->full_scale_vrms > 0 &&
	    (strcmp(graph->x.unit, "dBFS") == 0 || strcmp(graph->y.unit, "dBFS") == 0)) {
		report_put_between("; 0 dBFS is ", volts_text(report->full_scale_vrms, volts), "",
				   to);
	}
}

static void write_graph(const struct report *report, const struct graph *graph, size_t number,
			FILE *to)
{
	fprintf(to, "<figure>\n<figcaption><h3><span class=\"number\">%zu</span>", number);
	report_put_between("", graph->title, "</h3>\n", to);
	report_put_between("<small>", graph->conditions, "", to);
	write_volts(report, graph, to);
	fputs("</small></figcaption>\n", to);
	fputs("<div class=\"legend\">", to);
	for (unsigned int s = 0; s < graph->series_count; s++) {
		fputs("<span>", to);
		report_svg_key(graph, s, to);
		report_put_between("", graph->series[s].name, "</span>", to);
	}
	fprintf(to,
		"</div>\n<div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Graph "
		"%zu\">",
		number);
	report_svg(graph, number, to);
	fputs("</div>\n", to);
	if (graph->cursors) {
		write_cursors(graph, number, to);
	}
	fputs("</figure>\n", to);
}

/* The first graph of its group. */
static size_t first_of_group(const struct report *report, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(report->graphs[i].group, report->graphs[at].group) == 0) {
			return i;
		}
	}
	return at;
}

/* Counted from 1 in the order of the page. */
static size_t number_of(const struct report *report, size_t at)
{
	const size_t group = first_of_group(report, at);
	size_t number = 1;

	for (size_t i = 0; i < report->graph_count; i++) {
		const size_t other = first_of_group(report, i);

		number += other < group || (other == group && i < at);
	}
	return number;
}

void report_html_each_group(const struct report *report,
			    void (*call)(const struct report *report, size_t first, FILE *to),
			    FILE *to)
{
	for (size_t i = 0; i < report->graph_count; i++) {
		if (first_of_group(report, i) == i) {
			call(report, i, to);
		}
	}
}

static void write_group(const struct report *report, size_t first, FILE *to)
{
	fprintf(to, "<section id=\"graphs-%zu\">\n", first + 1);
	report_put_between("<h2>", report->graphs[first].group, "</h2>\n", to);
	for (size_t i = first; i < report->graph_count; i++) {
		if (first_of_group(report, i) == first) {
			write_graph(report, &report->graphs[i], number_of(report, i), to);
		}
	}
	fputs("</section>\n", to);
}

void report_html_graphs(const struct report *report, FILE *to)
{
	report_html_each_group(report, write_group, to);
}
