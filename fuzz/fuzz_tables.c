/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Any bytes as a table of headphones and as one of amplifiers: refused with the line, or rows that
 * can all be read, and found by their names.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "load_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_headphones(struct load_text text)
{
	const struct load_tables tables = {.headphones = text};
	struct load_headphone row, found;
	struct load_cursor cursor = {0};
	struct refusal refusal = {""};

	if (load_check_headphones(text, &refusal) < 0) {
		if (refusal.text[0] == '\0') {
			abort();
		}
		return;
	}
	while (load_next_headphone(&tables, &cursor, &row) && cursor.table == 0) {
		if (!isfinite(row.nominal_ohm) ||
		    (load_find_headphone(&tables, row.name, &found, &refusal) < 0 &&
		     refusal.text[0] == '\0')) {
			abort();
		}
	}
	load_find_headphone(&tables, "hd6", &found, &refusal);
}

static void try_amplifiers(struct load_text text)
{
	const struct load_tables tables = {.amplifiers = text};
	struct load_amplifier row, found;
	struct load_cursor cursor = {0};
	struct refusal refusal = {""};

	if (load_check_amplifiers(text, &refusal) < 0) {
		if (refusal.text[0] == '\0') {
			abort();
		}
		return;
	}
	while (load_next_amplifier(&tables, &cursor, &row) && cursor.table == 0) {
		if (load_find_amplifier(&tables, row.name, &found, &refusal) < 0 &&
		    refusal.text[0] == '\0') {
			abort();
		}
	}
	load_find_amplifier(&tables, "hpa", &found, &refusal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct load_text text = {(const char *)data, size};

	try_headphones(text);
	try_amplifiers(text);
	return 0;
}
