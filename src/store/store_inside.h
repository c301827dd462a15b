/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the two threads of the store share: what waits to be written. The main thread fills
 * `waiting` under the lock; the writer takes all of it at once, so however fast a knob is spun
 * there is one transaction under way and one waiting.
 */
#ifndef WIREGAIN_STORE_INSIDE_H
#define WIREGAIN_STORE_INSIDE_H

#include <pthread.h>

#include "database.h"
#include "store.h"

#define EVENTS_WAITING  64
#define MINUTES_WAITING 240

/* What shall be written in one transaction. */
struct batch {
	struct amp amp;                  /* its kept settings; meaningful with `settings` */
	struct store_door *door;         /* NULL: as it is in the file */
	struct store_profiles *profiles; /* the same */
	bool profiles_are_new;           /* not yet tried */
	uint64_t number;
	bool settings;
	bool settings_are_new; /* not yet tried */
	bool door_is_new;      /* the same */
	unsigned int event_count;
	struct store_event events[EVENTS_WAITING];
	unsigned int minute_count;
	struct dose_minute minutes[MINUTES_WAITING];
};

struct store {
	pthread_t thread;
	int event_fd;
	int lock_fd; /* -1: the folder cannot be written */
	bool read_only;
	struct store_door door; /* as it was in the file, until somebody takes it */
	int door_error;
	struct store_profiles profiles; /* the same */
	int profiles_error;
	struct dose *dose; /* the same */
	int dose_error;

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t wake;
	struct batch waiting;
	uint64_t saved;
	int error;
	bool hurry;
	bool quit;

	/* the writer's, from the first save on */
	struct database *database;
	struct batch writing;
	struct amp written; /* what the file holds; meaningful with `written_known` */
	bool written_known;
};

/* Starts the writer, with every signal blocked: they are the main thread's. 0 or -errno. */
int store_start_writer(struct store *store);

/* Puts a minute among those that wait, in place of an older state of it; the oldest makes room. */
void store_wait_minute(struct batch *waiting, const struct dose_minute *minute, bool newer);

/* NULL is fine. */
void store_free_door(struct store_door *door);
void store_free_profiles(struct store_profiles *profiles);

#endif
