/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Graphs.
 */
#include "report-svg.h"

#include <math.h>
#include <string.h>

#define WIDTH  900.0
#define HEIGHT 400.0
#define LEFT   84.0
#define RIGHT  16.0
#define TOP    10.0
#define BOTTOM 54.0
#define TICKS  48

/* One axis as it is drawn. */
struct scale {
	double low, high;
	bool logarithmic;
	double from, to; /* where low and high stand in the picture */
	double ticks[TICKS];
	bool named[TICKS];
	unsigned int count;
};

const char *report_series_class(const struct graph *graph, unsigned int series)
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
		snprintf(text, 24, "%.6g", value);
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

	for (double decade = pow(10, floor(log10(scale->low))); decade <= scale->high;
	     decade *= 10) {
		for (int digit = 1; digit <= 9; digit++) {
			const double value = decade * digit;
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

static void make_scale(const struct graph *graph, bool y, struct scale *scale)
{
	const struct axis *axis = y ? &graph->y : &graph->x;

	*scale = (struct scale){
		.low = INFINITY, .high = -INFINITY, .logarithmic = axis->logarithmic};
	for (unsigned int s = 0; s < graph->series_count; s++) {
		for (size_t i = 0; i < graph->series[s].count; i++) {
			widen(scale, y ? graph->series[s].y[i] : graph->series[s].x[i]);
		}
	}
	if (axis->low != axis->high) {
		widen(scale, axis->low);
		widen(scale, axis->high);
	}
	if (!(scale->high > scale->low)) {
		const double middle = isfinite(scale->low) ? scale->low : scale->logarithmic;

		scale->low = scale->logarithmic ? middle / 2 : middle - 1;
		scale->high = scale->logarithmic ? middle * 2 : middle + 1;
	}
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

static void draw_x_axis(const struct scale *x, const struct axis *axis, FILE *to)
{
	char text[24];

	for (unsigned int i = 0; i < x->count; i++) {
		const double at = place(x, x->ticks[i]);

		fprintf(to, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", at, TOP,
			HEIGHT - BOTTOM);
		if (x->named[i]) {
			fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
				at, HEIGHT - BOTTOM + 20, report_axis_number(x->ticks[i], text));
		}
	}
	fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s / %s</text>\n",
		(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, axis->title, axis->unit);
}

static void draw_y_axis(const struct scale *y, const struct axis *axis, FILE *to)
{
	char text[24];

	for (unsigned int i = 0; i < y->count; i++) {
		const double at = place(y, y->ticks[i]);

		fprintf(to, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>",
			y->ticks[i] == 0 ? "zero" : "grid", LEFT, at, WIDTH - RIGHT);
		if (y->named[i]) {
			fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
				LEFT - 8, at + 4, report_axis_number(y->ticks[i], text));
		}
	}
	fprintf(to,
		"<text transform=\"translate(14 %.1f) rotate(-90)\" text-anchor=\"middle\">%s / "
		"%s</text>\n",
		(TOP + HEIGHT - BOTTOM) / 2, axis->title, axis->unit);
}

static void draw_series(const struct graph *graph, unsigned int at, const struct scale *x,
			const struct scale *y, FILE *to)
{
	const struct series *series = &graph->series[at];
	bool drawing = false;

	fprintf(to, "<path class=\"curve %s%s\" d=\"", report_series_class(graph, at),
		graph->stems ? " fine" : "");
	for (size_t i = 0; i < series->count; i++) {
		const bool seen =
			isfinite(series->y[i]) && series->x[i] >= x->low && series->x[i] <= x->high;

		if (seen) {
			fprintf(to, "%s%.1f %.1f", drawing ? "L" : "M", place(x, series->x[i]),
				place(y, series->y[i]));
		}
		drawing = seen;
	}
	fputs("\"/>\n", to);
}

void report_svg(const struct graph *graph, FILE *to)
{
	struct scale x, y;

	make_scale(graph, false, &x);
	make_scale(graph, true, &y);
	x.from = LEFT;
	x.to = WIDTH - RIGHT;
	y.from = HEIGHT - BOTTOM;
	y.to = TOP;
	fprintf(to, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n", WIDTH,
		HEIGHT, graph->title);
	draw_x_axis(&x, &graph->x, to);
	draw_y_axis(&y, &graph->y, to);
	fprintf(to,
		"<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
		LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
	/* The last is what matters least: it lies below. */
	for (unsigned int s = graph->series_count; s-- > 0;) {
		draw_series(graph, s, &x, &y, to);
	}
	fputs("</svg>\n", to);
}
