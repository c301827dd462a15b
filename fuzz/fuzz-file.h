/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A file in memory, for what reads files.
 */
#ifndef WIREGAIN_FUZZ_FILE_H
#define WIREGAIN_FUZZ_FILE_H

#include <stddef.h>
#include <stdint.h>

/* A file of these bytes: "/proc/self/fd/N", until the next call. *ret_fd may be NULL. */
const char *fuzz_file(const uint8_t *data, size_t size, int *ret_fd);

#endif
