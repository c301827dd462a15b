/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is below /api/: the protocol's requests under other names, and what is the door's own:
 * pairing, tokens, the lock, the logo.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http-inside.h"
#include "json_text.h"
#include "log.h"
#include "logo.h"

#define TOKEN_PATH "/api/tokens/"
#define DO_PATH    "/api/do/"

static int method_is(const struct connection *connection, int method)
{
	int asked = connection->request.method;

	return asked == method || (asked == LWSHUMETH_HEAD && method == LWSHUMETH_GET);
}

static int wrong_method(struct connection *connection)
{
	return request_refuse(connection, 405, "", "not with this method");
}

static void report_text(struct http_server *server, enum control_id id, const char *text)
{
	struct value value = {.text = ""};

	snprintf(value.text, sizeof(value.text), "%s", text);
	service_report(server->service, (struct control_ref){id, 0}, &value);
}

void api_show_door(struct http_server *server)
{
	char hash[20];

	door_logo_hash(&server->door, hash);
	report_text(server, CONTROL_SYSTEM_PAIRING, server->door.code);
	report_text(server, CONTROL_DISPLAY_LOGO, hash);
}

void api_door_changed(struct http_server *server)
{
	if (store_save_door(server->store, &server->door.kept) == 0) {
		log_warning("who may use the panel is not kept: out of memory");
	}
	api_show_door(server);
}

/* A request of the protocol for this one connection. */
static int call(struct connection *connection, const char *name, json_t *argument)
{
	struct session session;
	char *reply = NULL;
	int error;

	session_init(&session, connection->server->service, connection->kind);
	error = session_call(&session, name, argument, &reply);
	if (error == -ENOMEM) {
		return -1;
	}
	return request_answer_json(connection,
				   error == 0         ? 200
				   : error == -ENOENT ? 404
				   : error == -EINVAL ? 400
						      : 403,
				   reply);
}

/* The body as an object, or NULL and *ret_code is what to return: mostly the refusal is on its way.
 */
static json_t *read_object(struct connection *connection, int *ret_code)
{
	const struct request *request = &connection->request;
	json_error_t syntax;
	json_t *body = NULL;
	char reason[240];
	int error = request->body_length == 0
			    ? 0
			    : json_text_parse((const char *)request->body, request->body_length,
					      JSON_REJECT_DUPLICATES, &body, &syntax);

	if (json_is_object(body)) {
		return body;
	}
	if (error == -ENOMEM) {
		*ret_code = -1;
		return NULL;
	}
	if (error == 0) {
		snprintf(reason, sizeof(reason), "send an object of JSON");
	} else {
		snprintf(reason, sizeof(reason), "not JSON: %s, at byte %d", syntax.text,
			 syntax.position);
	}
	json_decref(body);
	*ret_code = request_refuse(connection, 400, "", reason);
	return NULL;
}

static int on_state(struct connection *connection)
{
	json_t *body;
	int code;

	if (method_is(connection, LWSHUMETH_GET)) {
		return call(connection, "watch", json_array());
	}
	if (!method_is(connection, LWSHUMETH_PATCH)) {
		return wrong_method(connection);
	}
	body = read_object(connection, &code);
	return body ? call(connection, "set", body) : code;
}

static int on_controls(struct connection *connection)
{
	return method_is(connection, LWSHUMETH_GET) ? call(connection, "controls", json_true())
						    : wrong_method(connection);
}

static int on_do(struct connection *connection)
{
	return method_is(connection, LWSHUMETH_POST)
		       ? call(connection, "do",
			      words_string(connection->request.path + strlen(DO_PATH)))
		       : wrong_method(connection);
}

static unsigned int in_seconds(uint64_t ms)
{
	return (unsigned int)((ms + 999) / 1000);
}

/* The status that tells a program what a sentence tells a person. */
static int status_of(int error)
{
	switch (error) {
	case -EAGAIN:
	case -EPERM:
		return 429;
	case -EACCES:
		return 403;
	case -ENOSPC:
		return 409;
	default:
		return 400;
	}
}

static int answer_pair(struct connection *connection, const char *token)
{
	char cookie[DOOR_TOKEN_DIGITS + 96];
	char text[DOOR_TOKEN_DIGITS + 16];

	snprintf(cookie, sizeof(cookie),
		 "wiregain_token=%s; HttpOnly; SameSite=Strict; Path=/; Max-Age=315360000", token);
	snprintf(text, sizeof(text), "{\"token\":\"%s\"}", token);
	return request_answer_cookie(connection, cookie, strdup(text));
}

static int pair(struct connection *connection, const json_t *body)
{
	struct http_server *server = connection->server;
	const char *name = json_string_value(json_object_get(body, "name"));
	char token[DOOR_TOKEN_DIGITS + 1], text[160];
	struct refusal refusal = {""};
	uint64_t wait_ms, now_ms = loop_now_ms();
	int error;

	if (door_renew_code(&server->door, now_ms)) {
		api_show_door(server);
	}
	error = door_pair(&server->door, json_string_value(json_object_get(body, "code")), name,
			  now_ms, (int64_t)time(NULL) * 1000, token, &wait_ms, &refusal);
	http_watch(server);
	if (error == 0 || error == -EACCES) {
		snprintf(text, sizeof(text), "%s from %s %s", error == 0 ? name : "a panel",
			 connection->peer,
			 error == 0 ? "was let in with the pairing code"
				    : "tried a wrong pairing code");
		store_event(server->store, "door", text);
		log_notice("%s", text);
	}
	if (error == 0) {
		api_door_changed(server);
		return answer_pair(connection, token);
	}
	return request_answer_wait(connection, status_of(error), in_seconds(wait_ms),
				   protocol_error("system.pairing", refusal.text, &refusal.saying));
}

static int on_pair(struct connection *connection)
{
	json_t *body;
	int code;

	if (!method_is(connection, LWSHUMETH_POST)) {
		return wrong_method(connection);
	}
	body = read_object(connection, &code);
	if (body) {
		code = pair(connection, body);
		json_decref(body);
	}
	return code;
}

static json_t *describe_token(const struct store_token *token, int64_t own)
{
	time_t created = (time_t)(token->created_unix_ms / 1000);
	struct tm parts;
	char text[32];

	gmtime_r(&created, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return json_pack("{s:I, s:o, s:s, s:b}", "id", (json_int_t)token->id, "name",
			 words_string(token->name), "created", text, "own", token->id == own);
}

static int answer_tokens(struct connection *connection)
{
	const struct store_door *kept = &connection->server->door.kept;
	json_t *list = json_array(), *answer;
	char *text;

	for (size_t i = 0; i < kept->token_count; i++) {
		json_text_append(&list, describe_token(&kept->tokens[i], connection->token));
	}
	answer = json_pack("{s:o}", "tokens", list);
	text = answer ? json_text_write(answer, JSON_COMPACT) : NULL;
	json_decref(answer);
	return request_answer_json(connection, 200, text);
}

/* Whoever came in with it is hung up on. */
static void turn_out(struct http_server *server, int64_t id, const struct connection *but)
{
	for (struct connection *at = server->connections; at; at = at->next) {
		if (at->token == id && at != but) {
			http_hang_up(at);
		}
	}
}

static int on_token(struct connection *connection)
{
	struct http_server *server = connection->server;
	const char *text = connection->request.path + strlen(TOKEN_PATH);
	struct refusal refusal;
	char *end;
	int64_t id = strtoll(text, &end, 10);

	if (!method_is(connection, LWSHUMETH_DELETE)) {
		return wrong_method(connection);
	}
	if (protocol_check_lock(server->service, &refusal) < 0) {
		return request_refuse_saying(connection, 403, "display.locked", &refusal);
	}
	if (*text < '0' || *text > '9' || *end != '\0' || door_revoke(&server->door, id) < 0) {
		return request_refuse(connection, 404, "", "there is no such token");
	}
	store_event(server->store, "door", "a panel's token was revoked");
	api_door_changed(server);
	turn_out(server, id, connection);
	return answer_tokens(connection);
}

static int on_tokens(struct connection *connection)
{
	return method_is(connection, LWSHUMETH_GET) ? answer_tokens(connection)
						    : wrong_method(connection);
}

static int answer_control(struct connection *connection, enum control_id id)
{
	json_t *list = json_array();

	json_text_append(&list, json_string(controls[id].path));
	return call(connection, "get", list);
}

static int set_lock(struct connection *connection, const char *pin, bool locked)
{
	struct http_server *server = connection->server;
	const struct value value = {.on = locked};
	size_t had_pin = server->door.kept.pin_size;
	struct refusal refusal = {""};
	uint64_t wait_ms = 0;
	int error;

	if (!locked && protocol_check_lock(server->service, NULL) == 0) {
		return answer_control(connection, CONTROL_DISPLAY_LOCKED);
	}
	error = door_check_pin(&server->door, pin, loop_now_ms(), &wait_ms, &refusal);
	if (error < 0) {
		return request_answer_wait(
			connection, status_of(error), in_seconds(wait_ms),
			protocol_error("display.locked", refusal.text, &refusal.saying));
	}
	if (server->door.kept.pin_size != had_pin) {
		api_door_changed(server);
	}
	service_report(server->service, (struct control_ref){CONTROL_DISPLAY_LOCKED, 0}, &value);
	return answer_control(connection, CONTROL_DISPLAY_LOCKED);
}

static int on_lock(struct connection *connection)
{
	bool locked = strcmp(connection->request.path, "/api/lock") == 0;
	json_t *body;
	int code;

	if (!method_is(connection, LWSHUMETH_POST)) {
		return wrong_method(connection);
	}
	body = read_object(connection, &code);
	if (body) {
		code = set_lock(connection, json_string_value(json_object_get(body, "pin")),
				locked);
		json_decref(body);
	}
	return code;
}

static int on_logo(struct connection *connection)
{
	struct http_server *server = connection->server;
	const struct request *request = &connection->request;
	bool put = method_is(connection, LWSHUMETH_PUT);
	struct refusal refusal = {""};

	if (!put && !method_is(connection, LWSHUMETH_DELETE)) {
		return wrong_method(connection);
	}
	if (protocol_check_lock(server->service, &refusal) < 0) {
		return request_refuse_saying(connection, 403, "display.locked", &refusal);
	}
	if (put && !logo_check(request->body, request->body_length, &refusal)) {
		return request_refuse_saying(connection, 415, "display.logo", &refusal);
	}
	if (door_keep_logo(&server->door, request->body, put ? request->body_length : 0) < 0) {
		return -1;
	}
	api_door_changed(server);
	return answer_control(connection, CONTROL_DISPLAY_LOGO);
}

static const struct {
	const char *path;
	bool below; /* and what follows it */
	int (*answer)(struct connection *connection);
} places[] = {
	{"/api/controls", false, on_controls},
	{"/api/state", false, on_state},
	{DO_PATH, true, on_do},
	{"/api/pair", false, on_pair},
	{"/api/tokens", false, on_tokens},
	{TOKEN_PATH, true, on_token},
	{"/api/lock", false, on_lock},
	{"/api/unlock", false, on_lock},
	{"/api/logo", false, on_logo},
};

int api_answer(struct connection *connection)
{
	const char *path = connection->request.path;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].below ? strncmp(path, places[i].path, strlen(places[i].path)) == 0
				    : strcmp(path, places[i].path) == 0) {
			return places[i].answer(connection);
		}
	}
	if (strcmp(path, "/api/live") == 0) {
		return request_refuse(connection, 426, "", "this is a WebSocket");
	}
	return request_refuse(connection, 404, "", "there is no such request");
}
