/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What must hold of what leaves the amplifier, after every block.
 */
#include <math.h>

#include "model_inside.h"
#include "ramp.h"

#define MEMORY_S 0.25   /* delays, ramps that wait for others, and filters that ring */
#define FADE_S   0.4998 /* whole frames */
#define TURN     0.005  /* turns a frame of the tone */

static const enum output output_of[CHANNELS] = {OUTPUT_HEADPHONE, OUTPUT_HEADPHONE, OUTPUT_LINE,
						OUTPUT_LINE, OUTPUT_SUB};

/* The most of everything over what may still be heard of it. */
static struct past look_back(struct model *model, unsigned int *ret_changes)
{
	struct past most = {0};
	unsigned int step = model->step;

	*ret_changes = 0;
	for (unsigned int back = 0; back < PAST && back <= step; back++) {
		const struct past *past = &model->past[(step - back) % PAST];

		if (past->at_s < model->now_s - MEMORY_S) {
			break;
		}
		most.peak = fmax(most.peak, past->peak);
		*ret_changes += past->changed;
		for (int o = 0; o < OUTPUTS; o++) {
			most.gain[o] = fmax(most.gain[o], past->gain[o]);
			most.ceiling[o] = fmax(most.ceiling[o], past->ceiling[o]);
		}
	}
	return most;
}

static double filter_gain(enum output output)
{
	return output == OUTPUT_LINE ? 1 : FILTERS;
}

/* Promises 1, 2 and 5: no sample beyond what is said to be heard, the ceiling, and the fade-in. */
static bool check_peaks(struct model *model, const struct past *most, unsigned int frames)
{
	for (int c = 0; c < CHANNELS; c++) {
		enum output o = output_of[c];
		double open = quintic((model->now_s - model->closed_s[o]) / FADE_S);
		double heard = most->peak * most->gain[o] * filter_gain(o);
		double limit = fmin(heard, most->ceiling[o]) * open * (1 + 1e-6) + 1e-12;

		for (unsigned int i = 0; i < frames; i++) {
			double sample = model->out[c][i];

			if (!isfinite(sample)) {
				return model_broken(model, "promise 4: channel %d is not finite",
						    c);
			}
			if (fabs(sample) > limit) {
				return model_broken(model,
						    "promise 1, 2 or 5: channel %d gives %g, at "
						    "most %g was promised (peak %g, gain %g, "
						    "ceiling %g, open %g)",
						    c, sample, limit, most->peak, most->gain[o],
						    most->ceiling[o], open);
			}
		}
	}
	return true;
}

/* Whether guards or limiters bend the wave, as they may, or have just done so. */
static bool guards_act(struct model *model)
{
	struct path *path = model->wide ? &model->path : &model->engine.path;
	uint64_t told = 0;
	bool act = false;

	for (int o = 0; o < OUTPUTS; o++) {
		const struct guard *guard = &path->guards[o];

		told += guard->limited_frames + guard->nonfinite_samples + guard->trips;
		act = act || guard->state != GUARD_OK || !limiter_at_rest(&guard->limiter) ||
		      guard->coil.factor != 1 ||
		      (guard->looks_ahead && !lookahead_at_rest(&guard->lookahead));
	}
	act = act || told != model->told;
	model->told = told;
	return act;
}

/*
 * Promise 3, of a smooth tone: the second difference of what leaves is that of the tone times the
 * gain, and of as many quintics as there are changes under way, each of 50 ms and at most twice the
 * greatest gain high. A step of a hundredth would show.
 */
static bool check_smoothness(struct model *model, const struct past *most, unsigned int changes,
			     unsigned int frames)
{
	double ramp = 0.05 * model->rate_hz, turn = 2 * M_PI * TURN;
	double one = 2 * (5.78 / (ramp * ramp) + 2 * 1.875 / ramp * turn);
	double calm_s = fmax(model->restless_s, model->sound_since_s) + MEMORY_S;
	bool calm = model->sound == TONE && model->now_s - frames / model->rate_hz > calm_s;

	for (int c = 0; c < CHANNELS; c++) {
		enum output o = output_of[c];
		double size = most->peak * most->gain[o] * filter_gain(o);
		double limit = size * (1.1 * turn * turn + (changes + 1) * one + 1e-6) + 1e-12;
		double *last = model->last[c];

		for (unsigned int i = 0; i < frames; i++) {
			double sample = model->out[c][i];
			double bend = fabs(sample - 2 * last[0] + last[1]);

			if (calm && bend > limit) {
				return model_broken(model,
						    "promise 3: channel %d bends by %g, at most "
						    "%g is smooth (%u changes, gain %g)",
						    c, bend, limit, changes, most->gain[o]);
			}
			last[1] = last[0];
			last[0] = sample;
		}
	}
	return true;
}

static double longest(double a, double b)
{
	return a > b ? a : b;
}

/* Promise 4: noise and DC that have been there for a while are silence now. */
static bool check_faults(struct model *model, unsigned int frames)
{
	double since = longest(model->sound_since_s, model->restless_s);
	bool noise = model->noise_since_s >= 0 &&
		     (model->sound == NOISE || model->sound == ALTERNATING) &&
		     model->now_s - longest(model->noise_since_s, since) > 0.35;
	bool constant = model->sound == CONSTANT && model->dc_since_s >= 0 &&
			model->now_s - longest(model->dc_since_s, since) > 1.5 &&
			model->now_s - model->changed_s > 1.5;

	for (int c = 0; c < CHANNELS && (noise || constant); c++) {
		double most = noise ? 0 : 1.1 * model->plan.guard[output_of[c]].dc;

		for (unsigned int i = 0; i < frames; i++) {
			if (fabs(model->out[c][i]) > most) {
				return model_broken(model, "promise 4: channel %d gives %g of %s",
						    c, model->out[c][i], noise ? "noise" : "DC");
			}
		}
	}
	return true;
}

/* Standby is silence once it has faded out. */
static bool check_standby(struct model *model, unsigned int frames)
{
	bool silent = model->off_since_s >= 0 && model->now_s - model->off_since_s > 0.3;

	for (int c = 0; silent && c < CHANNELS; c++) {
		for (unsigned int i = 0; i < frames; i++) {
			if (model->out[c][i] != 0) {
				return model_broken(model, "standby: channel %d gives %g", c,
						    model->out[c][i]);
			}
		}
	}
	for (int o = 0; o < OUTPUTS; o++) {
		if (silent || !(model->live & 1u << o)) {
			model->closed_s[o] = model->now_s;
		}
	}
	return true;
}

/* Since when something has been so; -1: it is not. */
static void follow(double *since, bool so, double now_s)
{
	*since = !so ? -1 : *since < 0 ? now_s : *since;
}

bool model_check_sound(struct model *model, unsigned int frames)
{
	double began_s = model->now_s - frames / model->rate_hz;
	unsigned int changes;
	struct past most = look_back(model, &changes);

	if (model_past(model)->changed) {
		model->changed_s = began_s;
	}
	follow(&model->off_since_s, !model->plan.power, began_s);
	follow(&model->dc_since_s, model->plan.guard[0].dc > 0, began_s);
	follow(&model->noise_since_s, model->plan.watch_noise, began_s);
	if (guards_act(model) || model->off_since_s >= 0) {
		model->restless_s =
			longest(model->restless_s, model->sound == TONE ? model->now_s : 0);
	}
	return check_peaks(model, &most, frames) &&
	       check_smoothness(model, &most, changes, frames) && check_faults(model, frames) &&
	       check_standby(model, frames);
}
