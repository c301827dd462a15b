/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A quasi-peak meter (PPM) of one channel, of type I or II of IEC 60268-10. Real-time safe.
 *
 * |x| charges two reservoirs, each with a time constant of its own, which empty by a constant
 * number of decibels a second; their weighted mean is the reading. Bursts of a 5 kHz tone then
 * read, below the steady tone: type II -2.0 (10 ms), -3.8 (5 ms), -9.3 (1.5 ms), -16.6 dB (0.5 ms),
 * and it falls 24 dB in 2.8 s; type I -0.8 (10 ms), -2.2 (5 ms), -3.8 (3 ms), -15.4 dB (0.4 ms), 20
 * dB in 1.7 s.
 */
#ifndef WIREGAIN_PPM_H
#define WIREGAIN_PPM_H

#include <stddef.h>

/* In the order of the words of meter.ppm_scale. */
enum ppm_type {
	PPM_II, /* BBC and EBU */
	PPM_I,  /* DIN and Nordic */
	PPM_TYPES,
};

struct ppm {
	double part[2];   /* how much of the way to |x| each reservoir is charged, a sample */
	double weight[2]; /* of each in the reading */
	double fall;      /* a sample */
	double charge[2];
	double needle; /* the amplitude of the steady sine for which it stands */
	double most;   /* since ppm_reset() */
};

void ppm_init(struct ppm *ppm, double rate_hz, enum ppm_type type);

/* Meters of one type and rate, one for each channel. Finite samples. */
void ppm_process(struct ppm *ppms, unsigned int channels, const double *const *planes,
		 size_t count);

/* As meter_rest() and meter_reset(). */
void ppm_rest(struct ppm *ppm);
void ppm_reset(struct ppm *ppm);

#endif
