/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Two loops in one. Of the loops that libwebsockets 4.1 can be given, libuv's is the one that can
 * stand within another: it has a descriptor that is readable when it has work, and knows how long
 * it may wait. What was asked of it takes effect only when it goes round.
 */
#include "http-inside.h"

#include <errno.h>
#include <string.h>

#include "log.h"

#define ROUNDS_MAX    8
#define ROUNDS_TO_END 40

static void arm(struct http_server *server)
{
	int wait_ms = uv_backend_timeout(&server->uv);

	if (server->again) {
		wait_ms = 0;
	}
	if (wait_ms < 0) {
		loop_disarm_timer(server->uv_timer);
	} else {
		loop_arm_timer(server->uv_timer, (uint64_t)wait_ms, 0);
	}
}

void http_loop_turn(struct http_server *server)
{
	if (server->turning || !server->uv_timer) {
		server->again = true;
		return;
	}
	server->turning = true;
	/* Once for what is ready, and again for what that has led to. */
	for (int round = 0; round == 0 || (server->again && round < ROUNDS_MAX); round++) {
		server->again = false;
		uv_run(&server->uv, UV_RUN_NOWAIT);
	}
	server->turning = false;
	arm(server);
}

static void on_uv(void *data, int fd, unsigned int events)
{
	struct http_server *server = data;

	http_loop_turn(server);
	http_loop_turn(server);
}

static void on_timer(void *data)
{
	http_loop_turn(data);
}

static void on_log(int level, const char *line)
{
	log_debug("panel: %.*s", (int)strcspn(line, "\n"), line);
}

static struct lws_context *make_context(struct http_server *server,
					const struct lws_protocols *protocols)
{
	void *loops[1] = {&server->uv};
	const struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		.foreign_loops = loops,
		.fd_limit_per_thread = HTTP_CLIENTS + 32,
		.max_http_header_data = 4096,
		.max_http_header_pool = HTTP_CLIENTS + 8,
		.timeout_secs = HTTP_ANSWER_MS / 1000,
		.keepalive_timeout = HTTP_ANSWER_MS / 1000,
		.pcontext = &server->context, /* NULL again when all of it is gone */
		.user = server,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
	};
	struct lws_context *context = lws_create_context(&info);

	server->vhost = context ? lws_create_vhost(context, &info) : NULL;
	return context;
}

int http_loop_start(struct http_server *server, const struct lws_protocols *protocols)
{
	lws_set_log_level(LLL_ERR | LLL_WARN, on_log);
	if (uv_loop_init(&server->uv) < 0) {
		return -ENOMEM;
	}
	server->has_uv = true;
	server->context = make_context(server, protocols);
	if (!server->context || !server->vhost) {
		return -ENOMEM;
	}
	server->uv_timer = loop_add_timer(server->loop, on_timer, server);
	server->uv_source =
		loop_add_fd(server->loop, uv_backend_fd(&server->uv), LOOP_READ, on_uv, server);
	if (!server->uv_timer || !server->uv_source) {
		return -ENOMEM;
	}
	http_loop_turn(server);
	return 0;
}

void http_loop_stop(struct http_server *server)
{
	loop_remove(server->uv_source);
	loop_remove(server->uv_timer);
	server->uv_timer = NULL;
	if (!server->has_uv) {
		return;
	}
	/* Its handles close only when the loop goes round, and it is gone only after them. */
	for (int round = 0; round < ROUNDS_TO_END; round++) {
		if (server->context && round % 4 == 0) {
			lws_context_destroy(server->context);
		}
		uv_run(&server->uv, UV_RUN_NOWAIT);
		if (!server->context && uv_loop_close(&server->uv) == 0) {
			break;
		}
	}
}
