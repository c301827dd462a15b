/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The headphone profiles of a running amplifier. Main thread.
 */
#include "shelf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* Writes a page of the book, a new one or the one that has the name. */
static void put_page(struct shelf *shelf, const char *name, const struct profile *profile)
{
	int page = profile_find(&shelf->book, name);

	if (page < 0) {
		page = (int)shelf->book.count++;
		snprintf(shelf->book.pages[page].name, PROFILE_NAME_BYTES, "%s", name);
	}
	shelf->book.pages[page].profile = *profile;
	shelf->book.pages[page].serial = ++shelf->serial;
}

static void read_pages(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->texts.count; i++) {
		const struct store_profile *text = &shelf->texts.all[i];
		struct refusal refusal = {""};
		struct profile profile;

		if (profile_parse(text->text, text->length, NULL, NULL, &profile, &refusal) < 0) {
			log_warning("the profile %s is left out: %s", text->name, refusal.text);
		} else {
			put_page(shelf, text->name, &profile);
		}
	}
}

int shelf_create(struct store *store, struct shelf **ret_shelf)
{
	struct shelf *shelf = calloc(1, sizeof(*shelf));
	int error = 0;

	if (!shelf) {
		return -ENOMEM;
	}
	shelf->store = store;
	if (store) {
		error = store_take_profiles(store, &shelf->texts);
	}
	if (error < 0) {
		log_warning("the headphone profiles cannot be read: %s", strerror(-error));
	}
	read_pages(shelf);
	*ret_shelf = shelf;
	return 0;
}

void shelf_destroy(struct shelf *shelf)
{
	if (shelf) {
		store_profiles_finish(&shelf->texts);
		free(shelf);
	}
}

static uint64_t save(struct shelf *shelf)
{
	return shelf->store ? store_save_profiles(shelf->store, &shelf->texts) : 0;
}

static int check_name(const char *name, struct refusal *ret_refusal)
{
	const struct control_ref ref = {CONTROL_EQ_PROFILE, 0};
	struct value value;

	if (!name[0] || strlen(name) >= PROFILE_NAME_BYTES) {
		return refuse(ret_refusal, "a profile's name has 1 to %d bytes",
			      PROFILE_NAME_BYTES - 1);
	}
	return control_parse(ref, name, &value, ret_refusal);
}

int shelf_put(struct shelf *shelf, const char *name, const char *text, size_t length,
	      uint64_t *ret_save, struct refusal *ret_refusal)
{
	struct profile profile;
	int error;

	if ((error = check_name(name, ret_refusal)) < 0 ||
	    (error = profile_parse(text, length, NULL, NULL, &profile, ret_refusal)) < 0) {
		return error;
	}
	error = store_profiles_put(&shelf->texts, name, text, length);
	if (error == -ENOSPC) {
		return refuse(ret_refusal, "there are %d profiles already: remove one", PROFILES);
	}
	if (error < 0) {
		return error;
	}
	put_page(shelf, name, &profile);
	*ret_save = save(shelf);
	return 0;
}

int shelf_remove(struct shelf *shelf, const char *name, uint64_t *ret_save,
		 struct refusal *ret_refusal)
{
	int page = profile_find(&shelf->book, name);

	if (page < 0) {
		refuse(ret_refusal, "there is no profile %.60s", name);
		return -ENOENT;
	}
	store_profiles_remove(&shelf->texts, name);
	shelf->book.count--;
	memmove(&shelf->book.pages[page], &shelf->book.pages[page + 1],
		(shelf->book.count - (unsigned int)page) * sizeof(shelf->book.pages[0]));
	*ret_save = save(shelf);
	return 0;
}
