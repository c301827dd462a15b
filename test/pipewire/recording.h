/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the test's recorder writes and its tests read: one record for each cycle of the graph.
 */
#ifndef WIREGAIN_TEST_RECORDING_H
#define WIREGAIN_TEST_RECORDING_H

#include <stdint.h>

#define RECORDING_CHANNELS 2

/* Then, for each channel, `frames` floats. */
struct recorded_cycle {
	uint64_t position; /* of the first frame, on the graph's clock */
	uint64_t nsec;
	uint32_t clock_id;
	uint32_t rate_hz;
	uint32_t frames;
	uint32_t channels;
};

#endif
