/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The report as one HTML file that needs nothing else: no script, no font, no picture from outside.
 */
#include <math.h>
#include <string.h>

#include "limits.h"
#include "report-html.h"
#include "report-text.h"
#include "volts.h"

static void write_fact(const char *name, const char *text, FILE *to)
{
	if (text[0]) {
		fprintf(to, "<dt>%s</dt>", name);
		report_put_between("<dd>", text, "</dd>\n", to);
	}
}

/* What is measured through, its title, and the way of the signal. */
static const char *const setups[][3] = {
	{"path", "The amplifier in process",
	 "Generator \u2192 signal path of the amplifier, in double precision \u2192 analyser"},
	{"pipewire", "The amplifier through PipeWire",
	 "Player \u2192 PipeWire \u2192 amplifier \u2192 PipeWire \u2192 recorder, in real time"},
	{"jack", "The amplifier through JACK",
	 "Player \u2192 JACK \u2192 amplifier \u2192 JACK \u2192 recorder, in real time"},
	{"device", "The amplifier through a sound card",
	 "Generator \u2192 amplifier \u2192 output of a sound card \u2192 input of a sound card "
	 "\u2192 "
	 "analyser, in real time"},
};

static void write_head(const struct report *report, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>Wiregain: measurement report</title>\n<style>\n",
	      to);
	fwrite(bench_style.bytes, 1, bench_style.size, to);
	/* At the foot of each printed page; neither text holds what would end it. */
	fprintf(to, "@page { @bottom-left { content: \"Wiregain %.20s \u00b7 %.16s\"; } }\n",
		report->version, report->date);
	fputs("</style>\n</head>\n<body>\n<main>\n", to);
}

static void write_facts(const struct report *report, FILE *to)
{
	fputs("<dl class=\"facts\">\n", to);
	write_fact("Date", report->date, to);
	write_fact("Version", report->version, to);
	write_fact("Machine", report->machine, to);
	write_fact("Command", report->command, to);
	write_fact("Through", report->server, to);
	fprintf(to, "<dt>Rate</dt><dd>%g kHz unless a figure says another</dd>\n",
		report->rate_hz / 1000);
	fprintf(to, "<dt>Took</dt><dd>%.1f s%s</dd>\n", report->seconds,
		report->quick ? ", a quick run: fewer points and records" : "");
	if (report->full_scale_vrms > 0) {
		fprintf(to, "<dt>Full scale</dt><dd>%.4g V rms, %+.2f dBu</dd>\n",
			report->full_scale_vrms, volts_to_dbu(report->full_scale_vrms));
	}
	fputs("</dl>\n", to);
}

static void write_worse(const struct report *report, FILE *to)
{
	char seen[FIGURE_TEXT], limit[FIGURE_TEXT];

	fputs("<ul class=\"worse\">\n", to);
	for (size_t i = 0; i < report->figure_count; i++) {
		const struct figure *figure = &report->figures[i];

		if (figure->verdict == VERDICT_WORSE) {
			report_put_between("<li>", figure->title, ": ", to);
			report_put_between("<b>", figure_text(figure, seen), "</b>, limit ", to);
			report_put_between("", figure_number(figure->limit, figure->unit, limit),
					   "</li>\n", to);
		}
	}
	fputs("</ul>\n", to);
}

static void write_verdict(const struct report *report, FILE *to)
{
	size_t holds = 0, worse = 0;

	for (size_t i = 0; i < report->figure_count; i++) {
		holds += report->figures[i].verdict == VERDICT_HOLDS;
		worse += report->figures[i].verdict == VERDICT_WORSE;
	}
	if (!report->complete) {
		fputs("<p class=\"verdict bad\">Interrupted: not everything is here.</p>\n", to);
	}
	if (worse > 0) {
		fprintf(to, "<p class=\"verdict bad\">%zu of %zu figures %s worse than %s.</p>\n",
			worse, holds + worse, worse == 1 ? "is" : "are",
			worse == 1 ? "its limit" : "their limits");
		write_worse(report, to);
	} else if (holds > 0) {
		fprintf(to, "<p class=\"verdict good\">All %zu figures with a limit hold it.</p>\n",
			holds);
	}
	for (size_t i = 0; i < report->note_count; i++) {
		report_put_between("<p class=\"note\">", report->notes[i], "</p>\n", to);
	}
}

static void write_header(const struct report *report, FILE *to)
{
	const char *title = report->through, *way = "";

	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		if (strcmp(setups[i][0], report->through) == 0) {
			title = setups[i][1];
			way = setups[i][2];
		}
	}
	fputs("<header>\n<p class=\"mark\">Wiregain \u00b7 Measurement report</p>\n", to);
	report_put_between("<h1>", title, "</h1>\n", to);
	report_put_between("<p class=\"way\">", way, "</p>\n", to);
	write_facts(report, to);
	write_verdict(report, to);
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
		{"gain.headphone.error", "Gain error, all levels"},
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
		fputs(any ? "" : "<section class=\"cards\" aria-label=\"Summary\">\n", to);
		any = true;
		fprintf(to, "<div class=\"card\"><small>%s</small>", names[i][1]);
		report_put_between("<b>", figure_text(figure, text), "</b>", to);
		report_put_between(figure->published[0] ? "<small>device: " : "<small>&nbsp;",
				   figure->published, "</small></div>\n", to);
	}
	fputs(any ? "</section>\n" : "", to);
}

static void write_link(const struct report *report, size_t first, FILE *to)
{
	fprintf(to, "<a href=\"#graphs-%zu\">", first + 1);
	report_put_between("", report->graphs[first].group, "</a>\n", to);
}

static void write_contents(const struct report *report, FILE *to)
{
	fputs("<nav aria-label=\"Contents\">\n", to);
	if (report->figure_count > 0) {
		fputs("<a href=\"#figures\">Figures</a>\n", to);
	}
	report_html_each_group(report, write_link, to);
	fputs("<a href=\"#method\">Method</a>\n</nav>\n", to);
}

static void write_method(FILE *to)
{
	fputs("<footer id=\"method\">\n<h2>How it was measured</h2>\n<ul>\n"
	      "<li>0 dBFS is a sine whose peak is full scale (AES17). All signals and analyses are "
	      "in double precision; a tone's phase is a 64-bit integer.</li>\n"
	      "<li>\u201cAnalyser\u201d is what the same analysis reads of the stimulus itself; of "
	      "a "
	      "gain and of a deviation from a formula what it reads of an ideal amplifier of that "
	      "gain or formula, calculated. A figure within 10 dB of it is a bound (\u2264, "
	      "\u2265). \u201cnothing\u201d: every sample, or every bin, was exactly "
	      "zero.</li>\n"
	      "<li>\u00b1 is the expanded uncertainty (k = 2) in the unit of the figure; a figure "
	      "has no more decimals than that allows. Of noise it is the spread of chance over "
	      "the records that were averaged.</li>\n"
	      "<li>THD is the power sum of harmonics 2 to 20 against the fundamental (IEC "
	      "60268-3); THD+N all but the fundamental\u2019s main lobe, 20 Hz to 20 kHz, against "
	      "all; dynamic range and CCIR-RMS as AES17 (BS.468 curve, 0 dB at 2 kHz, RMS).</li>\n"
	      "<li>Response: a synchronous exponential sweep (Farina, Novak). In process the "
	      "answer\u2019s spectrum over the sweep\u2019s, nothing cut off; elsewhere the linear "
	      "part alone, over what the same analysis makes of the sweep itself. Harmonics are "
	      "cut "
	      "out of the impulse response.</li>\n"
	      "<li>Splatter: the largest sample of what a change leaves farther than 1 kHz from "
	      "the tones (997 Hz left, 2503 Hz right; sub: 31 and 61 Hz), against the louder "
	      "end\u2019s tone. Controls and their values come from the amplifier\u2019s own "
	      "table. Where a change is of nothing but a limiter\u2019s ceiling "
	      "(\u201climited\u201d) "
	      "the tones are 1000 and 2500 Hz, 3.5 dB beyond full scale.</li>\n"
	      "<li>Tables below graphs give the nearest point; those of spectra the highest line "
	      "within 1 % of the frequency.</li>\n"
	      "<li>\u201cDevice\u201d is what is published of a Benchmark HPA4, the amplifier this "
	      "one recreates in software: analogue figures, for comparison only.</li>\n"
	      "</ul>\n</footer>\n</main>\n</body>\n</html>\n",
	      to);
}

void report_write_html(const struct report *report, FILE *to)
{
	write_head(report, to);
	write_header(report, to);
	write_cards(report, to);
	write_contents(report, to);
	report_html_figures(report, to);
	report_html_graphs(report, to);
	write_method(to);
}
