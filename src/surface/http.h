/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The panel's server: its files, the protocol over HTTP, and over a WebSocket for each panel. No
 * client can hold up another, or the sound, or make us grow: what comes in is bounded in size, rate
 * and time, and of what goes out a client that does not read loses readings, and is told changes
 * later as the newest values. Main thread.
 */
#ifndef WIREGAIN_HTTP_H
#define WIREGAIN_HTTP_H

#include "loop.h"
#include "service.h"

#define HTTP_PANEL "127.0.0.1:8730" /* where it is served when nobody says otherwise */

struct http_server;

/*
 * Serves at "HOST:PORT" ("[::1]:8730"; port 0 takes any). What the door keeps is read from `store`
 * and written there. 0, or a negative errno with the reason: -EINVAL for what is no address,
 * -EADDRINUSE for a port that is taken, -ENOTSUP when it is not in this build.
 */
int http_open(const char *address, struct loop *loop, struct service *service, struct store *store,
	      struct http_server **ret_server, struct refusal *ret_refusal);

/* Hangs up on everybody. Before the service ends. NULL is fine. */
void http_close(struct http_server *server);

#endif
