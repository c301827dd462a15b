/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a locked panel may still do: make it quieter. A pure function; who is locked is for the
 * surfaces to know.
 */
#ifndef WIREGAIN_LOCK_H
#define WIREGAIN_LOCK_H

#include "amp.h"

/*
 * Levels may be lowered, mutes and dim be switched either way, and what is sent back as it is
 * changes nothing. 0, or -EPERM with the reason.
 */
int lock_check(const struct amp *amp, const struct command *command, struct refusal *ret_refusal);

#endif
