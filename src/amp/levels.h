/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What decides how loud it may be: levels, their limits and start levels, dim, and bypass. Rules of
 * the amplifier; `v` is 0 for the headphones, 1 for line.
 */
#ifndef WIREGAIN_LEVELS_H
#define WIREGAIN_LEVELS_H

#include "amp.h"

/* A lower limit takes the level with it: what is shown is what is heard. */
void levels_hold(struct amp *amp);

/* The levels at which dim, when it is on, finds them. */
void levels_remember(struct amp *amp);

/* Within limits, and at most the start levels from now on; told in system.notice. */
void levels_lower(struct amp *amp);

/* The same for headphones that were plugged in. */
void levels_lower_plugged(struct amp *amp);

/* Of each output in half-decibels; of what is muted, what would be heard. */
void levels_hear(const struct amp *amp, int ret_heard[OUTPUTS]);

/* Lowers the levels until no output is louder than it was. */
void levels_hold_down(struct amp *amp, const int heard[OUTPUTS]);

/* Somebody wants to hear something: bypass need not wait any more. */
void levels_ask_for_bypass(struct amp *amp);

/* The knob of an output. 0, or -EPERM above its limit. */
int levels_set(struct amp *amp, int v, int level, struct refusal *ret_refusal);

/* A key that is held down on the way up pauses once before it gets loud. */
void levels_hold_step(struct amp *amp, int v, uint64_t now_ms, struct value *value);

#endif
