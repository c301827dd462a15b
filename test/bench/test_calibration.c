/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Volts by their definitions, levels of a report in them, and the file of calibrations.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "calibration.h"
#include "report.h"
#include "volts.h"

static void assert_near(double seen, double wanted, double tolerance)
{
	if (!(fabs(seen - wanted) <= tolerance)) {
		fail_msg("%.12g, not %.12g", seen, wanted);
	}
}

/* 0 dBu is 1 mW in 600 ohm; 4 dBu is studio level, -10 dBV the home's: 11.79 dB apart. */
static void test_units(void **state)
{
	assert_near(volts_to_dbu(sqrt(0.001 * 600)), 0, 1e-12);
	assert_near(volts_to_dbu(1.0), 10 * log10(1 / 0.6), 1e-12);
	assert_near(volts_to_dbu(1.2276), 4.0, 1e-3);
	assert_near(volts_to_dbv(1), 0, 0);
	assert_near(volts_to_dbv(0.31622776601683794), -10, 1e-12);
	assert_near(volts_to_dbu(1.2276) - volts_to_dbu(0.3162277), 11.79, 2e-2);
	assert_true(isinf(volts_to_dbu(0)) && volts_to_dbu(0) < 0);
	assert_near(volts_of_dbfs(-20, 2.0), 0.2, 1e-15);
	assert_near(volts_of_dbfs(-120, 2.0), 2e-6, 1e-18);
	assert_near(volts_of_dbfs(-INFINITY, 2.0), 0, 0);
}

static void test_text(void **state)
{
	char text[VOLTS_TEXT];

	assert_string_equal(volts_text(11.9, text), "11.9 V, +23.7 dBu");
	assert_string_equal(volts_text(2, text), "2 V, +8.2 dBu");
	assert_string_equal(volts_text(0.2, text), "200 mV, -11.8 dBu");
	assert_string_equal(volts_text(0.9999, text), "1 V, +2.2 dBu");
	assert_string_equal(volts_text(1.9e-6, text), "1.9 uV, -112.2 dBu");
	assert_string_equal(volts_text(2e-11, text), "0.02 nV, -211.8 dBu");
	assert_string_equal(volts_text(0, text), "");
	assert_string_equal(volts_text(NAN, text), "");
}

static void test_levels_of_a_report(void **state)
{
	struct report report = {.full_scale_vrms = 2};
	struct figure figure = {.unit = "dBFS", .value = -100};

	assert_near(figure_vrms(&report, &figure), 2e-5, 1e-17);
	snprintf(figure.unit, sizeof(figure.unit), "dB");
	assert_true(isnan(figure_vrms(&report, &figure)));
	snprintf(figure.unit, sizeof(figure.unit), "dBFS");
	report.full_scale_vrms = 0;
	assert_true(isnan(figure_vrms(&report, &figure)));
}

/* A folder of the test's own, with a file in it that is not there yet. */
struct place {
	char folder[64], deep[96], path[128];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "/tmp/wiregain-calibration-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->deep, sizeof(place->deep), "%s/wiregain", place->folder);
	snprintf(place->path, sizeof(place->path), "%s/calibration.json", place->deep);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	rmdir(place->deep);
	rmdir(place->folder);
	free(place);
	return 0;
}

static const struct calibration example = {.playback = "hw:DAC",
					   .capture = "hw:ADC",
					   .playback_card = "A \"fine\" DAC",
					   .capture_card = "An ADC",
					   .output_vrms = 2.0512345678,
					   .input_vrms = 4.1,
					   .rate_hz = 96000,
					   .date = "2026-01-01 10:00"};

static void test_kept(void **state)
{
	const struct place *place = *state;
	struct calibration other = example, seen;
	struct refusal refusal = {""};

	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:ADC", &seen, &refusal),
			 -ENOENT);
	assert_int_equal(calibration_store(place->path, &example, &refusal), 0);
	snprintf(other.capture, sizeof(other.capture), "hw:Other");
	other.output_vrms = 3;
	assert_int_equal(calibration_store(place->path, &other, &refusal), 0);
	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:ADC", &seen, &refusal), 0);
	assert_string_equal(seen.playback_card, example.playback_card);
	assert_string_equal(seen.capture_card, example.capture_card);
	assert_string_equal(seen.date, example.date);
	assert_near(seen.output_vrms, example.output_vrms, 1e-11);
	assert_near(seen.input_vrms, example.input_vrms, 1e-11);
	assert_near(seen.rate_hz, 96000, 0);
	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:Other", &seen, &refusal), 0);
	assert_near(seen.output_vrms, 3, 0);
	assert_int_equal(calibration_load(place->path, "hw:ADC", "hw:DAC", &seen, &refusal),
			 -ENOENT);
	/* The newer of the same devices stands alone. */
	other.output_vrms = 5;
	assert_int_equal(calibration_store(place->path, &other, &refusal), 0);
	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:Other", &seen, &refusal), 0);
	assert_near(seen.output_vrms, 5, 0);
}

static void test_volts_that_cannot_be(void **state)
{
	static const double volts[] = {0, -1, 100.1, INFINITY, NAN, -0.0};
	const struct place *place = *state;
	struct calibration wrong, seen;
	struct refusal refusal;

	assert_int_equal(calibration_store(place->path, &example, &refusal), 0);
	for (size_t i = 0; i < 2 * sizeof(volts) / sizeof(volts[0]); i++) {
		wrong = example;
		*(i % 2 ? &wrong.output_vrms : &wrong.input_vrms) = volts[i / 2];
		refusal.text[0] = '\0';
		assert_int_equal(calibration_store(place->path, &wrong, &refusal), -EINVAL);
		assert_non_null(strstr(refusal.text, i % 2 ? "output" : "input"));
	}
	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:ADC", &seen, &refusal), 0);
	assert_near(seen.output_vrms, example.output_vrms, 1e-11);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* A file that is none is told, and never written over. */
static void test_damaged_file(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"calibrations\": 1}",
		"{\"calibrations\": [{\"playback\": \"hw:DAC\", \"capture\": \"hw:ADC\"}]}",
		"{\"calibrations\": [{\"playback\": \"hw:DAC\", \"capture\": \"hw:ADC\", "
		"\"output_vrms\": 0, \"input_vrms\": 1}]}",
		"{\"calibrations\": [{\"playback\": \"hw:DAC\", \"capture\": \"hw:ADC\", "
		"\"output_vrms\": \"2\", \"input_vrms\": 1}]}"};
	const struct place *place = *state;
	struct calibration seen = {.output_vrms = 7};
	struct refusal refusal;
	char text[16] = "";
	FILE *file;

	mkdir(place->deep, 0700);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(place->path, texts[i]);
		refusal.text[0] = '\0';
		assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:ADC", &seen, &refusal),
				 -EINVAL);
		assert_non_null(strstr(refusal.text, "calibration.json"));
		assert_near(seen.output_vrms, 7, 0);
	}
	write_file(place->path, "{");
	assert_int_equal(calibration_store(place->path, &example, &refusal), -EINVAL);
	file = fopen(place->path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, "{");
	/* Rows that are none are passed by. */
	write_file(place->path, "{\"calibrations\": [1, null, [], {}]}");
	assert_int_equal(calibration_load(place->path, "hw:DAC", "hw:ADC", &seen, &refusal),
			 -ENOENT);
}

static void test_place_that_cannot_be_written(void **state)
{
	const struct place *place = *state;
	struct refusal refusal = {""};

	write_file(place->deep, "a file where the folder should be");
	assert_true(calibration_store(place->path, &example, &refusal) < 0);
	assert_true(refusal.text[0] != '\0');
	unlink(place->deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_levels_of_a_report),
		cmocka_unit_test_setup_teardown(test_kept, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_volts_that_cannot_be, make_place,
						remove_place),
		cmocka_unit_test_setup_teardown(test_damaged_file, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_place_that_cannot_be_written, make_place,
						remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
