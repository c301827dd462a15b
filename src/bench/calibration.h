/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a voltmeter said of a sound card's output, and what its input made of it: kept in one file,
 * for each pair of devices.
 */
#ifndef WIREGAIN_CALIBRATION_H
#define WIREGAIN_CALIBRATION_H

#include "controls.h"

#define CALIBRATION_NAME  96
#define CALIBRATION_VOLTS 100.0 /* rms: nothing that a sound card drives gives more */

struct calibration {
	char playback[CALIBRATION_NAME], capture[CALIBRATION_NAME]; /* ALSA devices */
	char playback_card[CALIBRATION_NAME]; /* which card that was then; empty: not known */
	char capture_card[CALIBRATION_NAME];
	double output_vrms; /* that 0 dBFS gives at the output */
	double input_vrms;  /* that gives 0 dBFS at the input */
	double rate_hz;
	char date[32];
};

/* Whether both full scales are volts that can be. 0, or -EINVAL with the reason. */
int calibration_check(const struct calibration *calibration, struct refusal *ret_refusal);

/*
 * That of a pair of devices, from the file. 0; -ENOENT when there is none, or no file; or another
 * negative errno with the reason, when the file is no such file or says what cannot be.
 */
int calibration_load(const char *path, const char *playback, const char *capture,
		     struct calibration *ret_calibration, struct refusal *ret_refusal);

/*
 * Puts it into the file in place of what there is of these devices, and makes the file's folders.
 * 0 or a negative errno with the reason, and then the file is as it was.
 */
int calibration_store(const char *path, const struct calibration *calibration,
		      struct refusal *ret_refusal);

#endif
