/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The local socket: the protocol over a Unix stream, one JSON object a line. For the user who runs
 * the amplifier alone. No client can hold up another or make us grow: a line in is bounded, one
 * that does not read its replies is not read from, and changes it does not read are told later as
 * the newest values. Main thread.
 */
#ifndef WIREGAIN_SOCKET_H
#define WIREGAIN_SOCKET_H

#include "loop.h"
#include "service.h"

#define SOCKET_LINE_BYTES 65536
#define SOCKET_CLIENTS    64

struct socket_server;

/*
 * Where the socket of this user is: $XDG_RUNTIME_DIR/wiregain.sock, or without that a folder of the
 * user's own in /run/user or /tmp. To be freed; NULL without memory.
 */
char *socket_default_path(void);

/*
 * Claims a path and listens there, in place of what a dead process left; clients wait until
 * socket_serve(). 0, or a negative errno with the reason: -EADDRINUSE when an amplifier listens
 * there.
 */
int socket_open(const char *path, struct socket_server **ret_server, struct refusal *ret_refusal);

/* Starts to answer. 0 or -ENOMEM. */
int socket_serve(struct socket_server *server, struct loop *loop, struct service *service);

/*
 * Closes every client and removes the socket, and lets go of the service; the path stays claimed.
 * NULL is fine.
 */
void socket_stop(struct socket_server *server);

/* Stops, and gives the path back. NULL is fine. */
void socket_close(struct socket_server *server);

#endif
