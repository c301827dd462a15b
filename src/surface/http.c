/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The panel's server: listening, letting connections in, and hanging up on those that take too
 * long. Connections are accepted here, so that each is counted before libwebsockets knows of it.
 */
#include "http.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-inside.h"
#include "log.h"

#define SWEEP_MS 1000

static void free_connection(struct connection *connection)
{
	struct http_server *server = connection->server;
	struct connection **at = &server->connections;

	while (*at != connection) {
		at = &(*at)->next;
	}
	*at = connection->next;
	server->count--;
	live_finish(connection);
	request_finish(&connection->request);
	free(connection);
	http_watch(server);
}

void http_watch(struct http_server *server)
{
	bool wanted = server->count > 0 || door_is_resting(&server->door);

	if (wanted == server->watching) {
		return;
	}
	server->watching = wanted;
	if (wanted) {
		loop_arm_timer(server->sweeper, SWEEP_MS, SWEEP_MS);
	} else {
		loop_disarm_timer(server->sweeper);
	}
}

void http_hang_up(struct connection *connection)
{
	connection->doomed = true;
	/* Whatever it waits for comes now, and with it a callback that ends it. */
	shutdown(lws_get_socket_fd(connection->wsi), SHUT_RDWR);
	lws_callback_on_writable(connection->wsi);
}

static void turn_away(int fd)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\n"
				   "Content-Length: 0\r\nConnection: close\r\n\r\n";

	send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void let_in(struct http_server *server, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	const int on = 1;

	if (!connection) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	connection->server = server;
	connection->token = -ENOENT;
	connection->deadline_ms = loop_now_ms() + HTTP_REQUEST_MS;
	peer_learn(connection, fd);
	if (!peer_has_room(connection)) {
		free(connection);
		turn_away(fd);
		return;
	}
	connection->next = server->connections;
	server->connections = connection;
	server->count++;
	http_watch(server);
	connection->wsi = lws_adopt_socket_vhost(server->vhost, fd);
	if (!connection->wsi) {
		free_connection(connection);
		return;
	}
	lws_set_opaque_user_data(connection->wsi, connection);
}

static void on_connection(void *data, int fd, unsigned int events)
{
	struct http_server *server = data;
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (peer < 0) {
		return;
	}
	if (server->count >= HTTP_CLIENTS) {
		turn_away(peer);
		return;
	}
	let_in(server, peer);
	http_loop_turn(server);
}

static void on_sweep(void *data)
{
	struct http_server *server = data;
	uint64_t now = loop_now_ms();

	for (struct connection *at = server->connections; at; at = at->next) {
		if (!at->doomed && (at->live ? live_is_gone(at, now) : now >= at->deadline_ms)) {
			http_hang_up(at);
		}
	}
	if (door_renew_code(&server->door, now)) {
		api_show_door(server);
	}
	http_watch(server);
	http_loop_turn(server);
}

/* What libwebsockets tells. Less than 0 closes the connection. */
static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t length)
{
	struct http_server *server = lws_context_user(lws_get_context(wsi));
	struct connection *connection = lws_get_opaque_user_data(wsi);

	server->again = true;
	if (!connection) {
		return lws_callback_http_dummy(wsi, reason, user, in, length);
	}
	if (connection->doomed && reason != LWS_CALLBACK_WSI_DESTROY) {
		return -1;
	}
	switch (reason) {
	case LWS_CALLBACK_HTTP:
		return request_begin(connection);
	case LWS_CALLBACK_HTTP_BODY:
		return request_body(connection, in, length);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return request_complete(connection);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return request_writeable(connection);
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return strcmp(in, "websocket") == 0 ? request_upgrade(connection) : -1;
	case LWS_CALLBACK_ESTABLISHED:
		return live_begin(connection);
	case LWS_CALLBACK_RECEIVE:
		return live_receive(connection, in, length);
	case LWS_CALLBACK_RECEIVE_PONG:
		live_heard(connection);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return live_writeable(connection);
	case LWS_CALLBACK_WSI_DESTROY:
		lws_set_opaque_user_data(wsi, NULL);
		free_connection(connection);
		return 0;
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{.name = "wiregain", .callback = on_event, .rx_buffer_size = 4096},
	{0},
};

static void on_changed(void *data, struct control_ref ref)
{
	live_changed(data, ref);
}

static void on_unlocked(void *data)
{
	struct http_server *server = data;

	door_forget_pin(&server->door);
	api_door_changed(server);
}

/* Another one has it now: who came in before him comes in no more. */
static void on_reset(void *data)
{
	struct http_server *server = data;

	door_forget_all(&server->door);
	store_event(server->store, "door", "a factory reset: every panel's token was revoked");
	api_door_changed(server);
	live_turn_out(server);
}

static void on_settled(void *data)
{
	live_settled(data);
}

/* "127.0.0.1:8730", "[::1]:8730", "studio:80". 0 or -EINVAL. */
static int part_address(const char *address, char *host, size_t size, char *port,
			struct refusal *ret_refusal)
{
	const char *colon = strrchr(address, ':');
	const char *start = address;
	size_t length = colon ? (size_t)(colon - address) : 0;

	if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
		start++;
		length -= 2;
	} else if (colon && memchr(address, ':', length)) {
		length = 0;
	}
	if (length == 0 || length >= size || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    colon[1] == '\0' || strlen(colon + 1) > 5 || atoi(colon + 1) > 65535) {
		return refuse(ret_refusal, "%.80s: give HOST:PORT, as %s, or off", address,
			      HTTP_PANEL);
	}
	memcpy(host, start, length);
	host[length] = '\0';
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return 0;
}

/* A descriptor, or a negative errno. */
static int listen_at(const struct addrinfo *at)
{
	const int on = 1;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0) {
		return -errno;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, 64) < 0) {
		error = -errno;
		close(fd);
		return error;
	}
	return fd;
}

static int open_listener(struct http_server *server, const char *address,
			 struct refusal *ret_refusal)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct sockaddr_storage bound;
	socklen_t size = sizeof(bound);
	struct addrinfo *list = NULL;
	char host[256], port[8];
	int error = part_address(address, host, sizeof(host), port, ret_refusal);

	if (error < 0) {
		return error;
	}
	if ((error = getaddrinfo(host, port, &hints, &list)) != 0) {
		return refuse(ret_refusal, "%.80s: %s", address, gai_strerror(error));
	}
	server->fd = -EADDRNOTAVAIL;
	for (const struct addrinfo *at = list; at && server->fd < 0; at = at->ai_next) {
		server->fd = listen_at(at);
	}
	freeaddrinfo(list);
	if (server->fd < 0) {
		refuse(ret_refusal, "%.80s: %s: choose another with --panel HOST:PORT", address,
		       server->fd == -EADDRINUSE ? "taken by another program"
						 : strerror(-server->fd));
		return server->fd;
	}
	if (getsockname(server->fd, (struct sockaddr *)&bound, &size) == 0 &&
	    getnameinfo((struct sockaddr *)&bound, size, NULL, 0, port, sizeof(port),
			NI_NUMERICSERV) == 0) {
		server->port = (unsigned int)atoi(port);
	}
	return 0;
}

/* The address that a browser on this machine opens. */
static void show_address(struct http_server *server, const char *address)
{
	struct value value = {.text = ""};
	int length = (int)(strrchr(address, ':') - address);

	if (strncmp(address, "0.0.0.0:", 8) == 0 || strncmp(address, "[::]:", 5) == 0) {
		address = "localhost";
		length = 9;
	}
	snprintf(value.text, sizeof(value.text), "http://%.*s:%u/", length, address, server->port);
	service_report(server->service, (struct control_ref){CONTROL_SYSTEM_PANEL, 0}, &value);
}

static int open_door(struct http_server *server)
{
	struct store_door kept = {0};
	int error = store_take_door(server->store, &kept);

	if (error < 0) {
		log_warning("who may use the panel cannot be read: %s", strerror(-error));
	}
	gethostname(server->machine, sizeof(server->machine) - 1);
	return door_init(&server->door, error < 0 ? NULL : &kept);
}

static int start(struct http_server *server)
{
	int error;

	server->sweeper = loop_add_timer(server->loop, on_sweep, server);
	if (!server->sweeper || live_start(server) < 0) {
		return -ENOMEM;
	}
	if ((error = open_door(server)) < 0 || (error = http_loop_start(server, protocols)) < 0) {
		return error;
	}
	server->source = loop_add_fd(server->loop, server->fd, LOOP_READ, on_connection, server);
	return server->source ? 0 : -ENOMEM;
}

int http_open(const char *address, struct loop *loop, struct service *service, struct store *store,
	      struct http_server **ret_server, struct refusal *ret_refusal)
{
	struct http_server *server = calloc(1, sizeof(*server));
	int error = -ENOMEM;

	refuse(ret_refusal, "out of memory");
	if (!server) {
		return error;
	}
	server->loop = loop;
	server->service = service;
	server->store = store;
	server->fd = -1;
	server->listener = (struct service_listener){
		.changed = on_changed,
		.settled = on_settled,
		.saved = on_settled,
		.unlocked = on_unlocked,
		.reset = on_reset,
		.data = server,
	};
	error = open_listener(server, address, ret_refusal);
	if (error == 0) {
		error = start(server);
		if (error < 0) {
			refuse(ret_refusal, "%s", strerror(-error));
		}
	}
	if (error < 0) {
		http_close(server);
		return error;
	}
	service_listen(service, &server->listener);
	show_address(server, address);
	api_show_door(server);
	*ret_server = server;
	return 0;
}

void http_close(struct http_server *server)
{
	if (!server) {
		return;
	}
	service_unlisten(server->service, &server->listener);
	loop_remove(server->source);
	if (server->fd >= 0) {
		close(server->fd);
	}
	http_loop_stop(server);
	live_stop(server);
	loop_remove(server->sweeper);
	door_finish(&server->door);
	free(server);
}
