/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A render: files through the amplifier into a file, as fast as the machine goes. It starts from a
 * given state with its outputs open, knows of no running amplifier, and gives the same bytes each
 * time. One thread for each render; renders share nothing.
 */
#ifndef WIREGAIN_RENDER_H
#define WIREGAIN_RENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "amp.h"
#include "automation.h"
#include "ops.h"
#include "programme.h"

struct render_job {
	const char *in;             /* plays into every input that has no file of its own */
	const char *inputs[INPUTS]; /* a file for one input, or NULL; the rate of `in` */
	const char *out;            /* NULL: nothing is written */
	enum output output;
	enum sample_format format;
	bool format_free; /* no `format` was asked for: that of `in` */
	const struct amp *amp;
	const struct automation *automation;
	struct programme *programme; /* the caller's: measures what leaves; NULL: nothing is */

	/* Shared with whoever watches. */
	_Atomic uint64_t frames_done;
	_Atomic uint64_t frames; /* 0 while unknown */
	_Atomic bool *cancel;    /* set: stop, and leave nothing */
};

struct render_result {
	uint64_t frames;
	int rate_hz;
	uint64_t nonfinite_samples;
	uint64_t limited_frames;
	bool cut_off;   /* an input held less than its header says */
	bool bit_exact; /* every block left as it came */
	bool dithered;
	bool wide; /* more than two channels, measured as they are */
};

/*
 * Renders. `programme` is set up for the rate and the channels: one where a mono file or the sub
 * leaves. Where nothing is written, a file of 3 to 5 channels (left, right, centre, left and right
 * surround; four are two and two surrounds) is measured as it is, for there is no path for it. 0 or
 * a negative errno with the file and the reason, -ECANCELED when it was cancelled; then what stood
 * under the name of the output still does.
 */
int render(struct render_job *job, struct render_result *ret_result, struct refusal *ret_refusal);

#endif
