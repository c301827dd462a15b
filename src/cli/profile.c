/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain profile: headphone profiles, shown, and kept by the amplifier.
 */
#include <stdio.h>
#include <string.h>

#include "amplifier.h"
#include "profile_show.h"

struct request {
	const char *words[3]; /* what to do, FILE or NAME, NAME; those that are missing: NULL */
	const char *socket;
	bool json;
};

static int load(const struct subcommand *self, const struct request *request)
{
	const char *kept_name = request->words[2];
	char name[PROFILE_NAME_BYTES];
	struct profile_file file;
	json_t *reply = NULL;
	int code = profile_file_read(self, request->words[1], &file);

	if (code != EXIT_DONE) {
		return code;
	}
	if (!kept_name && !profile_file_name(request->words[1], name)) {
		profile_file_finish(&file);
		return say_wrong(self, "%s: too long for a profile's name: give another NAME",
				 request->words[1]);
	}
	kept_name = kept_name ? kept_name : name;
	profile_file_warn(self, request->words[1], file.not_understood);
	code = amplifier_change(self, request->socket,
				json_pack("{s:{s:s, s:s%}}", "profile_load", "name", kept_name,
					  "text", file.text, file.length),
				&reply);
	profile_file_finish(&file);
	if (code == EXIT_DONE) {
		if (request->json) {
			print_json(json_object_get(reply, "profile_load"));
		} else {
			printf("%s is kept: `wiregain set eq.profile=\"%s\" eq=on` applies it\n",
			       kept_name, kept_name);
		}
		json_decref(reply);
		code = end_output(self);
	}
	return code;
}

static int drop(const struct subcommand *self, const struct request *request)
{
	json_t *reply = NULL;
	int code =
		amplifier_change(self, request->socket,
				 json_pack("{s:s}", "profile_remove", request->words[1]), &reply);

	json_decref(reply);
	return code;
}

static int list(const struct subcommand *self, const struct request *request)
{
	struct amplifier *amplifier = NULL;
	json_t *reply = NULL, *item;
	int code = amplifier_connect(self, request->socket, &amplifier);
	size_t i;

	if (code == EXIT_DONE) {
		code = amplifier_ask(amplifier, json_pack("{s:b}", "profiles", 1), &reply);
		amplifier_close(amplifier);
	}
	if (code != EXIT_DONE) {
		return code;
	}
	if (request->json) {
		print_json(json_object_get(reply, "profiles"));
	} else {
		json_array_foreach(json_object_get(reply, "profiles"), i, item)
		{
			printf("%s\n", json_string_value(item));
		}
	}
	json_decref(reply);
	return end_output(self);
}

static int show(const struct subcommand *self, const struct request *request)
{
	return profile_show(self, request->words[1], request->json);
}

static const struct {
	const char *word;
	int least, most; /* words, this one among them */
	int (*run)(const struct subcommand *self, const struct request *request);
} actions[] = {
	{"show", 2, 2, show},
	{"load", 2, 3, load},
	{"list", 1, 1, list},
	{"remove", 2, 2, drop},
};

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct request request;
	struct arguments arguments;
	int count = 0;
	int code =
		arguments_words(&arguments, self, argc, argv, request.words, 3, "too many words");

	if (code != GO_ON) {
		return code;
	}
	while (count < 3 && request.words[count]) {
		count++;
	}
	request.socket = arguments.socket;
	request.json = arguments.json;
	for (size_t i = 0; count > 0 && i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(request.words[0], actions[i].word) == 0 && count >= actions[i].least &&
		    count <= actions[i].most) {
			return actions[i].run(self, &request);
		}
	}
	return say_wrong(self, "say show FILE, load FILE [NAME], list, or remove NAME");
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_profile = {
	.name = "profile",
	.arguments = "show FILE | load FILE [NAME] | list | remove NAME",
	.summary = "Shows and keeps headphone profiles of AutoEq and Equalizer APO",
	.details =
		"`show` draws what a file's filters do and needs no amplifier. `load` gives it to "
		"the\n"
		"amplifier, which keeps it under a name (the file's, without its end); then\n"
		"`wiregain set eq.profile=NAME eq=on`. A profile never makes anything louder. "
		"Lines that\n"
		"are not understood are named. - is standard input.",
	.options = options,
	.completes = COMPLETES_FILES,
	.run = run,
};
