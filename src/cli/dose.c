/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain dose: how much sound there was, what is left of the week, and what if.
 */
#include "dose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "amplifier.h"

#define BAR_COLUMNS 40 /* of 100 percent */

/* What the amplifier says. */
struct heard {
	double day, week, hours, left_h, limit_db;
	double spl_db[2];
	double uncertainty_db;
	double days[DOSE_DAYS];
	const char *mode;
	bool known; /* dB SPL can be worked out */
};

/* 0 where it is "off". */
static double number(const json_t *values, const char *path)
{
	return json_number_value(json_object_get(values, path));
}

static void read_days(const char *text, double days[DOSE_DAYS])
{
	for (int i = 0; i < DOSE_DAYS; i++) {
		char *end;

		days[i] = strtod(text, &end);
		text = end;
	}
}

static struct heard read_heard(const json_t *values)
{
	const char *days = json_string_value(json_object_get(values, "dose.days"));
	const char *mode = json_string_value(json_object_get(values, "dose.mode"));
	struct heard heard = {
		.day = number(values, "dose.day"),
		.week = number(values, "dose.week"),
		.hours = number(values, "dose.hours"),
		.left_h = number(values, "dose.left"),
		.limit_db = number(values, "dose.limit"),
		.spl_db = {number(values, "dose.spl.left"), number(values, "dose.spl.right")},
		.uncertainty_db = number(values, "load.uncertainty"),
		.mode = mode ? mode : "adult",
		.known = number(values, "load.spl_full_scale") > 0,
	};

	read_days(days ? days : "", heard.days);
	return heard;
}

static void print_bar(const char *name, double percent)
{
	int columns = (int)lround(fmin(percent, 100) / 100 * BAR_COLUMNS);

	printf("  %-6s %6.1f %%  ", name, percent);
	for (int i = 0; i < BAR_COLUMNS; i++) {
		putchar(i < columns ? '#' : '.');
	}
	printf("|%s\n", percent > 100.05 ? ">" : "");
}

/* The weekday of so many days ago, in the local zone. */
static void name_day(int days_ago, char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm local;

	if (!localtime_r(&now, &local)) {
		snprintf(text, size, "-%d", days_ago);
		return;
	}
	local.tm_mday -= days_ago;
	local.tm_hour = 12;
	local.tm_isdst = -1;
	mktime(&local);
	strftime(text, size, "%a", &local);
}

static void print_present(const struct heard *heard)
{
	if (!heard->known) {
		printf("\nNothing is counted: what reaches the ears is not known. Name the "
		       "headphone and "
		       "the\namplifier, as in\n  wiregain set load.headphone=hd650 "
		       "load.amplifier=\"Generic 2 V dongle\"\n");
		return;
	}
	if (heard->spl_db[0] <= 0 && heard->spl_db[1] <= 0) {
		printf("\nNothing plays now.\n");
		return;
	}
	printf("\nNow %.0f dB (A) at the left ear and %.0f dB at the right, +-%.0f dB: ",
	       heard->spl_db[0], heard->spl_db[1], heard->uncertainty_db);
	if (heard->left_h >= DOSE_WEEK_S / 3600.0) {
		printf("for ever.\n");
	} else if (heard->left_h >= 1) {
		printf("%.1f hours until the week\nis full.\n", heard->left_h);
	} else {
		printf("%.0f minutes until the week\nis full.\n", heard->left_h * 60);
	}
}

static void print_what_if(const struct heard *heard)
{
	if (heard->limit_db == 0) {
		return;
	}
	printf("\nWhat if: there were %.1f hours of listening in these 7 days. With\n"
	       "  wiregain set protect.spl_limit=%.0f\n"
	       "a tone that is always at the limit would just fill a week of as many hours; "
	       "music,\n"
	       "whose mean is 10 dB and more below its peaks, stays below a tenth of it.\n",
	       heard->hours, heard->limit_db);
}

static void print_heard(const struct heard *heard)
{
	double factor = pow(10, heard->uncertainty_db / 10);
	char day[16];

	printf("Sound heard, in percent of what a week may have: %s for 40 hours (%s).\n",
	       strcmp(heard->mode, "sensitive") == 0 ? "75 dB" : "80 dB", heard->mode);
	if (heard->uncertainty_db > 0) {
		printf("An estimate: each figure may as well be %.1f times as much, or as "
		       "little.\n",
		       factor);
	}
	printf("\n");
	for (int i = 0; i < DOSE_DAYS; i++) {
		name_day(DOSE_DAYS - 1 - i, day, sizeof(day));
		print_bar(day, heard->days[i]);
	}
	print_bar("7 days", heard->week);
	print_present(heard);
	print_what_if(heard);
}

static void print_heard_json(const struct heard *heard)
{
	json_t *days = json_array();
	json_t *all;

	for (int i = 0; i < DOSE_DAYS; i++) {
		json_array_append_new(days, json_real(heard->days[i]));
	}
	all = json_pack("{s:s, s:f, s:f, s:o, s:f, s:f, s:o, s:{s:f, s:f}, s:f, s:b}", "mode",
			heard->mode, "day_percent", heard->day, "week_percent", heard->week,
			"days_percent", days, "listening_hours", heard->hours, "left_hours",
			heard->left_h, "limit_db_spl",
			heard->limit_db > 0 ? json_real(heard->limit_db) : json_null(), "spl_db",
			"left", heard->spl_db[0], "right", heard->spl_db[1], "uncertainty_db",
			heard->uncertainty_db, "known", heard->known);
	print_json(all);
	json_decref(all);
}

static int ask(const struct arguments *arguments, json_t **ret_reply)
{
	struct amplifier *amplifier = NULL;
	int code = amplifier_connect(arguments->self, arguments->socket, &amplifier);

	if (code == EXIT_DONE) {
		code = amplifier_ask(amplifier,
				     json_pack("{s:[sss]}", "get", "dose", "load", "dose.spl"),
				     ret_reply);
		amplifier_close(amplifier);
	}
	return code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct arguments arguments;
	json_t *reply = NULL;
	struct heard heard;
	int code;

	code = arguments_read(&arguments, self, argc, argv, NULL, NULL);
	if (code != GO_ON) {
		return code;
	}
	code = ask(&arguments, &reply);
	if (code != EXIT_DONE) {
		return code;
	}
	heard = read_heard(json_object_get(reply, "set"));
	if (arguments.json) {
		print_heard_json(&heard);
	} else {
		print_heard(&heard);
	}
	json_decref(reply);
	return end_output(self);
}

static const struct option_row options[] = {JSON_OPTION, SOCKET_OPTION, {0}};

const struct subcommand subcommand_dose = {
	.name = "dose",
	.arguments = "",
	.summary = "Says how much sound there was, and what is left of the week",
	.details =
		"The A-weighted level of what leaves for the headphones, after every gain and "
		"limit, "
		"is\ntaken second by second and added up over 7 days, as ITU-T H.870 does. A week "
		"may "
		"have\n80 dB for 40 hours, or 75 dB with dose.mode=sensitive; 3 dB more is half "
		"the "
		"time.\nWhat reaches the ear is an estimate from load.headphone and "
		"load.amplifier, or "
		"from\nload.sensitivity, load.impedance and load.full_scale: it helps to choose a "
		"level, and is\nno measurement. dose.limit, the what-if, is for a tone that is "
		"always "
		"at the limit.",
	.options = options,
	.run = run,
};
