/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Durable files: a new file stands under its name whole, or the old one does.
 */
#ifndef WIREGAIN_FILE_H
#define WIREGAIN_FILE_H

#include <stdbool.h>

/* A file that is written beside its final name. */
struct file_beside {
	char *path;      /* where it shall stand */
	char *temporary; /* where it is written: the same folder, a hidden name */
	int fd;
};

/*
 * Opens a new file beside `path` for reading and writing. 0, or a negative errno; -EISDIR when
 * `path` is a folder. The descriptor is the caller's to close, before or after the last call.
 */
int file_beside_open(struct file_beside *file, const char *path);

/*
 * Puts the written file under its final name, in place of what stood there. With `durable` the
 * data and the name are on the disk when it returns. 0 or a negative errno, and then the
 * temporary file is gone and the old one stands, unless it was the last flush of the folder that
 * failed. Frees what `file` holds, not its descriptor.
 */
int file_beside_commit(struct file_beside *file, bool durable);

/* Removes the temporary file and frees what `file` holds, not its descriptor. */
void file_beside_abandon(struct file_beside *file);

/*
 * Makes a folder and those above it. 0 or a negative errno; a folder that exists is success.
 */
int file_make_folders(const char *path, unsigned int mode);

#endif
