/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading a headphone profile's file.
 */
#include "profile_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define SHOWN_BYTES 80 /* of a line that is not understood */

/* One byte more than a profile may have, so that a longer file is seen to be longer. */
static int read_all(const struct subcommand *self, const char *path, struct profile_file *file)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *stream = standard ? stdin : fopen(path, "re");
	int error = 0;

	if (!stream) {
		return say_failed(self, "%s: %s", path, strerror(errno));
	}
	file->text = malloc(PROFILE_BYTES + 1);
	if (file->text) {
		errno = 0;
		file->length = fread(file->text, 1, PROFILE_BYTES + 1, stream);
		error = ferror(stream) ? (errno ? errno : EIO) : 0;
	} else {
		error = ENOMEM;
	}
	if (!standard) {
		fclose(stream);
	}
	return error ? say_failed(self, "%s: %s", path, strerror(error)) : EXIT_DONE;
}

/* What can be shown of a line that may hold anything. */
static void make_shown(const char *text, size_t length, char shown[SHOWN_BYTES + 1])
{
	size_t kept = length < SHOWN_BYTES ? length : SHOWN_BYTES;

	while (kept > 0 && (text[kept - 1] == '\r' || text[kept - 1] == ' ')) {
		kept--;
	}
	memcpy(shown, text, kept);
	shown[kept] = '\0';
	if (text_length(shown) >= 0) {
		return;
	}
	for (size_t i = 0; i < kept; i++) {
		if (shown[i] < ' ' || shown[i] > '~') {
			shown[i] = '?';
		}
	}
}

static void complain(void *data, unsigned int line, const char *text, size_t length,
		     const char *reason)
{
	char shown[SHOWN_BYTES + 1];

	make_shown(text, length, shown);
	json_array_append_new(data, json_pack("{s:i, s:s, s:s}", "line", (int)line, "text", shown,
					      "reason", reason));
}

int profile_file_read(const struct subcommand *self, const char *path,
		      struct profile_file *ret_file)
{
	struct profile_file file = {.not_understood = json_array()};
	struct refusal refusal = {"out of memory"};
	int code = file.not_understood ? read_all(self, path, &file)
				       : say_failed(self, "%s", strerror(ENOMEM));

	if (code == EXIT_DONE && profile_parse(file.text, file.length, complain,
					       file.not_understood, &file.profile, &refusal) < 0) {
		profile_file_warn(self, path, file.not_understood);
		code = say_failed(self, "%s: %s", path, refusal.text);
	}
	if (code != EXIT_DONE) {
		profile_file_finish(&file);
		return code;
	}
	*ret_file = file;
	return EXIT_DONE;
}

void profile_file_finish(struct profile_file *file)
{
	free(file->text);
	json_decref(file->not_understood);
}

void profile_file_warn(const struct subcommand *self, const char *path, const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, item)
	{
		fprintf(stderr, "wiregain %s: %s: line %d is not understood: %s: %s\n", self->name,
			path, (int)json_integer_value(json_object_get(item, "line")),
			json_string_value(json_object_get(item, "reason")),
			json_string_value(json_object_get(item, "text")));
	}
}

bool profile_file_name(const char *path, char name[PROFILE_NAME_BYTES])
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *end = strrchr(base, '.');
	const size_t length = end && end != base ? (size_t)(end - base) : strlen(base);

	snprintf(name, PROFILE_NAME_BYTES, "%.*s", (int)length, base);
	return length < PROFILE_NAME_BYTES;
}
