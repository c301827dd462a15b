/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests and replies: what is understood, and that nothing else does anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_audio.h"
#include "protocol.h"
#include "transfer.h"
#include "world.h"

/* The reply as JSON text; NULL when it comes later. To be freed. */
static char *ask_bytes(struct session *session, const char *request, size_t length)
{
	char *reply = NULL;

	assert_true(session_request(session, request, length, &reply) >= 0);
	return reply;
}

static json_t *ask(struct session *session, const char *request)
{
	char *text = ask_bytes(session, request, strlen(request));
	json_t *reply = text ? json_loads(text, 0, NULL) : NULL;

	if (!reply) {
		fail_msg("%s: %s", request, text ? text : "no reply");
	}
	free(text);
	return reply;
}

static void assert_reply(struct session *session, const char *request, const char *reply)
{
	json_t *got = ask(session, request), *wanted = json_loads(reply, 0, NULL);

	assert_non_null(wanted);
	if (!json_equal(got, wanted)) {
		char *text = json_dumps(got, JSON_COMPACT);

		fail_msg("%s gave %s", request, text);
	}
	json_decref(got);
	json_decref(wanted);
}

/* Refused, for a reason that names `about`, because of `path`. */
static void assert_refused(struct session *session, const char *request, const char *path,
			   const char *about)
{
	json_t *reply = ask(session, request);
	const json_t *error = json_object_get(reply, "error");
	const char *got = json_string_value(json_object_get(error, "path"));
	const char *reason = json_string_value(json_object_get(error, "reason"));

	if (!got || !reason || strcmp(got, path) != 0 || !strstr(reason, about)) {
		fail_msg("%s: refused with %s, %s", request, got ? got : "(no path)",
			 reason ? reason : "(no reason)");
	}
	json_decref(reply);
}

static void test_values(void **state)
{
	struct world *world = *state;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	assert_reply(&session,
		     "{\"get\":[\"headphone.level\",\"dim\",\"monitor.mode\","
		     "\"input.2.name\",\"sub.lowpass_hz\"]}",
		     "{\"set\":{\"headphone.level\":-40.0,\"dim\":false,\"monitor.mode\":"
		     "\"stereo\",\"input.2.name\":\"XLR 2\",\"sub.lowpass_hz\":\"off\"}}");
	assert_reply(&session, "{\"set\":{\"headphone.level\":-32.5,\"dim\":true}}",
		     "{\"set\":{\"headphone.level\":-32.5,\"dim\":true}}");
	assert_reply(&session, "{\"set\":{\"headphone.level\":\"-33\"}}",
		     "{\"set\":{\"headphone.level\":-33.0}}");
	assert_reply(&session, "{\"set\":{\"headphone.level\":-34}}",
		     "{\"set\":{\"headphone.level\":-34.0}}");
	assert_reply(&session, "{\"set\":{\"headphone.level\":\"mute\"}}",
		     "{\"set\":{\"headphone.level\":\"mute\"}}");
	assert_reply(&session, "{\"set\":{\"dim\":\"off\"}}", "{\"set\":{\"dim\":false}}");
	assert_reply(&session, "{\"set\":{\"sub.lowpass_hz\":80}}",
		     "{\"set\":{\"sub.lowpass_hz\":80}}");
	assert_reply(&session, "{\"set\":{\"input\":3}}", "{\"set\":{\"input\":\"3\"}}");
	assert_reply(&session, "{\"set\":{\"input\":\"next\"}}", "{\"set\":{\"input\":\"4\"}}");
	assert_reply(&session, "{\"set\":{\"input.1.name\":\"Plattenspieler „Ä“\"}}",
		     "{\"set\":{\"input.1.name\":\"Plattenspieler „Ä“\"}}");
}

static void test_steps_and_actions(void **state)
{
	struct world *world = *state;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	assert_reply(&session, "{\"step\":{\"headphone.level\":1,\"line.level\":-2}}",
		     "{\"set\":{\"headphone.level\":-39.5,\"line.level\":-41.0}}");
	/* A step down lets go of a held key, which would pause on the way up. */
	assert_reply(&session, "{\"step\":{\"headphone.level\":-1}}",
		     "{\"set\":{\"headphone.level\":-40.0}}");
	assert_reply(&session, "{\"step\":{\"headphone.level\":100000}}",
		     "{\"set\":{\"headphone.level\":15.0}}");
	assert_reply(&session, "{\"step\":{\"headphone.level\":-100000}}",
		     "{\"set\":{\"headphone.level\":\"mute\"}}");
	assert_reply(&session, "{\"step\":{\"dim\":1}}", "{\"set\":{\"dim\":true}}");
	assert_reply(&session, "{\"do\":\"system.reset\"}", "{\"done\":\"system.reset\"}");
	assert_string_equal(world_get(world, "dim"), "off");
}

/* How many controls there are, without actions if `values`. */
static size_t count_controls(bool values)
{
	struct control_ref ref = {0, -1};
	size_t count = 0;

	while (controls_next(&ref)) {
		count += !values || (controls[ref.id].type != TYPE_ACTION &&
				     !(controls[ref.id].flags & CONTROL_METER));
	}
	return count;
}

/* What is said carries what another language needs of it. */
static void test_codes(void **state)
{
	static const char lowered[] =
		"\"notice\":{\"code\":\"lowered_at_start\",\"args\":{\"output\":\"line\","
		"\"from\":\"5.0 dB\",\"to\":\"-30.0 dB\"}}}";
	struct world *world = *state;
	struct session session;
	char wanted[512], *text;
	json_t *reply;

	session_init(&session, world->service, SESSION_OWNER);
	assert_reply(&session, "{\"get\":[\"system.notice\"]}",
		     "{\"set\":{\"system.notice\":\"\"}}");
	assert_reply(&session, "{\"set\":{\"headphone.limit\":-20,\"headphone.level\":-10}}",
		     "{\"error\":{\"path\":\"headphone.level\",\"reason\":\"-10.0 dB is above "
		     "headphone.limit: use at most -20.0 dB\",\"code\":\"above_limit\",\"args\":{"
		     "\"level\":\"-10.0 dB\",\"output\":\"headphone\",\"most\":\"-20.0 dB\"}}}");
	reply = ask(&session, "{\"set\":{\"no.thing\":1}}");
	assert_null(json_object_get(json_object_get(reply, "error"), "code"));
	json_decref(reply);
	reply = ask(&session, "{\"watch\":[\"system.notice\"]}");
	assert_null(json_object_get(reply, "notice"));
	json_decref(reply);
	world_set(world, "line.level", "5");
	world_set(world, "power", "off");
	world_set(world, "power", "on");
	session_changed(&session, (struct control_ref){CONTROL_SYSTEM_NOTICE, 0});
	text = session_take_changes(&session);
	assert_non_null(strstr(text, lowered));
	free(text);
	snprintf(wanted, sizeof(wanted),
		 "{\"set\":{\"system.notice\":\"lowered at power-up: line level from 5.0 dB to "
		 "-30.0 "
		 "dB (line.start)\"},%s",
		 lowered);
	assert_reply(&session, "{\"get\":[\"system.notice\"]}", wanted);
}

/* Who asks for what there is not is told all that there is. */
static void test_requests_are_named(void **state)
{
	static const char *const names[] = {
		": get",        ", set",          "step", "do",     "watch",    "controls",
		"export",       "import",         "sync", "unlock", "readings", "profiles",
		"profile_load", "profile_remove",
	};
	struct world *world = *state;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_refused(&session, "{}", "", names[i]);
	}
}

static void test_selections(void **state)
{
	struct world *world = *state;
	struct session session;
	json_t *reply;

	session_init(&session, world->service, SESSION_OWNER);
	assert_reply(&session, "{\"get\":[\"input\"]}", "{\"set\":{\"input\":\"1\"}}");
	assert_reply(&session, "{\"get\":[\"monitor\"]}",
		     "{\"set\":{\"monitor.mode\":\"stereo\",\"monitor.invert_left\":false,"
		     "\"monitor.invert_right\":false}}");
	reply = ask(&session, "{\"get\":[\"input.\"]}");
	assert_int_equal(json_object_size(json_object_get(reply, "set")), 5 * 10);
	json_decref(reply);
	reply = ask(&session, "{\"get\":[\"dim.*\"]}");
	assert_int_equal(json_object_size(json_object_get(reply, "set")), 1);
	json_decref(reply);
	reply = ask(&session, "{\"get\":[]}");
	assert_int_equal(json_object_size(json_object_get(reply, "set")), count_controls(true));
	assert_null(json_object_get(json_object_get(reply, "set"), "system.reset"));
	json_decref(reply);
	assert_refused(&session, "{\"get\":[\"system.reset\"]}", "system.reset", "action");
	assert_refused(&session, "{\"get\":[\"dim\",\"hedphone.level\"]}", "hedphone.level",
		       "did you mean headphone.level?");
	assert_refused(&session, "{\"get\":[\".\"]}", ".", "no control");
}

/* Refused, for whatever reason. */
static void assert_any_refusal(struct session *session, const char *request, size_t length)
{
	char *text = ask_bytes(session, request, length);
	json_t *reply;

	assert_non_null(text);
	reply = json_loads(text, 0, NULL);
	if (!reply || !json_object_get(reply, "error")) {
		fail_msg("%.200s gave %s", request, text);
	}
	json_decref(reply);
	free(text);
}

/* Each, up to a NULL, is refused, and the amplifier is what it was. */
static void assert_all_refused(struct world *world, const char *const *requests)
{
	const uint64_t revision = service_amp(world->service)->revision;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	for (size_t i = 0; requests[i]; i++) {
		assert_any_refusal(&session, requests[i], strlen(requests[i]));
	}
	assert_int_equal(service_amp(world->service)->revision, revision);
}

static void test_no_request_at_all(void **state)
{
	static const char *const requests[] = {
		"",
		"{",
		"nonsense",
		"null",
		"[]",
		"[{\"get\":[]}]",
		"7",
		"{}",
		"{\"get\":[],\"set\":{}}",
		"{\"become\":\"root\"}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_arguments_of_the_wrong_shape(void **state)
{
	static const char *const requests[] = {
		"{\"get\":\"dim\"}", "{\"get\":{}}", "{\"get\":[7]}",  "{\"get\":[[]]}",
		"{\"set\":[]}",      "{\"set\":{}}", "{\"set\":null}", NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_values_that_are_no_level(void **state)
{
	static const char *const requests[] = {
		"{\"set\":{\"headphone.level\":null}}",
		"{\"set\":{\"headphone.level\":[]}}",
		"{\"set\":{\"headphone.level\":{}}}",
		"{\"set\":{\"headphone.level\":true}}",
		"{\"set\":{\"headphone.level\":\"\"}}",
		"{\"set\":{\"headphone.level\":\"loud\"}}",
		"{\"set\":{\"headphone.level\":\"-12.3\"}}",
		"{\"set\":{\"headphone.level\":-12.3}}",
		"{\"set\":{\"headphone.level\":-12.500000000000002}}",
		"{\"set\":{\"headphone.level\":1e-300}}",
		"{\"set\":{\"headphone.level\":1e300}}",
		"{\"set\":{\"headphone.level\":1e999}}",
		"{\"set\":{\"headphone.level\":NaN}}",
		"{\"set\":{\"headphone.level\":Infinity}}",
		"{\"set\":{\"headphone.level\":9223372036854775807}}",
		"{\"set\":{\"headphone.level\":-9223372036854775808}}",
		"{\"set\":{\"headphone.level\":92233720368547758070}}",
		"{\"set\":{\"headphone.level\":4294967296}}",
		"{\"set\":{\"headphone.level\":15.5}}",
		"{\"set\":{\"headphone.level\":-122.5}}",
		"{\"set\":{\"headphone.level\":\"nan\"}}",
		"{\"set\":{\"headphone.level\":\"inf\"}}",
		"{\"set\":{\"headphone.level\":\"0x10\"}}",
		"{\"set\":{\"headphone.level\":\"-20 \"}}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_one_bad_value_among_good_ones(void **state)
{
	static const char *const requests[] = {
		"{\"set\":{\"headphone.level\":-20,\"headphone.level\":0}}",
		"{\"set\":{\"headphone.level\":-20,\"line.level\":99}}",
		"{\"set\":{\"headphone.level\":-20,\"nothing\":1}}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_paths_that_nothing_can_be_set_at(void **state)
{
	static const char *const requests[] = {
		"{\"set\":{\"headphone.level \":-20}}", "{\"set\":{\"\":1}}",
		"{\"set\":{\"input.0.trim\":1}}",       "{\"set\":{\"input.6.trim\":1}}",
		"{\"set\":{\"input.%d.trim\":1}}",      "{\"set\":{\"input.%n%n%n%s.trim\":1}}",
		"{\"set\":{\"headphone.gain\":0}}",     "{\"set\":{\"headphone.bit_exact\":true}}",
		"{\"set\":{\"system.reset\":true}}",    NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_values_that_other_controls_have_not(void **state)
{
	static const char *const requests[] = {
		"{\"set\":{\"input\":0}}",
		"{\"set\":{\"input\":6}}",
		"{\"set\":{\"input\":1.5}}",
		"{\"set\":{\"dim\":2}}",
		"{\"set\":{\"input.1.name\":7}}",
		"{\"set\":{\"input.1.name\":\"\"}}",
		"{\"set\":{\"input.1.name\":\"a\\u0000b\"}}",
		"{\"set\":{\"input.1.name\":\"line\\nbreak\"}}",
		"{\"set\":{\"input.1.name\":\"\\ud800\"}}",
		"{\"set\":{\"input.1.name\":\"\xff\xfe\"}}",
		"{\"set\":{\"input.1.name\":\"1234567890123456789012345\"}}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_bad_steps(void **state)
{
	static const char *const requests[] = {
		"{\"step\":{\"headphone.level\":1.0}}",
		"{\"step\":{\"headphone.level\":\"1\"}}",
		"{\"step\":{\"headphone.level\":100001}}",
		"{\"step\":{\"headphone.level\":-9223372036854775808}}",
		"{\"step\":{\"headphone.level\":1,\"input.1.name\":1}}",
		"{\"step\":{\"headphone.gain\":1}}",
		"{\"step\":{\"system.reset\":1}}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_bad_actions(void **state)
{
	static const char *const requests[] = {
		"{\"do\":\"headphone.level\"}",
		"{\"do\":\"\"}",
		"{\"do\":[\"system.reset\"]}",
		"{\"do\":\"system.format_disk\"}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_bad_watches(void **state)
{
	static const char *const requests[] = {
		"{\"watch\":true}",      "{\"watch\":[\"nothing\"]}", "{\"readings\":30}",
		"{\"scope\":\"input\"}", "{\"scope\":null}",          NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_bad_imports(void **state)
{
	static const char *const requests[] = {
		"{\"import\":null}",
		"{\"import\":{}}",
		"{\"import\":{\"settings\":{\"headphone.level\":-20}}}",
		"{\"import\":{\"wiregain\":{\"format\":1}}}",
		"{\"import\":{\"wiregain\":{\"format\":2},\"settings\":{\"headphone.level\":-20}}}",
		"{\"import\":{\"wiregain\":{\"format\":1},\"settings\":[]}}",
		NULL,
	};

	assert_all_refused(*state, requests);
}

static void test_large_and_deep_requests(void **state)
{
	struct world *world = *state;
	uint64_t revision = service_amp(world->service)->revision;
	char text[65536];
	const size_t size = sizeof(text);
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	memset(text, '[', size);
	assert_any_refusal(&session, text, size);
	memset(text, '{', size);
	assert_any_refusal(&session, text, size);
	memset(text, 'a', size);
	memcpy(text, "{\"do\":\"", 7);
	memcpy(text + size - 2, "\"}", 2);
	assert_any_refusal(&session, text, size);
	memcpy(text, "{\"set\":{\"", 9);
	memcpy(text + size - 5, "\":1}}", 5);
	assert_any_refusal(&session, text, size);
	/* A path of characters of three bytes, cut in its middle by whoever copies it. */
	for (size_t i = 9; i + 3 <= size - 5; i += 3) {
		memcpy(text + i, "\xe2\x82\xac", 3);
	}
	assert_any_refusal(&session, text, size);
	memcpy(text, "{\"set\":{\"dim\":\"", 15);
	memset(text + 15, '9', size - 15);
	memcpy(text + size - 3, "\"}}", 3);
	assert_any_refusal(&session, text, size);
	memset(text, 0, size);
	assert_any_refusal(&session, text, size);
	assert_int_equal(service_amp(world->service)->revision, revision);
}

/* Bytes that begin like requests and go on in every way. */
static void test_noise(void **state)
{
	static const char request[] = "{\"set\":{\"headphone.level\":-32.5}}";
	struct world *world = *state;
	uint32_t seed = 1;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	for (int i = 0; i < 20000; i++) {
		char bytes[sizeof(request)];
		char *reply;

		memcpy(bytes, request, sizeof(request));
		for (int changes = 0; changes < 3; changes++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[seed >> 8 & 31] = (char)(seed >> 24);
		}
		reply = ask_bytes(&session, bytes, sizeof(request) - 1);
		assert_non_null(reply);
		free(reply);
	}
	/* Whatever got through was a level on the grid, below the limit. */
	assert_true(amp_int(service_amp(world->service), CONTROL_HEADPHONE_LEVEL) <= HALF_DB_MAX);
}

static void test_errors_name_the_control(void **state)
{
	struct world *world = *state;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	assert_refused(&session, "{\"set\":{\"dim\":true,\"headphone.level\":-12.3}}",
		       "headphone.level", "use -12.5 or -12.0");
	assert_refused(&session, "{\"step\":{\"dim\":1,\"audio.rate\":1}}", "audio.rate",
		       "reading");
	assert_refused(&session, "{\"set\":{\"hedphone.level\":0}}", "hedphone.level",
		       "did you mean headphone.level?");
	world_set(world, "headphone.limit", "-50");
	assert_refused(&session, "{\"set\":{\"headphone.level\":-20}}", "headphone.level",
		       "headphone.limit");
	assert_refused(&session, "{\"do\":\"dim\"}", "dim", "not an action");
}

static void test_controls(void **state)
{
	static const char *const keys[] = {"path",    "type", "unit",    "minimum",
					   "maximum", "step", "default", "choices",
					   "access",  "kept", "help"};
	struct world *world = *state;
	struct session session;
	json_t *reply, *list, *row;
	size_t i;

	session_init(&session, world->service, SESSION_OWNER);
	reply = ask(&session, "{\"controls\":true}");
	list = json_object_get(reply, "controls");
	assert_int_equal(json_array_size(list), count_controls(false));
	json_array_foreach(list, i, row)
	{
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			assert_non_null(json_object_get(row, keys[k]));
		}
	}
	json_decref(reply);
}

/* {path: value, ...}, or NULL. To be let go. */
static json_t *take_changes(struct session *session)
{
	char *text = session_take_changes(session);
	json_t *changes = text ? json_loads(text, 0, NULL) : NULL;
	json_t *values = json_incref(json_object_get(changes, "set"));

	free(text);
	json_decref(changes);
	return values;
}

static void on_changed(void *data, struct control_ref ref)
{
	session_changed(data, ref);
}

static void test_watch(void **state)
{
	struct world *world = *state;
	struct session session;
	struct service_listener listener = {.changed = on_changed, .data = &session};
	json_t *reply, *changes;

	session_init(&session, world->service, SESSION_OWNER);
	service_listen(world->service, &listener);
	world_set(world, "dim", "on");
	assert_null(take_changes(&session));
	reply = ask(&session, "{\"watch\":[\"headphone.level\",\"monitor\"]}");
	assert_non_null(json_object_get(reply, "rev"));
	assert_int_equal(json_object_size(json_object_get(reply, "set")), 4);
	json_decref(reply);
	assert_null(take_changes(&session));
	world_set(world, "dim", "off");
	assert_null(take_changes(&session));
	world_set(world, "headphone.level", "-50");
	world_set(world, "headphone.level", "-51");
	world_set(world, "monitor.mode", "mono");
	changes = take_changes(&session);
	assert_int_equal(json_object_size(changes), 2);
	assert_true(json_real_value(json_object_get(changes, "headphone.level")) == -51);
	json_decref(changes);
	assert_null(take_changes(&session));
	service_unlisten(world->service, &listener);
}

static void test_export_and_import(void **state)
{
	struct world *world = *state;
	struct session session;
	json_t *reply, *request;
	char *text;

	session_init(&session, world->service, SESSION_OWNER);
	world_set(world, "input.3.name", "Phono");
	world_set(world, "headphone.level", "-55.5");
	world_set(world, "line.level", "-20");
	reply = ask(&session, "{\"export\":true}");
	world_set(world, "input.3.name", "Tape");
	world_set(world, "headphone.level", "-44");
	world_set(world, "line.level", "mute");
	request = json_pack("{s:O}", "import", json_object_get(reply, "export"));
	text = json_dumps(request, 0);
	json_decref(request);
	json_decref(reply);
	reply = ask(&session, text);
	free(text);
	/* Nothing rises above its start level, -30.0, and what was lowered is said. */
	assert_true(json_real_value(json_object_get(
			    json_object_get(json_object_get(reply, "import"), "lowered"),
			    "line.level")) == -30);
	assert_int_equal(
		json_object_size(json_object_get(json_object_get(reply, "import"), "lowered")), 1);
	json_decref(reply);
	assert_string_equal(world_get(world, "input.3.name"), "Phono");
	assert_string_equal(world_get(world, "headphone.level"), "-55.5");
	assert_string_equal(world_get(world, "line.level"), "-30.0");
}

#define IMPORT(settings) "{\"import\":{\"wiregain\":{\"format\":1},\"settings\":" settings "}}"

static void test_import_is_whole_or_nothing(void **state)
{
	struct world *world = *state;
	uint64_t revision = service_amp(world->service)->revision;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	assert_refused(&session, IMPORT("{\"dim\":true,\"line.level\":-12.3}"), "line.level",
		       "-12.5");
	assert_refused(&session, IMPORT("{\"dim\":true,\"audio.rate\":7}"), "audio.rate", "kept");
	assert_refused(&session, IMPORT("{\"dim\":true,\"no.thing\":7}"), "no.thing", "no control");
	assert_int_equal(service_amp(world->service)->revision, revision);
	assert_reply(&session, IMPORT("{}"), "{\"import\":{\"settings\":0,\"lowered\":{}}}");
}

/* Bypass and trims in a file make nothing loud either. */
static void test_import_is_never_loud(void **state)
{
	struct world *world = *state;
	struct session session;

	session_init(&session, world->service, SESSION_OWNER);
	json_decref(ask(&session, IMPORT("{\"input\":2,\"input.2.bypass\":true,\"input.2.trim\":20,"
					 "\"headphone.level\":15,\"headphone.start\":-10}")));
	assert_true(amp_int(service_amp(world->service), CONTROL_HEADPHONE_GAIN) <= -20);
	assert_true(amp_int(service_amp(world->service), CONTROL_LINE_GAIN) <= -60);
	/* Standby stays standby, whatever power.auto_on says. */
	world_set(world, "power", "off");
	json_decref(ask(&session, IMPORT("{\"power.auto_on\":true}")));
	assert_string_equal(world_get(world, "power"), "off");
}

static void test_sync(void **state)
{
	struct world *world = *state;
	struct session session;
	char *text = NULL;

	session_init(&session, world->service, SESSION_OWNER);
	assert_null(session_synced(&session));
	json_decref(ask(&session, "{\"set\":{\"headphone.level\":-50}}"));
	assert_null(ask_bytes(&session, "{\"sync\":true}", 13));
	assert_true(session.syncing);
	while (!(text = session_synced(&session))) {
		loop_iterate(world->loop, -1);
	}
	assert_string_equal(text, "{\"sync\":true}");
	free(text);
	assert_false(session.syncing);
	assert_null(session_synced(&session));
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_values),
		WORLD(test_steps_and_actions),
		WORLD(test_codes),
		WORLD(test_requests_are_named),
		WORLD(test_selections),
		WORLD(test_no_request_at_all),
		WORLD(test_arguments_of_the_wrong_shape),
		WORLD(test_values_that_are_no_level),
		WORLD(test_one_bad_value_among_good_ones),
		WORLD(test_paths_that_nothing_can_be_set_at),
		WORLD(test_values_that_other_controls_have_not),
		WORLD(test_bad_steps),
		WORLD(test_bad_actions),
		WORLD(test_bad_watches),
		WORLD(test_bad_imports),
		WORLD(test_large_and_deep_requests),
		WORLD(test_noise),
		WORLD(test_errors_name_the_control),
		WORLD(test_controls),
		WORLD(test_watch),
		WORLD(test_export_and_import),
		WORLD(test_import_is_whole_or_nothing),
		WORLD(test_import_is_never_loud),
		WORLD(test_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
