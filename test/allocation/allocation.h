/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures on demand. It replaces malloc and its relatives for the whole process, so
 * that what jansson, SQLite, libsndfile and the C library allocate fails too. Beside a sanitizer it
 * stands before the sanitizer's own functions.
 */
#ifndef WIREGAIN_TEST_ALLOCATION_H
#define WIREGAIN_TEST_ALLOCATION_H

#include <stdbool.h>

enum allocation_failures {
	ALLOCATION_FAIL_ONCE, /* the n-th allocation alone */
	ALLOCATION_FAIL_ON,   /* and all after it */
};

/* The n-th allocation from now on, of any thread, fails. n = 0: only counts. */
void allocation_arm(unsigned long n, enum allocation_failures failures);

/* No more failures. Returns the number of allocations since allocation_arm(). */
unsigned long allocation_disarm(void);

/*
 * What a library allocates by itself does not fail: "libsndfile". NULL: of none. For those that
 * crash without memory, which is not ours to repair.
 */
void allocation_spare(const char *library);

/* For what an attempt does that is not tried: no failures in between. */
void allocation_pause(void);
void allocation_resume(void);

/* Blocks that are allocated and not freed, of all threads. */
long allocation_live(void);

/* Prints to standard error from where the allocation was called that failed last. */
void allocation_print_failure(void);

/*
 * One attempt, from a fresh start to the end: what it allocates it frees. 0 when everything was
 * done, and then it has checked the result; else the error as a negative errno, and then it has
 * checked that nothing has changed.
 */
typedef int allocation_attempt_fn(void *data);

/*
 * Makes an attempt without a failure, then one with each allocation failing in turn, alone and with
 * all after it, until an attempt allocates no more. Fails the cmocka test when an attempt ends with
 * an error other than -ENOMEM, when a block is left, or when an attempt without a failure does not
 * succeed. Returns how many different allocations have failed.
 */
unsigned long allocation_fail_each(allocation_attempt_fn *attempt, void *data);

/* The same for many allocations of one kind: the first 100, then each `step`-th. */
unsigned long allocation_fail_some(allocation_attempt_fn *attempt, void *data, unsigned long step);

/* For the attempt: whether an allocation has failed. */
bool allocation_has_failed(void);

#endif
