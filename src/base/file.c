/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Durable files. Any thread but the audio thread.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void release(struct file_beside *file)
{
	free(file->path);
	free(file->temporary);
	file->path = NULL;
	file->temporary = NULL;
}

/* The mode that open() would have given: mkostemp() makes files that only the owner reads. */
static void take_usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

int file_beside_open(struct file_beside *file, const char *path)
{
	const char *name = strrchr(path, '/');
	size_t folder = name ? (size_t)(name - path) + 1 : 0;
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		return -EISDIR;
	}
	file->fd = -1;
	file->path = strdup(path);
	if (asprintf(&file->temporary, "%.*s.%s.XXXXXX", (int)folder, path, path + folder) < 0) {
		file->temporary = NULL;
	}
	if (!file->path || !file->temporary) {
		release(file);
		return -ENOMEM;
	}
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd < 0) {
		int error = -errno;

		release(file);
		return error;
	}
	take_usual_mode(file->fd);
	return 0;
}

/* A descriptor of the folder that a file is in, or a negative errno. */
static int open_folder_of(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int error = copy ? -errno : -ENOMEM;

	free(copy);
	return fd < 0 ? error : fd;
}

static int sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) < 0 ? -errno : 0;

	if (fd >= 0) {
		close(fd);
	}
	return error;
}

int file_beside_commit(struct file_beside *file, bool durable)
{
	/* Whatever else can fail comes before the new file takes the old one's place. */
	int error = durable ? sync_file(file->temporary) : 0;
	int folder = error == 0 && durable ? open_folder_of(file->path) : -1;

	error = error == 0 && durable && folder < 0 ? folder : error;
	if (error == 0 && rename(file->temporary, file->path) < 0) {
		error = -errno;
	}
	if (error == 0 && durable && fsync(folder) < 0) {
		error = -errno;
	}
	if (folder >= 0) {
		close(folder);
	}
	if (error < 0) {
		file_beside_abandon(file);
		return error;
	}
	release(file);
	return 0;
}

void file_beside_abandon(struct file_beside *file)
{
	if (file->temporary) {
		unlink(file->temporary);
	}
	release(file);
}

int file_make_folders(const char *path, unsigned int mode)
{
	char *copy = strdup(path);
	int error = 0;

	if (!copy) {
		return -ENOMEM;
	}
	for (char *at = copy + 1;; at++) {
		char kept = *at;

		if (kept != '/' && kept != '\0') {
			continue;
		}
		*at = '\0';
		error = mkdir(copy, mode) < 0 && errno != EEXIST ? -errno : 0;
		*at = kept;
		if (kept == '\0' || error < 0) {
			break;
		}
	}
	free(copy);
	return error;
}
