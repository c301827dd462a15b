/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * One client. At most one message is on its way out at a time; only when it is gone the next
 * request is answered or the next change told. So what is kept for a client is one line in, one
 * message out, and a bit for each control.
 */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

#define READ_BYTES 4096

struct client {
	struct session session;
	struct loop_source *source;
	struct loop_source *reaper; /* the server's */
	int fd;
	bool hung_up; /* sends no more */
	bool done;
	bool working; /* a request of its own comes back as a change */

	char *in; /* what came and is not answered yet */
	size_t in_length;
	size_t in_size;
	size_t in_searched; /* no line end before here */

	char *out; /* the message on its way, NULL: none */
	size_t out_length;
	size_t out_sent;
};

static void watch(struct client *client)
{
	unsigned int events = client->out ? LOOP_WRITE : 0;

	if (!client->out && !client->session.syncing && !client->hung_up) {
		events |= LOOP_READ;
	}
	loop_change_fd(client->source, events);
}

/* Sends what it takes. What is not taken waits. */
static void send_some(struct client *client)
{
	while (client->out && !client->done) {
		ssize_t sent =
			send(client->fd, client->out + client->out_sent,
			     client->out_length - client->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR) {
			continue;
		}
		if (sent < 0) {
			client->done = errno != EAGAIN && errno != EWOULDBLOCK;
			return;
		}
		client->out_sent += (size_t)sent;
		if (client->out_sent == client->out_length) {
			free(client->out);
			client->out = NULL;
		}
	}
}

/* Takes over `text`; a line end takes the place of its final zero. */
static void start_sending(struct client *client, char *text)
{
	client->out = text;
	client->out_sent = 0;
	client->out_length = strlen(text) + 1;
	text[client->out_length - 1] = '\n';
	send_some(client);
}

static void drop_line(struct client *client, size_t length)
{
	client->in_length -= length;
	memmove(client->in, client->in + length, client->in_length);
	client->in_searched = 0;
}

/* Answers the next whole line. False when there is none. */
static bool answer_line(struct client *client)
{
	char *end = client->in_length > client->in_searched
			    ? memchr(client->in + client->in_searched, '\n',
				     client->in_length - client->in_searched)
			    : NULL;
	char *reply = NULL;
	size_t length;

	if (!end) {
		client->in_searched = client->in_length;
		return false;
	}
	length = (size_t)(end - client->in);
	if (length > 0 && session_request(&client->session, client->in, length, &reply) < 0) {
		client->done = true;
		return false;
	}
	drop_line(client, length + 1);
	if (reply) {
		start_sending(client, reply);
	}
	return true;
}

/* Works on as long as it reads what it is told. */
static void work(struct client *client)
{
	while (!client->out && !client->done) {
		char *text = client->session.syncing ? session_synced(&client->session) : NULL;

		if (!text) {
			text = session_take_changes(&client->session);
		}
		if (text) {
			start_sending(client, text);
			continue;
		}
		if (client->session.syncing || !answer_line(client)) {
			break;
		}
	}
}

static void refuse_long_line(struct client *client)
{
	char *text = protocol_error("", "the line is too long: use at most 65536 bytes", NULL);

	if (text) {
		start_sending(client, text);
	}
	client->done = true;
}

static bool make_room(struct client *client)
{
	size_t size = client->in_size ? client->in_size * 2 : READ_BYTES;
	char *in;

	if (client->in_length < client->in_size) {
		return true;
	}
	if (client->in_size >= SOCKET_LINE_BYTES) {
		refuse_long_line(client);
		return false;
	}
	in = realloc(client->in, size);
	if (!in) {
		client->done = true;
		return false;
	}
	client->in = in;
	client->in_size = size;
	return true;
}

static void receive(struct client *client)
{
	ssize_t got;

	if (!make_room(client)) {
		return;
	}
	got = recv(client->fd, client->in + client->in_length, client->in_size - client->in_length,
		   MSG_DONTWAIT);
	if (got > 0) {
		client->in_length += (size_t)got;
	} else if (got == 0) {
		client->hung_up = true;
	} else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		client->done = true;
	}
}

static void on_event(void *data, int fd, unsigned int events)
{
	struct client *client = data;

	if (events & LOOP_READ) {
		receive(client);
	} else if (events & LOOP_HANGUP) {
		/* Both ways are closed: nobody is left to read an answer. */
		client->done = true;
	}
	if (events & LOOP_WRITE) {
		send_some(client);
	}
	client_settle(client);
}

struct client *client_create(struct loop *loop, struct service *service, int fd,
			     struct loop_source *reaper)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client) {
		return NULL;
	}
	client->fd = fd;
	client->reaper = reaper;
	client->source = loop_add_fd(loop, fd, LOOP_READ, on_event, client);
	if (!client->source) {
		free(client);
		return NULL;
	}
	session_init(&client->session, service, SESSION_OWNER);
	return client;
}

void client_destroy(struct client *client)
{
	loop_remove(client->source);
	close(client->fd);
	free(client->in);
	free(client->out);
	free(client);
}

void client_changed(struct client *client, struct control_ref ref)
{
	session_changed(&client->session, ref);
}

void client_settle(struct client *client)
{
	if (client->working) {
		return;
	}
	client->working = true;
	work(client);
	client->working = false;
	if (client->hung_up && !client->out && !client->session.syncing) {
		client->done = true;
	}
	if (client->done) {
		loop_arm_timer(client->reaper, 0, 0);
	} else {
		watch(client);
	}
}

bool client_is_done(const struct client *client)
{
	return client->done;
}
