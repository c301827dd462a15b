/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The audio thread's part of a device under test in real time.
 */
#include <string.h>

#include "live.h"

void live_play(struct live_tape *tape, float *left, float *right, size_t frames)
{
	size_t count = 0;

	if (atomic_load_explicit(&tape->running, memory_order_acquire)) {
		count = tape->frames - tape->played;
		count = count < frames ? count : frames;
		memcpy(left, tape->in[0] + tape->played, count * sizeof(*left));
		memcpy(right, tape->in[1] + tape->played, count * sizeof(*right));
		tape->played += count;
	}
	memset(left + count, 0, (frames - count) * sizeof(*left));
	memset(right + count, 0, (frames - count) * sizeof(*right));
}

void live_record(struct live_tape *tape, const float *left, const float *right, size_t frames)
{
	size_t count;

	if (!atomic_load_explicit(&tape->running, memory_order_acquire)) {
		return;
	}
	count = tape->frames - tape->recorded;
	count = count < frames ? count : frames;
	memcpy(tape->out[0] + tape->recorded, left, count * sizeof(*left));
	memcpy(tape->out[1] + tape->recorded, right, count * sizeof(*right));
	tape->recorded += count;
	if (tape->recorded == tape->frames) {
		atomic_store_explicit(&tape->running, false, memory_order_release);
	}
}
