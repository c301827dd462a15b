/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The peak between samples: the record's spectrum, and nothing above it.
 */
#include "interpolate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "fft.h"

int interpolate_peak(const double *samples, size_t count, double *ret_peak)
{
	const size_t length = count * INTERPOLATE_POINTS, bins = length / 2 + 1;
	double *memory = calloc(length + 2 * bins, sizeof(*memory)), *re, *im, peak = 0;
	struct fft *narrow = NULL, *wide = NULL;
	int error = memory ? fft_create(count, &narrow) : -ENOMEM;

	error = error == 0 ? fft_create(length, &wide) : error;
	if (error == 0) {
		re = memory + length;
		im = re + bins;
		fft_forward(narrow, samples, re, im);
		/* Half the rate is both sides' bin, of which the wider spectrum has two. */
		re[count / 2] *= 0.5;
		im[count / 2] *= 0.5;
		fft_inverse(wide, re, im, memory);
		for (size_t i = 0; i < length; i++) {
			peak = fmax(peak, INTERPOLATE_POINTS * fabs(memory[i]));
		}
		*ret_peak = peak;
	}
	fft_destroy(narrow);
	fft_destroy(wide);
	free(memory);
	return error;
}
