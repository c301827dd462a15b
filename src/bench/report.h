/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A report: figures, each with its conditions, what the instrument by itself reads there, its
 * uncertainty, the model device's published figure and a verdict; and graphs.
 */
#ifndef WIREGAIN_REPORT_H
#define WIREGAIN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define GRAPH_SERIES      6

/* The version of docs/bench-report.schema.json. */
#define REPORT_SCHEMA     1

/* In decibels, what stands for nothing at all in limits and graphs. */
#define FIGURE_NOTHING_DB (-400.0)

/* What is better. */
enum figure_sense {
	FIGURE_LOWER,
	FIGURE_HIGHER,
	FIGURE_PLAIN, /* told, not judged */
};

enum verdict {
	VERDICT_NONE, /* there is no limit */
	VERDICT_HOLDS,
	VERDICT_WORSE,
};

struct figure {
	char name[64]; /* "distortion.thd": the measurement's name first; limits go by it */
	char title[96];
	char conditions[200];
	char unit[16];
	double value;    /* -INFINITY: nothing at all (in dB) */
	double residual; /* the instrument looped back, same analysis; NAN: it has no part in it */
	double uncertainty; /* k = 2, in `unit`; NAN: none is claimed */
	enum figure_sense sense;
	bool bound; /* within 10 dB of the residual: the value is a bound (<=, >=) */

	/* Set by report_judge(). */
	double limit; /* NAN: none */
	enum verdict verdict;
	char published[48]; /* the model device's figure, as text; empty: none */
};

struct series {
	char name[48];
	double *x, *y;
	size_t count;
};

/* How a graph's figures are scaled. */
struct axis {
	const char *title, *unit;
	double low, high; /* both 0: as the points need */
	bool logarithmic;
};

struct graph {
	const char *name, *group;
	char title[96];
	char conditions[200];
	struct axis x, y;
	struct series series[GRAPH_SERIES];
	unsigned int series_count;
	const double *cursors; /* where the table below gives values, up to 0; NULL: no table */
	bool stems;            /* a spectrum: drawn as one line with the highest of near points */
};

struct report {
	char server[160]; /* what stands between, and how it is set up; empty: nothing */
	char version[32], through[64], date[32], machine[160], command[160];
	double rate_hz;
	double seconds;         /* it took */
	double full_scale_vrms; /* 0: not calibrated */
	bool quick, complete;
	bool missed_memory; /* something could not be added to it */
	struct figure *figures;
	size_t figure_count;
	struct graph *graphs;
	size_t graph_count;
	char (*notes)[240];
	size_t note_count;
};

/* NULL is fine. Frees what is in it, not the report itself. */
void report_finish(struct report *report);

/*
 * Adds a figure; settles whether it is a bound: within 10 dB of the residual. Then the value is the
 * worse of both. 0 or -ENOMEM.
 */
int report_add(struct report *report, const struct figure *figure);

/* Adds an empty graph and returns it, or NULL. Its pointer holds until the next is added. */
struct graph *report_graph(struct report *report, const struct graph *graph);

/* A series with room for `count` points, or NULL. */
struct series *graph_series(struct graph *graph, size_t count, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A sentence for the reader. */
int report_note(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* NULL when there is none of that name. */
const struct figure *report_find(const struct report *report, const char *name);

/* Fills machine, date and version. */
void report_describe(struct report *report);

/*
 * Gives every figure its limit from docs/figures.json (built in) for measurements through that kind
 * of device ("path"), its verdict, and the model device's published figure. Returns how many are
 * worse than their limits; all without memory for the limits.
 */
size_t report_judge(struct report *report, const char *through);

/*
 * "-142.28 dBFS", "<= -310.2 dB", "nothing": as people read it. A figure has as many decimals as
 * its uncertainty, which has two digits where the first is 1 or 2, otherwise one. Both return
 * `text`.
 */
#define FIGURE_TEXT 48
char *figure_text(const struct figure *figure, char text[FIGURE_TEXT]);
/* What a level in dBFS is in volts rms; NAN for what is no level, or without calibration. */
double figure_vrms(const struct report *report, const struct figure *figure);

char *figure_number(double value, const char *unit, char text[FIGURE_TEXT]);

/* "0.012", rounded up, without its sign and unit. NULL where there is none to tell. */
char *figure_uncertainty_text(const struct figure *figure, char text[FIGURE_TEXT]);

/* Whether that stands for nothing at all on an axis in decibels. */
bool report_is_nothing(const struct axis *axis, double value);

/* Writes the report: for a terminal, as JSON (docs/bench-report.schema.json), as HTML. */
void report_print(const struct report *report, FILE *to);
int report_write_json(const struct report *report, FILE *to);
void report_write_html(const struct report *report, FILE *to);

/*
 * Reads what a report is of, and its figures, back from JSON that anybody may have written. 0, or
 * -EINVAL or what reading gave, with the reason in `ret_reason`; report_finish() after success.
 */
#define REPORT_REASON 240
int report_read_json(const char *path, struct report *ret_report, char ret_reason[REPORT_REASON]);
int report_parse_json(const char *text, size_t size, struct report *ret_report,
		      char ret_reason[REPORT_REASON]);

/* What changed from one report to another, for a terminal. Returns how many figures did. */
size_t report_compare(const struct report *before, const struct report *after, FILE *to);

#endif
