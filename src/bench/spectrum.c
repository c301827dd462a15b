/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Averaged power spectra.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fft.h"
#include "spectrum.h"
#include "tone.h"

#define WINDOW_TERMS 11

struct spectrum {
	size_t length;
	double rate_hz;
	enum window window;
	double nenbw;
	double shared;  /* of the noise in neighbouring bins: N sum w^4 / (sum w^2)^2 */
	double records; /* that are in the sums */
	struct fft *fft;
	double *factors; /* the window's */
	double *samples; /* a record, windowed */
	double *re, *im;
	double *sums; /* of power, for each bin */
};

/* Factor of cos(2 pi k n / length), by term k. */
static const double window_terms[WINDOWS][WINDOW_TERMS] = {
	[WINDOW_NONE] = {1.0},
	[WINDOW_HANN] = {0.5, -0.5},
	[WINDOW_BH7] = {0.271051400693424, -0.433297939234485, 0.218122999543110,
			-0.065925446388031, 0.010811742098371, -0.000776584825226,
			0.000013887217352},
	[WINDOW_HFT248D] = {1.0, -1.985844164102, 1.791176438506, -1.282075284005, 0.667777530266,
			    -0.240160796576, 0.056656381764, -0.008134974479, 0.000624544650,
			    -0.000019808998, 0.000000132974},
};

void window_fill(enum window window, double *ret_factors, size_t length)
{
	const double *terms = window_terms[window];
	const uint64_t step = tone_coherent_step(1, length);
	const uint64_t quarter = UINT64_C(1) << 62;

	for (size_t i = 0; i < length; i++) {
		double sum = 0.0;

		for (unsigned int k = WINDOW_TERMS; k-- > 0;) {
			sum += terms[k] * tone_sine(quarter + k * (i * step));
		}
		ret_factors[i] = sum / terms[0];
	}
}

unsigned int window_lobe_bins(enum window window)
{
	static const unsigned int bins[WINDOWS] = {0, 2, 7, 11};

	return bins[window];
}

/* The mean of a window's factors is 1, so NENBW is the mean of their squares. */
static void find_bandwidth(struct spectrum *spectrum)
{
	const double length = (double)spectrum->length;
	double squares = 0.0, fourths = 0.0;

	for (size_t i = 0; i < spectrum->length; i++) {
		const double square = spectrum->factors[i] * spectrum->factors[i];

		squares += square;
		fourths += square * square;
	}
	spectrum->nenbw = squares / length;
	spectrum->shared = length * fourths / (squares * squares);
}

int spectrum_create(size_t length, double rate_hz, enum window window,
		    struct spectrum **ret_spectrum)
{
	const size_t bins = length / 2 + 1;
	struct spectrum *spectrum = calloc(1, sizeof(*spectrum));
	double *memory = calloc(2 * length + 3 * bins, sizeof(double));
	int rc = -ENOMEM;

	if (spectrum == NULL || memory == NULL) {
		goto fail;
	}
	rc = fft_create(length, &spectrum->fft);
	if (rc < 0) {
		goto fail;
	}
	spectrum->length = length;
	spectrum->rate_hz = rate_hz;
	spectrum->window = window;
	spectrum->factors = memory;
	spectrum->samples = memory + length;
	spectrum->re = spectrum->samples + length;
	spectrum->im = spectrum->re + bins;
	spectrum->sums = spectrum->im + bins;
	window_fill(window, spectrum->factors, length);
	find_bandwidth(spectrum);
	*ret_spectrum = spectrum;
	return 0;
fail:
	free(memory);
	free(spectrum);
	return rc;
}

void spectrum_destroy(struct spectrum *spectrum)
{
	if (spectrum == NULL) {
		return;
	}
	fft_destroy(spectrum->fft);
	free(spectrum->factors);
	free(spectrum);
}

void spectrum_add(struct spectrum *spectrum, const double *samples)
{
	const size_t half = spectrum->length / 2;
	const double unit = 1.0 / (double)half;

	for (size_t i = 0; i < spectrum->length; i++) {
		spectrum->samples[i] = samples[i] * spectrum->factors[i];
	}
	fft_forward(spectrum->fft, spectrum->samples, spectrum->re, spectrum->im);
	for (size_t bin = 0; bin <= half; bin++) {
		const double re = spectrum->re[bin] * unit;
		const double im = spectrum->im[bin] * unit;
		/* At both ends the two sides of the spectrum are one bin. */
		const double share = bin == 0 || bin == half ? 0.5 : 1.0;

		spectrum->sums[bin] += share * (re * re + im * im);
	}
	spectrum->records += 1.0;
}

void spectrum_add_all(struct spectrum *spectrum, const double *samples, size_t count, size_t hop)
{
	for (size_t first = 0; first + spectrum->length <= count; first += hop) {
		spectrum_add(spectrum, samples + first);
	}
}

double spectrum_nenbw(const struct spectrum *spectrum)
{
	return spectrum->nenbw;
}

double spectrum_chance(const struct spectrum *spectrum)
{
	return spectrum->shared / (spectrum->records + 1.0);
}

double spectrum_power(const struct spectrum *spectrum, size_t bin)
{
	return spectrum->sums[bin] / spectrum->records;
}

double spectrum_bin_hz(const struct spectrum *spectrum, size_t bin)
{
	return (double)bin * spectrum->rate_hz / (double)spectrum->length;
}

static double bin_of(const struct spectrum *spectrum, double frequency_hz)
{
	return frequency_hz / spectrum->rate_hz * (double)spectrum->length;
}

struct spectrum_range spectrum_lobe(const struct spectrum *spectrum, double frequency_hz)
{
	const size_t half = spectrum->length / 2;
	const size_t centre = (size_t)(bin_of(spectrum, frequency_hz) + 0.5);
	const size_t width =
		spectrum->window == WINDOW_NONE ? 0 : window_lobe_bins(spectrum->window) + 1;

	return (struct spectrum_range){
		.first = centre > width ? centre - width : 0,
		.last = centre + width < half ? centre + width : half,
	};
}

struct spectrum_range spectrum_range(const struct spectrum *spectrum, double low_hz, double high_hz)
{
	const double half = (double)spectrum->length / 2.0;

	return (struct spectrum_range){
		.first = (size_t)ceil(bin_of(spectrum, low_hz)),
		.last = (size_t)fmin(half, floor(bin_of(spectrum, high_hz))),
	};
}

static double line_power(const struct spectrum *spectrum, double frequency_hz)
{
	const struct spectrum_range lobe = spectrum_lobe(spectrum, frequency_hz);
	double sum = 0.0;

	for (size_t bin = lobe.first; bin <= lobe.last; bin++) {
		sum += spectrum_power(spectrum, bin);
	}
	return sum / spectrum->nenbw;
}

double spectrum_line_dbfs(const struct spectrum *spectrum, double frequency_hz)
{
	return 10.0 * log10(line_power(spectrum, frequency_hz));
}

double spectrum_thd_db(const struct spectrum *spectrum, double fundamental_hz, unsigned int highest,
		       double *ret_dbc)
{
	const double fundamental = line_power(spectrum, fundamental_hz);
	double sum = 0.0;

	for (unsigned int k = 0; ret_dbc != NULL && k <= highest; k++) {
		ret_dbc[k] = k == 1 ? 0.0 : -INFINITY;
	}
	for (unsigned int k = 2; k <= highest && k * fundamental_hz < spectrum->rate_hz / 2; k++) {
		const double power = line_power(spectrum, k * fundamental_hz);

		sum += power;
		if (ret_dbc != NULL) {
			ret_dbc[k] = 10.0 * log10(power / fundamental);
		}
	}
	return 10.0 * log10(sum / fundamental);
}

/* The bin is within the main lobe of DC, the tone or one of its harmonics. */
static bool is_line(const struct spectrum *spectrum, size_t bin, double tone_hz,
		    unsigned int highest)
{
	const double step = bin_of(spectrum, tone_hz);
	const double nearest = step > 0.0 ? floor((double)bin / step + 0.5) : 0.0;
	struct spectrum_range lobe;

	if (nearest > highest) {
		return false;
	}
	lobe = spectrum_lobe(spectrum, nearest * tone_hz);
	return bin >= lobe.first && bin <= lobe.last;
}

double spectrum_noise_dbfs(const struct spectrum *spectrum, double low_hz, double high_hz,
			   double tone_hz, unsigned int highest)
{
	const struct spectrum_range range = spectrum_range(spectrum, low_hz, high_hz);
	double sum = 0.0, counted = 0.0, all = 0.0;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		all += 1.0;
		if (!is_line(spectrum, bin, tone_hz, highest)) {
			sum += spectrum_power(spectrum, bin);
			counted += 1.0;
		}
	}
	return 10.0 * log10(sum / spectrum->nenbw * (all / counted));
}
