/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The seeding of the dither's generators.
 */
#include "ops.h"

/* splitmix64 of S. Vigna: a bijection of a counter, so no two of its numbers are alike. */
static uint64_t splitmix64(uint64_t *counter)
{
	uint64_t z = *counter += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* A lane takes two numbers, of which one at most is 0: never the state that would stay 0. */
void dither_init(struct dither *dither, uint64_t seed)
{
	for (unsigned int lane = 0; lane < DITHER_LANES; lane++) {
		const uint64_t low = splitmix64(&seed);
		const uint64_t high = splitmix64(&seed);

		dither->state[0][lane] = (uint32_t)low;
		dither->state[1][lane] = (uint32_t)(low >> 32);
		dither->state[2][lane] = (uint32_t)high;
		dither->state[3][lane] = (uint32_t)(high >> 32);
	}
}
