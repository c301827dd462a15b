/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the files of the panel's server share. Main thread.
 */
#ifndef WIREGAIN_HTTP_INSIDE_H
#define WIREGAIN_HTTP_INSIDE_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "door.h"
#include "http.h"
#include "protocol.h"

#define HTTP_CLIENTS        256   /* connections, WebSockets among them */
#define HTTP_STRANGERS      64    /* of them by others than the owner, without a token */
#define HTTP_STRANGERS_EACH 16    /* and from one address */
#define HTTP_MESSAGE_BYTES  65536 /* the longest message or body, a logo apart */
#define HTTP_REQUEST_MS     10000 /* for a request, a body, a message to come in whole */
#define HTTP_ANSWER_MS      30000 /* for an answer to be taken */
#define HTTP_PING_MS        20000 /* a panel that long silent is asked whether it is there */
#define HTTP_GONE_MS        35000 /* and after that long it is not */
#define HTTP_REPLIES        8     /* waiting for one WebSocket; no more is read until they left */
#define HTTP_PATH_BYTES     128

#define READINGS_PLAIN      METER_POINTS

struct live;

/* One request over HTTP, and its answer. */
struct request {
	int method; /* LWSHUMETH_... */
	char path[HTTP_PATH_BYTES];
	bool may_enter; /* of this machine, or with a token */
	bool last;      /* nothing can follow on this connection */
	bool answering; /* its answer is on its way */

	unsigned char *body;
	size_t body_length, body_size;

	int status; /* already decided before the body has come; 0: not yet */
	const unsigned char *answer;
	size_t answer_length, answer_sent;
	unsigned char *owned; /* the answer, when it is to be freed */
};

struct connection {
	struct connection *next;
	struct http_server *server;
	struct lws *wsi;
	char peer[64], own[64]; /* addresses in figures */
	bool own_user;          /* from this machine, by the user who runs the amplifier, or root */
	enum session_peer kind; /* of the newest request */
	int64_t token;          /* by which it came in; below 0: by none */
	uint64_t deadline_ms;   /* HTTP: it is hung up on then */
	struct request request;
	bool doomed;       /* hung up on; only its end is still to come */
	struct live *live; /* NULL: not a WebSocket */
};

struct http_server {
	struct loop *loop;
	struct service *service;
	struct store *store;
	struct service_listener listener;
	struct door door;
	char machine[256];
	unsigned int port;

	int fd; /* listening */
	struct loop_source *source;
	struct loop_source *sweeper; /* looks after deadlines */
	bool watching;               /* it is armed */
	struct connection *connections;
	int count;

	/* live.c */
	struct loop_source *ticker;
	unsigned int ticker_hz;
	struct loop_source *resumer;
	unsigned int scopes; /* bits of points of which somebody draws a picture */
	/* LWS_PRE bytes, then the message: with the picture of each such point, and with none */
	unsigned char *readings[READINGS_PLAIN + 1];

	/* http-loop.c */
	struct lws_context *context;
	struct lws_vhost *vhost;
	uv_loop_t uv;
	bool has_uv;
	struct loop_source *uv_source, *uv_timer;
	bool turning, again;
};

/* http-loop.c: libwebsockets on a loop of libuv, and that on ours. */
/* `protocols` outlives it. 0 or -ENOMEM. */
int http_loop_start(struct http_server *server, const struct lws_protocols *protocols);
void http_loop_stop(struct http_server *server);
/* After anything was asked of libwebsockets from outside its callbacks. */
void http_loop_turn(struct http_server *server);

/* http-peer.c: whose it is; and whether there is room for one more of these. */
void peer_learn(struct connection *connection, int fd);
bool peer_has_room(const struct connection *connection);

/* http-request.c */
int request_begin(struct connection *connection);
int request_body(struct connection *connection, const void *bytes, size_t length);
int request_complete(struct connection *connection);
int request_writeable(struct connection *connection);
void request_finish(struct request *request);
/* Whether a WebSocket may be opened: 0, or 1 when the refusal is on its way, or -1. */
int request_upgrade(struct connection *connection);

/* Sends an answer; `text` (taken over; NULL: no memory) is JSON. 0 or -1. */
int request_answer_json(struct connection *connection, int status, char *text);
int request_answer_wait(struct connection *connection, int status, unsigned int wait_s, char *text);
int request_answer_cookie(struct connection *connection, const char *cookie, char *text);
int request_refuse(struct connection *connection, int status, const char *path, const char *reason);
int request_refuse_saying(struct connection *connection, int status, const char *path,
			  const struct refusal *refusal);

/* http-api.c: what is below /api/, with its body whole. 0 or -1. */
int api_answer(struct connection *connection);
/* Tells everybody what of the door is a control, and has the rest kept. */
void api_door_changed(struct http_server *server);
void api_show_door(struct http_server *server);

/* http-live.c: WebSockets. 0 or -1. */
int live_begin(struct connection *connection);
int live_receive(struct connection *connection, const void *bytes, size_t length);
int live_writeable(struct connection *connection);
void live_heard(struct connection *connection);
void live_finish(struct connection *connection);
void live_changed(struct http_server *server, struct control_ref ref);
void live_settled(struct http_server *server);
/* Whether it is to be hung up on; asks those who are silent for a sign. */
bool live_is_gone(struct connection *connection, uint64_t now_ms);
/* Who came in by a token is answered what he has asked, and hung up on. */
void live_turn_out(struct http_server *server);
int live_start(struct http_server *server);
void live_stop(struct http_server *server);

/* http-readings.c */
/* Makes all that somebody wants, of this moment. */
void readings_make(struct http_server *server);
/* What a session is to be told; NULL before it was made. */
unsigned char *readings_for(const struct http_server *server, const struct session *session);
void readings_forget(struct http_server *server);
/* Takes over a text and leaves room before it for libwebsockets. NULL without memory. */
unsigned char *http_with_room(char *text);

/* Looks after deadlines while there are any: of connections, and of the pairing code. */
void http_watch(struct http_server *server);

/* Hangs up, as soon as libwebsockets may. */
void http_hang_up(struct connection *connection);

#endif
