/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the test's players send: every sample is a function of the graph's clock, so that what was
 * recorded says when each sample was sent, whoever started first.
 */
#ifndef WIREGAIN_TEST_PATTERN_H
#define WIREGAIN_TEST_PATTERN_H

#include <stdint.h>

/*
 * A pattern: another number for each frame and channel, exact in a float, at most a half.
 * (Finalizer of MurmurHash3 by A. Appleby.)
 */
static inline float pattern_sample(uint64_t position, unsigned int channel)
{
	uint64_t x = position * 2 + channel + 1;

	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdu;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53u;
	x ^= x >> 33;
	return (float)((int32_t)(x >> 40) - 0x800000) * 0x1p-24f;
}

#endif
