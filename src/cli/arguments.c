/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading of arguments: getopt_long() made from a subcommand's row, with two differences: options
 * may follow arguments in every environment, and a negative number is an argument.
 */
#include <string.h>

#include "cli.h"

void arguments_init(struct arguments *arguments, const struct subcommand *self, int argc,
		    char **argv)
{
	size_t length = 0;
	int count = 0;

	memset(arguments, 0, sizeof(*arguments));
	arguments->subcommand = self;
	arguments->argc = argc;
	arguments->argv = argv;
	memcpy(arguments->shorts, "+:h", 4);
	length = 3;
	for (const struct option_row *row = self->options; row && row->name; row++) {
		arguments->longs[count++] =
			(struct option){row->name, row->argument ? required_argument : no_argument,
					NULL, row->code};
		if (row->code < OPTION_SOCKET) {
			arguments->shorts[length++] = (char)row->code;
			if (row->argument) {
				arguments->shorts[length++] = ':';
			}
		}
	}
	arguments->longs[count] = (struct option){"help", no_argument, NULL, 'h'};
	optind = 1;
	opterr = 0;
}

static bool is_option(const char *text)
{
	return text[0] == '-' && text[1] != '\0' && !strchr("0123456789.", text[1]);
}

static int stop(struct arguments *arguments, int exit_code)
{
	arguments->exit_code = exit_code;
	return ARGUMENTS_STOP;
}

static int take_argument(struct arguments *arguments)
{
	optind++;
	if (arguments->subcommand->arguments[0] == '\0') {
		return stop(arguments, say_wrong(arguments->subcommand, "%s: takes no arguments",
						 arguments->text));
	}
	return ARGUMENT;
}

static int take_option(struct arguments *arguments)
{
	int code = getopt_long(arguments->argc, arguments->argv, arguments->shorts,
			       arguments->longs, NULL);
	if (code == 'h') {
		print_help(arguments->subcommand);
		return stop(arguments, EXIT_DONE);
	}
	if (code == ':') {
		return stop(arguments, say_wrong(arguments->subcommand, "%s needs an argument",
						 arguments->text));
	}
	if (code == '?') {
		return stop(arguments, say_wrong(arguments->subcommand,
						 "there is no option %s: `wiregain help %s` lists "
						 "them",
						 arguments->text, arguments->subcommand->name));
	}
	arguments->text = optarg;
	return code;
}

/* What stands next, whatever it is. */
static int next(struct arguments *arguments)
{
	if (!arguments->options_ended && optind < arguments->argc &&
	    strcmp(arguments->argv[optind], "--") == 0) {
		arguments->options_ended = true;
		optind++;
	}
	if (optind >= arguments->argc) {
		return ARGUMENTS_END;
	}
	arguments->text = arguments->argv[optind];
	return arguments->options_ended || !is_option(arguments->text) ? take_argument(arguments)
								       : take_option(arguments);
}

int arguments_next(struct arguments *arguments)
{
	for (;;) {
		int code = next(arguments);

		if (code == OPTION_SOCKET) {
			arguments->socket = arguments->text;
		} else if (code == OPTION_JSON) {
			arguments->json = true;
		} else {
			return code;
		}
	}
}
