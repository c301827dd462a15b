/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/service: it starts or it does not, and what the store has stays in it.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocation.h"
#include "fake_audio.h"
#include "log.h"
#include "place_of_store.h"
#include "service.h"

static const char profile[] = "Preamp: -3 dB\nFilter 1: ON PK Fc 1000 Hz Gain 3 dB Q 1\n";

/* Starts, obeys, and ends. */
static int attempt_service(void *data)
{
	struct service_config config = {.audio = &fake_audio_ops};
	struct service *service = NULL;
	struct loop *loop = NULL;
	struct command command;
	struct amp amp;
	int error = loop_create(&loop);

	if (error < 0) {
		return error;
	}
	amp_init(&amp);
	amp_start(&amp);
	memset(&fake_audio, 0, sizeof(fake_audio));
	error = service_create(loop, &config, &amp, &service);
	if (error == 0) {
		/* A running amplifier needs no memory to be turned down. */
		assert_int_equal(command_parse_set("headphone.level", "-50", &command, NULL), 0);
		assert_int_equal(service_command(service, &command, NULL), 0);
		assert_int_equal(amp_int(service_amp(service), CONTROL_HEADPHONE_LEVEL), -100);
		service_destroy(service);
	}
	assert_false(fake_audio.running);
	loop_destroy(loop);
	return error;
}

static void test_service(void **state)
{
	assert_true(allocation_fail_each(attempt_service, NULL) >= 6);
}

/* Nothing of the profiles is lost, whenever the memory comes back. */
static int attempt_shelf(void *data)
{
	struct place *place = data;
	struct shelf *shelf = NULL;
	struct store *store = NULL;
	struct refusal refusal = {""};
	uint64_t save = 0;
	int error = store_open(place->path, &store, NULL);

	if (error < 0) {
		return error;
	}
	error = shelf_create(store, &shelf);
	if (error == 0) {
		assert_int_equal(shelf->book.count, 2);
		error = shelf_put(shelf, "new", profile, strlen(profile), &save, &refusal);
		assert_int_equal(shelf->book.count, error < 0 ? 2 : 3);
		assert_int_equal(shelf->texts.count, shelf->book.count);
		error = error == 0 && save == 0 ? -ENOMEM : error;
		allocation_disarm(); /* and it works again */
		shelf_remove(shelf, "new", &save, &refusal);
		wait_saved(store, save);
	}
	allocation_disarm();
	shelf_destroy(shelf);
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(*) FROM profiles"), 2);
	return error;
}

static void test_shelf(void **state)
{
	struct place *place = *state;
	struct store *store = open_store(place);
	struct shelf *shelf = NULL;
	uint64_t save;

	assert_int_equal(shelf_create(store, &shelf), 0);
	assert_int_equal(shelf_put(shelf, "one", profile, strlen(profile), &save, NULL), 0);
	assert_int_equal(shelf_put(shelf, "two", profile, strlen(profile), &save, NULL), 0);
	wait_saved(store, save);
	shelf_destroy(shelf);
	store_close(store);
	assert_true(allocation_fail_each(attempt_shelf, place) >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service),
		PLACED(test_shelf),
	};

	log_set_level(-1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
