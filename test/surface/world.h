/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A running amplifier without sound, for tests of surfaces.
 */
#ifndef WIREGAIN_TEST_WORLD_H
#define WIREGAIN_TEST_WORLD_H

#include "service.h"

struct world {
	char folder[64];
	struct loop *loop;
	struct store *store;
	struct service *service;
};

/* Fixtures of cmocka; *state is the world. */
int world_set_up(void **state);
int world_tear_down(void **state);

/* The value of a control as text, until the next call. */
const char *world_get(const struct world *world, const char *path);

/* Sets a control past any surface. */
void world_set(struct world *world, const char *path, const char *text);

#endif
