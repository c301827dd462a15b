/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Smooth steps. Audio thread.
 */
#include "ramp.h"

#include <math.h>
#include <string.h>

#define GATE_BLOCK 64

double quintic(double x)
{
	if (x <= 0) {
		return 0;
	}
	if (x >= 1) {
		return 1;
	}
	return x * x * x * (10 + x * (6 * x - 15));
}

void ramp_progress_fill(struct ramp_progress *progress, double *ret_q, unsigned int frames)
{
	double scale = progress->length > 0 ? 1 / progress->length : 0;

	for (unsigned int i = 0; i < frames; i++) {
		double position = progress->position + (i + 1.0);

		ret_q[i] = position >= progress->length ? 1 : quintic(position * scale);
	}
	progress->position += frames;
}

void gate_init(struct gate *gate, bool open)
{
	memset(gate, 0, sizeof(*gate));
	gate->open = open;
	gate->rising = open;
}

static void hasten(struct ramp_progress *progress, double length)
{
	double left = ramp_progress_left(progress);

	if (left > length) {
		double part = length / left;

		progress->length *= part;
		progress->position *= part;
	}
}

void gate_move(struct gate *gate, bool open, double length)
{
	if (length <= 0) {
		gate_init(gate, open);
	} else if (!open && gate->falling) {
		hasten(&gate->fall, length);
	} else if (!open && gate->rising) {
		gate->fall = (struct ramp_progress){0, length};
		gate->falling = true;
	} else if (open && gate->falling) {
		gate->next_rise_length = length;
	} else if (open && !gate->rising) {
		gate->rise = (struct ramp_progress){0, length};
		gate->rising = true;
	}
	gate->open = open;
}

bool gate_resting(const struct gate *gate)
{
	return !gate->falling && (!gate->rising || ramp_progress_done(&gate->rise));
}

bool gate_closed(const struct gate *gate)
{
	return !gate->falling && !gate->rising;
}

/* The factors of a block of at most GATE_BLOCK frames, within which no fall ends but at its end. */
static void fill(struct gate *gate, double *ret_factor, unsigned int frames)
{
	double fall[GATE_BLOCK];

	if (!gate->rising) {
		memset(ret_factor, 0, frames * sizeof(*ret_factor));
		return;
	}
	ramp_progress_fill(&gate->rise, ret_factor, frames);
	if (!gate->falling) {
		return;
	}
	ramp_progress_fill(&gate->fall, fall, frames);
	for (unsigned int i = 0; i < frames; i++) {
		ret_factor[i] *= 1 - fall[i];
	}
	if (ramp_progress_done(&gate->fall)) {
		gate->falling = false;
		gate->rising = gate->open;
		gate->rise = (struct ramp_progress){0, gate->next_rise_length};
	}
}

static unsigned int block_frames(const struct gate *gate, unsigned int frames)
{
	unsigned int block = frames < GATE_BLOCK ? frames : GATE_BLOCK;

	if (gate->falling && ramp_progress_left(&gate->fall) < block) {
		block = (unsigned int)ceil(ramp_progress_left(&gate->fall));
	}
	return block > 0 ? block : 1;
}

void gate_process(struct gate *gate, double *const channels[], unsigned int count,
		  unsigned int frames)
{
	for (unsigned int done = 0; done < frames;) {
		double factor[GATE_BLOCK];
		unsigned int block = block_frames(gate, frames - done);

		fill(gate, factor, block);
		for (unsigned int c = 0; c < count; c++) {
			for (unsigned int i = 0; i < block; i++) {
				channels[c][done + i] *= factor[i];
			}
		}
		done += block;
	}
}
