/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The panel's server in the fuzzer's own process, over a loopback connection: both ends are driven
 * by the one thread.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "amplifier.h"
#include "http-inside.h"

#define PORT    8730 /* in the Host headers of the seeds */
#define ROUNDS  200  /* of the loop, for one piece */
#define WAIT_MS 60   /* longer than a connection is held that sends too fast */
#define IDLE    3    /* rounds in which nothing came: it works no more */

static struct http_server *server;
static struct fuzz_amplifier *amplifier;
static struct sockaddr_in address = {.sin_family = AF_INET};

static void close_server(void)
{
	http_close(server);
}

static void open_server(void)
{
	struct refusal refusal = {""};

	if (http_open("127.0.0.1:0", amplifier->loop, amplifier->service, amplifier->store, &server,
		      &refusal) < 0) {
		abort();
	}
	atexit(close_server);
	address.sin_port = htons((unsigned short)server->port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->port = PORT;
	strcpy(server->machine, "studio");
}

/* As after a pairing, with a code that is known, and nothing else kept. */
static void reset_door(void)
{
	static const unsigned char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
	struct door *door = &server->door;
	struct store_token *token = &door->kept.tokens[0];

	door_forget_all(door);
	memcpy(door->code, "123456", sizeof("123456"));
	door->kept.token_count = 1;
	token->id = 1;
	strcpy(token->name, "tablet");
	crypto_generichash(token->hash, sizeof(token->hash), (const unsigned char *)FUZZ_TOKEN,
			   strlen(FUZZ_TOKEN), NULL, 0);
	if (door_keep_logo(door, svg, sizeof(svg) - 1) < 0) {
		abort();
	}
}

int fuzz_panel_connect(void)
{
	const struct linger at_once = {.l_onoff = 1};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	amplifier = fuzz_amplifier_reset(true);
	if (!server) {
		open_server();
	}
	reset_door();
	/* Without it the machine would run out of ports. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		abort();
	}
	loop_iterate(amplifier->loop, 100);
	return fd;
}

/* Whether something came; *ret_over when nothing will any more. */
static bool drain(int fd, bool *ret_over)
{
	char bytes[65536];
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	*ret_over = got == 0 || (got < 0 && errno != EAGAIN);
	return got > 0;
}

bool fuzz_panel_send(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;
	bool over = false;

	for (int round = 0, idle = 0; round < ROUNDS && idle < IDLE && !over; round++) {
		ssize_t sent = size > 0 ? send(fd, at, size, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

		at += sent > 0 ? sent : 0;
		size -= sent > 0 ? (size_t)sent : 0;
		loop_iterate(amplifier->loop, 0);
		idle = drain(fd, &over) || sent > 0 ? 0 : idle + 1;
	}
	return !over;
}

void fuzz_panel_wait(int fd)
{
	bool over;
	const uint64_t end_ms = loop_now_ms() + WAIT_MS;

	while (loop_now_ms() < end_ms) {
		loop_iterate(amplifier->loop, 10);
		drain(fd, &over);
	}
	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->live) {
			live_is_gone(at, loop_now_ms() + HTTP_PING_MS + 1);
		}
	}
	http_loop_turn(server);
	fuzz_panel_send(fd, "", 0);
}

void fuzz_panel_close(int fd)
{
	close(fd);
	for (int round = 0; round < ROUNDS && server->count > 0; round++) {
		loop_iterate(amplifier->loop, 10);
	}
	if (server->count > 0) {
		abort(); /* a connection that is over stays for ever */
	}
}
