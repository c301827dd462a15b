/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Figures of distortion and noise from spectra.
 */
#include "distortion.h"

#include <math.h>
#include <stdbool.h>

double weighting_flat(double hz)
{
	return 1.0;
}

double weighting_a(double hz)
{
	const double f2 = hz * hz;
	const double high = 12194.217 * 12194.217, low = 20.598997 * 20.598997;
	const double two = 107.65265 * 107.65265, three = 737.86223 * 737.86223;

	return 1.2588966 * high * f2 * f2 /
	       ((f2 + low) * (f2 + high) * sqrt((f2 + two) * (f2 + three)));
}

double weighting_ccir(double hz)
{
	const double f = hz, f2 = f * f, f3 = f2 * f;
	const double h1 = -4.737338981378384e-24 * f3 * f3 + 2.043828333606125e-15 * f2 * f2 -
			  1.363894795463638e-7 * f2 + 1.0;
	const double h2 = 1.306612257412824e-19 * f2 * f3 - 2.118150887518656e-11 * f3 +
			  5.559488023498642e-4 * f;
	const double r = 1.246332637532143e-4 * f / hypot(h1, h2);

	/* 18.2 dB make it 0 dB at 1 kHz, 5.63 dB less at 2 kHz. */
	return r * pow(10.0, (18.2 - 5.63) / 20.0);
}

static double line_power(const struct spectrum *spectrum, double hz)
{
	return pow(10.0, spectrum_line_dbfs(spectrum, hz) / 10.0);
}

static double residue_power(const struct spectrum *spectrum, double tone_hz, double low_hz,
			    double high_hz, weighting_fn *weighting)
{
	struct spectrum_range range = spectrum_range(spectrum, low_hz, high_hz);
	struct spectrum_range dc = spectrum_lobe(spectrum, 0.0);
	struct spectrum_range tone = spectrum_lobe(spectrum, tone_hz);
	double sum = 0.0, counted = 0.0, all = 0.0;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		const double weight = weighting(spectrum_bin_hz(spectrum, bin));
		const bool covered = bin <= dc.last || (bin >= tone.first && bin <= tone.last);

		all += weight * weight;
		if (!covered) {
			sum += weight * weight * spectrum_power(spectrum, bin);
			counted += weight * weight;
		}
	}
	return counted > 0.0 ? sum / spectrum_nenbw(spectrum) * (all / counted) : 0.0;
}

double distortion_residue_dbfs(const struct spectrum *spectrum, double tone_hz, double low_hz,
			       double high_hz, weighting_fn *weighting)
{
	return 10.0 * log10(residue_power(spectrum, tone_hz, low_hz, high_hz, weighting));
}

double distortion_thd_n_db(const struct spectrum *spectrum, double tone_hz, double low_hz,
			   double high_hz)
{
	const double residue = residue_power(spectrum, tone_hz, low_hz, high_hz, weighting_flat);

	return 10.0 * log10(residue / (residue + line_power(spectrum, tone_hz)));
}

double distortion_smpte_db(const struct spectrum *spectrum, double low_hz, double high_hz)
{
	double sum = 0.0;

	for (int order = 1; order <= 2; order++) {
		sum += line_power(spectrum, high_hz - order * low_hz);
		sum += line_power(spectrum, high_hz + order * low_hz);
	}
	return 10.0 * log10(sum / line_power(spectrum, high_hz));
}

static double amplitude(const struct spectrum *spectrum, double hz)
{
	return sqrt(line_power(spectrum, hz));
}

double distortion_ccif2_db(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	return 20.0 * log10(amplitude(spectrum, b_hz - a_hz) /
			    (amplitude(spectrum, a_hz) + amplitude(spectrum, b_hz)));
}

double distortion_ccif3_db(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	return 20.0 * log10((amplitude(spectrum, 2.0 * a_hz - b_hz) +
			     amplitude(spectrum, 2.0 * b_hz - a_hz)) /
			    (amplitude(spectrum, a_hz) + amplitude(spectrum, b_hz)));
}

double distortion_multitone_db(const struct spectrum *spectrum, const size_t *bins, size_t count,
			       double low_hz, double high_hz)
{
	struct spectrum_range range = spectrum_range(spectrum, low_hz, high_hz);
	double tones = 0.0, rest = 0.0;
	size_t next = 0;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		while (next < count && bins[next] < bin) {
			next++;
		}
		if (next < count && bins[next] == bin) {
			tones += spectrum_power(spectrum, bin);
		} else if (bin > 0) {
			rest += spectrum_power(spectrum, bin);
		}
	}
	return 10.0 * log10(rest / tones);
}
