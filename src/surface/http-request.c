/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests over HTTP: who may, what they want, and sending the answer. What is wrong with a request
 * is decided by its headers; the answer goes out when its body has come, which is then thrown away.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "assets.h"
#include "http-inside.h"
#include "logo.h"
#include "text.h"

#define HEADER_BYTES  1536
#define PIECE_BYTES   16384
#define COOKIE_BYTES  2048
#define DRAINED_BYTES 1048576 /* of a body that is refused; a longer one is hung up on */

/* Scripts and styles from here alone, nothing inline, and in no frame of another page. */
#define POLICY                                                                                \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "     \
	"font-src 'self'; connect-src 'self' ws://%s; manifest-src 'self'; base-uri 'none'; " \
	"form-action 'none'; frame-ancestors 'none'"
/* A logo is a picture, even when somebody opens it as a page. */
#define LOGO_POLICY "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

/* How an answer is to be sent. */
struct answer {
	int status;
	const char *type;
	const char *etag;
	const char *policy;
	bool gzip;
	const char *cookie;
	unsigned int retry_after_s;
};

static bool header(struct lws *wsi, enum lws_token_indexes token, char *text, int size)
{
	text[0] = '\0';
	return lws_hdr_total_length(wsi, token) > 0 && lws_hdr_copy(wsi, text, size, token) >= 0;
}

/* A header that is there and does not fit is as wrong as one that is there twice. */
static bool header_is_sound(struct lws *wsi, enum lws_token_indexes token, int size)
{
	return lws_hdr_total_length(wsi, token) < size &&
	       lws_hdr_fragment_length(wsi, token, 1) == 0;
}

void request_finish(struct request *request)
{
	free(request->body);
	free(request->owned);
	memset(request, 0, sizeof(*request));
}

static int add(struct lws *wsi, const char *name, const char *value, unsigned char **at,
	       unsigned char *end)
{
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
					   (const unsigned char *)value, (int)strlen(value), at,
					   end);
}

static int add_safety(struct lws *wsi, const char *policy, unsigned char **at, unsigned char *end)
{
	char host[256], text[640];

	header(wsi, WSI_TOKEN_HOST, host, sizeof(host));
	snprintf(text, sizeof(text), POLICY, host);
	return add(wsi, "Content-Security-Policy:", policy ? policy : text, at, end) ||
	       add(wsi, "X-Content-Type-Options:", "nosniff", at, end) ||
	       add(wsi, "X-Frame-Options:", "DENY", at, end) ||
	       add(wsi, "Referrer-Policy:", "no-referrer", at, end) ||
	       add(wsi, "Cross-Origin-Resource-Policy:", "same-origin", at, end) ||
	       add(wsi, "Cross-Origin-Opener-Policy:", "same-origin", at, end);
}

static int send_header(struct connection *connection, const struct answer *answer)
{
	unsigned char buffer[LWS_PRE + HEADER_BYTES];
	unsigned char *start = buffer + LWS_PRE, *at = start, *end = buffer + sizeof(buffer) - 1;
	struct request *request = &connection->request;
	struct lws *wsi = connection->wsi;
	char wait[16];

	snprintf(wait, sizeof(wait), "%u", answer->retry_after_s);
	if (lws_add_http_header_status(
		    wsi, (unsigned int)answer->status | LWSAHH_FLAG_NO_SERVER_NAME, &at, end) ||
	    (answer->type && add(wsi, "Content-Type:", answer->type, &at, end)) ||
	    (answer->status != 304 &&
	     lws_add_http_header_content_length(wsi, request->answer_length, &at, end)) ||
	    add(wsi, "Cache-Control:", answer->etag ? "no-cache" : "no-store", &at, end) ||
	    (answer->etag && add(wsi, "ETag:", answer->etag, &at, end)) ||
	    (answer->etag && add(wsi, "Vary:", "Accept-Encoding", &at, end)) ||
	    (answer->gzip && add(wsi, "Content-Encoding:", "gzip", &at, end)) ||
	    (answer->cookie && add(wsi, "Set-Cookie:", answer->cookie, &at, end)) ||
	    (answer->retry_after_s && add(wsi, "Retry-After:", wait, &at, end)) ||
	    (answer->status == 405 &&
	     add(wsi, "Allow:", "GET, HEAD, PATCH, POST, PUT, DELETE", &at, end)) ||
	    (request->last && add(wsi, "Connection:", "close", &at, end)) ||
	    add_safety(wsi, answer->policy, &at, end) || lws_finalize_http_header(wsi, &at, end)) {
		return -1;
	}
	return lws_write(wsi, start, (size_t)(at - start), LWS_WRITE_HTTP_HEADERS) < 0 ? -1 : 0;
}

/* Whether bytes of any connection have been read and wait. */
static bool input_waits(struct connection *connection)
{
	return lws_service_adjust_timeout(connection->server->context, 1, 0) == 0;
}

/* After the answer: the next request, or the end. Requests that were sent without waiting for the
 * answer before are not served: libwebsockets 4.1 takes the headers of one that it has stored for
 * its body as well, and can then read it for ever. */
static int end_transaction(struct connection *connection)
{
	bool last = connection->request.last || input_waits(connection);

	request_finish(&connection->request);
	connection->deadline_ms = loop_now_ms() + HTTP_REQUEST_MS;
	return last || lws_http_transaction_completed(connection->wsi) ? -1 : 0;
}

/* Sends what request->answer is; it is left alone until it is gone. */
static int send_answer(struct connection *connection, const struct answer *answer)
{
	struct request *request = &connection->request;

	connection->deadline_ms = loop_now_ms() + HTTP_ANSWER_MS;
	if (send_header(connection, answer) < 0) {
		return -1;
	}
	if (request->method == LWSHUMETH_HEAD || request->answer_length == 0) {
		request->answer_length = 0;
	}
	request->answering = true;
	lws_callback_on_writable(connection->wsi);
	return 0;
}

int request_writeable(struct connection *connection)
{
	struct request *request = &connection->request;
	size_t left = request->answer_length - request->answer_sent;
	unsigned char piece[LWS_PRE + PIECE_BYTES];
	size_t length = left < PIECE_BYTES ? left : PIECE_BYTES;

	if (!request->answering) {
		return 0;
	}
	if (left == 0) {
		return end_transaction(connection);
	}
	memcpy(piece + LWS_PRE, request->answer + request->answer_sent, length);
	if (lws_write(connection->wsi, piece + LWS_PRE, length,
		      length == left ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0) {
		return -1;
	}
	request->answer_sent += length;
	if (request->answer_sent == request->answer_length) {
		return end_transaction(connection);
	}
	lws_callback_on_writable(connection->wsi);
	return 0;
}

static int answer_text(struct connection *connection, const struct answer *answer, char *text)
{
	struct request *request = &connection->request;

	if (!text) {
		return -1;
	}
	free(request->owned);
	request->owned = (unsigned char *)text;
	request->answer = request->owned;
	request->answer_length = strlen(text);
	request->answer_sent = 0;
	request->status = 0;
	return send_answer(connection, answer);
}

int request_answer_json(struct connection *connection, int status, char *text)
{
	const struct answer answer = {.status = status, .type = "application/json"};

	return answer_text(connection, &answer, text);
}

int request_answer_wait(struct connection *connection, int status, unsigned int wait_s, char *text)
{
	const struct answer answer = {
		.status = status, .type = "application/json", .retry_after_s = wait_s};

	return answer_text(connection, &answer, text);
}

int request_answer_cookie(struct connection *connection, const char *cookie, char *text)
{
	const struct answer answer = {.status = 200, .type = "application/json", .cookie = cookie};

	return answer_text(connection, &answer, text);
}

int request_refuse(struct connection *connection, int status, const char *path, const char *reason)
{
	return request_answer_json(connection, status, protocol_error(path, reason, NULL));
}

int request_refuse_saying(struct connection *connection, int status, const char *path,
			  const struct refusal *refusal)
{
	return request_answer_json(connection, status,
				   protocol_error(path, refusal->text, &refusal->saying));
}

/* Sends bytes that outlive the connection. */
static int answer_bytes(struct connection *connection, const struct answer *answer,
			const unsigned char *bytes, size_t size)
{
	struct request *request = &connection->request;
	struct answer unchanged = *answer;
	char known[64];

	if (header(connection->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, known, sizeof(known)) &&
	    strcmp(known, answer->etag) == 0) {
		unchanged.status = 304;
		unchanged.gzip = false;
		return send_answer(connection, &unchanged);
	}
	request->answer = bytes;
	request->answer_length = size;
	return send_answer(connection, answer);
}

static int answer_logo(struct connection *connection)
{
	const struct store_door *kept = &connection->server->door.kept;
	struct answer answer = {.status = 200, .policy = LOGO_POLICY};
	unsigned char *copy;
	char etag[20];

	etag[0] = '"';
	door_logo_hash(&connection->server->door, etag + 1);
	memcpy(etag + strlen(etag), "\"", 2);
	answer.etag = etag;
	answer.type = kept->logo_size > 0 ? logo_check(kept->logo, kept->logo_size, NULL) : NULL;
	if (!answer.type) {
		return request_refuse(connection, 404, "display.logo", "there is no logo");
	}
	/* It may be replaced while it is on its way. */
	copy = malloc(kept->logo_size);
	if (!copy) {
		return -1;
	}
	memcpy(copy, kept->logo, kept->logo_size);
	connection->request.owned = copy;
	return answer_bytes(connection, &answer, copy, kept->logo_size);
}

static bool takes_gzip(struct lws *wsi)
{
	char text[256];

	return header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, text, sizeof(text)) &&
	       strstr(text, "gzip") && !strstr(text, "gzip;q=0");
}

static int answer_file(struct connection *connection)
{
	const char *path = connection->request.path;

	path = strcmp(path, "/") == 0 ? "/index.html" : path;
	if (connection->request.method != LWSHUMETH_GET &&
	    connection->request.method != LWSHUMETH_HEAD) {
		return request_refuse(connection, 405, "", "files are only read");
	}
	if (strcmp(path, "/logo") == 0) {
		return answer_logo(connection);
	}
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *asset = &assets[i];
		struct answer answer = {.status = 200, .type = asset->type, .etag = asset->etag};

		if (strcmp(path, asset->path) != 0) {
			continue;
		}
		answer.gzip = asset->gzip && takes_gzip(connection->wsi);
		return answer_bytes(connection, &answer, answer.gzip ? asset->gzip : asset->bytes,
				    answer.gzip ? asset->gzip_size : asset->size);
	}
	return request_refuse(connection, 404, "", "there is no such file");
}

/* The token that it carries, in a cookie or as a bearer. */
static bool find_token(struct lws *wsi, char *token)
{
	static const char name[] = "wiregain_token=";
	char text[COOKIE_BYTES];

	token[0] = '\0';
	if (header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, text, sizeof(text)) &&
	    strncasecmp(text, "Bearer ", 7) == 0) {
		return text_copy(token, DOOR_TOKEN_DIGITS + 1, text + 7) == 0;
	}
	if (!header(wsi, WSI_TOKEN_HTTP_COOKIE, text, sizeof(text))) {
		return false;
	}
	for (char *rest = text, *part; (part = strsep(&rest, ";")) != NULL;) {
		part += strspn(part, " ");
		if (strncmp(part, name, strlen(name)) == 0) {
			return text_copy(token, DOOR_TOKEN_DIGITS + 1, part + strlen(name)) == 0;
		}
	}
	return false;
}

/* Who asks. False when no browser that shows our pages could have sent it. */
static bool recognize(struct connection *connection)
{
	const struct door_place place = {
		.machine = connection->server->machine,
		.address = connection->own,
		.port = connection->server->port,
	};
	char host[256], origin[256], token[DOOR_TOKEN_DIGITS + 1];
	struct lws *wsi = connection->wsi;
	enum door_host kind;
	bool has_origin;

	if (!header_is_sound(wsi, WSI_TOKEN_HOST, sizeof(host)) ||
	    !header_is_sound(wsi, WSI_TOKEN_ORIGIN, sizeof(origin)) ||
	    !header(wsi, WSI_TOKEN_HOST, host, sizeof(host))) {
		return false;
	}
	has_origin = header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin));
	kind = door_host(host, &place);
	if (kind == DOOR_HOST_FOREIGN || !door_origin(has_origin ? origin : NULL, host)) {
		return false;
	}
	connection->kind =
		kind == DOOR_HOST_LOOPBACK && connection->own_user ? SESSION_NEAR : SESSION_FAR;
	connection->token =
		find_token(wsi, token) ? door_who(&connection->server->door, token) : -ENOENT;
	connection->request.may_enter = connection->kind == SESSION_NEAR || connection->token >= 0;
	return true;
}

static bool is_api(const char *path)
{
	return strncmp(path, "/api/", 5) == 0;
}

static bool read_target(struct connection *connection)
{
	struct request *request = &connection->request;
	char *path = NULL;
	int length = 0;

	request->method = lws_http_get_uri_and_method(connection->wsi, &path, &length);
	if (request->method < 0 || length >= HTTP_PATH_BYTES) {
		return false;
	}
	memcpy(request->path, path, (size_t)length);
	request->path[length] = '\0';
	return true;
}

/* How long the body is; what could be read in two ways is refused. */
static bool read_length(struct connection *connection, size_t *ret_length)
{
	struct request *request = &connection->request;
	struct lws *wsi = connection->wsi;
	char text[24];
	bool has_length = header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof(text));

	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 ||
	    !header_is_sound(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, 12) ||
	    (has_length && strspn(text, "0123456789") != strlen(text))) {
		return false;
	}
	*ret_length = has_length ? strtoul(text, NULL, 10) : 0;
	/* Only what has no body leaves its connection for another request. Without a length
	 * libwebsockets would take what follows for the body of a change, and 4.3 loses a
	 * connection, which it then waits for at the end, after a body of no bytes. */
	request->last = *ret_length > 0 ||
			(request->method != LWSHUMETH_GET && request->method != LWSHUMETH_HEAD);
	return true;
}

/* 0, or the status with which it is refused by its headers alone. */
static int judge(struct connection *connection, size_t length)
{
	const struct request *request = &connection->request;
	size_t most =
		strcmp(request->path, "/api/logo") == 0 ? DOOR_LOGO_BYTES : HTTP_MESSAGE_BYTES;

	if (is_api(request->path) && !request->may_enter &&
	    strcmp(request->path, "/api/pair") != 0) {
		return 401;
	}
	return length > most ? 413 : 0;
}

static int refuse_with(struct connection *connection, int status)
{
	struct refusal refusal;

	switch (status) {
	case 401:
		refuse_saying(&refusal, SAYING_PAIR_FIRST, NULL);
		return request_refuse_saying(connection, 401, "system.pairing", &refusal);
	case 413:
		refuse_saying(&refusal, SAYING_TOO_LONG, NULL);
		return request_refuse_saying(connection, 413, "", &refusal);
	case 403:
		return request_refuse(connection, 403, "",
				      "asked under a name that is not this amplifier's, or by a "
				      "page from elsewhere");
	default:
		return request_refuse(connection, 400, "", "not a request that can be understood");
	}
}

static int answer_whole(struct connection *connection)
{
	if (connection->request.status != 0) {
		return refuse_with(connection, connection->request.status);
	}
	return is_api(connection->request.path) ? api_answer(connection) : answer_file(connection);
}

int request_begin(struct connection *connection)
{
	struct request *request = &connection->request;
	size_t length = 0;

	request_finish(request);
	if (!read_target(connection) || !read_length(connection, &length)) {
		request->last = true;
		return refuse_with(connection, 400);
	}
	request->status = recognize(connection) ? judge(connection, length) : 403;
	if (length > DRAINED_BYTES) {
		/* Its sender may find the answer lost among what was not read. */
		request->last = true;
		return refuse_with(connection, request->status);
	}
	if (length == 0 || request->method == LWSHUMETH_GET || request->method == LWSHUMETH_HEAD) {
		return answer_whole(connection);
	}
	connection->deadline_ms = loop_now_ms() + HTTP_REQUEST_MS;
	request->body_size = length;
	if (request->status == 0) {
		request->body = malloc(length);
		return request->body ? 0 : -1;
	}
	return 0;
}

int request_body(struct connection *connection, const void *bytes, size_t length)
{
	struct request *request = &connection->request;

	if (length > request->body_size - request->body_length) {
		return -1;
	}
	if (request->body) {
		memcpy(request->body + request->body_length, bytes, length);
	}
	request->body_length += length;
	return 0;
}

/* The answer goes at once: while it waited, libwebsockets 4.1 would report the body complete again
 * for whatever comes behind it. What the peer does not take yet libwebsockets sends before it
 * closes. */
int request_complete(struct connection *connection)
{
	struct request *request = &connection->request;

	if (request->body_size == 0) {
		/* A body of no bytes was whole from the start. */
		return request->answering ? 0 : -1;
	}
	if (request->body_length != request->body_size || answer_whole(connection) < 0) {
		return -1;
	}
	while (request->answering) {
		if (request_writeable(connection) < 0) {
			return -1;
		}
	}
	return 0;
}

/* The answer to an upgrade is little enough to go at once. */
static int refuse_upgrade(struct connection *connection, int status)
{
	unsigned char buffer[LWS_PRE + HEADER_BYTES];
	struct request *request = &connection->request;

	request->last = true;
	if (refuse_with(connection, status) < 0 || request->answer_length > HEADER_BYTES) {
		return -1;
	}
	memcpy(buffer + LWS_PRE, request->answer, request->answer_length);
	if (lws_write(connection->wsi, buffer + LWS_PRE, request->answer_length,
		      LWS_WRITE_HTTP_FINAL) < 0) {
		return -1;
	}
	request->answer_sent = request->answer_length;
	return 1;
}

int request_upgrade(struct connection *connection)
{
	request_finish(&connection->request);
	if (!read_target(connection) || connection->request.method != LWSHUMETH_GET ||
	    strcmp(connection->request.path, "/api/live") != 0) {
		return refuse_upgrade(connection, 400);
	}
	if (!recognize(connection)) {
		return refuse_upgrade(connection, 403);
	}
	return connection->request.may_enter ? 0 : refuse_upgrade(connection, 401);
}
