/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain bench --calibrate.
 */
#include "bench_calibrate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "tables.h"
#include "text.h"
#include "tone.h"
#include "volts.h"

#define TONE_HZ   997.0
#define FAINT_LIN 1e-4 /* what is quieter at the input cannot be measured well */
#define NOISY_LIN 0.03 /* of the tone: what else there is makes an error of less than 0.01 dB */
#define STEADY_DB 0.1
#define TRIES     5

int bench_read_volts(const char *text, double *ret_vrms, struct refusal *ret_refusal)
{
	char number[32];
	double volts, unit = 1;
	size_t length = strlen(text);

	while (length > 0 && strchr(" \t\r\n", text[length - 1])) {
		length--;
	}
	if (length > 0 && text[length - 1] == 'V') {
		length--;
		if (length > 0 && text[length - 1] == 'm') {
			length--;
			unit = 1e-3;
		}
	}
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	snprintf(number, sizeof(number), "%.*s", length < 31 ? (int)length : 31, text);
	if (text_to_double(number, &volts) < 0) {
		return refuse(ret_refusal,
			      "%s: is no voltage: write it as 1.23 or 1.23 V or 850 mV", number);
	}
	volts *= unit;
	if (!(volts > 0 && volts <= CALIBRATION_VOLTS)) {
		return refuse(ret_refusal,
			      "%s V: a reading is above 0 and up to %g V rms: see that the meter "
			      "measures alternating voltage, and at the output",
			      number, CALIBRATION_VOLTS);
	}
	*ret_vrms = volts;
	return 0;
}

/* Whether the input heard the tone well enough. 0, or -EINVAL with what to do. */
static int judge(const struct tone_heard *heard, struct refusal *ret_refusal)
{
	static const char *const sides[] = {"left", "right"};

	if (heard->clipped) {
		return refuse(ret_refusal, "the input clips: turn its gain down, or play quieter "
					   "with --level");
	}
	for (int side = 0; side < 2; side++) {
		if (!(heard->amplitude[side] > FAINT_LIN)) {
			return refuse(ret_refusal,
				      "no signal comes back on the %s: see that the output is "
				      "connected to the input, and that neither is muted",
				      sides[side]);
		}
		if (!(heard->rest_rms[side] < NOISY_LIN * M_SQRT1_2 * heard->amplitude[side])) {
			return refuse(
				ret_refusal,
				"what comes back on the %s is no clean tone (%.0f dB of it is "
				"something else): see its cable, or play louder with --level",
				sides[side],
				tone_db(M_SQRT2 * heard->rest_rms[side] / heard->amplitude[side]));
		}
	}
	return 0;
}

static void say_plan(const struct through_config *config, const struct calibrate_request *request)
{
	fprintf(stderr,
		"Plays a sine of %.0f Hz at %.1f dBFS on both sides of %s, faded in from silence "
		"and never\nlouder. Take headphones off, and unplug loudspeakers. Connect %s to "
		"the output, and an AC\nvoltmeter (true RMS) beside it, on the left.\n",
		TONE_HZ, request->level_db, config->playback, config->capture);
}

/* A line from the terminal. 0, -ENODATA at its end, -ECANCELED. */
static int read_line(const char *prompt, const _Atomic bool *stop, char *ret_line, int size)
{
	fputs(prompt, stderr);
	if (!fgets(ret_line, size, stdin)) {
		return atomic_load(stop) ? -ECANCELED : -ENODATA;
	}
	return 0;
}

/* What the meter says, from the request or from the terminal, where a slip may be mended. */
static int take_reading(const struct calibrate_request *request, const _Atomic bool *stop,
			double *ret_vrms, struct refusal *ret_refusal)
{
	char line[64];
	int error = -EINVAL;

	if (!isnan(request->read_vrms)) {
		*ret_vrms = request->read_vrms;
		return 0;
	}
	for (int i = 0; i < TRIES && error == -EINVAL; i++) {
		error = read_line("Volts rms on the meter: ", stop, line, sizeof(line));
		if (error == -ENODATA) {
			refuse(ret_refusal, "no reading was given");
		}
		error = error == 0 ? bench_read_volts(line, ret_vrms, ret_refusal) : error;
		if (error == -EINVAL) {
			fprintf(stderr, "%s\n", ret_refusal->text);
		}
	}
	return error;
}

/* The tone stands: it is heard before the reading and after it, in case a knob was turned. */
static int compare(struct through_tone *tone, const struct calibrate_request *request,
		   const _Atomic bool *stop, struct tone_heard *ret_heard, double *ret_vrms,
		   struct refusal *ret_refusal)
{
	struct tone_heard before;
	double moved;
	int error = through_tone_hear(tone, TONE_HZ, stop, &before, ret_refusal);

	error = error == 0 ? judge(&before, ret_refusal) : error;
	if (error == 0) {
		fprintf(stderr, "The input hears %.2f dBFS on the left, %.2f dBFS on the right.\n",
			tone_db(before.amplitude[0]), tone_db(before.amplitude[1]));
		error = take_reading(request, stop, ret_vrms, ret_refusal);
	}
	error = error == 0 ? through_tone_hear(tone, TONE_HZ, stop, ret_heard, ret_refusal) : error;
	error = error == 0 ? judge(ret_heard, ret_refusal) : error;
	if (error != 0) {
		return error;
	}
	moved = tone_db(ret_heard->amplitude[0] / before.amplitude[0]);
	if (fabs(moved) > STEADY_DB) {
		return refuse(ret_refusal,
			      "the level at the input changed by %.2f dB meanwhile: "
			      "leave all knobs alone, and try again",
			      moved);
	}
	return 0;
}

static int measure(const struct through_config *config, const struct calibrate_request *request,
		   const _Atomic bool *stop, struct calibration *ret_calibration,
		   struct refusal *ret_refusal)
{
	struct calibration calibration = {.rate_hz = config->rate_hz};
	struct through_tone *tone;
	struct tone_heard heard;
	const time_t now = time(NULL);
	struct tm day;
	double vrms = 0;
	int error;

	snprintf(calibration.playback, CALIBRATION_NAME, "%s", config->playback);
	snprintf(calibration.capture, CALIBRATION_NAME, "%s", config->capture);
	through_card_name(config->playback, false, calibration.playback_card, CALIBRATION_NAME);
	through_card_name(config->capture, true, calibration.capture_card, CALIBRATION_NAME);
	error = through_tone_start(config, TONE_HZ, request->level_db, &tone, ret_refusal);
	if (error < 0) {
		return error;
	}
	error = compare(tone, request, stop, &heard, &vrms, ret_refusal);
	through_tone_stop(tone);
	if (error != 0) {
		return error;
	}
	calibration.output_vrms = volts_of_dbfs(-request->level_db, vrms);
	calibration.input_vrms = vrms / heard.amplitude[0];
	localtime_r(&now, &day);
	strftime(calibration.date, sizeof(calibration.date), "%Y-%m-%d %H:%M", &day);
	error = calibration_check(&calibration, ret_refusal);
	*ret_calibration = calibration;
	return error;
}

static char *path_of_calibrations(struct refusal *ret_refusal)
{
	char *path = tables_path("calibration.json");

	if (!path) {
		refuse(ret_refusal, "there is no place for it: set HOME or XDG_CONFIG_HOME");
	}
	return path;
}

static void tell(const struct calibration *calibration, const char *path, bool json)
{
	char output[VOLTS_TEXT], input[VOLTS_TEXT];

	if (json) {
		json_t *told = json_pack(
			"{s:s, s:s, s:f, s:f, s:f, s:s, s:s}", "playback", calibration->playback,
			"capture", calibration->capture, "output_vrms", calibration->output_vrms,
			"output_dbu", volts_to_dbu(calibration->output_vrms), "input_vrms",
			calibration->input_vrms, "date", calibration->date, "file", path);

		json_dumpf(told, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
		putchar('\n');
		json_decref(told);
		return;
	}
	printf("full scale of the output %s: %s\n", calibration->playback,
	       volts_text(calibration->output_vrms, output));
	printf("full scale of the input %s: %s\n", calibration->capture,
	       volts_text(calibration->input_vrms, input));
	printf("kept in %s: runs of `wiregain bench --through device` with these devices use it\n",
	       path);
}

int bench_calibrate(const struct subcommand *self, const struct through_config *config,
		    const struct calibrate_request *request, const _Atomic bool *stop)
{
	struct calibration calibration;
	struct refusal refusal = {""};
	char line[64];
	char *path = path_of_calibrations(&refusal);
	int error = path ? 0 : -ENOENT;

	if (error == 0) {
		say_plan(config, request);
	}
	if (error == 0 && isnan(request->read_vrms)) {
		error = read_line("Enter begins, Ctrl-C ends: ", stop, line, sizeof(line));
		if (error == -ENODATA) {
			refuse(&refusal, "nobody is there to read the meter: give --read-volts V, "
					 "or use a terminal");
		}
	}
	error = error == 0 ? measure(config, request, stop, &calibration, &refusal) : error;
	if (error == 0 && atomic_load(stop)) {
		error = -ECANCELED;
	}
	error = error == 0 ? calibration_store(path, &calibration, &refusal) : error;
	if (error == 0) {
		tell(&calibration, path, request->json);
	}
	free(path);
	if (error < 0) {
		return say_failed(self, "%s; nothing was kept",
				  error == -ECANCELED ? "interrupted" : refusal.text);
	}
	return end_output(self);
}

/* Whether the devices' names mean the cards that they meant when they were calibrated. */
static bool is_same_card(const struct calibration *calibration)
{
	char playback[CALIBRATION_NAME], capture[CALIBRATION_NAME];

	through_card_name(calibration->playback, false, playback, sizeof(playback));
	through_card_name(calibration->capture, true, capture, sizeof(capture));
	return strcmp(playback, calibration->playback_card) == 0 &&
	       strcmp(capture, calibration->capture_card) == 0;
}

int bench_take_calibration(struct through_config *config, char ret_note[240],
			   struct refusal *ret_refusal)
{
	struct calibration calibration;
	char output[VOLTS_TEXT], input[VOLTS_TEXT];
	char *path;
	int error;

	if (config->full_scale_vrms > 0) {
		snprintf(ret_note, 240, "Volts: full scale of the output is %s, by --volts.",
			 volts_text(config->full_scale_vrms, output));
		return 0;
	}
	snprintf(ret_note, 240,
		 "Volts: not known; `wiregain bench --through device --calibrate` "
		 "takes them from a voltmeter.");
	path = path_of_calibrations(ret_refusal);
	error = path ? calibration_load(path, config->playback, config->capture, &calibration,
					ret_refusal)
		     : -ENOENT;
	free(path);
	if (error < 0) {
		return error == -ENOENT ? 0 : error;
	}
	if (!is_same_card(&calibration)) {
		snprintf(ret_note, 240,
			 "Volts: not known; the calibration of %s is that of another card (%.40s, "
			 "%.40s): calibrate this one.",
			 calibration.date, calibration.playback_card, calibration.capture_card);
		return 0;
	}
	config->full_scale_vrms = calibration.output_vrms;
	config->input_vrms = calibration.input_vrms;
	snprintf(ret_note, 240,
		 "Volts: full scale of the output is %s, of the input %s, by the calibration of "
		 "%s.",
		 volts_text(calibration.output_vrms, output),
		 volts_text(calibration.input_vrms, input), calibration.date);
	return 0;
}
