/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Which input is selected, which may be, and whose levels it brings along. Rules of the amplifier;
 * inputs count from 0.
 */
#ifndef WIREGAIN_INPUTS_H
#define WIREGAIN_INPUTS_H

#include "amp.h"

/* Selects an input, with its levels. 0, or -EPERM when it is not enabled. */
int inputs_select(struct amp *amp, int input, struct refusal *ret_refusal);

/* The next or the previous one that is enabled, so many times. */
int inputs_step(struct amp *amp, int steps, struct refusal *ret_refusal);

/* 0, or -EPERM: the selected one stays enabled. */
int inputs_enable(struct amp *amp, int input, int on, struct refusal *ret_refusal);

/* A memory begins with the levels of now, and so do the shared ones that it parts from. */
void inputs_set_memory(struct amp *amp, int input, int on);

#endif
