/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What was listened to is kept, whenever we are killed.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "place_of_store.h"

static struct dose *take_dose(struct store *store)
{
	struct dose *dose = NULL;

	assert_int_equal(store_take_dose(store, &dose), 0);
	return dose;
}

static void test_what_was_listened_to(void **state)
{
	const struct place *place = *state;
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_minute minute = {.minute = 29000000, .pa2s = {0.25, 1.0 / 3}, .seconds = 7};

	assert_int_equal(dose->count, 0);
	free(dose);
	store_save_minute(store, &minute);
	minute.pa2s[0] = 0.5; /* more of the same minute */
	store_save_minute(store, &minute);
	minute.minute--;
	wait_saved(store, store_save_minute(store, &minute));
	minute.minute++;
	minute.seconds = 7.5;
	store_save_minute(store, &minute); /* waits for the pause between two writes to be over */
	minute.seconds = 8;
	store_save_minute(store, &minute);
	store_close(store);
	store = open_store(place);
	dose = take_dose(store);
	assert_int_equal(dose->count, 2);
	assert_int_equal(dose->minutes[1].minute, 29000000);
	assert_true(dose->minutes[1].pa2s[0] == 0.5 && dose->minutes[1].pa2s[1] == 1.0 / 3);
	assert_true(dose->minutes[1].seconds == 8 && !dose->minutes[1].unsaved);
	free(dose);
	assert_int_equal(store_take_dose(store, &dose), -ENOENT);
	store_close(store);
}

/* Rows that nobody wrote are left out; and the number of rows has an end. */
static void test_minutes_that_cannot_be(void **state)
{
	const struct place *place = *state;
	struct dose_minute minute = {.minute = 30000000, .pa2s = {1, 1}, .seconds = 1};
	struct store *store;
	struct dose *dose;

	make_store(place);
	run_sql(place->path, "INSERT INTO exposure VALUES (1, -1, 0, 1), (2, 'x', 0, 1),"
			     " (3, 9e999, 0, 1), (4, 1, 1, 1), (9223372036854775807, 1, 1, 1);"
			     "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n"
			     " WHERE i < 21000) INSERT INTO exposure SELECT i, 0, 0, 1 FROM n");
	store = open_store(place);
	dose = take_dose(store);
	assert_int_equal(dose->count, DOSE_MINUTES);
	free(dose);
	wait_saved(store, store_save_minute(store, &minute));
	store_close(store);
	assert_int_equal(query(place->path, "SELECT count(*) FROM exposure"), DOSE_MINUTES);
}

/* What a listener shares with who kills it. */
struct listening {
	_Atomic long heard_s, saved_s;
};

/* Hears a second at a time, and hands over what is unsaved every eight of them. Never returns. */
static void listen_for_ever(const struct place *place, struct listening *shared)
{
	const double spl_db[2] = {94, 88};
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_minute minute;

	for (int64_t now = 1767571200 + shared->saved_s;; now++) {
		uint64_t number = 0;

		dose_add(dose, now, 1, spl_db);
		shared->heard_s++;
		if (shared->heard_s % 8 != 0) {
			continue;
		}
		while (dose_take_unsaved(dose, &minute)) {
			number = store_save_minute(store, &minute);
		}
		store_hurry(store);
		wait_saved(store, number);
		shared->saved_s = shared->heard_s;
	}
}

static double assert_heard(const struct place *place, const struct listening *shared)
{
	struct store *store = open_store(place);
	struct dose *dose = take_dose(store);
	struct dose_sum sum = dose_since(dose, 0);

	store_close(store);
	free(dose);
	assert_true(sum.seconds >= (double)shared->saved_s);
	assert_true(sum.seconds >= (double)shared->heard_s - 10);
	assert_true(sum.seconds <= (double)shared->heard_s);
	assert_true(fabs(sum.pa2s[0] / (sum.seconds * dose_pa2(94)) - 1) < 1e-9);
	assert_true(fabs(sum.pa2s[1] / (sum.seconds * dose_pa2(88)) - 1) < 1e-9);
	return (double)shared->heard_s - sum.seconds;
}

static void test_killed_while_listening(void **state)
{
	const struct place *place = *state;
	struct listening *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int seed = 5;
	double most_lost_s = 0;

	assert_true(shared != MAP_FAILED);
	for (int i = 0; i < 20; i++) {
		struct store *store;
		struct dose *dose;
		long wanted;
		pid_t child;

		/* It goes on from what is kept, as a new run does. */
		store = open_store(place);
		dose = take_dose(store);
		store_close(store);
		shared->heard_s = shared->saved_s = lround(dose_since(dose, 0).seconds);
		free(dose);
		wanted = shared->saved_s + 8 + rand_r(&seed) % 60;
		child = fork();
		if (child == 0) {
			listen_for_ever(place, shared);
		}
		assert_true(child > 0);
		while (shared->heard_s < wanted) {
			usleep(200);
		}
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		most_lost_s = fmax(most_lost_s, assert_heard(place, shared));
	}
	printf("figure: killed 20 times while listening, lost at most %.0f s of it\n", most_lost_s);
	munmap(shared, sizeof(*shared));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_what_was_listened_to),
		PLACED(test_minutes_that_cannot_be),
		PLACED(test_killed_while_listening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
