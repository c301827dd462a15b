/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Changes of controls that are heard, by trial.
 */
#include "changes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amp.h"
#include "headphone-filters.h"
#include "load_table.h"
#include "outputs.h"
#include "profile.h"

#define VALUES    10
#define TEXTS     6
#define SCENES    3
#define PAGES     2
#define OTHERS    2  /* values of a control that stand for all of them */
#define FAR       80 /* half-decibels of a large step */
#define SPL_LIMIT "100"

/* A control with the values it is tried at, its neutral one first. */
struct subject {
	struct control_ref ref;
	struct value values[VALUES];
	unsigned int count;
};

/* What the audio thread would be given. */
struct targets {
	struct plan plan;
	struct headphone_filters filters;
};

struct changes {
	double rate_hz;
	struct profile_book book;
	char texts[TEXTS][TEXT_BYTES]; /* names that some control may know */
	/* What is engaged together; in the first one nothing. */
	char scenes[SCENES][CHANGE_CONTEXT][CHANGE_TEXT];
	struct amp neutral, trial, before, after;
	struct headphone_filters designed; /* the last ones with a profile, which takes a while */
	struct subject subject;
	unsigned int from, to; /* values of the pair that was tried last */
	bool found;            /* a pair of this control has been heard */
	size_t other_count;
	char others[OTHERS * CONTROL_COUNT][CHANGE_TEXT]; /* what else may be engaged */
};

static bool set(struct amp *amp, struct control_ref ref, const struct value *value)
{
	const struct command command = {.ref = ref, .verb = VERB_SET, .value = *value};

	return amp_command(amp, &command, NULL) == 0;
}

static bool act(struct amp *amp, struct control_ref ref)
{
	const struct command command = {.ref = ref, .verb = VERB_DO};

	return amp_command(amp, &command, NULL) == 0;
}

static bool assign(struct amp *amp, const char *assignment)
{
	char path[CHANGE_TEXT];
	const size_t length = strcspn(assignment, "=");
	struct command command;

	memcpy(path, assignment, length);
	path[length] = '\0';
	return command_parse_set(path, assignment + length + 1, &command, NULL) == 0 &&
	       amp_command(amp, &command, NULL) == 0;
}

static void write_assignment(struct control_ref ref, const struct value *value, char *text)
{
	char path[PATH_BYTES], number[TEXT_BYTES];

	snprintf(text, CHANGE_TEXT, "%s=%s", control_path(ref, path),
		 control_format(ref, value, number));
}

static void add_value(struct subject *subject, const struct value *value)
{
	if (subject->count < VALUES && control_check(subject->ref, value, NULL) == 0) {
		for (unsigned int i = 0; i < subject->count; i++) {
			if (control_equal(subject->ref, value, &subject->values[i])) {
				return;
			}
		}
		subject->values[subject->count++] = *value;
	}
}

static void add_number(struct subject *subject, double number)
{
	const struct control *row = &controls[subject->ref.id];
	struct value value = {0};

	if (row->type == TYPE_LEVEL) {
		value.half_db = (int32_t)number;
	} else {
		value.number = number;
	}
	add_value(subject, &value);
}

/* A small step, a large one, what mutes, and both ends. */
static void add_levels(struct subject *subject)
{
	const struct control *row = &controls[subject->ref.id];
	const int now = subject->count > 0 ? subject->values[0].half_db : 0;

	add_number(subject, now - 1);
	add_number(subject, now - FAR);
	add_number(subject, HALF_DB_MUTE);
	add_number(subject, row->minimum);
	add_number(subject, row->maximum);
}

/* Off, the middle, and both ends. */
static void add_numbers(struct subject *subject)
{
	const struct control *row = &controls[subject->ref.id];
	const double step = row->step > 0 ? row->step : 1;

	add_number(subject, 0);
	add_number(subject, row->minimum + step * floor((row->maximum - row->minimum) / 2 / step));
	add_number(subject, row->minimum);
	add_number(subject, row->maximum);
}

static void add_words(struct subject *subject)
{
	const int count = controls[subject->ref.id].type == TYPE_SWITCH
				  ? 2
				  : control_choices(subject->ref.id);

	for (int i = 0; i < count; i++) {
		struct value value = {.choice = i};

		add_value(subject, &value);
	}
}

/* Only those names that the control takes. */
static void add_texts(struct changes *changes, struct subject *subject)
{
	for (int i = 0; i < TEXTS; i++) {
		struct value value;

		memset(&value, 0, sizeof(value));
		memcpy(value.text, changes->texts[i], sizeof(value.text));
		changes->trial = changes->neutral;
		if (set(&changes->trial, subject->ref, &value)) {
			add_value(subject, &value);
		}
	}
}

static void find_values(struct changes *changes, struct control_ref ref, struct subject *subject)
{
	*subject = (struct subject){.ref = ref};
	add_value(subject, amp_value(&changes->neutral, ref));
	switch (controls[ref.id].type) {
	case TYPE_SWITCH:
	case TYPE_CHOICE:
		add_words(subject);
		break;
	case TYPE_LEVEL:
		add_levels(subject);
		break;
	case TYPE_NUMBER:
		add_numbers(subject);
		break;
	case TYPE_TEXT:
		add_texts(changes, subject);
		break;
	default: /* TYPE_ACTION: there is nothing to set */
		subject->count = 0;
		break;
	}
}

/* What it would be heard by, without what only makes a guard watch for something. */
static void make_targets(struct changes *changes, const struct amp *amp,
			 struct targets *ret_targets)
{
	memset(ret_targets, 0, sizeof(*ret_targets));
	plan_make(amp, &ret_targets->plan);
	headphone_filters_make(amp, changes->rate_hz, &changes->designed, &ret_targets->filters);
	if (ret_targets->filters.eq_serial != 0) {
		changes->designed = ret_targets->filters;
	}
	ret_targets->plan.watch_noise = false;
	for (int o = 0; o < OUTPUTS; o++) {
		ret_targets->plan.bit_exact[o] = false;
		ret_targets->plan.guard[o].dc = 0;
		ret_targets->plan.guard[o].resets = 0;
	}
}

static bool same_gains(const struct plan *a, const struct plan *b, enum output output)
{
	const struct output_row *row = &output_rows[output];

	return memcmp(a->gain[row->first], b->gain[row->first],
		      row->channels * sizeof(a->gain[0])) == 0;
}

/* Compares what both states give the audio thread. True when it is heard. */
static bool compare(struct changes *changes, struct change *change)
{
	struct targets a, b;

	make_targets(changes, &changes->before, &a);
	make_targets(changes, &changes->after, &b);
	change->outputs = 0;
	change->of_ceiling = true;
	for (int o = 0; o < OUTPUTS; o++) {
		const struct guard_rules *was = &a.plan.guard[o], *is = &b.plan.guard[o];
		const bool filtered =
			(o == OUTPUT_HEADPHONE &&
			 memcmp(&a.filters, &b.filters, sizeof(a.filters)) != 0) ||
			(o == OUTPUT_SUB && a.plan.sub_lowpass_hz != b.plan.sub_lowpass_hz);
		const bool moved = filtered || a.plan.power != b.plan.power ||
				   !same_gains(&a.plan, &b.plan, (enum output)o);
		const bool held = was->limiter != is->limiter || was->ceiling != is->ceiling ||
				  was->coil != is->coil;

		change->outputs |= moved || held ? 1u << o : 0;
		change->of_ceiling = change->of_ceiling && !moved;
		change->clips = was->limiter == LIMITER_OFF || is->limiter == LIMITER_OFF;
	}
	return change->outputs != 0;
}

/* Whether the pair of values is heard when that is engaged. */
static bool is_heard(struct changes *changes, struct change *change)
{
	const struct subject *subject = &changes->subject;

	changes->before = changes->neutral;
	for (int i = 0; i < CHANGE_CONTEXT; i++) {
		if (change->context[i][0] && !assign(&changes->before, change->context[i])) {
			return false;
		}
	}
	if (subject->count > 0 &&
	    !set(&changes->before, subject->ref, &subject->values[changes->from])) {
		return false;
	}
	changes->after = changes->before;
	return (subject->count > 0
			? set(&changes->after, subject->ref, &subject->values[changes->to])
			: act(&changes->after, subject->ref)) &&
	       compare(changes, change);
}

/* Readings are nobody's to change; the first instance stands for the others. */
static bool can_be_tried(struct control_ref ref)
{
	return ref.instance == 0 && controls[ref.id].access != ACCESS_NONE;
}

/* Looks for what makes the pair heard: what did so the last time, or a scene. */
static bool find_context(struct changes *changes, struct change *change)
{
	if (is_heard(changes, change)) {
		return true;
	}
	for (int scene = 0; scene < SCENES; scene++) {
		memcpy(change->context, changes->scenes[scene], sizeof(change->context));
		if (is_heard(changes, change)) {
			return true;
		}
	}
	memset(change->context, 0, sizeof(change->context));
	return false;
}

/*
 * Any value of any other control, for a control of which nothing has been heard yet. Its first
 * values stand for the others: the search is long, and most controls make no sound.
 */
static bool find_other(struct changes *changes, struct change *change)
{
	if (changes->found || changes->from > 0 || changes->to > OTHERS) {
		return false;
	}
	for (size_t i = 0; i < changes->other_count; i++) {
		memcpy(change->context[0], changes->others[i], CHANGE_TEXT);
		if (is_heard(changes, change)) {
			return true;
		}
	}
	change->context[0][0] = '\0';
	return false;
}

/* Levels last: what is heard at any level is to be shown at the neutral one. */
static void list_others(struct changes *changes, bool levels)
{
	struct control_ref ref = {0, -1};

	while (controls_next(&ref)) {
		struct subject other;

		if (!can_be_tried(ref) || (controls[ref.id].type == TYPE_LEVEL) != levels) {
			continue;
		}
		find_values(changes, ref, &other);
		for (unsigned int i = 1; i < other.count && i <= OTHERS; i++) {
			write_assignment(ref, &other.values[i],
					 changes->others[changes->other_count++]);
		}
	}
}

static void fill_pair(const struct changes *changes, struct change *change)
{
	const struct subject *subject = &changes->subject;

	change->ref = subject->ref;
	change->usual = changes->from == 0 || changes->to == 0;
	change->before[0] = '\0';
	if (subject->count > 0) {
		write_assignment(subject->ref, &subject->values[changes->from], change->before);
		write_assignment(subject->ref, &subject->values[changes->to], change->after);
	} else {
		control_path(subject->ref, change->after);
	}
}

/*
 * The next pair of values of the control, or its action. False after the last, or when nothing was
 * heard from its neutral value to any other.
 */
static bool next_pair(struct changes *changes)
{
	const unsigned int count = changes->subject.count > 0 ? changes->subject.count : 1;

	do {
		if (++changes->to == count) {
			changes->to = 0;
			changes->from++;
		}
	} while (changes->from < count && changes->subject.count > 0 &&
		 changes->from == changes->to);
	return changes->from < count && (changes->from == 0 || changes->found);
}

bool changes_next(struct changes *changes, struct change *ret_change)
{
	struct change change = *ret_change;

	for (;;) {
		while (next_pair(changes)) {
			if (find_context(changes, &change) || find_other(changes, &change)) {
				changes->found = true;
				fill_pair(changes, &change);
				*ret_change = change;
				return true;
			}
			memset(change.context, 0, sizeof(change.context));
		}
		do {
			if (!controls_next(&changes->subject.ref)) {
				return false;
			}
		} while (!can_be_tried(changes->subject.ref));
		find_values(changes, changes->subject.ref, &changes->subject);
		memset(change.context, 0, sizeof(change.context));
		changes->found = false;
		changes->from = 0;
		changes->to = changes->subject.count > 0 ? 0 : UINT32_MAX;
	}
}

static int make_book(struct profile_book *book)
{
	static const struct {
		const char *name, *text;
	} pages[PAGES] = {
		{"one", "Filter 1: ON PK Fc 1000 Hz Gain -6 dB Q 1\n"},
		{"other", "Filter 1: ON LSC Fc 200 Hz Gain 9 dB Q 0.7\n"
			  "Filter 2: ON PK Fc 3000 Hz Gain -8 dB Q 2\n"},
	};

	book->count = PAGES;
	for (unsigned int i = 0; i < PAGES; i++) {
		const int error = profile_parse(pages[i].text, strlen(pages[i].text), NULL, NULL,
						&book->pages[i].profile, NULL);

		if (error < 0) {
			return error;
		}
		book->pages[i].serial = i + 1;
		snprintf(book->pages[i].name, sizeof(book->pages[i].name), "%s", pages[i].name);
	}
	return 0;
}

/* Two profiles, and the first two headphones and amplifiers that tell what a ceiling is made of. */
static void find_texts(struct changes *changes)
{
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	struct load_cursor headphones = {0}, amplifiers = {0};
	int found = 0;

	for (; found < PAGES; found++) {
		snprintf(changes->texts[found], TEXT_BYTES, "%s", changes->book.pages[found].name);
	}
	while (found < 4 && load_next_headphone(NULL, &headphones, &headphone)) {
		if (headphone.measured_db > 0 && headphone.measured_ohm > 0) {
			snprintf(changes->texts[found++], TEXT_BYTES, "%s", headphone.name);
		}
	}
	while (found < TEXTS && load_next_amplifier(NULL, &amplifiers, &amplifier)) {
		if (amplifier.full_scale_volts > 1) {
			snprintf(changes->texts[found++], TEXT_BYTES, "%s", amplifier.name);
		}
	}
}

/* Neutral; a profile applied; a load and a limit that follows from it. */
static void make_scenes(struct changes *changes)
{
	snprintf(changes->scenes[1][0], CHANGE_TEXT, "eq.profile=%s", changes->texts[0]);
	snprintf(changes->scenes[1][1], CHANGE_TEXT, "eq=on");
	snprintf(changes->scenes[2][0], CHANGE_TEXT, "load.headphone=%s", changes->texts[2]);
	snprintf(changes->scenes[2][1], CHANGE_TEXT, "load.amplifier=%s", changes->texts[4]);
	snprintf(changes->scenes[2][2], CHANGE_TEXT, "protect.spl_limit=" SPL_LIMIT);
}

int changes_create(double rate_hz, struct changes **ret_changes)
{
	struct changes *changes = calloc(1, sizeof(*changes));
	int error = changes ? make_book(&changes->book) : -ENOMEM;

	if (error < 0) {
		free(changes);
		return error;
	}
	changes->rate_hz = rate_hz;
	find_texts(changes);
	make_scenes(changes);
	amp_init_neutral(&changes->neutral);
	amp_set_profiles(&changes->neutral, &changes->book);
	list_others(changes, false);
	list_others(changes, true);
	changes->subject = (struct subject){.ref = {0, -1}};
	*ret_changes = changes;
	return 0;
}

void changes_destroy(struct changes *changes)
{
	free(changes);
}

const struct profile_book *changes_profiles(const struct changes *changes)
{
	return &changes->book;
}
