/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * How much a heavy test does: all of it in a plain build, a twentieth where every access is
 * watched.
 */
#ifndef WIREGAIN_TEST_EFFORT_H
#define WIREGAIN_TEST_EFFORT_H

#ifdef __has_feature
#define TEST_HAS_FEATURE(name) __has_feature(name)
#else
#define TEST_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	TEST_HAS_FEATURE(address_sanitizer) || TEST_HAS_FEATURE(thread_sanitizer)
#define TEST_IS_WATCHED 1
#else
#define TEST_IS_WATCHED 0
#endif

/* `full` in a plain build, else a twentieth of it, and at least 1. */
static inline unsigned test_effort(unsigned full)
{
	return TEST_IS_WATCHED ? (full + 19) / 20 : full;
}

#endif
