/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests to the running amplifier.
 */
#include "amplifier.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "json_text.h"
#include "socket.h"

#define PATIENCE_S 30 /* a slow disk may take that long to sync */

struct amplifier {
	const struct subcommand *self;
	FILE *stream;
	char *line;
	size_t line_size;
};

static int take_path(void *data, const struct subcommand *self, int code, const char *text)
{
	return json_array_append_new(data, json_string(text)) < 0
		       ? say_wrong(self, "%s: not UTF-8", text)
		       : GO_ON;
}

int arguments_paths(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		    char **argv, json_t *paths)
{
	return arguments_read(ret_arguments, self, argc, argv, take_path, paths);
}

static int say_not_running(const struct subcommand *self, const char *path, int error)
{
	if (error == ENOENT || error == ECONNREFUSED) {
		return say_failed(
			self, "no amplifier is running: start one with `wiregain run` (%s)", path);
	}
	return say_failed(self, "%s: %s", path, strerror(error));
}

/* Ours or root's: in a folder that all may write, somebody else might pose as the amplifier. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

/* A connected descriptor, or a negative errno. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		return -ENAMETOOLONG;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	return fd;
}

static int connect_stream(const struct subcommand *self, const char *path, bool usual,
			  struct amplifier *amplifier)
{
	int fd = connect_to(path);

	if (fd < 0) {
		return say_not_running(self, path, -fd);
	}
	if (usual && !is_trusted(fd)) {
		close(fd);
		return say_failed(self, "%s: another user's: name yours with --socket", path);
	}
	amplifier->self = self;
	amplifier->stream = fdopen(fd, "r");
	if (!amplifier->stream) {
		close(fd);
		return say_failed(self, "out of memory");
	}
	return EXIT_DONE;
}

int amplifier_connect(const struct subcommand *self, const char *path,
		      struct amplifier **ret_amplifier)
{
	struct amplifier *amplifier = calloc(1, sizeof(*amplifier));
	char *usual = path ? NULL : socket_default_path();
	int code;

	if (!amplifier || (!path && !usual)) {
		code = say_failed(self, "out of memory");
	} else {
		code = connect_stream(self, path ? path : usual, !path, amplifier);
	}
	free(usual);
	if (code != EXIT_DONE) {
		free(amplifier);
		return code;
	}
	*ret_amplifier = amplifier;
	return EXIT_DONE;
}

bool amplifier_is_there(const char *path)
{
	char *usual = path ? NULL : socket_default_path();
	int fd = path || usual ? connect_to(path ? path : usual) : -ENOMEM;

	free(usual);
	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

void amplifier_close(struct amplifier *amplifier)
{
	if (amplifier) {
		fclose(amplifier->stream);
		free(amplifier->line);
		free(amplifier);
	}
}

static int send_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR) {
			return -errno;
		}
		text += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

static int send_request(struct amplifier *amplifier, json_t *request)
{
	char *text = request ? json_text_write(request, JSON_COMPACT) : NULL;
	size_t length;
	int error;

	json_decref(request);
	if (!text) {
		return say_failed(amplifier->self, "out of memory");
	}
	length = strlen(text);
	text[length] = '\n';
	error = send_all(fileno(amplifier->stream), text, length + 1);
	free(text);
	if (error < 0) {
		return say_failed(amplifier->self, "the amplifier does not listen: %s",
				  strerror(-error));
	}
	return EXIT_DONE;
}

static int receive(struct amplifier *amplifier, json_t **ret_message)
{
	json_t *message = NULL;
	ssize_t length;
	int error;

	errno = 0;
	length = getline(&amplifier->line, &amplifier->line_size, amplifier->stream);
	if (length < 0) {
		return say_failed(amplifier->self, errno == EAGAIN ? "the amplifier does not answer"
						   : errno == ENOMEM ? "out of memory"
								     : "the amplifier has stopped");
	}
	error = json_text_parse(amplifier->line, (size_t)length, 0, &message, NULL);
	if (error < 0) {
		return error == -ENOMEM
			       ? say_failed(amplifier->self, "out of memory")
			       : say_failed(amplifier->self, "the amplifier's answer is not JSON");
	}
	*ret_message = message;
	return EXIT_DONE;
}

static void say_error(const struct subcommand *self, const json_t *error)
{
	const char *path = json_string_value(json_object_get(error, "path"));
	const char *reason = json_string_value(json_object_get(error, "reason"));

	say_wrong(self, "%s%s%s", path ? path : "", path && path[0] ? ": " : "",
		  reason ? reason : "refused");
}

int amplifier_ask(struct amplifier *amplifier, json_t *request, json_t **ret_reply)
{
	int code = send_request(amplifier, request);
	json_t *reply = NULL;
	const json_t *error;

	if (code == EXIT_DONE) {
		code = receive(amplifier, &reply);
	}
	if (code != EXIT_DONE) {
		return code;
	}
	error = json_object_get(reply, "error");
	if (error) {
		say_error(amplifier->self, error);
		json_decref(reply);
		return EXIT_WRONG;
	}
	*ret_reply = reply;
	return EXIT_DONE;
}

int amplifier_sync(struct amplifier *amplifier)
{
	json_t *reply = NULL;
	int code = amplifier_ask(amplifier, json_pack("{s:b}", "sync", 1), &reply);

	if (code == EXIT_DONE) {
		json_decref(reply);
		return EXIT_DONE;
	}
	return EXIT_FAILED; /* nothing was asked wrongly */
}

int amplifier_listen(struct amplifier *amplifier, json_t **ret_message)
{
	const struct timeval for_ever = {0};

	setsockopt(fileno(amplifier->stream), SOL_SOCKET, SO_RCVTIMEO, &for_ever, sizeof(for_ever));
	return receive(amplifier, ret_message);
}

int amplifier_change(const struct subcommand *self, const char *path, json_t *request,
		     json_t **ret_reply)
{
	struct amplifier *amplifier = NULL;
	json_t *reply = NULL;
	int code = amplifier_connect(self, path, &amplifier);

	if (code != EXIT_DONE) {
		json_decref(request);
		return code;
	}
	code = amplifier_ask(amplifier, request, &reply);
	if (code == EXIT_DONE) {
		code = amplifier_sync(amplifier);
	}
	amplifier_close(amplifier);
	if (code != EXIT_DONE) {
		json_decref(reply);
		return code;
	}
	*ret_reply = reply;
	return EXIT_DONE;
}
