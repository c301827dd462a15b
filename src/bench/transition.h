/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a change of gain does to the tones that pass: the splatter it throws over the spectrum, and
 * bends of the gain's curve.
 */
#ifndef WIREGAIN_TRANSITION_H
#define WIREGAIN_TRANSITION_H

#include <stddef.h>

/* At each end of a record this much is used to fade it out, and not searched. */
#define TRANSITION_MARGIN_MS 100

/*
 * A record in which tones change: each of constant amplitude, or silent, in the first and the last
 * TRANSITION_MARGIN_MS and for as long besides as `offset_hz` takes to settle (10 / offset_hz).
 */
struct transition {
	const double *samples;
	size_t count;
	double rate_hz;
	const double *carriers_hz; /* the tones' frequencies, 997 Hz or whatever they are */
	size_t carriers;
	double carrier_peak; /* the level that the answer is relative to */
};

/*
 * Splatter: the largest absolute sample of what is farther than `offset_hz` from every carrier, in
 * dB re carrier_peak. The record, faded in and out along an integrated Gaussian, is
 * filtered in the frequency domain: bins nearer than 0.95 of the offset to a carrier are taken
 * out, those from the offset on pass whole. A steady tone reads below -290. 0, -EINVAL for a
 * record that is too short, -ENOMEM.
 *
 * With a carrier nearer to 0 Hz or to half the rate than the offset, only one of its sidebands is
 * left to be counted: up to 6 dB less than for a tone in the middle of the spectrum.
 */
int transition_splatter(const struct transition *transition, double offset_hz, double *ret_dbc);

/*
 * The largest second difference |g[n-1] - 2 g[n] + g[n+1]| of the gain g = out / in. A bend of the
 * curve, a change of slope by s for each sample, shows as s; a smooth curve as the largest second
 * derivative for a time step of a sample (a quintic of height h over T samples: 5.7736 h / T^2).
 * Where |in| is below a tenth of its peak the gain is not known and not looked at: a constant
 * input shows all, a tone most.
 */
double transition_bend(const double *in, const double *out, size_t count);

#endif
