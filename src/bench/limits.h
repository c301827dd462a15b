/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * docs/figures.json, built in as the text that it is.
 */
#ifndef WIREGAIN_LIMITS_H
#define WIREGAIN_LIMITS_H

#include <stddef.h>

struct bench_text {
	const char *bytes;
	size_t size;
};

extern const struct bench_text bench_limits;

/* report.css: the looks of the HTML report. */
extern const struct bench_text bench_style;

#endif
