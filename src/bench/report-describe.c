/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a report says of the machine and the moment.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "ops.h"
#include "report.h"

static void read_processor(char *text, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[256];
	const char *colon;

	snprintf(text, size, "processor not known");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "model name", 10) == 0 && (colon = strchr(line, ':'))) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(text, size, "%s", colon + 2);
			break;
		}
	}
	if (file) {
		fclose(file);
	}
}

void report_describe(struct report *report)
{
	const time_t now = time(NULL);
	struct utsname system;
	struct tm day;
	char processor[96];

	read_processor(processor, sizeof(processor));
	uname(&system);
	snprintf(report->machine, sizeof(report->machine), "%s, %ld cores, %.12s %.24s, %s",
		 processor, sysconf(_SC_NPROCESSORS_ONLN), system.sysname, system.release,
		 ops_best()->name);
	localtime_r(&now, &day);
	strftime(report->date, sizeof(report->date), "%Y-%m-%d %H:%M", &day);
	snprintf(report->version, sizeof(report->version), "%s", WIREGAIN_VERSION);
}
