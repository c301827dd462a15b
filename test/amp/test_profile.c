/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Headphone profiles from text to sound: every construct of the grammar, AutoEq's ranges at four
 * rates, graphic equalizers, and texts that nobody should trust.
 */
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "effort.h"
#include "profile.h"

static const double rates[] = {44100, 48000, 96000, 192000};

struct complaints {
	unsigned int count;
	unsigned int lines[64];
	char reasons[64][80];
};

static void note(void *data, unsigned int line, const char *text, size_t length, const char *reason)
{
	struct complaints *complaints = data;

	if (complaints->count < 64) {
		complaints->lines[complaints->count] = line;
		snprintf(complaints->reasons[complaints->count], 80, "%s", reason);
	}
	complaints->count++;
}

static struct profile parse(const char *text, struct complaints *complaints)
{
	struct profile profile;
	struct refusal refusal = {""};

	memset(complaints, 0, sizeof(*complaints));
	if (profile_parse(text, strlen(text), note, complaints, &profile, &refusal) < 0) {
		fail_msg("%s: %s", text, refusal.text);
	}
	return profile;
}

static struct profile parse_all(const char *text)
{
	struct complaints complaints;
	struct profile profile = parse(text, &complaints);

	if (complaints.count > 0) {
		fail_msg("%s: line %u: %s", text, complaints.lines[0], complaints.reasons[0]);
	}
	return profile;
}

/* The cookbook's prototypes, as they stand there. */
static double prototype_db(const char *kind, double fc, double gain, double q, double hz)
{
	double complex s = I * hz / fc, h;
	double a = pow(10, gain / 40);

	if (strcmp(kind, "PK") == 0) {
		h = (s * s + s * (a / q) + 1) / (s * s + s / (a * q) + 1);
	} else if (strcmp(kind, "LSC") == 0) {
		h = a * (s * s + (sqrt(a) / q) * s + a) / (a * s * s + (sqrt(a) / q) * s + 1);
	} else if (strcmp(kind, "HSC") == 0) {
		h = a * (a * s * s + (sqrt(a) / q) * s + 1) / (s * s + (sqrt(a) / q) * s + a);
	} else if (strcmp(kind, "LP") == 0) {
		h = 1 / (s * s + s / q + 1);
	} else if (strcmp(kind, "HP") == 0) {
		h = s * s / (s * s + s / q + 1);
	} else if (strcmp(kind, "BP") == 0) {
		h = s / q / (s * s + s / q + 1);
	} else if (strcmp(kind, "NO") == 0) {
		h = (s * s + 1) / (s * s + s / q + 1);
	} else {
		h = 1; /* all-pass */
	}
	return 20 * log10(cabs(h));
}

static double cascade_db(const struct cascade *cascade, double rate_hz, double hz)
{
	double complex z = cexp(-I * 2 * M_PI * hz / rate_hz), h = 1;

	for (unsigned int k = 0; k < cascade->count; k++) {
		h *= (cascade->b0[k] + z * (cascade->b1[k] + z * cascade->b2[k])) /
		     (1 + z * (cascade->a1[k] + z * cascade->a2[k]));
	}
	return 20 * log10(cabs(h));
}

/* Each construct, and the prototype that it stands for. */
static void test_every_construct(void **state)
{
	const double s_slope = 0.9;
	const double a6 = pow(10, 6 / 40.0);
	const double q_of_09 = 1 / sqrt((a6 + 1 / a6) * (1 / s_slope - 1) + 2);
	const double q_of_10 = 1 / sqrt((a6 + 1 / a6) * (12 / 10.0 - 1) + 2);
	const double q_of_6 = 1 / sqrt((a6 + 1 / a6) * (12 / 6.0 - 1) + 2);
	const double corner_6 = pow(10, 6 / 80.0 / 0.5), corner_12 = pow(10, 6 / 80.0);
	const struct {
		const char *text, *kind;
		double hz, gain, q;
	} table[] = {
		{"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0.70", "PK", 105, -3.1, 0.7},
		{"filter: on pk fc 105hz gain -3.1db q .7", "PK", 105, -3.1, 0.7},
		{"FILTER 12: ON PEQ Fc 1000 Gain +3 Q 2", "PK", 1000, 3, 2},
		{"Filter  1 : ON  Modal  Fc 1e3 Hz  Gain 3 dB  Q 2 # note", "PK", 1000, 3, 2},
		{"Filter 1: ON PK Q 2 Gain 3 dB Fc 1000 Hz", "PK", 1000, 3, 2},
		{"Filter 1: ON PK Fc 1000 Hz Gain 3 dB BW Oct 1", "PK", 1000, 3, M_SQRT2},
		{"Filter 1: ON LP Fc 8000 Hz", "LP", 8000, 0, M_SQRT1_2},
		{"Filter 1: ON LPQ Fc 8000 Hz Q 2", "LP", 8000, 0, 2},
		{"Filter 1: ON HP Fc 30 Hz", "HP", 30, 0, M_SQRT1_2},
		{"Filter 1: ON HPQ Fc 30 Hz Q 1.1", "HP", 30, 0, 1.1},
		{"Filter 1: ON BP Fc 900 Hz", "BP", 900, 0, M_SQRT1_2},
		{"Filter 1: ON BP Fc 900 Hz Q 3", "BP", 900, 0, 3},
		{"Filter 1: ON NO Fc 50 Hz", "NO", 50, 0, 30},
		{"Filter 1: ON NO Fc 50 Hz Q 5", "NO", 50, 0, 5},
		{"Filter 1: ON AP Fc 900 Hz Q 0.7", "AP", 900, 0, 0.7},
		{"Filter 1: ON LSC Fc 105 Hz Gain 6 dB Q 0.70", "LSC", 105, 6, 0.7},
		{"Filter 1: ON LS Fc 105 Hz Gain 6 dB Q 0.70", "LSC", 105, 6, 0.7},
		{"Filter 1: ON HSC Fc 10000 Hz Gain 6 dB Q 0.70", "HSC", 10000, 6, 0.7},
		{"Filter 1: ON HS Fc 10000 Hz Gain 6 dB Q 0.70", "HSC", 10000, 6, 0.7},
		{"Filter 1: ON LS Fc 105 Hz Gain 6 dB", "LSC", 105, 6, q_of_09},
		{"Filter 1: ON HSC Fc 105 Hz Gain 6 dB", "HSC", 105, 6, q_of_09},
		{"Filter 1: ON LSC 10 dB Fc 105 Hz Gain 6 dB", "LSC", 105, 6, q_of_10},
		{"Filter 1: ON LS 6dB Fc 105 Hz Gain 6 dB", "LSC", 105 * corner_6, 6, q_of_6},
		{"Filter 1: ON LS 12dB Fc 105 Hz Gain 6 dB", "LSC", 105 * corner_12, 6, M_SQRT1_2},
		{"Filter 1: ON HS 6 dB Fc 4000 Hz Gain 6 dB", "HSC", 4000 / corner_6, 6, q_of_6},
		{"Filter 1: ON HS 12 dB Fc 4000 Hz Gain 6 dB", "HSC", 4000 / corner_12, 6,
		 M_SQRT1_2},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct profile profile = parse_all(table[i].text);
		struct cascade cascade;

		assert_int_equal(profile.count, 1);
		for (int r = 0; r < 4; r++) {
			cascade_design(profile.filters, 1, rates[r], &cascade);
			for (double hz = 20; hz <= 20000; hz *= 1.03) {
				double wanted = prototype_db(table[i].kind, table[i].hz,
							     table[i].gain, table[i].q, hz);

				if (wanted > -60 &&
				    fabs(cascade_db(&cascade, rates[r], hz) - wanted) >= 0.05) {
					fail_msg("%s at %.0f Hz, rate %.0f", table[i].text, hz,
						 rates[r]);
				}
			}
		}
	}
}

static void test_what_does_nothing_is_understood(void **state)
{
	struct profile profile =
		parse_all("\xef\xbb\xbfPreamp: -6.1 dB\r\n# a comment\r\n\r\nPreamp: -2dB\r\n"
			  "Channel: all\r\nFilter 1: OFF PK Fc 105 Hz Gain -3.1 dB Q 0.70\r\n"
			  "Filter 2: ON None\r\nFilter 3: ON PK Fc 100 Hz Gain 0 dB Q 1\r\n"
			  "  Filter 4: ON PK Fc 100 Hz Gain 1 dB Q 1  ");

	assert_true(fabs(profile.preamp_db + 8.1) < 1e-12);
	assert_int_equal(profile.count, 1);
}

static void test_what_is_not_understood_is_named(void **state)
{
	static const char *const bad[] = {
		"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB",
		"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0",
		"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q -1",
		"Filter 1: ON PK Fc 0 Hz Gain -3.1 dB Q 1",
		"Filter 1: ON PK Fc NaN Hz Gain -3.1 dB Q 1",
		"Filter 1: ON PK Fc 1e999 Hz Gain -3.1 dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Gain 1e999 dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Gain inf dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Gain 61 dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Q 1",
		"Filter 1: ON PK Gain 3 dB Q 1",
		"Filter 1: ON PK Fc 0x10 Hz Gain -3.1 dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Gain -3,1 dB Q 1",
		"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 1 T60 target 300 ms",
		"Filter 1: ON PK Fc 105 Hz Gain -3.1 dB BW Oct 0",
		"Filter 1: ON XY Fc 105 Hz",
		"Filter 1: ON LSC 13 dB Fc 105 Hz Gain 3 dB",
		"Filter 1: ON LSC 0 dB Fc 105 Hz Gain 3 dB",
		"Filter 1: PK Fc 105 Hz Gain -3.1 dB Q 1",
		"Filter 1 ON PK Fc 105 Hz Gain -3.1 dB Q 1",
		"Filter 1: ON IIR Order 2 Coefficients 1 2 3 4 5 6",
		"Preamp: loud",
		"Preamp: 101 dB",
		"Preamp:",
		"Include: other.txt",
		"Convolution: room.wav",
		"GraphicEQ: 20",
		"GraphicEQ: 20 1; 10 2",
		"GraphicEQ: 20 1, 30 2",
		"GraphicEQ: 20 99",
		"GraphicEQ:",
		"Delay: 3 ms",
		"nonsense",
		":",
		"\x01\x02",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct complaints complaints;
		struct profile profile;
		char text[256];

		snprintf(text, sizeof(text), "Preamp: -1 dB\n\n%s\nPreamp: -1 dB", bad[i]);
		profile = parse(text, &complaints);
		if (complaints.count != 1 || complaints.lines[0] != 3 || profile.count != 0) {
			fail_msg("%s: %u complaints, %u filters", bad[i], complaints.count,
				 profile.count);
		}
		assert_true(profile.preamp_db == -2);
		assert_true(complaints.reasons[0][0] != '\0');
	}
}

/* A line for one channel must not be applied to both. */
static void test_channels(void **state)
{
	struct complaints complaints;
	struct profile profile = parse("Channel: L\nFilter: ON PK Fc 100 Hz Gain 1 dB Q 1\n"
				       "Channel: all\nFilter: ON PK Fc 200 Hz Gain 1 dB Q 1\n",
				       &complaints);

	assert_int_equal(complaints.count, 2);
	assert_int_equal(profile.count, 1);
	assert_true(profile.filters[0].frequency_hz == 200);
}

static double random_between(uint32_t *seed, double low, double high)
{
	*seed = *seed * 1664525u + 1013904223u;
	return low + (high - low) * (*seed >> 8) / 16777216.0;
}

struct drawn {
	const char *kind;
	double hz, gain, q;
};

/* As AutoEq writes them: two shelves, eight peaks, figures rounded as it does. */
static size_t draw(uint32_t *seed, struct drawn filters[10], char *text, size_t size)
{
	size_t length =
		(size_t)snprintf(text, size, "Preamp: %.1f dB\n", random_between(seed, -12, 0));

	for (int k = 0; k < 10; k++) {
		struct drawn *f = &filters[k];

		f->kind = k == 0 ? "LSC" : k == 1 ? "HSC" : "PK";
		f->hz = k == 0   ? 105
			: k == 1 ? 10000
				 : round(20 * pow(1000, random_between(seed, 0, 1)));
		f->gain = round(random_between(seed, -200, 200)) / 10;
		f->q = k < 2 ? round(random_between(seed, 40, 71)) / 100
			     : round(100 * 0.18 * pow(6 / 0.18, random_between(seed, 0, 1))) / 100;
		length += (size_t)snprintf(text + length, size - length,
					   "Filter %d: ON %s Fc %.0f Hz Gain %.1f dB Q %.2f\n",
					   k + 1, f->kind, f->hz, f->gain, f->q);
	}
	return length;
}

static void test_profiles_of_autoeq(void **state)
{
	for (int r = 0; r < 4; r++) {
		uint32_t seed = 99;
		double worst = 0;

		for (unsigned int i = 0; i < test_effort(200); i++) {
			struct drawn drawn[10];
			struct profile profile;
			struct cascade cascade;
			char text[2048];

			draw(&seed, drawn, text, sizeof(text));
			profile = parse_all(text);
			cascade_design(profile.filters, profile.count, rates[r], &cascade);
			for (double hz = 20; hz <= 20000; hz *= 1.02) {
				double wanted = 0, got = cascade_db(&cascade, rates[r], hz);

				for (int k = 0; k < 10; k++) {
					wanted += prototype_db(drawn[k].kind, drawn[k].hz,
							       drawn[k].gain, drawn[k].q, hz);
				}
				worst = fmax(worst, fabs(got - wanted));
			}
		}
		printf("figure: 200 profiles against their prototypes at %.0f Hz: %.4f dB\n",
		       rates[r], worst);
		assert_true(worst < 0.05);
	}
}

/* With its gain no profile raises anything, at any frequency up to half the rate. */
static void test_nothing_is_raised(void **state)
{
	uint32_t seed = 5;

	for (unsigned int i = 0; i < test_effort(60); i++) {
		struct drawn drawn[10];
		struct profile profile;
		struct cascade cascade;
		double rate_hz = rates[i % 4], gain_db, highest = -1000;
		char text[2048];

		draw(&seed, drawn, text, sizeof(text));
		profile = parse_all(text);
		cascade_design(profile.filters, profile.count, rate_hz, &cascade);
		gain_db = profile_gain_db(&profile, &cascade, rate_hz);
		assert_true(gain_db <= profile.preamp_db && gain_db <= 0);
		for (double hz = 1; hz <= rate_hz / 2; hz *= 1.0007) {
			highest = fmax(highest, gain_db + cascade_db(&cascade, rate_hz, hz));
		}
		assert_true(highest <= 0);
		assert_true(highest > -0.01 || gain_db == profile.preamp_db);
	}
}

/* A smooth curve through AutoEq's 127 frequencies, rounded to 0.1 dB as it does. */
static void test_graphic_equalizers(void **state)
{
	uint32_t seed = 3;
	double worst = 0, sum = 0;
	unsigned int count = 0;

	for (unsigned int i = 0; i < test_effort(40); i++) {
		struct drawn bumps[8];
		char text[4096] = "GraphicEQ: ";
		size_t length = strlen(text);
		double hz_of[128], db_of[128];
		unsigned int points = 0;
		struct profile profile;
		struct cascade cascade;

		for (int k = 0; k < 8; k++) {
			bumps[k] = (struct drawn){"PK", 20 * pow(1000, random_between(&seed, 0, 1)),
						  random_between(&seed, -8, 8),
						  0.4 * pow(3 / 0.4, random_between(&seed, 0, 1))};
		}
		for (double hz = 20; hz < 20000 && points < 127; hz *= 1.0563) {
			hz_of[points] = floor(hz);
			db_of[points] = 0;
			for (int k = 0; k < 8; k++) {
				db_of[points] += prototype_db("PK", bumps[k].hz, bumps[k].gain,
							      bumps[k].q, hz_of[points]);
			}
			db_of[points] = round(10 * db_of[points]) / 10;
			length += (size_t)snprintf(text + length, sizeof(text) - length,
						   "%s%.0f %.1f", points ? "; " : "", hz_of[points],
						   db_of[points]);
			points++;
		}
		profile = parse_all(text);
		cascade_design(profile.filters, profile.count, 48000, &cascade);
		for (unsigned int k = 0; k + 1 < points; k++) {
			/* At the points and half-way between, where it is straight. */
			double middle = sqrt(hz_of[k] * hz_of[k + 1]);
			double off = fabs(cascade_db(&cascade, 48000, hz_of[k]) - db_of[k]);
			double off_middle = fabs(cascade_db(&cascade, 48000, middle) -
						 (db_of[k] + db_of[k + 1]) / 2);

			worst = fmax(worst, fmax(off, off_middle));
			sum += off * off + off_middle * off_middle;
			count += 2;
		}
	}
	printf("figure: graphic equalizers of 127 points: %.3f dB at worst, %.3f dB rms\n", worst,
	       sqrt(sum / count));
	assert_true(worst < 0.5);
	assert_true(sqrt(sum / count) < 0.06);
}

/* Cut off anywhere, a profile is a shorter one, or refused; never something else. */
static void test_cut_profiles(void **state)
{
	struct drawn drawn[10];
	uint32_t seed = 8;
	char text[2048];
	size_t length = draw(&seed, drawn, text, sizeof(text));

	for (size_t cut = 0; cut <= length; cut++) {
		struct complaints complaints = {0};
		struct profile profile;
		unsigned int lines = 1;

		if (profile_parse(text, cut, note, &complaints, &profile, NULL) < 0) {
			assert_true(cut < 20);
			continue;
		}
		for (size_t i = 0; i < cut; i++) {
			lines += text[i] == '\n';
		}
		assert_true(complaints.count <= 1);
		assert_true(profile.count <= lines);
		for (unsigned int k = 0; k + 1 < profile.count; k++) {
			assert_true(profile.filters[k].gain_db == drawn[k].gain);
		}
	}
}

static int refused(const char *text, size_t length)
{
	struct profile profile = {.count = 77};
	struct refusal refusal = {""};
	int error = profile_parse(text, length, NULL, NULL, &profile, &refusal);

	assert_true(error == 0 || (profile.count == 77 && refusal.text[0] != '\0'));
	return error;
}

static void test_hostile_texts_are_refused(void **state)
{
	char *huge = malloc(16 << 20);
	size_t length = 0;

	assert_non_null(huge);
	assert_int_equal(refused("", 0), -EINVAL);
	assert_int_equal(refused("\n\n\n", 3), -EINVAL);
	assert_int_equal(refused("nonsense", 8), -EINVAL);
	assert_int_equal(refused("Preamp: -1 dB\n\0", 15), -EINVAL);
	memset(huge, 'x', 16 << 20);
	assert_int_equal(refused(huge, 16 << 20), -EINVAL);
	/* A million lines. */
	for (int i = 0; i < 1000000; i++) {
		length += (size_t)sprintf(huge + length, "Preamp: 0\n");
	}
	assert_int_equal(refused(huge, length), -EINVAL);
	length = 0;
	for (int i = 0; i < CASCADE_FILTERS + 1; i++) {
		length += (size_t)sprintf(huge + length, "Filter: ON LP Fc 9000 Hz\n");
		assert_int_equal(refused(huge, length), i < CASCADE_FILTERS ? 0 : -EINVAL);
	}
	free(huge);
}

static void test_books(void **state)
{
	static struct profile_book book;

	assert_int_equal(profile_find(NULL, "one"), -1);
	assert_int_equal(profile_find(&book, "one"), -1);
	book.count = 2;
	strcpy(book.pages[1].name, "one");
	assert_int_equal(profile_find(&book, "one"), 1);
	assert_int_equal(profile_find(&book, "One"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_construct),
		cmocka_unit_test(test_what_does_nothing_is_understood),
		cmocka_unit_test(test_what_is_not_understood_is_named),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_profiles_of_autoeq),
		cmocka_unit_test(test_nothing_is_raised),
		cmocka_unit_test(test_graphic_equalizers),
		cmocka_unit_test(test_cut_profiles),
		cmocka_unit_test(test_hostile_texts_are_refused),
		cmocka_unit_test(test_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
