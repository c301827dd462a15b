/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The local socket: who may listen where, and clients that do not behave. Server and clients run on
 * one thread, in turn, so nothing depends on time.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "socket.h"
#include "world.h"

struct bench {
	struct world *world;
	struct socket_server *server;
	char path[96];
};

/* A client's end, and what it has read and not used. */
struct peer {
	int fd;
	char *bytes;
	size_t length;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct refusal refusal = {""};
	void *world = NULL;

	assert_non_null(bench);
	world_set_up(&world);
	bench->world = world;
	snprintf(bench->path, sizeof(bench->path), "%s/wiregain.sock", bench->world->folder);
	if (socket_open(bench->path, &bench->server, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	assert_int_equal(socket_serve(bench->server, bench->world->loop, bench->world->service), 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	void *world = bench->world;

	socket_close(bench->server);
	world_tear_down(&world);
	free(bench);
	return 0;
}

/* Everything that is ready by now. */
static void turn(const struct bench *bench)
{
	for (int i = 0; i < 20; i++) {
		loop_iterate(bench->world->loop, 0);
	}
}

static struct peer connect_peer(const struct bench *bench)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct peer peer = {.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)};

	memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
	assert_true(peer.fd >= 0);
	assert_int_equal(connect(peer.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	turn(bench);
	return peer;
}

static void close_peer(struct peer *peer)
{
	close(peer->fd);
	free(peer->bytes);
	memset(peer, 0, sizeof(*peer));
}

static void say(const struct peer *peer, const char *text)
{
	assert_int_equal(send(peer->fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* The next line, without its end; the server runs meanwhile. To be freed; NULL: it hung up. */
static char *hear(const struct bench *bench, struct peer *peer)
{
	char *end, *line;

	while (!(end = peer->length ? memchr(peer->bytes, '\n', peer->length) : NULL)) {
		ssize_t got;

		peer->bytes = realloc(peer->bytes, peer->length + 65536);
		assert_non_null(peer->bytes);
		got = recv(peer->fd, peer->bytes + peer->length, 65536, MSG_DONTWAIT);
		if (got == 0) {
			return NULL;
		}
		if (got < 0) {
			assert_true(errno == EAGAIN || errno == ECONNRESET);
			if (errno == ECONNRESET) {
				return NULL;
			}
			loop_iterate(bench->world->loop, 100);
		}
		peer->length += got > 0 ? (size_t)got : 0;
	}
	line = calloc(1, (size_t)(end - peer->bytes) + 1);
	assert_non_null(line);
	memcpy(line, peer->bytes, (size_t)(end - peer->bytes));
	peer->length -= (size_t)(end + 1 - peer->bytes);
	memmove(peer->bytes, end + 1, peer->length);
	return line;
}

static void assert_hears(const struct bench *bench, struct peer *peer, const char *wanted)
{
	char *line = hear(bench, peer);

	if (!line || strcmp(line, wanted) != 0) {
		fail_msg("heard %s", line ? line : "nothing more");
	}
	free(line);
}

static void test_request_and_reply(void **state)
{
	const struct bench *bench = *state;
	struct peer peer = connect_peer(bench);

	say(&peer, "{\"get\":[\"dim\"]}\n");
	assert_hears(bench, &peer, "{\"set\":{\"dim\":false}}");
	/* In pieces, several at once, with empty lines between. */
	say(&peer, "{\"set\":{\"di");
	turn(bench);
	say(&peer, "m\":true}}\n\n\n{\"get\":[\"dim\"]}\n{\"get\":[\"input\"]}\n{\"no");
	assert_hears(bench, &peer, "{\"set\":{\"dim\":true}}");
	assert_hears(bench, &peer, "{\"set\":{\"dim\":true}}");
	assert_hears(bench, &peer, "{\"set\":{\"input\":\"1\"}}");
	close_peer(&peer);
	turn(bench);
}

static void test_requests_before_a_hangup_are_answered(void **state)
{
	const struct bench *bench = *state;
	struct peer peer = connect_peer(bench);

	say(&peer, "{\"set\":{\"dim\":true}}\n{\"sync\":true}\n{\"get\":[\"dim\"]}\n");
	shutdown(peer.fd, SHUT_WR);
	assert_hears(bench, &peer, "{\"set\":{\"dim\":true}}");
	assert_hears(bench, &peer, "{\"sync\":true}");
	assert_hears(bench, &peer, "{\"set\":{\"dim\":true}}");
	assert_null(hear(bench, &peer));
	close_peer(&peer);
}

static void test_watching(void **state)
{
	const struct bench *bench = *state;
	struct peer watcher = connect_peer(bench), setter = connect_peer(bench);
	char *line;

	say(&watcher, "{\"watch\":[\"headphone.level\"]}\n");
	line = hear(bench, &watcher);
	assert_non_null(strstr(line, "\"headphone.level\":-40.0"));
	free(line);
	say(&setter, "{\"set\":{\"headphone.level\":-50}}\n");
	assert_hears(bench, &setter, "{\"set\":{\"headphone.level\":-50.0}}");
	line = hear(bench, &watcher);
	assert_non_null(strstr(line, "\"rev\":"));
	assert_non_null(strstr(line, "{\"headphone.level\":-50.0}"));
	free(line);
	/* Who watches and sets hears both, once. */
	say(&watcher, "{\"set\":{\"headphone.level\":-51}}\n");
	line = hear(bench, &watcher);
	assert_string_equal(line, "{\"set\":{\"headphone.level\":-51.0}}");
	free(line);
	line = hear(bench, &watcher);
	assert_non_null(strstr(line, "\"rev\":"));
	free(line);
	close_peer(&watcher);
	close_peer(&setter);
	turn(bench);
}

/*
 * A client watches everything and reads nothing while the rest goes on. What waits for it is what
 * the kernel holds and one message; when it reads at last, the newest values are among it, and
 * much fewer messages than changes.
 */
static void test_a_client_that_never_reads(void **state)
{
	const struct bench *bench = *state;
	struct peer deaf = connect_peer(bench), other = connect_peer(bench);
	const int changes = 20001;
	int messages = 0;
	char *line;

	say(&deaf, "{\"watch\":[]}\n");
	turn(bench);
	for (int i = 0; i < changes; i++) {
		world_set(bench->world, "headphone.level", i % 2 ? "-50" : "-60.5");
		if (i % 100 == 0) {
			turn(bench);
			say(&other, "{\"get\":[\"headphone.level\"]}\n");
			assert_hears(bench, &other, "{\"set\":{\"headphone.level\":-60.5}}");
		}
	}
	world_set(bench->world, "input.5.name", "the last");
	do {
		line = hear(bench, &deaf);
		assert_non_null(line);
		messages++;
		if (strstr(line, "the last")) {
			break;
		}
		free(line);
	} while (true);
	/* The end of what the kernel held was old; what came then is new. */
	assert_non_null(strstr(line, "\"headphone.level\":-60.5"));
	free(line);
	assert_true(messages < changes / 2);
	close_peer(&deaf);
	close_peer(&other);
	turn(bench);
}

/* Requests whose replies nobody reads are not even read, and stop nobody else. */
static void test_a_client_that_asks_and_never_reads(void **state)
{
	static const char request[] = "{\"controls\":true}\n";
	const struct bench *bench = *state;
	struct peer greedy = connect_peer(bench), other = connect_peer(bench);
	int sent = 0, heard = 0;

	/* Until the kernel takes no more of them, because we do not read them either. */
	while (send(greedy.fd, request, strlen(request), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)strlen(request)) {
		sent++;
		if (sent % 50 == 0) {
			turn(bench);
		}
	}
	assert_int_equal(errno, EAGAIN);
	say(&other, "{\"get\":[\"dim\"]}\n");
	assert_hears(bench, &other, "{\"set\":{\"dim\":false}}");
	for (; heard < sent; heard++) {
		char *line = hear(bench, &greedy);

		assert_non_null(line);
		free(line);
	}
	close_peer(&greedy);
	close_peer(&other);
	turn(bench);
}

static void test_a_line_without_end(void **state)
{
	const struct bench *bench = *state;
	struct peer peer = connect_peer(bench);
	char *bytes = malloc(SOCKET_LINE_BYTES + 1);
	size_t sent = 0;
	char *line;

	assert_non_null(bytes);
	memset(bytes, ' ', SOCKET_LINE_BYTES + 1);
	while (sent < SOCKET_LINE_BYTES + 1) {
		ssize_t now = send(peer.fd, bytes + sent, SOCKET_LINE_BYTES + 1 - sent,
				   MSG_NOSIGNAL | MSG_DONTWAIT);

		assert_true(now > 0 || errno == EAGAIN);
		sent += now > 0 ? (size_t)now : 0;
		turn(bench);
	}
	free(bytes);
	line = hear(bench, &peer);
	assert_non_null(line);
	assert_non_null(strstr(line, "too long"));
	free(line);
	assert_null(hear(bench, &peer));
	close_peer(&peer);
}

/* The longest line that is allowed is read. */
static void test_a_long_line(void **state)
{
	const struct bench *bench = *state;
	struct peer peer = connect_peer(bench);
	char *bytes = malloc(SOCKET_LINE_BYTES);

	assert_non_null(bytes);
	memset(bytes, ' ', SOCKET_LINE_BYTES);
	memcpy(bytes, "{\"get\":[\"dim\"]", 14);
	bytes[SOCKET_LINE_BYTES - 2] = '}';
	bytes[SOCKET_LINE_BYTES - 1] = '\n';
	assert_int_equal(send(peer.fd, bytes, SOCKET_LINE_BYTES, MSG_NOSIGNAL), SOCKET_LINE_BYTES);
	free(bytes);
	assert_hears(bench, &peer, "{\"set\":{\"dim\":false}}");
	close_peer(&peer);
	turn(bench);
}

static void test_too_many_clients(void **state)
{
	const struct bench *bench = *state;
	struct peer peers[SOCKET_CLIENTS], late;

	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		peers[i] = connect_peer(bench);
	}
	late = connect_peer(bench);
	assert_hears(bench, &late,
		     "{\"error\":{\"path\":\"\",\"reason\":\"too many clients: close one "
		     "first\"}}");
	assert_null(hear(bench, &late));
	close_peer(&late);
	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		say(&peers[i], "{\"get\":[\"dim\"]}\n");
		assert_hears(bench, &peers[i], "{\"set\":{\"dim\":false}}");
	}
	close_peer(&peers[7]);
	turn(bench);
	late = connect_peer(bench);
	say(&late, "{\"get\":[\"dim\"]}\n");
	assert_hears(bench, &late, "{\"set\":{\"dim\":false}}");
	close_peer(&late);
	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		if (i != 7) {
			close_peer(&peers[i]);
		}
	}
	turn(bench);
}

/* Clients that vanish at every stage, in the middle of what concerns them. */
static void test_clients_that_vanish(void **state)
{
	const struct bench *bench = *state;

	for (int i = 0; i < 50; i++) {
		struct peer a = connect_peer(bench), b = connect_peer(bench);
		struct peer c = connect_peer(bench);

		say(&a, "{\"watch\":[]}\n");
		say(&b, "{\"set\":{\"headphone.level\":-70}}\n{\"sync\":true}\n");
		say(&c, "{\"half of a");
		if (i % 2) {
			turn(bench);
		}
		close_peer(&b);
		close_peer(&c);
		world_set(bench->world, "dim", i % 2 ? "on" : "off");
		close_peer(&a);
		world_set(bench->world, "line.mute", i % 2 ? "on" : "off");
		turn(bench);
	}
	for (int i = 0; i < SOCKET_CLIENTS; i++) {
		struct peer peer = connect_peer(bench);

		say(&peer, "{\"get\":[\"headphone.level\"]}\n");
		assert_hears(bench, &peer, "{\"set\":{\"headphone.level\":-70.0}}");
		close_peer(&peer);
		turn(bench);
	}
}

static void test_for_its_owner_alone(void **state)
{
	const struct bench *bench = *state;
	struct stat status;

	assert_int_equal(stat(bench->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_one_amplifier_for_one_path(void **state)
{
	struct bench *bench = *state;
	struct socket_server *second = NULL;
	struct refusal refusal = {""};
	struct peer peer;

	assert_int_equal(socket_open(bench->path, &second, &refusal), -EADDRINUSE);
	assert_non_null(strstr(refusal.text, "running already"));
	peer = connect_peer(bench);
	say(&peer, "{\"get\":[\"dim\"]}\n");
	assert_hears(bench, &peer, "{\"set\":{\"dim\":false}}");
	close_peer(&peer);
	turn(bench);
	/* Stopped, it is still claimed; closed, it is free. */
	socket_stop(bench->server);
	assert_int_equal(socket_open(bench->path, &second, &refusal), -EADDRINUSE);
	socket_close(bench->server);
	bench->server = NULL;
	assert_int_equal(socket_open(bench->path, &second, &refusal), 0);
	socket_close(second);
}

/* What a killed amplifier leaves: a socket that nobody listens on. */
static void test_a_stale_socket_is_replaced(void **state)
{
	const struct bench *bench = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct socket_server *server = NULL;
	struct refusal refusal = {""};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/stale.sock", bench->world->folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(socket_open(address.sun_path, &server, &refusal), 0);
	socket_close(server);
	assert_int_equal(access(address.sun_path, F_OK), -1);
}

static void test_paths_where_none_can_be(void **state)
{
	const struct bench *bench = *state;
	struct socket_server *server = NULL;
	struct refusal refusal = {""};
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/precious", bench->world->folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "keep", 4), 4);
	close(fd);
	assert_int_equal(socket_open(path, &server, &refusal), -EEXIST);
	assert_non_null(strstr(refusal.text, "not a socket"));
	assert_int_equal(access(path, F_OK), 0);
	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, bench->world->folder, strlen(bench->world->folder));
	path[strlen(bench->world->folder)] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(socket_open(path, &server, &refusal), -ENAMETOOLONG);
	assert_int_equal(socket_open("/no/such/folder/s", &server, &refusal), -ENOENT);
	assert_non_null(strstr(refusal.text, "--socket"));
}

static void test_default_path(void **state)
{
	char *path;

	setenv("XDG_RUNTIME_DIR", "/run/somewhere", 1);
	path = socket_default_path();
	assert_string_equal(path, "/run/somewhere/wiregain.sock");
	free(path);
	unsetenv("XDG_RUNTIME_DIR");
	path = socket_default_path();
	assert_int_equal(path[0], '/');
	assert_non_null(strstr(path, "wiregain.sock"));
	free(path);
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_request_and_reply),
		BENCH(test_requests_before_a_hangup_are_answered),
		BENCH(test_watching),
		BENCH(test_a_client_that_never_reads),
		BENCH(test_a_client_that_asks_and_never_reads),
		BENCH(test_a_line_without_end),
		BENCH(test_a_long_line),
		BENCH(test_too_many_clients),
		BENCH(test_clients_that_vanish),
		BENCH(test_for_its_owner_alone),
		BENCH(test_one_amplifier_for_one_path),
		BENCH(test_a_stale_socket_is_replaced),
		BENCH(test_paths_where_none_can_be),
		cmocka_unit_test(test_default_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
