/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The instrument against known truth: signals with a distortion, a noise, a delay, a gain that was
 * put into them, and what it makes of them. Within 0.1 dB, or 1 % of the smallest unit.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis.h"

#define RATE   48000.0
#define LENGTH 65536

static double from_db(double db)
{
	return pow(10.0, db / 20.0);
}

static double *new_record(size_t count)
{
	double *samples = calloc(count, sizeof(*samples));

	assert_non_null(samples);
	return samples;
}

static void add_sine(double *samples, size_t bin, double peak)
{
	struct tone tone = {peak, 1u << 20, tone_coherent_step(bin, LENGTH)};

	tone_add(&tone, samples, LENGTH);
}

static double bin_hz(size_t bin)
{
	return (double)bin * RATE / LENGTH;
}

static struct spectrum *take(const double *samples, size_t count, enum window window)
{
	struct spectrum *spectrum;

	assert_int_equal(spectrum_create(LENGTH, RATE, window, &spectrum), 0);
	spectrum_add_all(spectrum, samples, count, LENGTH);
	return spectrum;
}

static void assert_near(const char *what, double is, double should_be, double within)
{
	if (!(fabs(is - should_be) <= within)) {
		fail_msg("%s: %.15g, not %.15g +-%g", what, is, should_be, within);
	}
}

/*
 * A harmonic of -290 dB is lost when it is added to a tone of full scale, whose last digit is worth
 * -313 dB and whose rounding error is spread over all bins: it is added to many digits less there.
 */
static void distortion_from_40_to_290_db_down(void **state)
{
	const size_t bin = 1361;

	for (double db = -40; db >= -290; db -= 25) {
		double *samples = new_record(LENGTH), thd;
		struct spectrum *spectrum;

		add_sine(samples, 3 * bin, from_db(db));
		add_sine(samples, bin, 0.99);
		spectrum = take(samples, LENGTH, WINDOW_NONE);
		thd = spectrum_thd_db(spectrum, bin_hz(bin), 10, NULL);
		assert_near("THD", thd, db - tone_db(0.99), 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

/* Not coherent, through the windows, each as far down as its floor lets it. */
static void distortion_through_windows(void **state)
{
	static const struct {
		enum window window;
		double db;
	} cases[] = {{WINDOW_HANN, -90}, {WINDOW_BH7, -150}, {WINDOW_HFT248D, -215}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double *samples = new_record(LENGTH), hz = 997.3;
		struct tone first = {1.0, 0, tone_step(hz, RATE)};
		struct tone third = {from_db(cases[i].db), 0, tone_step(3 * hz, RATE)};
		struct spectrum *spectrum;

		tone_add(&third, samples, LENGTH);
		tone_add(&first, samples, LENGTH);
		spectrum = take(samples, LENGTH, cases[i].window);
		assert_near("THD", spectrum_thd_db(spectrum, hz, 3, NULL), cases[i].db, 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

static void noise_beside_a_tone(void **state)
{
	enum { RECORDS = 8 };
	struct noise noise = {1};

	for (double db = -40; db >= -140; db -= 50) {
		double *samples = new_record(LENGTH * RECORDS);
		struct tone tone = {0.9, 0, tone_step(997, RATE)};
		const double rms = from_db(db) / M_SQRT2, share = 20000.0 / 24000.0;
		const double in_band = db + 10 * log10(share);
		struct spectrum *spectrum;

		signal_noise(&noise, rms, samples, LENGTH * RECORDS);
		tone_add(&tone, samples, LENGTH * RECORDS);
		spectrum = take(samples, LENGTH * RECORDS, WINDOW_BH7);
		assert_near("noise",
			    distortion_residue_dbfs(spectrum, 997, 0, 20000, weighting_flat),
			    in_band, 0.1);
		assert_near("THD+N", distortion_thd_n_db(spectrum, 997, 20, 20000),
			    in_band - tone_db(0.9), 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

/* What is said of chance, against chance: many short measurements of the same noise. */
static void spread_of_noise_figures(void **state)
{
	enum { SHORT = 4096, TRIALS = 400, RECORDS = 2 };
	double *samples = new_record(SHORT * RECORDS);
	struct noise noise = {8};

	for (int w = WINDOW_NONE; w <= WINDOW_BH7; w++) {
		double sum = 0, squares = 0, told = 0, deviation;

		for (int i = 0; i < TRIALS; i++) {
			struct spectrum *spectrum;
			double db;

			signal_noise(&noise, 0.01, samples, SHORT * RECORDS);
			assert_int_equal(spectrum_create(SHORT, RATE, (enum window)w, &spectrum),
					 0);
			spectrum_add_all(spectrum, samples, SHORT * RECORDS, SHORT);
			db = distortion_residue_dbfs(spectrum, 0, 20, 20000, weighting_a);
			told += distortion_residue_spread_db(spectrum, 0, 20, 20000, weighting_a) /
				TRIALS;
			sum += db;
			squares += db * db;
			spectrum_destroy(spectrum);
		}
		deviation = sqrt(squares / TRIALS - sum / TRIALS * (sum / TRIALS));
		printf("figure: spread of noise through window %d: told %.4f dB, is %.4f dB\n", w,
		       told, 2 * deviation);
		assert_near("spread", told / (2 * deviation), 1, 0.12);
	}
	free(samples);
}

/* White noise through a weighting, against the integral of its curve by another sum. */
static void weighted_noise(void **state)
{
	enum { RECORDS = 8 };
	double *samples = new_record(LENGTH * RECORDS), power = 0;
	struct noise noise = {2};
	struct spectrum *spectrum;

	for (double hz = 0.5; hz < 20000; hz += 1) {
		power += weighting_a(hz) * weighting_a(hz) / 24000;
	}
	signal_noise(&noise, from_db(-60) / M_SQRT2, samples, LENGTH * RECORDS);
	spectrum = take(samples, LENGTH * RECORDS, WINDOW_HANN);
	assert_near("A-weighted noise", distortion_residue_dbfs(spectrum, 0, 0, 20000, weighting_a),
		    -60 + 10 * log10(power), 0.1);
	spectrum_destroy(spectrum);
	free(samples);
}

/* IEC 61672-1 and ITU-R BS.468-4, as their tables round. */
static void weightings_as_their_tables(void **state)
{
	static const double a[][2] = {{31.5, -39.4}, {63, -26.2},  {125, -16.1}, {250, -8.6},
				      {500, -3.2},   {1000, 0},    {2000, 1.2},  {4000, 1.0},
				      {8000, -1.1},  {16000, -6.6}};
	static const double ccir[][2] = {{31.5, -29.9}, {63, -23.9},  {100, -19.8},
					 {400, -7.8},   {1000, 0},    {2000, 5.6},
					 {6300, 12.2},  {10000, 8.1}, {20000, -22.2}};

	for (size_t i = 0; i < sizeof(a) / sizeof(a[0]); i++) {
		/* The standard's table is of exact third octaves. */
		double hz = 1000 * pow(10, round(10 * log10(a[i][0] / 1000)) / 10);

		assert_near("A", tone_db(weighting_a(hz)), a[i][1], 0.06);
	}
	for (size_t i = 0; i < sizeof(ccir) / sizeof(ccir[0]); i++) {
		assert_near("CCIR", tone_db(weighting_ccir(ccir[i][0])), ccir[i][1] - 5.63, 0.1);
	}
}

static void intermodulation_of_smpte(void **state)
{
	const size_t low = tone_coherent_bin(60, RATE, LENGTH);
	const size_t high = tone_coherent_bin(7000, RATE, LENGTH);

	for (double db = -40; db >= -280; db -= 60) {
		double *samples = new_record(LENGTH);
		struct spectrum *spectrum;

		add_sine(samples, high + low, 0.2 * from_db(db));
		add_sine(samples, high - 2 * low, 0.2 * from_db(db));
		add_sine(samples, high, 0.2);
		add_sine(samples, low, 0.8);
		spectrum = take(samples, LENGTH, WINDOW_NONE);
		assert_near("SMPTE", distortion_smpte_db(spectrum, bin_hz(low), bin_hz(high)),
			    db + 10 * log10(2), 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

static void intermodulation_of_ccif(void **state)
{
	const size_t a = tone_coherent_bin(19000, RATE, LENGTH);
	const size_t b = tone_coherent_bin(20000, RATE, LENGTH);

	for (double db = -40; db >= -280; db -= 60) {
		double *samples = new_record(LENGTH);
		struct spectrum *spectrum;

		add_sine(samples, b - a, from_db(db));
		add_sine(samples, 2 * a - b, from_db(db));
		add_sine(samples, a, 0.5);
		add_sine(samples, b, 0.5);
		spectrum = take(samples, LENGTH, WINDOW_NONE);
		assert_near("CCIF 2", distortion_ccif2_db(spectrum, bin_hz(a), bin_hz(b)), db, 0.1);
		assert_near("CCIF 3", distortion_ccif3_db(spectrum, bin_hz(a), bin_hz(b)), db, 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

/* IEC 60268-3: modulation by two lines beside the high tone, of second and of third order. */
static void modulation_of_iec(void **state)
{
	const size_t low = tone_coherent_bin(60, RATE, LENGTH);
	const size_t high = tone_coherent_bin(7000, RATE, LENGTH);
	double *samples = new_record(LENGTH);
	struct spectrum *spectrum;

	add_sine(samples, high - low, 0.2e-5);
	add_sine(samples, high + low, 0.1e-5);
	add_sine(samples, high - 2 * low, 0.2e-6);
	add_sine(samples, high, 0.2);
	add_sine(samples, low, 0.8);
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	assert_near("second", distortion_modulation2_db(spectrum, bin_hz(low), bin_hz(high)),
		    tone_db(1.5e-5), 1e-6);
	assert_near("third", distortion_modulation3_db(spectrum, bin_hz(low), bin_hz(high)), -120,
		    1e-6);
	spectrum_destroy(spectrum);
	free(samples);
}

static void total_difference_frequency_distortion(void **state)
{
	const size_t a = tone_coherent_bin(8000, RATE, LENGTH);
	const size_t b = tone_coherent_bin(11950, RATE, LENGTH);

	for (double db = -40; db >= -280; db -= 60) {
		double *samples = new_record(LENGTH);
		struct spectrum *spectrum;

		add_sine(samples, b - a, 0.6 * from_db(db));
		add_sine(samples, 2 * a - b, 0.8 * from_db(db));
		add_sine(samples, a, 0.5);
		add_sine(samples, b, 0.5);
		spectrum = take(samples, LENGTH, WINDOW_NONE);
		assert_near("DFD", distortion_dfd_db(spectrum, bin_hz(a), bin_hz(b)), db, 0.1);
		spectrum_destroy(spectrum);
		free(samples);
	}
}

/* Nine products of a square wave and a sine, from 0.75 to 13.35 kHz, and nothing without them. */
static void dynamic_intermodulation(void **state)
{
	const size_t square = tone_coherent_bin(3150, RATE, LENGTH);
	const size_t sine = tone_coherent_bin(15000, RATE, LENGTH);
	double *samples = new_record(LENGTH);
	struct spectrum *spectrum;

	signal_add_square(samples, LENGTH, tone_coherent_step(square, LENGTH), 0.7, 30000 / RATE);
	add_sine(samples, sine, 0.175);
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	assert_true(distortion_dim_db(spectrum, bin_hz(square), bin_hz(sine)) < -290);
	spectrum_destroy(spectrum);
	for (size_t k = 1; k <= 9; k++) {
		const size_t bin = k < 5 ? sine - k * square : k * square - sine;

		assert_true(bin_hz(bin) > 700 && bin_hz(bin) < 13400);
		add_sine(samples, bin, 0.175e-5);
	}
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	assert_near("DIM", distortion_dim_db(spectrum, bin_hz(square), bin_hz(sine)),
		    -100 + 10 * log10(9), 0.001);
	spectrum_destroy(spectrum);
	free(samples);
}

/* Harmonics 4 / (pi k) of a square, behind a pole; the even ones and all beyond are not there. */
static void squares_have_their_harmonics(void **state)
{
	const size_t bin = 683;
	double *samples = new_record(LENGTH);
	struct spectrum *spectrum;

	signal_add_square(samples, LENGTH, tone_coherent_step(bin, LENGTH), 0.5, 0.1);
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	for (size_t k = 1; k * bin < LENGTH / 2; k++) {
		const double ratio = (double)(k * bin) / LENGTH / 0.1;
		const double should_be =
			k % 2 ? 0.5 * 4 / M_PI / (double)k / sqrt(1 + ratio * ratio) : 0;

		assert_near("harmonic", sqrt(spectrum_power(spectrum, k * bin)), should_be, 1e-12);
	}
	spectrum_destroy(spectrum);
	free(samples);
	/* Far below its corner it is a square: half a period high, half a period low. */
	samples = new_record(LENGTH);
	signal_add_square(samples, LENGTH, tone_coherent_step(16, LENGTH), 0.5, 0.4);
	assert_near("high", samples[1024], 0.5, 0.01);
	assert_near("low", samples[3072], -0.5, 0.01);
	free(samples);
}

/* Between samples: a quarter of the rate whose peaks no sample shows. */
static void peaks_between_samples(void **state)
{
	struct tone quarter = {0.8, UINT64_C(1) << 61, UINT64_C(1) << 62};
	double *samples = new_record(LENGTH), highest = 0, peak;

	tone_fill(&quarter, samples, LENGTH);
	for (size_t i = 0; i < LENGTH; i++) {
		samples[i] *= pow(sin(M_PI * (double)i / LENGTH), 4);
		highest = fmax(highest, fabs(samples[i]));
	}
	assert_near("samples", tone_db(highest / 0.8), -3.01, 0.01);
	assert_int_equal(interpolate_peak(samples, LENGTH, &peak), 0);
	assert_near("between", tone_db(peak / 0.8), 0, 0.011);
	free(samples);
}

static void multitone_gaps(void **state)
{
	size_t bins[31], count = signal_multitone_bins(20, 20000, RATE, LENGTH, 31, bins);
	double *samples = new_record(LENGTH), peak = 0, power = 0, crest;
	struct spectrum *spectrum;

	assert_int_equal(count, 31);
	signal_multitone(bins, count, LENGTH, 1.0, samples, LENGTH);
	for (size_t i = 0; i < LENGTH; i++) {
		peak = fmax(peak, fabs(samples[i]));
		power += samples[i] * samples[i] / LENGTH;
	}
	crest = tone_db(peak / sqrt(power));
	printf("figure: crest of the multitone %.2f dB\n", crest);
	assert_near("peak", peak, 1, 1e-12);
	assert_true(crest < 12);
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	assert_true(distortion_multitone_db(spectrum, bins, count, 10, 21000) < -290);
	spectrum_destroy(spectrum);
	/* One line in a gap. */
	add_sine(samples, 5000, from_db(-150) * sqrt(2 * power));
	spectrum = take(samples, LENGTH, WINDOW_NONE);
	assert_near("gap", distortion_multitone_db(spectrum, bins, count, 10, 21000), -150, 0.1);
	spectrum_destroy(spectrum);
	free(samples);
}

static void gain_errors_of_a_billionth_of_a_decibel(void **state)
{
	double *samples = new_record(16384);
	const double step_hz = RATE / 16384 * 341;

	for (double error_db = -1e-9; error_db <= 1.5e-9; error_db += 2e-9) {
		struct tone tone = {0.9, 7, tone_step(step_hz, RATE)};
		struct tone other = {0.9 * from_db(-12.5 + error_db), 7, tone.step};
		double one, two;

		tone_fill(&tone, samples, 16384);
		one = tone_fit(samples, 16384, RATE, step_hz, false).amplitude;
		tone_fill(&other, samples, 16384);
		two = tone_fit(samples, 16384, RATE, step_hz, false).amplitude;
		assert_near("gain error", tone_db(two / one) + 12.5, error_db, 1e-11);
	}
	free(samples);
}

static void frequencies_off_by_a_millionth(void **state)
{
	double *samples = new_record(LENGTH);

	for (double hz = 50; hz < 20000; hz *= 3.1) {
		struct tone tone = {0.5, 99, tone_step(hz * (1 + 1e-6), RATE)};
		struct tone_fit fit;

		tone_fill(&tone, samples, LENGTH);
		fit = tone_fit(samples, LENGTH, RATE, hz, true);
		assert_near("ppm", 1e6 * (fit.frequency_hz / hz - 1), 1, 0.01);
	}
	free(samples);
}

/* Many sines, and the same later: a delay of parts of a sample without a filter of any kind. */
static void fill_delayed(double *samples, size_t count, double delay)
{
	struct noise noise = {3};

	memset(samples, 0, count * sizeof(*samples));
	for (size_t k = 0; k < 200; k++) {
		const double hz = 20 + 20000.0 * (0.5 + 0.5 * noise_even(&noise));
		const double turns = noise_even(&noise) - delay * hz / RATE;
		struct tone tone = {0.01, (uint64_t)(int64_t)(fmod(turns, 1.0) * 0x1p62) * 4,
				    tone_step(hz, RATE)};

		tone_add(&tone, samples, count);
	}
	/* Comes and goes smoothly, and at the same time: the delay's part of that is small. */
	for (size_t i = 0; i < count; i++) {
		const double at = ((double)i - delay + 0.5) / (double)count;

		samples[i] *= at > 0 && at < 1 ? pow(sin(M_PI * at), 4) : 0;
	}
}

static void delays_of_parts_of_a_sample(void **state)
{
	enum { COUNT = 8192 };
	static const double delays[] = {0, 0.01, 0.02, 0.25, 0.49, 0.5, 0.99, 1, 17.37, -3.21, 640};
	double *one = new_record(COUNT), *two = new_record(COUNT);
	struct delay delay;

	fill_delayed(one, COUNT, 0);
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		fill_delayed(two, COUNT, delays[i]);
		assert_int_equal(delay_find(one, two, COUNT, &delay), 0);
		assert_near("delay", delay.samples, delays[i], 1e-4);
		assert_true(delay.correlation > 0.999);
		for (size_t k = 0; k < COUNT; k++) {
			two[k] = -two[k];
		}
		assert_int_equal(delay_find(one, two, COUNT, &delay), 0);
		assert_near("inverted", delay.samples, delays[i], 1e-4);
		assert_true(delay.correlation < -0.999);
	}
	memset(two, 0, COUNT * sizeof(*two));
	assert_int_equal(delay_find(one, two, COUNT, &delay), 0);
	assert_true(delay.correlation == 0);
	free(one);
	free(two);
}

/* One pole, y = a x + (1 - a) y1: a closed form for gain, phase and group delay. */
static void sweep_against_one_pole(void **state)
{
	const double a = 0.3;
	struct sweep *sweep;
	double *response, y = 0;

	assert_int_equal(sweep_create(RATE, 20, 20000, 4, 0.5, &sweep), 0);
	response = new_record(sweep_count(sweep));
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		y = a * sweep_samples(sweep)[i] + (1 - a) * y;
		response[i] = y;
	}
	sweep_analyse(sweep, response, SWEEP_DELAY | SWEEP_APART);
	for (double hz = 20; hz < 20000; hz *= 1.3) {
		/* The analysis stands on bins. */
		const double bin = floor(hz / RATE * 524288 + 0.5) / 524288;
		const double w = 2 * M_PI * bin, b = 1 - a;
		const double re = 1 - b * cos(w), im = b * sin(w), power = re * re + im * im;

		assert_near("gain", tone_db(sweep_gain(sweep, hz)), tone_db(a / sqrt(power)), 2e-4);
		assert_near("phase", sweep_phase_degrees(sweep, hz), -180 / M_PI * atan2(im, re),
			    2e-3);
		assert_near("group delay", sweep_group_delay(sweep, hz),
			    (b * cos(w) - b * b) / power, hz < 40 ? 0.05 : 2e-3);
	}
	free(response);
	sweep_destroy(sweep);
}

/* The same closed form, with nothing cut off: to the last digits but three. */
static void sweep_as_a_whole(void **state)
{
	const double a = 0.3, b = 1 - a;
	struct sweep *sweep;
	double *response, y = 0;

	assert_int_equal(sweep_create(RATE, 20, 20000, 2, 0.5, &sweep), 0);
	response = new_record(sweep_count(sweep));
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		y = a * sweep_samples(sweep)[i] + b * y;
		response[i] = y;
	}
	sweep_analyse(sweep, response, SWEEP_WHOLE);
	for (double hz = 20; hz < 20000; hz *= 1.3) {
		const double w = 2 * M_PI * sweep_bin_hz(sweep, hz) / RATE;
		const double complex h = a / (1 - b * cexp(-I * w));
		const double re = 1 - b * cos(w), im = b * sin(w);

		assert_near("bin", sweep_bin_hz(sweep, hz), hz, 0.2);
		assert_near("transfer", cabs(sweep_transfer(sweep, hz) / h - 1), 0, 1e-12);
		assert_near("group delay", sweep_group_delay(sweep, hz),
			    (b * cos(w) - b * b) / (re * re + im * im), 1e-6);
	}
	free(response);
	sweep_destroy(sweep);
}

static double complex one_pole(double hz, const void *data)
{
	const double a = *(const double *)data;

	return a / (1 - (1 - a) * cexp(-I * 2 * M_PI * hz / RATE));
}

/* What a formula would answer is what the filter of that formula answers. */
static void answers_of_formulas(void **state)
{
	const double a = 0.3;
	struct sweep *sweep;
	double *response, y = 0;

	assert_int_equal(sweep_create(RATE, 20, 20000, 1, 0.5, &sweep), 0);
	response = new_record(sweep_count(sweep));
	sweep_answer_of(sweep, one_pole, &a, response);
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		y = a * sweep_samples(sweep)[i] + (1 - a) * y;
		assert_near("answer", response[i], y, 1e-14);
	}
	free(response);
	sweep_destroy(sweep);
}

static void sweep_of_a_wire_is_one(void **state)
{
	struct sweep *sweep;

	assert_int_equal(sweep_create(1536000, 10, 700000, 0.2, 0.9, &sweep), 0);
	for (double hz = 10; hz <= 700000; hz *= 1.5) {
		assert_near("gain", sweep_gain(sweep, hz), 1, 1e-15);
		assert_near("phase", sweep_phase_degrees(sweep, hz), 0, 1e-12);
	}
	sweep_destroy(sweep);
	assert_true(sweep_create(48000, 20, 24000, 1, 1, &sweep) < 0);
	assert_true(sweep_create(48000, 20, 10, 1, 1, &sweep) < 0);
	assert_true(sweep_create(48000, 0, 10, 1, 1, &sweep) < 0);
}

/* x + p x^2 + q x^3 makes harmonics of p A / 2 and q A^2 / 4 of any sine of amplitude A. */
static void sweep_keeps_harmonics_apart(void **state)
{
	const double peak = 0.8, p = 1e-4, q = 1e-3;
	struct sweep *sweep;
	double *response;

	assert_int_equal(sweep_create(RATE, 20, 20000, 2, peak, &sweep), 0);
	response = new_record(sweep_count(sweep));
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		const double x = sweep_samples(sweep)[i];

		response[i] = x + p * x * x + q * x * x * x;
	}
	sweep_analyse(sweep, response, SWEEP_DELAY | SWEEP_APART);
	for (double hz = 100; hz < 6000; hz *= 1.7) {
		const double linear = 1 + 0.75 * q * peak * peak;

		assert_near("gain", tone_db(sweep_gain(sweep, hz)), tone_db(linear), 1e-3);
		assert_near("second", tone_db(sweep_harmonic(sweep, 2, hz)),
			    tone_db(p * peak / 2 / linear), 0.1);
		assert_near("third", tone_db(sweep_harmonic(sweep, 3, hz)),
			    tone_db(q * peak * peak / 4 / linear), 0.1);
		assert_true(tone_db(sweep_harmonic(sweep, 4, hz)) < -110 || 4 * hz > 20000);
	}
	assert_true(isnan(sweep_harmonic(sweep, 3, 7000)));
	free(response);
	sweep_destroy(sweep);
}

/* The published words of the 24-bit signal. */
static void j_test_has_its_words(void **state)
{
	static const uint32_t words[2][4] = {{0xC00000, 0xC00000, 0x400000, 0x400000},
					     {0xBFFFFF, 0xBFFFFF, 0x3FFFFF, 0x3FFFFF}};
	double samples[384];

	signal_j_test(samples, 384);
	for (size_t i = 0; i < 384; i++) {
		const int32_t word = (int32_t)(samples[i] * 0x1p23);

		assert_true(samples[i] * 0x1p23 == word);
		assert_int_equal((uint32_t)word & 0xFFFFFF, words[i / 96 % 2][i % 4]);
	}
}

/* -120 dBc beside 12 kHz is 26.5 ps. */
static void jitter_of_a_sideband(void **state)
{
	double *samples = new_record(LENGTH);
	const double seconds = 26.5258e-12;
	struct spectrum *spectrum;

	for (size_t i = 0; i < LENGTH; i++) {
		const uint64_t wobble = tone_coherent_step(683, LENGTH) * i;
		const double shift = 12000 / RATE * LENGTH / LENGTH * i;
		const double phase = seconds * 12000 * tone_sine(wobble);

		samples[i] = 0.7 * sin(2 * M_PI * (shift - floor(shift) + phase));
	}
	spectrum = take(samples, LENGTH, WINDOW_BH7);
	assert_near("jitter", 1e12 * difference_jitter_s(spectrum, 12000, 3000), 26.5258, 0.3);
	spectrum_destroy(spectrum);
	free(samples);
}

static void signals_have_their_shapes(void **state)
{
	double samples[100];

	signal_impulse(7, 0.5, samples, 100);
	assert_true(samples[6] == 0 && samples[7] == 0.5 && samples[8] == 0);
	signal_step(7, 0.5, samples, 100);
	assert_true(samples[6] == 0 && samples[7] == 0.5 && samples[99] == 0.5);
	signal_bursts(UINT64_C(1) << 62, 1, 8, 4, samples, 100);
	assert_true(samples[1] == 1 && samples[3] == -1 && samples[8] == 0 && samples[11] == 0);
	assert_true(samples[12] == 0 && samples[13] == 1);
	signal_two_tone(samples, 100, UINT64_C(1) << 62, 0.25, UINT64_C(1) << 61, 0.5);
	assert_near("two tones", samples[1], 0.25 + 0.5 * sqrt(0.5), 1e-15);
}

static void differences_are_counted(void **state)
{
	const double should_be[4] = {1, -1, 0.5, 0};
	double is[4] = {1, -1, 0.5, 0};

	assert_int_equal(difference_of(is, should_be, 4).samples, 0);
	assert_true(difference_of(is, should_be, 4).depth_db == -INFINITY);
	is[3] = 1.5e-6;
	assert_int_equal(difference_of(is, should_be, 4).samples, 1);
	assert_near("depth", difference_of(is, should_be, 4).depth_db, -120, 1e-6);
	assert_true(difference_of(is, should_be, 4).peak == 1.5e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distortion_from_40_to_290_db_down),
		cmocka_unit_test(distortion_through_windows),
		cmocka_unit_test(noise_beside_a_tone),
		cmocka_unit_test(spread_of_noise_figures),
		cmocka_unit_test(weighted_noise),
		cmocka_unit_test(weightings_as_their_tables),
		cmocka_unit_test(intermodulation_of_smpte),
		cmocka_unit_test(intermodulation_of_ccif),
		cmocka_unit_test(modulation_of_iec),
		cmocka_unit_test(total_difference_frequency_distortion),
		cmocka_unit_test(dynamic_intermodulation),
		cmocka_unit_test(squares_have_their_harmonics),
		cmocka_unit_test(peaks_between_samples),
		cmocka_unit_test(multitone_gaps),
		cmocka_unit_test(gain_errors_of_a_billionth_of_a_decibel),
		cmocka_unit_test(frequencies_off_by_a_millionth),
		cmocka_unit_test(delays_of_parts_of_a_sample),
		cmocka_unit_test(sweep_against_one_pole),
		cmocka_unit_test(sweep_as_a_whole),
		cmocka_unit_test(answers_of_formulas),
		cmocka_unit_test(sweep_of_a_wire_is_one),
		cmocka_unit_test(sweep_keeps_harmonics_apart),
		cmocka_unit_test(j_test_has_its_words),
		cmocka_unit_test(jitter_of_a_sideband),
		cmocka_unit_test(signals_have_their_shapes),
		cmocka_unit_test(differences_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
