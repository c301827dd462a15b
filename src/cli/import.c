/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain import: the settings of a file, whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "amplifier.h"
#include "json_text.h"

static int read_document(const struct subcommand *self, const char *path, json_t **ret_document)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *stream = standard ? stdin : fopen(path, "re");
	json_error_t syntax = {0};
	int error = stream ? json_text_parse_stream(stream, JSON_REJECT_DUPLICATES, ret_document,
						    &syntax)
			   : -errno;

	if (stream && !standard) {
		fclose(stream);
	}
	if (error == -EINVAL) {
		return say_failed(self, "%s: line %d, column %d: %s", path, syntax.line,
				  syntax.column, syntax.text);
	}
	return error < 0 ? say_failed(self, "%s: %s", path, strerror(-error)) : EXIT_DONE;
}

static void print_result(const json_t *result, bool json)
{
	json_t *lowered = json_object_get(result, "lowered");

	if (json) {
		print_json(result);
		return;
	}
	printf("%d settings imported\n",
	       (int)json_integer_value(json_object_get(result, "settings")));
	if (json_object_size(lowered) > 0) {
		printf("lowered for safety, as at a power-up:\n");
		print_values(lowered, false);
	}
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	const char *path;
	json_t *document = NULL, *reply = NULL;
	int code;

	code = arguments_words(&arguments, self, argc, argv, &path, 1, "one file at a time");
	if (code != GO_ON) {
		return code;
	}
	if (!path) {
		return say_wrong(self, "give a file of `wiregain export`, or - for standard input");
	}
	code = read_document(self, path, &document);
	if (code == EXIT_DONE) {
		code = amplifier_change(self, arguments.socket,
					json_pack("{s:o}", "import", document), &reply);
	}
	if (code == EXIT_DONE) {
		print_result(json_object_get(reply, "import"), arguments.json);
		json_decref(reply);
		code = end_output(self);
	}
	return code;
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_import = {
	.name = "import",
	.arguments = "FILE",
	.summary = "Takes settings from a file of `wiregain export`",
	.details =
		"The whole file is checked first; one bad line and nothing changes. Settings that\n"
		"the file does not name stay. Levels come in as at a power-up: no higher than\n"
		"headphone.start and line.start.",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
