/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A report read back from JSON. Whatever is not as docs/bench-report.schema.json has it is refused,
 * and where it stands is said: a figure that is read wrongly would be compared wrongly.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

#include "report.h"
#include "text.h"

#define SIZE_MAX_BYTES (64 << 20)
#define FIGURES_MAX    4096 /* each name is looked for among all others */

/* What is read, and the first thing that was wrong with it. */
struct reader {
	const json_t *object;
	const char *where; /* "figures[3]." */
	char *reason;
	bool failed;
};

static void refuse(struct reader *reader, const char *name, const char *wanted)
{
	if (!reader->failed) {
		snprintf(reader->reason, REPORT_REASON, "%s%s: %s", reader->where, name, wanted);
		reader->failed = true;
	}
}

static void read_text(struct reader *reader, const char *name, char *to, size_t size)
{
	const json_t *value = json_object_get(reader->object, name);

	if (!json_is_string(value)) {
		refuse(reader, name, "is no text");
	} else if (text_length(json_string_value(value)) < 0) {
		refuse(reader, name, "has control characters");
	} else if (text_copy(to, size, json_string_value(value)) < 0) {
		refuse(reader, name, "is longer than any that is written");
	}
}

/* `otherwise` is what null means; NAN where it means nothing and has no place. */
static double read_number(struct reader *reader, const char *name, bool may_be_null,
			  double otherwise)
{
	const json_t *value = json_object_get(reader->object, name);

	if (json_is_number(value)) {
		return json_number_value(value);
	}
	if (!json_is_null(value) || !may_be_null) {
		refuse(reader, name, may_be_null ? "is no number and not null" : "is no number");
	}
	return otherwise;
}

static bool read_switch(struct reader *reader, const char *name)
{
	const json_t *value = json_object_get(reader->object, name);

	if (!json_is_boolean(value)) {
		refuse(reader, name, "is not true or false");
	}
	return json_is_true(value);
}

static int read_word(struct reader *reader, const char *name, const char *const words[3])
{
	const json_t *value = json_object_get(reader->object, name);

	for (int i = 0; json_is_string(value) && i < 3; i++) {
		if (strcmp(words[i], json_string_value(value)) == 0) {
			return i;
		}
	}
	refuse(reader, name, "is none of the words that it may be");
	return 0;
}

static void read_figure(struct reader *reader, struct figure *figure)
{
	static const char *const senses[] = {"lower", "higher", "plain"};
	static const char *const verdicts[] = {"none", "holds", "worse"};

	read_text(reader, "name", figure->name, sizeof(figure->name));
	read_text(reader, "title", figure->title, sizeof(figure->title));
	read_text(reader, "conditions", figure->conditions, sizeof(figure->conditions));
	read_text(reader, "unit", figure->unit, sizeof(figure->unit));
	figure->value = read_number(reader, "value", true, -INFINITY);
	figure->uncertainty = read_number(reader, "uncertainty", true, NAN);
	figure->limit = read_number(reader, "limit", true, NAN);
	figure->sense = (enum figure_sense)read_word(reader, "better", senses);
	figure->verdict = (enum verdict)read_word(reader, "verdict", verdicts);
	figure->bound = read_switch(reader, "bound");
	if (figure->name[0] == '\0') {
		refuse(reader, "name", "is empty");
	}
	if (figure->uncertainty < 0) {
		refuse(reader, "uncertainty", "is below 0");
	}
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the reader writes the reason */
static int add_figure(const json_t *row, size_t at, struct report *report, char *reason)
{
	char where[32];
	struct reader reader = {.object = row, .where = where, .reason = reason};
	/* It was settled when it was written: a residual would settle it again. */
	struct figure figure = {.residual = NAN};
	struct figure *added;
	int error;

	snprintf(where, sizeof(where), "figures[%zu].", at);
	read_figure(&reader, &figure);
	if (report_find(report, figure.name)) {
		refuse(&reader, "name", "is that of another figure, too");
	}
	if (reader.failed) {
		return -EINVAL;
	}
	error = report_add(report, &figure);
	if (error == 0) {
		added = &report->figures[report->figure_count - 1];
		added->bound = figure.bound;
		added->limit = figure.limit;
	}
	return error;
}

static void read_head(struct reader *reader, struct report *report)
{
	const json_t *schema = json_object_get(reader->object, "schema");

	if (!json_is_integer(schema)) {
		refuse(reader, "schema", "is missing: it is no report of wiregain bench");
	} else if (json_integer_value(schema) != REPORT_SCHEMA) {
		refuse(reader, "schema",
		       "is of another version of wiregain: measure again with this");
	}
	read_text(reader, "wiregain", report->version, sizeof(report->version));
	read_text(reader, "through", report->through, sizeof(report->through));
	read_text(reader, "date", report->date, sizeof(report->date));
	read_text(reader, "machine", report->machine, sizeof(report->machine));
	report->rate_hz = read_number(reader, "rate_hz", false, 0);
	report->quick = read_switch(reader, "quick");
	report->complete = read_switch(reader, "complete");
	if (!json_is_array(json_object_get(reader->object, "figures"))) {
		refuse(reader, "figures", "is no list");
	} else if (json_array_size(json_object_get(reader->object, "figures")) > FIGURES_MAX) {
		refuse(reader, "figures", "is longer than any that is written");
	}
}

static int read_report(const json_t *json, struct report *report, char *reason)
{
	struct reader reader = {.object = json, .where = "", .reason = reason};
	const json_t *figures = json_object_get(json, "figures");
	int error;

	read_head(&reader, report);
	error = reader.failed ? -EINVAL : 0;
	for (size_t i = 0; error == 0 && i < json_array_size(figures); i++) {
		error = add_figure(json_array_get(figures, i), i, report, reason);
	}
	return error;
}

int report_parse_json(const char *text, size_t size, struct report *ret_report,
		      char ret_reason[REPORT_REASON])
{
	struct report report = {0};
	json_error_t problem;
	json_t *json = NULL;
	int error = json_text_parse(text, size, JSON_REJECT_DUPLICATES, &json, &problem);

	if (error == -EINVAL) {
		snprintf(ret_reason, REPORT_REASON, "line %d: it is no JSON: %.120s", problem.line,
			 problem.text);
		/* It may quote what it did not understand. */
		for (char *at = ret_reason; *at; at++) {
			*at = *at < ' ' || *at > '~' ? '?' : *at;
		}
		return -EINVAL;
	}
	snprintf(ret_reason, REPORT_REASON, "%s", strerror(ENOMEM));
	error = error == 0 ? read_report(json, &report, ret_reason) : error;
	json_decref(json);
	if (error < 0) {
		report_finish(&report);
		return error;
	}
	*ret_report = report;
	return 0;
}

/* The whole file, to be freed. 0 or a negative errno. */
static int load(const char *path, char **ret_text, size_t *ret_size)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(SIZE_MAX_BYTES + 1) : NULL;
	int error = !file ? -errno : text ? 0 : -ENOMEM;

	if (error == 0) {
		*ret_size = fread(text, 1, SIZE_MAX_BYTES + 1, file);
		error = ferror(file) ? -EIO : *ret_size > SIZE_MAX_BYTES ? -EFBIG : 0;
	}
	if (file) {
		fclose(file);
	}
	if (error < 0) {
		free(text);
		return error;
	}
	*ret_text = text;
	return 0;
}

int report_read_json(const char *path, struct report *ret_report, char ret_reason[REPORT_REASON])
{
	char reason[REPORT_REASON];
	char *text;
	size_t size = 0;
	int error = load(path, &text, &size);

	if (error < 0) {
		snprintf(ret_reason, REPORT_REASON, "%.120s: %s", path, strerror(-error));
		return error;
	}
	error = report_parse_json(text, size, ret_report, reason);
	free(text);
	if (error < 0) {
		snprintf(ret_reason, REPORT_REASON, "%.100s: %.130s", path, reason);
	}
	return error;
}
