/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The file of calibrations: {"calibrations": [{"playback": ..., ...}, ...]}.
 */
#include "calibration.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json_text.h"

#include "file.h"

int calibration_check(const struct calibration *calibration, struct refusal *ret_refusal)
{
	const double volts[2] = {calibration->output_vrms, calibration->input_vrms};
	static const char *const names[2] = {"output", "input"};

	for (int i = 0; i < 2; i++) {
		/* Not a number is none of this. */
		if (!(volts[i] > 0 && volts[i] <= CALIBRATION_VOLTS)) {
			return refuse(ret_refusal,
				      "full scale of the %s would be %g V rms; above 0 and up to "
				      "%g V rms can be",
				      names[i], volts[i], CALIBRATION_VOLTS);
		}
	}
	return 0;
}

static const char *text_of(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text ? text : "";
}

static bool is_of(const json_t *row, const char *playback, const char *capture)
{
	return strcmp(text_of(row, "playback"), playback) == 0 &&
	       strcmp(text_of(row, "capture"), capture) == 0;
}

/* The whole file, or an empty one where there is none. 0 or a negative errno with the reason. */
static int load(const char *path, json_t **ret_file, struct refusal *ret_refusal)
{
	json_error_t problem = {0};
	json_t *file = NULL;
	FILE *stream = fopen(path, "re");
	int error = stream ? 0 : -errno;

	if (error == -ENOENT) {
		file = json_pack("{s:[]}", "calibrations");
		error = file ? 0 : -ENOMEM;
	} else if (error == 0) {
		error = json_text_parse_stream(stream, 0, &file, &problem);
		fclose(stream);
	}
	if (error == -EINVAL) {
		return refuse(ret_refusal, "%.120s: line %d: %.60s: correct it or take it away",
			      path, problem.line, problem.text);
	}
	if (error < 0) {
		refuse(ret_refusal, "%.120s: %s", path, strerror(-error));
		return error;
	}
	if (!json_is_array(json_object_get(file, "calibrations"))) {
		json_decref(file);
		return refuse(ret_refusal, "%.120s: is no file of calibrations: take it away",
			      path);
	}
	*ret_file = file;
	return 0;
}

static void take(const json_t *row, struct calibration *calibration)
{
	const struct {
		const char *name;
		char *to;
		size_t size;
	} texts[] = {
		{"playback", calibration->playback, sizeof(calibration->playback)},
		{"capture", calibration->capture, sizeof(calibration->capture)},
		{"playback_card", calibration->playback_card, sizeof(calibration->playback_card)},
		{"capture_card", calibration->capture_card, sizeof(calibration->capture_card)},
		{"date", calibration->date, sizeof(calibration->date)},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(texts[i].to, texts[i].size, "%s", text_of(row, texts[i].name));
	}
	calibration->output_vrms = json_number_value(json_object_get(row, "output_vrms"));
	calibration->input_vrms = json_number_value(json_object_get(row, "input_vrms"));
	calibration->rate_hz = json_number_value(json_object_get(row, "rate_hz"));
}

int calibration_load(const char *path, const char *playback, const char *capture,
		     struct calibration *ret_calibration, struct refusal *ret_refusal)
{
	struct calibration calibration = {0};
	struct refusal why;
	const json_t *row;
	json_t *file = NULL;
	size_t at;
	int error = load(path, &file, ret_refusal);

	if (error < 0) {
		return error;
	}
	error = -ENOENT;
	json_array_foreach(json_object_get(file, "calibrations"), at, row)
	{
		if (is_of(row, playback, capture)) {
			take(row, &calibration);
			error = calibration_check(&calibration, &why);
			break;
		}
	}
	json_decref(file);
	if (error == 0) {
		*ret_calibration = calibration;
	} else if (error != -ENOENT) {
		refuse(ret_refusal, "%.80s: %.100s: calibrate again", path, why.text);
	}
	return error;
}

static json_t *row_of(const struct calibration *calibration)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:s}", "playback",
			 calibration->playback, "capture", calibration->capture, "playback_card",
			 calibration->playback_card, "capture_card", calibration->capture_card,
			 "output_vrms", calibration->output_vrms, "input_vrms",
			 calibration->input_vrms, "rate_hz", calibration->rate_hz, "date",
			 calibration->date);
}

static int put(json_t *file, const struct calibration *calibration)
{
	json_t *rows = json_object_get(file, "calibrations");

	for (size_t i = json_array_size(rows); i-- > 0;) {
		if (is_of(json_array_get(rows, i), calibration->playback, calibration->capture)) {
			json_array_remove(rows, i);
		}
	}
	return json_array_append_new(rows, row_of(calibration)) == 0 ? 0 : -ENOMEM;
}

static int write_file(const char *path, const json_t *json)
{
	struct file_beside file;
	char *copy = strdup(path);
	int error = copy ? file_make_folders(dirname(copy), 0755) : -ENOMEM;

	free(copy);
	error = error == 0 ? file_beside_open(&file, path) : error;
	if (error != 0) {
		return error;
	}
	errno = 0;
	if (json_dumpfd(json, file.fd, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) < 0 ||
	    write(file.fd, "\n", 1) != 1) {
		error = errno == ENOMEM ? -ENOMEM : -EIO;
		close(file.fd);
		file_beside_abandon(&file);
		return error;
	}
	close(file.fd);
	return file_beside_commit(&file, true);
}

int calibration_store(const char *path, const struct calibration *calibration,
		      struct refusal *ret_refusal)
{
	json_t *file = NULL;
	int error = calibration_check(calibration, ret_refusal);

	if (error < 0) {
		return error;
	}
	error = load(path, &file, ret_refusal);
	if (error < 0) {
		return error;
	}
	error = put(file, calibration);
	error = error == 0 ? write_file(path, file) : error;
	json_decref(file);
	if (error < 0) {
		refuse(ret_refusal, "%.160s: cannot be written: %s", path, strerror(-error));
	}
	return error;
}
