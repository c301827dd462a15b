/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is listened to.
 */
#include "listening.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define UNSAVED_MOST_S   8    /* with the second under way and the store's pause less than 10 */
#define PRESENT_S        30.0 /* over which "the present level" is a mean */
#define SINE_MEAN_SQUARE 0.5
#define HABIT_S          3600 /* of listening, before it says anything of a week */
#define LIMIT_LEAST_DB   70   /* what protect.spl_limit may be */
#define LIMIT_MOST_DB    130

struct listening {
	struct store *store;
	struct dose *dose;
	uint64_t seconds; /* of the metering's, that were taken */
	double total[2];  /* its energy then */
	double spl_db[2]; /* of the last second; NAN: nothing is heard, or nothing is known */
	double present_pa2[2];
	double unsaved_s;
	double week_percent; /* as it was last reported */
	int mode;            /* in which; -1: never */
};

struct listening_time listening_now(void)
{
	struct listening_time now = {.unix_s = time(NULL)};
	const time_t seconds = (time_t)now.unix_s;
	struct tm local;

	if (localtime_r(&seconds, &local)) {
		now.utc_offset_s = local.tm_gmtoff;
	}
	return now;
}

int listening_create(struct store *store, struct listening **ret_listening)
{
	struct listening *listening = calloc(1, sizeof(*listening));

	if (!listening) {
		return -ENOMEM;
	}
	listening->store = store;
	listening->mode = -1;
	listening_rest(listening);
	if (!store || store_take_dose(store, &listening->dose) < 0) {
		listening->dose = malloc(sizeof(*listening->dose));
		if (!listening->dose) {
			free(listening);
			return -ENOMEM;
		}
		dose_init(listening->dose);
	}
	*ret_listening = listening;
	return 0;
}

void listening_destroy(struct listening *listening)
{
	if (listening) {
		listening_save(listening, true);
		free(listening->dose);
		free(listening);
	}
}

unsigned int listening_hear(struct listening *listening, const struct metering_exposure *exposure,
			    double lost_s, const struct load *load, int64_t unix_s)
{
	unsigned int count = (unsigned int)(exposure->seconds - listening->seconds);
	double full_scale = load_full_scale_spl(load);

	if (count == 0) {
		return 0;
	}
	for (int ear = 0; ear < 2; ear++) {
		double mean_square = (exposure->total[ear] - listening->total[ear]) / count;
		double pa2;

		listening->total[ear] = exposure->total[ear];
		listening->spl_db[ear] = full_scale + 10 * log10(mean_square / SINE_MEAN_SQUARE);
		pa2 = isfinite(listening->spl_db[ear]) ? dose_pa2(listening->spl_db[ear]) : 0;
		listening->present_pa2[ear] +=
			(pa2 - listening->present_pa2[ear]) * (1 - exp(-(double)count / PRESENT_S));
	}
	listening->seconds = exposure->seconds;
	dose_add(listening->dose, unix_s, count + fmax(lost_s, 0), listening->spl_db);
	listening->unsaved_s += count;
	return count;
}

void listening_save(struct listening *listening, bool all)
{
	struct dose_minute minute;

	if (listening->unsaved_s < UNSAVED_MOST_S && !all) {
		return;
	}
	listening->unsaved_s = 0;
	while (listening->store && dose_take_unsaved(listening->dose, &minute)) {
		store_save_minute(listening->store, &minute);
	}
}

/* A figure for people, with as many digits as it is worth. */
static void report(struct amp *amp, enum control_id id, double number)
{
	double step = number < 10 ? 0.01 : 0.1;

	amp_report_number(amp, id, round(number / step) / round(1 / step));
}

static void report_days(const struct listening *listening, struct amp *amp, enum dose_mode mode,
			struct listening_time now)
{
	double days[DOSE_DAYS];
	char text[DOSE_DAYS * 12];
	int length = 0;

	dose_days(listening->dose, now.unix_s, now.utc_offset_s, mode, days);
	for (int i = 0; i < DOSE_DAYS; i++) {
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%.1f",
				   i > 0 ? " " : "", fmin(days[i], 99999));
	}
	amp_report_text(amp, CONTROL_DOSE_DAYS, "%s", text);
}

double listening_report(struct listening *listening, struct amp *amp, struct listening_time now)
{
	enum dose_mode mode = (enum dose_mode)amp_int(amp, CONTROL_DOSE_MODE);
	struct dose_sum week = dose_since(listening->dose, now.unix_s - DOSE_WEEK_S);
	struct dose_sum day = dose_since(listening->dose, now.unix_s - DOSE_DAY_S);
	double percent = dose_percent(&week, mode), before = listening->week_percent;
	double present = fmax(listening->present_pa2[0], listening->present_pa2[1]);
	double limit = week.seconds >= HABIT_S ? floor(dose_limit_db(week.seconds, mode)) : NAN;

	report(amp, CONTROL_DOSE_WEEK, percent);
	report(amp, CONTROL_DOSE_DAY, dose_percent(&day, mode));
	report(amp, CONTROL_DOSE_HOURS, week.seconds / 3600);
	report(amp, CONTROL_DOSE_LEFT,
	       dose_left_s(percent, 10 * log10(present / dose_pa2(0)), mode) / 3600);
	amp_report_number(amp, CONTROL_DOSE_LIMIT,
			  isnan(limit) ? 0 : fmin(fmax(limit, LIMIT_LEAST_DB), LIMIT_MOST_DB));
	report_days(listening, amp, mode, now);
	/* What was there before, or looks different in another mode, has not just been passed. */
	before = listening->mode == (int)mode ? before : percent;
	listening->mode = (int)mode;
	listening->week_percent = percent;
	return dose_warning(before, percent);
}

void listening_rest(struct listening *listening)
{
	for (int ear = 0; ear < 2; ear++) {
		listening->spl_db[ear] = NAN;
		listening->present_pa2[ear] = 0;
	}
}

void listening_show(const struct listening *listening, struct amp *amp)
{
	for (int ear = 0; ear < 2; ear++) {
		double spl_db = listening->spl_db[ear];

		amp_report_meter(amp, (struct control_ref){CONTROL_DOSE_SPL, ear},
				 spl_db > 0 ? round(spl_db * 10) / 10 : 0);
	}
}
