/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A set of headphone profiles in memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

static struct store_profile *find(struct store_profiles *profiles, const char *name)
{
	for (size_t i = 0; i < profiles->count; i++) {
		if (strcmp(profiles->all[i].name, name) == 0) {
			return &profiles->all[i];
		}
	}
	return NULL;
}

int store_profiles_put(struct store_profiles *profiles, const char *name, const char *text,
		       size_t length)
{
	struct store_profile *profile = find(profiles, name);
	char *copy;

	if (!profile && profiles->count == PROFILES) {
		return -ENOSPC;
	}
	copy = malloc(length + 1);
	if (!copy) {
		return -ENOMEM;
	}
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (!profile) {
		profile = &profiles->all[profiles->count++];
		profile->text = NULL;
		snprintf(profile->name, sizeof(profile->name), "%s", name);
	}
	free(profile->text);
	profile->text = copy;
	profile->length = length;
	return 0;
}

void store_profiles_remove(struct store_profiles *profiles, const char *name)
{
	struct store_profile *profile = find(profiles, name);

	if (profile) {
		free(profile->text);
		memmove(profile, profile + 1,
			(size_t)(&profiles->all[--profiles->count] - profile) * sizeof(*profile));
	}
}

int store_profiles_copy(const struct store_profiles *from, struct store_profiles *ret_to)
{
	int error = 0;

	memset(ret_to, 0, sizeof(*ret_to));
	for (size_t i = 0; error == 0 && i < from->count; i++) {
		error = store_profiles_put(ret_to, from->all[i].name, from->all[i].text,
					   from->all[i].length);
	}
	if (error < 0) {
		store_profiles_finish(ret_to);
	}
	return error;
}

void store_profiles_finish(struct store_profiles *profiles)
{
	for (size_t i = 0; i < profiles->count; i++) {
		free(profiles->all[i].text);
	}
	profiles->count = 0;
}
