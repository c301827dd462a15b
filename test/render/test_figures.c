/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The figures of a render: dither, distortion, and the splatter of every change.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis.h"
#include "harness.h"

#define RATE 48000

static double *interleave_tone(double frequency_hz, double amplitude, size_t frames)
{
	struct tone tone = {amplitude, 0, tone_step(frequency_hz, RATE)};
	double *mono = calloc(frames, sizeof(*mono)), *stereo = calloc(2 * frames, sizeof(*stereo));

	assert_non_null(mono);
	assert_non_null(stereo);
	tone_fill(&tone, mono, frames);
	for (size_t i = 0; i < frames; i++) {
		stereo[2 * i] = stereo[2 * i + 1] = mono[i];
	}
	free(mono);
	return stereo;
}

static void write_tone(const char *name, int subtype, double frequency_hz, double amplitude,
		       size_t frames)
{
	double *samples = interleave_tone(frequency_hz, amplitude, frames);

	harness_write(name, SF_FORMAT_WAV | subtype, RATE, 2, samples, (sf_count_t)frames);
	free(samples);
}

/* One side of a file. */
static double *read_side(const char *name, int side, size_t *ret_frames)
{
	SF_INFO info;
	double *samples = harness_read(name, &info);

	for (sf_count_t i = 0; i < info.frames; i++) {
		samples[i] = samples[info.channels * i + side];
	}
	*ret_frames = (size_t)info.frames;
	return samples;
}

/* 24 bits at -60.5 dB: the noise is that of TPDF dither, and there is no distortion. */
static void test_dither(void **state)
{
	enum { LENGTH = 1 << 16, RECORDS = 64 };
	static const char *const set[] = {"headphone.level=-60.5", NULL};
	size_t bin = tone_coherent_bin(997, RATE, LENGTH), frames;
	double tone_hz = (double)bin * RATE / LENGTH, dbc[21], worst = -INFINITY, noise, level;
	struct spectrum *spectrum;
	double *out;

	write_tone("in.wav", SF_FORMAT_DOUBLE, tone_hz, 1, (size_t)LENGTH * RECORDS);
	harness_render(&(struct harness_render){
		.in = "in.wav", .out = "out.wav", .set = set, .format = FORMAT_S24});
	for (int side = 0; side < 2; side++) {
		out = read_side("out.wav", side, &frames);
		assert_int_equal(spectrum_create(LENGTH, RATE, WINDOW_BH7, &spectrum), 0);
		spectrum_add_all(spectrum, out, frames, LENGTH);
		level = spectrum_line_dbfs(spectrum, tone_hz);
		noise = spectrum_noise_dbfs(spectrum, 0, 20000, tone_hz, 20);
		/* Bin by bin the noise stands at -182.4 dBFS: a line of -165 would tower above it.
		 */
		spectrum_thd_db(spectrum, tone_hz, 20, dbc);
		for (int k = 2; k <= 20; k++) {
			worst = fmax(worst, dbc[k] + level);
		}
		spectrum_destroy(spectrum);
		free(out);
		printf("figure: 24-bit output at -60.5 dB: tone %.4f dBFS, noise %.2f dBFS in 20 "
		       "kHz, "
		       "highest harmonic %.1f dBFS\n",
		       level, noise, worst);
		assert_true(fabs(level + 60.5) < 0.001);
		assert_true(fabs(noise + 142.3) <= 0.1);
		assert_true(worst <= -165);
	}
}

/* An undithered -80 dBFS tone would come out of 24 bits at -60.5 dB with the wrong level. */
static void test_dither_keeps_a_tone_below_the_last_bit(void **state)
{
	enum { LENGTH = 1 << 16, RECORDS = 32 };
	static const char *const set[] = {"headphone.level=-60.5", NULL};
	size_t bin = tone_coherent_bin(997, RATE, LENGTH), frames;
	double tone_hz = (double)bin * RATE / LENGTH, *out;
	struct tone_fit fit;

	write_tone("in.wav", SF_FORMAT_DOUBLE, tone_hz, 1e-4, (size_t)LENGTH * RECORDS);
	harness_render(&(struct harness_render){
		.in = "in.wav", .out = "out.wav", .set = set, .format = FORMAT_S24});
	out = read_side("out.wav", 0, &frames);
	fit = tone_fit(out, frames, RATE, tone_hz, false);
	printf("figure: a -80 dBFS tone at -60.5 dB in 24 bits: %.3f dBFS\n",
	       tone_db(fit.amplitude));
	assert_true(fabs(tone_db(fit.amplitude) + 140.5) < 0.05);
	free(out);
}

static void test_distortion_of_f64(void **state)
{
	enum { LENGTH = 1 << 16 };
	static const char *const levels[] = {"headphone.level=0", "headphone.level=-12.5",
					     "headphone.level=-60.5"};
	size_t bin = tone_coherent_bin(997, RATE, LENGTH), frames;
	double tone_hz = (double)bin * RATE / LENGTH;

	write_tone("in.wav", SF_FORMAT_DOUBLE, tone_hz, 0.99, LENGTH);
	for (int i = 0; i < 3; i++) {
		const char *const set[] = {levels[i], NULL};
		struct spectrum *spectrum;
		double *out, thd;

		harness_render(&(struct harness_render){
			.in = "in.wav", .out = "out.wav", .set = set, .format = FORMAT_F64});
		out = read_side("out.wav", 1, &frames);
		assert_int_equal(spectrum_create(LENGTH, RATE, WINDOW_NONE, &spectrum), 0);
		spectrum_add(spectrum, out);
		thd = spectrum_thd_db(spectrum, tone_hz, 20, NULL);
		printf("figure: THD of f64, %s: %.1f dB\n", levels[i], thd);
		assert_true(thd <= -290);
		spectrum_destroy(spectrum);
		free(out);
	}
}

/* A change, rendered from automation in the middle of three seconds of tone. */
struct change {
	const char *name, *before, *after; /* "PATH=VALUE" */
	double most_dbc;
	double loudest; /* the carrier's factor on the louder side of the change */
};

static void expect_splatter(const char *name, const char *file, int side, const double *carriers_hz,
			    size_t carriers, double peak, double most_dbc)
{
	size_t frames;
	double *out = read_side(file, side, &frames), dbc = 0;
	const struct transition transition = {
		.samples = out,
		.count = frames,
		.rate_hz = RATE,
		.carriers_hz = carriers_hz,
		.carriers = carriers,
		.carrier_peak = peak,
	};

	assert_int_equal(transition_splatter(&transition, 1000, &dbc), 0);
	printf("figure: splatter of %s: %.1f dBc\n", name, dbc);
	if (!(dbc <= most_dbc)) {
		fail_msg("splatter of %s is %.1f dBc, not %.0f", name, dbc, most_dbc);
	}
	free(out);
}

static void test_splatter(void **state)
{
	static const struct change changes[] = {
		{"a 0.5 dB step up", "headphone.level=-20", "headphone.level=-19.5", -130, 0.1},
		{"a 0.5 dB step down", "headphone.level=0", "headphone.level=-0.5", -130, 1},
		{"a 1 dB step", "headphone.level=-20", "headphone.level=-21", -125, 0.1},
		{"a 40 dB step", "headphone.level=0", "headphone.level=-40", -125, 1},
		{"mute", "headphone.mute=off", "headphone.mute=on", -125, 1},
		{"mute ended", "headphone.mute=on", "headphone.mute=off", -125, 1},
		{"dim", "dim=off", "dim=on", -125, 1},
		{"dim of 5 dB", "dim.amount=-5", "dim=on", -125, 1},
		{"polarity", "monitor.invert_left=off", "monitor.invert_left=on", -125, 1},
		{"balance", "headphone.balance=0", "headphone.balance=15", -125, 1},
		{"trim", "input.1.trim=0", "input.1.trim=-20", -125, 1},
		{"a limit lowered", "headphone.limit=0", "headphone.limit=-30", -125, 1},
		{"standby", "power=on", "power=off", -125, 1},
		{"power on", "power=off", "power=on", -125, 1},
	};
	static const double carrier_hz[] = {997};

	write_tone("in.wav", SF_FORMAT_DOUBLE, carrier_hz[0], 0.9, 3 * RATE);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *const set[] = {changes[i].before, NULL};
		char automation[128];

		snprintf(automation, sizeof(automation), "1.4037 %s\n", changes[i].after);
		harness_render(&(struct harness_render){.in = "in.wav",
							.out = "out.wav",
							.set = set,
							.automation = automation,
							.format = FORMAT_F64});
		expect_splatter(changes[i].name, "out.wav", 0, carrier_hz, 1,
				0.9 * changes[i].loudest, changes[i].most_dbc);
	}
}

/* Each side has its own tone, so that a mode which mixes or exchanges them is heard to. */
static void test_splatter_of_monitor_modes(void **state)
{
	static const char *const modes[] = {"mono", "left", "right", "swap", "side"};
	static const double carriers_hz[] = {997, 2503};
	double *left = interleave_tone(carriers_hz[0], 0.9, 3 * RATE);
	double *right = interleave_tone(carriers_hz[1], 0.9, 3 * RATE);

	for (size_t i = 0; i < 3 * RATE; i++) {
		left[2 * i + 1] = right[2 * i];
	}
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, RATE, 2, left, 3 * RATE);
	free(left);
	free(right);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		char automation[64], name[32];

		snprintf(automation, sizeof(automation), "1.4037 monitor.mode=%s\n", modes[i]);
		harness_render(&(struct harness_render){.in = "in.wav",
							.out = "out.wav",
							.automation = automation,
							.format = FORMAT_F64});
		for (int side = 0; side < 2; side++) {
			snprintf(name, sizeof(name), "mode %s, %s", modes[i],
				 side == 0 ? "left" : "right");
			expect_splatter(name, "out.wav", side, carriers_hz, 2, 0.9, -125);
		}
	}
}

/* Every kind to every other, presets, parameters and comparisons, on a tone for each side. */
static void test_splatter_of_crossfeeds(void **state)
{
	static const char *const changes[][3] = {
		{"crossfeed=off", "crossfeed=natural", ""},
		{"crossfeed=natural", "crossfeed=bauer", ""},
		{"crossfeed=bauer", "crossfeed=off", ""},
		{"crossfeed=off", "crossfeed=bauer", ""},
		{"crossfeed=bauer", "crossfeed=natural", ""},
		{"crossfeed=natural", "crossfeed=off", ""},
		{"crossfeed=natural", "crossfeed.preset=rme1", ""},
		{"crossfeed=bauer", "crossfeed.preset=rme5", ""},
		{"crossfeed=natural", "crossfeed.angle=55", ""},
		{"crossfeed=natural", "crossfeed.center=-6", ""},
		{"crossfeed=off", "crossfeed.compare=on", ""},
		{"crossfeed=off", "crossfeed=natural",
		 "1.4137 crossfeed=bauer\n1.4237 crossfeed=off\n"},
		{"crossfeed=bauer", "crossfeed=off",
		 "1.4047 crossfeed=natural\n1.4547 crossfeed=off\n"},
	};
	static const double carriers_hz[] = {997, 2503};
	double *left = interleave_tone(carriers_hz[0], 0.5, 3 * RATE);
	double *right = interleave_tone(carriers_hz[1], 0.5, 3 * RATE);

	for (size_t i = 0; i < 3 * RATE; i++) {
		left[2 * i + 1] = right[2 * i];
	}
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, RATE, 2, left, 3 * RATE);
	free(left);
	free(right);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *const set[] = {changes[i][0], NULL};
		char automation[160], name[160];

		snprintf(automation, sizeof(automation), "1.4037 %s\n%s", changes[i][1],
			 changes[i][2]);
		harness_render(&(struct harness_render){.in = "in.wav",
							.out = "out.wav",
							.set = set,
							.automation = automation,
							.format = FORMAT_F64});
		for (int side = 0; side < 2; side++) {
			snprintf(name, sizeof(name), "%s to %s%s, %s", changes[i][0], changes[i][1],
				 changes[i][2][0] ? " and back during the fade" : "",
				 side == 0 ? "left" : "right");
			expect_splatter(name, "out.wav", side, carriers_hz, 2, 0.5, -125);
		}
	}
}

/* On, off, to another profile and its preamp, and with a crossfeed; also during the fade. */
static void test_splatter_of_profiles(void **state)
{
	static const char *const texts[3] = {
		"Filter: ON LSC Fc 105 Hz Gain 6 dB\nFilter: ON PK Fc 3000 Hz Gain 6 dB Q 6\n",
		"Filter: ON HSC Fc 8000 Hz Gain -9 dB\nFilter: ON PK Fc 900 Hz Gain 9 dB Q 6\n",
		/* It would ring for seconds if a tone began in it at once. */
		"Filter: ON PK Fc 20 Hz Gain 12 dB Q 6\n",
	};
	static const char *const changes[][4] = {
		{"eq.profile=a", "eq=off", "eq=on", ""},
		{"eq.profile=a", "eq=on", "eq=off", ""},
		{"eq.profile=a", "eq=on", "eq.profile=b", ""},
		{"eq.profile=a", "eq=on", "eq.preamp=-6", ""},
		{"eq.profile=a", "eq=on", "crossfeed=natural", ""},
		{"eq.profile=c", "eq=off", "eq=on", ""},
		{"eq.profile=a", "eq=off", "eq=on", "1.4137 eq.profile=b\n1.4237 eq=off\n"},
	};
	static const double carrier_hz[] = {997};
	static struct profile_book book;

	book.count = 3;
	for (int i = 0; i < 3; i++) {
		book.pages[i].name[0] = (char)('a' + i);
		book.pages[i].serial = 1 + (uint32_t)i;
		assert_int_equal(profile_parse(texts[i], strlen(texts[i]), NULL, NULL,
					       &book.pages[i].profile, NULL),
				 0);
	}
	write_tone("in.wav", SF_FORMAT_DOUBLE, carrier_hz[0], 0.9, 3 * RATE);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *const set[] = {changes[i][0], changes[i][1], NULL};
		char automation[160];

		snprintf(automation, sizeof(automation), "1.4037 %s\n%s", changes[i][2],
			 changes[i][3]);
		harness_render(&(struct harness_render){.in = "in.wav",
							.out = "out.wav",
							.set = set,
							.automation = automation,
							.profiles = &book,
							.format = FORMAT_F64});
		expect_splatter(changes[i][2], "out.wav", 0, carrier_hz, 1, 0.9, -125);
	}
}

static void test_splatter_of_an_input_change(void **state)
{
	static const double carriers_hz[] = {997, 2503};

	write_tone("in.wav", SF_FORMAT_DOUBLE, carriers_hz[0], 0.9, 3 * RATE);
	write_tone("in2.wav", SF_FORMAT_DOUBLE, carriers_hz[1], 0.9, 3 * RATE);
	harness_render(&(struct harness_render){.in = "in.wav",
						.input_2 = "in2.wav",
						.out = "out.wav",
						.automation = "1.4037 input=2\n",
						.format = FORMAT_F64});
	expect_splatter("an input change", "out.wav", 0, carriers_hz, 2, 0.9, -125);
}

static void test_splatter_of_the_sub_lowpass(void **state)
{
	static const double carrier_hz[] = {97};

	write_tone("in.wav", SF_FORMAT_DOUBLE, carrier_hz[0], 0.9, 3 * RATE);
	harness_render(&(struct harness_render){.in = "in.wav",
						.out = "out.wav",
						.output = OUTPUT_SUB,
						.automation = "0.9 sub.lowpass_hz=80\n"
							      "1.5 sub.lowpass_hz=120\n"
							      "2.1 sub.lowpass_hz=off\n",
						.format = FORMAT_F64});
	expect_splatter("sub low-pass", "out.wav", 0, carrier_hz, 1, 0.9, -125);
}

/* 40 steps within 200 ms: up, with and without a mute and an unmute among them. */
static void test_spun_knob(void **state)
{
	static const double carrier_hz[] = {997};
	static const char *const set[] = {"headphone.level=-40", NULL};
	char automation[2048];
	size_t length = 0, frames;
	double *in, *out, bend;

	for (int i = 0; i < 40; i++) {
		length += (size_t)snprintf(automation + length, sizeof(automation) - length,
					   "%.4f headphone.level=%.1f\n", 1.4 + i * 0.005,
					   -39.5 + 0.5 * i);
	}
	write_tone("in.wav", SF_FORMAT_DOUBLE, carrier_hz[0], 0.9, 3 * RATE);
	harness_render(&(struct harness_render){.in = "in.wav",
						.out = "out.wav",
						.set = set,
						.automation = automation,
						.format = FORMAT_F64});
	expect_splatter("a spun knob, re its start", "out.wav", 0, carrier_hz, 1, 0.009, -90);
	expect_splatter("a spun knob, re its end", "out.wav", 0, carrier_hz, 1, 0.09, -90);
	in = read_side("in.wav", 0, &frames);
	out = read_side("out.wav", 0, &frames);
	/*
	 * No slope may jump: what bends is at most five quintics at once, each of the last step's
	 * height over 20 ms. A jump of slope would show as its whole height over one frame.
	 */
	bend = transition_bend(in, out, frames);
	printf("figure: largest bend of a spun knob's gain: %.2e of its end in a frame\n",
	       bend / 0.1);
	assert_true(bend < 5 * 5.7736 * (0.1 - 0.1 / 1.0592537) / (0.02 * RATE * 0.02 * RATE));
	free(in);
	free(out);
}

/* Whatever follows whatever, no factor leaves the range of the plans it passes. */
static void test_ramps_never_overshoot(void **state)
{
	static const char automation[] = "0.10 headphone.mute=on\n0.11 headphone.level=-3\n"
					 "0.13 headphone.mute=off\n0.14 headphone.level=-20\n"
					 "0.145 headphone.level=-3\n0.15 dim=on\n0.16 dim=off\n"
					 "0.17 headphone.level=-2.5\n0.171 headphone.level=-3\n";
	static double ones[2 * 24000];
	size_t frames;
	double *out, most = 0;

	for (size_t i = 0; i < 2 * 24000; i++) {
		ones[i] = 0.5;
	}
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, RATE, 2, ones, 24000);
	harness_render(
		&(struct harness_render){.in = "in.wav",
					 .out = "out.wav",
					 .set = (const char *const[]){"headphone.level=-3", NULL},
					 .automation = automation,
					 .format = FORMAT_F64});
	out = read_side("out.wav", 0, &frames);
	for (size_t i = 0; i < frames; i++) {
		assert_true(out[i] >= 0);
		most = fmax(most, out[i]);
	}
	assert_true(most <= 0.5 * half_db_to_lin(-5) * (1 + 1e-15));
	assert_true(out[frames - 1] == 0.5 * half_db_to_lin(-6));
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dither),
		cmocka_unit_test(test_dither_keeps_a_tone_below_the_last_bit),
		cmocka_unit_test(test_distortion_of_f64),
		cmocka_unit_test(test_splatter),
		cmocka_unit_test(test_splatter_of_monitor_modes),
		cmocka_unit_test(test_splatter_of_crossfeeds),
		cmocka_unit_test(test_splatter_of_profiles),
		cmocka_unit_test(test_splatter_of_an_input_change),
		cmocka_unit_test(test_splatter_of_the_sub_lowpass),
		cmocka_unit_test(test_spun_knob),
		cmocka_unit_test(test_ramps_never_overshoot),
	};

	harness_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
