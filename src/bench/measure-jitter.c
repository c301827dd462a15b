/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Jitter, by the J-test.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "difference.h"
#include "signals.h"
#include "tones.h"

int measure_jitter(struct bench *bench)
{
	struct tones tones = {
		.length = 65536, .records = 1, .window = WINDOW_BH7, .format = FORMAT_S24};
	double *samples = calloc(65536, sizeof(*samples));
	static const char *const names[] = {"answer", "stimulus"};
	static const double cursors[] = {11000, 11500, 11750, 12000, 12250, 12500, 13000, 0};
	int error = -ENOMEM;

	if (samples) {
		signal_j_test(samples, 65536);
		error = tones_take_samples(bench, &tones, samples);
	}
	if (error == 0) {
		const double tone_hz = 0.25 * tones.rate_hz, span = 0.1 * tones.rate_hz;
		const struct spectrum *const spectra[] = {tones.of[0], tones.wire[0]};
		struct figure figure = {.name = "jitter.peak",
					.title = "Jitter, highest sideband as a peak",
					.unit = "s",
					.uncertainty = NAN};

		figure.value = fmax(difference_jitter_s(tones.of[0], tone_hz, span),
				    difference_jitter_s(tones.of[1], tone_hz, span));
		figure.residual = difference_jitter_s(tones.wire[0], tone_hz, span);
		bench_figure(bench, &figure,
			     "J-test of 24 bits, level 0.0, N = 65536, BH7; the signal's own lines "
			     "are the residual");
		bench_graph_spectrum(
			bench,
			&(struct graph){.name = "jitter",
					.group = "Spectra",
					.title = "J-test",
					.conditions = "24 bits, level 0.0, N = 65536, BH7",
					.x = {"Frequency", "Hz", 0, 0, true},
					.y = {"Level", "dBFS", 0, 0, false},
					.cursors = cursors,
					.stems = true},
			spectra, names, 2, 0.499 * tones.rate_hz);
	}
	tones_finish(&tones);
	free(samples);
	return error;
}
