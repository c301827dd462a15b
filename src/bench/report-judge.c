/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Verdicts: what docs/figures.json, which is built in, allows each figure, and what the model
 * device's maker publishes.
 */
#include <math.h>
#include <string.h>

#include "json_text.h"

#include "limits.h"
#include "report.h"

static bool is_worse(const struct figure *figure)
{
	if (figure->sense == FIGURE_PLAIN || isnan(figure->limit)) {
		return false;
	}
	/* What is not a number holds no limit. */
	return figure->sense == FIGURE_LOWER ? !(figure->value <= figure->limit)
					     : !(figure->value >= figure->limit);
}

/* The row of the name, or of its beginning up to the last dot and a star: "splatter.*". */
static const json_t *row_of(const json_t *limits, const char *name)
{
	const json_t *row = json_object_get(limits, name);
	char pattern[80];
	const char *dot = strchr(name, '.');

	if (!row && dot) {
		snprintf(pattern, sizeof(pattern), "%.*s.*", (int)(dot - name), name);
		row = json_object_get(limits, pattern);
	}
	return row;
}

static void judge(struct figure *figure, const json_t *row)
{
	const json_t *limit = json_object_get(row, "limit");
	const json_t *device = json_object_get(row, "device");

	figure->limit = json_is_number(limit) ? json_number_value(limit) : NAN;
	snprintf(figure->published, sizeof(figure->published), "%s",
		 json_is_string(device) ? json_string_value(device) : "");
	figure->verdict = isnan(figure->limit) || figure->sense == FIGURE_PLAIN ? VERDICT_NONE
			  : is_worse(figure)                                    ? VERDICT_WORSE
										: VERDICT_HOLDS;
}

size_t report_judge(struct report *report, const char *through)
{
	const json_t *limits;
	json_t *all = NULL;
	size_t worse = 0;

	if (json_text_parse((const char *)bench_limits.bytes, bench_limits.size, 0, &all, NULL) <
	    0) {
		/* A figure whose limit is not known does not hold it. */
		return report->figure_count;
	}
	limits = json_object_get(all, through);
	for (size_t i = 0; i < report->figure_count; i++) {
		judge(&report->figures[i], row_of(limits, report->figures[i].name));
		worse += report->figures[i].verdict == VERDICT_WORSE;
	}
	json_decref(all);
	return worse;
}
