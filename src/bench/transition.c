/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Splatter, in the frequency domain, and bends of a gain curve, in time.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fft.h"
#include "signals.h"
#include "tone.h"
#include "transition.h"

/* From this share of the offset on the filter begins to open. */
#define OPENING 0.95

/*
 * From 0 to 1 along the integral of a Gaussian, which is over to the last digit at both ends and
 * whose spectrum is narrower than any other's: 200 dB down 190 Hz from the tone, nothing at 500.
 */
static double fade(double x)
{
	return 0.5 + 0.5 * erf(6.2 * (2.0 * x - 1.0));
}

static void fade_ends(double *samples, size_t count, size_t margin)
{
	for (size_t i = 0; i < margin; i++) {
		const double factor = fade(((double)i + 0.5) / (double)margin);

		samples[i] *= factor;
		samples[count - 1 - i] *= factor;
	}
}

/* What the filter lets pass at a distance from the nearest carrier, as a share of the offset. */
static double opening(double distance)
{
	const double x = (distance - OPENING) / (1.0 - OPENING);

	if (x <= 0.0) {
		return 0.0;
	}
	return x >= 1.0 ? 1.0 : 0.5 - 0.5 * cos(M_PI * x);
}

static double nearest_carrier(const struct transition *transition, double frequency_hz)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < transition->carriers; i++) {
		nearest = fmin(nearest, fabs(frequency_hz - transition->carriers_hz[i]));
	}
	return nearest;
}

static size_t power_of_two_from(size_t count)
{
	size_t length = 2;

	while (length < count) {
		length *= 2;
	}
	return length;
}

/* Takes the neighbourhood of the carriers out of `samples`; re and im hold the spectrum. */
static void remove_carriers(const struct transition *transition, double offset_hz, struct fft *fft,
			    size_t length, double *samples, double *re, double *im)
{
	fft_forward(fft, samples, re, im);
	for (size_t bin = 0; bin <= length / 2; bin++) {
		const double hz = (double)bin * transition->rate_hz / (double)length;
		const double factor = opening(nearest_carrier(transition, hz) / offset_hz);

		re[bin] *= factor;
		im[bin] *= factor;
	}
	fft_inverse(fft, re, im, samples);
}

int transition_splatter(const struct transition *transition, double offset_hz, double *ret_dbc)
{
	const size_t margin = (size_t)(transition->rate_hz * TRANSITION_MARGIN_MS / 1000.0);
	const size_t length = power_of_two_from(transition->count);
	double *samples;
	struct fft *fft;
	int rc;

	if (transition->count <= 2 * margin) {
		return -EINVAL;
	}
	rc = fft_create(length, &fft);
	if (rc < 0) {
		return rc;
	}
	samples = calloc(2 * length + 2, sizeof(double));
	if (samples == NULL) {
		fft_destroy(fft);
		return -ENOMEM;
	}
	memcpy(samples, transition->samples, transition->count * sizeof(double));
	fade_ends(samples, transition->count, margin);
	remove_carriers(transition, offset_hz, fft, length, samples, samples + length,
			samples + length + length / 2 + 1);
	*ret_dbc = tone_db(signal_peak(samples + margin, transition->count - 2 * margin) /
			   transition->carrier_peak);
	free(samples);
	fft_destroy(fft);
	return 0;
}

double transition_bend(const double *in, const double *out, size_t count)
{
	const double least = 0.1 * signal_peak(in, count);
	double largest = 0.0;

	for (size_t i = 1; i + 1 < count; i++) {
		if (fmin(fabs(in[i - 1]), fmin(fabs(in[i]), fabs(in[i + 1]))) >= least) {
			const double bend = out[i - 1] / in[i - 1] - 2.0 * (out[i] / in[i]) +
					    out[i + 1] / in[i + 1];

			largest = fmax(largest, fabs(bend));
		}
	}
	return largest;
}
