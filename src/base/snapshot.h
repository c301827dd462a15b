/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A snapshot: the newest value of a structure, handed from one thread to another without a lock.
 * One thread writes, one reads, neither ever waits, and the reader never sees half a value.
 * Three copies: the writer owns one, the reader one, and the third waits between them.
 */
#ifndef WIREGAIN_SNAPSHOT_H
#define WIREGAIN_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

struct snapshot {
	unsigned char *slots; /* three of `size` bytes each, the caller's */
	size_t size;
	_Atomic unsigned int between; /* the waiting slot; SNAPSHOT_FRESH while it is unread */
	unsigned int writing;         /* the writer's slot */
	unsigned int reading;         /* the reader's slot */
};

/*
 * Makes a snapshot over `slots`, an array of three structures of `size` bytes that outlives it.
 * All three should hold the same first value. Before either thread starts.
 */
void snapshot_init(struct snapshot *snapshot, void *slots, size_t size);

/* Writer: the slot to fill whole; what it holds is an older value. */
void *snapshot_slot(struct snapshot *snapshot);

/* Writer: makes the filled slot the newest value; the slot is another one afterwards. */
void snapshot_publish(struct snapshot *snapshot);

/* Reader: the newest value, its own until the next call. *ret_fresh (or NULL): published since. */
const void *snapshot_read(struct snapshot *snapshot, bool *ret_fresh);

#endif
