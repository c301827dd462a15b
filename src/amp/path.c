/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The signal path. Audio thread.
 */
#include "path.h"

#include <math.h>
#include <string.h>

#include "outputs.h"

#define FULL_SCALE 1.0

/* One way from an input's side to a channel, as the channel's block sees it. */
struct term {
	const double *samples;
	double gain;
};

void path_init(struct path *path, double rate_hz, const struct plan *plan, unsigned int outputs)
{
	memset(path, 0, sizeof(*path));
	path->ops = ops_best();
	path->outputs = outputs;
	path->plan = *plan;
	headphone_chain_init(&path->headphone, path->ops, rate_hz);
	for (int o = 0; o < OUTPUTS; o++) {
		guard_init(&path->guards[o], path->ops, rate_hz, &plan->guard[o]);
	}
	path_set_rate(path, rate_hz);
}

void path_set_rate(struct path *path, double rate_hz)
{
	path->rate_hz = rate_hz;
	if (path->change_count > 0) {
		path->plan = path->changes[path->change_count - 1].plan;
		path->change_count = 0;
	}
	headphone_chain_set_rate(&path->headphone, rate_hz);
	lowpass_init(&path->lowpass, rate_hz, path->plan.sub_lowpass_hz);
	noise_init(&path->noise, rate_hz);
	for (int o = 0; o < OUTPUTS; o++) {
		guard_set_rate(&path->guards[o], rate_hz, &path->plan.guard[o]);
		gate_init(&path->gates[o], false);
	}
}

static double frames_of(const struct path *path, double ms)
{
	return fmax(1, floor(path->rate_hz * ms / 1000));
}

static const struct plan *last_plan(const struct path *path)
{
	return path->change_count > 0 ? &path->changes[path->change_count - 1].plan : &path->plan;
}

static bool is_small(double from, double to)
{
	/* 1 dB and a little for rounding. */
	const double most = 1.1220184543 * (1 + 1e-9);

	return from == to ||
	       (from * to > 0 && fabs(from) <= fabs(to) * most && fabs(to) <= fabs(from) * most);
}

/* A step of a knob, or something larger that wants a longer ramp? */
static double change_ms(const struct plan *from, const struct plan *to)
{
	for (int c = 0; c < CHANNELS; c++) {
		for (int input = 0; input < INPUTS; input++) {
			if (!is_small(from->gain[c][input][0], to->gain[c][input][0]) ||
			    !is_small(from->gain[c][input][1], to->gain[c][input][1])) {
				return PATH_CHANGE_MS;
			}
		}
	}
	return PATH_STEP_MS;
}

bool path_set_plan(struct path *path, const struct plan *plan)
{
	struct path_change *change = &path->changes[path->change_count];
	double length;

	if (path_silent(path)) {
		path->change_count = 0;
		path->plan = *plan;
		return true;
	}
	if (memcmp(last_plan(path)->gain, plan->gain, sizeof(plan->gain)) == 0) {
		/* No factor changes: the rest takes its place at once. */
		*(path->change_count > 0 ? &change[-1].plan : &path->plan) = *plan;
		return true;
	}
	if (path->change_count == PATH_CHANGES) {
		return false;
	}
	length = frames_of(path, change_ms(last_plan(path), plan));
	if (path->change_count > 0) {
		/* In the order of their starts they also end: no factor leaves the plans' range. */
		length = fmax(length, ramp_progress_left(&change[-1].progress));
	}
	change->plan = *plan;
	change->progress = (struct ramp_progress){0, length};
	path->change_count++;
	return true;
}

bool path_set_headphone_filters(struct path *path, const struct headphone_filters *filters)
{
	bool heard = !gate_closed(&path->gates[OUTPUT_HEADPHONE]);

	return headphone_chain_set(&path->headphone, filters,
				   heard ? frames_of(path, PATH_CHANGE_MS) : 0);
}

bool path_headphone_ready(const struct path *path)
{
	return headphone_chain_ready(&path->headphone);
}

void path_set_gate(struct path *path, enum output output, bool open, double ms)
{
	struct gate *gate = &path->gates[output];
	bool still_fades = ms <= 0 && !gate_resting(gate);

	if (gate->open != open || still_fades) {
		gate_move(gate, open, ms > 0 ? frames_of(path, ms) : 0);
	}
}

unsigned int path_latency_frames(const struct path *path)
{
	bool late = last_plan(path)->guard[0].limiter == LIMITER_LOOKAHEAD;

	return late ? lookahead_delay(path->rate_hz) : 0;
}

bool path_output_silent(const struct path *path, enum output output)
{
	return gate_closed(&path->gates[output]);
}

bool path_silent(const struct path *path)
{
	bool silent = true;

	for (int o = 0; o < OUTPUTS; o++) {
		silent = silent && path_output_silent(path, (enum output)o);
	}
	return silent;
}

static unsigned int plan_inputs(const struct plan *plan)
{
	unsigned int inputs = 0;

	for (int c = 0; c < CHANNELS; c++) {
		for (unsigned int input = 0; input < INPUTS; input++) {
			if (plan->gain[c][input][0] != 0 || plan->gain[c][input][1] != 0) {
				inputs |= 1u << input;
			}
		}
	}
	return inputs;
}

unsigned int path_used_inputs(const struct path *path)
{
	unsigned int inputs = plan_inputs(&path->plan);

	for (unsigned int k = 0; k < path->change_count; k++) {
		inputs |= plan_inputs(&path->changes[k].plan);
	}
	return inputs;
}

/*
 * Every way to a channel that is open, in the plan that rests. At most two: the selected input's
 * sides. Returns how many.
 */
static unsigned int find_terms(const double gain[INPUTS][2], const struct path_block *block,
			       struct term ret_terms[2])
{
	unsigned int count = 0;

	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			if (gain[input][side] != 0 && block->in[input][side] && count < 2) {
				ret_terms[count++] =
					(struct term){block->in[input][side], gain[input][side]};
			}
		}
	}
	return count;
}

/* One channel while nothing changes. */
static struct survey mix_steady(const struct path *path, enum channel channel,
				const struct path_block *block, double *out, unsigned int frames)
{
	struct term terms[2];

	switch (find_terms(path->plan.gain[channel], block, terms)) {
	case 0:
		memset(out, 0, frames * sizeof(*out));
		return (struct survey){0, 0};
	case 1:
		return path->ops->scale(out, terms[0].samples, terms[0].gain, frames);
	default:
		return path->ops->scale2(out, terms[0].samples, terms[0].gain, terms[1].samples,
					 terms[1].gain, frames);
	}
}

/* The factor of one way, frame by frame. False when it is closed in every plan. */
static bool fill_factor(const struct path *path, enum channel channel, int input, int side,
			double *ret_factor, unsigned int frames)
{
	double before = path->plan.gain[channel][input][side];
	bool open = before != 0;

	for (unsigned int i = 0; i < frames; i++) {
		ret_factor[i] = before;
	}
	for (unsigned int k = 0; k < path->change_count; k++) {
		double after = path->changes[k].plan.gain[channel][input][side];
		double rise = after - before;

		open = open || after != 0;
		for (unsigned int i = 0; rise != 0 && i < frames; i++) {
			ret_factor[i] += rise * path->curves[k][i];
		}
		before = after;
	}
	return open;
}

/* One channel while the plan changes. */
static struct survey mix_ramp(const struct path *path, enum channel channel,
			      const struct path_block *block, double *out, unsigned int frames)
{
	double factor[PATH_RAMP_BLOCK];

	memset(out, 0, frames * sizeof(*out));
	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			if (block->in[input][side] &&
			    fill_factor(path, channel, input, side, factor, frames)) {
				path->ops->add_ramp(out, block->in[input][side], factor, frames);
			}
		}
	}
	return path->ops->survey(out, frames);
}

/* What stands between an output's mix and its guard. True when it left every bit alone. */
static bool filter(struct path *path, enum output output, double *left, double *right,
		   unsigned int frames)
{
	if (output == OUTPUT_SUB && !lowpass_is_wire(&path->lowpass)) {
		lowpass_process(&path->lowpass, left, frames);
		return false;
	}
	if (output == OUTPUT_HEADPHONE && !headphone_chain_is_wire(&path->headphone)) {
		headphone_chain_process(&path->headphone, left, right, frames);
		return false;
	}
	return true;
}

/*
 * An output after its mix: low-pass or filters, guard, gate. `right` is NULL for the sub. `found`:
 * in each channel of the mix; what is no sample must not get into filters.
 */
static void finish_output(struct path *path, enum output output, double *left, double *right,
			  const struct survey found[2], unsigned int frames)
{
	const struct guard_rules *rules = &last_plan(path)->guard[output];
	double *const channels[2] = {left, right};
	struct guard *guard = &path->guards[output];
	struct gate *gate = &path->gates[output];
	bool exact = path->change_count == 0 && path->plan.bit_exact[output];

	if (!survey_within(found[0], FULL_SCALE) || !survey_within(found[1], FULL_SCALE)) {
		guard_scrub(guard, left, frames);
		guard_scrub(guard, right, right ? frames : 0);
		found = NULL;
	}
	if (!filter(path, output, left, right, frames)) {
		found = NULL;
		exact = false;
	}
	if (gate_closed(gate)) {
		guard_rest(guard, rules, frames);
		memset(left, 0, frames * sizeof(*left));
		memset(right ? right : left, 0, frames * sizeof(*left));
		exact = false;
	} else {
		exact = guard_process(guard, rules, left, right, frames, found) && exact;
	}
	if (!gate_closed(gate) && (!gate->open || !gate_resting(gate))) {
		gate_process(gate, channels, right ? 2 : 1, frames);
		exact = false;
	}
	path->bit_exact[output] = path->bit_exact[output] && exact;
}

/* One channel before its filters. */
static struct survey mix(const struct path *path, enum channel channel,
			 const struct path_block *block, unsigned int frames)
{
	return path->change_count > 0
		       ? mix_ramp(path, channel, block, block->out[channel], frames)
		       : mix_steady(path, channel, block, block->out[channel], frames);
}

static void process_output(struct path *path, enum output output, const struct path_block *block,
			   unsigned int frames)
{
	enum channel first = output_rows[output].first;
	bool stereo = output_rows[output].channels == 2;
	double *left = block->out[first];
	double *right = stereo ? block->out[first + 1] : NULL;
	struct survey found[2] = {{0, 0}, {0, 0}};

	if (!(path->outputs & 1u << output) || !left || (stereo && !right)) {
		path->bit_exact[output] = false;
		return;
	}
	found[0] = mix(path, first, block, frames);
	if (stereo) {
		found[1] = mix(path, (enum channel)(first + 1), block, frames);
	}
	finish_output(path, output, left, right, found, frames);
}

static void drop_finished_changes(struct path *path)
{
	unsigned int done = 0;

	while (done < path->change_count && ramp_progress_done(&path->changes[done].progress)) {
		done++;
	}
	if (done > 0) {
		path->plan = path->changes[done - 1].plan;
		path->change_count -= done;
		memmove(path->changes, path->changes + done,
			path->change_count * sizeof(path->changes[0]));
	}
}

/* Noise that comes in is a fault of whatever it would go out of. */
static void listen_for_noise(struct path *path, const struct path_block *block, unsigned int frames)
{
	int input = last_plan(path)->input;

	if (last_plan(path)->watch_noise &&
	    noise_process(&path->noise, block->in[input][0], block->in[input][1], frames)) {
		for (int o = 0; o < OUTPUTS; o++) {
			guard_fault(&path->guards[o], GUARD_NOISE);
		}
	}
}

static void process_part(struct path *path, const struct path_block *block, unsigned int frames)
{
	for (unsigned int k = 0; k < path->change_count; k++) {
		ramp_progress_fill(&path->changes[k].progress, path->curves[k], frames);
	}
	lowpass_set_corner(&path->lowpass, last_plan(path)->sub_lowpass_hz,
			   frames_of(path, PATH_CHANGE_MS));
	listen_for_noise(path, block, frames);
	for (int o = 0; o < OUTPUTS; o++) {
		process_output(path, (enum output)o, block, frames);
	}
	drop_finished_changes(path);
}

static void advance(struct path_block *block, unsigned int frames)
{
	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			if (block->in[input][side]) {
				block->in[input][side] += frames;
			}
		}
	}
	for (int c = 0; c < CHANNELS; c++) {
		if (block->out[c]) {
			block->out[c] += frames;
		}
	}
}

void path_process(struct path *path, const struct path_block *block, unsigned int frames)
{
	struct path_block rest = *block;

	for (int o = 0; o < OUTPUTS; o++) {
		path->bit_exact[o] = true;
	}
	while (frames > 0) {
		unsigned int most = path->change_count > 0 ? PATH_RAMP_BLOCK : PATH_BLOCK;
		unsigned int part = frames < most ? frames : most;

		process_part(path, &rest, part);
		advance(&rest, part);
		frames -= part;
	}
}
