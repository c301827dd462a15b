/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Null test and jitter.
 */
#include "difference.h"

#include <math.h>
#include <string.h>

#include "spectrum.h"
#include "tone.h"

struct difference difference_of(const double *is, const double *should_be, size_t count)
{
	struct difference result = {0};
	double sum = 0.0, reference = 0.0;

	for (size_t i = 0; i < count; i++) {
		const double error = is[i] - should_be[i];

		/* Also +0 and -0 are two: bits are compared. */
		result.samples += memcmp(&is[i], &should_be[i], sizeof(double)) != 0;
		result.peak = fmax(result.peak, fabs(error));
		sum += error * error;
		reference += should_be[i] * should_be[i];
	}
	result.depth_db = tone_db(sqrt(sum / reference));
	return result;
}

double difference_jitter_s(const struct spectrum *spectrum, double tone_hz, double span_hz)
{
	const struct spectrum_range lobe = spectrum_lobe(spectrum, tone_hz);
	const struct spectrum_range range =
		spectrum_range(spectrum, fmax(0.0, tone_hz - span_hz), tone_hz + span_hz);
	double highest = 0.0;

	for (size_t bin = range.first; bin <= range.last; bin++) {
		if (bin < lobe.first || bin > lobe.last) {
			highest = fmax(highest, spectrum_power(spectrum, bin));
		}
	}
	return sqrt(highest / pow(10.0, spectrum_line_dbfs(spectrum, tone_hz) / 10.0)) /
	       (M_PI * tone_hz);
}
