/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is listened to: from the A-weighted energy that leaves for the headphones and the load's dB
 * SPL to the dose, its readings and its place in the store. Main thread; time is handed in.
 */
#ifndef WIREGAIN_LISTENING_H
#define WIREGAIN_LISTENING_H

#include "amp.h"
#include "metering.h"
#include "store.h"

struct listening;

/* The wall clock. */
struct listening_time {
	int64_t unix_s;
	long utc_offset_s;
};

struct listening_time listening_now(void);

/* Takes the dose from the store (NULL: nothing is kept). 0 or -ENOMEM. */
int listening_create(struct store *store, struct listening **ret_listening);

/* Saves what is unsaved. NULL is fine. */
void listening_destroy(struct listening *listening);

/*
 * Takes the seconds that are new, each once. `lost_s`: seconds of sound since the last call that
 * were not measured, and are taken to have been as loud. Returns how many seconds were new.
 */
unsigned int listening_hear(struct listening *listening, const struct metering_exposure *exposure,
			    double lost_s, const struct load *load, int64_t unix_s);

/* No more than eight seconds stay unsaved; with `all` none. */
void listening_save(struct listening *listening, bool all);

/*
 * Brings the dose's readings up to date. Returns what the listener is to be told: DOSE_NEAR or
 * DOSE_FULL percent when they have just been passed, else 0.
 */
double listening_report(struct listening *listening, struct amp *amp, struct listening_time now);

/* Nothing is heard any more: the levels go to rest. */
void listening_rest(struct listening *listening);

/* The levels at the ears, rows with CONTROL_METER. */
void listening_show(const struct listening *listening, struct amp *amp);

#endif
