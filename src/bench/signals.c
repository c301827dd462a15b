/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Test signals.
 */
#include <math.h>

#include "signals.h"
#include "tone.h"

/* Of the phases: one that gives 31 tones a crest below 12 dB. */
#define MULTITONE_SEED 546

void signal_two_tone(double *ret_samples, size_t count, uint64_t step_a, double peak_a,
		     uint64_t step_b, double peak_b)
{
	struct tone a = {peak_a, 0, step_a}, b = {peak_b, 0, step_b};

	tone_fill(&a, ret_samples, count);
	tone_add(&b, ret_samples, count);
}

size_t signal_multitone_bins(double low_hz, double high_hz, double rate_hz, size_t length,
			     size_t most, size_t *ret_bins)
{
	size_t count = 0;

	for (size_t i = 0; i < most; i++) {
		double part = most > 1 ? (double)i / (double)(most - 1) : 0.0;
		double hz = low_hz * pow(high_hz / low_hz, part);
		size_t bin = tone_coherent_bin(hz, rate_hz, length);

		if (bin < length / 2 && (count == 0 || bin > ret_bins[count - 1])) {
			ret_bins[count++] = bin;
		}
	}
	return count;
}

static uint64_t noise_bits(struct noise *noise)
{
	uint64_t z = noise->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

double signal_peak(const double *samples, size_t count)
{
	double peak = 0;

	for (size_t i = 0; i < count; i++) {
		peak = fmax(peak, fabs(samples[i]));
	}
	return peak;
}

void signal_multitone(const size_t *bins, size_t bin_count, size_t length, double peak,
		      double *ret_samples, size_t count)
{
	struct noise noise = {MULTITONE_SEED};
	double highest;

	for (size_t i = 0; i < count; i++) {
		ret_samples[i] = 0.0;
	}
	for (size_t k = 0; k < bin_count; k++) {
		struct tone tone = {1.0, noise_bits(&noise), tone_coherent_step(bins[k], length)};

		tone_add(&tone, ret_samples, count);
	}
	highest = signal_peak(ret_samples, count);
	for (size_t i = 0; highest > 0.0 && i < count; i++) {
		ret_samples[i] *= peak / highest;
	}
}

double noise_even(struct noise *noise)
{
	return (double)(int64_t)noise_bits(noise) * 0x1p-63;
}

double noise_gauss(struct noise *noise)
{
	/* Never 0: the logarithm is finite. */
	const double radius = (double)((noise_bits(noise) >> 11) + 1) * 0x1p-53;

	return sqrt(-2.0 * log(radius)) * tone_sine(noise_bits(noise));
}

void signal_noise(struct noise *noise, double rms, double *ret_samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ret_samples[i] = rms * noise_gauss(noise);
	}
}

void signal_step(size_t at, double height, double *ret_samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ret_samples[i] = i < at ? 0.0 : height;
	}
}

void signal_impulse(size_t at, double height, double *ret_samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ret_samples[i] = i == at ? height : 0.0;
	}
}

void signal_add_square(double *samples, size_t count, uint64_t step, double peak,
		       double corner_share)
{
	const double share = (double)step * 0x1p-64;

	for (unsigned int k = 1; k * share < 0.5; k += 2) {
		const double ratio = k * share / corner_share;
		const double late = atan(ratio) / (2.0 * M_PI);
		struct tone tone = {4.0 / M_PI / k * peak / sqrt(1.0 + ratio * ratio),
				    0 - (uint64_t)(late * 0x1p64), k * step};

		tone_add(&tone, samples, count);
	}
}

void signal_j_test(double *ret_samples, size_t count)
{
	/* C00000 C00000 400000 400000, and for the second half of a cycle each one bit less. */
	for (size_t i = 0; i < count; i++) {
		const int32_t square = i % 4 < 2 ? -0x400000 : 0x400000;
		const int32_t bit = i % 192 < 96 ? 0 : 1;

		ret_samples[i] = (square - bit) * 0x1p-23;
	}
}

void signal_bursts(uint64_t step, double peak, size_t on, size_t off, double *ret_samples,
		   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const size_t at = i % (on + off);

		ret_samples[i] = at < on ? peak * tone_sine(step * at) : 0.0;
	}
}
