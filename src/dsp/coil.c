/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The thermal model. Audio thread.
 */
#include "coil.h"

#include <math.h>
#include <string.h>

#include "maths.h"

#define CHUNK_S  0.001
#define WARM_S   5.0
#define RECENT_S 0.03
#define SMOOTH_S 0.02
#define COLD     4.0   /* times what it bears for ever, for a cold coil */
#define REST     1e-12 /* so close to 1 that the step to it is far below any converter's noise */

void coil_init(struct coil *coil, double rate_hz)
{
	double bears = coil->bears;

	memset(coil, 0, sizeof(*coil));
	coil->bears = bears;
	coil->chunk_frames = (uint32_t)fmax(1, round(rate_hz * CHUNK_S));
	coil->warm_k = 1 - maths_exp(-CHUNK_S / WARM_S);
	coil->recent_k = 1 - maths_exp(-CHUNK_S / RECENT_S);
	coil->smooth_k = 1 - maths_exp(-CHUNK_S / SMOOTH_S);
	coil->first = coil->before = coil->factor = 1;
}

void coil_set(struct coil *coil, double amplitude)
{
	coil->bears = amplitude * amplitude / 2;
}

/* The power, as a part of what comes in, that one side may have. */
static double allowed(const struct coil *coil, int side)
{
	double most = COLD * coil->bears - (COLD - 1) * coil->heat[side];

	most = fmax(most, 0);
	return coil->recent[side] > most ? most / coil->recent[side] : 1;
}

static void end_chunk(struct coil *coil)
{
	double wanted = 1, let = coil->factor * coil->before;

	for (int side = 0; side < 2; side++) {
		double power = coil->squares[side] / coil->gathered;

		coil->heat[side] += (power * let - coil->heat[side]) * coil->warm_k;
		coil->recent[side] += (power - coil->recent[side]) * coil->recent_k;
		coil->squares[side] = 0;
		if (coil->bears > 0) {
			wanted = fmin(wanted, sqrt(allowed(coil, side)));
		}
	}
	coil->gathered = 0;
	coil->before = coil->factor;
	coil->first += (wanted - coil->first) * coil->smooth_k;
	coil->factor += (coil->first - coil->factor) * coil->smooth_k;
	if (wanted == 1 && 1 - fmin(coil->first, coil->factor) < REST) {
		coil->first = coil->factor = 1;
	}
}

/* A part of a chunk. */
static void process_part(struct coil *coil, double *left, double *right, uint32_t frames)
{
	double slope = (coil->factor - coil->before) / coil->chunk_frames;

	for (uint32_t i = 0; i < frames; i++) {
		coil->squares[0] += left[i] * left[i];
		coil->squares[1] += right ? right[i] * right[i] : 0;
	}
	for (uint32_t i = 0; i < frames && (coil->factor != 1 || coil->before != 1); i++) {
		double factor = coil->before + slope * (coil->gathered + i + 1);

		left[i] *= factor;
		if (right) {
			right[i] *= factor;
		}
	}
	coil->gathered += frames;
}

bool coil_process(struct coil *coil, double *left, double *right, uint32_t frames)
{
	bool untouched = true;

	for (uint32_t done = 0; done < frames;) {
		uint32_t part = coil->chunk_frames - coil->gathered;

		part = part < frames - done ? part : frames - done;
		untouched = untouched && coil->factor == 1 && coil->before == 1;
		process_part(coil, left + done, right ? right + done : NULL, part);
		done += part;
		if (coil->gathered == coil->chunk_frames) {
			end_chunk(coil);
		}
	}
	return untouched;
}
