/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The report for a terminal of 80 columns.
 */
#include <math.h>
#include <string.h>

#include "report.h"
#include "volts.h"

#define COLUMNS 80
#define NUMBERS 52 /* the column that values end before */

static const char *const verdicts[] = {"", "holds", "WORSE"};

/* How much of a text fits, broken between words where it can be. */
static size_t piece_of(const char *text, size_t room)
{
	size_t end = room;

	if (strlen(text) <= room) {
		return strlen(text);
	}
	while (end > 0 && text[end] != ' ') {
		end--;
	}
	return end > 0 ? end : room;
}

/* Prints lines until what is left fits, and returns that. */
static const char *print_wrapped(const char *text, size_t room, const char *indent, FILE *to)
{
	size_t length;

	while ((length = piece_of(text, room)) < strlen(text)) {
		fprintf(to, "%s%.*s\n", indent, (int)length, text);
		indent = indent[0] ? "    " : "";
		text += length;
		text += strspn(text, " ");
	}
	return text;
}

static void print_text(const char *text, FILE *to)
{
	if (text[0]) {
		fprintf(to, "%s\n", print_wrapped(text, COLUMNS - 1, "", to));
	}
}

static void print_figure(const struct report *report, const struct figure *figure, FILE *to)
{
	char volts[VOLTS_TEXT];
	char value[FIGURE_TEXT], residual[FIGURE_TEXT] = "", limit[FIGURE_TEXT] = "";
	const size_t room = NUMBERS - 5 - strlen(figure_text(figure, value));
	const char *title = print_wrapped(figure->title, room, "  ", to);
	const int indent = title == figure->title ? 2 : 4;

	if (!isnan(figure->residual)) {
		figure_number(figure->residual, "", residual);
	}
	if (!isnan(figure->limit)) {
		figure_number(figure->limit <= FIGURE_NOTHING_DB ? -INFINITY : figure->limit, "",
			      limit);
	}
	fprintf(to, "%*s%s%*s %9s %9s", indent, "", title, NUMBERS - indent - (int)strlen(title),
		value, residual, limit);
	fprintf(to, figure->verdict == VERDICT_NONE ? "\n" : " %s\n", verdicts[figure->verdict]);
	if (volts_text(figure_vrms(report, figure), volts)[0]) {
		fprintf(to, "%*s\n", NUMBERS, volts);
	}
}

/* The measurement's name: all up to the first dot. */
static size_t group_length(const char *name)
{
	return strcspn(name, ".");
}

static void print_sum(const struct report *report, FILE *to)
{
	size_t holds = 0, worse = 0;

	for (size_t i = 0; i < report->figure_count; i++) {
		holds += report->figures[i].verdict == VERDICT_HOLDS;
		worse += report->figures[i].verdict == VERDICT_WORSE;
	}
	if (worse > 0) {
		fprintf(to, "%zu of %zu figures with a limit are worse\n", worse, holds + worse);
	} else if (holds > 0) {
		fprintf(to, "all %zu figures with a limit hold it\n", holds);
	}
}

void report_print(const struct report *report, FILE *to)
{
	print_text(report->server, to);
	if (report->figure_count > 0) {
		fprintf(to, "%*s %9s %9s\n", NUMBERS, "measured", "analyser", "limit");
	}
	for (size_t i = 0; i < report->figure_count; i++) {
		const struct figure *figure = &report->figures[i];
		const size_t length = group_length(figure->name);

		if (i == 0 || strncmp(figure->name, figure[-1].name, length + 1) != 0) {
			fprintf(to, "%.*s\n", (int)length, figure->name);
		}
		print_figure(report, figure, to);
	}
	for (size_t i = 0; i < report->note_count; i++) {
		print_text(report->notes[i], to);
	}
	print_sum(report, to);
}
