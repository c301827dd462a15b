/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain profile show.
 */
#ifndef WIREGAIN_PROFILE_SHOW_H
#define WIREGAIN_PROFILE_SHOW_H

#include <stdbool.h>

#include "profile_file.h"

/* Prints what a profile's file does, and what was not understood of it. The exit code. */
int profile_show(const struct subcommand *self, const char *path, bool json);

#endif
