/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The program: the table of subcommands, and the way to one of them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "json_text.h"
#include "text.h"

const struct subcommand *const subcommands[] = {
	&subcommand_run,     &subcommand_get,      &subcommand_set,
	&subcommand_step,    &subcommand_do,       &subcommand_watch,
	&subcommand_export,  &subcommand_import,   &subcommand_render,
	&subcommand_meter,   &subcommand_match,    &subcommand_profile,
	&subcommand_dose,    &subcommand_bench,    &subcommand_reset,
	&subcommand_panel,   &subcommand_controls, &subcommand_completion,
	&subcommand_version, &subcommand_help,     NULL,
};

const struct subcommand *subcommand_find(const char *name)
{
	for (int i = 0; subcommands[i]; i++) {
		if (strcmp(subcommands[i]->name, name) == 0) {
			return subcommands[i];
		}
	}
	return NULL;
}

static void say(const struct subcommand *self, const char *format, va_list args)
{
	fprintf(stderr, "wiregain%s%s: ", self ? " " : "", self ? self->name : "");
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int say_wrong(const struct subcommand *self, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(self, format, args);
	va_end(args);
	return EXIT_WRONG;
}

int say_failed(const struct subcommand *self, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(self, format, args);
	va_end(args);
	return EXIT_FAILED;
}

int end_output(const struct subcommand *self)
{
	if (json_text_ever_missed_memory()) {
		/* Something may be missing in what was printed. */
		return say_failed(self, "out of memory");
	}
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		return say_failed(self, "standard output: %s", strerror(errno ? errno : EIO));
	}
	return EXIT_DONE;
}

static int no_subcommand(const char *name)
{
	const char *nearest = NULL;
	unsigned int least = 4;

	for (int i = 0; subcommands[i]; i++) {
		unsigned int distance = text_distance(name, subcommands[i]->name);

		if (distance < least) {
			least = distance;
			nearest = subcommands[i]->name;
		}
	}
	if (nearest) {
		return say_wrong(NULL, "there is no subcommand %s: did you mean %s?", name,
				 nearest);
	}
	return say_wrong(NULL, "there is no subcommand %s: `wiregain help` lists them", name);
}

/* What programs are asked for everywhere. */
static const char *usual_name(const char *name)
{
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		return "help";
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		return "version";
	}
	return name;
}

int main(int argc, char **argv)
{
	const struct subcommand *subcommand;

	if (argc < 2) {
		fprintf(stderr, "wiregain: say what to do: `wiregain help` lists it all, `wiregain "
				"run` starts an amplifier\n");
		return EXIT_WRONG;
	}
	json_text_watch();
	subcommand = subcommand_find(usual_name(argv[1]));
	if (!subcommand) {
		return no_subcommand(argv[1]);
	}
	return subcommand->run(subcommand, argc - 1, argv + 1);
}
