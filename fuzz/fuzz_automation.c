/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Any bytes as an automation: refused with a reason, or events in the order of time.
 */
#include <stdlib.h>

#include "automation.h"
#include "fuzz-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct amp amp;
	struct automation automation;
	struct refusal refusal = {""};

	amp_init(&amp);
	amp_start(&amp);
	if (size == 0) {
		/* A path that does not exist is an error too. */
		if (automation_load("/proc/self/fd/none", &amp, &automation, &refusal) == 0) {
			abort();
		}
		return 0;
	}
	if (automation_load(fuzz_file(data, size, NULL), &amp, &automation, &refusal) < 0) {
		if (refusal.text[0] == '\0') {
			abort();
		}
		return 0;
	}
	for (unsigned int i = 0; i < automation.count; i++) {
		if (!(automation.events[i].seconds >= 0) ||
		    (i > 0 && automation.events[i].seconds < automation.events[i - 1].seconds)) {
			abort();
		}
	}
	automation_finish(&automation);
	return 0;
}
