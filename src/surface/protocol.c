/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests and replies in JSON. What comes in was written by anybody: nothing of it is trusted.
 */
#include "protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "lock.h"
#include "picture.h"
#include "transfer.h"

#define STEPS_MAX    100000
#define READINGS_MAX 60

/* Why a request failed, and which control it is about. */
struct failure {
	char path[PATH_BYTES];
	struct refusal refusal;
};

/* Handles the member of a request. 0 and a reply (NULL: later), or a negative errno. */
typedef int handler(struct session *session, json_t *argument, json_t **ret_reply,
		    struct failure *ret_failure);

static void name_path(struct failure *failure, const char *path)
{
	snprintf(failure->path, sizeof(failure->path), "%s", path);
}

static char *to_text(json_t *json)
{
	char *text = json ? json_text_write(json, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;

	json_decref(json);
	return text;
}

char *protocol_error(const char *path, const char *reason, const struct saying *saying)
{
	json_t *error =
		json_pack("{s:o, s:o}", "path", words_string(path), "reason", words_string(reason));
	if (error && saying && saying->id != SAYING_PLAIN) {
		json_t *coded = words_saying(saying);

		if (!coded || json_object_update(error, coded) < 0) {
			json_decref(error);
			error = NULL;
		}
		json_decref(coded);
	}
	return error ? to_text(json_pack("{s:o}", "error", error)) : NULL;
}

/* A message that tells system.notice tells of which row it is. NULL without memory. */
static json_t *with_notice(json_t *message, const struct amp *amp,
			   const struct selection *selection)
{
	const struct control_ref ref = {CONTROL_SYSTEM_NOTICE, 0};
	const bool has_code = selection_has(selection, ref) && amp->notice.id != SAYING_PLAIN;

	if (message && has_code &&
	    json_object_set_new(message, "notice", words_saying(&amp->notice)) < 0) {
		json_decref(message);
		return NULL;
	}
	return message;
}

static int reply_with(json_t *reply, json_t **ret_reply)
{
	*ret_reply = reply;
	return reply ? 0 : -ENOMEM;
}

static int select_paths(const struct session *session, json_t *list, struct selection *selection,
			struct failure *ret_failure)
{
	json_t *item;
	size_t i;

	if (!json_is_array(list)) {
		return refuse(&ret_failure->refusal, "give a list of paths");
	}
	if (json_array_size(list) == 0) {
		selection_add(selection, "", NULL);
	}
	json_array_foreach(list, i, item)
	{
		const char *path = json_string_value(item);
		int error;

		if (!path) {
			return refuse(&ret_failure->refusal, "a path is a string");
		}
		error = selection_add(selection, path, &ret_failure->refusal);
		if (error < 0) {
			name_path(ret_failure, path);
			return error;
		}
	}
	if (session->peer == SESSION_FAR) {
		selection->bits[CONTROL_SYSTEM_PAIRING] = 0;
	}
	return 0;
}

static int on_get(struct session *session, json_t *argument, json_t **ret_reply,
		  struct failure *ret_failure)
{
	const struct amp *amp = service_amp(session->service);
	struct selection selection = {{0}};
	int error = select_paths(session, argument, &selection, ret_failure);

	if (error < 0) {
		return error;
	}
	service_read_meters(session->service);
	return reply_with(with_notice(json_pack("{s:o}", "set", words_values(amp, &selection)), amp,
				      &selection),
			  ret_reply);
}

static int on_watch(struct session *session, json_t *argument, json_t **ret_reply,
		    struct failure *ret_failure)
{
	const struct amp *amp = service_amp(session->service);
	struct selection selection = {{0}};
	int error = select_paths(session, argument, &selection, ret_failure);

	if (error < 0) {
		return error;
	}
	selection_drop_meters(&selection);
	session->watched = selection;
	session->dirty = (struct selection){{0}};
	session->has_dirty = false;
	return reply_with(with_notice(json_pack("{s:I, s:o}", "rev", (json_int_t)amp->revision,
						"set", words_values(amp, &selection)),
				      amp, &selection),
			  ret_reply);
}

static int make_set(const char *path, json_t *value, struct command *ret_command,
		    struct refusal *ret_refusal)
{
	struct control_ref ref;
	char text[TEXT_BYTES];
	int error;

	if ((error = control_find(path, &ref, ret_refusal)) < 0 ||
	    (error = words_to_text(ref, value, text, ret_refusal)) < 0) {
		return error;
	}
	return command_parse_set(path, text, ret_command, ret_refusal);
}

static int make_step(const char *path, json_t *value, struct command *ret_command,
		     struct refusal *ret_refusal)
{
	struct command command = {.verb = VERB_STEP};
	int error = control_find(path, &command.ref, ret_refusal);

	if (error < 0) {
		return error;
	}
	if (!json_is_integer(value) || json_integer_value(value) > STEPS_MAX ||
	    json_integer_value(value) < -STEPS_MAX) {
		return refuse(ret_refusal, "a number of steps is a whole number, at most %d",
			      STEPS_MAX);
	}
	command.steps = (int)json_integer_value(value);
	*ret_command = command;
	return 0;
}

typedef int command_maker(const char *path, json_t *value, struct command *ret_command,
			  struct refusal *ret_refusal);

static bool is_locked(const struct session *session)
{
	return session->peer != SESSION_OWNER &&
	       amp_int(service_amp(session->service), CONTROL_DISPLAY_LOCKED);
}

static int check_command(const struct session *session, const struct command *command,
			 struct refusal *ret_refusal)
{
	return is_locked(session) ? lock_check(service_amp(session->service), command, ret_refusal)
				  : 0;
}

/* Makes a command of each member and carries them out as one. */
static int carry_out(struct session *session, json_t *argument, command_maker *make,
		     struct command *commands, struct selection *ret_selection,
		     struct failure *ret_failure)
{
	char path[PATH_BYTES];
	const char *name;
	json_t *value;
	size_t count = 0, failed = 0;
	int error;

	json_object_foreach(argument, name, value)
	{
		if ((error = make(name, value, &commands[count], &ret_failure->refusal)) < 0 ||
		    (error = check_command(session, &commands[count], &ret_failure->refusal)) < 0) {
			name_path(ret_failure, name);
			return error;
		}
		selection_put(ret_selection, commands[count].ref);
		count++;
	}
	error = service_commands(session->service, commands, count, &failed, &ret_failure->refusal);
	if (error < 0 && failed < count) {
		name_path(ret_failure, control_path(commands[failed].ref, path));
	}
	return error;
}

static int carry_out_all(struct session *session, json_t *argument, command_maker *make,
			 json_t **ret_reply, struct failure *ret_failure)
{
	struct selection selection = {{0}};
	struct command *commands;
	int error;

	if (!json_is_object(argument) || json_object_size(argument) == 0) {
		return refuse(&ret_failure->refusal, "give an object of paths");
	}
	if (json_object_size(argument) > SERVICE_COMMANDS) {
		return refuse(&ret_failure->refusal, "too many at once: give at most %d",
			      SERVICE_COMMANDS);
	}
	commands = calloc(json_object_size(argument), sizeof(*commands));
	if (!commands) {
		return -ENOMEM;
	}
	error = carry_out(session, argument, make, commands, &selection, ret_failure);
	free(commands);
	if (error < 0) {
		return error;
	}
	return reply_with(
		json_pack("{s:o}", "set", words_values(service_amp(session->service), &selection)),
		ret_reply);
}

static int on_set(struct session *session, json_t *argument, json_t **ret_reply,
		  struct failure *ret_failure)
{
	return carry_out_all(session, argument, make_set, ret_reply, ret_failure);
}

static int on_step(struct session *session, json_t *argument, json_t **ret_reply,
		   struct failure *ret_failure)
{
	return carry_out_all(session, argument, make_step, ret_reply, ret_failure);
}

static int on_do(struct session *session, json_t *argument, json_t **ret_reply,
		 struct failure *ret_failure)
{
	struct command command = {.verb = VERB_DO};
	const char *path = json_string_value(argument);
	int error;

	if (!path) {
		return refuse(&ret_failure->refusal, "give the path of an action");
	}
	if ((error = control_find(path, &command.ref, &ret_failure->refusal)) == 0 &&
	    (error = check_command(session, &command, &ret_failure->refusal)) == 0) {
		error = service_command(session->service, &command, &ret_failure->refusal);
	}
	if (error < 0) {
		name_path(ret_failure, path);
		return error;
	}
	return reply_with(json_pack("{s:s}", "done", path), ret_reply);
}

static int on_controls(struct session *session, json_t *argument, json_t **ret_reply,
		       struct failure *ret_failure)
{
	return reply_with(json_pack("{s:o}", "controls", words_controls()), ret_reply);
}

static int on_export(struct session *session, json_t *argument, json_t **ret_reply,
		     struct failure *ret_failure)
{
	return reply_with(
		json_pack("{s:o}", "export", transfer_export(service_amp(session->service))),
		ret_reply);
}

static int on_import(struct session *session, json_t *argument, json_t **ret_reply,
		     struct failure *ret_failure)
{
	struct amp *amp = malloc(sizeof(*amp));
	json_t *lowered = NULL;
	int error;

	if (!amp) {
		return -ENOMEM;
	}
	if (is_locked(session)) {
		free(amp);
		return protocol_check_lock(session->service, &ret_failure->refusal);
	}
	*amp = *service_amp(session->service);
	error = transfer_import(argument, amp, &lowered, ret_failure->path, &ret_failure->refusal);
	if (error == 0) {
		size_t count = json_object_size(json_object_get(argument, "settings"));

		service_replace(session->service, amp);
		error = reply_with(json_pack("{s:{s:I, s:o}}", "import", "settings",
					     (json_int_t)count, "lowered", lowered),
				   ret_reply);
	}
	free(amp);
	return error;
}

static int on_sync(struct session *session, json_t *argument, json_t **ret_reply,
		   struct failure *ret_failure)
{
	session->syncing = true;
	session->sync_number = service_hurry_save(session->service);
	*ret_reply = NULL;
	return 0;
}

/* Adds to a list, which is NULL once there was no memory. */
static void note_line(void *data, unsigned int line, const char *text, size_t length,
		      const char *reason)
{
	json_text_append(data, json_pack("{s:i, s:s}", "line", (int)line, "reason", reason));
}

static int on_profile_load(struct session *session, json_t *argument, json_t **ret_reply,
			   struct failure *ret_failure)
{
	const json_t *text = json_object_get(argument, "text");
	const char *name = json_string_value(json_object_get(argument, "name"));
	json_t *lines;
	struct profile profile;
	int error;

	if (!name || !json_is_string(text)) {
		return refuse(&ret_failure->refusal, "give a name and a text");
	}
	error = is_locked(session)
			? protocol_check_lock(session->service, &ret_failure->refusal)
			: service_load_profile(session->service, name, json_string_value(text),
					       json_string_length(text), &ret_failure->refusal);
	if (error < 0) {
		return error;
	}
	lines = json_array();
	profile_parse(json_string_value(text), json_string_length(text), note_line, &lines,
		      &profile, NULL);
	return reply_with(json_pack("{s:{s:s, s:i, s:o}}", "profile_load", "name", name, "filters",
				    (int)profile.count, "not_understood", lines),
			  ret_reply);
}

static int on_profile_remove(struct session *session, json_t *argument, json_t **ret_reply,
			     struct failure *ret_failure)
{
	const char *name = json_string_value(argument);
	int error;

	if (!name) {
		return refuse(&ret_failure->refusal, "give the name of a profile");
	}
	error = is_locked(session)
			? protocol_check_lock(session->service, &ret_failure->refusal)
			: service_remove_profile(session->service, name, &ret_failure->refusal);
	return error < 0 ? error
			 : reply_with(json_pack("{s:s}", "profile_remove", name), ret_reply);
}

static int on_profiles(struct session *session, json_t *argument, json_t **ret_reply,
		       struct failure *ret_failure)
{
	const struct shelf *shelf = service_shelf(session->service);
	json_t *names = json_array();

	for (unsigned int i = 0; shelf && i < shelf->book.count; i++) {
		json_text_append(&names, json_string(shelf->book.pages[i].name));
	}
	return reply_with(json_pack("{s:o}", "profiles", names), ret_reply);
}

static int on_readings(struct session *session, json_t *argument, json_t **ret_reply,
		       struct failure *ret_failure)
{
	if (session->peer == SESSION_OWNER) {
		return refuse(&ret_failure->refusal, "readings are for the panel's WebSocket: use "
						     "get, or wiregain get meter");
	}
	if (!json_is_integer(argument) || json_integer_value(argument) < 0 ||
	    json_integer_value(argument) > READINGS_MAX) {
		return refuse(&ret_failure->refusal, "give a number a second, 0 to %d",
			      READINGS_MAX);
	}
	session->readings_hz = (unsigned int)json_integer_value(argument);
	*ret_reply = NULL;
	return 0;
}

static int on_scope(struct session *session, json_t *argument, json_t **ret_reply,
		    struct failure *ret_failure)
{
	enum meter_point point = METER_POINTS;
	const char *name = json_string_value(argument);

	if (session->peer == SESSION_OWNER) {
		return refuse(&ret_failure->refusal, "pictures are for the panel's WebSocket");
	}
	if (!json_is_null(argument) && (!name || picture_find(name, &point) < 0)) {
		return refuse(&ret_failure->refusal, "give input, headphone, line or null");
	}
	session->scope = point;
	*ret_reply = NULL;
	return 0;
}

static int on_unlock(struct session *session, json_t *argument, json_t **ret_reply,
		     struct failure *ret_failure)
{
	if (session->peer != SESSION_OWNER) {
		return refuse(&ret_failure->refusal,
			      "only the amplifier's owner, by `wiregain panel "
			      "--unlock`");
	}
	service_unlock(session->service);
	return reply_with(json_pack("{s:b}", "unlock", 1), ret_reply);
}

static const struct {
	const char *name;
	handler *handle;
} handlers[] = {
	{"get", on_get},
	{"set", on_set},
	{"step", on_step},
	{"do", on_do},
	{"watch", on_watch},
	{"controls", on_controls},
	{"export", on_export},
	{"import", on_import},
	{"sync", on_sync},
	{"readings", on_readings},
	{"scope", on_scope},
	{"unlock", on_unlock},
	{"profile_load", on_profile_load},
	{"profile_remove", on_profile_remove},
	{"profiles", on_profiles},
};

/* "get, set, step or do", of all requests. Returns `text`. */
static const char *list_requests(char *text, size_t size)
{
	size_t count = sizeof(handlers) / sizeof(handlers[0]), length = 0;

	for (size_t i = 0; i < count && length < size; i++) {
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   i == 0           ? ""
					   : i == count - 1 ? " or "
							    : ", ",
					   handlers[i].name);
	}
	return text;
}

static int dispatch(struct session *session, const char *name, json_t *argument, json_t **ret_reply,
		    struct failure *ret_failure)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (strcmp(name, handlers[i].name) == 0) {
			return handlers[i].handle(session, argument, ret_reply, ret_failure);
		}
	}
	return refuse(&ret_failure->refusal, "there is no request %.40s", name);
}

void session_init(struct session *session, struct service *service, enum session_peer peer)
{
	memset(session, 0, sizeof(*session));
	session->service = service;
	session->peer = peer;
	session->scope = METER_POINTS;
}

/* Makes the text of what dispatch() gave. `error` as it came, or -ENOMEM. */
static int finish_reply(int error, json_t *reply, const struct failure *failure, char **ret_text)
{
	if (error == -ENOMEM) {
		return error;
	}
	if (error == 0 && !reply) {
		*ret_text = NULL;
		return 0;
	}
	*ret_text = error < 0 ? protocol_error(failure->path, failure->refusal.text,
					       &failure->refusal.saying)
			      : to_text(reply);
	return *ret_text ? error : -ENOMEM;
}

int session_call(struct session *session, const char *name, json_t *argument, char **ret_reply)
{
	struct failure failure = {"", {""}};
	json_t *reply = NULL;
	int error = argument ? dispatch(session, name, argument, &reply, &failure) : -ENOMEM;

	json_decref(argument);
	return finish_reply(error, reply, &failure, ret_reply);
}

int session_request(struct session *session, const char *text, size_t length, char **ret_reply)
{
	struct failure failure = {"", {""}};
	char names[200];
	json_error_t syntax;
	json_t *reply = NULL;
	json_t *request = NULL;
	const char *name;
	int code = 0;
	int error = json_text_parse(text, length, JSON_REJECT_DUPLICATES, &request, &syntax);

	if (error == -ENOMEM) {
		return error;
	}
	name = json_object_iter_key(json_object_iter(request));
	if (!request) {
		code = SESSION_NONSENSE;
		error = refuse(&failure.refusal, "not JSON: %s, at byte %d", syntax.text,
			       syntax.position);
	} else if (json_object_size(request) != 1) {
		code = SESSION_NONSENSE;
		error = refuse(&failure.refusal, "a request is an object with one member: %s",
			       list_requests(names, sizeof(names)));
	} else {
		error = dispatch(session, name, json_object_get(request, name), &reply, &failure);
	}
	json_decref(request);
	error = finish_reply(error, reply, &failure, ret_reply);
	return error == -ENOMEM ? error : code;
}

char *protocol_readings(struct service *service)
{
	struct selection meters = {{0}};
	struct control_ref ref = {0, -1};
	double at;

	while (controls_next(&ref)) {
		if (controls[ref.id].flags & CONTROL_METER) {
			selection_put(&meters, ref);
		}
	}
	at = service_read_meters(service);
	return to_text(json_pack("{s:o, s:o*}", "readings",
				 words_values(service_amp(service), &meters), "at",
				 at < 0 ? NULL : json_real(at)));
}

int protocol_check_lock(const struct service *service, struct refusal *ret_refusal)
{
	if (!amp_int(service_amp(service), CONTROL_DISPLAY_LOCKED)) {
		return 0;
	}
	refuse_saying(ret_refusal, SAYING_LOCKED, NULL);
	return -EPERM;
}

char *session_synced(struct session *session)
{
	int error = service_save_error(session->service);
	char reason[160], *text;

	if (!session->syncing || service_saved(session->service) < session->sync_number) {
		return NULL;
	}
	if (error < 0) {
		snprintf(
			reason, sizeof(reason),
			"changed, but not kept for the next start: %s: make room or make the store "
			"writable, then change something",
			strerror(-error));
	}
	text = error == 0 ? to_text(json_pack("{s:b}", "sync", 1))
			  : protocol_error("", reason, NULL);
	session->syncing = !text;
	return text;
}

void session_changed(struct session *session, struct control_ref ref)
{
	if (selection_has(&session->watched, ref)) {
		selection_put(&session->dirty, ref);
		session->has_dirty = true;
	}
}

char *session_take_changes(struct session *session)
{
	const struct amp *amp = service_amp(session->service);
	json_t *changes;
	char *text;

	if (!session->has_dirty) {
		return NULL;
	}
	changes = with_notice(json_pack("{s:I, s:o}", "rev", (json_int_t)amp->revision, "set",
					words_values(amp, &session->dirty)),
			      amp, &session->dirty);
	text = to_text(changes);
	if (text) {
		session->dirty = (struct selection){{0}};
		session->has_dirty = false;
	}
	return text;
}
