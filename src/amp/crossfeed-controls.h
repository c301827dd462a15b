/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Rules of the crossfeed's controls: presets are names for separation, delay and cut, and the angle
 * is the delay in other words. Main thread.
 */
#ifndef WIREGAIN_CROSSFEED_CONTROLS_H
#define WIREGAIN_CROSSFEED_CONTROLS_H

#include <stdbool.h>

#include "amp.h"

/* Whether a control is one of those that hang together. */
bool crossfeed_controls_own(enum control_id id);

/* Sets one of them to a valid value, and what hangs on it. */
void crossfeed_controls_set(struct amp *amp, enum control_id id, const struct value *value);

/* The angle that the delay stands for, in whole degrees. */
double crossfeed_controls_angle(const struct amp *amp);

#endif
