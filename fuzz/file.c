/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A file in memory, for what reads files.
 */
#include "fuzz-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *fuzz_file(const uint8_t *data, size_t size, int *ret_fd)
{
	static char path[32];
	static int fd = -1;

	fd = fd < 0 ? memfd_create("fuzz", MFD_CLOEXEC) : fd;
	if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size) {
		abort();
	}
	lseek(fd, 0, SEEK_SET);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (ret_fd) {
		*ret_fd = fd;
	}
	return path;
}
