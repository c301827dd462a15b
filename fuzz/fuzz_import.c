/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Settings to be imported: refused with a reason, or taken; then no level is above its limit or its
 * start level, and what is exported of them is taken again and changes nothing.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_levels(const struct amp *amp)
{
	if (amp_int(amp, CONTROL_HEADPHONE_LEVEL) > amp_int(amp, CONTROL_HEADPHONE_LIMIT) ||
	    amp_int(amp, CONTROL_HEADPHONE_LEVEL) > amp_int(amp, CONTROL_HEADPHONE_START) ||
	    amp_int(amp, CONTROL_LINE_LEVEL) > amp_int(amp, CONTROL_LINE_LIMIT)) {
		abort();
	}
}

static void check_again(const struct amp *amp)
{
	static struct amp again;
	json_t *document = transfer_export(amp), *lowered = NULL, *second;
	char path[PATH_BYTES];
	struct refusal refusal;

	again = *amp;
	if (transfer_import(document, &again, &lowered, path, &refusal) < 0) {
		abort();
	}
	second = transfer_export(&again);
	if (!json_equal(document, second)) {
		abort();
	}
	json_decref(second);
	json_decref(lowered);
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct amp amp;
	json_t *document = NULL, *lowered = NULL;
	json_error_t syntax;
	struct refusal refusal = {""};
	char path[PATH_BYTES] = "";

	if (json_text_parse((const char *)data, size, JSON_REJECT_DUPLICATES, &document, &syntax) <
	    0) {
		return 0;
	}
	amp_init(&amp);
	amp_start(&amp);
	if (transfer_import(document, &amp, &lowered, path, &refusal) < 0) {
		if (refusal.text[0] == '\0') {
			abort();
		}
	} else {
		check_levels(&amp);
		check_again(&amp);
	}
	json_decref(lowered);
	json_decref(document);
	return 0;
}
