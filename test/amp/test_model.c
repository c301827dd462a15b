/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The promises of safety, after every one of a million random steps. `test_model SECONDS` goes on
 * for so long with new seeds; `test_model seed N` repeats one session and tells what happens in it.
 *
 * A session that fails is repeated with ever more of its steps left out, until each of the rest is
 * needed; these are told.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "effort.h"
#include "model.h"

#define PROMISE  strlen("promise 1") /* of the text: a failure of the same kind */
#define SESSIONS 250                 /* of 4000 steps: a million */

static struct model *model;

/* Leaves out what can be left out: halves first, then ever smaller parts. */
static void shrink(uint64_t seed, struct model_failure *failure, bool left_out[MODEL_STEPS])
{
	static unsigned int acts[MODEL_STEPS];
	unsigned int count = 0;

	for (unsigned int step = 0; step <= failure->step; step++) {
		left_out[step] = false;
		if (model_acts(seed, step)) {
			acts[count++] = step;
		}
	}
	for (unsigned int part = (count + 1) / 2; part > 0; part /= 2) {
		for (unsigned int from = 0; from < count; from += part) {
			bool before[MODEL_STEPS];
			struct model_failure again;

			memcpy(before, left_out, sizeof(before));
			for (unsigned int i = from; i < from + part && i < count; i++) {
				left_out[acts[i]] = true;
			}
			if (model_run(model, seed, failure->step + 1, left_out, false, &again) ||
			    strncmp(again.what, failure->what, PROMISE) != 0) {
				memcpy(left_out, before, sizeof(before));
			} else {
				*failure = again;
			}
		}
	}
}

static bool run_session(uint64_t seed)
{
	static bool left_out[MODEL_STEPS];
	struct model_failure failure;

	if (model_run(model, seed, MODEL_STEPS, NULL, false, &failure)) {
		return true;
	}
	printf("seed %" PRIu64 ", step %u: %s\n", seed, failure.step, failure.what);
	printf("what it takes:\n");
	fflush(stdout);
	shrink(seed, &failure, left_out);
	model_run(model, seed, failure.step + 1, left_out, true, &failure);
	printf("step %u: %s\n", failure.step, failure.what);
	return false;
}

static void test_a_million_steps_keep_the_promises(void **state)
{
	unsigned int sessions = test_effort(SESSIONS);

	for (unsigned int i = 0; i < sessions; i++) {
		assert_true(run_session(i));
	}
	print_message("figure: model_steps %u\n", sessions * MODEL_STEPS);
}

/* With seeds of its own each time. */
static int soak(double seconds)
{
	uint64_t seed = (uint64_t)time(NULL) * 1000;
	time_t end = time(NULL) + (time_t)seconds;
	unsigned int sessions = 0;

	while (time(NULL) < end) {
		if (!run_session(seed + sessions++)) {
			return 1;
		}
	}
	printf("%u sessions from seed %" PRIu64 ", %u steps: every promise kept\n", sessions, seed,
	       sessions * MODEL_STEPS);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_million_steps_keep_the_promises),
	};
	struct model_failure failure;
	int status;

	model = model_create();
	if (!model) {
		return 1;
	}
	if (argc == 3 && strcmp(argv[1], "seed") == 0) {
		status = !model_run(model, strtoull(argv[2], NULL, 10), MODEL_STEPS, NULL, true,
				    &failure);
		printf("%s\n", status ? failure.what : "every promise kept");
	} else if (argc == 2) {
		status = soak(atof(argv[1]));
	} else {
		status = cmocka_run_group_tests(tests, NULL, NULL);
	}
	model_destroy(model);
	return status;
}
