/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The local socket: claiming its path, and letting clients in. A lock on a file beside the socket
 * says who owns the path; it is released by the kernel, however its owner ends.
 */
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"

struct socket_server {
	char *path;
	int lock_fd;
	int fd;

	struct loop *loop; /* from socket_serve() on */
	struct service *service;
	struct loop_source *source;
	struct loop_source *reaper;
	struct service_listener listener;
	struct client *clients[SOCKET_CLIENTS];
};

/* A folder that is this user's alone. */
static bool is_own_folder(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & 077) == 0;
}

char *socket_default_path(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char folder[64];
	char *path = NULL;

	if (runtime && runtime[0] == '/') {
		return asprintf(&path, "%s/wiregain.sock", runtime) < 0 ? NULL : path;
	}
	snprintf(folder, sizeof(folder), "/run/user/%u", (unsigned int)geteuid());
	if (!is_own_folder(folder)) {
		/* Somebody else's folder of that name is refused when the socket is opened. */
		snprintf(folder, sizeof(folder), "/tmp/wiregain-%u", (unsigned int)geteuid());
	}
	return asprintf(&path, "%s/wiregain.sock", folder) < 0 ? NULL : path;
}

/* The folder of the default path is made when it is missing, and must be the user's own. */
static int check_folder(const char *path, struct refusal *ret_refusal)
{
	char folder[64];
	size_t length;

	length = (size_t)snprintf(folder, sizeof(folder), "/tmp/wiregain-%u",
				  (unsigned int)geteuid());
	if (strncmp(path, folder, length) != 0 || path[length] != '/') {
		return 0;
	}
	if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
		int error = -errno;

		refuse(ret_refusal, "%s: %s", folder, strerror(-error));
		return error;
	}
	if (!is_own_folder(folder)) {
		refuse(ret_refusal,
		       "%s: not a folder of yours alone: set XDG_RUNTIME_DIR or use --socket",
		       folder);
		return -EPERM;
	}
	return 0;
}

static int lock(struct socket_server *server, struct refusal *ret_refusal)
{
	char *name = NULL;
	int error = 0;

	if (asprintf(&name, "%s.lock", server->path) < 0) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	server->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (server->lock_fd < 0) {
		error = -errno;
		refuse(ret_refusal, "%s: %s: choose another place with --socket", name,
		       strerror(-error));
	} else if (flock(server->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		error = -EADDRINUSE;
		refuse(ret_refusal,
		       "an amplifier is running already (%s): use it, or stop it first",
		       server->path);
	}
	free(name);
	return error;
}

/* What a dead process left; anything but a socket is not ours to remove. */
static int remove_stale(const char *path, struct refusal *ret_refusal)
{
	struct stat status;

	if (lstat(path, &status) < 0) {
		return 0;
	}
	if (!S_ISSOCK(status.st_mode)) {
		refuse(ret_refusal, "%s: is not a socket: choose another place with --socket",
		       path);
		return -EEXIST;
	}
	return unlink(path) < 0 ? -errno : 0;
}

static int listen_there(struct socket_server *server, struct refusal *ret_refusal)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int error;

	if (strlen(server->path) >= sizeof(address.sun_path)) {
		refuse(ret_refusal, "%s: too long for a socket's path: use --socket", server->path);
		return -ENAMETOOLONG;
	}
	memcpy(address.sun_path, server->path, strlen(server->path) + 1);
	error = remove_stale(server->path, ret_refusal);
	if (error < 0) {
		return error;
	}
	server->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* The mode of the descriptor becomes the socket's: there is no moment at which it is open
	 * to others. */
	if (server->fd < 0 || fchmod(server->fd, 0600) < 0 ||
	    bind(server->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(server->fd, SOCKET_CLIENTS) < 0) {
		error = -errno;
		refuse(ret_refusal, "%s: %s: choose another place with --socket", server->path,
		       strerror(-error));
	}
	return error;
}

int socket_open(const char *path, struct socket_server **ret_server, struct refusal *ret_refusal)
{
	struct socket_server *server = calloc(1, sizeof(*server));
	int error;

	if (!server) {
		refuse(ret_refusal, "out of memory");
		return -ENOMEM;
	}
	server->fd = -1;
	server->lock_fd = -1;
	server->path = strdup(path);
	if (!server->path) {
		refuse(ret_refusal, "out of memory");
		free(server);
		return -ENOMEM;
	}
	if ((error = check_folder(path, ret_refusal)) < 0 ||
	    (error = lock(server, ret_refusal)) < 0 ||
	    (error = listen_there(server, ret_refusal)) < 0) {
		if (server->fd >= 0) {
			close(server->fd);
			server->fd = -1;
		}
		socket_close(server);
		return error;
	}
	*ret_server = server;
	return 0;
}

/* The owner of the amplifier, or root. */
static bool may_enter(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

static struct client **free_place(struct socket_server *server)
{
	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (!server->clients[i]) {
			return &server->clients[i];
		}
	}
	return NULL;
}

static void turn_away(int fd, const char *reason)
{
	char *text = protocol_error("", reason, NULL);

	if (text) {
		size_t length = strlen(text) + 1;

		text[length - 1] = '\n';
		send(fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		free(text);
	}
	close(fd);
}

static void on_connection(void *data, int fd, unsigned int events)
{
	struct socket_server *server = data;
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client **place;

	if (peer < 0) {
		return;
	}
	place = free_place(server);
	if (!may_enter(peer)) {
		turn_away(peer, "this amplifier is another user's");
	} else if (!place) {
		turn_away(peer, "too many clients: close one first");
	} else {
		*place = client_create(server->loop, server->service, peer, server->reaper);
		if (!*place) {
			turn_away(peer, "out of memory");
		}
	}
}

static void on_reap(void *data)
{
	struct socket_server *server = data;

	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (server->clients[i] && client_is_done(server->clients[i])) {
			client_destroy(server->clients[i]);
			server->clients[i] = NULL;
		}
	}
}

static void on_changed(void *data, struct control_ref ref)
{
	struct socket_server *server = data;

	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (server->clients[i]) {
			client_changed(server->clients[i], ref);
		}
	}
}

static void on_settled(void *data)
{
	struct socket_server *server = data;

	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (server->clients[i]) {
			client_settle(server->clients[i]);
		}
	}
}

int socket_serve(struct socket_server *server, struct loop *loop, struct service *service)
{
	server->loop = loop;
	server->reaper = loop_add_timer(loop, on_reap, server);
	server->source = loop_add_fd(loop, server->fd, LOOP_READ, on_connection, server);
	if (!server->reaper || !server->source) {
		return -ENOMEM;
	}
	server->listener = (struct service_listener){
		.changed = on_changed,
		.settled = on_settled,
		.saved = on_settled,
		.data = server,
	};
	server->service = service;
	service_listen(service, &server->listener);
	return 0;
}

void socket_stop(struct socket_server *server)
{
	if (!server || server->fd < 0) {
		return;
	}
	if (server->service) {
		service_unlisten(server->service, &server->listener);
		server->service = NULL;
	}
	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (server->clients[i]) {
			client_destroy(server->clients[i]);
			server->clients[i] = NULL;
		}
	}
	loop_remove(server->source);
	loop_remove(server->reaper);
	unlink(server->path);
	close(server->fd);
	server->fd = -1;
}

void socket_close(struct socket_server *server)
{
	if (!server) {
		return;
	}
	socket_stop(server);
	if (server->lock_fd >= 0) {
		close(server->lock_fd);
	}
	free(server->path);
	free(server);
}
