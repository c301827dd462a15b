/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * WebSockets: a session each. One message goes out whenever the connection takes one: answers
 * first, then what has changed, then the newest readings, so a client that is slow loses readings
 * and no change. While answers wait, or it sends too fast, it is not read from.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http-inside.h"

#define READINGS_HZ 30
#define MESSAGES    500 /* at once, and as many a second */
#define RESUME_MS   20
#define NONSENSE    16   /* messages that are no requests, before it is hung up on */
#define FAREWELL_MS 2000 /* for the other side to hang up after a close frame */
#define EARLY_MS    4    /* the ticker counts in whole milliseconds */

struct live {
	struct session session;
	char *in; /* a message that comes in pieces */
	size_t in_length;
	uint64_t in_deadline_ms; /* meaningful with `in` */

	unsigned char *replies[HTTP_REPLIES]; /* LWS_PRE bytes, then the text */
	int reply_count;
	bool paused; /* it is not read from */
	struct door_rate rate;
	unsigned int nonsense;

	double reading_due_ms;
	bool reading_is_due;

	uint64_t heard_ms;
	bool ping_is_due, pinged;

	enum lws_close_status farewell; /* 0: it stays */
	const char *why;
	uint64_t farewell_ms;
	bool farewell_is_said;
};

/* How often the readings are made, as often as the keenest wants them, and with what pictures. */
static void set_ticker(struct http_server *server)
{
	unsigned int most = 0, scopes = 0;

	for (struct connection *at = server->connections; at; at = at->next) {
		const struct session *session = at->live ? &at->live->session : NULL;

		if (!session || session->readings_hz == 0) {
			continue;
		}
		most = session->readings_hz > most ? session->readings_hz : most;
		scopes |= session->scope < METER_POINTS ? 1U << session->scope : 0;
	}
	if (scopes != server->scopes) {
		server->scopes = scopes;
		service_want_scopes(server->service, scopes);
	}
	if (most == server->ticker_hz) {
		return;
	}
	server->ticker_hz = most;
	if (most == 0) {
		loop_disarm_timer(server->ticker);
	} else {
		loop_arm_timer(server->ticker, 1, 1000 / most);
	}
}

static bool take_turn(struct live *live, uint64_t now)
{
	double every_ms = live->session.readings_hz ? 1000.0 / live->session.readings_hz : 0;

	if (every_ms == 0 || (double)now + EARLY_MS < live->reading_due_ms) {
		return false;
	}
	live->reading_due_ms += every_ms;
	if (live->reading_due_ms < (double)now) {
		live->reading_due_ms = (double)now + every_ms;
	}
	return true;
}

static void on_tick(void *data)
{
	struct http_server *server = data;
	uint64_t now = loop_now_ms();
	bool any = false;

	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live && take_turn(at->live, now)) {
			at->live->reading_is_due = true;
			lws_callback_on_writable(at->wsi);
			any = true;
		}
	}
	if (any) {
		readings_make(server);
		http_loop_turn(server);
	}
}

static bool may_read(struct live *live)
{
	return live->reply_count < HTTP_REPLIES / 2 && !live->session.syncing;
}

static void resume(struct connection *connection, uint64_t now)
{
	struct live *live = connection->live;

	if (live->paused && may_read(live) &&
	    door_rate_take(&live->rate, MESSAGES, MESSAGES, now)) {
		live->paused = false;
		lws_rx_flow_control(connection->wsi, 1);
		/* What it had already read, it looks at only when it has something to do there. */
		lws_callback_on_writable(connection->wsi);
	}
}

static void hold(struct connection *connection)
{
	struct http_server *server = connection->server;

	if (!connection->live->paused) {
		connection->live->paused = true;
		lws_rx_flow_control(connection->wsi, 0);
	}
	loop_arm_timer(server->resumer, RESUME_MS, 0);
}

static void on_resume(void *data)
{
	struct http_server *server = data;
	uint64_t now = loop_now_ms();

	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live && at->live->paused) {
			resume(at, now);
			if (at->live->paused) {
				loop_arm_timer(server->resumer, RESUME_MS, 0);
			}
		}
	}
	http_loop_turn(server);
}

int live_start(struct http_server *server)
{
	server->ticker = loop_add_timer(server->loop, on_tick, server);
	server->resumer = loop_add_timer(server->loop, on_resume, server);
	return server->ticker && server->resumer ? 0 : -ENOMEM;
}

void live_stop(struct http_server *server)
{
	loop_remove(server->ticker);
	loop_remove(server->resumer);
	readings_forget(server);
}

/* Queues an answer (taken over). 0, or -1 when it is one too many. */
static int reply(struct connection *connection, char *text)
{
	struct live *live = connection->live;
	unsigned char *roomy = http_with_room(text);

	if (!roomy || live->reply_count == HTTP_REPLIES) {
		free(roomy);
		return -1;
	}
	live->replies[live->reply_count++] = roomy;
	lws_callback_on_writable(connection->wsi);
	return 0;
}

int live_begin(struct connection *connection)
{
	struct live *live = calloc(1, sizeof(*live));
	char *state = NULL;

	if (!live) {
		return -1;
	}
	request_finish(&connection->request);
	connection->live = live;
	live->heard_ms = loop_now_ms();
	session_init(&live->session, connection->server->service, connection->kind);
	live->session.readings_hz = READINGS_HZ;
	set_ticker(connection->server);
	if (session_call(&live->session, "watch", json_array(), &state) < 0) {
		return -1;
	}
	return reply(connection, state);
}

void live_finish(struct connection *connection)
{
	struct live *live = connection->live;

	if (!live) {
		return;
	}
	connection->live = NULL;
	for (int i = 0; i < live->reply_count; i++) {
		free(live->replies[i]);
	}
	free(live->in);
	free(live);
	set_ticker(connection->server);
}

/* It is told why once its answers are out; what it says from now on is not heard. */
static int close_with(struct connection *connection, enum lws_close_status status, const char *why)
{
	struct live *live = connection->live;

	if (!live->farewell) {
		live->farewell = status;
		live->why = why;
		live->farewell_ms = loop_now_ms();
	}
	if (live->paused) {
		live->paused = false;
		lws_rx_flow_control(connection->wsi, 1);
	}
	lws_callback_on_writable(connection->wsi);
	return 0;
}

/* Answers a whole message. */
static int answer(struct connection *connection, const char *text, size_t length)
{
	struct live *live = connection->live;
	unsigned int readings_hz = live->session.readings_hz, scope = live->session.scope;
	char *text_back = NULL;
	int code = session_request(&live->session, text, length, &text_back);

	if (code < 0 || (text_back && reply(connection, text_back) < 0)) {
		return -1;
	}
	if (code == SESSION_NONSENSE && ++live->nonsense == NONSENSE) {
		close_with(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION,
			   "too many messages that are no requests");
	}
	if (live->farewell) {
		return 0;
	}
	if (readings_hz != live->session.readings_hz) {
		live->reading_due_ms = 0;
	}
	if (readings_hz != live->session.readings_hz || scope != live->session.scope) {
		set_ticker(connection->server);
	}
	if (!door_rate_take(&live->rate, MESSAGES, MESSAGES, loop_now_ms()) || !may_read(live)) {
		hold(connection);
	}
	return 0;
}

/* Keeps a piece until the last one. */
static int keep_piece(struct live *live, const void *bytes, size_t length)
{
	char *in = realloc(live->in, live->in_length + length + 1);

	if (!in) {
		return -1;
	}
	if (!live->in) {
		live->in_deadline_ms = loop_now_ms() + HTTP_REQUEST_MS;
	}
	live->in = in;
	memcpy(live->in + live->in_length, bytes, length);
	live->in_length += length;
	return 0;
}

int live_receive(struct connection *connection, const void *bytes, size_t length)
{
	struct live *live = connection->live;
	struct lws *wsi = connection->wsi;
	bool whole = lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
	int code;

	if (live->farewell) {
		return 0;
	}
	if (live->in_length + length + lws_remaining_packet_payload(wsi) > HTTP_MESSAGE_BYTES) {
		return close_with(connection, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE,
				  "at most 65536 bytes");
	}
	if (lws_frame_is_binary(wsi)) {
		return close_with(connection, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE,
				  "messages are text");
	}
	live_heard(connection);
	if (whole && !live->in) {
		return answer(connection, bytes, length);
	}
	if (keep_piece(live, bytes, length) < 0) {
		return -1;
	}
	if (!whole) {
		return 0;
	}
	code = answer(connection, live->in, live->in_length);
	free(live->in);
	live->in = NULL;
	live->in_length = 0;
	return code;
}

void live_heard(struct connection *connection)
{
	connection->live->heard_ms = loop_now_ms();
	connection->live->pinged = false;
}

bool live_is_gone(struct connection *connection, uint64_t now_ms)
{
	struct live *live = connection->live;
	uint64_t silent_ms = now_ms - live->heard_ms;

	if (silent_ms > HTTP_PING_MS && !live->pinged) {
		live->pinged = live->ping_is_due = true;
		lws_callback_on_writable(connection->wsi);
	}
	if (live->farewell) {
		return now_ms - live->farewell_ms > FAREWELL_MS;
	}
	return silent_ms > HTTP_GONE_MS || (live->in && now_ms > live->in_deadline_ms);
}

static int send_text(struct lws *wsi, unsigned char *roomy)
{
	size_t length = strlen((char *)roomy + LWS_PRE);

	return lws_write(wsi, roomy + LWS_PRE, length, LWS_WRITE_TEXT) < (int)length ? -1 : 0;
}

static int send_reply(struct connection *connection)
{
	struct live *live = connection->live;
	unsigned char *first = live->replies[0];
	int code;

	live->reply_count--;
	memmove(live->replies, live->replies + 1,
		(size_t)live->reply_count * sizeof(live->replies[0]));
	code = send_text(connection->wsi, first);
	free(first);
	return code;
}

static int send_ping(struct lws *wsi)
{
	/* Not an empty one: of its answer libwebsockets would say nothing. */
	unsigned char ping[LWS_PRE + 1] = {0};

	ping[LWS_PRE] = '?';
	return lws_write(wsi, ping + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

/* What is due next, made as late as can be. NULL: nothing. */
static char *next_text(struct live *live)
{
	char *text = live->session.syncing ? session_synced(&live->session) : NULL;

	return text ? text : session_take_changes(&live->session);
}

/*
 * The close frame, by hand: when it is asked for where something may be written, libwebsockets as
 * Debian builds it closes twice in a row, and its own frame never goes out. What comes after it is
 * read and dropped until the other side has hung up: nothing is lost with what was not read.
 */
static void say_farewell(struct connection *connection)
{
	struct live *live = connection->live;
	int fd = lws_get_socket_fd(connection->wsi);
	unsigned char frame[128] = {0x88};
	size_t length = strlen(live->why);

	frame[1] = (unsigned char)(length + 2);
	frame[2] = (unsigned char)(live->farewell >> 8);
	frame[3] = (unsigned char)live->farewell;
	memcpy(frame + 4, live->why, length);
	send(fd, frame, length + 4, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_WR);
	live->farewell_is_said = true;
}

int live_writeable(struct connection *connection)
{
	struct live *live = connection->live;
	struct lws *wsi = connection->wsi;
	unsigned char *roomy;
	int code = 0;

	if (live->farewell_is_said) {
		return 0;
	}
	if (live->ping_is_due) {
		live->ping_is_due = false;
		code = send_ping(wsi);
	} else if (live->reply_count > 0) {
		code = send_reply(connection);
	} else if (live->farewell) {
		say_farewell(connection);
		return 0;
	} else if ((roomy = http_with_room(next_text(live))) != NULL) {
		code = send_text(wsi, roomy);
		free(roomy);
	} else if (live->reading_is_due &&
		   (roomy = readings_for(connection->server, &live->session)) != NULL) {
		live->reading_is_due = false;
		code = send_text(wsi, roomy);
	}
	if (code < 0) {
		return -1;
	}
	if (live->reply_count > 0 || live->ping_is_due || live->farewell ||
	    live->session.has_dirty || live->reading_is_due) {
		lws_callback_on_writable(wsi);
	}
	resume(connection, loop_now_ms());
	return 0;
}

void live_turn_out(struct http_server *server)
{
	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live && at->token >= 0) {
			close_with(at, LWS_CLOSE_STATUS_POLICY_VIOLATION, "pair anew");
		}
	}
	http_loop_turn(server);
}

void live_changed(struct http_server *server, struct control_ref ref)
{
	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live) {
			session_changed(&at->live->session, ref);
		}
	}
}

void live_settled(struct http_server *server)
{
	bool any = false;

	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live && (at->live->session.has_dirty || at->live->session.syncing)) {
			lws_callback_on_writable(at->wsi);
			any = true;
		}
	}
	if (any) {
		http_loop_turn(server);
	}
}
