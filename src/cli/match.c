/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain match: which amplifier, which headphone, and what they give together.
 */
#include "match_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "amplifier.h"
#include "tables.h"
#include "text.h"

#define LEVEL_MOST_DB 15

enum {
	OPTION_AMPLIFIER = OPTION_OWN,
	OPTION_CONNECTOR,
	OPTION_LEVEL,
};

const char *const match_connectors[LOAD_CONNECTORS] = {"trs", "xlr4"};

/* What was asked for. NULL: not said. */
struct asked {
	const struct subcommand *self;
	const char *headphone, *amplifier, *level;
	int connector; /* -1: not said */
	const char *socket;
	bool json;
};

struct load match_load(const struct match *match)
{
	struct load load;

	load_make(&match->headphone, &match->amplifier, &match->own, match->connector, &load);
	return load;
}

double match_level_for(const struct load *load, double spl_db, struct load_point *ret_point)
{
	double volts = load_volts_for_spl(load->sensitivity_db, spl_db);

	*ret_point = (struct load_point){
		.volts = volts,
		.amperes = volts / load->ohm,
		.watts = volts * volts / load->ohm,
		.spl_db = spl_db,
		.clipped = volts > load_most_volts(load, load->ohm),
	};
	return spl_db - load_full_scale_spl(load);
}

static int take_argument(void *data, const struct subcommand *self, int code, const char *text)
{
	struct asked *asked = data;

	switch (code) {
	case OPTION_AMPLIFIER:
		asked->amplifier = text;
		return GO_ON;
	case OPTION_CONNECTOR:
		return option_word(self, code, text, &asked->connector);
	case OPTION_LEVEL:
		asked->level = text;
		return GO_ON;
	default: /* ARGUMENT */
		if (asked->headphone) {
			return say_wrong(self, "%s: name one headphone, in quotes if it has blanks",
					 text);
		}
		asked->headphone = text;
		return GO_ON;
	}
}

/* What a running amplifier is set to. */
struct running {
	double level_db; /* NAN: none runs */
	char amplifier[LOAD_NAME_BYTES];
	struct load_own own;
	enum load_connector connector;
};

static void take_connector(const char *word, enum load_connector *ret_connector)
{
	for (int i = 0; i < LOAD_CONNECTORS; i++) {
		if (strcmp(word, match_connectors[i]) == 0) {
			*ret_connector = (enum load_connector)i;
		}
	}
}

static void take_values(const json_t *values, struct running *running)
{
	const json_t *gain = json_object_get(values, "headphone.gain");
	const json_t *full_scale = json_object_get(values, "load.full_scale");
	const char *name = json_string_value(json_object_get(values, "load.amplifier"));
	const char *connector = json_string_value(json_object_get(values, "load.connector"));

	running->level_db = json_is_number(gain) ? json_number_value(gain) : -INFINITY;
	running->own.full_scale_volts = json_number_value(full_scale);
	text_copy(running->amplifier, sizeof(running->amplifier), name ? name : "");
	take_connector(connector ? connector : "", &running->connector);
}

/* GO_ON, or the exit code: one that was named by its socket must be there. */
static int ask_running(const struct asked *asked, struct running *running)
{
	struct amplifier *amplifier = NULL;
	json_t *reply = NULL;
	int code;

	if (!asked->socket && !amplifier_is_there(NULL)) {
		return GO_ON;
	}
	code = amplifier_connect(asked->self, asked->socket, &amplifier);
	if (code != EXIT_DONE) {
		return code;
	}
	code = amplifier_ask(amplifier,
			     json_pack("{s:[ssss]}", "get", "headphone.gain", "load.amplifier",
				       "load.connector", "load.full_scale"),
			     &reply);
	amplifier_close(amplifier);
	if (code != EXIT_DONE) {
		return code;
	}
	take_values(json_object_get(reply, "set"), running);
	json_decref(reply);
	return GO_ON;
}

static int choose_amplifier(const struct asked *asked, const struct running *running,
			    struct match *match)
{
	const char *name = asked->amplifier ? asked->amplifier : running->amplifier;
	struct load_cursor cursor = {0};
	struct refusal refusal;

	if (name[0] == '\0') {
		load_next_amplifier(NULL, &cursor, &match->amplifier);
	} else if (load_find_amplifier(match->tables, name, &match->amplifier, &refusal) < 0) {
		return say_wrong(asked->self, "%s", refusal.text);
	}
	if (!asked->amplifier) {
		match->own = running->own;
	}
	return GO_ON;
}

static int choose_connector(const struct asked *asked, const struct running *running,
			    struct match *match)
{
	match->connector =
		asked->connector >= 0 ? (enum load_connector)asked->connector : running->connector;
	if (!(match->amplifier.connectors & 1u << match->connector)) {
		if (asked->connector >= 0) {
			return say_wrong(asked->self, "--connector %s: the %s has none",
					 match_connectors[asked->connector], match->amplifier.name);
		}
		match->connector = match->connector == LOAD_TRS ? LOAD_XLR4 : LOAD_TRS;
	}
	return GO_ON;
}

static int choose_level(const struct asked *asked, const struct running *running,
			struct match *match)
{
	match->level_db = running->level_db;
	if (asked->level && (text_to_double(asked->level, &match->level_db) < 0 ||
			     match->level_db < -200 || match->level_db > LEVEL_MOST_DB)) {
		return say_wrong(asked->self, "--level %s: use -200 to %d dB", asked->level,
				 LEVEL_MOST_DB);
	}
	return GO_ON;
}

static int print(const struct asked *asked, struct match *match)
{
	struct refusal refusal;

	if (!asked->headphone) {
		return match_print_rank(match) < 0 ? say_failed(asked->self, "out of memory")
						   : end_output(asked->self);
	}
	if (load_find_headphone(match->tables, asked->headphone, &match->headphone, &refusal) < 0) {
		return say_wrong(asked->self, "%s", refusal.text);
	}
	if (match->json) {
		match_print_one_json(match);
	} else {
		match_print_one(match);
	}
	return end_output(asked->self);
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct asked asked = {.self = self, .connector = -1};
	struct arguments arguments;
	struct running running = {.level_db = NAN};
	struct match match = {.tables = NULL};
	struct tables tables;
	struct refusal refusal;
	int code = arguments_read(&arguments, self, argc, argv, take_argument, &asked);

	if (code != GO_ON) {
		return code;
	}
	asked.socket = arguments.socket;
	asked.json = arguments.json;
	if (tables_open(&tables, &refusal) < 0) {
		return say_failed(self, "%s", refusal.text);
	}
	match.tables = &tables.load;
	match.json = asked.json;
	if ((code = ask_running(&asked, &running)) < 0 &&
	    (code = choose_amplifier(&asked, &running, &match)) < 0 &&
	    (code = choose_connector(&asked, &running, &match)) < 0 &&
	    (code = choose_level(&asked, &running, &match)) < 0) {
		code = print(&asked, &match);
	}
	tables_close(&tables);
	return code;
}

static const struct option_row options[] = {
	{"amplifier", "NAME", "the amplifier; else the running one's load.amplifier",
	 COMPLETES_AMPLIFIERS, NULL, OPTION_AMPLIFIER},
	{"connector", "NAME", "trs, or xlr4: a return for each ear", COMPLETES_NOTHING, "trs xlr4",
	 OPTION_CONNECTOR},
	{"level", "DB", "a level to look at; else the running amplifier's headphone.gain",
	 COMPLETES_NOTHING, NULL, OPTION_LEVEL},
	JSON_OPTION,
	SOCKET_OPTION,
	{0},
};

const struct subcommand subcommand_match = {
	.name = "match",
	.arguments = "[HEADPHONE]",
	.summary = "Says what an amplifier gives with a headphone",
	.details =
		"Volts, amperes, watts and dB SPL at full scale and at the present level, headroom "
		"to\n"
		"peaks of 110 dB SPL, noise at the ear, damping, and what the cable and the "
		"output\n"
		"impedance do. Without HEADPHONE: all that are in the tables, most headroom "
		"first.\n"
		"\n"
		"Names may be parts of names, without blanks and capitals: hd650. Your own "
		"headphones\n"
		"and amplifiers go into headphones.tsv and amplifiers.tsv in ~/.config/wiregain, "
		"in the\n"
		"form that the project's data/ has.\n"
		"\n"
		"Every dB SPL is an estimate, of a sine, at one ear. +- says how far off it may "
		"be\n"
		"(k = 2, or 19 times of 20): 8 dB by a maker's data sheet, 3 dB by a laboratory.",
	.options = options,
	.completes = COMPLETES_HEADPHONES,
	.run = run,
};
