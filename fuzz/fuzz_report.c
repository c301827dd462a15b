/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reports that anybody may have written: read, or refused with a reason; and what was read is
 * compared with itself, which changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz-file.h"
#include "report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = {0};
	char reason[REPORT_REASON] = "";
	static FILE *nowhere;

	nowhere = nowhere ? nowhere : fopen("/dev/null", "w");
	if (size % 2 != 0 || size == 0) {
		/* The same of a file, or of none. */
		if (report_read_json(size > 0 ? fuzz_file(data, size, NULL) : "/proc/self/fd/none",
				     &report, reason) < 0) {
			return reason[0] == '\0' ? (abort(), 0) : 0;
		}
		report_finish(&report);
		return 0;
	}
	if (report_parse_json((const char *)data, size, &report, reason) < 0) {
		if (reason[0] == '\0') {
			abort();
		}
		return 0;
	}
	if (report_compare(&report, &report, nowhere) != 0) {
		abort();
	}
	report_print(&report, nowhere);
	report_finish(&report);
	return 0;
}
