/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Attempts with each allocation failing in turn.
 */
#include "allocation.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EACH_OF_FIRST   100
/* An attempt that allocates for ever would make the test do so too. */
#define ALLOCATIONS_MAX 100000

static int attempt_once(allocation_attempt_fn *attempt, void *data, unsigned long n,
			enum allocation_failures failures)
{
	const long before = allocation_live();
	int result;

	allocation_arm(n, failures);
	result = attempt(data);
	allocation_disarm();
	if (allocation_live() != before) {
		allocation_print_failure();
		fail_msg("allocation %lu failed: %ld blocks left", n, allocation_live() - before);
	}
	if (result != 0 && (result != -ENOMEM || !allocation_has_failed())) {
		allocation_print_failure();
		fail_msg("allocation %lu failed: the error is %s", n, strerror(-result));
	}
	return result;
}

unsigned long allocation_fail_each(allocation_attempt_fn *attempt, void *data)
{
	return allocation_fail_some(attempt, data, 1);
}

unsigned long allocation_fail_some(allocation_attempt_fn *attempt, void *data, unsigned long step)
{
	unsigned long n = 0;

	allocation_disarm(); /* a failed test before this one may have left it armed */
	/* What libraries allocate once and keep. */
	assert_int_equal(attempt(data), 0);
	assert_int_equal(attempt_once(attempt, data, 0, ALLOCATION_FAIL_ONCE), 0);
	do {
		n += n < EACH_OF_FIRST ? 1 : step;
		assert_true(n < ALLOCATIONS_MAX);
		attempt_once(attempt, data, n, ALLOCATION_FAIL_ON);
		attempt_once(attempt, data, n, ALLOCATION_FAIL_ONCE);
	} while (allocation_has_failed());
	assert_int_equal(attempt_once(attempt, data, 0, ALLOCATION_FAIL_ONCE), 0);
	return n > EACH_OF_FIRST ? n - step : n - 1;
}
