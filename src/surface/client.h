/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * One client of the local socket, as the amplifier sees it. Main thread.
 */
#ifndef WIREGAIN_CLIENT_H
#define WIREGAIN_CLIENT_H

#include "loop.h"
#include "protocol.h"

struct client;

/*
 * Takes over the descriptor. `reaper` is armed once the client is done. NULL without memory, and
 * then the descriptor is still the caller's.
 */
struct client *client_create(struct loop *loop, struct service *service, int fd,
			     struct loop_source *reaper);
void client_destroy(struct client *client);

void client_changed(struct client *client, struct control_ref ref);

/* Tells what has changed, and answers what can be answered by now, as far as it reads. */
void client_settle(struct client *client);

/* It is gone, or it cannot be talked to: to be destroyed. */
bool client_is_done(const struct client *client);

#endif
