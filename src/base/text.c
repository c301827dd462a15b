/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Numbers and UTF-8. Standard conversions follow the locale's decimal sign; the program never
 * calls setlocale(), so it is the C locale's here, and that is checked by a test.
 */
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_decimal(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "+-.0123456789eE")] == '\0';
}

int text_to_double(const char *text, double *ret_number)
{
	char *end;
	double number;

	if (!is_decimal(text)) {
		return -EINVAL;
	}
	number = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(number)) {
		return -EINVAL;
	}
	*ret_number = number;
	return 0;
}

int text_to_long(const char *text, long *ret_number)
{
	char *end;
	long number;

	if (!is_decimal(text)) {
		return -EINVAL;
	}
	errno = 0;
	number = strtol(text, &end, 10);
	if (end == text || *end != '\0') {
		return -EINVAL;
	}
	if (errno == ERANGE) {
		return -ERANGE;
	}
	*ret_number = number;
	return 0;
}

int text_from_double(double number, char *text, size_t size)
{
	double magnitude = fabs(number);
	int digits;

	for (digits = 1; digits < 17; digits++) {
		snprintf(text, size, "%.*g", digits, number);
		if (strtod(text, NULL) == number) {
			break;
		}
	}
	if (magnitude >= 1e-4 && magnitude < 1e15 && strchr(text, 'e')) {
		return snprintf(text, size, "%.0f", number);
	}
	return snprintf(text, size, "%.*g", digits, number);
}

/* The length in bytes of the code point at `s`, its value in *ret_code; 0 when malformed. */
static int decode(const unsigned char *s, uint32_t *ret_code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t code = s[0];
	int length = code < 0x80 ? 1 : code < 0xc0 ? 0 : code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;

	if (length == 0 || code > 0xf4) {
		return 0;
	}
	if (length > 1) {
		code &= 0x7fu >> length;
	}
	for (int i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			return 0;
		}
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
		return 0;
	}
	*ret_code = code;
	return length;
}

int text_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	int count = 0;

	while (*s) {
		uint32_t code;
		int length = decode(s, &code);

		if (length == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0)) {
			return -EILSEQ;
		}
		s += length;
		count++;
	}
	return count;
}

int text_copy(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size) {
		return -ENAMETOOLONG;
	}
	memcpy(to, from, length + 1);
	return 0;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

unsigned int text_distance(const char *a, const char *b)
{
	unsigned int row[128];
	size_t width = strlen(b);

	if (width >= sizeof(row) / sizeof(row[0])) {
		return (unsigned int)width;
	}
	for (size_t j = 0; j <= width; j++) {
		row[j] = (unsigned int)j;
	}
	for (size_t i = 0; a[i]; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i + 1;
		for (size_t j = 0; j < width; j++) {
			unsigned int best = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			best = best < diagonal + 1 ? best : diagonal + 1;
			row[j + 1] = best < row[j] + 1 ? best : row[j] + 1;
		}
	}
	return row[width];
}
