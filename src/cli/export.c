/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain export: all kept settings into a file, which stands under its name whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "amplifier.h"
#include "file.h"

static int write_file(const struct subcommand *self, const char *path, const json_t *document)
{
	struct file_beside file;
	int error = file_beside_open(&file, path);
	int fd;

	if (error < 0) {
		return say_failed(self, "%s: %s", path, strerror(-error));
	}
	fd = file.fd;
	errno = 0;
	if (json_dumpfd(document, fd, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) < 0 ||
	    write(fd, "\n", 1) != 1) {
		error = errno ? -errno : -EIO;
		file_beside_abandon(&file);
	} else {
		error = file_beside_commit(&file, true);
	}
	close(fd);
	return error < 0 ? say_failed(self, "%s: %s", path, strerror(-error)) : EXIT_DONE;
}

static int write_document(const struct subcommand *self, const char *path, const json_t *document)
{
	if (path && strcmp(path, "-") != 0) {
		return write_file(self, path, document);
	}
	print_json(document);
	return end_output(self);
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	struct amplifier *amplifier = NULL;
	const char *path;
	json_t *reply = NULL;
	int code;

	code = arguments_words(&arguments, self, argc, argv, &path, 1, "one file is enough");
	if (code != GO_ON) {
		return code;
	}
	code = amplifier_connect(self, arguments.socket, &amplifier);
	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier, json_pack("{s:b}", "export", 1), &reply);
	amplifier_close(amplifier);
	if (code == EXIT_DONE) {
		code = write_document(self, path, json_object_get(reply, "export"));
		json_decref(reply);
	}
	return code;
}

static const struct option_row options[] = {SOCKET_OPTION, {0}};

const struct subcommand subcommand_export = {
	.name = "export",
	.arguments = "[FILE]",
	.summary = "Writes all settings as JSON, for `wiregain import`",
	.details = "Without a file, or with -, to standard output. An older file of that name is\n"
		   "replaced when the new one is whole.",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
