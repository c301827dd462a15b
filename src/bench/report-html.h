/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The parts of the page that report_write_html() makes.
 */
#ifndef WIREGAIN_REPORT_HTML_H
#define WIREGAIN_REPORT_HTML_H

#include "report.h"

/* The table of all figures, group by group. */
void report_html_figures(const struct report *report, FILE *to);

/* All graphs, group by group, each with its table of values. */
void report_html_graphs(const struct report *report, FILE *to);

/* Calls for the first graph of each group, in the order of the page. */
void report_html_each_group(const struct report *report,
			    void (*call)(const struct report *report, size_t first, FILE *to),
			    FILE *to);

#endif
