/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The load against published figures and closed forms; its tables against hostile text.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"

static const struct load_own nothing = {0};

static void assert_near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance)) {
		fail_msg("%.6g instead of %.6g +-%.2g", got, wanted, tolerance);
	}
}

static struct load_headphone headphone(const char *name)
{
	struct load_headphone found;
	struct refusal refusal;

	if (load_find_headphone(NULL, name, &found, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	return found;
}

static struct load_amplifier amplifier(const char *name)
{
	struct load_amplifier found;
	struct refusal refusal;

	if (load_find_amplifier(NULL, name, &found, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	return found;
}

static struct load make(const char *headphone_name, const char *amplifier_name)
{
	struct load_headphone h = headphone(headphone_name);
	struct load_amplifier a = amplifier(amplifier_name);
	struct load load;

	load_make(&h, &a, &nothing, LOAD_TRS, &load);
	return load;
}

/* The published figures of the device, each to its last digit. */
static void test_power_into_resistors(void **state)
{
	const struct load_amplifier device = amplifier("Benchmark HPA4");
	static const struct {
		double ohm, volts, watts;
	} published[] = {{300, 11.90, 0}, {16, 9.80, 6.0}, {25, 10.50, 4.4}, {8, 7.85, 7.7}};

	for (int i = 0; i < 4; i++) {
		struct load_own own = {.ohm = published[i].ohm};
		struct load_point point;
		struct load load;

		load_make(NULL, &device, &own, LOAD_XLR4, &load);
		load_at(&load, 0, &point);
		printf("figure: full scale into %g ohm %.3f V, %.3f W\n", published[i].ohm,
		       point.volts, point.watts);
		assert_near(point.volts, published[i].volts, published[i].ohm == 8 ? 0.011 : 0.005);
		if (published[i].watts > 0) {
			assert_near(point.watts, published[i].watts, 0.05);
		}
		assert_true(point.amperes <= 0.98);
		/* Below clipping it is a source behind its output impedance, and nothing else. */
		load_at(&load, -20, &point);
		assert_near(point.volts, 1.205 * own.ohm / (own.ohm + 0.6), 1e-12);
		assert_false(point.clipped);
	}
}

static void test_volts_for_110_db(void **state)
{
	static const struct {
		const char *name;
		double volts, digit, milliamperes, watts;
	} published[] = {
		{"Susvara", 5.48, 0.03, 91, 0.50},   {"HE-6", 4.73, 0.01, 95, 0.45},
		{"HD 650", 2.24, 0.01, 7.5, 0.0167}, {"Stealth", 2.40, 0.01, 105, 0},
		{"SE846", 0.060, 0.001, 0, 0},
	};

	for (int i = 0; i < 5; i++) {
		struct load_headphone h = headphone(published[i].name);
		double volts = load_volts_for_spl(h.published_db, 110);

		printf("figure: 110 dB SPL with %s %.3f V\n", h.name, volts);
		assert_near(volts, published[i].volts, published[i].digit);
		if (published[i].milliamperes > 0) {
			assert_near(volts / h.nominal_ohm * 1000, published[i].milliamperes, 1);
		}
		if (published[i].watts > 0) {
			assert_near(volts * volts / h.nominal_ohm, published[i].watts, 0.005);
		}
	}
}

static void test_a_measured_sensitivity_is_preferred(void **state)
{
	struct load load = make("Susvara", "HPA4");
	struct load_headphone h = headphone("Susvara");
	const struct load_own own = {.sensitivity_db = 94};

	assert_int_equal(load.source, LOAD_MEASURED);
	assert_near(load.sensitivity_db, 91.8, 0);
	assert_near(load.ohm, 65, 0);
	assert_near(load.uncertainty_db, 3, 0);
	load = make("HD 800S", "HPA4");
	assert_int_equal(load.source, LOAD_PUBLISHED);
	assert_near(load.uncertainty_db, 8, 0);
	load_make(&h, NULL, &own, LOAD_TRS, &load);
	assert_int_equal(load.source, LOAD_OWN);
	assert_near(load.sensitivity_db, 94, 0);
	assert_false(load_knows_spl(&load));
}

/* The error between two real impedances, as published tables have it, dB. */
static double divider_error(double low_ohm, double high_ohm, double source_ohm)
{
	return 20 * log10(high_ohm / (high_ohm + source_ohm) * (low_ohm + source_ohm) / low_ohm);
}

/* The error of a source's impedance, as published: dB for 0.1, 1, 2, 10, 33 and 120 ohm. */
static void test_source_impedance(void **state)
{
	static const double sources[6] = {0.1, 1, 2, 10, 33, 120};
	static const struct {
		const char *name;
		double db[6], digit[6];
	} published[] = {
		{"HD 650", {.001, .010, .021, .10, .32, .94}, {.001, .001, .001, .01, .01, .01}},
		{"HD 660S", {.003, .027, .053, .26, .78, 2.1}, {.001, .001, .001, .01, .01, .1}},
		{"HD 820", {.001, .008, .016, .08, .25, .76}, {.001, .001, .001, .01, .01, .01}},
		{"DT 990 Pro",
		 {.001, .010, .019, .10, .29, .84},
		 {.001, .001, .001, .01, .01, .01}},
		{"DT 880 600", {0, .002, .004, .02, .07, .22}, {.001, .001, .001, .01, .01, .01}},
		{"DT 1990 Pro",
		 {.002, .018, .037, .18, .56, 1.6},
		 {.001, .001, .001, .01, .01, .1}},
		{"K240", {.010, .10, .20, .91, 2.4, 5.2}, {.001, .01, .01, .01, .1, .1}},
		{"K701", {.001, .007, .014, .06, .15, .29}, {.001, .001, .001, .01, .01, .01}},
		{"MDR-7506", {.003, .029, .057, .26, .69, 1.5}, {.001, .001, .001, .01, .01, .1}},
		{"Clear Pro", {.013, .13, .25, 1.2, 3.3, 7.8}, {.001, .01, .01, .1, .1, .1}},
		{"Utopia 2016", {.008, .076, .15, .72, 2.0, 4.9}, {.001, .001, .01, .01, .1, .1}},
		{"Elegia", {.012, .12, .23, .97, 2.2, 3.6}, {.001, .01, .01, .01, .1, .1}},
		{"SR60x", {.013, .13, .26, 1.1, 2.8, 5.3}, {.001, .01, .01, .1, .1, .1}},
		{"LCD-X", {0, 0, 0, 0, 0, 0}, {.001, .001, .001, .001, .001, .001}},
		{"Susvara", {0, 0, 0, 0, 0, 0}, {.001, .001, .001, .001, .001, .001}},
		{"Andromeda", {.07, .68, 1.3, 4.1, 6.9, 8.8}, {.01, .01, .1, .1, .1, .1}},
	};

	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct load load = make(published[i].name, "HPA4");
		double high = load.peak_ohm > 0 ? load.peak_ohm : load.min_ohm;

		for (int s = 0; s < 6; s++) {
			double closed = divider_error(load.min_ohm, high, sources[s]);

			assert_near(closed, published[i].db[s], published[i].digit[s]);
			/* The fitted curve goes from the one to the other; one with a rise further.
			 */
			if (load.rise_ohm == 0) {
				assert_near(load_response_error(&load, sources[s]), closed,
					    0.002 + 0.03 * closed);
			}
		}
	}
}

static void test_impedance_curve(void **state)
{
	struct load load = make("K701", "HPA4");

	assert_near(load_impedance(&load, 20000), 90, 0.5);
	assert_true(load_response_error(&load, 33) > 1);
	load = make("Focal Clear Pro", "HPA4");
	assert_near(load_impedance(&load, 37), 537, 0.01);
	assert_near(load_impedance(&load, 20000), 60, 0.1);
	assert_near(load_response_db(&load, 10, 1000), 0, 1e-12);
	assert_near(load_response_error(&load, 0), 0, 1e-12);
	/* A rise that is known at another frequency than the default's 20 kHz. */
	load = (struct load){.min_ohm = 32, .rise_ohm = 50, .rise_hz = 7000};
	assert_near(load_impedance(&load, 7000), 50, 1e-9);
	load_make(NULL, NULL, &nothing, LOAD_TRS, &load);
	assert_true(isnan(load_response_error(&load, 1)));
	assert_true(isnan(load_damping(&load)));
}

/* Of what both ears share, dB. */
static double rule_of_thumb(double shared_ohm, double ohm)
{
	return 20 * log10(shared_ohm / (shared_ohm + ohm));
}

static void test_crosstalk(void **state)
{
	static const double shared_ohm[5] = {0.010, 0.050, 0.100, 0.250, 0.400};
	static const struct {
		double ohm, db[5], digit;
	} published[] = {
		{32, {-70.1, -56.1, -50.1, -42.2, -38.2}, 0.1},
		{70, {-76.9, -62.9, -56.9, -49.0, -44.9}, 0.1},
		{300, {-89.5, -75.6, -69.5, -61.6, -57.5}, 0.1},
		{600, {-95.6, -81.6, -75.6, -67.6, -63.5}, 0.1},
		{16, {-64.1, -50.1, -44.1, -36.3, -32.3}, 0.1},
		{23, {-67, -53, -47, -39, -35}, 1},
	};
	const struct load_wiring three_wires = {.common_wire_ohm = 0.33};
	const struct load_wiring four_wires = {.contact_ohm = 0.018};

	for (int i = 0; i < 6; i++) {
		for (int s = 0; s < 5; s++) {
			struct load_wiring wiring = {.ground_ohm = shared_ohm[s]};

			assert_near(rule_of_thumb(shared_ohm[s], published[i].ohm),
				    published[i].db[s], 0.51 * published[i].digit);
			/* The full form has the idle ear in parallel: the same where little is
			 * shared. */
			assert_near(load_crosstalk(&wiring, 0, published[i].ohm),
				    rule_of_thumb(shared_ohm[s], published[i].ohm), 0.3);
		}
	}
	assert_near(load_crosstalk(&three_wires, 0, 32), -40, 0.5);
	assert_near(load_crosstalk(&four_wires, 0, 32), -65, 0.5);
}

/* What a jack leaks by the usual wiring: 2 m of 0.1 mm2, whose return is shared or each its own. */
static double usual_leak(double shared_ohm, double wires_ohm)
{
	double channel = 0.1 + 0.02 + wires_ohm + 32;
	double ground = 1 / (1 / shared_ohm + 1 / channel);

	return 20 * log10(ground / (ground + channel) * 32 / channel);
}

static void test_crosstalk_of_connectors(void **state)
{
	const struct load alone = {.ohm = 32, .output_ohm = 0.1};
	struct load load = make("HD 650", "HPA4");
	double one = load_crosstalk_total(&load, LOAD_TRS, true);
	double joined = load_crosstalk_total(&load, LOAD_TRS, false);
	double separate = load_crosstalk_total(&load, LOAD_XLR4, false);

	assert_true(one > joined + 15 && joined > separate + 15);
	assert_near(separate, -133, 1e-9);
	assert_near(load_crosstalk_total(&alone, LOAD_TRS, true), usual_leak(0.36, 0.33), 1e-9);
	assert_near(load_crosstalk_total(&alone, LOAD_TRS, false), usual_leak(0.03, 0.66), 1e-9);
	assert_true(isnan(load_crosstalk_total(&alone, LOAD_XLR4, false)));
	load = make("HD 650", "Generic 120 ohm output");
	assert_true(isnan(load_crosstalk_total(&load, LOAD_XLR4, false)));
}

static void test_full_scale_and_noise(void **state)
{
	struct load load = make("HD 650", "HPA4");
	struct load_point point;

	load_at(&load, -20, &point);
	assert_near(load_full_scale_spl(&load), 104.8 + 20 * log10(12.05 * 320 / 320.6), 1e-9);
	assert_near(point.spl_db, load_full_scale_spl(&load) - 20, 1e-9);
	load_at(&load, 15, &point);
	assert_true(point.clipped);
	assert_near(point.spl_db, 104.8 + 20 * log10(12.05 * 320 / 323.68), 1e-9);
	assert_near(load_noise_spl(&load), 104.8 + 20 * log10(8e-6), 1e-9);
	assert_near(load_damping(&load), 320 / 0.6, 1e-9);
	assert_true(load_most_volts(&load, 4) < 0.98 * 4 + 1e-12);
}

/* At each ceiling the load is just what the ceiling says. */
static void test_ceilings(void **state)
{
	struct load load = make("HD 650", "HPA4");
	struct load_ceilings ceilings;
	struct load_point point;

	assert_int_equal(load_ceilings(&load, 95, &ceilings), 0);
	load_at(&load, 20 * log10(ceilings.spl), &point);
	assert_near(point.spl_db, 95, 1e-9);
	assert_near(ceilings.lowest, ceilings.spl, 0);
	assert_near(ceilings.volts * 12.05 * 320 / 320.6, 12.05 * 320 / 323.68, 1e-9);
	assert_near(ceilings.amperes * 12.05 / 305.6, 0.98, 1e-9);
	assert_int_equal(load_ceilings(&load, 0, &ceilings), 0);
	assert_true(ceilings.spl == INFINITY);
	load = make("AKG K701", "HPA4");
	assert_int_equal(load_ceilings(&load, 0, &ceilings), 0);
	load_at(&load, 20 * log10(ceilings.watts), &point);
	assert_near(point.watts, 0.2, 1e-9);
	/* A low impedance meets the current first. */
	load = make("Moondrop Para2", "Extreme Power");
	assert_int_equal(load_ceilings(&load, 0, &ceilings), 0);
	assert_near(ceilings.lowest, ceilings.amperes, 0);
	assert_near(ceilings.amperes, 0.26 * 8.1 / 10, 1e-9);
}

static void test_ceilings_of_what_is_not_known(void **state)
{
	const struct load_amplifier device = amplifier("HPA4");
	const struct load_headphone h = headphone("HD 650");
	struct load_ceilings ceilings;
	struct load load;

	load_make(NULL, NULL, &nothing, LOAD_TRS, &load);
	assert_int_equal(load_ceilings(&load, 0, &ceilings), 0);
	assert_true(ceilings.lowest == INFINITY);
	assert_int_equal(load_ceilings(&load, 90, &ceilings), -ENODATA);
	assert_true(isnan(load_full_scale_spl(&load)));
	load_make(&h, NULL, &nothing, LOAD_TRS, &load);
	assert_int_equal(load_ceilings(&load, 90, &ceilings), -ENODATA);
	load_make(NULL, &device, &nothing, LOAD_TRS, &load);
	assert_int_equal(load_ceilings(&load, 90, &ceilings), -ENODATA);
	assert_near(ceilings.volts, 1, 1e-12);
	assert_near(ceilings.lowest, 1, 1e-12);
}

static void test_built_in_tables(void **state)
{
	struct load_cursor cursor = {0};
	struct refusal refusal = {""};
	struct load_headphone h, same;
	struct load_amplifier a;
	int count = 0;

	if (load_check_headphones(load_builtin_headphones, &refusal) < 0 ||
	    load_check_amplifiers(load_builtin_amplifiers, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	while (load_next_headphone(NULL, &cursor, &h)) {
		count++;
		assert_int_equal(load_find_headphone(NULL, h.name, &same, &refusal), 0);
		assert_string_equal(same.name, h.name);
	}
	assert_int_equal(count, 122);
	cursor = (struct load_cursor){0};
	for (count = 0; load_next_amplifier(NULL, &cursor, &a); count++) {
		assert_true(a.connectors != 0);
	}
	assert_int_equal(count, 8);
}

static void assert_not_found(const char *name, const char *said)
{
	struct load_headphone h;
	struct refusal refusal = {""};

	assert_int_equal(load_find_headphone(NULL, name, &h, &refusal), -ENOENT);
	if (!strstr(refusal.text, said)) {
		fail_msg("%s: %s", name, refusal.text);
	}
}

static void test_names(void **state)
{
	assert_string_equal(headphone("hd650").name, "Sennheiser HD 650");
	assert_string_equal(headphone("sennheiser hd-650").name, "Sennheiser HD 650");
	assert_string_equal(headphone("clear").name, "Focal Clear");
	assert_string_equal(headphone("he6").name, "HiFiMAN HE-6");
	assert_string_equal(headphone("porta").name, "Koss Porta Pro");
	assert_string_equal(amplifier("iem").name, "RME ADI-2 DAC, IEM");
	assert_string_equal(amplifier("adi-2 extreme").name, "RME ADI-2 DAC, Extreme Power");
	assert_string_equal(headphone("shure 846").name, "Shure SE846");
	assert_not_found("HD 651", "did you mean Sennheiser HD 650");
	assert_not_found("Susvra", "did you mean HiFiMAN Susvara?");
	assert_not_found("hd 6", "more than one");
	assert_not_found("utopia", "Focal Utopia 2016, Focal Utopia 2022?");
	assert_not_found("", "wiregain match");
	assert_not_found("--", "wiregain match");
	assert_not_found("a very long name of a headphone that is in no table at all, whatever "
			 "anybody says, and that goes on and on and on and on and on and on",
			 "there is no headphone a very long");
}

static struct load_text text(const char *bytes)
{
	return (struct load_text){bytes, strlen(bytes)};
}

static void test_own_tables(void **state)
{
	const struct load_tables tables = {
		.headphones = text("# mine\r\n\nMy Own\tOne\tdynamic\t32\t101.5\r\n"
				   "Sennheiser\tHD 650\tdynamic\t300\t103\t104\t318"),
	};
	struct load_cursor cursor = {0};
	struct load_headphone h;
	int count = 0;

	assert_int_equal(load_check_headphones(tables.headphones, NULL), 0);
	assert_int_equal(load_find_headphone(&tables, "my own one", &h, NULL), 0);
	assert_near(h.published_db, 101.5, 0);
	assert_int_equal(load_find_headphone(&tables, "HD 650", &h, NULL), 0);
	assert_near(h.measured_ohm, 318, 0);
	while (load_next_headphone(&tables, &cursor, &h)) {
		count++;
	}
	assert_int_equal(count, 123);
}

/* Letters and digits count, and every byte of UTF-8; what stands beside them in ASCII does not. */
static void test_what_counts_of_a_name(void **state)
{
	static const char *const others[] = {"\xc3\xbcz09x",    "\xc3\xbc\x61\x30\x39x",
					     "\xc3\xbc\x61z9x", "\xc3\xbc\x61z0x",
					     "azx09",           "x az09",
					     "oaz09x"};
	const struct load_tables tables = {
		.headphones = text("\xc3\xbc\taz 09 X\tdynamic\t32\t101.5\n"
				   "\xc3\xb6\taz 09 X\tdynamic\t32\t101.5\n"),
	};
	struct load_headphone h;

	assert_int_equal(load_find_headphone(&tables, "\xc3\xbc a`Z{0/9:@[x", &h, NULL), 0);
	assert_string_equal(h.name, "\xc3\xbc az 09 X");
	assert_int_equal(load_find_headphone(&tables, "\xc3\xb6-AZ09X", &h, NULL), 0);
	assert_string_equal(h.name, "\xc3\xb6 az 09 X");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(load_find_headphone(&tables, others[i], &h, NULL), -ENOENT);
	}
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *bytes, *said;
	} bad[] = {
		{"A\tB\tdynamic\t0\t100", "line 1: nominal_ohm: 0 is out of range"},
		{"#\n\nA\tB\tdynamic\t32\t300", "line 3: published_db_per_v: 300 is out of range"},
		{"A\tB\tdynamic\t32\n", "line 1: without a sensitivity"},
		{"A\tB\tdynamic\t\t100\n", "line 1: nominal_ohm is missing"},
		{"A\tB\tdynamic\tnan\t100\n", "line 1: nominal_ohm: not a number"},
		{"A\tB\tdynamic\t1e999\t100\n", "line 1: nominal_ohm: not a number"},
		{"A\tB\tdynamic\t-32\t100\n", "line 1: nominal_ohm: -32 is out of range"},
		{"A\tB\tdynamic\t0x20\t100\n", "line 1: nominal_ohm: not a number"},
		{"A\tB\n", "line 1: has 2 columns"},
		{"A\n", "line 1: has 1 columns"},
		{"\tB\tdynamic\t32\t100\n", "line 1: the name"},
		{"A\t\xff\tdynamic\t32\t100\n", "line 1: the name"},
		{"A\t\x1b[2J\tdynamic\t32\t100\n", "line 1: the name"},
		{"A\tB\ta word that is much too long\t32\t100\n", "line 1: type"},
		{"A\tB\tdynamic\t32\t100\t\t\t50\t40\n", "line 1: peak_ohm is below"},
		{"A\tB\tdynamic\t32\t100\t\t\t\t\t\t\t\t\t\t\n", "line 1: has more than the 13"},
		{"\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t", "line 1: has more"},
		{"A\tB\tdynamic\t3200000000000000000000000000\t1", "line 1: nominal_ohm"},
	};
	static const char with_zero[] = "A\tB\0C\tdynamic\t32\t100\n";
	struct refusal refusal = {""};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load_check_headphones(text(bad[i].bytes), &refusal), -EINVAL);
		if (!strstr(refusal.text, bad[i].said)) {
			fail_msg("%s instead of %s", refusal.text, bad[i].said);
		}
	}
	assert_int_equal(load_check_headphones((struct load_text){with_zero, sizeof(with_zero) - 1},
					       &refusal),
			 -EINVAL);
	assert_int_equal(load_check_amplifiers(text("A\t2\t2\t1\t\t1\t\t\tjack"), &refusal),
			 -EINVAL);
	assert_non_null(strstr(refusal.text, "connectors: use trs, xlr4"));
	assert_int_equal(load_check_amplifiers(text("A\t0"), &refusal), -EINVAL);
}

/* Text of every kind, cut anywhere, is refused or taken, and read within its bounds. */
static void test_connectors_of_a_table(void **state)
{
	static const char *const bad[] = {"x", "trs,x", "x,trs", "usb", ",trs", "trs,,xlr4"};
	static const struct {
		const char *text;
		unsigned int connectors;
	} good[] = {{"", 1u << LOAD_TRS},
		    {"trs", 1u << LOAD_TRS},
		    {"xlr4", 1u << LOAD_XLR4},
		    {"trs,xlr4", 1u << LOAD_TRS | 1u << LOAD_XLR4}};
	struct refusal refusal = {""};
	char line[80];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "Mine\t3\t\t\t\t1\t\t\t%s\n", bad[i]);
		assert_int_equal(load_check_amplifiers(text(line), &refusal), -EINVAL);
		assert_non_null(strstr(refusal.text, "connectors: use trs"));
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct load_tables tables = {.headphones = text("")};
		struct load_amplifier found;

		snprintf(line, sizeof(line), "Mine\t3\t\t\t\t1\t\t\t%s\n", good[i].text);
		tables.amplifiers = text(line);
		assert_int_equal(load_check_amplifiers(tables.amplifiers, NULL), 0);
		assert_int_equal(load_find_amplifier(&tables, "mine", &found, NULL), 0);
		assert_int_equal(found.connectors, good[i].connectors);
	}
}

static void test_any_bytes_are_survived(void **state)
{
	static const char alphabet[] = "\t\t\t\n\n#A1.e-9\r\xc3\xa4\0,";
	unsigned int seed = 1;

	for (int i = 0; i < 3000; i++) {
		size_t size = (size_t)(rand_r(&seed) % 120);
		char *bytes = malloc(size + 1); /* exactly as large as it is, for the sanitizer */
		struct load_tables tables = {{bytes, size}, {bytes, size}};
		struct load_headphone h;
		struct load_amplifier a;

		assert_non_null(bytes);
		for (size_t k = 0; k < size; k++) {
			bytes[k] = alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		}
		load_check_headphones(tables.headphones, NULL);
		load_check_amplifiers(tables.amplifiers, NULL);
		if (i % 100 == 0) {
			load_find_headphone(&tables, "A1", &h, NULL);
			load_find_amplifier(&tables, "A1", &a, NULL);
		}
		free(bytes);
	}
}

static int set(struct amp *amp, const char *path, const char *value, struct refusal *ret_refusal)
{
	struct command command;
	int error = command_parse_set(path, value, &command, ret_refusal);

	return error < 0 ? error : amp_command(amp, &command, ret_refusal);
}

static double number(const struct amp *amp, enum control_id id)
{
	return amp_value(amp, (struct control_ref){id, 0})->number;
}

static void test_controls(void **state)
{
	struct amp amp;
	struct refusal refusal;

	amp_init(&amp);
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 0, 0);
	assert_int_equal(set(&amp, "load.headphone", "hd650", &refusal), 0);
	assert_int_equal(set(&amp, "load.amplifier", "hpa4", &refusal), 0);
	assert_string_equal(amp_value(&amp, (struct control_ref){CONTROL_LOAD_HEADPHONE, 0})->text,
			    "Sennheiser HD 650");
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 126.4, 1e-9);
	assert_near(number(&amp, CONTROL_LOAD_SPL), 86.4, 1e-9);
	assert_near(number(&amp, CONTROL_LOAD_UNCERTAINTY), 3, 0);
	assert_int_equal(set(&amp, "headphone.mute", "on", &refusal), 0);
	assert_near(number(&amp, CONTROL_LOAD_SPL), 0, 0);
	assert_int_equal(set(&amp, "load.sensitivity", "100", &refusal), 0);
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 121.6, 1e-9);
	assert_int_equal(set(&amp, "load.sensitivity", "off", &refusal), 0);
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 126.4, 1e-9);
	assert_int_equal(set(&amp, "load.sensitivity", "300", &refusal), -EINVAL);
	assert_int_equal(set(&amp, "load.impedance", "-4", &refusal), -EINVAL);
	assert_int_equal(set(&amp, "load.headphone", "hd 6500", &refusal), -EINVAL);
	assert_non_null(strstr(refusal.text, "Sennheiser HD 650"));
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 126.4, 1e-9);
	assert_int_equal(set(&amp, "load.headphone", "", &refusal), 0);
	assert_near(number(&amp, CONTROL_LOAD_SPL_FULL_SCALE), 0, 0);
}

/*
 * What the headphones' coil bears, as the amplitude of a sine, goes to the headphones' guard alone.
 * No signal has more power than a square wave of full scale: beyond that nothing is watched.
 */
static void test_the_coil_of_the_plan(void **state)
{
	static const char *const volts[] = {"10", "3", "2"};
	struct amp amp;

	amp_init(&amp);
	assert_int_equal(set(&amp, "load.headphone", "K701", NULL), 0);
	for (int i = 0; i < 3; i++) {
		double bears, full_scale = atof(volts[i]);
		struct plan plan;

		assert_int_equal(set(&amp, "load.full_scale", volts[i], NULL), 0);
		bears = sqrt(0.2 * amp.load.ohm) / full_scale;
		plan_make(&amp, &plan);
		assert_near(plan.guard[OUTPUT_HEADPHONE].coil, bears < M_SQRT2 ? bears : 0, 1e-9);
		assert_true(plan.guard[OUTPUT_LINE].coil == 0);
		assert_true(plan.guard[OUTPUT_SUB].coil == 0);
	}
}

static void test_a_name_that_is_gone_is_as_none(void **state)
{
	const struct value gone = {.text = "Somebody's Own"};
	struct amp amp;

	amp_init(&amp);
	assert_int_equal(
		amp_restore(&amp, (struct control_ref){CONTROL_LOAD_HEADPHONE, 0}, &gone, NULL), 0);
	assert_false(load_knows_spl(&amp.load));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_into_resistors),
		cmocka_unit_test(test_volts_for_110_db),
		cmocka_unit_test(test_a_measured_sensitivity_is_preferred),
		cmocka_unit_test(test_source_impedance),
		cmocka_unit_test(test_impedance_curve),
		cmocka_unit_test(test_crosstalk),
		cmocka_unit_test(test_crosstalk_of_connectors),
		cmocka_unit_test(test_full_scale_and_noise),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_ceilings_of_what_is_not_known),
		cmocka_unit_test(test_built_in_tables),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_what_counts_of_a_name),
		cmocka_unit_test(test_own_tables),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_connectors_of_a_table),
		cmocka_unit_test(test_any_bytes_are_survived),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_the_coil_of_the_plan),
		cmocka_unit_test(test_a_name_that_is_gone_is_as_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
