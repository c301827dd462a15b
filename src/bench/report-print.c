/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The report for a terminal, and two reports side by side.
 */
#include <math.h>
#include <string.h>

#include "report.h"

static const char *const verdicts[] = {"", "holds", "WORSE"};

static void print_figure(const struct figure *figure, FILE *to)
{
	char value[FIGURE_TEXT], residual[FIGURE_TEXT] = "", limit[FIGURE_TEXT] = "";

	if (!isnan(figure->residual)) {
		figure_number(figure->residual, figure->unit, residual);
	}
	if (!isnan(figure->limit)) {
		figure_number(figure->limit, "", limit);
	}
	fprintf(to, "  %-54.54s %20s  %14s  %8s  %s\n", figure->title, figure_text(figure, value),
		residual, limit, verdicts[figure->verdict]);
}

/* The measurement's name: all up to the first dot. */
static size_t group_length(const char *name)
{
	return strcspn(name, ".");
}

void report_print(const struct report *report, FILE *to)
{
	if (report->server[0]) {
		fprintf(to, "%s\n", report->server);
	}
	fprintf(to, "  %-54s %20s  %14s  %8s\n", "", "seen", "analyser", "limit");
	for (size_t i = 0; i < report->figure_count; i++) {
		const struct figure *figure = &report->figures[i];
		const size_t length = group_length(figure->name);

		if (i == 0 || strncmp(figure->name, figure[-1].name, length + 1) != 0) {
			fprintf(to, "%.*s\n", (int)length, figure->name);
		}
		print_figure(figure, to);
	}
	for (size_t i = 0; i < report->note_count; i++) {
		fprintf(to, "%s\n", report->notes[i]);
	}
}

/* A difference that both uncertainties, or the last digit shown, do not explain. */
static bool differs(const struct figure *a, const struct figure *b)
{
	const double allowed = (isnan(a->uncertainty) ? 0 : a->uncertainty) +
			       (isnan(b->uncertainty) ? 0 : b->uncertainty);
	char one[FIGURE_TEXT], other[FIGURE_TEXT];

	if (isinf(a->value) || isinf(b->value)) {
		return a->value != b->value;
	}
	return fabs(a->value - b->value) > allowed &&
	       strcmp(figure_text(a, one), figure_text(b, other)) != 0;
}

static const char *direction(const struct figure *before, const struct figure *after)
{
	if (after->sense == FIGURE_PLAIN) {
		return "";
	}
	return (after->value < before->value) == (after->sense == FIGURE_LOWER) ? "better"
										: "worse";
}

size_t report_compare(const struct report *before, const struct report *after, FILE *to)
{
	size_t changes = 0;
	char one[FIGURE_TEXT], other[FIGURE_TEXT];

	for (size_t i = 0; i < after->figure_count; i++) {
		const struct figure *now = &after->figures[i];
		const struct figure *then = report_find(before, now->name);

		if (!then) {
			fprintf(to, "%-40s %20s -> %-20s new\n", now->name, "",
				figure_text(now, other));
		} else if (differs(then, now)) {
			fprintf(to, "%-40s %20s -> %-20s %s\n", now->name, figure_text(then, one),
				figure_text(now, other), direction(then, now));
		} else {
			continue;
		}
		changes++;
	}
	for (size_t i = 0; i < before->figure_count; i++) {
		const struct figure *then = &before->figures[i];

		if (!report_find(after, then->name)) {
			fprintf(to, "%-40s %20s -> %-20s gone\n", then->name,
				figure_text(then, one), "");
			changes++;
		}
	}
	return changes;
}
