/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Text of a report as HTML and SVG have it.
 */
#ifndef WIREGAIN_REPORT_TEXT_H
#define WIREGAIN_REPORT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* Escaped; a hyphen before a number becomes a minus, "<=" and ">=" their signs, a unit "us" the
 * micro. */
void report_put(const char *text, FILE *to);

/* The same, and "1e-15" as a power of ten. For HTML alone: SVG has no <sup>. */
void report_put_number(const char *text, FILE *to);

/* Between two pieces that are HTML already; numbers as report_put_number() has them. */
void report_put_between(const char *before, const char *text, const char *after, FILE *to);

#endif
