/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is listened to: from seconds of energy to percent, told once, and in the store in time.
 */
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "listening.h"

#define MONDAY 1767571200LL /* 2026-01-05 00:00 UTC */
#define HOUR   3600
#define DAY    86400

/* A listener with a load of 100 dB SPL at full scale, and what a metering would tell of it. */
struct world {
	char folder[64], path[96];
	struct store *store;
	struct listening *listening;
	struct metering_exposure exposure;
	struct amp amp;
	struct load load;
};

static void open_world(struct world *world)
{
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(listening_create(world->store, &world->listening), 0);
	world->exposure = (struct metering_exposure){.seconds = 0};
}

static void close_world(struct world *world)
{
	listening_destroy(world->listening);
	store_close(world->store);
}

static int set_up(void **state)
{
	const struct load_own own = {.ohm = 300, .sensitivity_db = 100, .full_scale_volts = 1};
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	snprintf(world->folder, sizeof(world->folder), "/tmp/wiregain-listening-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->path, sizeof(world->path), "%s/wiregain.db", world->folder);
	load_make(NULL, NULL, &own, LOAD_TRS, &world->load);
	amp_init(&world->amp);
	open_world(world);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	char command[128];

	close_world(world);
	snprintf(command, sizeof(command), "rm -rf '%s'", world->folder);
	assert_int_equal(system(command), 0);
	free(world);
	return 0;
}

/* A second at a level of dBFS on each side. */
static void hear(struct world *world, int64_t unix_s, double left_db, double right_db)
{
	world->exposure.seconds++;
	world->exposure.total[0] += 0.5 * pow(10, left_db / 10);
	world->exposure.total[1] += 0.5 * pow(10, right_db / 10);
	assert_int_equal(
		listening_hear(world->listening, &world->exposure, 0, &world->load, unix_s), 1);
	assert_int_equal(
		listening_hear(world->listening, &world->exposure, 0, &world->load, unix_s), 0);
	listening_save(world->listening, false);
}

static double report(struct world *world, int64_t unix_s)
{
	return listening_report(world->listening, &world->amp,
				(struct listening_time){unix_s, 3600});
}

static double number(const struct world *world, enum control_id id)
{
	return amp_value(&world->amp, (struct control_ref){id, 0})->number;
}

static const char *days(const struct world *world)
{
	return amp_value(&world->amp, (struct control_ref){CONTROL_DOSE_DAYS, 0})->text;
}

static void assert_near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance)) {
		fail_msg("%.8g instead of %.8g +-%.2g", got, wanted, tolerance);
	}
}

static void test_a_week(void **state)
{
	struct world *world = *state;
	int near = 0, full = 0;

	for (int day = 0; day < 5; day++) {
		for (int s = 0; s < 8 * HOUR; s++) {
			int64_t now = MONDAY + day * DAY + 9 * HOUR + s;

			hear(world, now, -20, -26);
			if (s % 600 == 0) {
				double told = report(world, now);

				near += told == DOSE_NEAR;
				full += told == DOSE_FULL;
			}
		}
	}
	full += report(world, MONDAY + 5 * DAY) == DOSE_FULL;
	printf("figure: 40 h at 80 dB in a week, as it is reported %.2f %%\n",
	       number(world, CONTROL_DOSE_WEEK));
	assert_near(number(world, CONTROL_DOSE_WEEK), 100, 0.5);
	assert_near(number(world, CONTROL_DOSE_DAY), 20, 0.1);
	assert_near(number(world, CONTROL_DOSE_HOURS), 40, 0.01);
	assert_string_equal(days(world), "0.0 20.0 20.0 20.0 20.0 20.0 0.0");
	assert_int_equal(near, 1);
	assert_true(full <= 1);
	/* What if it was always at the limit: 80 dB for 40 hours. */
	assert_near(number(world, CONTROL_DOSE_LIMIT), 79.5, 0.5);
}

static void test_told_once(void **state)
{
	struct world *world = *state;
	int64_t now = MONDAY;
	int near = 0, full = 0;

	for (int s = 0; s < 400; s++, now++) { /* 107 dB: 100 % in 288 s */
		double told;

		hear(world, now, 7, 7);
		told = report(world, now);
		near += told == DOSE_NEAR;
		full += told == DOSE_FULL;
		assert_true(told == 0 || fabs(number(world, CONTROL_DOSE_WEEK) - told) < 0.4);
	}
	assert_int_equal(near, 1);
	assert_int_equal(full, 1);
	assert_near(number(world, CONTROL_DOSE_LEFT), 0, 0);
	/* Neither a start nor another mode is news. */
	close_world(world);
	open_world(world);
	assert_near(report(world, now), 0, 0);
	assert_near(number(world, CONTROL_DOSE_WEEK), 400 / 2.88, 0.5);
	amp_restore(&world->amp, (struct control_ref){CONTROL_DOSE_MODE, 0},
		    &(struct value){.choice = DOSE_SENSITIVE}, NULL);
	assert_near(report(world, now), 0, 0);
	assert_near(number(world, CONTROL_DOSE_WEEK), 400 / 2.88 * sqrt(10), 1.5);
}

static void test_time_left(void **state)
{
	struct world *world = *state;

	for (int s = 0; s < 300; s++) {
		hear(world, MONDAY + s, -20, -6); /* 94 dB at the right ear: 95.5 minutes of it */
	}
	report(world, MONDAY + 300);
	assert_near(number(world, CONTROL_DOSE_LEFT), 40 / pow(10, 1.4) - 300.0 / HOUR, 0.006);
	listening_show(world->listening, &world->amp);
	assert_near(amp_value(&world->amp, (struct control_ref){CONTROL_DOSE_SPL, 0})->number, 80,
		    1e-9);
	assert_near(amp_value(&world->amp, (struct control_ref){CONTROL_DOSE_SPL, 1})->number, 94,
		    1e-9);
	assert_near(number(world, CONTROL_DOSE_LIMIT), 0, 0); /* not an hour yet */
	listening_rest(world->listening);
	report(world, MONDAY + 400);
	listening_show(world->listening, &world->amp);
	assert_near(number(world, CONTROL_DOSE_LEFT), 168, 0);
	assert_near(amp_value(&world->amp, (struct control_ref){CONTROL_DOSE_SPL, 1})->number, 0,
		    0);
}

static void test_what_was_not_measured_is_taken_to_be_as_loud(void **state)
{
	struct world *world = *state;

	world->exposure.seconds = 2;
	world->exposure.total[0] = 2 * 0.5 * pow(10, 0.7);
	assert_int_equal(
		listening_hear(world->listening, &world->exposure, 26.8, &world->load, MONDAY), 2);
	report(world, MONDAY);
	assert_near(number(world, CONTROL_DOSE_WEEK), 10, 0.05);
}

static void test_without_a_load_nothing_is_counted(void **state)
{
	struct world *world = *state;

	load_make(NULL, NULL, &(struct load_own){0}, LOAD_TRS, &world->load);
	for (int s = 0; s < 100; s++) {
		hear(world, MONDAY + s, 0, 0);
	}
	report(world, MONDAY + 100);
	listening_show(world->listening, &world->amp);
	assert_near(number(world, CONTROL_DOSE_WEEK), 0, 0);
	assert_near(number(world, CONTROL_DOSE_HOURS), 0, 0);
	assert_near(number(world, CONTROL_DOSE_SPL), 0, 0);
}

/* Seconds that another process finds in the file. */
static double seconds_kept(const char *path)
{
	sqlite3 *handle = NULL;
	sqlite3_stmt *statement = NULL;
	double seconds;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, "SELECT total(seconds) FROM exposure", -1,
					    &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	seconds = sqlite3_column_double(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(handle);
	return seconds;
}

/* While it goes on, no more than eight seconds are not yet given to the store. */
static void test_saved_in_time(void **state)
{
	struct world *world = *state;

	for (int s = 1; s <= 40; s++) {
		hear(world, MONDAY + 55 + s, -20, -20);
		while (s % 8 == 0 && seconds_kept(world->path) < s) {
			usleep(1000);
		}
		assert_true(seconds_kept(world->path) >= s - 8);
	}
	hear(world, MONDAY + 200, -20, -20);
	listening_save(world->listening, true);
	while (seconds_kept(world->path) < 41) {
		usleep(1000);
	}
	assert_near(seconds_kept(world->path), 41, 0);
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_a_week),
		WORLD(test_told_once),
		WORLD(test_time_left),
		WORLD(test_what_was_not_measured_is_taken_to_be_as_loud),
		WORLD(test_without_a_load_nothing_is_counted),
		WORLD(test_saved_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
