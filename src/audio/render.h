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

struct render_job {
	const char *in;             /* plays into every input that has no file of its own */
	const char *inputs[INPUTS]; /* a file for one input, or NULL; the rate of `in` */
	const char *out;
	enum output output;
	enum sample_format format;
	bool format_free; /* no `format` was asked for: that of `in` */
	const struct amp *amp;
	const struct automation *automation;

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
};

/*
 * Renders. 0 or a negative errno with the file and the reason, -ECANCELED when it was cancelled;
 * then what stood under the name of the output still does.
 */
int render(struct render_job *job, struct render_result *ret_result, struct refusal *ret_refusal);

#endif
