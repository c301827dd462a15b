/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The audio thread's part of a device under test in real time.
 */
#include <string.h>

#include "live.h"

/*
 * Whoever comes in says so before looking at the state: so the main thread, which changes the state
 * before it looks who is inside, never takes away what is in use. Both are sequentially consistent.
 */
static enum tape_state enter(struct live_tape *tape)
{
	atomic_fetch_add(&tape->inside, 1);
	return atomic_load(&tape->state);
}

static void leave(struct live_tape *tape)
{
	atomic_fetch_sub(&tape->inside, 1);
}

static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

void live_play(struct live_tape *tape, float *left, float *right, size_t frames)
{
	enum tape_state state = enter(tape);
	size_t count = 0;

	if (state == TAPE_READY &&
	    atomic_compare_exchange_strong(&tape->state, &state, TAPE_RUNS)) {
		state = TAPE_RUNS;
	}
	if (state == TAPE_RUNS) {
		count = lesser(tape->frames - tape->played, frames);
		memcpy(left, tape->in[0] + tape->played, count * sizeof(*left));
		memcpy(right, tape->in[1] + tape->played, count * sizeof(*right));
		tape->played += count;
	}
	leave(tape);
	memset(left + count, 0, (frames - count) * sizeof(*left));
	memset(right + count, 0, (frames - count) * sizeof(*right));
}

void live_record(struct live_tape *tape, const float *left, const float *right, size_t frames)
{
	if (enter(tape) == TAPE_RUNS) {
		const size_t count = lesser(tape->frames - tape->recorded, frames);

		memcpy(tape->out[0] + tape->recorded, left, count * sizeof(*left));
		memcpy(tape->out[1] + tape->recorded, right, count * sizeof(*right));
		tape->recorded += count;
		if (tape->recorded == tape->frames) {
			atomic_store(&tape->state, TAPE_STILL);
		}
	}
	leave(tape);
}

void live_follow(struct live_tape *tape, struct live_clock *clock, uint64_t position, size_t frames)
{
	if (clock->runs && position != clock->next) {
		atomic_fetch_add(&tape->lost, 1);
	}
	clock->next = position + frames;
	clock->runs = true;
}
