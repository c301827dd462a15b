/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading of arguments: getopt_long() made from a subcommand's row, with two differences: options
 * may follow arguments in every environment, and a negative number is an argument.
 */
#include "arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

struct reader {
	const struct subcommand *self;
	int argc;
	char **argv;
	const char *text; /* the argument, or the option's own */
	int exit_code;    /* when it ends early */
	bool options_ended;
	char shorts[2 * OPTIONS_MAX + 4];
	struct option longs[OPTIONS_MAX + 2];
};

/* What next() returns besides codes. */
enum {
	AT_END = -1,
	STOP = -2, /* help was asked for, or something is wrong: there is an exit code */
};

static void start(struct reader *reader, const struct subcommand *self, int argc, char **argv)
{
	size_t length = 0;
	int count = 0;

	memset(reader, 0, sizeof(*reader));
	reader->self = self;
	reader->argc = argc;
	reader->argv = argv;
	memcpy(reader->shorts, "+:h", 4);
	length = 3;
	for (const struct option_row *row = self->options; row && row->name; row++) {
		reader->longs[count++] =
			(struct option){row->name, row->argument ? required_argument : no_argument,
					NULL, row->code};
		if (row->code < OPTION_SOCKET) {
			reader->shorts[length++] = (char)row->code;
			if (row->argument) {
				reader->shorts[length++] = ':';
			}
		}
	}
	reader->longs[count] = (struct option){"help", no_argument, NULL, 'h'};
	optind = 1;
	opterr = 0;
}

static bool is_option(const char *text)
{
	return text[0] == '-' && text[1] != '\0' && !strchr("0123456789.", text[1]);
}

static int stop(struct reader *reader, int exit_code)
{
	reader->exit_code = exit_code;
	return STOP;
}

static int take_argument(struct reader *reader)
{
	optind++;
	if (reader->self->arguments[0] == '\0') {
		return stop(reader,
			    say_wrong(reader->self, "%s: takes no arguments", reader->text));
	}
	return ARGUMENT;
}

static int take_option(struct reader *reader)
{
	int code = getopt_long(reader->argc, reader->argv, reader->shorts, reader->longs, NULL);

	if (code == 'h') {
		print_help(reader->self);
		return stop(reader, EXIT_DONE);
	}
	if (code == ':') {
		return stop(reader, say_wrong(reader->self, "%s needs an argument", reader->text));
	}
	if (code == '?') {
		return stop(reader,
			    say_wrong(reader->self,
				      "there is no option %s: `wiregain help %s` lists them",
				      reader->text, reader->self->name));
	}
	reader->text = optarg;
	return code;
}

static int next(struct reader *reader)
{
	if (!reader->options_ended && optind < reader->argc &&
	    strcmp(reader->argv[optind], "--") == 0) {
		reader->options_ended = true;
		optind++;
	}
	if (optind >= reader->argc) {
		return AT_END;
	}
	reader->text = reader->argv[optind];
	return reader->options_ended || !is_option(reader->text) ? take_argument(reader)
								 : take_option(reader);
}

int arguments_read(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		   char **argv,
		   int (*take)(void *data, const struct subcommand *self, int code,
			       const char *text),
		   void *data)
{
	struct reader reader;
	int code;

	*ret_arguments = (struct arguments){.self = self};
	start(&reader, self, argc, argv);
	while ((code = next(&reader)) >= ARGUMENT) {
		int exit_code = GO_ON;

		if (code == OPTION_SOCKET) {
			ret_arguments->socket = reader.text;
		} else if (code == OPTION_JSON) {
			ret_arguments->json = true;
		} else {
			exit_code = take(data, self, code, reader.text);
		}
		if (exit_code != GO_ON) {
			return exit_code;
		}
	}
	return code == AT_END ? GO_ON : reader.exit_code;
}

struct words {
	const char **all;
	int count, most;
	const char *enough;
};

static int take_word(void *data, const struct subcommand *self, int code, const char *text)
{
	struct words *words = data;

	if (words->count == words->most) {
		return say_wrong(self, "%s: %s", text, words->enough);
	}
	words->all[words->count++] = text;
	return GO_ON;
}

int arguments_words(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		    char **argv, const char **ret_words, int most, const char *enough)
{
	struct words words = {ret_words, 0, most, enough};

	for (int i = 0; i < most; i++) {
		ret_words[i] = NULL;
	}
	return arguments_read(ret_arguments, self, argc, argv, take_word, &words);
}

static const struct option_row *find_row(const struct subcommand *self, int code)
{
	const struct option_row *row = self->options;

	while (row->code != code) {
		row++;
	}
	return row;
}

/* "headphone line sub" as "headphone, line or sub". */
static void list_words(const char *words, char *text, size_t size)
{
	while (words) {
		const char *next = strchr(words, ' ');
		const char *between = !next ? "" : strchr(next + 1, ' ') ? ", " : " or ";
		const size_t length = strlen(text);

		snprintf(text + length, size - length, "%.*s%s", (int)strcspn(words, " "), words,
			 between);
		words = next ? next + 1 : NULL;
	}
}

int option_word(const struct subcommand *self, int code, const char *text, int *ret_place)
{
	const struct option_row *row = find_row(self, code);
	const size_t length = strlen(text);
	const char *word = row->words;
	char list[160] = "";

	for (int place = 0; word; place++) {
		if (strcspn(word, " ") == length && strncmp(word, text, length) == 0) {
			*ret_place = place;
			return GO_ON;
		}
		word = strchr(word, ' ');
		word = word ? word + 1 : NULL;
	}
	list_words(row->words, list, sizeof(list));
	return say_wrong(self, "--%s %s: use %s", row->name, text, list);
}

int option_whole(const struct subcommand *self, int code, const char *text, unsigned int least,
		 unsigned int most, unsigned int *ret_number)
{
	long number;

	if (text_to_long(text, &number) < 0 || number < (long)least || number > (long)most) {
		return say_wrong(self, "--%s %s: use %u to %u", find_row(self, code)->name, text,
				 least, most);
	}
	*ret_number = (unsigned int)number;
	return GO_ON;
}
