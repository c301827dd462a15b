/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Intermodulation: of pairs of tones (SMPTE, CCIF, IEC 60268-3), of a square wave and a sine
 * (dynamic), and of a multitone.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "distortion.h"
#include "signals.h"
#include "tone.h"
#include "tones.h"

#define LENGTH        65536
#define MULTITONES    31
#define PRODUCTS      3

#define DIM_RATE_HZ   192000.0 /* a square wave has room there */
#define DIM_SQUARE_HZ 3150.0
#define DIM_SINE_HZ   15000.0
#define DIM_CORNER_HZ 30000.0

/* What is asked of one answer. */
struct product {
	const char *name, *title, *what;
	double (*find)(const struct spectrum *spectrum, double a_hz, double b_hz);
};

/* Two tones, and all that is asked of the answer. */
struct pair {
	double hz[2], peak[2];
	const char *peaks;
	struct product products[PRODUCTS];
};

static const struct pair pairs[] = {
	{{60, 7000},
	 {0.792, 0.198},
	 "4:1",
	 {{"smpte", "Intermodulation, SMPTE", "sidebands of two orders, RMS, against the high tone",
	   distortion_smpte_db},
	  {"modulation2", "Modulation distortion, IEC, second order",
	   "both sidebands against the high tone", distortion_modulation2_db},
	  {"modulation3", "Modulation distortion, IEC, third order",
	   "both sidebands against the high tone", distortion_modulation3_db}}},
	{{19000, 20000},
	 {0.495, 0.495},
	 "1:1",
	 {{"ccif2", "Intermodulation, CCIF, second order", "b - a against the sum of both tones",
	   distortion_ccif2_db},
	  {"ccif3", "Intermodulation, CCIF, third order",
	   "2a - b and 2b - a against the sum of both tones", distortion_ccif3_db}}},
	{{8000, 11950},
	 {0.495, 0.495},
	 "1:1",
	 {{"dfd", "Total difference frequency distortion, IEC",
	   "b - a and 2a - b, RMS, against the sum of both tones", distortion_dfd_db}}},
};

static void tell(struct bench *bench, const struct tones *tones, const struct product *product,
		 const char *peaks)
{
	const double a = tones->played_hz[0], b = tones->played_hz[1];
	struct figure figure = {.unit = "dB", .uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "imd.%s", product->name);
	snprintf(figure.title, sizeof(figure.title), "%s", product->title);
	figure.value = fmax(product->find(tones->of[0], a, b), product->find(tones->of[1], a, b));
	figure.residual = product->find(tones->wire[0], a, b);
	bench_figure(bench, &figure,
		     "%.1f and %.1f Hz, %s, peaks together -0.1 dBFS: %s; level -12.5, %s, "
		     "N = %zu, coherent",
		     a, b, peaks, product->what, bench_format_text(bench, FORMAT_F64),
		     tones->length);
}

static int measure_pair(struct bench *bench, const struct pair *pair)
{
	/* What the rate has no room for moves down together. */
	const double over = fmax(0, pair->hz[1] - 0.44 * bench_rate(bench));
	struct tones tones = {
		.hz = {pair->hz[0] - (pair->hz[0] > over ? over : 0), pair->hz[1] - over},
		.peak = {pair->peak[0], pair->peak[1]},
		.length = LENGTH,
		.records = 1,
		.format = FORMAT_F64,
		.settings = bench_lowered};
	int error = tones_take(bench, &tones);

	for (int i = 0; error == 0 && i < PRODUCTS && pair->products[i].name; i++) {
		tell(bench, &tones, &pair->products[i], pair->peaks);
	}
	tones_finish(&tones);
	return error;
}

/* At the usual rate where it is the only one: harmonics of the square beyond it are left out. */
static int dynamic(struct bench *bench, double *samples)
{
	static const struct product dim = {"dim", "Dynamic intermodulation, IEC, DIM 30",
					   "nine products against the sine", distortion_dim_db};
	struct tones tones = {.hz = {DIM_SQUARE_HZ, DIM_SINE_HZ},
			      .length = LENGTH,
			      .records = 1,
			      .format = FORMAT_F64,
			      .settings = bench_lowered};
	const double rate = bench->dut->flags & DUT_ANY_RATE ? DIM_RATE_HZ : bench_rate(bench);
	struct tone sine = {
		0.25, 0, tone_coherent_step(tone_coherent_bin(DIM_SINE_HZ, rate, LENGTH), LENGTH)};
	double highest;
	int error;

	tones.rate_hz = rate;
	tone_fill(&sine, samples, LENGTH);
	signal_add_square(
		samples, LENGTH,
		tone_coherent_step(tone_coherent_bin(DIM_SQUARE_HZ, rate, LENGTH), LENGTH), 1,
		DIM_CORNER_HZ / rate);
	highest = signal_peak(samples, LENGTH);
	for (size_t i = 0; i < LENGTH; i++) {
		samples[i] *= 0.99 / highest;
	}
	error = tones_take_samples(bench, &tones, samples);
	if (error == 0) {
		tell(bench, &tones, &dim, "a square wave behind 30 kHz and a sine, 4:1");
	}
	tones_finish(&tones);
	return error;
}

static void tell_multitone(struct bench *bench, const struct tones *tones, const size_t *bins,
			   size_t count)
{
	const double top = 1.1 * tones_band_hz(tones);
	struct figure figure = {.name = "imd.multitone",
				.title = "Total distortion and noise of a multitone",
				.unit = "dB",
				.uncertainty = NAN};

	figure.value = fmax(distortion_multitone_db(tones->of[0], bins, count, 10, top),
			    distortion_multitone_db(tones->of[1], bins, count, 10, top));
	figure.residual = distortion_multitone_db(tones->wire[0], bins, count, 10, top);
	bench_figure(bench, &figure,
		     "%zu tones, 20 Hz to 20 kHz, peak -0.1 dBFS, all between them against all of "
		     "them; level -12.5, %s, N = %zu, coherent",
		     count, bench_format_text(bench, FORMAT_F64), tones->length);
}

static int multitone(struct bench *bench, double *samples)
{
	const char *const names[] = {bench_format_text(bench, FORMAT_S24),
				     bench_format_text(bench, FORMAT_F64), "analyser"};
	struct tones tones = {
		.length = LENGTH, .records = 1, .format = FORMAT_F64, .settings = bench_lowered};
	struct tones bits = {
		.length = LENGTH, .records = 1, .format = FORMAT_S24, .settings = bench_lowered};
	const double rate = bench_rate(bench), top = fmin(20000, 0.44 * rate);
	size_t bins[MULTITONES];
	const size_t count = signal_multitone_bins(20, top, rate, LENGTH, MULTITONES, bins);
	int error;

	signal_multitone(bins, count, LENGTH, 0.99, samples, LENGTH);
	error = tones_take_samples(bench, &tones, samples);
	error = error == 0 ? tones_take_samples(bench, &bits, samples) : error;
	if (error == 0) {
		const struct spectrum *const spectra[] = {bits.of[0], tones.of[0], tones.wire[0]};

		tell_multitone(bench, &tones, bins, count);
		bench_graph_spectrum(
			bench,
			&(struct graph){.name = "multitone",
					.group = "Spectra",
					.title = "Multitone",
					.conditions = "31 tones, level -12.5, N = 65536, coherent",
					.x = {"Frequency", "Hz", 10, 0, true},
					.y = {"Level", "dBFS", 0, 0, false},
					.stems = true},
			spectra, names, 3, 0.499 * rate);
	}
	tones_finish(&tones);
	tones_finish(&bits);
	return error;
}

int measure_imd(struct bench *bench)
{
	double *samples = calloc(LENGTH, sizeof(*samples));
	int error = samples ? 0 : -ENOMEM;

	for (size_t i = 0; error == 0 && i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		error = measure_pair(bench, &pairs[i]);
	}
	error = error == 0 ? dynamic(bench, samples) : error;
	error = error == 0 ? multitone(bench, samples) : error;
	free(samples);
	return error;
}
