/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The table of figures in the HTML report.
 */
#include <math.h>
#include <string.h>

#include "measure.h"
#include "report-html.h"
#include "report-text.h"
#include "volts.h"

static void write_number(const char *class, double value, const char *unit, const char *sign,
			 FILE *to)
{
	char text[FIGURE_TEXT];

	fprintf(to, "<td class=\"n %s\">", class);
	if (!isnan(value)) {
		fputs(sign, to);
		report_put_number(figure_number(value, unit, text), to);
	}
	fputs("</td>", to);
}

static void write_limit(const struct figure *figure, FILE *to)
{
	if (figure->limit <= FIGURE_NOTHING_DB) {
		fputs("<td class=\"n limit\">nothing</td>", to);
	} else {
		write_number("limit", figure->limit, "",
			     figure->sense == FIGURE_HIGHER ? "\u2265 " : "\u2264 ", to);
	}
}

static void write_figure(const struct report *report, const struct figure *figure, FILE *to)
{
	static const char *const verdicts[] = {"", "<span class=\"good\">holds</span>",
					       "<span class=\"bad\">worse</span>"};
	char text[FIGURE_TEXT], volts[VOLTS_TEXT];

	report_put_between("<tr><td>", figure->title, "", to);
	report_put_between("<small>", figure->conditions, "</small></td>", to);
	report_put_between("<td class=\"n\"><span class=\"seen\">", figure_text(figure, text),
			   "</span>", to);
	if (figure_uncertainty_text(figure, text)) {
		report_put_between("<small>\u00b1 ", text, "</small>", to);
	}
	if (volts_text(figure_vrms(report, figure), volts)[0]) {
		report_put_between("<small>", volts, "</small>", to);
	}
	fputs("</td>", to);
	write_number("own", figure->residual, figure->unit, "", to);
	write_limit(figure, to);
	fprintf(to, "<td>%s</td>", verdicts[figure->verdict]);
	report_put_between("<td class=\"device\">", figure->published, "</td></tr>\n", to);
}

/* The title of the measurement: its name is the first `length` bytes of the figure's. */
static void write_group(const struct figure *figure, size_t length, bool first, FILE *to)
{
	const struct measurement *measurement;
	char group[sizeof(figure->name)];

	memcpy(group, figure->name, length);
	group[length] = '\0';
	measurement = measurement_find(group);
	fprintf(to, "%s<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"6\">",
		first ? "" : "</tbody>\n");
	report_put_between("", measurement ? measurement->title : group, "</th></tr>\n", to);
}

void report_html_figures(const struct report *report, FILE *to)
{
	if (report->figure_count == 0) {
		return;
	}
	fputs("<section id=\"figures\">\n<h2>Figures</h2>\n<table class=\"figures\">\n<thead><tr>"
	      "<th scope=\"col\">Figure and conditions</th>"
	      "<th scope=\"col\" class=\"n\">Measured<small>\u00b1 at k = 2</small></th>"
	      "<th scope=\"col\" class=\"n\">Analyser<small>by itself</small></th>"
	      "<th scope=\"col\" class=\"n\">Limit</th><th scope=\"col\">Verdict</th>"
	      "<th scope=\"col\">Device<small>as published</small></th></tr></thead>\n",
	      to);
	for (size_t i = 0; i < report->figure_count; i++) {
		const struct figure *figure = &report->figures[i];
		const size_t length = strcspn(figure->name, ".");

		if (i == 0 || strncmp(figure->name, figure[-1].name, length + 1) != 0) {
			write_group(figure, length, i == 0, to);
		}
		write_figure(report, figure, to);
	}
	fputs("</tbody>\n</table>\n</section>\n", to);
}
