/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The folder of a report: report.html and report.json, each written whole or not at all.
 */
#ifndef WIREGAIN_BENCH_REPORT_H
#define WIREGAIN_BENCH_REPORT_H

#include "report.h"

/* Makes the folder and sees that it can be written to. 0 or a negative errno with the reason. */
int bench_report_prepare(const char *folder, char ret_reason[240]);

/* 0 or a negative errno with the reason. */
int bench_report_write(const char *folder, const struct report *report, char ret_reason[240]);

#endif
