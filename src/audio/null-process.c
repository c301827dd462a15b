/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The null device, the audio thread's part.
 */
#include "null.h"

#include "realtime.h"

void null_process(struct null_device *device, unsigned int lost_blocks)
{
	struct engine_block block = {
		.frames = NULL_FRAMES,
		.rate_hz = NULL_RATE_HZ,
		.live_outputs = (1u << OUTPUTS) - 1u,
		.lost_blocks = lost_blocks,
	};
	float *in[INPUTS][2];

	realtime_begin();
	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			in[input][side] = device->in[input][side];
			block.in[input][side] = in[input][side];
		}
	}
	for (int channel = 0; channel < CHANNELS; channel++) {
		block.out[channel] = device->out[channel];
	}
	demo_fill(&device->demo, in, NULL_FRAMES);
	engine_process(device->engine, &block);
	realtime_end();
}
