/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Where the store's file is: its folder, its lock, and what becomes of it when it is damaged.
 */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "store.h"

char *store_default_path(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;

	if (state && state[0] == '/') {
		return asprintf(&path, "%s/wiregain/wiregain.db", state) < 0 ? NULL : path;
	}
	if (!home || home[0] != '/') {
		const struct passwd *user = getpwuid(getuid());

		home = user ? user->pw_dir : NULL;
	}
	if (!home || asprintf(&path, "%s/.local/state/wiregain/wiregain.db", home) < 0) {
		return NULL;
	}
	return path;
}

int place_prepare(const char *path, struct refusal *ret_refusal)
{
	char *copy = strdup(path);
	int error = copy ? file_make_folders(dirname(copy), 0700) : -ENOMEM;
	struct stat status;

	if (error == 0 && stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		error = S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
		refuse(ret_refusal, "%s: is not a file: name another with --store", path);
	} else if (error < 0) {
		refuse(ret_refusal, "%s: its folder cannot be made: %s", path, strerror(-error));
	}
	free(copy);
	return error;
}

int place_lock(const char *path, int *ret_fd, struct refusal *ret_refusal)
{
	char *name = NULL;
	int fd;

	*ret_fd = -1;
	if (asprintf(&name, "%s.lock", path) < 0) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(name);
	if (fd < 0) {
		return 0; /* a folder for reading only: nobody can write, so nobody disturbs */
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		refuse(ret_refusal,
		       "%s: in use by another amplifier: name another store with --store", path);
		return -EBUSY;
	}
	*ret_fd = fd;
	return 0;
}

int place_move_aside(const char *path)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	int error = 0;

	for (int i = 0; i < 3 && error == 0; i++) {
		char *from = NULL, *to = NULL;

		if (asprintf(&from, "%s%s", path, parts[i]) < 0 ||
		    asprintf(&to, "%s.damaged%s", path, parts[i]) < 0) {
			error = -ENOMEM;
		} else if (rename(from, to) < 0 && errno != ENOENT) {
			error = -errno;
		}
		free(from);
		free(to);
	}
	return error;
}
