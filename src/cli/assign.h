/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * --set PATH=VALUE of subcommands that have an amplifier of their own.
 */
#ifndef WIREGAIN_ASSIGN_H
#define WIREGAIN_ASSIGN_H

#include "amp.h"
#include "cli.h"

/* Reads "PATH=VALUE", and carries it out; each GO_ON, or EXIT_WRONG and has said why. */
int assign_read(const struct subcommand *self, const char *text, struct command *ret_command);
int assign_do(const struct subcommand *self, struct amp *amp, const struct command *command);

/* Both. */
int assign(const struct subcommand *self, struct amp *amp, const char *text);

#endif
