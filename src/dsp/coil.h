/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The thermal model of a headphone's coils: each side's power warms its coil with a time constant
 * of 5 s, dh/dt = (p - h) / 5 s, and the power that is let through is at most 4 B - 3 h, where B is
 * what the coil bears for ever. A cold coil is given four times its power, and h comes near to B
 * but never beyond. What has to be taken away is taken from both sides by one smooth factor.
 * Real-time safe.
 *
 * Power is in squares of samples, so that no ohm is needed: B is that of the sine whose amplitude
 * the coil bears.
 */
#ifndef WIREGAIN_COIL_H
#define WIREGAIN_COIL_H

#include <stdbool.h>
#include <stdint.h>

struct coil {
	double bears;          /* mean square; 0: not known, nothing is done */
	uint32_t chunk_frames; /* 1 ms */
	uint32_t gathered;
	double squares[2]; /* of what comes in, in the chunk under way */
	double recent[2];  /* mean square of what comes in, over 30 ms */
	double heat[2];    /* h of each side */
	double warm_k, recent_k, smooth_k;
	double first;          /* the factor wanted, smoothed once */
	double before, factor; /* smoothed twice: at the start and at the end of this chunk */
};

/* Cold. */
void coil_init(struct coil *coil, double rate_hz);

/* The amplitude that the coil bears, linear; 0: not known. */
void coil_set(struct coil *coil, double amplitude);

/* It multiplies by 1 and the coil is not watched. */
static inline bool coil_at_rest(const struct coil *coil)
{
	return coil->bears == 0 && coil->factor == 1 && coil->before == 1;
}

/* In place; finite samples; right NULL: one channel. True when every factor was 1. */
bool coil_process(struct coil *coil, double *left, double *right, uint32_t frames);

#endif
