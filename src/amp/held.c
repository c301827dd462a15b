/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A held key on the way up.
 */
#include "held.h"

int held_level(struct held *held, int level, int wanted, int limit, uint64_t now_ms)
{
	int pause = limit - HELD_BELOW_HALF_DB;
	bool goes_on = now_ms != 0 && held->last_ms != 0 && now_ms - held->last_ms < HELD_MS;

	if (wanted <= level) {
		held->last_ms = 0;
		return wanted;
	}
	held->last_ms = now_ms;
	if (!goes_on) {
		held->may_pass = level >= pause;
		return wanted;
	}
	if (held->may_pass || wanted <= pause) {
		return wanted;
	}
	return level > pause ? level : pause;
}
