/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What was measured of files, in figures, for `wiregain meter` and `wiregain render --meter`.
 */
#ifndef WIREGAIN_FIGURES_H
#define WIREGAIN_FIGURES_H

#include <stdio.h>

#include <jansson.h>

#include "render_jobs.h"

/* How long the file of a task is. */
double figures_seconds(const struct render_task *task);

/* Adds every figure to an object; null for one that there is none of. */
void figures_add(json_t *json, const struct programme *programme);

/* One file that was measured: a line for each figure. */
void figures_print(FILE *file, const struct render_task *task);

/* Several, on standard output: a line for each that was measured. */
void figures_print_table(const struct render_task *tasks, unsigned int count);

#endif
