/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The dose against H.870's hours and percentages, over clocks that jump, and from real samples.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "a_weighting.h"
#include "dose.h"
#include "weighting.h"

#define MONDAY 1767571200LL /* 2026-01-05 00:00 UTC */
#define HOUR   3600
#define DAY    86400

static int make_dose(void **state)
{
	struct dose *dose = malloc(sizeof(*dose));

	if (!dose) {
		return -1;
	}
	dose_init(dose);
	*state = dose;
	return 0;
}

static int free_dose(void **state)
{
	free(*state);
	return 0;
}

static void listen(struct dose *dose, int64_t from_s, int64_t seconds, double left_db,
		   double right_db)
{
	const double spl_db[2] = {left_db, right_db};

	for (int64_t i = 0; i < seconds; i++) {
		dose_add(dose, from_s + i, 1, spl_db);
	}
}

static double week(const struct dose *dose, int64_t now_s, enum dose_mode mode)
{
	struct dose_sum sum = dose_since(dose, now_s - DOSE_WEEK_S);

	return dose_percent(&sum, mode);
}

static void assert_near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance)) {
		fail_msg("%.8g instead of %.8g +-%.2g", got, wanted, tolerance);
	}
}

/* The hours that fill a week, in both modes, as they are published. */
static void test_hours_to_full(void **state)
{
	static const struct {
		double db, seconds, tolerance;
		enum dose_mode mode;
	} table[] = {
		{80, 40 * HOUR, 1, DOSE_ADULT},        {83, 20.0 * HOUR, 180, DOSE_ADULT},
		{85, 12.65 * HOUR, 18, DOSE_ADULT},    {89, 5.04 * HOUR, 18, DOSE_ADULT},
		{95, 1.265 * HOUR, 2, DOSE_ADULT},     {101, 19.1 * 60, 3, DOSE_ADULT},
		{107, 4.8 * 60, 3, DOSE_ADULT},        {120, 14.4, 0.05, DOSE_ADULT},
		{75, 40 * HOUR, 1, DOSE_SENSITIVE},    {80, 12.65 * HOUR, 18, DOSE_SENSITIVE},
		{90, 1.265 * HOUR, 2, DOSE_SENSITIVE}, {100, 7.6 * 60, 3, DOSE_SENSITIVE},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_near(dose_left_s(0, table[i].db, table[i].mode), table[i].seconds,
			    table[i].tolerance);
		assert_near(dose_limit_db(table[i].seconds, table[i].mode), table[i].db, 0.02);
	}
	assert_near(dose_allowance_pa2s(DOSE_ADULT) / HOUR, 1.6, 1e-12);
	assert_near(dose_allowance_pa2s(DOSE_SENSITIVE) / HOUR, 0.506, 0.0001);
	assert_true(dose_left_s(50, 20, DOSE_ADULT) == DOSE_WEEK_S);
	assert_true(dose_left_s(120, 80, DOSE_ADULT) == 0);
	assert_true(dose_left_s(100, -INFINITY, DOSE_ADULT) == 0);
	assert_true(dose_left_s(99, -INFINITY, DOSE_ADULT) == DOSE_WEEK_S);
	assert_true(isnan(dose_limit_db(0, DOSE_ADULT)));
}

/* Five days of eight hours at 80 dB, second by second, and what becomes of them. */
static void test_a_week(void **state)
{
	struct dose *dose = *state;
	double days[DOSE_DAYS], percent;

	for (int day = 0; day < 5; day++) {
		listen(dose, MONDAY + day * DAY + 9 * HOUR, 8 * HOUR, 77, 80);
		assert_near(week(dose, MONDAY + day * DAY + 17 * HOUR, DOSE_ADULT), 20 * (day + 1),
			    0.001);
	}
	percent = week(dose, MONDAY + 5 * DAY, DOSE_ADULT);
	printf("figure: 40 h at 80 dB in a week %.4f %%\n", percent);
	assert_near(percent, 100, 0.5);
	assert_near(week(dose, MONDAY + 5 * DAY, DOSE_SENSITIVE), 316.2, 1.6);
	dose_days(dose, MONDAY + 5 * DAY, 0, DOSE_ADULT, days);
	for (int i = 0; i < DOSE_DAYS; i++) {
		assert_near(days[i], i >= 1 && i <= 5 ? 20 : 0, 0.001);
	}
	/* In a zone 8 hours to the west the first eight hours of a day are the last of the one
	 * before. */
	dose_days(dose, MONDAY + 5 * DAY, -8 * HOUR, DOSE_ADULT, days);
	assert_near(days[DOSE_DAYS - 1], 20, 0.001);
	/* It grows old hour by hour. */
	assert_near(week(dose, MONDAY + 7 * DAY + 13 * HOUR, DOSE_ADULT), 90, 0.1);
	assert_near(week(dose, MONDAY + 12 * DAY, DOSE_ADULT), 0, 1e-9);
	assert_near(dose_since(dose, MONDAY).seconds, 40 * HOUR, 1e-6);
}

static void test_levels_that_change(void **state)
{
	struct dose *dose = *state;

	listen(dose, MONDAY, 288, 107, 60); /* 100 % */
	listen(dose, MONDAY + DAY, HOUR, 85, 85);
	listen(dose, MONDAY + 2 * DAY, HOUR, 39, 39); /* too quiet to be listening */
	assert_near(week(dose, MONDAY + 3 * DAY, DOSE_ADULT), 100.24 + 100 / 12.65, 0.1);
	assert_near(dose_since(dose, MONDAY).seconds, 288 + HOUR, 1e-6);
}

static void test_a_clock_put_back_and_forth(void **state)
{
	struct dose *dose = *state;
	double days[DOSE_DAYS];

	listen(dose, MONDAY, HOUR, 90, 90);
	listen(dose, MONDAY - 30 * DAY, HOUR, 90, 90); /* back by a month */
	assert_near(week(dose, MONDAY - 30 * DAY + HOUR, DOSE_ADULT), 50, 0.01);
	/* What lies in the future is today's. */
	dose_days(dose, MONDAY - 30 * DAY + HOUR, 0, DOSE_ADULT, days);
	assert_near(days[DOSE_DAYS - 1], 50, 0.01);
	listen(dose, MONDAY + 1800, 1800, 90, 90); /* and to where it had been: adds up */
	assert_near(week(dose, MONDAY + HOUR, DOSE_ADULT), 37.5, 0.01);
	listen(dose, MONDAY + 365 * DAY, HOUR, 90, 90); /* forward by a year */
	assert_near(week(dose, MONDAY + 365 * DAY + HOUR, DOSE_ADULT), 25, 0.01);
	/* And back: nothing of it all is lost, and nothing doubled. */
	assert_near(week(dose, MONDAY - 30 * DAY + HOUR, DOSE_ADULT), 87.5, 0.01);
	assert_near(dose_since(dose, 0).seconds, 3.5 * HOUR, 1e-6);
	listen(dose, -90, 60, 90, 90); /* a clock before 1970 */
	assert_int_equal(dose->minutes[0].minute, -2);
	assert_near(dose_since(dose, -200).seconds, 3.5 * HOUR + 60, 1e-6);
}

static void test_what_was_saved_is_taken_back_once(void **state)
{
	struct dose *dose = *state;
	struct dose *again = malloc(sizeof(*again));
	struct dose_minute minute;
	const struct dose_minute nonsense[] = {
		{.minute = INT64_MAX, .pa2s = {1, 1}, .seconds = 60},
		{.minute = 7, .pa2s = {NAN, 1}, .seconds = 60},
		{.minute = 7, .pa2s = {-1, 1}, .seconds = 60},
		{.minute = 7, .pa2s = {1, INFINITY}, .seconds = 60},
		{.minute = 7, .pa2s = {1, 1}, .seconds = NAN},
	};
	int saved = 0;

	assert_non_null(again);
	dose_init(again);
	for (int i = 0; i < 100; i++) {
		listen(dose, MONDAY + i * 10, 10, 90, 84);
		while (dose_take_unsaved(dose, &minute)) {
			assert_false(minute.minute < (MONDAY + i * 10) / 60);
			dose_restore(again, &minute); /* a minute is saved six times, as a whole */
			saved++;
		}
	}
	assert_int_equal(saved, 100);
	assert_near(week(again, MONDAY, DOSE_ADULT), week(dose, MONDAY, DOSE_ADULT), 1e-12);
	assert_int_equal(again->count, dose->count);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		dose_restore(again, &nonsense[i]);
	}
	assert_int_equal(again->count, dose->count);
	assert_false(dose_take_unsaved(again, &minute));
	free(again);
}

static void test_the_oldest_goes_when_it_is_full(void **state)
{
	struct dose *dose = *state;
	const double spl_db[2] = {80, 80};

	for (int64_t i = 0; i < DOSE_MINUTES + 100; i++) {
		dose_add(dose, MONDAY + i * 60, 1, spl_db);
	}
	assert_int_equal(dose->count, DOSE_MINUTES);
	assert_int_equal(dose->minutes[0].minute, MONDAY / 60 + 100);
	dose_add(dose, MONDAY, 1, spl_db); /* older than all: not in place of newer ones */
	assert_int_equal(dose->minutes[0].minute, MONDAY / 60 + 100);
	dose_add(dose, MONDAY + 200 * 60, 1, spl_db);
	dose_add(dose, MONDAY + 365 * DAY, 1, spl_db);
	assert_int_equal(dose->count, DOSE_MINUTES);
	for (size_t i = 1; i < dose->count; i++) {
		assert_true(dose->minutes[i - 1].minute < dose->minutes[i].minute);
	}
}

static void test_warnings(void **state)
{
	assert_true(dose_warning(79.9, 80) == DOSE_NEAR);
	assert_true(dose_warning(80, 80.1) == 0);
	assert_true(dose_warning(99.9, 100.2) == DOSE_FULL);
	assert_true(dose_warning(99.9, 100) == DOSE_FULL);
	assert_true(dose_warning(100, 100.1) == 0);
	assert_true(dose_warning(10, 140) == DOSE_FULL);
	assert_true(dose_warning(140, 141) == 0);
	assert_true(dose_warning(100, 70) == 0);
}

/* Noise of a known energy, through the weighting, to percent: 94 dB full scale, tone and silence.
 */
static void test_from_samples(void **state)
{
	struct dose *dose = *state;
	const double full_scale_spl_db = 110;
	struct exposure ears[2] = {{.seconds = 0}};
	double last_total[2] = {0, 0};

	exposure_set_rate(&ears[0], 96000);
	exposure_set_rate(&ears[1], 96000);
	for (int s = 0; s < 10; s++) {
		double spl_db[2];

		for (int i = 0; i < 96000; i++) {
			double tone = 0.1 * sin(2 * M_PI * 4000 * i / 96000);
			double low = 0.1 * sin(2 * M_PI * 100 * i / 96000);

			exposure_process(&ears[0], &tone, 1);
			exposure_process(&ears[1], &low, 1);
		}
		for (int ear = 0; ear < 2; ear++) {
			double mean_square = ears[ear].total - last_total[ear];

			last_total[ear] = ears[ear].total;
			spl_db[ear] = full_scale_spl_db + 10 * log10(mean_square / 0.5);
		}
		dose_add(dose, MONDAY + s, 1, spl_db);
	}
	/* 90 dB, and the weighting's +0.96 dB and -19.1 dB. */
	assert_near(dose_since(dose, MONDAY).pa2s[0], 10 * dose_pa2(90 + a_weighting_db(4000)),
		    0.005 * 10 * dose_pa2(91));
	assert_near(10 * log10(dose_since(dose, MONDAY).pa2s[1] / 10 / dose_pa2(0)),
		    90 + a_weighting_db(100), 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours_to_full),
		cmocka_unit_test_setup_teardown(test_a_week, make_dose, free_dose),
		cmocka_unit_test_setup_teardown(test_levels_that_change, make_dose, free_dose),
		cmocka_unit_test_setup_teardown(test_a_clock_put_back_and_forth, make_dose,
						free_dose),
		cmocka_unit_test_setup_teardown(test_what_was_saved_is_taken_back_once, make_dose,
						free_dose),
		cmocka_unit_test_setup_teardown(test_the_oldest_goes_when_it_is_full, make_dose,
						free_dose),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test_setup_teardown(test_from_samples, make_dose, free_dose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
