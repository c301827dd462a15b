/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The null device, internal to this folder: what its audio thread works on.
 */
#ifndef WIREGAIN_NULL_H
#define WIREGAIN_NULL_H

#include "demo.h"
#include "engine.h"

#define NULL_RATE_HZ 48000
#define NULL_FRAMES  256

struct null_device {
	struct engine *engine;
	struct demo demo;
	float in[INPUTS][2][NULL_FRAMES];
	float out[CHANNELS][NULL_FRAMES];
};

/* Audio thread: one block. `lost_blocks`: how many were missed before it. */
void null_process(struct null_device *device, unsigned int lost_blocks);

#endif
