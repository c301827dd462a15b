/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store: what waits to be written, and the thread that writes it. The main thread fills
 * `waiting` under the lock; the writer takes all of it at once, so however fast a knob is spun
 * there is one transaction under way and one waiting.
 */
#include "store.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "database.h"
#include "log.h"
#include "place.h"

#define EVENTS_WAITING  64
#define MINUTES_WAITING 240
#define PAUSE_MS        200 /* between two writes that nobody waits for: flash memory wears */

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

/* Puts a minute among those that wait, in place of an older state of it; the oldest makes room. */
static void wait_minute(struct batch *waiting, const struct dose_minute *minute, bool newer)
{
	for (unsigned int i = 0; i < waiting->minute_count; i++) {
		if (waiting->minutes[i].minute == minute->minute) {
			waiting->minutes[i] = newer ? *minute : waiting->minutes[i];
			return;
		}
	}
	if (waiting->minute_count == MINUTES_WAITING) {
		waiting->minute_count--;
		memmove(waiting->minutes, waiting->minutes + 1,
			waiting->minute_count * sizeof(waiting->minutes[0]));
	}
	waiting->minutes[waiting->minute_count++] = *minute;
}

static void keep_minutes(struct batch *waiting, const struct batch *failed)
{
	for (unsigned int i = 0; i < failed->minute_count; i++) {
		wait_minute(waiting, &failed->minutes[i], false);
	}
}

static void free_door(struct store_door *door)
{
	if (door) {
		free(door->logo);
		free(door);
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
		free_door(store->writing.door);
	}
	store->writing.door = NULL;
}

static void free_profiles(struct store_profiles *profiles)
{
	if (profiles) {
		store_profiles_finish(profiles);
		free(profiles);
	}
}

static void finish_profiles(struct store *store, bool failed)
{
	if (failed && !store->waiting.profiles) {
		store->waiting.profiles = store->writing.profiles;
	} else {
		free_profiles(store->writing.profiles);
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
static int start_writer(struct store *store)
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

static int open_database(const char *path, struct database **ret_database, bool *ret_damaged,
			 struct refusal *ret_refusal)
{
	int error = database_open(path, ret_database, ret_refusal);

	*ret_damaged = error == -EBADMSG;
	if (!*ret_damaged) {
		return error;
	}
	error = place_move_aside(path);
	if (error < 0) {
		refuse(ret_refusal, "%s: damaged, and it cannot be moved aside: %s", path,
		       strerror(-error));
		return error;
	}
	log_warning("%s was damaged: it is now %s.damaged, and all settings are at their defaults",
		    path, path);
	return database_open(path, ret_database, ret_refusal);
}

static int read_dose(struct store *store)
{
	int error;

	store->dose = malloc(sizeof(*store->dose));
	if (!store->dose) {
		return -ENOMEM;
	}
	error = database_read_minutes(store->database, store->dose);
	if (error < 0) {
		free(store->dose);
		store->dose = NULL;
	}
	return error;
}

int store_open(const char *path, struct store **ret_store, struct refusal *ret_refusal)
{
	struct store *store = calloc(1, sizeof(*store));
	bool damaged = false;
	int error;

	if (!store) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	store->lock_fd = -1;
	store->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (store->event_fd < 0) {
		error = -errno;
		refuse(ret_refusal, "%s: %s", path, strerror(-error));
		goto fail;
	}
	if ((error = place_prepare(path, ret_refusal)) < 0 ||
	    (error = place_lock(path, &store->lock_fd, ret_refusal)) < 0 ||
	    (error = open_database(path, &store->database, &damaged, ret_refusal)) < 0) {
		goto fail;
	}
	store->read_only = database_read_only(store->database);
	store->door_error = database_read_door(store->database, &store->door);
	store->profiles_error = database_read_profiles(store->database, &store->profiles);
	store->dose_error = read_dose(store);
	error = start_writer(store);
	if (error < 0) {
		refuse(ret_refusal, "%s: no thread to write it: %s", path, strerror(-error));
		goto fail;
	}
	if (damaged) {
		store_event(store, "store", "the file was damaged: settings are at their defaults");
	}
	*ret_store = store;
	return 0;

fail:
	free(store->door.logo);
	store_profiles_finish(&store->profiles);
	free(store->dose);
	database_close(store->database);
	if (store->lock_fd >= 0) {
		close(store->lock_fd);
	}
	if (store->event_fd >= 0) {
		close(store->event_fd);
	}
	free(store);
	return error;
}

void store_close(struct store *store)
{
	if (!store) {
		return;
	}
	pthread_mutex_lock(&store->mutex);
	store->quit = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	pthread_join(store->thread, NULL);
	pthread_mutex_destroy(&store->mutex);
	pthread_cond_destroy(&store->wake);
	free_door(store->waiting.door);
	free_profiles(store->waiting.profiles);
	free(store->door.logo);
	store_profiles_finish(&store->profiles);
	free(store->dose);
	database_close(store->database);
	if (store->lock_fd >= 0) {
		close(store->lock_fd);
	}
	close(store->event_fd);
	free(store);
}

bool store_read_only(const struct store *store)
{
	return store->read_only;
}

static void restore(void *data, const char *path, const char *text)
{
	struct control_ref ref;
	struct value value;
	struct refusal refusal = {""};

	if (control_find(path, &ref, &refusal) < 0 ||
	    control_parse(ref, text, &value, &refusal) < 0 ||
	    amp_restore(data, ref, &value, &refusal) < 0) {
		log_warning("the setting %s = %s is left out: %s", path, text, refusal.text);
	}
}

int store_load(struct store *store, struct amp *amp)
{
	return database_read_settings(store->database, restore, amp);
}

int store_take_door(struct store *store, struct store_door *ret_door)
{
	if (store->door_error < 0) {
		return store->door_error;
	}
	*ret_door = store->door;
	store->door = (struct store_door){.logo = NULL};
	return 0;
}

int store_take_dose(struct store *store, struct dose **ret_dose)
{
	if (!store->dose) {
		return store->dose_error < 0 ? store->dose_error : -ENOENT;
	}
	*ret_dose = store->dose;
	store->dose = NULL;
	return 0;
}

uint64_t store_save_minute(struct store *store, const struct dose_minute *minute)
{
	uint64_t number;

	pthread_mutex_lock(&store->mutex);
	wait_minute(&store->waiting, minute, true);
	number = ++store->waiting.number;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	return number;
}

static struct store_door *copy_door(const struct store_door *door)
{
	struct store_door *copy = malloc(sizeof(*copy));

	if (!copy) {
		return NULL;
	}
	*copy = *door;
	if (door->logo) {
		copy->logo = malloc(door->logo_size);
		if (!copy->logo) {
			free(copy);
			return NULL;
		}
		memcpy(copy->logo, door->logo, door->logo_size);
	}
	return copy;
}

uint64_t store_save_door(struct store *store, const struct store_door *door)
{
	struct store_door *copy = copy_door(door);
	uint64_t number;

	if (!copy) {
		return 0;
	}
	pthread_mutex_lock(&store->mutex);
	free_door(store->waiting.door);
	store->waiting.door = copy;
	store->waiting.door_is_new = true;
	number = ++store->waiting.number;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	return number;
}

int store_take_profiles(struct store *store, struct store_profiles *ret_profiles)
{
	if (store->profiles_error < 0) {
		return store->profiles_error;
	}
	*ret_profiles = store->profiles;
	store->profiles.count = 0;
	return 0;
}

uint64_t store_save_profiles(struct store *store, const struct store_profiles *profiles)
{
	struct store_profiles *copy = malloc(sizeof(*copy));
	uint64_t number;

	if (!copy || store_profiles_copy(profiles, copy) < 0) {
		free(copy);
		return 0;
	}
	pthread_mutex_lock(&store->mutex);
	free_profiles(store->waiting.profiles);
	store->waiting.profiles = copy;
	store->waiting.profiles_are_new = true;
	number = ++store->waiting.number;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	return number;
}

uint64_t store_save(struct store *store, const struct amp *amp)
{
	uint64_t number;

	pthread_mutex_lock(&store->mutex);
	store->waiting.amp = *amp;
	store->waiting.settings = true;
	store->waiting.settings_are_new = true;
	number = ++store->waiting.number;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	return number;
}

void store_hurry(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	store->hurry = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
}

void store_event(struct store *store, const char *kind, const char *text)
{
	struct store_event event = {0};
	struct batch *waiting = &store->waiting;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	event.unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	snprintf(event.kind, sizeof(event.kind), "%s", kind);
	snprintf(event.text, sizeof(event.text), "%s", text);
	pthread_mutex_lock(&store->mutex);
	if (waiting->event_count == EVENTS_WAITING) {
		waiting->event_count--;
		memmove(waiting->events, waiting->events + 1,
			waiting->event_count * sizeof(waiting->events[0]));
	}
	waiting->events[waiting->event_count++] = event;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
}

int store_fd(const struct store *store)
{
	return store->event_fd;
}

uint64_t store_saved(struct store *store)
{
	uint64_t count, saved;
	ssize_t got = read(store->event_fd, &count, sizeof(count));

	(void)got; /* nothing to read: nothing changed since the last call */
	pthread_mutex_lock(&store->mutex);
	saved = store->saved;
	pthread_mutex_unlock(&store->mutex);
	return saved;
}

int store_error(struct store *store)
{
	int error;

	pthread_mutex_lock(&store->mutex);
	error = store->error;
	pthread_mutex_unlock(&store->mutex);
	return error;
}
