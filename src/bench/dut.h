/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The device under test: what takes a stimulus and gives an answer. The amplifier in process, the
 * amplifier through a real server or a sound card, a wire (the instrument looped back, which shows
 * what it can see at all), or in tests something that is made to be bad.
 */
#ifndef WIREGAIN_DUT_H
#define WIREGAIN_DUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controls.h"
#include "ops.h"

/* "PATH=VALUE", or "PATH" of an action, from a frame of the stimulus on. */
struct dut_change {
	size_t frame;
	const char *assignment;
};

struct profile_book;

/* One stimulus and the answer to it, of the same length and aligned in time. */
struct dut_run {
	const double *in[2]; /* left and right; NULL: silence */
	double *out[2];      /* NULL: not wanted; of OUTPUT_SUB the first alone */
	size_t frames;
	double rate_hz; /* a device of one rate alone refuses any other with -EINVAL */
	enum output output;
	enum sample_format format;   /* what the answer is rounded to, as the amplifier does it */
	const char *const *settings; /* as in struct dut_change, up to NULL; NULL: neutral */
	const struct profile_book *profiles; /* that eq.profile may name; NULL: none */
	const struct dut_change *changes;    /* in the order of their frames */
	size_t change_count;
};

enum {
	DUT_AMPLIFIER = 1, /* it obeys settings and changes */
	DUT_EXACT = 2, /* an answer's samples stand where the stimulus' do: nothing was aligned */
	DUT_ANY_RATE = 4,
	DUT_BITS = 8,  /* what it carries arrives bit by bit when nothing is engaged */
	DUT_FAST = 16, /* not bound to real time: many points cost little */
};

struct dut;
struct report;

struct dut_ops {
	/* 0 or a negative errno with the reason. */
	int (*run)(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal);
	void (*destroy)(struct dut *dut);
	/* When all is measured: figures and notes that only it knows. NULL: none. */
	void (*tell)(struct dut *dut, struct report *report);
};

struct dut {
	const struct dut_ops *ops;
	const char *name; /* "path" */
	char about[160];  /* what stands between and how it is set up; empty: nothing */
	unsigned int flags;
	double rate_hz;             /* its own, or the one that is usual */
	enum sample_format carries; /* what its signal is on the way: no answer is finer */
	double latency_frames;    /* that an answer was moved by to be aligned; 0 with DUT_EXACT */
	double full_scale_vrms;   /* of the output, calibrated; 0: not known */
	const _Atomic bool *stop; /* set: a run in real time ends with -ECANCELED; may be NULL */
};

/* NULL is fine. */
void dut_destroy(struct dut *dut);

struct amp;

/* The amplifier's path in process, neutral but for a run's settings. 0 or -ENOMEM. */
int dut_path_create(struct dut **ret_dut);

/* A wire: the answer is the stimulus, rounded to a format. Ignores settings. 0 or -ENOMEM. */
int dut_wire_create(enum sample_format carries, struct dut **ret_dut);

/* Rounds to what a format can hold. */
void dut_round(enum sample_format format, double *samples, size_t count);

/* Carries out "PATH=VALUE", or the action "PATH". 0 or a negative errno with the reason. */
int dut_assign(struct amp *amp, const char *assignment, struct refusal *ret_refusal);

#endif
