/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a render must do exactly: the gain of every position, and bits left alone at 0.0.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness.h"

#define FRAMES 3000 /* not a multiple of any block */

static uint64_t random_bits(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Both sides the same, so that they can be compared. */
static void write_twin_noise(const char *name)
{
	static double samples[2 * FRAMES];

	for (int i = 0; i < FRAMES; i++) {
		samples[2 * i] = samples[2 * i + 1] =
			0.17 * ((double)(int64_t)random_bits() * 0x1p-63) + 0x1p-40;
	}
	harness_write(name, SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 48000, 2, samples, FRAMES);
}

static double worst_db(const double *in, const double *out, int half_db)
{
	long double gain = powl(10.0L, half_db / 40.0L);
	double worst = 0;

	for (int i = 0; i < 2 * FRAMES; i++) {
		double db = (double)fabsl(20 * log10l(fabsl(out[i] / (in[i] * gain))));

		worst = fmax(worst, db);
	}
	return worst;
}

static void test_gain_of_every_position(void **state)
{
	static const char *const names[2] = {"headphone", "line"};
	double *in, worst = 0;
	SF_INFO info;
	int positions = 0;

	write_twin_noise("in.wav");
	in = harness_read("in.wav", &info);
	for (int half_db = HALF_DB_MIN; half_db <= HALF_DB_MAX; half_db++) {
		for (int o = 0; o < 2; o++) {
			char level[LEVEL_BYTES], set[64];
			const char *const sets[] = {set, NULL};
			double *out, error;

			snprintf(set, sizeof(set), "%s.level=%s", names[o],
				 half_db_format(half_db, level));
			harness_render(&(struct harness_render){.in = "in.wav",
								.out = "out.wav",
								.set = sets,
								.output = (enum output)o,
								.format = FORMAT_F64});
			out = harness_read("out.wav", &info);
			assert_int_equal(info.frames, FRAMES);
			error = worst_db(in, out, half_db);
			assert_true(error <= 1e-9);
			worst = fmax(worst, error);
			for (int i = 0; i < FRAMES; i++) {
				assert_true(out[2 * i] == out[2 * i + 1]);
			}
			free(out);
			positions++;
		}
	}
	free(in);
	printf("figure: gain error at %d positions of two outputs: %.1e dB, channel difference 0\n",
	       positions / 2, worst);
}

static void test_sums_are_of_integers(void **state)
{
	static const char *const exact[][4] = {
		{"headphone.level=-12.5", "input.1.trim=12.5"},
		{"headphone.level=15", "input.1.trim=-15"},
		{"headphone.level=10", "dim.amount=-10", "dim=on"},
		{"headphone.level=12", "headphone.limit=12", "input.1.bypass=on"},
		{"headphone.limit=0", "input.1.trim=17.5"},
	};

	write_twin_noise("in.wav");
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		const char *const sets[] = {exact[i][0], exact[i][1], exact[i][2], exact[i][3],
					    NULL};
		struct render_result result = harness_render(&(struct harness_render){
			.in = "in.wav", .out = "out.wav", .set = sets, .format = FORMAT_F64});

		assert_true(result.bit_exact);
	}
}

/* Full-range random integers, both extremes in them; or random floats of all magnitudes. */
static void fill_samples(double *samples, int count, int bits)
{
	for (int i = 0; i < count; i++) {
		if (bits > 0) {
			int64_t whole = (int64_t)random_bits() >> (64 - bits);

			whole = i == 0   ? -(1LL << (bits - 1))
				: i == 1 ? (1LL << (bits - 1)) - 1
					 : whole;
			samples[i] = (double)whole / (double)(1LL << (bits - 1));
		} else {
			double x = (double)(int64_t)random_bits() * 0x1p-63;
			double scaled = ldexp(x, -(int)(random_bits() % 120));

			samples[i] = bits == 0 ? (double)(float)scaled : scaled;
		}
	}
}

static void test_bits_are_left_alone(void **state)
{
	static const int rates[] = {44100,  48000,  88200,  96000,  176400,
				    192000, 352800, 384000, 705600, 768000};
	static const struct {
		const char *name;
		int format, bits;
	} kinds[] = {
		{"x.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16},
		{"x.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 24},
		{"x.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 32},
		{"x.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0},
		{"x.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, -1},
		{"x.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16},
		{"x.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 24},
		{"x.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 24},
		{"x.caf", SF_FORMAT_CAF | SF_FORMAT_DOUBLE, -1},
		{"x.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_32, 32},
		{"x.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_24, 24},
		{"x.au", SF_FORMAT_AU | SF_FORMAT_FLOAT, 0},
	};
	static double samples[2 * FRAMES];
	int files = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
			SF_INFO info = {
				.samplerate = rates[r], .channels = 2, .format = kinds[k].format};
			struct render_result result;
			char out[16];
			double *got;

			if (!sf_format_check(&info) ||
			    ((kinds[k].format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC &&
			     rates[r] > 655350)) {
				continue;
			}
			fill_samples(samples, 2 * FRAMES, kinds[k].bits);
			harness_write(kinds[k].name, kinds[k].format, rates[r], 2, samples, FRAMES);
			snprintf(out, sizeof(out), "out%s", strchr(kinds[k].name, '.'));
			result = harness_render(&(struct harness_render){
				.in = kinds[k].name, .out = out, .format = -1});
			assert_true(result.bit_exact);
			assert_false(result.dithered);
			got = harness_read(out, &info);
			assert_int_equal(info.format & (SF_FORMAT_TYPEMASK | SF_FORMAT_SUBMASK),
					 kinds[k].format);
			assert_int_equal(info.samplerate, rates[r]);
			assert_int_equal(info.frames, FRAMES);
			assert_memory_equal(got, samples, sizeof(samples));
			free(got);
			files++;
		}
	}
	printf("figure: bit-exact at level 0.0 in %d kinds of file and rates\n", files);
}

static void test_one_control_off_neutral_is_not_exact(void **state)
{
	static const char *const sets[] = {
		"headphone.level=-0.5",
		"headphone.level=0.5",
		"headphone.level=mute",
		"input.1.trim=0.5",
		"headphone.balance=0.5",
		"headphone.balance=-0.5",
		"headphone.mute=on",
		"headphone.limit=-0.5",
		"dim=on",
		"monitor.mode=mono",
		"monitor.mode=left",
		"monitor.mode=right",
		"monitor.mode=swap",
		"monitor.mode=side",
		"monitor.invert_left=on",
		"monitor.invert_right=on",
		"power=off",
	};

	write_twin_noise("in.wav");
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const char *const set[] = {sets[i], NULL};
		struct render_result result = harness_render(&(struct harness_render){
			.in = "in.wav", .out = "out.wav", .set = set, .format = FORMAT_F64});

		if (result.bit_exact) {
			fail_msg("%s is called bit-exact", sets[i]);
		}
	}
}

static void test_balance_attenuates_the_other_side_only(void **state)
{
	static const char *const set[] = {"headphone.level=3", "headphone.balance=-3", NULL};
	SF_INFO info;
	double *in, *out;

	write_twin_noise("in.wav");
	harness_render(&(struct harness_render){
		.in = "in.wav", .out = "out.wav", .set = set, .format = FORMAT_F64});
	in = harness_read("in.wav", &info);
	out = harness_read("out.wav", &info);
	for (int i = 0; i < FRAMES; i++) {
		assert_true(out[2 * i] == in[2 * i] * half_db_to_lin(6));
		assert_true(out[2 * i + 1] == in[2 * i + 1]);
	}
	free(in);
	free(out);
}

static void test_sub_is_the_mean_of_both_sides(void **state)
{
	static const char *const set[] = {"line.level=-6", "sub.level=6", NULL};
	static double samples[2 * FRAMES];
	SF_INFO info;
	double *out;

	fill_samples(samples, 2 * FRAMES, 24);
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 48000, 2, samples, FRAMES);
	harness_render(&(struct harness_render){.in = "in.wav",
						.out = "out.wav",
						.set = set,
						.output = OUTPUT_SUB,
						.format = FORMAT_F64});
	out = harness_read("out.wav", &info);
	assert_int_equal(info.channels, 1);
	for (int i = 0; i < FRAMES; i++) {
		assert_true(out[i] == (samples[2 * i] + samples[2 * i + 1]) / 2);
	}
	free(out);
}

static void test_mono_plays_on_both_sides(void **state)
{
	static double samples[FRAMES];
	SF_INFO info;
	double *out;

	fill_samples(samples, FRAMES, 16);
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 1, samples, FRAMES);
	harness_render(&(struct harness_render){.in = "in.wav", .out = "out.wav", .format = -1});
	out = harness_read("out.wav", &info);
	assert_int_equal(info.channels, 2);
	for (int i = 0; i < FRAMES; i++) {
		assert_true(out[2 * i] == samples[i] && out[2 * i + 1] == samples[i]);
	}
	free(out);
}

static void test_what_is_not_a_number_is_silence(void **state)
{
	static const char *const set[] = {"headphone.level=15", NULL};
	static double samples[2 * FRAMES];
	struct render_result result;
	SF_INFO info;
	double *out;

	fill_samples(samples, 2 * FRAMES, -1);
	samples[100] = NAN;
	samples[201] = INFINITY;
	samples[2 * FRAMES - 1] = -INFINITY;
	samples[302] = 1e300;
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 96000, 2, samples, FRAMES);
	result = harness_render(&(struct harness_render){
		.in = "in.wav", .out = "out.wav", .set = set, .format = -1});
	assert_int_equal(result.nonfinite_samples, 4); /* 1e300 is no sample either */
	assert_true(result.limited_frames > 0);
	out = harness_read("out.wav", &info);
	for (int i = 0; i < 2 * FRAMES; i++) {
		assert_true(isfinite(out[i]) && fabs(out[i]) <= 1);
	}
	assert_true(out[100] == 0 && out[201] == 0 && out[2 * FRAMES - 1] == 0);
	free(out);
}

/* The largest numbers there are never get into the filter; it plays again after 3 s without. */
static void test_the_sub_recovers_from_the_end_of_the_numbers(void **state)
{
	static const char *const set[] = {"sub.lowpass_hz=200", NULL};
	static double samples[2 * 48000];
	SF_INFO info;
	double *out;

	for (int i = 0; i < 2 * 48000; i++) {
		samples[i] = i < 2000 ? (i % 7 < 3 ? 1.7e308 : -1.7e308) : 0.25;
	}
	harness_write("in.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 8000, 2, samples, 48000);
	harness_render(&(struct harness_render){.in = "in.wav",
						.out = "out.wav",
						.set = set,
						.output = OUTPUT_SUB,
						.format = FORMAT_F64});
	out = harness_read("out.wav", &info);
	for (int i = 0; i < 48000; i++) {
		assert_true(fabs(out[i]) <= 1);
	}
	assert_true(fabs(out[47999] - 0.25) < 1e-9);
	free(out);
}

/* 1.5 ms late in the amplifier, but not in a file; below the ceiling every bit passes. */
static void test_a_late_path_loses_no_frame(void **state)
{
	static const char *const set[] = {"protect.limiter=lookahead", NULL};
	struct render_result result;
	SF_INFO info;
	double *in, *out;

	write_twin_noise("in.wav");
	result = harness_render(&(struct harness_render){
		.in = "in.wav", .out = "out.wav", .set = set, .format = -1});
	in = harness_read("in.wav", &info);
	out = harness_read("out.wav", &info);
	assert_int_equal(info.frames, FRAMES);
	assert_int_equal(result.frames, FRAMES);
	assert_true(result.bit_exact);
	assert_memory_equal(in, out, sizeof(*in) * 2 * FRAMES);
	free(in);
	free(out);
}

static void test_renders_are_the_same_each_time(void **state)
{
	static const char *const set[] = {"headphone.level=-20.5", NULL};
	SF_INFO info;
	double *first, *second;

	write_twin_noise("in.wav");
	for (int i = 0; i < 2; i++) {
		harness_render(&(struct harness_render){.in = "in.wav",
							.out = i ? "b.wav" : "a.wav",
							.set = set,
							.format = FORMAT_S16});
	}
	first = harness_read("a.wav", &info);
	second = harness_read("b.wav", &info);
	assert_memory_equal(first, second, sizeof(*first) * 2 * FRAMES);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gain_of_every_position),
		cmocka_unit_test(test_sums_are_of_integers),
		cmocka_unit_test(test_bits_are_left_alone),
		cmocka_unit_test(test_one_control_off_neutral_is_not_exact),
		cmocka_unit_test(test_balance_attenuates_the_other_side_only),
		cmocka_unit_test(test_sub_is_the_mean_of_both_sides),
		cmocka_unit_test(test_mono_plays_on_both_sides),
		cmocka_unit_test(test_what_is_not_a_number_is_silence),
		cmocka_unit_test(test_the_sub_recovers_from_the_end_of_the_numbers),
		cmocka_unit_test(test_a_late_path_loses_no_frame),
		cmocka_unit_test(test_renders_are_the_same_each_time),
	};

	harness_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
