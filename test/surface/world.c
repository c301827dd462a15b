/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A running amplifier without sound, for tests of surfaces.
 */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_audio.h"
#include "log.h"

int world_set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct service_config config = {.audio = &fake_audio_ops};
	char path[96];
	struct amp amp;

	assert_non_null(world);
	log_set_level(LOG_ERROR);
	memset(&fake_audio, 0, sizeof(fake_audio));
	snprintf(world->folder, sizeof(world->folder), "/tmp/wiregain-surface-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	snprintf(path, sizeof(path), "%s/wiregain.db", world->folder);
	assert_int_equal(loop_create(&world->loop), 0);
	assert_int_equal(store_open(path, &world->store, NULL), 0);
	config.store = world->store;
	amp_init(&amp);
	amp_start(&amp);
	assert_int_equal(service_create(world->loop, &config, &amp, &world->service), 0);
	*state = world;
	return 0;
}

int world_tear_down(void **state)
{
	struct world *world = *state;
	char command[128];

	service_destroy(world->service);
	store_close(world->store);
	loop_destroy(world->loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", world->folder);
	assert_int_equal(system(command), 0);
	free(world);
	return 0;
}

const char *world_get(const struct world *world, const char *path)
{
	static char text[TEXT_BYTES];
	struct control_ref ref;

	assert_int_equal(control_find(path, &ref, NULL), 0);
	return control_format(ref, amp_value(service_amp(world->service), ref), text);
}

void world_set(struct world *world, const char *path, const char *text)
{
	struct refusal refusal = {""};
	struct command command;

	if (command_parse_set(path, text, &command, &refusal) < 0 ||
	    service_command(world->service, &command, &refusal) < 0) {
		fail_msg("%s=%s: %s", path, text, refusal.text);
	}
}
