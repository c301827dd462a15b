/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A graph as SVG, in the manner of audio laboratories: ruled, its axes named, colours by class.
 */
#ifndef WIREGAIN_REPORT_SVG_H
#define WIREGAIN_REPORT_SVG_H

#include "report.h"

/* Writes one <svg> element; `number` tells it from the others of the page. */
void report_svg(const struct graph *graph, size_t number, FILE *to);

/* Writes a piece of a series' line for the legend. */
void report_svg_key(const struct graph *graph, unsigned int series, FILE *to);

/* A number as an axis has it: "20k", "-120", "1e-14". Returns `text`. */
char *report_axis_number(double value, char text[24]);

#endif
