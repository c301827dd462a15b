/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Volts of a sound card: `wiregain bench --calibrate` takes them from a voltmeter and keeps them,
 * later runs through the same devices use them.
 */
#ifndef WIREGAIN_BENCH_CALIBRATE_H
#define WIREGAIN_BENCH_CALIBRATE_H

#include <stdatomic.h>

#include "calibration.h"
#include "cli.h"
#include "through.h"

struct calibrate_request {
	double level_db;  /* dBFS that is played */
	double read_vrms; /* what the meter says of it; NAN: the user is asked */
	bool json;
};

/* "1.23", "1.23 V", "850 mV". 0, or -EINVAL with the reason. */
int bench_read_volts(const char *text, double *ret_vrms, struct refusal *ret_refusal);

/* Plays, asks, and keeps; until *stop. An exit code. */
int bench_calibrate(const struct subcommand *self, const struct through_config *config,
		    const struct calibrate_request *request, const _Atomic bool *stop);

/*
 * Puts what is kept of the devices into the config, unless it has volts already, and says of the
 * volts where they are from. 0, or a negative errno with the reason when the file is damaged.
 */
int bench_take_calibration(struct through_config *config, char ret_note[240],
			   struct refusal *ret_refusal);

#endif
