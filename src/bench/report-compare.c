/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Two reports side by side, for a terminal of 80 columns.
 */
#include <math.h>
#include <string.h>

#include "report.h"

/* How many figures came out how. */
struct tally {
	size_t better, worse, plain, fresh, gone;
	bool beyond, elsewhere;
};

/* A difference that both uncertainties, or the last digit shown, do not explain. */
static bool differs(const struct figure *a, const struct figure *b)
{
	const double allowed = (isnan(a->uncertainty) ? 0 : a->uncertainty) +
			       (isnan(b->uncertainty) ? 0 : b->uncertainty);
	char one[FIGURE_TEXT], other[FIGURE_TEXT];

	if (a->verdict != b->verdict || strcmp(a->unit, b->unit) != 0) {
		return true;
	}
	/* Two bounds tell what was not seen, and that only. */
	if (a->bound && b->bound) {
		return false;
	}
	if (isinf(a->value) || isinf(b->value)) {
		return a->value != b->value;
	}
	return fabs(a->value - b->value) > allowed &&
	       strcmp(figure_text(a, one), figure_text(b, other)) != 0;
}

static const char *direction(const struct figure *before, const struct figure *after,
			     struct tally *tally)
{
	if (after->sense == FIGURE_PLAIN || before->value == after->value ||
	    strcmp(before->unit, after->unit) != 0) {
		tally->plain++;
		return "";
	}
	if ((after->value < before->value) == (after->sense == FIGURE_LOWER)) {
		tally->better++;
		return "better";
	}
	tally->worse++;
	return "worse";
}

/* A name that is too long for its column has a line to itself. */
static void print_row(const char *name, const char *before, const char *after, const char *word,
		      FILE *to)
{
	if (strlen(name) > 30) {
		fprintf(to, "%s\n", name);
		name = "";
	}
	fprintf(to, "%-30s %17s -> %-17s %s\n", name, before, after, word);
}

static void compare_figure(const struct figure *then, const struct figure *now, struct tally *tally,
			   FILE *to)
{
	const bool beyond = now->verdict == VERDICT_WORSE && then->verdict != VERDICT_WORSE;
	const bool elsewhere = strcmp(then->conditions, now->conditions) != 0;
	char one[FIGURE_TEXT], other[FIGURE_TEXT], word[16];

	snprintf(word, sizeof(word), "%s%s", direction(then, now, tally), elsewhere ? "*" : "");
	print_row(now->name, figure_text(then, one), figure_text(now, other),
		  beyond ? elsewhere ? "WORSE*" : "WORSE" : word, to);
	tally->beyond = tally->beyond || beyond;
	tally->elsewhere = tally->elsewhere || elsewhere;
}

static void describe(const char *name, const struct report *report, FILE *to)
{
	fprintf(to, "%s  %s, wiregain %s, through %s at %g kHz%s%s\n", name, report->date,
		report->version, report->through, report->rate_hz / 1000,
		report->quick ? ", quick" : "", report->complete ? "" : ", interrupted");
}

/* What makes figures differ that is no change of what was measured. */
static void warn(const struct report *before, const struct report *after, FILE *to)
{
	const struct {
		bool differs;
		const char *what;
	} rows[] = {
		{strcmp(before->through, after->through) != 0, "through"},
		{before->rate_hz != after->rate_hz, "rate"},
		{before->quick != after->quick, "quick"},
		{strcmp(before->machine, after->machine) != 0, "machine"},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].differs) {
			fprintf(to, "%s%s", any ? ", " : "Not measured alike: ", rows[i].what);
			any = true;
		}
	}
	fputs(any ? ".\n" : "", to);
}

static void conclude(const struct tally *tally, FILE *to)
{
	const struct {
		size_t count;
		const char *what;
	} rows[] = {{tally->better, "better"},
		    {tally->worse, "worse"},
		    {tally->plain, "otherwise"},
		    {tally->fresh, "new"},
		    {tally->gone, "gone"}};
	bool any = false;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].count > 0) {
			fprintf(to, "%s%zu %s", any ? ", " : "\n", rows[i].count, rows[i].what);
			any = true;
		}
	}
	fputs(any ? "\n" : "", to);
	fputs(tally->beyond ? "WORSE: it held its limit, and does no more.\n" : "", to);
	fputs(tally->elsewhere ? "*: under other conditions; the reports say which.\n" : "", to);
}

size_t report_compare(const struct report *before, const struct report *after, FILE *to)
{
	struct tally tally = {0};
	char text[FIGURE_TEXT];

	describe("A", before, to);
	describe("B", after, to);
	warn(before, after, to);
	fputc('\n', to);
	for (size_t i = 0; i < after->figure_count; i++) {
		const struct figure *now = &after->figures[i];
		const struct figure *then = report_find(before, now->name);

		if (!then) {
			print_row(now->name, "", figure_text(now, text), "new", to);
			tally.fresh++;
		} else if (differs(then, now)) {
			compare_figure(then, now, &tally, to);
		}
	}
	for (size_t i = 0; i < before->figure_count; i++) {
		const struct figure *then = &before->figures[i];

		if (!report_find(after, then->name)) {
			print_row(then->name, figure_text(then, text), "", "gone", to);
			tally.gone++;
		}
	}
	conclude(&tally, to);
	return tally.better + tally.worse + tally.plain + tally.fresh + tally.gone;
}
