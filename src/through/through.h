/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the bench can measure through, by name: the path in process, or a real server or sound card.
 */
#ifndef WIREGAIN_THROUGH_H
#define WIREGAIN_THROUGH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "dut.h"

struct through_config {
	const char *name;               /* "path", "pipewire", "jack", "device" */
	const char *playback, *capture; /* of "device": ALSA devices */
	double rate_hz;                 /* of "device" */
	double full_scale_vrms;         /* of "device": of its output; 0: not known */
	double input_vrms;        /* of "device": that give 0 dBFS at its input; 0: not known */
	const _Atomic bool *stop; /* set: opening and runs end with -ECANCELED */
	bool freewheel;           /* of "pipewire" and "jack": as fast as it goes */
};

/*
 * Opens it. 0 or a negative errno with the reason: -ENOENT for an unknown name, -ENOTSUP for what
 * this program was built without.
 */
int through_open(const struct through_config *config, struct dut **ret_dut,
		 struct refusal *ret_refusal);

/* A sine that "device" plays on both sides for as long as somebody reads a voltmeter. */
struct through_tone;

/* What the input hears of it: linear peaks, and the rms of what is not the tone. */
struct tone_heard {
	double amplitude[2], rest_rms[2];
	bool clipped;
};

/*
 * Fades it in over 2 s, to `level_db` in dBFS and no more. 0 or a negative errno with the reason;
 * through_tone_stop(), which fades it out, in the first case.
 */
int through_tone_start(const struct through_config *config, double hz, double level_db,
		       struct through_tone **ret_tone, struct refusal *ret_refusal);
void through_tone_stop(struct through_tone *tone);

/*
 * Listens for half a second, once the tone stands. 0; -ECANCELED once *stop; or another negative
 * errno with the reason.
 */
int through_tone_hear(struct through_tone *tone, double hz, const _Atomic bool *stop,
		      struct tone_heard *ret_heard, struct refusal *ret_refusal);

/* Which card an ALSA device is now; empty where that is not known. */
void through_card_name(const char *device, bool capture, char *ret_name, size_t size);

#endif
