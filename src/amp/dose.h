/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The dose: how much sound each ear had in seven days, after ITU-T H.870. Sound exposure is
 * pressure squared times time, D = (20 uPa)^2 * 10^(L / 10) * t, of the A-weighted level L in dB
 * SPL. What a week may have is 1.6 Pa2h for adults (80 dB for 40 hours), 0.506 Pa2h for the
 * sensitive, children among them (75 dB for 40 hours). The ear that had more counts.
 *
 * Pure: seconds are added up in minutes of the wall clock, which is handed in. A clock that jumps
 * moves nothing that was recorded: what then lies in the future counts as of now, what was recorded
 * twice in the same minute adds up, and nothing is dropped but the oldest when the room is full.
 */
#ifndef WIREGAIN_DOSE_H
#define WIREGAIN_DOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOSE_MINUTES  20160 /* two weeks without a break */
#define DOSE_DAY_S    86400
#define DOSE_WEEK_S   604800
#define DOSE_DAYS     7
#define DOSE_QUIET_DB 40.0 /* dB SPL (A): quieter seconds are no listening, and not recorded */
#define DOSE_NEAR     80.0 /* percent of the week's, at which listeners are told */
#define DOSE_FULL     100.0

/* In the order of the words of dose.mode. */
enum dose_mode {
	DOSE_ADULT,
	DOSE_SENSITIVE,
};

/* A minute of the wall clock in which somebody listened. */
struct dose_minute {
	int64_t minute; /* since 1970, UTC */
	double pa2s[2]; /* exposure of the left and the right ear, in Pa2 s */
	double seconds; /* of listening in it; more than 60 after the clock was put back */
	bool unsaved;   /* has changed since it was taken to be saved */
};

struct dose {
	size_t count;
	struct dose_minute minutes[DOSE_MINUTES]; /* in the order of time */
};

struct dose_sum {
	double pa2s[2];
	double seconds;
};

/* The square of a sound pressure, in Pa2. */
double dose_pa2(double spl_db);

/* What a week may have, in Pa2 s. */
double dose_allowance_pa2s(enum dose_mode mode);

void dose_init(struct dose *dose);

/* Adds `seconds` at an A-weighted level for each ear. */
void dose_add(struct dose *dose, int64_t unix_s, double seconds, const double spl_db[2]);

/* Takes a minute back as it was saved, in place of what is known of it. Nonsense is left out. */
void dose_restore(struct dose *dose, const struct dose_minute *minute);

/* Takes the next minute to be saved: as a whole, in place of what was saved of it before. */
bool dose_take_unsaved(struct dose *dose, struct dose_minute *ret_minute);

/* What was heard from a time on. */
struct dose_sum dose_since(const struct dose *dose, int64_t unix_s);

/* Percent of what a week may have. */
double dose_percent(const struct dose_sum *sum, enum dose_mode mode);

/*
 * The same for each of the last seven days of a time zone that is `utc_offset_s` east: the oldest
 * first, today last.
 */
void dose_days(const struct dose *dose, int64_t unix_s, long utc_offset_s, enum dose_mode mode,
	       double ret_percent[DOSE_DAYS]);

/*
 * Seconds until the week is full at an A-weighted level, if nothing of it were to grow old; 0 when
 * it is full, at most a week.
 */
double dose_left_s(double week_percent, double spl_db, enum dose_mode mode);

/*
 * The level that fills a week just so when listened to for that long. With protect.spl_limit there
 * a tone that is always at the limit does; music, whose peaks are what the limit holds and whose
 * mean is what counts, stays far below. NAN without listening.
 */
double dose_limit_db(double listening_s, enum dose_mode mode);

/* DOSE_NEAR or DOSE_FULL when the week has just grown over it; 0 otherwise. */
double dose_warning(double week_percent_before, double week_percent);

#endif
