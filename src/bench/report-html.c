/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The report as one HTML file that needs nothing else: no script, no font, no picture from outside.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "report-svg.h"
#include "report.h"

/* A minus, not a hyphen: before a digit, and after nothing that it could join. */
static bool is_minus(const char *text, char before)
{
	return text[0] == '-' && isdigit((unsigned char)text[1]) &&
	       !isalnum((unsigned char)before) && before != '.';
}

/* "e-15" after a digit: writes a power of ten, and returns how much of the text that was. */
static size_t put_power(FILE *to, const char *text, char before)
{
	char *end;
	long power;

	if (text[0] != 'e' || !isdigit((unsigned char)before) ||
	    (text[1] != '-' && text[1] != '+')) {
		return 0;
	}
	power = strtol(text + 1, &end, 10);
	fprintf(to, "\u00b710<sup>%s%ld</sup>", power < 0 ? "\u2212" : "", labs(power));
	return (size_t)(end - text);
}

/* Text as HTML. "<=" of a bound becomes the sign. */
static void put(FILE *to, const char *text)
{
	char before = ' ';

	while (*text) {
		size_t taken = put_power(to, text, before);

		if (taken > 0) {
			/* written */
		} else if ((text[0] == '<' || text[0] == '>') && text[1] == '=') {
			fputs(text[0] == '<' ? "\u2264" : "\u2265", to);
			taken = 2;
		} else if (strchr("<>&\"", *text)) {
			fprintf(to, "&#%d;", *text);
		} else if (is_minus(text, before)) {
			fputs("\u2212", to);
		} else {
			fputc(*text, to);
		}
		text += taken > 0 ? taken : 1;
		before = text[-1];
	}
}

static void put_between(FILE *to, const char *before, const char *text, const char *after)
{
	fputs(before, to);
	put(to, text);
	fputs(after, to);
}

static void write_fact(FILE *to, const char *name, const char *text)
{
	if (text[0]) {
		fprintf(to, "<dt>%s</dt>", name);
		put_between(to, "<dd>", text, "</dd>\n");
	}
}

static void write_head(const struct report *report, FILE *to)
{
	static const char *const of[][2] = {{"path", "The amplifier in process"},
					    {"pipewire", "The amplifier through PipeWire"},
					    {"jack", "The amplifier through JACK"},
					    {"device", "The amplifier through a sound card"}};
	const char *title = report->through;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		title = strcmp(of[i][0], report->through) == 0 ? of[i][1] : title;
	}
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>Wiregain: measurement report</title>\n<style>\n",
	      to);
	fwrite(bench_style.bytes, 1, bench_style.size, to);
	fputs("</style>\n</head>\n<body>\n<main>\n<header>\n<div class=\"mark\">Wiregain \u00b7 "
	      "Measurement report</div>\n",
	      to);
	put_between(to, "<h1>", title, "</h1>\n<dl class=\"facts\">\n");
	write_fact(to, "Date", report->date);
	write_fact(to, "Version", report->version);
	write_fact(to, "Machine", report->machine);
	write_fact(to, "Command", report->command);
	write_fact(to, "Through", report->server);
	fprintf(to, "<dt>Rate</dt><dd>%g kHz unless a figure says another</dd>\n",
		report->rate_hz / 1000);
	fprintf(to, "<dt>Took</dt><dd>%.1f s%s%s</dd>\n", report->seconds,
		report->quick ? ", a quick run" : "",
		report->complete ? "" : ", interrupted: not everything is here");
	if (report->full_scale_vrms > 0) {
		fprintf(to, "<dt>Full scale</dt><dd>%.4g V rms, %+.2f dBu</dd>\n",
			report->full_scale_vrms, 20 * log10(report->full_scale_vrms / 0.7745967));
	}
	fputs("</dl>\n", to);
}

static void write_verdict(const struct report *report, FILE *to)
{
	size_t holds = 0, worse = 0;

	for (size_t i = 0; i < report->figure_count; i++) {
		holds += report->figures[i].verdict == VERDICT_HOLDS;
		worse += report->figures[i].verdict == VERDICT_WORSE;
	}
	if (worse > 0) {
		fprintf(to,
			"<p class=\"verdict bad\">%zu of %zu figures are worse than their "
			"limits.</p>\n",
			worse, holds + worse);
	} else if (holds > 0) {
		fprintf(to, "<p class=\"verdict good\">All %zu figures with a limit hold it.</p>\n",
			holds);
	}
	fputs("</header>\n", to);
}

/* The figures that people ask for first; those that were measured are shown. */
static void write_cards(const struct report *report, FILE *to)
{
	static const char *const names[][2] = {
		{"distortion.thd", "THD, 997 Hz"},
		{"distortion.thd_n_s24", "THD+N, 24 bits"},
		{"noise.dynamic_range", "Dynamic range, AES17"},
		{"noise.idle", "Idle noise, 24 bits"},
		{"gain.headphone.error", "Gain error, 275 positions"},
		{"crosstalk.1k", "Crosstalk, 1 kHz"},
		{"splatter.headphone.level", "Splatter of the volume"},
		{"latency.samples", "Latency"},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct figure *figure = report_find(report, names[i][0]);
		char text[FIGURE_TEXT];

		if (!figure) {
			continue;
		}
		fputs(any ? "" : "<section class=\"cards\">\n", to);
		any = true;
		fprintf(to, "<div class=\"card\"><small>%s</small>", names[i][1]);
		put_between(to, "<b>", figure_text(figure, text), "</b>");
		put_between(to, figure->published[0] ? "<small>device: " : "<small>&nbsp;",
			    figure->published, "</small></div>\n");
	}
	fputs(any ? "</section>\n" : "", to);
}

static void write_number(FILE *to, const char *class, double value, const char *unit,
			 const char *sign)
{
	char text[FIGURE_TEXT];

	fprintf(to, "<td class=\"n %s\">", class);
	if (!isnan(value)) {
		fputs(sign, to);
		put(to, figure_number(value, unit, text));
	}
	fputs("</td>", to);
}

/* -400 dB is what limits call nothing. */
static void write_limit(FILE *to, const struct figure *figure)
{
	if (figure->limit <= -400) {
		fputs("<td class=\"n\">nothing</td>", to);
	} else {
		write_number(to, "", figure->limit, "",
			     figure->sense == FIGURE_HIGHER ? "\u2265 " : "\u2264 ");
	}
}

static void write_figure(const struct figure *figure, FILE *to)
{
	static const char *const verdicts[] = {"", "<span class=\"good\">holds</span>",
					       "<span class=\"bad\">worse</span>"};
	char text[FIGURE_TEXT];

	put_between(to, "<tr><td>", figure->title, "");
	put_between(to, "<small>", figure->conditions, "</small></td>");
	put_between(to, "<td class=\"n\"><span class=\"seen\">", figure_text(figure, text),
		    "</span>");
	if (!isnan(figure->uncertainty) && figure->uncertainty > 0) {
		put_between(to, "<small>\u00b1", figure_number(figure->uncertainty, "", text),
			    "</small>");
	}
	fputs("</td>", to);
	write_number(to, "soft", figure->residual, figure->unit, "");
	write_limit(to, figure);
	fprintf(to, "<td>%s</td>", verdicts[figure->verdict]);
	put_between(to, "<td class=\"soft\">", figure->published, "</td></tr>\n");
}

static const char *group_title(const char *name, size_t length)
{
	static const char *const titles[][2] = {
		{"gain", "Gain"},
		{"bits", "Passthrough"},
		{"response", "Response"},
		{"distortion", "Distortion"},
		{"imd", "Intermodulation"},
		{"noise", "Noise and dynamic range"},
		{"crosstalk", "Crosstalk"},
		{"linearity", "Level linearity"},
		{"latency", "Latency and polarity"},
		{"jitter", "Jitter"},
		{"splatter", "Splatter of every control's transitions"},
		{"sub", "Subwoofer crossover"},
		{"limiter", "Limiter and guard"},
		{"crossfeed", "Crossfeed"},
		{"cost", "Cost"},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (strlen(titles[i][0]) == length && strncmp(titles[i][0], name, length) == 0) {
			return titles[i][1];
		}
	}
	return name;
}

static void write_figures(const struct report *report, FILE *to)
{
	fputs("<h2>Figures</h2>\n<table class=\"figures\">\n<thead><tr><th>Figure</th>"
	      "<th class=\"n\">Seen, k = 2</th><th class=\"n\">Analyser</th>"
	      "<th class=\"n\">Limit</th><th></th><th>Device</th></tr></thead>\n<tbody>\n",
	      to);
	for (size_t i = 0; i < report->figure_count; i++) {
		const struct figure *figure = &report->figures[i];
		const size_t length = strcspn(figure->name, ".");

		if (i == 0 || strncmp(figure->name, figure[-1].name, length + 1) != 0) {
			fprintf(to, "<tr class=\"group\"><td colspan=\"6\">%s</td></tr>\n",
				group_title(figure->name, length));
		}
		write_figure(figure, to);
	}
	fputs("</tbody></table>\n", to);
}

/* The point nearest to a cursor, or NAN where the series does not reach. */
static double value_at(const struct graph *graph, const struct series *series, double x)
{
	double nearest = INFINITY, value = NAN;

	for (size_t i = 0; i < series->count; i++) {
		const double distance =
			graph->x.logarithmic ? fabs(log(series->x[i] / x)) : fabs(series->x[i] - x);

		if (distance < nearest) {
			nearest = distance;
			value = series->y[i];
		}
	}
	return nearest <= (graph->x.logarithmic ? 0.1 : 2.6) ? value : NAN;
}

static void write_cursor(const struct graph *graph, const struct series *series, double x, FILE *to)
{
	const double value = value_at(graph, series, x);
	char text[FIGURE_TEXT];

	fputs("<td class=\"n\">", to);
	if (!isnan(value)) {
		if (fabs(value) >= 10) {
			snprintf(text, sizeof(text), "%.1f", value);
			put(to, text);
		} else {
			put(to, figure_number(value, "", text));
		}
	}
	fputs("</td>", to);
}

static void write_cursors(const struct graph *graph, FILE *to)
{
	char text[24];

	if (!graph->cursors) {
		return;
	}
	fprintf(to, "<div class=\"scroll\"><table>\n<tr><th>%s</th>", graph->y.unit);
	for (const double *cursor = graph->cursors; *cursor != 0; cursor++) {
		put_between(to, "<th class=\"n\">", report_axis_number(*cursor, text), "</th>");
	}
	fputs("</tr>\n", to);
	for (unsigned int s = 0; s < graph->series_count; s++) {
		put_between(to, "<tr><td>", graph->series[s].name, "</td>");
		for (const double *cursor = graph->cursors; *cursor != 0; cursor++) {
			write_cursor(graph, &graph->series[s], *cursor, to);
		}
		fputs("</tr>\n", to);
	}
	fputs("</table></div>\n", to);
}

static void write_graph(const struct graph *graph, FILE *to)
{
	put_between(to, "<figure>\n<h3>", graph->title, "</h3>\n");
	put_between(to, "<small>", graph->conditions, "</small>\n<div class=\"legend\">");
	for (unsigned int s = 0; s < graph->series_count; s++) {
		fprintf(to, "<span><i class=\"%s\"></i>", report_series_class(graph, s));
		put_between(to, "", graph->series[s].name, "</span>");
	}
	fputs("</div>\n", to);
	report_svg(graph, to);
	write_cursors(graph, to);
	fputs("</figure>\n", to);
}

/* Graph by graph, under the heading of its group, groups in the order of their first graph. */
static void write_graphs(const struct report *report, FILE *to)
{
	for (size_t first = 0; first < report->graph_count; first++) {
		const char *group = report->graphs[first].group;
		bool seen = false;

		for (size_t i = 0; i < first; i++) {
			seen = seen || strcmp(report->graphs[i].group, group) == 0;
		}
		if (seen) {
			continue;
		}
		put_between(to, "<h2>", group, "</h2>\n");
		for (size_t i = first; i < report->graph_count; i++) {
			if (strcmp(report->graphs[i].group, group) == 0) {
				write_graph(&report->graphs[i], to);
			}
		}
	}
}

static void write_method(const struct report *report, FILE *to)
{
	fputs("<footer>\n<h2>How it was measured</h2>\n<ul>\n", to);
	for (size_t i = 0; i < report->note_count; i++) {
		put_between(to, "<li>", report->notes[i], "</li>\n");
	}
	fputs("<li>0 dBFS is a sine whose peak is full scale (AES17). All signals and analyses are "
	      "in "
	      "double precision; a tone's phase is a 64-bit integer.</li>\n"
	      "<li>\u201cAnalyser\u201d is what the same analysis reads of the stimulus itself. A "
	      "figure within 10 dB of it is a bound (\u2264). \u201cnothing\u201d: every sample, "
	      "or "
	      "every bin, was exactly zero.</li>\n"
	      "<li>THD is the power sum of harmonics 2 to 20 against the fundamental (IEC "
	      "60268-3); "
	      "THD+N all but the fundamental\u2019s main lobe, 20 Hz to 20 kHz, against all; "
	      "dynamic "
	      "range and CCIR-RMS as AES17 (BS.468 curve, 0 dB at 2 kHz, RMS).</li>\n"
	      "<li>Response: a synchronous exponential sweep (Farina, Novak), divided by what the "
	      "same analysis makes of the sweep itself; harmonics cut out of the impulse "
	      "response.</li>\n"
	      "<li>Splatter: the largest sample of what a change leaves farther than 1 kHz from "
	      "the "
	      "tones (997 Hz left, 2503 Hz right; sub: 31 and 61 Hz), against the louder "
	      "end\u2019s "
	      "tone. Controls and their values come from the "
	      "amplifier\u2019s own table.</li>\n"
	      "<li>\u201cDevice\u201d is what is published of a Benchmark HPA4, the amplifier this "
	      "one recreates in software: analogue figures, for comparison only.</li>\n"
	      "</ul>\n</footer>\n</main>\n</body>\n</html>\n",
	      to);
}

void report_write_html(const struct report *report, FILE *to)
{
	write_head(report, to);
	write_verdict(report, to);
	write_cards(report, to);
	write_figures(report, to);
	write_graphs(report, to);
	write_method(report, to);
}
