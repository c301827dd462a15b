/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Text of a report as HTML and SVG have it.
 */
#include "report-text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A minus, not a hyphen: before a digit, and after nothing that it could join. */
static bool is_minus(const char *text, char before)
{
	return text[0] == '-' && isdigit((unsigned char)text[1]) &&
	       !isalnum((unsigned char)before) && before != '.';
}

/* "e-15" after a digit: writes a power of ten, and returns how much of the text that was. */
static size_t put_power(const char *text, char before, FILE *to)
{
	char *end;
	long power;

	if (text[0] != 'e' || !isdigit((unsigned char)before) ||
	    (text[1] != '-' && text[1] != '+')) {
		return 0;
	}
	power = strtol(text + 1, &end, 10);
	fprintf(to, "\u00b710<sup>%s%ld</sup>", power < 0 ? "\u2212" : "", labs(power));
	return (size_t)(end - text);
}

/* One character, or what stands for it. Returns how much of the text that was. */
static size_t put_character(const char *text, char before, FILE *to)
{
	if ((text[0] == '<' || text[0] == '>') && text[1] == '=') {
		fputs(text[0] == '<' ? "\u2264" : "\u2265", to);
		return 2;
	}
	if (strcmp(text, "us") == 0 && before == ' ') {
		fputs("\u00b5s", to);
		return 2;
	}
	if (strchr("<>&\"", *text)) {
		fprintf(to, "&#%d;", *text);
	} else if (is_minus(text, before)) {
		fputs("\u2212", to);
	} else {
		fputc(*text, to);
	}
	return 1;
}

static void put(const char *text, bool powers, FILE *to)
{
	char before = ' ';

	while (*text) {
		size_t taken = powers ? put_power(text, before, to) : 0;

		text += taken > 0 ? taken : put_character(text, before, to);
		before = text[-1];
	}
}

void report_put(const char *text, FILE *to)
{
	put(text, false, to);
}

void report_put_number(const char *text, FILE *to)
{
	put(text, true, to);
}

void report_put_between(const char *before, const char *text, const char *after, FILE *to)
{
	fputs(before, to);
	report_put_number(text, to);
	fputs(after, to);
}
