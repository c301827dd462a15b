/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * From the amplifier's state what its guards shall hold. Pure functions.
 *
 * The headphones' peak ceiling is the least of full scale and of what the load makes of the
 * amplifier's volts, its amperes, and protect.spl_limit: the peak of the sine that just reaches
 * them, so no moment of any signal is louder than that sine. The watts that the headphone bears are
 * no peak ceiling but go to the thermal model (dsp/coil.h).
 */
#ifndef WIREGAIN_PROTECT_H
#define WIREGAIN_PROTECT_H

#include "controls.h"
#include "guard.h"

struct amp;

/* What sets the headphones' ceiling; in the order of the choices of protect.ceiling_by. */
enum protect_ceiling {
	CEILING_FULL_SCALE,
	CEILING_VOLTS,
	CEILING_AMPERES,
	CEILING_SPL,
	CEILING_SPL_UNKNOWN, /* there is a limit, and nothing that it could be worked out from */
};

/* What acts on the headphones; in the order of the choices of protect.acting. */
enum protect_acting {
	ACTING_NONE,
	ACTING_LIMITER,
	ACTING_VOLTS,
	ACTING_AMPERES,
	ACTING_SPL,
	ACTING_THERMAL,
};

/* Whether there is no limit of SPL, or it can be held. */
bool protect_knows_limit(const struct amp *amp);

/* The rules of an output's guard. All bytes of *ret_rules that count are set. */
void protect_make_rules(const struct amp *amp, enum output output, struct guard_rules *ret_rules);

/* The headphones' linear ceiling, at most 1, and what sets it. */
double protect_ceiling(const struct amp *amp, enum protect_ceiling *ret_by);

#endif
