/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a goniometer draws: excerpts of both sides of one metered point. All of the sound is more
 * than a screen shows. Every n-th frame would fold what lies above the new rate into a figure that
 * the sound never made, and a steady tone could stand still in it; one long excerpt would miss a
 * beat between two pictures. So there are many short runs of frames as they followed each other,
 * evenly spread over all of the time.
 *
 * The metering thread's, and any other thread that has one of its own.
 */
#ifndef WIREGAIN_SCOPE_H
#define WIREGAIN_SCOPE_H

#include <stdint.h>

#define SCOPE_RUN     32  /* frames */
#define SCOPE_RUNS    8   /* in a picture: 50 ms */
#define SCOPE_RUNS_HZ 160 /* a second, at any rate of the sound */

struct scope {
	uint64_t runs;       /* whole ones, over all that it was started for */
	unsigned int kept;   /* of them, since the start */
	unsigned int stride; /* frames from the beginning of one to that of the next */
	unsigned int phase;  /* frames since the beginning of the one under way */
	double frames[SCOPE_RUNS + 1][SCOPE_RUN][2];
};

/* The newest runs, the oldest of them first. */
struct scope_picture {
	uint64_t runs;      /* the number of the newest, counted on from 1; 0: there was none yet */
	unsigned int count; /* runs in `pairs`, 0 to SCOPE_RUNS */
	double peak;        /* that 127 stands for; 0 when all is silent */
	int8_t pairs[SCOPE_RUNS * SCOPE_RUN][2]; /* left, right */
};

/* Begins anew; only the numbers of runs go on. Before the first time: zeros. */
void scope_start(struct scope *scope, double rate_hz);

/* Finite samples of both sides. */
void scope_take(struct scope *scope, const double *left, const double *right, unsigned int frames);

void scope_draw(const struct scope *scope, struct scope_picture *ret_picture);

#endif
