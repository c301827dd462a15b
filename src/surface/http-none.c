/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A build without the panel.
 */
#include "http.h"

#include <errno.h>

int http_open(const char *address, struct loop *loop, struct service *service, struct store *store,
	      struct http_server **ret_server, struct refusal *ret_refusal)
{
	refuse(ret_refusal, "not in this build: build it with libwebsockets, libuv and libsodium");
	return -ENOTSUP;
}

void http_close(struct http_server *server)
{
}
