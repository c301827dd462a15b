/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store's file: SQLite: settings, events, and what the panel's door keeps. One thread at a
 * time.
 */
#ifndef WIREGAIN_DATABASE_H
#define WIREGAIN_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controls.h"

struct database;
struct dose;
struct dose_minute;
struct store_door;
struct store_profiles;

struct store_event {
	int64_t unix_ms;
	char kind[16];
	char text[TEXT_BYTES];
};

/*
 * Opens or makes the file. 0 or a negative errno with the reason: -EPROTO when a newer version
 * wrote it, -EBADMSG when it is damaged, -EINVAL when it is a database of something else.
 */
int database_open(const char *path, struct database **ret_database, struct refusal *ret_refusal);

/* NULL is fine. */
void database_close(struct database *database);

bool database_read_only(const struct database *database);

/* Hands every setting to `each`. 0 or a negative errno. */
int database_read_settings(struct database *database,
			   void (*each)(void *data, const char *path, const char *value),
			   void *data);

/* What the door keeps; its logo is to be freed. 0 or a negative errno. */
int database_read_door(struct database *database, struct store_door *ret_door);

/* The profiles; to be finished, in any case. 0 or a negative errno. */
int database_read_profiles(struct database *database, struct store_profiles *ret_profiles);

/* What was listened to. 0 or a negative errno. */
int database_read_minutes(struct database *database, struct dose *ret_dose);

/* A transaction: whole on the disk when database_commit() returns 0. All: 0 or a negative errno. */
int database_begin(struct database *database);
int database_put_setting(struct database *database, const char *path, const char *value);
int database_put_event(struct database *database, const struct store_event *event);
int database_put_minute(struct database *database, const struct dose_minute *minute);
int database_put_door(struct database *database, const struct store_door *door);
int database_put_profiles(struct database *database, const struct store_profiles *profiles);
int database_commit(struct database *database);
void database_rollback(struct database *database);

#endif
