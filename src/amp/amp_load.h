/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The load of an amplifier's settings: its load.* controls looked up in the tables.
 */
#ifndef WIREGAIN_AMP_LOAD_H
#define WIREGAIN_AMP_LOAD_H

#include "amp.h"

/* Whether the load follows from this control. */
bool amp_is_of_load(enum control_id id);

/*
 * Puts the full name in place of what people write for it ("hd650"). 0, or -EINVAL with the nearest
 * names. Empty is none.
 */
int amp_complete_name(const struct amp *amp, enum control_id id, struct value *value,
		      struct refusal *ret_refusal);

/* Works amp->load out of the settings. A name that is not in the tables is as none. */
void amp_make_load(struct amp *amp);

#endif
