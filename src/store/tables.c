/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The user's own tables of headphones and amplifiers.
 */
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MOST (256 * 1024)

char *tables_path(const char *name)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	int length;

	if (config && config[0] == '/') {
		length = asprintf(&path, "%s/wiregain/%s", config, name);
	} else if (home && home[0] == '/') {
		length = asprintf(&path, "%s/.config/wiregain/%s", home, name);
	} else {
		errno = ENOENT;
		return NULL;
	}
	if (length < 0) {
		errno = ENOMEM;
		return NULL;
	}
	return path;
}

static int check_file(int fd, const char *path, struct refusal *ret_refusal)
{
	struct stat status;

	if (fstat(fd, &status) < 0) {
		return -errno;
	}
	if (!S_ISREG(status.st_mode)) {
		return refuse(ret_refusal, "%.160s: is not a file", path);
	}
	if (status.st_size > SIZE_MOST) {
		refuse(ret_refusal, "%.160s: has more than %d kB: leave out what you do not need",
		       path, SIZE_MOST / 1024);
		return -EFBIG;
	}
	return 0;
}

/* Reads what a descriptor gives, up to SIZE_MOST, into new memory. */
static int read_all(int fd, struct load_text *ret_text, char **ret_bytes)
{
	char *bytes = malloc(SIZE_MOST);
	size_t size = 0;
	ssize_t got = 1;

	if (!bytes) {
		return -ENOMEM;
	}
	while (size < SIZE_MOST && got != 0) {
		got = read(fd, bytes + size, SIZE_MOST - size);
		if (got < 0 && errno != EINTR) {
			int error = -errno;

			free(bytes);
			return error;
		}
		size += got > 0 ? (size_t)got : 0;
	}
	*ret_text = (struct load_text){bytes, size};
	*ret_bytes = bytes;
	return 0;
}

/* A table of one kind. */
static int open_table(const char *name, int (*check)(struct load_text, struct refusal *),
		      struct load_text *ret_text, char **ret_bytes, struct refusal *ret_refusal)
{
	char *path = tables_path(name);
	struct refusal why = {""};
	int error = 0, fd;

	if (!path && errno == ENOMEM) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	if (!path) {
		return 0;
	}
	/* Something else than a file must not hold us up before it is refused. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		error = errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	} else {
		error = check_file(fd, path, &why);
		error = error < 0 ? error : read_all(fd, ret_text, ret_bytes);
		close(fd);
	}
	if (error == 0) {
		struct refusal line;

		error = check(*ret_text, &line);
		if (error < 0) {
			refuse(&why, "%.120s: %.110s", path, line.text);
		}
	}
	if (error < 0) {
		refuse(ret_refusal, "%s", why.text);
		if (why.text[0] == '\0') {
			refuse(ret_refusal, "%.160s: %s", path, strerror(-error));
		}
	}
	free(path);
	return error;
}

int tables_open(struct tables *ret_tables, struct refusal *ret_refusal)
{
	int error;

	*ret_tables = (struct tables){.headphones = NULL};
	error = open_table("headphones.tsv", load_check_headphones, &ret_tables->load.headphones,
			   &ret_tables->headphones, ret_refusal);
	if (error == 0) {
		error = open_table("amplifiers.tsv", load_check_amplifiers,
				   &ret_tables->load.amplifiers, &ret_tables->amplifiers,
				   ret_refusal);
	}
	if (error < 0) {
		tables_close(ret_tables);
	}
	return error;
}

void tables_close(struct tables *tables)
{
	free(tables->headphones);
	free(tables->amplifiers);
	*tables = (struct tables){.headphones = NULL};
}
