/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A headphone profile's file, as subcommands read it.
 */
#ifndef WIREGAIN_PROFILE_FILE_H
#define WIREGAIN_PROFILE_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "cli.h"
#include "profile.h"

struct profile_file {
	char *text; /* to be freed */
	size_t length;
	struct profile profile;
	json_t *not_understood; /* [{"line": n, "text": ..., "reason": ...}, ...] */
};

/* "-" is standard input. EXIT_DONE, or the exit code after saying why, and nothing to finish. */
int profile_file_read(const struct subcommand *self, const char *path,
		      struct profile_file *ret_file);

void profile_file_finish(struct profile_file *file);

/* Says on standard error which lines were not understood. */
void profile_file_warn(const struct subcommand *self, const char *path, const json_t *list);

/*
 * The name of a profile that stands in a file: that of the file without folder and end. False when
 * it is longer, and cut.
 */
bool profile_file_name(const char *path, char name[PROFILE_NAME_BYTES]);

#endif
