/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Spectra of a tone at full level and at -60 dB, and intermodulation: SMPTE, CCIF and a multitone.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "distortion.h"
#include "measure.h"
#include "signals.h"

#define MULTITONES 31

static const char *const lowered[] = {"headphone.level=-12.5", "line.level=-12.5", NULL};
static const double cursors[] = {100, 200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 0};

/* The tone in 24 bits and in f64, and the instrument's own. */
static int spectrum_of(struct bench *bench, const char *name, const char *title, double peak)
{
	struct tones bits = {.hz = {997},
			     .peak = {peak},
			     .length = 65536,
			     .records = bench->quick ? 4 : 16,
			     .window = WINDOW_BH7,
			     .format = FORMAT_S24};
	struct tones exact = {.hz = {997},
			      .peak = {peak},
			      .length = 65536,
			      .records = 1,
			      .window = WINDOW_NONE,
			      .format = FORMAT_F64,
			      .settings = lowered};
	struct graph graph = {.name = name,
			      .group = "Spectra",
			      .x = {"Frequency", "Hz", 10, 0, true},
			      .y = {"Level", "dBFS", 0, 0, false},
			      .cursors = cursors,
			      .stems = true};
	static const char *const names[] = {"24 bits, TPDF (BH7)", "f64 (coherent)",
					    "analyser (coherent)"};
	int error;

	bits.settings = lowered;
	error = tones_take(bench, &bits);
	error = error == 0 ? tones_take(bench, &exact) : error;
	if (error == 0) {
		const struct spectrum *const spectra[] = {bits.of[0], exact.of[0], exact.wire};

		snprintf(graph.title, sizeof(graph.title), "%s", title);
		snprintf(
			graph.conditions, sizeof(graph.conditions),
			"997 Hz, level -12.5; 24 bits: N = 65536, K = %u, BH7, NENBW %.3f, per bin "
			"of %.3f Hz; f64: one coherent record",
			bits.records, spectrum_nenbw(bits.of[0]), bits.rate_hz / 65536);
		bench_graph_spectrum(bench, &graph, spectra, names, 3, 0.499 * bits.rate_hz);
	}
	tones_finish(&bits);
	tones_finish(&exact);
	return error;
}

int measure_spectrum(struct bench *bench)
{
	int error = spectrum_of(bench, "spectrum_full", "Spectrum at full level", 0.99);

	error = error == 0 ? bench_step(bench, 0.5) : error;
	return error == 0 ? spectrum_of(bench, "spectrum_60", "Spectrum at -60 dBFS", 1e-3) : error;
}

static void tell(struct bench *bench, const char *name, const char *title, double value,
		 double residual, const char *conditions)
{
	struct figure figure = {
		.unit = "dB", .value = value, .residual = residual, .uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "imd.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	bench_figure(bench, &figure, "%s; level -12.5, f64, N = 65536, coherent", conditions);
}

static int smpte(struct bench *bench)
{
	struct tones tones = {.hz = {60, 7000},
			      .peak = {0.792, 0.198},
			      .length = 65536,
			      .records = 1,
			      .format = FORMAT_F64,
			      .settings = lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		const double a = tones.played_hz[0], b = tones.played_hz[1];

		tell(bench, "smpte", "Intermodulation, SMPTE",
		     fmax(distortion_smpte_db(tones.of[0], a, b),
			  distortion_smpte_db(tones.of[1], a, b)),
		     distortion_smpte_db(tones.wire, a, b),
		     "60 Hz and 7 kHz, 4:1, peaks together -0.1 dBFS, sidebands of two orders");
	}
	tones_finish(&tones);
	return error;
}

static int ccif(struct bench *bench)
{
	const double top = fmin(20000, 0.44 * bench_rate(bench));
	struct tones tones = {.hz = {top - 1000, top},
			      .peak = {0.495, 0.495},
			      .length = 65536,
			      .records = 1,
			      .format = FORMAT_F64,
			      .settings = lowered};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		const double a = tones.played_hz[0], b = tones.played_hz[1];

		tell(bench, "ccif2", "Intermodulation, CCIF, second order",
		     fmax(distortion_ccif2_db(tones.of[0], a, b),
			  distortion_ccif2_db(tones.of[1], a, b)),
		     distortion_ccif2_db(tones.wire, a, b), "19 and 20 kHz, 1:1, peaks -0.1 dBFS");
		tell(bench, "ccif3", "Intermodulation, CCIF, third order",
		     fmax(distortion_ccif3_db(tones.of[0], a, b),
			  distortion_ccif3_db(tones.of[1], a, b)),
		     distortion_ccif3_db(tones.wire, a, b), "19 and 20 kHz, 1:1, peaks -0.1 dBFS");
	}
	tones_finish(&tones);
	return error;
}

static int multitone(struct bench *bench, double *samples)
{
	struct tones tones = {
		.length = 65536, .records = 1, .format = FORMAT_F64, .settings = lowered};
	struct tones bits = {
		.length = 65536, .records = 1, .format = FORMAT_S24, .settings = lowered};
	static const char *const names[] = {"24 bits, TPDF", "f64", "analyser"};
	const double rate = bench_rate(bench), top = fmin(20000, 0.44 * rate);
	size_t bins[MULTITONES];
	const size_t count = signal_multitone_bins(20, top, rate, 65536, MULTITONES, bins);
	int error;

	signal_multitone(bins, count, 65536, 0.99, samples, 65536);
	error = tones_take_samples(bench, &tones, samples);
	error = error == 0 ? tones_take_samples(bench, &bits, samples) : error;
	if (error == 0) {
		const struct spectrum *const spectra[] = {bits.of[0], tones.of[0], tones.wire};

		tell(bench, "multitone", "Total distortion and noise of a multitone",
		     fmax(distortion_multitone_db(tones.of[0], bins, count, 10, 1.1 * top),
			  distortion_multitone_db(tones.of[1], bins, count, 10, 1.1 * top)),
		     distortion_multitone_db(tones.wire, bins, count, 10, 1.1 * top),
		     "31 tones, 20 Hz to 20 kHz, peak -0.1 dBFS, all between them against all of "
		     "them");
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
	double *samples = calloc(65536, sizeof(*samples));
	int error = samples ? smpte(bench) : -ENOMEM;

	error = error == 0 ? ccif(bench) : error;
	error = error == 0 ? multitone(bench, samples) : error;
	free(samples);
	return error;
}
