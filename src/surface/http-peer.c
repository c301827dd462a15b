/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Whose a connection is: its addresses, and the user at its other end when that is on this machine.
 * The kernel is asked as `ss` asks it (sock_diag(7)). Main thread.
 */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-inside.h"

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage storage;
};

static void name_address(const union address *address, socklen_t size, char *text,
			 socklen_t text_size)
{
	char *zone;

	if (getnameinfo(&address->any, size, text, text_size, NULL, 0, NI_NUMERICHOST) != 0) {
		text[0] = '\0';
	}
	zone = strchr(text, '%');
	if (zone) {
		*zone = '\0';
	}
	if (strncmp(text, "::ffff:", 7) == 0) {
		memmove(text, text + 7, strlen(text + 7) + 1);
	}
}

/* The question's words for an address. False: of another family. */
static bool write_address(const union address *address, unsigned int words[4],
			  unsigned short *ret_port, unsigned char *ret_family)
{
	bool mapped =
		address->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);

	if (address->any.sa_family == AF_INET) {
		memcpy(words, &address->v4.sin_addr, sizeof(address->v4.sin_addr));
		*ret_port = address->v4.sin_port;
	} else if (address->any.sa_family == AF_INET6) {
		memcpy(words, (const char *)&address->v6.sin6_addr + (mapped ? 12 : 0),
		       mapped ? 4 : 16);
		*ret_port = address->v6.sin6_port;
	} else {
		return false;
	}
	*ret_family = mapped ? AF_INET : (unsigned char)address->any.sa_family;
	return true;
}

/* The kernel's answer. 0, or a negative errno; -ENOENT: there is no such connection. */
static int ask_kernel(const struct question *question, struct inet_diag_msg *ret_answer)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	union {
		struct nlmsghdr header;
		unsigned char bytes[4096];
	} answer;
	ssize_t length = -1;
	int error = fd < 0 ? -errno : -EIO;

	if (fd >= 0 && send(fd, question, sizeof(*question), 0) == (ssize_t)sizeof(*question)) {
		length = recv(fd, &answer, sizeof(answer), 0);
	}
	if (length >= (ssize_t)NLMSG_LENGTH(sizeof(*ret_answer)) &&
	    answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
		memcpy(ret_answer, NLMSG_DATA(&answer.header), sizeof(*ret_answer));
		error = 0;
	} else if (length > 0) {
		error = -ENOENT;
	}
	if (fd >= 0) {
		close(fd);
	}
	return error;
}

/*
 * Whether the other end is this program's own user's, or root's. What its user has closed already
 * belongs to nobody, and the kernel says 0 for that: only of one that is still held it knows whose.
 */
static bool is_own_user(const union address *peer, const union address *own)
{
	struct question question = {
		.header = {.nlmsg_len = sizeof(question),
			   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST},
		.body = {.sdiag_protocol = IPPROTO_TCP,
			 .idiag_states = ~0u,
			 .id.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}},
	};
	struct inet_diag_sockid *id = &question.body.id;
	unsigned char family;
	struct inet_diag_msg answer = {0};

	return write_address(peer, id->idiag_src, &id->idiag_sport, &question.body.sdiag_family) &&
	       write_address(own, id->idiag_dst, &id->idiag_dport, &family) &&
	       family == question.body.sdiag_family && ask_kernel(&question, &answer) == 0 &&
	       answer.idiag_inode != 0 && (answer.idiag_uid == geteuid() || answer.idiag_uid == 0);
}

void peer_learn(struct connection *connection, int fd)
{
	union address peer = {.any.sa_family = AF_UNSPEC}, own = {.any.sa_family = AF_UNSPEC};
	socklen_t size = sizeof(peer);

	if (getpeername(fd, &peer.any, &size) == 0) {
		name_address(&peer, size, connection->peer, sizeof(connection->peer));
	}
	size = sizeof(own);
	if (getsockname(fd, &own.any, &size) == 0) {
		name_address(&own, size, connection->own, sizeof(connection->own));
	}
	connection->own_user = door_is_loopback(connection->peer) && is_own_user(&peer, &own);
}

bool peer_has_room(const struct connection *connection)
{
	int all = 0, here = 0;

	for (const struct connection *at = connection->server->connections; at; at = at->next) {
		if (at != connection && !at->own_user && at->token < 0) {
			all++;
			here += strcmp(at->peer, connection->peer) == 0;
		}
	}
	return connection->own_user || (all < HTTP_STRANGERS && here < HTTP_STRANGERS_EACH);
}
