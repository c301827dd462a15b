/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hand-over: what the audio thread lets another thread measure, in a lock-free ring of blocks.
 * Functions are grouped by the thread that may call them. Neither side waits: when the reader is
 * late, frames are lost, and counted.
 */
#ifndef WIREGAIN_HANDOVER_H
#define WIREGAIN_HANDOVER_H

#include <stdatomic.h>
#include <stdint.h>

#define HANDOVER_FRAMES 256
#define HANDOVER_BLOCKS 256 /* 1.4 s at 48 kHz, 0.34 s at 192 kHz; a power of two */

/* Where it is measured, each on two sides. */
enum meter_point {
	METER_INPUT, /* the selected one, before its trim */
	METER_HEADPHONE,
	METER_LINE,
	METER_POINTS,
};

/* Frames of one rate and one selected input. */
struct handover_block {
	uint32_t frames; /* 1 to HANDOVER_FRAMES */
	int input;
	double rate_hz;
	float samples[METER_POINTS][2][HANDOVER_FRAMES];
};

struct handover {
	_Atomic uint32_t written; /* blocks, counted on; the audio thread's */
	_Atomic uint32_t read;    /* the reader's */
	_Atomic uint64_t lost_frames;
	uint32_t filled; /* frames of the block under way; the audio thread's */
	struct handover_block blocks[HANDOVER_BLOCKS];
};

/* Before either thread: zeros. */

/*
 * Audio thread: hands over `frames` frames. `samples`: as in a block, NULL for silence. They reach
 * the reader when a block is full, and when input or rate change.
 */
void handover_put(struct handover *handover, const float *const samples[METER_POINTS][2],
		  uint32_t frames, int input, double rate_hz);

/* Reader: the oldest block that it has not taken, or NULL; handover_take() gives it back. */
const struct handover_block *handover_peek(struct handover *handover);
void handover_take(struct handover *handover);

/* Any thread: frames that were lost up to now. */
uint64_t handover_lost(const struct handover *handover);

#endif
