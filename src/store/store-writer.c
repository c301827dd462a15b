/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store's own thread: writes what waits, and puts back what could not be written.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store_inside.h"

#define PAUSE_MS 200 /* between two writes that nobody waits for: flash memory wears */

static int put_settings(struct store *store)
{
	struct control_ref ref = {0, -1};
	char path[64], text[TEXT_BYTES];

	while (controls_next(&ref)) {
		const struct value *value = amp_value(&store->writing.amp, ref);
		int error;

		if (!(controls[ref.id].flags & CONTROL_KEPT) ||
		    (store->written_known &&
		     control_equal(ref, value, amp_value(&store->written, ref)))) {
			continue;
		}
		error = database_put_setting(store->database, control_path(ref, path),
					     control_format(ref, value, text));
		if (error < 0) {
			return error;
		}
	}
	return 0;
}

/* Writes the batch: all of it or nothing. */
static int write_batch(struct store *store)
{
	const struct batch *batch = &store->writing;
	int error = database_begin(store->database);

	if (error < 0) {
		return error;
	}
	if (batch->settings) {
		error = put_settings(store);
	}
	if (error == 0 && batch->door) {
		error = database_put_door(store->database, batch->door);
	}
	if (error == 0 && batch->profiles) {
		error = database_put_profiles(store->database, batch->profiles);
	}
	for (unsigned int i = 0; error == 0 && i < batch->event_count; i++) {
		error = database_put_event(store->database, &batch->events[i]);
	}
	for (unsigned int i = 0; error == 0 && i < batch->minute_count; i++) {
		error = database_put_minute(store->database, &batch->minutes[i]);
	}
	if (error == 0) {
		error = database_commit(store->database);
	}
	if (error < 0) {
		database_rollback(store->database);
		return error;
	}
	if (batch->settings) {
		store->written = batch->amp;
		store->written_known = true;
	}
	return 0;
}

/* What has just failed is tried again with the next thing to be saved. */
static bool has_work(const struct store *store)
{
	const struct batch *waiting = &store->waiting;

	return waiting->settings_are_new || waiting->door_is_new || waiting->profiles_are_new ||
	       ((waiting->event_count > 0 || waiting->minute_count > 0 || waiting->settings ||
		 waiting->door || waiting->profiles) &&
		(store->error == 0 || store->quit));
}

static struct timespec after_pause(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += PAUSE_MS * 1000000L;
	at.tv_sec += at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
}

/* Waits for work, and no shorter than until `earliest` while nobody is in a hurry. False: quit. */
static bool wait_for_work(struct store *store, const struct timespec *earliest)
{
	bool paused = false;

	while (!store->quit && !store->hurry && !paused) {
		paused = pthread_cond_timedwait(&store->wake, &store->mutex, earliest) == ETIMEDOUT;
	}
	while (!store->quit && !has_work(store)) {
		pthread_cond_wait(&store->wake, &store->mutex);
	}
	store->hurry = false;
	return has_work(store);
}

/* Events that could not be written wait again, before newer ones, as far as there is room. */
static void keep_events(struct batch *waiting, const struct batch *failed)
{
	unsigned int room = EVENTS_WAITING - waiting->event_count;
	unsigned int kept = failed->event_count < room ? failed->event_count : room;

	memmove(waiting->events + kept, waiting->events,
		waiting->event_count * sizeof(waiting->events[0]));
	memcpy(waiting->events, failed->events + failed->event_count - kept,
	       kept * sizeof(waiting->events[0]));
	waiting->event_count += kept;
}

static void keep_minutes(struct batch *waiting, const struct batch *failed)
{
	for (unsigned int i = 0; i < failed->minute_count; i++) {
		store_wait_minute(waiting, &failed->minutes[i], false);
	}
}

/* After a failure what is not yet replaced by something newer waits again. */
static void finish_settings(struct store *store, bool failed)
{
	if (failed && store->writing.settings && !store->waiting.settings) {
		store->waiting.amp = store->writing.amp;
		store->waiting.settings = true;
	}
}

static void finish_door(struct store *store, bool failed)
{
	if (failed && !store->waiting.door) {
		store->waiting.door = store->writing.door;
	} else {
		store_free_door(store->writing.door);
	}
	store->writing.door = NULL;
}

static void finish_profiles(struct store *store, bool failed)
{
	if (failed && !store->waiting.profiles) {
		store->waiting.profiles = store->writing.profiles;
	} else {
		store_free_profiles(store->writing.profiles);
	}
	store->writing.profiles = NULL;
}

static void tell_main(struct store *store)
{
	const uint64_t one = 1;
	ssize_t written = write(store->event_fd, &one, sizeof(one));

	(void)written; /* full means that it is readable already */
}

static void *writer(void *data)
{
	struct store *store = data;
	struct timespec earliest = {0};

	pthread_mutex_lock(&store->mutex);
	while (wait_for_work(store, &earliest)) {
		bool last = store->quit; /* nothing comes after it in which to try again */
		int error;

		store->writing = store->waiting;
		store->waiting.settings = false;
		store->waiting.settings_are_new = false;
		store->waiting.door = NULL;
		store->waiting.door_is_new = false;
		store->waiting.profiles = NULL;
		store->waiting.profiles_are_new = false;
		store->waiting.event_count = 0;
		store->waiting.minute_count = 0;
		pthread_mutex_unlock(&store->mutex);
		error = write_batch(store);
		earliest = after_pause();
		pthread_mutex_lock(&store->mutex);
		if (error < 0 && !last) {
			keep_events(&store->waiting, &store->writing);
			keep_minutes(&store->waiting, &store->writing);
		}
		finish_settings(store, error < 0 && !last);
		finish_door(store, error < 0 && !last);
		finish_profiles(store, error < 0 && !last);
		if (store->writing.settings_are_new || store->writing.door_is_new ||
		    store->writing.profiles_are_new || store->writing.minute_count > 0) {
			store->saved = store->writing.number;
		}
		store->error = error;
		tell_main(store);
	}
	pthread_mutex_unlock(&store->mutex);
	return NULL;
}

/* Starts the writer with every signal blocked: they are the main thread's. */
int store_start_writer(struct store *store)
{
	pthread_condattr_t attributes;
	sigset_t all, before;
	int error;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&store->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&store->mutex, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = -pthread_create(&store->thread, NULL, writer, store);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error < 0) {
		pthread_mutex_destroy(&store->mutex);
		pthread_cond_destroy(&store->wake);
	}
	return error;
}
