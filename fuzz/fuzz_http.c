/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Any bytes over HTTP, in pieces where a byte of 1 stands; whatever comes, the connection ends.
 */
#include <string.h>

#include "amplifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = fuzz_panel_connect();
	bool open = true;

	while (size > 0 && open) {
		const uint8_t *cut = memchr(data, 1, size);
		size_t length = cut ? (size_t)(cut - data) : size;

		open = fuzz_panel_send(fd, data, length);
		length += cut != NULL;
		data += length;
		size -= length;
	}
	fuzz_panel_close(fd);
	return 0;
}
