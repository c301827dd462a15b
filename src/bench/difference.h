/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The null test: a record against what it should be, sample by sample; and the jitter that a J-test
 * shows.
 */
#ifndef WIREGAIN_DIFFERENCE_H
#define WIREGAIN_DIFFERENCE_H

#include <stddef.h>

struct difference {
	size_t samples;  /* that are not the same number */
	double peak;     /* linear, of the difference */
	double depth_db; /* RMS of the difference re RMS of what it should be; -INFINITY: none */
};

struct difference difference_of(const double *is, const double *should_be, size_t count);

/*
 * Jitter from a J-test or any tone at `tone_hz` on a spectrum: the highest line within +-`span_hz`
 * of it, outside its main lobe, as the peak of a sine of jitter that would make it, in seconds:
 * 10^(dBc / 20) / (pi f0).
 */
struct spectrum;
double difference_jitter_s(const struct spectrum *spectrum, double tone_hz, double span_hz);

#endif
