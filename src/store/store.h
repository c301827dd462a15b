/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The store: one SQLite file with the kept settings, the events, what was listened to, and what the
 * panel's door keeps. A thread of its own writes, so that a slow disk holds up nobody; what is
 * waiting is written together, in one transaction, so a file after a kill or a power cut holds the
 * settings of one moment, whole. Functions are for one thread, the main one.
 */
#ifndef WIREGAIN_STORE_H
#define WIREGAIN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amp.h"
#include "dose.h"
#include "profile.h"

#define STORE_SCHEMA 4
#define STORE_TOKENS 64

struct store;

/* Somebody who was let in at the panel's door. */
struct store_token {
	int64_t id;
	int64_t created_unix_ms;
	char name[64];          /* as they call themselves */
	unsigned char hash[32]; /* of the token; the token itself is kept nowhere */
};

/* Headphone profiles, as the texts that they were. */
struct store_profile {
	char name[PROFILE_NAME_BYTES];
	char *text; /* with a final zero behind it */
	size_t length;
};

struct store_profiles {
	struct store_profile all[PROFILES];
	size_t count;
};

/* Adds or replaces one. 0, -ENOSPC when there are PROFILES of them, -ENOMEM. */
int store_profiles_put(struct store_profiles *profiles, const char *name, const char *text,
		       size_t length);
void store_profiles_remove(struct store_profiles *profiles, const char *name);
int store_profiles_copy(const struct store_profiles *from, struct store_profiles *ret_to);
void store_profiles_finish(struct store_profiles *profiles);

/* What the panel's door keeps. */
struct store_door {
	struct store_token tokens[STORE_TOKENS];
	size_t token_count;
	unsigned char pin[48]; /* salt and hash */
	size_t pin_size;       /* 0: none */
	unsigned char *logo;   /* a file's bytes; NULL: none */
	size_t logo_size;
};

/*
 * Opens or makes the file and the folders above it. 0 or a negative errno with the reason and what
 * to do: -EPROTO when a newer version wrote it. A file that is damaged is moved aside to
 * PATH.damaged, and a new one made. A file that cannot be written opens for reading: see
 * store_read_only().
 */
int store_open(const char *path, struct store **ret_store, struct refusal *ret_refusal);

/*
 * Where the store of this user is: $XDG_STATE_HOME/wiregain/wiregain.db, or below ~/.local/state.
 * To be freed; NULL without memory or a home.
 */
char *store_default_path(void);

/* Writes what waits, then closes. NULL is fine. */
void store_close(struct store *store);

bool store_read_only(const struct store *store);

/*
 * Gives every kept setting to amp_restore(); what no longer is a valid value is logged and left
 * out. 0 or a negative errno. Before the first store_save() and store_event().
 */
int store_load(struct store *store, struct amp *amp);

/*
 * Takes a copy of all kept settings, to be written. Returns the number of this save: when
 * store_saved() has reached it, it is on the disk. A spun knob is written a few times a second.
 */
uint64_t store_save(struct store *store, const struct amp *amp);

/*
 * What the door keeps. It is taken once, as it was when the store was opened, at any time, and its
 * logo is to be freed: 0 or a negative errno. Saving takes a copy and is numbered with the saves of
 * settings; 0 without memory.
 */
int store_take_door(struct store *store, struct store_door *ret_door);
uint64_t store_save_door(struct store *store, const struct store_door *door);

/*
 * The profiles, taken once, as they were when the store was opened; to be finished. Saving takes a
 * copy of all of them and is numbered with the saves of settings; 0 without memory.
 */
int store_take_profiles(struct store *store, struct store_profiles *ret_profiles);
uint64_t store_save_profiles(struct store *store, const struct store_profiles *profiles);

/*
 * What was listened to, as it was when the store was opened: taken once, at any time, and to be
 * freed. 0 or a negative errno.
 */
int store_take_dose(struct store *store, struct dose **ret_dose);

/*
 * A minute that has changed, as a whole: written in place of what was written of it before, and
 * numbered with the saves of settings. While nothing can be written those of four hours wait.
 */
uint64_t store_save_minute(struct store *store, const struct dose_minute *minute);

/* Somebody waits for what was given to be saved: it is written now. */
void store_hurry(struct store *store);

/*
 * An event for the history, of which the newest 10,000 are kept: `kind` is one word ("start",
 * "guard", "device"), `text` a sentence.
 */
void store_event(struct store *store, const char *kind, const char *text);

/* A descriptor that is readable when store_saved() has changed, and the newest save on the disk. */
int store_fd(const struct store *store);
uint64_t store_saved(struct store *store);

/*
 * The error of the last writing, 0 when it went well. store_saved() counts a failed save as done;
 * what failed waits, and is written with whatever is saved next, or at the end.
 */
int store_error(struct store *store);

#endif
