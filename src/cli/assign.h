/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * --set PATH=VALUE of subcommands that have an amplifier of their own.
 */
#ifndef WIREGAIN_ASSIGN_H
#define WIREGAIN_ASSIGN_H

#include "amp.h"
#include "cli.h"

/* Carries out "PATH=VALUE". EXIT_DONE, or EXIT_WRONG and has said why. */
int assign(const struct subcommand *self, struct amp *amp, const char *text);

#endif
