/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Writes report.html and report.json of a report as hard to lay out as one can be: texts as long as
 * they may be and full of what HTML reads, figures worse than their limits, graphs of nothing, of
 * one point, of all curves at once, of huge and of tiny numbers.
 *
 * usage: difficult_report FOLDER
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define LONG                                                                                       \
	"a <b>title</b> & \"what\" it 'says' </style></svg><!-- of a wire -1.5e-15 long, </td> "   \
	"and so on and so on, up to the end of the room that there is for it, and then on, and on" \
	" until there is no more"

static const double cursors[] = {0.001, 1, 20, 997, 12345.678, 20000, 1e6, 0};

static void add_figures(struct report *report)
{
	static const double values[] = {0,           -INFINITY, -1e-15,   12345678901234,
					-335.123456, 0.5,       99.999999};

	for (unsigned int i = 0; i < 70; i++) {
		const unsigned int count = sizeof(values) / sizeof(values[0]);
		struct figure figure = {.value = values[i % count],
					.residual = i % 3 ? values[(i + 3) % count] : NAN,
					.uncertainty = i % 2 ? pow(10, (double)(i % 20) - 12) : NAN,
					.sense = (enum figure_sense)(i % 3)};

		snprintf(figure.name, sizeof(figure.name), "group%u.of.figures_with_%u", i / 9, i);
		snprintf(figure.title, sizeof(figure.title), "%u %.*s", i, i % 5 ? 30 : 90, LONG);
		snprintf(figure.conditions, sizeof(figure.conditions), "%.*s", (int)i * 4, LONG);
		snprintf(figure.unit, sizeof(figure.unit), i % 4 ? "dB" : "samples/octave");
		report_add(report, &figure);
		report->figures[i].limit = i % 3 == 0 ? NAN : i % 2 ? FIGURE_NOTHING_DB : 1e-9;
		report->figures[i].verdict = (enum verdict)(i % 3);
		snprintf(report->figures[i].published, sizeof(report->figures[i].published), "%.*s",
			 i % 7 ? 0 : 47, LONG);
	}
}

/* Each with a shape of its own. */
static double shape(unsigned int kind, unsigned int series, double x)
{
	switch (kind) {
	case 0:
		return FIGURE_NOTHING_DB;
	case 1:
		return NAN;
	case 2:
		return -1e-15 * sin(x + series);
	case 3:
		return 1e12 * series * log(x);
	case 4:
		return x > 100 && x < 110 ? -3 : series % 2 ? -1000 : FIGURE_NOTHING_DB;
	case 5:
		return -INFINITY;
	case 6:
		return 123.456;
	default:
		return -20.0 * series + 20 * sin(log(x));
	}
}

static void add_graphs(struct report *report)
{
	for (unsigned int kind = 0; kind < 12; kind++) {
		struct graph model = {
			.name = "graph",
			.group = kind % 5 ? "Group & more" : "<Other>",
			.x = {"Frequency & so on", "Hz", 0, 0, kind % 2 == 0},
			.y = {"<Level>", kind == 9 ? "us" : "dBFS", 0, 0, kind == 8},
			.cursors = kind % 4 ? cursors : NULL,
			.stems = kind % 3 == 0,
		};
		struct graph *graph;

		snprintf(model.title, sizeof(model.title), "%.*s", kind % 2 ? 95 : 20, LONG);
		snprintf(model.conditions, sizeof(model.conditions), "%.199s", LONG);
		graph = report_graph(report, &model);
		for (unsigned int s = 0; s < GRAPH_SERIES && kind != 10; s++) {
			const size_t count = kind == 11 ? 1 : 300;
			struct series *series =
				graph_series(graph, count, "series %u of %s", s, "&<>\"'");

			for (size_t i = 0; series && i < count; i++) {
				series->x[i] = 10 * pow(1.026, (double)i);
				series->y[i] = shape(kind, s, series->x[i]);
			}
		}
	}
}

static FILE *open_in(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return fopen(path, "w");
}

int main(int argc, char **argv)
{
	struct report report = {.rate_hz = 11025.5, .seconds = 12345, .full_scale_vrms = 1e-6};
	FILE *page = argc == 2 ? open_in(argv[1], "report.html") : NULL;
	FILE *json = argc == 2 ? open_in(argv[1], "report.json") : NULL;

	if (!page || !json) {
		return EXIT_FAILURE;
	}
	report_describe(&report);
	snprintf(report.through, sizeof(report.through), "device");
	snprintf(report.command, sizeof(report.command), "%.159s", LONG);
	memset(report.machine, 'M', sizeof(report.machine) - 1);
	report_note(&report, "Noise & <so> on could not be measured: %.180s", LONG);
	add_figures(&report);
	add_graphs(&report);
	report_write_html(&report, page);
	report_write_json(&report, json);
	report_finish(&report);
	return fclose(page) == 0 && fclose(json) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
