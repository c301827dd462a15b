/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The hand-over: every frame comes through once and in its order, or is counted as lost.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "effort.h"
#include "handover.h"

#define ROOM ((uint32_t)HANDOVER_BLOCKS * HANDOVER_FRAMES)

/* Frames that hold their own numbers, so that each is known again. */
static uint32_t put(struct handover *handover, uint32_t number, uint32_t frames, int input,
		    double rate_hz)
{
	static _Thread_local float numbers[8192];
	const float *const samples[METER_POINTS][2] = {
		[METER_INPUT] = {numbers, NULL},
		[METER_LINE] = {NULL, numbers},
	};

	for (uint32_t i = 0; i < frames; i++) {
		numbers[i] = (float)((number + i) % 1000000);
	}
	handover_put(handover, samples, frames, input, rate_hz);
	return number + frames;
}

static struct handover *create(void)
{
	struct handover *handover = calloc(1, sizeof(*handover));

	assert_non_null(handover);
	return handover;
}

static void test_order_and_silence(void **state)
{
	struct handover *handover = create();
	uint32_t put_in = 0, taken = 0;
	const struct handover_block *block;

	assert_null(handover_peek(handover));
	for (uint32_t i = 1; i < 300; i++) {
		put_in = put(handover, put_in, i, 2, 48000);
		while ((block = handover_peek(handover)) != NULL) {
			assert_int_equal(block->frames, HANDOVER_FRAMES);
			assert_int_equal(block->input, 2);
			for (uint32_t k = 0; k < block->frames; k++) {
				assert_true(block->samples[METER_INPUT][0][k] == (float)taken);
				assert_true(block->samples[METER_LINE][1][k] == (float)taken);
				assert_true(block->samples[METER_INPUT][1][k] == 0);
				assert_true(block->samples[METER_HEADPHONE][0][k] == 0);
				taken++;
			}
			handover_take(handover);
		}
	}
	assert_true(put_in - taken < HANDOVER_FRAMES);
	assert_int_equal(handover_lost(handover), 0);
	free(handover);
}

static void test_a_block_has_one_input_and_rate(void **state)
{
	struct handover *handover = create();
	const struct handover_block *block;

	put(handover, 0, 10, 0, 48000);
	put(handover, 0, 20, 1, 48000);
	put(handover, 0, 30, 1, 96000);
	block = handover_peek(handover);
	assert_true(block->frames == 10 && block->input == 0 && block->rate_hz == 48000);
	handover_take(handover);
	block = handover_peek(handover);
	assert_true(block->frames == 20 && block->input == 1 && block->rate_hz == 48000);
	handover_take(handover);
	assert_null(handover_peek(handover));
	free(handover);
}

/* A reader that stalls: what there is no room for is counted, and what has room is whole. */
static void test_a_late_reader_loses_and_knows_how_much(void **state)
{
	struct handover *handover = create();
	uint32_t number = 0, taken = 0;
	const struct handover_block *block;

	while (number < ROOM + 100 * 1000) {
		number = put(handover, number, 1000, 0, 48000);
	}
	assert_int_equal(handover_lost(handover), number - ROOM);
	while ((block = handover_peek(handover)) != NULL) {
		assert_true(block->samples[METER_INPUT][0][0] == (float)taken);
		taken += block->frames;
		handover_take(handover);
	}
	assert_int_equal(taken, ROOM);
	put(handover, 5, HANDOVER_FRAMES, 0, 48000);
	assert_true(handover_peek(handover)->samples[METER_INPUT][0][0] == 5);
	assert_int_equal(handover_lost(handover), number - ROOM);
	free(handover);
}

struct race {
	struct handover handover;
	uint32_t frames;
	_Atomic bool done;
};

static void *write_all(void *data)
{
	struct race *race = data;
	uint32_t number = 0, step = 1;

	while (number < race->frames) {
		number = put(&race->handover, number, step, 0, 48000);
		step = step * 7 % 1021 + 1;
		if (step % 64 == 0) {
			sched_yield();
		}
	}
	race->frames = number;
	atomic_store(&race->done, true);
	return NULL;
}

/* Two threads: a block is never half of one. The reader is now faster, now slower. */
static void test_two_threads(void **state)
{
	struct race *race = calloc(1, sizeof(*race));
	uint32_t taken = 0, blocks = 0;
	pthread_t thread;
	bool done = false;

	assert_non_null(race);
	race->frames = test_effort(20) * 1000000;
	assert_int_equal(pthread_create(&thread, NULL, write_all, race), 0);
	while (true) {
		const struct handover_block *block;

		done = atomic_load(&race->done);
		block = handover_peek(&race->handover);
		if (!block) {
			if (done) {
				break;
			}
			sched_yield();
			continue;
		}
		for (uint32_t k = 1; k < block->frames; k++) {
			float step = block->samples[METER_INPUT][0][k] -
				     block->samples[METER_INPUT][0][k - 1];

			/* What is lost is lost between blocks; numbers start anew at a million. */
			assert_true(step == 1 || step == -999999);
		}
		taken += block->frames;
		handover_take(&race->handover);
		if (++blocks % 4096 == 0) {
			sched_yield();
		}
	}
	pthread_join(thread, NULL);
	assert_int_equal(taken + handover_lost(&race->handover) + race->handover.filled,
			 race->frames);
	free(race);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_silence),
		cmocka_unit_test(test_a_block_has_one_input_and_rate),
		cmocka_unit_test(test_a_late_reader_loses_and_knows_how_much),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
