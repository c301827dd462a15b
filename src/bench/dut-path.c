/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The amplifier in process: state, plan and path as a render has them, and the rounding to the
 * output's format with the amplifier's own dither.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "amp.h"
#include "dut.h"
#include "headphone-filters.h"
#include "outputs.h"
#include "path.h"

#define DITHER_SEED 0x77697265u

struct path_dut {
	struct dut dut;
	struct amp amp;
	struct path path;
	struct headphone_filters filters;
	bool plan_waits, filters_wait; /* the path takes them when it has room */
	struct dither dither;
	bool fits; /* every sample of the stimulus is one of the answer's format */
	double silence[PATH_BLOCK];
	double out[2][PATH_BLOCK];
	unsigned char bytes[2 * PATH_BLOCK * sizeof(double)];
};

int dut_assign(struct amp *amp, const char *assignment, struct refusal *ret_refusal)
{
	char path[PATH_BYTES];
	const size_t length = strcspn(assignment, "=");
	struct command command = {.verb = VERB_DO};
	int error;

	if (length >= sizeof(path)) {
		return refuse(ret_refusal, "%.100s: write PATH=VALUE", assignment);
	}
	memcpy(path, assignment, length);
	path[length] = '\0';
	error = assignment[length] == '='
			? command_parse_set(path, assignment + length + 1, &command, ret_refusal)
			: control_find(path, &command.ref, ret_refusal);
	return error < 0 ? error : amp_command(amp, &command, ret_refusal);
}

static int start(struct path_dut *self, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct plan plan;
	int error = 0;

	amp_init_neutral(&self->amp);
	amp_set_profiles(&self->amp, run->profiles);
	for (size_t i = 0; error == 0 && run->settings && run->settings[i]; i++) {
		error = dut_assign(&self->amp, run->settings[i], ret_refusal);
	}
	if (error < 0) {
		return error;
	}
	plan_make(&self->amp, &plan);
	path_init(&self->path, run->rate_hz, &plan, 1u << run->output);
	headphone_filters_make(&self->amp, run->rate_hz, NULL, &self->filters);
	path_set_headphone_filters(&self->path, &self->filters);
	self->plan_waits = self->filters_wait = false;
	path_set_gate(&self->path, run->output, plan.power, 0);
	dither_init(&self->dither, DITHER_SEED);
	return 0;
}

/* Carries out what is due. */
static int take_changes(struct path_dut *self, const struct dut_run *run, size_t frame,
			size_t *next, struct refusal *ret_refusal)
{
	int error = 0;

	while (error == 0 && *next < run->change_count && run->changes[*next].frame <= frame) {
		error = dut_assign(&self->amp, run->changes[(*next)++].assignment, ret_refusal);
		headphone_filters_make(&self->amp, run->rate_hz, NULL, &self->filters);
		self->plan_waits = self->filters_wait = true;
	}
	return error;
}

/* What was changed goes to the path, at once or as soon as it has room. */
static void hand_over(struct path_dut *self, enum output output)
{
	struct plan plan;

	if (self->filters_wait) {
		self->filters_wait = !path_set_headphone_filters(&self->path, &self->filters);
	}
	if (self->plan_waits) {
		plan_make(&self->amp, &plan);
		self->plan_waits = !path_set_plan(&self->path, &plan);
		path_set_gate(&self->path, output, plan.power,
			      plan.power ? PATH_START_MS : PATH_CHANGE_MS);
	}
}

/* How far it goes until a change is due or a block is full. */
static unsigned int part_frames(const struct dut_run *run, size_t at, size_t next)
{
	size_t until = next < run->change_count ? run->changes[next].frame : run->frames;

	until = until < run->frames ? until : run->frames;
	return until - at < PATH_BLOCK ? (unsigned int)(until - at) : PATH_BLOCK;
}

/* Whether a format holds every sample of the stimulus, as a file of that format would be known to.
 */
static bool fits(const struct dut_run *run)
{
	const double scale = ldexp(1.0, (int)format_bits(run->format) - 1);

	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; run->in[side] && i < run->frames; i++) {
			if (run->in[side][i] * scale != nearbyint(run->in[side][i] * scale)) {
				return false;
			}
		}
	}
	return true;
}

/* As the answer's format has it; dithered unless the bits are the input's. */
static void round_to_format(struct path_dut *self, const struct dut_run *run, unsigned int frames)
{
	const unsigned int bits = format_bits(run->format);
	const unsigned int channels = run->output == OUTPUT_SUB ? 1 : 2;
	const bool exact = self->fits && self->path.bit_exact[run->output];
	const bool dither = bits != 0 && bits <= 24 && !exact;
	const double *const from[2] = {self->out[0], self->out[1]};
	double *const to[2] = {self->out[0], self->out[1]};

	if (run->format != FORMAT_F64) {
		self->path.ops->pack[run->format](self->bytes, from, channels, frames,
						  dither ? &self->dither : NULL);
		self->path.ops->unpack[run->format](to, self->bytes, channels, frames);
	}
}

/*
 * The stimulus plays into the first input, and with its sides exchanged into the others, so that a
 * change of input has something to show.
 */
static void process(struct path_dut *self, const struct dut_run *run, size_t at,
		    unsigned int frames)
{
	enum channel first = output_rows[run->output].first;
	struct path_block block = {0};

	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			const double *from = run->in[input == 0 ? side : 1 - side];

			block.in[input][side] = from ? from + at : self->silence;
		}
	}
	block.out[first] = self->out[0];
	if (run->output != OUTPUT_SUB) {
		block.out[first + 1] = self->out[1];
	}
	path_process(&self->path, &block, frames);
	round_to_format(self, run, frames);
	for (int side = 0; side < 2; side++) {
		if (run->out[side]) {
			memcpy(run->out[side] + at, self->out[side], frames * sizeof(double));
		}
	}
}

static int path_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct path_dut *self = (struct path_dut *)dut;
	size_t at = 0, next = 0;
	int error = start(self, run, ret_refusal);

	self->fits = format_bits(run->format) == 0 || fits(run);
	while (error == 0 && at < run->frames) {
		error = take_changes(self, run, at, &next, ret_refusal);
		if (error == 0) {
			const unsigned int part = part_frames(run, at, next);

			hand_over(self, run->output);
			process(self, run, at, part);
			at += part;
		}
	}
	return error;
}

static void path_destroy(struct dut *dut)
{
	free(dut);
}

int dut_path_create(struct dut **ret_dut)
{
	static const struct dut_ops ops = {path_run, path_destroy};
	struct path_dut *self = calloc(1, sizeof(*self));

	if (!self) {
		return -ENOMEM;
	}
	self->dut = (struct dut){.ops = &ops,
				 .name = "path",
				 .flags = DUT_AMPLIFIER | DUT_EXACT | DUT_ANY_RATE | DUT_BITS |
					  DUT_FAST,
				 .rate_hz = 48000,
				 .carries = FORMAT_F64};
	*ret_dut = &self->dut;
	return 0;
}
