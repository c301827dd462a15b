/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/surface, jansson's included: a reply is whole, or there is an error.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocation.h"
#include "fake_audio.h"
#include "log.h"
#include "picture.h"
#include "protocol.h"
#include "service_inside.h"
#include "socket.h"
#include "transfer.h"

/* A running amplifier without sound and without a store, so that no other thread allocates. */
struct amplifier {
	struct loop *loop;
	struct shelf *shelf;
	struct service *service;
};

static int set_up(void **state)
{
	static struct amplifier amplifier;
	struct service_config config = {.audio = &fake_audio_ops};
	struct amp amp;

	memset(&fake_audio, 0, sizeof(fake_audio));
	assert_int_equal(loop_create(&amplifier.loop), 0);
	assert_int_equal(shelf_create(NULL, &amplifier.shelf), 0);
	config.shelf = amplifier.shelf;
	amp_init(&amp);
	amp_set_profiles(&amp, &amplifier.shelf->book);
	amp_start(&amp);
	assert_int_equal(service_create(amplifier.loop, &config, &amp, &amplifier.service), 0);
	*state = &amplifier;
	return 0;
}

static int tear_down(void **state)
{
	struct amplifier *amplifier = *state;

	service_destroy(amplifier->service);
	shelf_destroy(amplifier->shelf);
	loop_destroy(amplifier->loop);
	return 0;
}

struct asking {
	struct amplifier *amplifier;
	enum session_peer peer;
	const char *request;
	char *reply; /* to it, when there is memory */
	int code;
};

/* A request that is answered is answered as if nothing had failed. */
static int attempt_request(void *data)
{
	const struct asking *asking = data;
	struct session session;
	char *reply = NULL;
	int code;

	session_init(&session, asking->amplifier->service, asking->peer);
	code = session_request(&session, asking->request, strlen(asking->request), &reply);
	if (code == -ENOMEM) {
		assert_null(reply);
		return code;
	}
	if (code != asking->code) {
		allocation_print_failure();
		fail_msg("%s gave %s", asking->request, reply);
	}
	assert_int_equal(!reply, !asking->reply);
	if (reply) {
		assert_string_equal(reply, asking->reply);
	}
	free(reply);
	return 0;
}

static void try_request(struct amplifier *amplifier, enum session_peer peer, const char *request)
{
	struct asking asking = {.amplifier = amplifier, .peer = peer, .request = request};
	struct session session;

	/* Twice: what a first one changes, a second one finds as it is. */
	for (int i = 0; i < 2; i++) {
		free(asking.reply);
		session_init(&session, amplifier->service, peer);
		asking.code = session_request(&session, request, strlen(request), &asking.reply);
		assert_true(asking.code >= 0);
	}
	/* Of a long answer each row is made as the one before it. */
	assert_true(allocation_fail_some(attempt_request, &asking, 41) >= 1);
	free(asking.reply);
}

static void test_requests(void **state)
{
	static const char *const requests[] = {
		"{\"get\":[\"headphone\",\"input.1\"]}",
		"{\"get\":[\"system.notice\"]}",
		"{\"get\":[\"no.such\"]}",
		"{\"set\":{\"headphone.level\":-41.5,\"dim\":true,\"input.2.name\":\"b\u00fc\"}}",
		"{\"set\":{\"headphone.level\":-12.3}}",
		"{\"set\":{\"headphone.level\":10}}",
		"{\"step\":{\"line.level\":0}}",
		"{\"do\":\"protect.reset\"}",
		"{\"watch\":[\"dim\"]}",
		"{\"export\":true}",
		"{\"import\":{\"wiregain\":{\"format\":1},\"settings\":{\"dim\":true}}}",
		"{\"import\":{\"wiregain\":{\"format\":1},\"settings\":{\"headphone.level\":-1}}}",
		"{\"import\":{}}",
		"{\"profiles\":true}",
		"{\"unlock\":true}",
		"{\"sync\":true}",
		"{\"what\":1}",
		"not JSON",
		"{\"get\":[\"di\xff\"]}",
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		try_request(*state, SESSION_OWNER, requests[i]);
	}
	try_request(*state, SESSION_OWNER,
		    "{\"profile_load\":{\"name\":\"mine\",\"text\":\"Preamp: -3 dB\\nnonsense\\n"
		    "Filter 1: ON PK Fc 1000 Hz Gain 3 dB Q 1\\n\"}}");
	try_request(*state, SESSION_FAR, "{\"readings\":30}");
	try_request(*state, SESSION_FAR, "{\"scope\":\"line\"}");
}

static void test_controls(void **state)
{
	try_request(*state, SESSION_FAR, "{\"controls\":true}");
}

static void test_locked(void **state)
{
	struct amplifier *amplifier = *state;
	const struct value on = {.on = 1};

	service_report(amplifier->service, (struct control_ref){CONTROL_DISPLAY_LOCKED, 0}, &on);
	try_request(amplifier, SESSION_FAR, "{\"set\":{\"system.name\":\"x\"}}");
	try_request(amplifier, SESSION_FAR, "{\"import\":{}}");
	try_request(amplifier, SESSION_FAR, "{\"profile_remove\":\"mine\"}");
}

/* A notification that failed is sent once there is memory. */
static int attempt_changes(void *data)
{
	const struct control_ref dim = {CONTROL_DIM, 0}, notice = {CONTROL_SYSTEM_NOTICE, 0};
	struct amplifier *amplifier = data;
	struct session session;
	char *text, *later;

	session_init(&session, amplifier->service, SESSION_NEAR);
	selection_put(&session.watched, dim);
	selection_put(&session.watched, notice);
	session_changed(&session, dim);
	session_changed(&session, notice);
	text = session_take_changes(&session);
	allocation_disarm();
	later = text ? NULL : session_take_changes(&session);
	assert_true(text || later);
	assert_non_null(strstr(text ? text : later, "\"dim\":"));
	assert_non_null(strstr(text ? text : later, "\"notice\":"));
	free(later);
	free(text);
	return text ? 0 : -ENOMEM;
}

static void test_changes(void **state)
{
	struct amplifier *amplifier = *state;
	struct command command;

	/* Whatever puts a sentence there. */
	assert_int_equal(command_parse_set("headphone.limit", "-60", &command, NULL), 0);
	assert_int_equal(service_command(amplifier->service, &command, NULL), 0);
	service_note(amplifier->service, "test", SAYING_KEPT_AGAIN, NULL);
	assert_true(allocation_fail_each(attempt_changes, amplifier) >= 10);
}

static int attempt_sync(void *data)
{
	struct amplifier *amplifier = data;
	struct session session;
	char *text, *later;

	session_init(&session, amplifier->service, SESSION_NEAR);
	session.syncing = true;
	text = session_synced(&session);
	allocation_disarm();
	later = text ? NULL : session_synced(&session);
	assert_string_equal(text ? text : later, "{\"sync\":true}");
	assert_false(session.syncing);
	free(later);
	free(text);
	return text ? 0 : -ENOMEM;
}

static void test_sync(void **state)
{
	assert_true(allocation_fail_each(attempt_sync, *state) >= 3);
}

static int attempt_readings(void *data)
{
	struct amplifier *amplifier = data;
	char *readings = protocol_readings(amplifier->service);
	char *picture = picture_text(amplifier->service, METER_LINE);
	bool whole = readings && picture;

	if (readings) {
		assert_non_null(strstr(readings, "\"meter.line.left.peak\":"));
	}
	free(readings);
	free(picture);
	return whole ? 0 : -ENOMEM;
}

static void test_readings(void **state)
{
	assert_true(allocation_fail_some(attempt_readings, *state, 11) >= 50);
}

struct listening_at {
	struct amplifier *amplifier;
	char folder[64];
	char path[96];
};

/* A client's request and its answer; 0 with an answer, -ENOMEM when it was hung up on. */
static int ask(struct listening_at *at)
{
	static const char request[] = "{\"get\":[\"dim\"]}\n";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[256];
	ssize_t got = -1;

	strcpy(address.sun_path, at->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	while (got < 0) {
		assert_int_equal(loop_iterate(at->amplifier->loop, 10), 0);
		got = recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT);
		assert_true(got >= 0 || errno == EAGAIN || errno == ECONNRESET);
		got = got < 0 && errno == ECONNRESET ? 0 : got;
	}
	answer[got] = '\0';
	close(fd);
	if (got > 0 && !strstr(answer, "out of memory")) {
		assert_string_equal(answer, "{\"set\":{\"dim\":true}}\n");
		return 0;
	}
	return -ENOMEM;
}

static int attempt_socket(void *data)
{
	struct listening_at *at = data;
	struct refusal refusal = {""};
	struct socket_server *server = NULL;
	int error = socket_open(at->path, &server, &refusal);

	if (error < 0) {
		assert_true(refusal.text[0] != '\0');
		return error;
	}
	error = socket_serve(server, at->amplifier->loop, at->amplifier->service);
	if (error == 0) {
		error = ask(at);
		allocation_disarm();
		assert_int_equal(ask(at), 0);
	}
	socket_close(server);
	loop_iterate(at->amplifier->loop, 0);
	return error;
}

static void test_socket(void **state)
{
	struct listening_at at = {.amplifier = *state, .folder = "/tmp/wiregain-allocation-XXXXXX"};
	char lock[128];

	assert_non_null(mkdtemp(at.folder));
	snprintf(at.path, sizeof(at.path), "%s/socket", at.folder);
	try_request(at.amplifier, SESSION_OWNER, "{\"set\":{\"dim\":true}}");
	assert_true(allocation_fail_each(attempt_socket, &at) >= 10);
	snprintf(lock, sizeof(lock), "%s.lock", at.path);
	unlink(lock);
	assert_int_equal(rmdir(at.folder), 0);
}

static int attempt_path(void *data)
{
	char *path = socket_default_path();

	if (!path) {
		return -ENOMEM;
	}
	free(path);
	return 0;
}

static void test_path(void **state)
{
	setenv("XDG_RUNTIME_DIR", "/tmp", 1);
	assert_true(allocation_fail_each(attempt_path, NULL) >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_requests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_controls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_locked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sync, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_readings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_socket, set_up, tear_down),
		cmocka_unit_test(test_path),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
