/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Graphs.
 */
#include "report-svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report-text.h"

#define WIDTH  900.0
#define HEIGHT 362.0
#define LEFT   84.0
#define RIGHT  16.0
#define TOP    10.0
#define BOTTOM 57.0
#define TICKS  48

/* One axis as it is drawn. */
struct scale {
	double low, high;
	bool logarithmic;
	double from, to; /* where low and high stand in the picture */
	double ticks[TICKS];
	bool named[TICKS];
	unsigned int count;
	int power; /* numbers are told in this power of ten */
};

/* What the colour and the dashes of a series go by. */
static const char *series_class(const struct graph *graph, unsigned int series)
{
	static const char *const classes[GRAPH_SERIES] = {"s0", "s1", "s2", "s3", "s4", "s5"};
	const char *name = graph->series[series].name;

	/* The instrument's own reading steps back behind what is measured. */
	return strncmp(name, "analyser", 8) == 0 || strcmp(name, "stimulus") == 0 ? "own"
										  : classes[series];
}

char *report_axis_number(double value, char text[24])
{
	const double size = fabs(value);

	if (size >= 1e6) {
		snprintf(text, 24, "%gM", value / 1e6);
	} else if (size >= 1000) {
		snprintf(text, 24, "%gk", value / 1000);
	} else if (size != 0 && size < 1e-3) {
		snprintf(text, 24, "%.2g", value);
	} else {
		/* No zero has a sign. */
		snprintf(text, 24, "%.6g", value + 0.0);
	}
	return text;
}

static void widen(struct scale *scale, double value)
{
	/* A logarithmic axis has no place for 0: where an end of it is 0 it is left free. */
	if (isfinite(value) && (!scale->logarithmic || value > 0)) {
		scale->low = fmin(scale->low, value);
		scale->high = fmax(scale->high, value);
	}
}

static void tick(struct scale *scale, double value, bool named)
{
	if (scale->count < TICKS) {
		scale->ticks[scale->count] = value;
		scale->named[scale->count++] = named;
	}
}

/* 1, 2, 5 of each decade are named as long as there is room. */
static void rule_decades(struct scale *scale)
{
	const double decades = log10(scale->high / scale->low);

	for (int exponent = (int)floor(log10(scale->low)); pow(10, exponent) <= scale->high;
	     exponent++) {
		for (int digit = 1; digit <= 9; digit++) {
			const double value = pow(10, exponent) * digit;
			const bool main =
				digit == 1 || ((digit == 2 || digit == 5) && decades < 4.5);

			if (value >= 0.999 * scale->low && value <= 1.001 * scale->high &&
			    (main || digit == 2 || digit == 5 || decades < 3)) {
				tick(scale, value, main);
			}
		}
	}
}

static double nice_pace(double span, double most)
{
	const double rough = span / most;
	const double power = pow(10, floor(log10(rough)));

	return power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
}

/* Ends on whole steps. */
static void rule_evenly(struct scale *scale, double most, bool fit)
{
	double pace = nice_pace(scale->high - scale->low, most);
	long first, last;

	if (fit) {
		scale->low = floor(scale->low / pace + 1e-9) * pace;
		scale->high = ceil(scale->high / pace - 1e-9) * pace;
	}
	first = (long)ceil(scale->low / pace - 1e-9);
	last = (long)floor(scale->high / pace + 1e-9);
	for (long i = first; i <= last; i++) {
		tick(scale, (double)i * pace, true);
	}
}

static void widen_to_points(struct scale *scale, const struct graph *graph, bool y)
{
	for (unsigned int s = 0; s < graph->series_count; s++) {
		const struct series *series = &graph->series[s];

		for (size_t i = 0; i < series->count; i++) {
			if (!y || !report_is_nothing(&graph->y, series->y[i])) {
				widen(scale, y ? series->y[i] : series->x[i]);
			}
		}
	}
}

/* Where there is one value or none. */
static void give_room(struct scale *scale, bool decibels)
{
	const double middle = isfinite(scale->low) ? scale->low : scale->logarithmic;

	if (decibels && !isfinite(scale->low)) {
		scale->low = FIGURE_NOTHING_DB;
		scale->high = 0;
	} else {
		scale->low = scale->logarithmic ? middle / 2 : middle - 1;
		scale->high = scale->logarithmic ? middle * 2 : middle + 1;
	}
}

/* Very small and very large numbers are told in a power of ten that stands beside the unit. */
static int power_of(const struct scale *scale)
{
	const double size = fmax(fabs(scale->low), fabs(scale->high));
	const bool usual = size == 0 || (size >= 1e-2 && size < 1e9);

	return scale->logarithmic || usual ? 0 : 3 * (int)floor(log10(size) / 3);
}

static void make_scale(const struct graph *graph, bool y, struct scale *scale)
{
	const struct axis *axis = y ? &graph->y : &graph->x;

	*scale = (struct scale){
		.low = INFINITY, .high = -INFINITY, .logarithmic = axis->logarithmic};
	widen_to_points(scale, graph, y);
	if (axis->low != axis->high) {
		widen(scale, axis->low);
		widen(scale, axis->high);
	}
	if (!(scale->high > scale->low)) {
		give_room(scale, strncmp(axis->unit, "dB", 2) == 0);
	}
	scale->power = power_of(scale);
	if (scale->logarithmic) {
		rule_decades(scale);
	} else {
		rule_evenly(scale, y ? 8 : 12, y);
	}
}

static double place(const struct scale *scale, double value)
{
	const double held = fmin(fmax(value, scale->low), scale->high);
	const double part = scale->logarithmic
				    ? log(held / scale->low) / log(scale->high / scale->low)
				    : (held - scale->low) / (scale->high - scale->low);

	return scale->from + part * (scale->to - scale->from);
}

static void write_tick(const struct scale *scale, const struct axis *axis, unsigned int at,
		       FILE *to)
{
	char text[24];

	if (report_is_nothing(axis, scale->ticks[at])) {
		fputs("nothing", to);
	} else {
		report_put(report_axis_number(scale->ticks[at] * pow(10, -scale->power), text), to);
	}
	fputs("</text>", to);
}

/* "Level / dB" */
static void write_axis_title(const struct scale *scale, const struct axis *axis, FILE *to)
{
	report_put(axis->title, to);
	if (axis->unit[0] || scale->power != 0) {
		fputs(" / ", to);
	}
	if (scale->power != 0) {
		fprintf(to,
			"10<tspan class=\"power\" dy=\"-6\">%s%d</tspan>"
			"<tspan dy=\"6\">\u00a0</tspan>",
			scale->power < 0 ? "\u2212" : "", abs(scale->power));
	}
	/* With what stands before it: "us" alone is no microsecond. */
	report_put(strcmp(axis->unit, "us") == 0 ? "\u00b5s" : axis->unit, to);
	fputs("</text>\n", to);
}

static void draw_x_axis(const struct scale *x, const struct axis *axis, FILE *to)
{
	for (unsigned int i = 0; i < x->count; i++) {
		const double at = place(x, x->ticks[i]);

		fprintf(to, "<path class=\"%s\" d=\"M%.1f %.1fV%.1f\"/>",
			x->named[i] ? "grid" : "grid minor", at, TOP, HEIGHT - BOTTOM);
		if (x->named[i]) {
			fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", at,
				HEIGHT - BOTTOM + 24);
			write_tick(x, axis, i, to);
		}
	}
	fprintf(to, "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
		(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
	write_axis_title(x, axis, to);
}

static void draw_y_axis(const struct scale *y, const struct axis *axis, FILE *to)
{
	for (unsigned int i = 0; i < y->count; i++) {
		const double at = place(y, y->ticks[i]);

		fprintf(to, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>",
			y->ticks[i] == 0 ? "zero" : "grid", LEFT, at, WIDTH - RIGHT);
		if (y->named[i]) {
			fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8,
				at + 5);
			write_tick(y, axis, i, to);
		}
	}
	fprintf(to,
		"<text class=\"name\" transform=\"translate(16 %.1f) rotate(-90)\" "
		"text-anchor=\"middle\">",
		(TOP + HEIGHT - BOTTOM) / 2);
	write_axis_title(y, axis, to);
}

static bool is_drawn(const struct graph *graph, const struct series *series, size_t at,
		     const struct scale *x)
{
	/* Lines of a spectrum in which there is nothing are not there; a curve lies on the floor.
	 */
	return isfinite(series->y[at]) && series->x[at] >= x->low && series->x[at] <= x->high &&
	       !(graph->stems && report_is_nothing(&graph->y, series->y[at]));
}

/* A line that stands alone in a spectrum stands on the floor; what flickers there is a dot. */
static bool is_stem(const struct graph *graph, const struct scale *y, double value)
{
	return graph->stems && value - y->low > 0.25 * (y->high - y->low);
}

static void draw_series(const struct graph *graph, unsigned int at, const struct scale *x,
			const struct scale *y, FILE *to)
{
	const struct series *series = &graph->series[at];
	bool drawing = false;

	fprintf(to, "<path class=\"curve %s%s\" d=\"", series_class(graph, at),
		graph->stems ? " fine" : "");
	for (size_t i = 0; i < series->count; i++) {
		const bool drawn = is_drawn(graph, series, i, x);

		if (!drawn) {
			drawing = false;
			continue;
		}
		fprintf(to, "%s%.1f %.1f", drawing ? "L" : "M", place(x, series->x[i]),
			place(y, series->y[i]));
		if (!drawing && is_stem(graph, y, series->y[i])) {
			fprintf(to, "V%.1fV%.1f", y->from, place(y, series->y[i]));
		} else if (!drawing) {
			fputs("h0", to);
		}
		drawing = true;
	}
	fputs("\"/>\n", to);
}

static void write_range(const struct scale *scale, const struct axis *axis, FILE *to)
{
	char low[24], high[24];

	report_put(axis->title, to);
	if (axis->unit[0]) {
		fputs(" in ", to);
		report_put(axis->unit, to);
	}
	fputs(", ", to);
	report_put(report_axis_number(scale->low, low), to);
	fputs(" to ", to);
	report_put(report_axis_number(scale->high, high), to);
}

/* For whoever does not see it. */
static void describe(const struct graph *graph, size_t number, const struct scale *x,
		     const struct scale *y, FILE *to)
{
	fprintf(to, "<title id=\"graph-%zu-title\">", number);
	report_put(graph->title, to);
	fprintf(to, "</title><desc id=\"graph-%zu-text\">", number);
	write_range(y, &graph->y, to);
	fputs(", against ", to);
	write_range(x, &graph->x, to);
	fputs(". Curves: ", to);
	for (unsigned int s = 0; s < graph->series_count; s++) {
		fputs(s > 0 ? "; " : "", to);
		report_put(graph->series[s].name, to);
	}
	fputs(".</desc>\n", to);
}

void report_svg_key(const struct graph *graph, unsigned int series, FILE *to)
{
	fprintf(to,
		"<svg class=\"key\" viewBox=\"0 0 34 8\" aria-hidden=\"true\">"
		"<path class=\"curve %s%s\" d=\"M1 4H33\"/></svg>",
		series_class(graph, series), graph->stems ? " fine" : "");
}

void report_svg(const struct graph *graph, size_t number, FILE *to)
{
	struct scale x, y;

	make_scale(graph, false, &x);
	make_scale(graph, true, &y);
	x.from = LEFT;
	x.to = WIDTH - RIGHT;
	y.from = HEIGHT - BOTTOM;
	y.to = TOP;
	fprintf(to,
		"<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"graph-%zu-title\" "
		"aria-describedby=\"graph-%zu-text\">",
		WIDTH, HEIGHT, number, number);
	describe(graph, number, &x, &y, to);
	draw_x_axis(&x, &graph->x, to);
	draw_y_axis(&y, &graph->y, to);
	fprintf(to,
		"<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
		LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
	/* The first of a spectrum on top; where curves lie on each other the dashes of the later
	 * ones let the first be seen. */
	for (unsigned int s = 0; s < graph->series_count; s++) {
		draw_series(graph, graph->stems ? graph->series_count - 1 - s : s, &x, &y, to);
	}
	fputs("</svg>\n", to);
}
