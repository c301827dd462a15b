/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A goniometer's picture in JSON.
 */
#include "picture.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX  (2 * SCOPE_RUN * SCOPE_RUNS)
#define BASE64_MAX ((BYTES_MAX + 2) / 3 * 4)
#define HEAD_MAX   128
#define SILENCE_DB (-200.0)

static const char *const names[METER_POINTS] = {
	[METER_INPUT] = "input",
	[METER_HEADPHONE] = "headphone",
	[METER_LINE] = "line",
};

int picture_find(const char *name, enum meter_point *ret_point)
{
	for (int point = 0; point < METER_POINTS; point++) {
		if (strcmp(name, names[point]) == 0) {
			*ret_point = (enum meter_point)point;
			return 0;
		}
	}
	return -ENOENT;
}

/* RFC 4648; `text` has room for it and a zero. */
static void to_base64(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < count; i += 3) {
		size_t left = count - i;
		uint32_t group = (uint32_t)bytes[i] << 16 |
				 (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
				 (left > 2 ? bytes[i + 2] : 0);

		*text++ = digits[group >> 18];
		*text++ = digits[group >> 12 & 63];
		*text++ = left > 1 ? digits[group >> 6 & 63] : '=';
		*text++ = left > 2 ? digits[group & 63] : '=';
	}
	*text = 0;
}

char *picture_text(struct service *service, enum meter_point point)
{
	const struct scope_picture *picture = service_scope(service, point);
	double peak_db = picture->peak > 0 ? 20 * log10(picture->peak) : SILENCE_DB;
	char pairs[BASE64_MAX + 1];
	size_t size = HEAD_MAX + sizeof(pairs);
	char *text = malloc(size);

	if (text) {
		to_base64((const unsigned char *)picture->pairs,
			  (size_t)picture->count * SCOPE_RUN * 2, pairs);
		snprintf(text, size,
			 "{\"point\":\"%s\",\"run\":%" PRIu64 ",\"peak\":%.2f,\"pairs\":\"%s\"}",
			 names[point], picture->runs, peak_db, pairs);
	}
	return text;
}
