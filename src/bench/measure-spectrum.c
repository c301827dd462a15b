/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Spectra of a tone at full level and at -60 dB.
 */
#include "tones.h"

/* The tone in 24 bits and in f64, and the instrument's own. */
static int spectrum_of(struct bench *bench, const char *name, const char *title, double peak)
{
	static const double cursors[] = {100, 200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 0};
	char windowed[32], coherent[32];
	const char *const names[] = {windowed, coherent, "analyser (coherent)"};
	struct tones bits = {.hz = {997},
			     .peak = {peak},
			     .length = 65536,
			     .records = bench->quick ? 4 : 16,
			     .window = WINDOW_BH7,
			     .format = FORMAT_S24,
			     .settings = bench_lowered};
	struct tones exact = {.hz = {997},
			      .peak = {peak},
			      .length = 65536,
			      .records = 1,
			      .window = WINDOW_NONE,
			      .format = FORMAT_F64,
			      .settings = bench_lowered};
	struct graph graph = {.name = name,
			      .group = "Spectra",
			      .x = {"Frequency", "Hz", 10, 0, true},
			      .y = {"Level", "dBFS", 0, 0, false},
			      .cursors = cursors,
			      .stems = true};
	int error = tones_take(bench, &bits);

	snprintf(windowed, sizeof(windowed), "%s (BH7)", bench_format_text(bench, FORMAT_S24));
	snprintf(coherent, sizeof(coherent), "%s (coherent)", bench_format_text(bench, FORMAT_F64));
	error = error == 0 ? tones_take(bench, &exact) : error;
	if (error == 0) {
		const struct spectrum *const spectra[] = {bits.of[0], exact.of[0], exact.wire[0]};

		snprintf(graph.title, sizeof(graph.title), "%s", title);
		snprintf(graph.conditions, sizeof(graph.conditions),
			 "997 Hz, level -12.5, left; windowed: N = 65536, K = %u, BH7, NENBW %.3f, "
			 "per bin of %.3f Hz; coherent: one record",
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
