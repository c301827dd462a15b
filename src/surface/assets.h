/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The panel's files, built into the program by scripts/embed.
 */
#ifndef WIREGAIN_ASSETS_H
#define WIREGAIN_ASSETS_H

#include <stddef.h>

struct asset {
	const char *path; /* "/app.js" */
	const char *type;
	const char *etag; /* with its quotes */
	const unsigned char *bytes;
	size_t size;
	const unsigned char *gzip; /* NULL: no smaller */
	size_t gzip_size;
};

extern const struct asset assets[];
extern const size_t asset_count;

#endif
