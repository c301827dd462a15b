/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A graph as SVG, in the manner of audio laboratories: ruled, its axes named, colours by class.
 */
#ifndef WIREGAIN_REPORT_SVG_H
#define WIREGAIN_REPORT_SVG_H

#include "report.h"

/* Writes one <svg> element. */
void report_svg(const struct graph *graph, FILE *to);

/* The class of a series: what its colour goes by. */
const char *report_series_class(const struct graph *graph, unsigned int series);

/* A number as an axis has it: "20k", "-120", "1e-14". Returns `text`. */
char *report_axis_number(double value, char text[24]);

#endif
