/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What belongs to each output: its word, its channels, and its device's rows of the controls table.
 */
#ifndef WIREGAIN_OUTPUTS_H
#define WIREGAIN_OUTPUTS_H

#include "controls.h"
#include "plan.h"

struct output_row {
	const char *name; /* "headphone" */
	enum channel first;
	unsigned int channels; /* from `first` on */
	enum control_id device, device_volume, device_state;
};

extern const struct output_row output_rows[OUTPUTS];

#endif
