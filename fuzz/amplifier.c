/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A running amplifier without sound, for fuzzers.
 */
#include "amplifier.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

static struct audio {
	int unused;
} no_audio;

static int audio_create(struct loop *loop, struct engine *engine, const struct audio_config *config,
			const struct audio_events *events, void *data, struct audio **ret_audio)
{
	*ret_audio = &no_audio;
	return 0;
}

static void audio_destroy(struct audio *audio)
{
}

static void audio_configure(struct audio *audio, const struct audio_config *config)
{
}

static const struct audio_ops no_audio_ops = {
	.name = "none",
	.create = audio_create,
	.destroy = audio_destroy,
	.configure = audio_configure,
};

static char folder[64];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* In memory where there is such a place: a fuzzer writes all the time. */
static struct store *make_store(void)
{
	struct store *store = NULL;
	char path[80];

	snprintf(folder, sizeof(folder), "%s/wiregain-fuzz-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder)) {
		abort();
	}
	atexit(remove_folder);
	snprintf(path, sizeof(path), "%s/store.db", folder);
	if (store_open(path, &store, NULL) < 0) {
		abort();
	}
	return store;
}

static void start(struct fuzz_amplifier *amplifier, bool with_store)
{
	struct service_config config = {.audio = &no_audio_ops};

	log_set_level((enum log_level) - 1);
	if (loop_create(&amplifier->loop) < 0) {
		abort();
	}
	amplifier->store = with_store ? make_store() : NULL;
	if (shelf_create(amplifier->store, &amplifier->shelf) < 0) {
		abort();
	}
	config.store = amplifier->store;
	config.shelf = amplifier->shelf;
	amp_init(&amplifier->initial);
	amp_set_profiles(&amplifier->initial, &amplifier->shelf->book);
	amp_start(&amplifier->initial);
	if (service_create(amplifier->loop, &config, &amplifier->initial, &amplifier->service) <
	    0) {
		abort();
	}
}

struct fuzz_amplifier *fuzz_amplifier_reset(bool with_store)
{
	static struct fuzz_amplifier amplifier;
	const struct value off = {.on = 0};

	if (!amplifier.service) {
		start(&amplifier, with_store);
	}
	service_replace(amplifier.service, &amplifier.initial);
	/* None is engaged any more. */
	while (amplifier.shelf->book.count > 0) {
		char name[PROFILE_NAME_BYTES];

		text_copy(name, sizeof(name), amplifier.shelf->book.pages[0].name);
		service_remove_profile(amplifier.service, name, NULL);
	}
	service_report(amplifier.service, (struct control_ref){CONTROL_DISPLAY_LOCKED, 0}, &off);
	return &amplifier;
}
