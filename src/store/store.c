/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store, as the main thread has it: opened and closed, read, and given what is to be saved.
 */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "place.h"
#include "store_inside.h"

/* Puts a minute among those that wait, in place of an older state of it; the oldest makes room. */
void store_wait_minute(struct batch *waiting, const struct dose_minute *minute, bool newer)
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

void store_free_door(struct store_door *door)
{
	if (door) {
		free(door->logo);
		free(door);
	}
}

void store_free_profiles(struct store_profiles *profiles)
{
	if (profiles) {
		store_profiles_finish(profiles);
		free(profiles);
	}
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
	if (store->door_error == -ENOMEM || store->profiles_error == -ENOMEM ||
	    store->dose_error == -ENOMEM) {
		/* What was not read would be written over. */
		refuse(ret_refusal, "out of memory");
		error = -ENOMEM;
		goto fail;
	}
	error = store_start_writer(store);
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
	store_free_door(store->waiting.door);
	store_free_profiles(store->waiting.profiles);
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
	store_wait_minute(&store->waiting, minute, true);
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
	store_free_door(store->waiting.door);
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
	store_free_profiles(store->waiting.profiles);
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
