/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the bench can measure through, by name: the path in process, or a real server or sound card.
 */
#ifndef WIREGAIN_THROUGH_H
#define WIREGAIN_THROUGH_H

#include <stdbool.h>

#include "dut.h"

struct through_config {
	const char *name;               /* "path", "pipewire", "jack", "device" */
	const char *playback, *capture; /* of "device": ALSA devices */
	double rate_hz;                 /* of "device" */
	double full_scale_vrms;         /* of "device"; 0: not known */
	const _Atomic bool *stop;       /* set: opening and runs end with -ECANCELED */
	bool freewheel;                 /* of "pipewire" and "jack": as fast as it goes */
};

/*
 * Opens it. 0 or a negative errno with the reason: -ENOENT for an unknown name, -ENOTSUP for what
 * this program was built without.
 */
int through_open(const struct through_config *config, struct dut **ret_dut,
		 struct refusal *ret_refusal);

#endif
