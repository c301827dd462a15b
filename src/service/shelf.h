/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The headphone profiles of a running amplifier: their texts, which the store keeps, and what they
 * mean, which the amplifier looks up. Main thread.
 */
#ifndef WIREGAIN_SHELF_H
#define WIREGAIN_SHELF_H

#include "profile.h"
#include "store.h"

struct shelf {
	struct store *store; /* NULL: nothing is kept */
	struct store_profiles texts;
	struct profile_book book;
	uint32_t serial; /* of the last page */
};

/*
 * Takes what the store has (NULL: nothing); what is no profile any more is logged and left out. 0
 * or a negative errno. The shelf outlives every amp that has its book.
 */
int shelf_create(struct store *store, struct shelf **ret_shelf);

/* NULL is fine. */
void shelf_destroy(struct shelf *shelf);

/*
 * Adds or replaces a profile, and has it saved: 0 and the number of that save (0 without a store),
 * or a negative errno with the reason, and nothing has changed.
 */
int shelf_put(struct shelf *shelf, const char *name, const char *text, size_t length,
	      uint64_t *ret_save, struct refusal *ret_refusal);

/* Takes a profile away: 0, or -ENOENT with the reason. */
int shelf_remove(struct shelf *shelf, const char *name, uint64_t *ret_save,
		 struct refusal *ret_refusal);

#endif
