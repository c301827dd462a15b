/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Noise, signal to noise, and dynamic range as AES17 has it.
 */
#include <math.h>

#include "distortion.h"
#include "tones.h"

/* A figure of noise: of silence, or beside the tone of -60 dBFS. */
struct noise_figure {
	const char *name, *title, *what;
	weighting_fn *weighting;
	bool beside_tone;
	bool from_full_scale; /* full scale against the noise: higher is better */
};

static const struct noise_figure noise_figures[] = {
	{"idle", "Idle noise", "silence in, level -12.5, unweighted", weighting_flat, false, false},
	{"idle_a", "Idle noise, A-weighted", "silence in, level -12.5", weighting_a, false, false},
	{"idle_ccir", "Idle noise, CCIR-RMS", "silence in, level -12.5", weighting_ccir, false,
	 false},
	{"snr", "Signal to noise", "full scale against idle noise, unweighted", weighting_flat,
	 false, true},
	{"snr_a", "Signal to noise, A-weighted", "full scale against idle noise", weighting_a,
	 false, true},
	{"dynamic_range", "Dynamic range, AES17",
	 "997 Hz at -60 dBFS, level 0.0, residue re full scale, CCIR-RMS", weighting_ccir, true,
	 true},
};

static double noise_of(const struct tones *tones, const struct spectrum *spectrum,
		       weighting_fn *weighting)
{
	return distortion_residue_dbfs(spectrum, tones->played_hz[0], 20, tones_band_hz(tones),
				       weighting);
}

static void tell(struct bench *bench, const struct tones *tones, const struct noise_figure *row)
{
	const double left = noise_of(tones, tones->of[0], row->weighting);
	const double right = noise_of(tones, tones->of[1], row->weighting);
	const double own = noise_of(tones, tones->wire[0], row->weighting);
	const double sign = row->from_full_scale ? -1 : 1;
	struct figure figure = {.value = sign * fmax(left, right),
				.residual = sign * own,
				.sense = row->from_full_scale ? FIGURE_HIGHER : FIGURE_LOWER};

	snprintf(figure.name, sizeof(figure.name), "noise.%s", row->name);
	snprintf(figure.title, sizeof(figure.title), "%s", row->title);
	snprintf(figure.unit, sizeof(figure.unit), row->from_full_scale ? "dB" : "dBFS");
	figure.uncertainty =
		distortion_residue_spread_db(tones->of[left > right ? 0 : 1], tones->played_hz[0],
					     20, tones_band_hz(tones), row->weighting);
	bench_figure(bench, &figure, "%s; %s, 20 Hz to %g kHz, N = %zu, K = %u, %s", row->what,
		     bench_format_text(bench, FORMAT_S24), tones_band_hz(tones) / 1000,
		     tones->length, tones->records, row->beside_tone ? "BH7" : "Hann");
}

int measure_noise(struct bench *bench)
{
	const unsigned int records = bench->quick ? 8 : 32;
	struct tones idle = {.length = 65536,
			     .records = records,
			     .window = WINDOW_HANN,
			     .format = FORMAT_S24,
			     .settings = bench_lowered};
	struct tones tone = {.hz = {997},
			     .peak = {1e-3},
			     .length = 65536,
			     .records = records,
			     .window = WINDOW_BH7,
			     .format = FORMAT_S24};
	int error = tones_take(bench, &idle);

	error = error == 0 ? tones_take(bench, &tone) : error;
	for (size_t i = 0; error == 0 && i < sizeof(noise_figures) / sizeof(noise_figures[0]);
	     i++) {
		tell(bench, noise_figures[i].beside_tone ? &tone : &idle, &noise_figures[i]);
	}
	tones_finish(&idle);
	tones_finish(&tone);
	return error;
}
