/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The names by which a browser may call this machine. A page elsewhere that binds its own name to
 * our address (DNS rebinding) sends that name; it cannot send an address, nor a name of ours.
 */
#include "door.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_BYTES 256
#define HTTP_PORT  80

/* Parts "name:port" or "[address]:port". False when it is neither. */
static bool part(const char *host, char *ret_name, unsigned int *ret_port)
{
	const char *name = host[0] == '[' ? host + 1 : host;
	size_t length = strcspn(name, host[0] == '[' ? "]" : ":");
	const char *rest = name + length + (host[0] == '[' && name[length] == ']');
	unsigned long port = HTTP_PORT;

	if (length == 0 || length >= NAME_BYTES || (host[0] == '[' && name[length] != ']')) {
		return false;
	}
	if (rest[0] == ':') {
		size_t digits = strspn(rest + 1, "0123456789");

		if (digits == 0 || digits > 5 || rest[1 + digits] != '\0') {
			return false;
		}
		port = strtoul(rest + 1, NULL, 10);
	} else if (rest[0] != '\0') {
		return false;
	}
	memcpy(ret_name, name, length);
	ret_name[length] = '\0';
	*ret_port = (unsigned int)port;
	return true;
}

/* The same address, however it is written. */
static bool same_address(const char *a, const char *b)
{
	struct in6_addr six[2];
	struct in_addr four[2];

	if (inet_pton(AF_INET, a, &four[0]) == 1 && inet_pton(AF_INET, b, &four[1]) == 1) {
		return four[0].s_addr == four[1].s_addr;
	}
	return inet_pton(AF_INET6, a, &six[0]) == 1 && inet_pton(AF_INET6, b, &six[1]) == 1 &&
	       memcmp(&six[0], &six[1], sizeof(six[0])) == 0;
}

/* "studio" or "studio.local", where this machine is called "studio" or "studio.example.org". */
static bool is_machine(const char *name, const char *machine)
{
	size_t first = strcspn(machine, ".");
	size_t length = strlen(name);

	if (first == 0) {
		return false;
	}
	return strcasecmp(name, machine) == 0 ||
	       (strncasecmp(name, machine, first) == 0 &&
		(length == first || strcasecmp(name + first, ".local") == 0));
}

enum door_host door_host(const char *host, const struct door_place *place)
{
	char name[NAME_BYTES];
	unsigned int port;

	if (!host || !part(host, name, &port) || port != place->port) {
		return DOOR_HOST_FOREIGN;
	}
	if (strcasecmp(name, "localhost") == 0 || strcmp(name, "127.0.0.1") == 0 ||
	    same_address(name, "::1")) {
		return DOOR_HOST_LOOPBACK;
	}
	if (same_address(name, place->address) || is_machine(name, place->machine)) {
		return DOOR_HOST_OWN;
	}
	return DOOR_HOST_FOREIGN;
}

bool door_origin(const char *origin, const char *host)
{
	static const char scheme[] = "http://";

	return !origin || (strncmp(origin, scheme, strlen(scheme)) == 0 &&
			   strcasecmp(origin + strlen(scheme), host) == 0);
}

bool door_is_loopback(const char *address)
{
	struct in_addr four;

	if (strncmp(address, "::ffff:", 7) == 0) {
		address += 7;
	}
	if (inet_pton(AF_INET, address, &four) == 1) {
		return ntohl(four.s_addr) >> 24 == 127;
	}
	return same_address(address, "::1");
}
