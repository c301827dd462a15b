/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A held key on the way up: steps that come less than 150 ms apart are one press, and a press that
 * began 20 dB or more below the limit ends there once. Another press goes on. Time is handed in.
 */
#ifndef WIREGAIN_HELD_H
#define WIREGAIN_HELD_H

#include <stdbool.h>
#include <stdint.h>

#define HELD_MS            150
#define HELD_BELOW_HALF_DB 40 /* of the limit */

struct held {
	uint64_t last_ms; /* of the last step up; 0: none */
	bool may_pass;    /* this press began at the pause or beyond */
};

/*
 * The level that a step from `level` up to `wanted` may take, half-decibels. `now_ms` 0: the time
 * is not known, and it is no held key.
 */
int held_level(struct held *held, int level, int wanted, int limit, uint64_t now_ms);

#endif
