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

/* All but a tone's main lobe and DC: its power, and the variance that chance gives it. */
struct residue {
	double power, variance;
};

static struct residue residue_of(const struct spectrum *spectrum, double tone_hz, double low_hz,
				 double high_hz, weighting_fn *weighting)
{
	struct spectrum_range range = spectrum_range(spectrum, low_hz, high_hz);
	struct spectrum_range dc = spectrum_lobe(spectrum, 0.0);
	struct spectrum_range tone = spectrum_lobe(spectrum, tone_hz);
	double sum = 0.0, squares = 0.0, counted = 0.0, all = 0.0, scale;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		const double weight = weighting(spectrum_bin_hz(spectrum, bin));
		const double power = weight * weight * spectrum_power(spectrum, bin);
		const bool covered = bin <= dc.last || (bin >= tone.first && bin <= tone.last);

		all += weight * weight;
		if (!covered) {
			sum += power;
			squares += power * power;
			counted += weight * weight;
		}
	}
	scale = counted > 0.0 ? all / counted / spectrum_nenbw(spectrum) : 0.0;
	return (struct residue){.power = sum * scale,
				.variance = spectrum_chance(spectrum) * squares * scale * scale};
}

double distortion_residue_dbfs(const struct spectrum *spectrum, double tone_hz, double low_hz,
			       double high_hz, weighting_fn *weighting)
{
	return 10.0 * log10(residue_of(spectrum, tone_hz, low_hz, high_hz, weighting).power);
}

double distortion_residue_spread_db(const struct spectrum *spectrum, double tone_hz, double low_hz,
				    double high_hz, weighting_fn *weighting)
{
	const struct residue residue = residue_of(spectrum, tone_hz, low_hz, high_hz, weighting);

	return residue.power > 0.0 ? 2.0 * 10.0 / M_LN10 * sqrt(residue.variance) / residue.power
				   : 0.0;
}

double distortion_thd_n_db(const struct spectrum *spectrum, double tone_hz, double low_hz,
			   double high_hz)
{
	const double residue = residue_of(spectrum, tone_hz, low_hz, high_hz, weighting_flat).power;

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

/* The two lines at `order` times the low tone from the high one, against that. */
static double modulation_db(const struct spectrum *spectrum, double low_hz, double high_hz,
			    int order)
{
	return 20.0 * log10((amplitude(spectrum, high_hz - order * low_hz) +
			     amplitude(spectrum, high_hz + order * low_hz)) /
			    amplitude(spectrum, high_hz));
}

double distortion_modulation2_db(const struct spectrum *spectrum, double low_hz, double high_hz)
{
	return modulation_db(spectrum, low_hz, high_hz, 1);
}

double distortion_modulation3_db(const struct spectrum *spectrum, double low_hz, double high_hz)
{
	return modulation_db(spectrum, low_hz, high_hz, 2);
}

static double both(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	return amplitude(spectrum, a_hz) + amplitude(spectrum, b_hz);
}

double distortion_ccif2_db(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	return 20.0 * log10(amplitude(spectrum, b_hz - a_hz) / both(spectrum, a_hz, b_hz));
}

double distortion_ccif3_db(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	return 20.0 * log10(both(spectrum, 2.0 * a_hz - b_hz, 2.0 * b_hz - a_hz) /
			    both(spectrum, a_hz, b_hz));
}

double distortion_dfd_db(const struct spectrum *spectrum, double a_hz, double b_hz)
{
	const double products =
		line_power(spectrum, b_hz - a_hz) + line_power(spectrum, 2.0 * a_hz - b_hz);

	return 20.0 * log10(sqrt(products) / both(spectrum, a_hz, b_hz));
}

double distortion_dim_db(const struct spectrum *spectrum, double square_hz, double sine_hz)
{
	double sum = 0.0;

	for (int k = 1; k <= 9; k++) {
		sum += line_power(spectrum, fabs(sine_hz - k * square_hz));
	}
	return 10.0 * log10(sum / line_power(spectrum, sine_hz));
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
