/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hand-over. handover_put() and what it calls run on the audio thread.
 */
#include "handover.h"

#include <string.h>

static struct handover_block *block_of(struct handover *handover, uint32_t number)
{
	return &handover->blocks[number % HANDOVER_BLOCKS];
}

static void publish(struct handover *handover)
{
	uint32_t written = atomic_load_explicit(&handover->written, memory_order_relaxed);

	block_of(handover, written)->frames = handover->filled;
	handover->filled = 0;
	atomic_store_explicit(&handover->written, written + 1, memory_order_release);
}

/* The block to write on in, begun if need be. NULL while the reader has not made room. */
static struct handover_block *block_under_way(struct handover *handover, int input, double rate_hz)
{
	uint32_t written = atomic_load_explicit(&handover->written, memory_order_relaxed);
	struct handover_block *block = block_of(handover, written);

	if (handover->filled > 0 && (block->input != input || block->rate_hz != rate_hz)) {
		publish(handover);
		block = block_of(handover, ++written);
	}
	if (handover->filled == 0) {
		uint32_t read = atomic_load_explicit(&handover->read, memory_order_acquire);

		if (written - read == HANDOVER_BLOCKS) {
			return NULL;
		}
		block->input = input;
		block->rate_hz = rate_hz;
	}
	return block;
}

static void lose(struct handover *handover, uint32_t frames)
{
	uint64_t lost = atomic_load_explicit(&handover->lost_frames, memory_order_relaxed);

	atomic_store_explicit(&handover->lost_frames, lost + frames, memory_order_relaxed);
}

static void copy(float *to, const float *from, uint32_t at, uint32_t frames)
{
	if (from) {
		memcpy(to, from + at, frames * sizeof(*to));
	} else {
		memset(to, 0, frames * sizeof(*to));
	}
}

void handover_put(struct handover *handover, const float *const samples[METER_POINTS][2],
		  uint32_t frames, int input, double rate_hz)
{
	for (uint32_t done = 0; done < frames;) {
		struct handover_block *block = block_under_way(handover, input, rate_hz);
		uint32_t room = HANDOVER_FRAMES - handover->filled;
		uint32_t part = frames - done < room ? frames - done : room;

		if (!block) {
			lose(handover, frames - done);
			return;
		}
		for (int point = 0; point < METER_POINTS; point++) {
			for (int side = 0; side < 2; side++) {
				copy(block->samples[point][side] + handover->filled,
				     samples[point][side], done, part);
			}
		}
		handover->filled += part;
		done += part;
		if (handover->filled == HANDOVER_FRAMES) {
			publish(handover);
		}
	}
}

const struct handover_block *handover_peek(struct handover *handover)
{
	uint32_t read = atomic_load_explicit(&handover->read, memory_order_relaxed);
	uint32_t written = atomic_load_explicit(&handover->written, memory_order_acquire);

	return read == written ? NULL : block_of(handover, read);
}

void handover_take(struct handover *handover)
{
	uint32_t read = atomic_load_explicit(&handover->read, memory_order_relaxed);

	atomic_store_explicit(&handover->read, read + 1, memory_order_release);
}

uint64_t handover_lost(const struct handover *handover)
{
	return atomic_load_explicit(&handover->lost_frames, memory_order_relaxed);
}
