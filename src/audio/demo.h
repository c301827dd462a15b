/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Five gentle signals, one for each input, so that an amplifier without a sound server has
 * something to play. About -20 dBFS each. Real-time safe.
 */
#ifndef WIREGAIN_DEMO_H
#define WIREGAIN_DEMO_H

#include <stdint.h>

#include "controls.h"

#define DEMO_NOTES     8
#define DEMO_PINK_ROWS 6

/* A sine as a turning pointer, with an envelope: 1 - attack, times decay. */
struct demo_tone {
	double re, im, turn_re, turn_im;
	double attack, attack_step;
	double decay, decay_step;
};

/* Pink noise: white noise through one-pole low-passes spaced by octaves and more, summed. */
struct demo_pink {
	uint64_t random;
	double row[DEMO_PINK_ROWS];
};

struct demo {
	double rate_hz;
	uint64_t frame;
	struct demo_tone notes[DEMO_NOTES]; /* input 1: an arpeggio */
	struct demo_pink pink[2];           /* input 2 */
	struct demo_tone steady[2];         /* input 3: a tone for each side */
	struct demo_tone sweep;             /* input 4: up and down, both sides */
	struct demo_tone ticks[2];          /* input 5: left, right */
};

void demo_init(struct demo *demo, double rate_hz);

/* Writes the next `frames` frames of every input. */
void demo_fill(struct demo *demo, float *ret_samples[INPUTS][2], unsigned int frames);

#endif
