/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Where the store's file is. Any thread; all: 0 or a negative errno.
 */
#ifndef WIREGAIN_PLACE_H
#define WIREGAIN_PLACE_H

#include "controls.h"

/* Makes the folders above the file, and checks that it is one, if it is there. */
int place_prepare(const char *path, struct refusal *ret_refusal);

/*
 * Claims the file for this process, until *ret_fd is closed: one amplifier for one store, whatever
 * its socket. -EBUSY when another one has it. *ret_fd is -1 in a folder for reading only.
 */
int place_lock(const char *path, int *ret_fd, struct refusal *ret_refusal);

/* Renames the file and what belongs to it to PATH.damaged, so that nothing of it is lost. */
int place_move_aside(const char *path);

#endif
