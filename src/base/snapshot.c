/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A snapshot as a triple buffer; each side exchanges its own slot for the one between them.
 */
#include "snapshot.h"

#include <stdatomic.h>

#define SNAPSHOT_FRESH 4u

void snapshot_init(struct snapshot *snapshot, void *slots, size_t size)
{
	snapshot->slots = slots;
	snapshot->size = size;
	snapshot->writing = 0;
	snapshot->reading = 1;
	atomic_init(&snapshot->between, 2u);
}

void *snapshot_slot(struct snapshot *snapshot)
{
	return snapshot->slots + snapshot->writing * snapshot->size;
}

void snapshot_publish(struct snapshot *snapshot)
{
	unsigned int old = atomic_exchange_explicit(
		&snapshot->between, snapshot->writing | SNAPSHOT_FRESH, memory_order_acq_rel);

	snapshot->writing = old & ~SNAPSHOT_FRESH;
}

const void *snapshot_read(struct snapshot *snapshot, bool *ret_fresh)
{
	bool fresh = (atomic_load_explicit(&snapshot->between, memory_order_relaxed) &
		      SNAPSHOT_FRESH) != 0;

	if (fresh) {
		unsigned int old = atomic_exchange_explicit(&snapshot->between, snapshot->reading,
							    memory_order_acq_rel);
		snapshot->reading = old & ~SNAPSHOT_FRESH;
	}
	if (ret_fresh) {
		*ret_fresh = fresh;
	}
	return snapshot->slots + snapshot->reading * snapshot->size;
}
