/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What panels are told of the meters: one text for all of them, and one more for each point of
 * which somebody draws a picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http-inside.h"
#include "picture.h"

unsigned char *http_with_room(char *text)
{
	size_t length = text ? strlen(text) : 0;
	unsigned char *roomy = text ? malloc(LWS_PRE + length + 1) : NULL;

	if (roomy) {
		memcpy(roomy + LWS_PRE, text, length + 1);
	}
	free(text);
	return roomy;
}

/* The readings with another member, `scope` (taken over). NULL without memory. */
static char *with_scope(const char *readings, char *scope)
{
	static const char name[] = ",\"scope\":";
	size_t head = strlen(readings) - 1; /* without its last brace */
	size_t size = head + sizeof(name) + (scope ? strlen(scope) : 0) + 1;
	char *text = scope ? malloc(size) : NULL;

	if (text) {
		snprintf(text, size, "%.*s%s%s}", (int)head, readings, name, scope);
	}
	free(scope);
	return text;
}

void readings_make(struct http_server *server)
{
	char *plain = protocol_readings(server->service);

	if (!plain) {
		return;
	}
	readings_forget(server);
	for (int point = 0; point < METER_POINTS; point++) {
		if (server->scopes & 1U << point) {
			char *scope = picture_text(server->service, (enum meter_point)point);

			server->readings[point] = http_with_room(with_scope(plain, scope));
		}
	}
	server->readings[READINGS_PLAIN] = http_with_room(plain);
}

unsigned char *readings_for(const struct http_server *server, const struct session *session)
{
	unsigned char *with_picture = server->readings[session->scope];

	/* Who has just asked has none yet. */
	return with_picture ? with_picture : server->readings[READINGS_PLAIN];
}

void readings_forget(struct http_server *server)
{
	for (int i = 0; i <= READINGS_PLAIN; i++) {
		free(server->readings[i]);
		server->readings[i] = NULL;
	}
}
