/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The dose.
 */
#include "dose.h"

#include <math.h>
#include <string.h>

#define REFERENCE_PA2 4e-10 /* 20 uPa, squared */
#define SAFE_HOURS    40.0  /* a week at the level that the mode calls safe */
#define PA2S_MOST     1e9   /* a minute at 190 dB: what is beyond was never heard */
#define MINUTES_MOST  (1LL << 40)

double dose_pa2(double spl_db)
{
	return REFERENCE_PA2 * pow(10, spl_db / 10);
}

double dose_allowance_pa2s(enum dose_mode mode)
{
	return dose_pa2(mode == DOSE_SENSITIVE ? 75 : 80) * SAFE_HOURS * 3600;
}

void dose_init(struct dose *dose)
{
	dose->count = 0;
}

/* The minute of a time, rounded down before 1970 too. */
static int64_t minute_of(int64_t unix_s)
{
	return unix_s / 60 - (unix_s % 60 < 0);
}

/* The first place whose minute is not before `minute`; the newest are looked at first. */
static size_t place_of(const struct dose *dose, int64_t minute)
{
	size_t low = 0, high = dose->count;

	if (high > 0 && dose->minutes[high - 1].minute < minute) {
		return high;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dose->minutes[middle].minute < minute) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* The entry of a minute, made where it is not there. NULL: full, and it would be the oldest. */
static struct dose_minute *entry_of(struct dose *dose, int64_t minute)
{
	size_t at = place_of(dose, minute);

	if (at < dose->count && dose->minutes[at].minute == minute) {
		return &dose->minutes[at];
	}
	if (dose->count == DOSE_MINUTES) {
		if (at == 0) {
			return NULL;
		}
		memmove(dose->minutes, dose->minutes + 1, --at * sizeof(dose->minutes[0]));
	} else {
		memmove(dose->minutes + at + 1, dose->minutes + at,
			(dose->count - at) * sizeof(dose->minutes[0]));
		dose->count++;
	}
	dose->minutes[at] = (struct dose_minute){.minute = minute};
	return &dose->minutes[at];
}

void dose_add(struct dose *dose, int64_t unix_s, double seconds, const double spl_db[2])
{
	struct dose_minute *minute;

	if (!(seconds > 0) || !(spl_db[0] >= DOSE_QUIET_DB || spl_db[1] >= DOSE_QUIET_DB)) {
		return;
	}
	minute = entry_of(dose, minute_of(unix_s));
	if (!minute) {
		return;
	}
	for (int ear = 0; ear < 2; ear++) {
		if (isfinite(spl_db[ear])) {
			minute->pa2s[ear] = fmin(
				minute->pa2s[ear] + seconds * dose_pa2(spl_db[ear]), PA2S_MOST);
		}
	}
	minute->seconds += seconds;
	minute->unsaved = true;
}

static bool is_sane(const struct dose_minute *minute)
{
	return minute->minute >= -MINUTES_MOST && minute->minute <= MINUTES_MOST &&
	       minute->pa2s[0] >= 0 && minute->pa2s[0] <= PA2S_MOST && minute->pa2s[1] >= 0 &&
	       minute->pa2s[1] <= PA2S_MOST && minute->seconds >= 0 && isfinite(minute->seconds);
}

void dose_restore(struct dose *dose, const struct dose_minute *minute)
{
	struct dose_minute *entry = is_sane(minute) ? entry_of(dose, minute->minute) : NULL;

	if (entry) {
		*entry = *minute;
		entry->unsaved = false;
	}
}

bool dose_take_unsaved(struct dose *dose, struct dose_minute *ret_minute)
{
	for (size_t i = dose->count; i > 0; i--) {
		struct dose_minute *minute = &dose->minutes[i - 1];

		if (minute->unsaved) {
			minute->unsaved = false;
			*ret_minute = *minute;
			return true;
		}
	}
	return false;
}

struct dose_sum dose_since(const struct dose *dose, int64_t unix_s)
{
	struct dose_sum sum = {{0, 0}, 0};

	for (size_t i = place_of(dose, minute_of(unix_s)); i < dose->count; i++) {
		sum.pa2s[0] += dose->minutes[i].pa2s[0];
		sum.pa2s[1] += dose->minutes[i].pa2s[1];
		sum.seconds += dose->minutes[i].seconds;
	}
	return sum;
}

double dose_percent(const struct dose_sum *sum, enum dose_mode mode)
{
	return 100 * fmax(sum->pa2s[0], sum->pa2s[1]) / dose_allowance_pa2s(mode);
}

/* The day of a time in its zone, rounded down. */
static int64_t day_of(int64_t unix_s, long utc_offset_s)
{
	int64_t local = unix_s + utc_offset_s;

	return local / DOSE_DAY_S - (local % DOSE_DAY_S < 0);
}

void dose_days(const struct dose *dose, int64_t unix_s, long utc_offset_s, enum dose_mode mode,
	       double ret_percent[DOSE_DAYS])
{
	int64_t today = day_of(unix_s, utc_offset_s);
	struct dose_sum days[DOSE_DAYS] = {{{0, 0}, 0}};

	for (size_t i = 0; i < dose->count; i++) {
		int64_t ago = today - day_of(dose->minutes[i].minute * 60, utc_offset_s);
		struct dose_sum *day =
			&days[DOSE_DAYS - 1 - (ago > 0 && ago < DOSE_DAYS ? ago : 0)];

		if (ago < DOSE_DAYS) {
			day->pa2s[0] += dose->minutes[i].pa2s[0];
			day->pa2s[1] += dose->minutes[i].pa2s[1];
		}
	}
	for (int i = 0; i < DOSE_DAYS; i++) {
		ret_percent[i] = dose_percent(&days[i], mode);
	}
}

double dose_left_s(double week_percent, double spl_db, enum dose_mode mode)
{
	double left = fmax(DOSE_FULL - week_percent, 0) / 100 * dose_allowance_pa2s(mode);

	return left > 0 ? fmin(left / dose_pa2(spl_db), DOSE_WEEK_S) : 0;
}

double dose_limit_db(double listening_s, enum dose_mode mode)
{
	return listening_s > 0 ? 10 * log10(dose_allowance_pa2s(mode) / listening_s / REFERENCE_PA2)
			       : NAN;
}

double dose_warning(double week_percent_before, double week_percent)
{
	if (week_percent_before < DOSE_FULL && week_percent >= DOSE_FULL) {
		return DOSE_FULL;
	}
	return week_percent_before < DOSE_NEAR && week_percent >= DOSE_NEAR ? DOSE_NEAR : 0;
}
