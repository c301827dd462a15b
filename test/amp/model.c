/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The model. Sound runs at rates from 8 kHz up, so that seconds pass in few frames.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_inside.h"
#include "protect.h"

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned int below(uint64_t *state, unsigned int count)
{
	return (unsigned int)(next(state) % count);
}

static double even(uint64_t *state)
{
	return (double)(next(state) >> 11) * 0x1p-53;
}

bool model_broken(struct model *model, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(model->failure.what, sizeof(model->failure.what), format, args);
	va_end(args);
	model->failure.step = model->step;
	return false;
}

static void say(const struct model *model, const char *format, ...)
{
	va_list args;

	if (!model->loud) {
		return;
	}
	printf("step %u, %.3f s: ", model->step, model->now_s);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

struct model *model_create(void)
{
	return calloc(1, sizeof(struct model));
}

void model_destroy(struct model *model)
{
	free(model);
}

static bool is_filter(enum control_id id)
{
	return id >= CONTROL_CROSSFEED && id <= CONTROL_CROSSFEED_COMPARE;
}

/* After anything may have changed: what the service does. */
static void publish(struct model *model, bool filters)
{
	struct control_ref ref;
	struct plan plan;

	while (amp_take_change(&model->amp, &ref)) {
		filters = filters || is_filter(ref.id);
	}
	plan_make(&model->amp, &plan);
	if (memcmp(&plan, &model->plan, sizeof(plan)) != 0) {
		model_past(model)->changed = true;
		memcpy(&model->plan, &plan, sizeof(plan));
		model->plan_waits = true;
		engine_set_plan(&model->engine, &plan);
	}
	if (filters) {
		model_past(model)->changed = true;
		headphone_filters_make(&model->amp, model->rate_hz, NULL, &model->filters);
		model->filters_wait = true;
		engine_set_headphone_filters(&model->engine, &model->filters);
	}
}

/* Power-up with what was kept, or with nothing. */
static void start(struct model *model, const struct amp *kept)
{
	struct control_ref ref = {0, -1};

	amp_init(&model->amp);
	while (kept && controls_next(&ref)) {
		if (controls[ref.id].flags & CONTROL_KEPT) {
			amp_restore(&model->amp, ref, amp_value(kept, ref), NULL);
		}
	}
	amp_start(&model->amp);
	plan_make(&model->amp, &model->plan);
	engine_init(&model->engine, &model->plan);
	path_init(&model->path, model->rate_hz, &model->plan, (1u << OUTPUTS) - 1);
	model->plan_waits = false;
	model->off_since_s = model->dc_since_s = model->noise_since_s = -1;
	model->start_s = model->now_s;
	model->restless_s = model->now_s;
	model->told = 0;
	memset(model->last, 0, sizeof(model->last));
	for (int o = 0; o < OUTPUTS; o++) {
		model->closed_s[o] = model->now_s;
	}
	publish(model, true);
}

static struct control_ref any_control(uint64_t *random)
{
	static const enum control_id often[] = {
		CONTROL_HEADPHONE_LEVEL,   CONTROL_LINE_LEVEL,
		CONTROL_HEADPHONE_MUTE,    CONTROL_DIM,
		CONTROL_MONITOR_MODE,      CONTROL_INPUT,
		CONTROL_CROSSFEED,         CONTROL_PROTECT_LIMITER,
		CONTROL_PROTECT_SPL_LIMIT, CONTROL_LOAD_SENSITIVITY,
		CONTROL_LOAD_FULL_SCALE,   CONTROL_LOAD_IMPEDANCE,
	};
	struct control_ref ref = {(enum control_id)below(random, CONTROL_COUNT), 0};

	if (below(random, 2) == 0) {
		ref.id = often[below(random, sizeof(often) / sizeof(often[0]))];
	}
	ref.instance = (int)below(random, (unsigned int)control_instances(ref.id));
	return ref;
}

static struct value any_value(struct control_ref ref, uint64_t *random)
{
	const struct control *row = &controls[ref.id];
	struct value value = {.text = ""};
	double span = row->maximum - row->minimum;

	switch (row->type) {
	case TYPE_SWITCH:
		value.on = (int)below(random, 2);
		break;
	case TYPE_CHOICE:
		value.choice = (int)below(random, (unsigned int)control_choices(ref.id));
		break;
	case TYPE_LEVEL:
		value.half_db = (int)(row->maximum - pow(even(random), 2) * (span + 1));
		break;
	case TYPE_NUMBER:
		value.number = row->minimum + even(random) * span;
		if (row->step > 0) {
			value.number = floor(value.number / row->step) * row->step;
		}
		if ((row->flags & CONTROL_OFF_AT_0) && below(random, 3) == 0) {
			value.number = 0;
		}
		break;
	default:
		break;
	}
	return value;
}

/* What is heard of the outputs in a state, and would be without mutes. */
struct heard {
	int now[OUTPUTS], unmuted[OUTPUTS];
};

static struct heard hear(const struct amp *amp)
{
	struct heard heard;

	for (int o = 0; o < OUTPUTS; o++) {
		heard.now[o] = plan_half_db(amp, (enum output)o);
		heard.unmuted[o] = plan_unmuted_half_db(amp, (enum output)o);
	}
	return heard;
}

/* By how much an output may rise at a knob's turn: by what was asked for, and others not at all. */
static int may_rise(const struct amp *before, const struct command *command, enum output output)
{
	bool headphone = command->ref.id == CONTROL_HEADPHONE_LEVEL;
	bool own = headphone == (output == OUTPUT_HEADPHONE);
	int asked = command->verb == VERB_STEP
			    ? command->steps
			    : command->value.half_db - amp_int(before, command->ref.id);

	asked = asked > 0 ? asked : 0;
	return own || amp_int(before, CONTROL_LINE_FOLLOW) == FOLLOW_LEVEL ? asked : 0;
}

/* Mute beats everything: a knob at that position is silence, whatever else is engaged. */
static bool check_mute(struct model *model)
{
	static const enum control_id levels[OUTPUTS] = {CONTROL_HEADPHONE_LEVEL, CONTROL_LINE_LEVEL,
							CONTROL_LINE_LEVEL};

	for (int o = 0; o < OUTPUTS; o++) {
		if (amp_int(&model->amp, levels[o]) == HALF_DB_MUTE &&
		    plan_unmuted_half_db(&model->amp, (enum output)o) != HALF_DB_MUTE) {
			return model_broken(model, "output %d is heard with its level at mute", o);
		}
	}
	return true;
}

/* The least that an output gives at all, at its knob's lowest position but mute. */
static int least(const struct amp *amp, enum output output)
{
	int trim = amp_input_int(amp, CONTROL_INPUT_TRIM, amp_int(amp, CONTROL_INPUT));
	int sub = output == OUTPUT_SUB ? amp_int(amp, CONTROL_SUB_LEVEL) : 0;

	return HALF_DB_MIN + (trim + sub > 0 ? trim + sub : 0);
}

/* Promise 1, of a hand: a knob gives what it was turned by, and a reset nothing. */
static bool check_rises(struct model *model, const struct amp *before,
			const struct command *command)
{
	bool knob =
		command->ref.id == CONTROL_HEADPHONE_LEVEL || command->ref.id == CONTROL_LINE_LEVEL;
	bool reset = command->ref.id == CONTROL_SYSTEM_RESET;
	struct heard was = hear(before), is = hear(&model->amp);

	for (int o = 0; o < OUTPUTS && (knob || reset); o++) {
		int most = knob ? may_rise(before, command, (enum output)o) : 0;
		int lowest = least(before, (enum output)o);
		int from = was.unmuted[o] > HALF_DB_MUTE ? was.unmuted[o] : lowest;
		bool wakes = was.now[o] == HALF_DB_MUTE && is.now[o] > lowest && most == 0;

		if (is.unmuted[o] - from > most || wakes) {
			return model_broken(model,
					    "promise 1: output %d goes from %d (%d) to %d (%d) "
					    "where at most %d were asked for",
					    o, was.now[o], was.unmuted[o], is.now[o], is.unmuted[o],
					    most);
		}
	}
	return true;
}

static bool do_command(struct model *model, uint64_t *random)
{
	struct command command = {.ref = any_control(random), .verb = VERB_SET};
	const struct amp before = model->amp;
	char path[PATH_BYTES], text[TEXT_BYTES];
	int error;

	command.value = any_value(command.ref, random);
	command.time_ms = 1000 + (uint64_t)(1000 * model->now_s);
	if (controls[command.ref.id].type == TYPE_TEXT) {
		return true;
	}
	if (controls[command.ref.id].type == TYPE_ACTION) {
		command.verb = VERB_DO;
	} else if (below(random, 3) == 0) {
		command.verb = VERB_STEP;
		command.steps = (int)below(random, 9) - 3;
	}
	error = amp_command(&model->amp, &command, NULL);
	say(model, "%s %s %s %d: %d", command.verb == VERB_STEP ? "step" : "set",
	    control_path(command.ref, path),
	    error == 0 ? control_format(command.ref, amp_value(&model->amp, command.ref), text)
		       : "",
	    command.steps, error);
	return check_rises(model, &before, &command) && check_mute(model);
}

/* Promise 6: what is told, sent back, changes nothing. */
static bool echo(struct model *model, uint64_t *random)
{
	struct command command = {.ref = any_control(random), .verb = VERB_SET};
	uint64_t revision = model->amp.revision;
	struct plan plan;
	char path[PATH_BYTES];

	if (controls[command.ref.id].access == ACCESS_NONE ||
	    controls[command.ref.id].type == TYPE_ACTION) {
		return true;
	}
	command.value = *amp_value(&model->amp, command.ref);
	if (amp_command(&model->amp, &command, NULL) != 0) {
		return model_broken(model, "promise 6: %s refuses its own value",
				    control_path(command.ref, path));
	}
	plan_make(&model->amp, &plan);
	if (model->amp.revision != revision || memcmp(&plan, &model->plan, sizeof(plan)) != 0) {
		return model_broken(model, "promise 6: an echo of %s changed something",
				    control_path(command.ref, path));
	}
	return true;
}

static bool move_device(struct model *model, uint64_t *random)
{
	unsigned int output = below(random, OUTPUTS);
	int before = amp_int(&model->amp, CONTROL_HEADPHONE_GAIN);

	model->live ^= 1u << output;
	amp_report_device(&model->amp, (enum output)output,
			  model->live & 1u << output ? DEVICE_CONNECTED : DEVICE_WAITING);
	model->restless_s = model->now_s;
	say(model, "output %u %s", output, model->live & 1u << output ? "is there" : "is gone");
	return amp_int(&model->amp, CONTROL_HEADPHONE_GAIN) <= before
		       ? true
		       : model_broken(model, "promise 5: louder with the device");
}

static void change_sound(struct model *model, uint64_t *random)
{
	static const double sizes[] = {0.05, 0.05, 0.9, 0.9, 0.2, 30, 0x1p-1060, 1};

	model->sound = below(random, 2) ? TONE : (enum sound)below(random, SOUNDS);
	model->size = sizes[model->sound];
	model->sound_since_s = model->now_s;
	say(model, "sound %d", model->sound);
}

static void change_rate(struct model *model, double rate_hz)
{
	if (rate_hz == model->rate_hz) {
		return;
	}
	model->rate_hz = rate_hz;
	model->restless_s = model->now_s;
	for (int o = 0; o < OUTPUTS; o++) {
		model->closed_s[o] = model->now_s;
	}
	say(model, "rate %g", rate_hz);
	publish(model, true);
}

/* Promise 1, after a restart: the lower of the last level and the start level. */
static bool check_start(struct model *model)
{
	if (amp_int(&model->amp, CONTROL_HEADPHONE_GAIN) >
		    amp_int(&model->amp, CONTROL_HEADPHONE_START) ||
	    amp_int(&model->amp, CONTROL_LINE_GAIN) > amp_int(&model->amp, CONTROL_LINE_START)) {
		return model_broken(model, "promise 1: above the start level after a restart");
	}
	return true;
}

static bool act(struct model *model, uint64_t *random)
{
	static const double rates[] = {8000, 8000, 11025, 22050};
	unsigned int what = below(random, 1000);
	const struct value fader = {.half_db = -(int)below(random, 30)};

	if (what < 800) {
		return do_command(model, random);
	} else if (what < 860) {
		return move_device(model, random);
	} else if (what < 940) {
		change_sound(model, random);
	} else if (what < 970) {
		amp_report(&model->amp,
			   (struct control_ref){CONTROL_INPUT_FADER, (int)below(random, INPUTS)},
			   &fader);
	} else if (what < 985) {
		change_rate(model, rates[below(random, 4)]);
	} else {
		static struct amp kept;

		say(model, "restart");
		kept = model->amp;
		start(model, &kept);
		return check_start(model);
	}
	return true;
}

/* Promise 1 and 2, as far as they are about what is said: after a start and at any time. */
static bool check_state(struct model *model, uint64_t *random)
{
	static const enum control_id gains[] = {CONTROL_HEADPHONE_GAIN, CONTROL_LINE_GAIN};
	static const enum control_id limits[] = {CONTROL_HEADPHONE_LIMIT, CONTROL_LINE_LIMIT};
	struct past *past = model_past(model);
	enum protect_ceiling by;

	for (int v = 0; v < 2; v++) {
		int gain = amp_int(&model->amp, gains[v]);

		if (gain > amp_int(&model->amp, limits[v])) {
			return model_broken(model, "promise 1: %d is above the limit of output %d",
					    gain, v);
		}
		past->gain[v] = half_db_to_lin(gain);
	}
	past->gain[OUTPUT_SUB] = half_db_to_lin(amp_int(&model->amp, CONTROL_LINE_LIMIT));
	past->ceiling[OUTPUT_HEADPHONE] = protect_ceiling(&model->amp, &by);
	past->ceiling[OUTPUT_LINE] = past->ceiling[OUTPUT_SUB] = 1;
	return echo(model, random);
}

static double sample_of(struct model *model, unsigned int i)
{
	switch (model->sound) {
	case TONE:
	case HUGE_TONE:
		return model->size * sin(model->phase + 2 * M_PI * 0.005 * i);
	case CONSTANT:
		return model->size;
	case NOISE:
		return 1 - 2 * even(&model->noise);
	case NOT_NUMBERS:
		return i % 3 == 0 ? NAN : i % 3 == 1 ? (double)INFINITY : -(double)INFINITY;
	case TINY:
		return i % 2 ? model->size : -model->size;
	case ALTERNATING:
		return (model->frames + i) % 2 ? 1 : -1;
	default:
		return 0;
	}
}

static void fill_input(struct model *model, unsigned int frames)
{
	double peak = 0;

	for (unsigned int i = 0; i < frames; i++) {
		double sample = sample_of(model, i);

		model->in[0][i] = sample;
		model->in[1][i] = -0.7 * sample;
		model->in_float[0][i] = (float)model->in[0][i];
		model->in_float[1][i] = (float)model->in[1][i];
		peak = isfinite(sample) ? fmax(peak, fabs(sample)) : peak;
	}
	model->phase += 2 * M_PI * 0.005 * frames;
	model->frames += frames;
	model_past(model)->peak = peak;
}

static void run_wide(struct model *model, unsigned int frames)
{
	struct path_block block = {0};
	struct path *path = &model->path;

	if (path->rate_hz != model->rate_hz) {
		path_set_rate(path, model->rate_hz);
	}
	model->plan_waits = model->plan_waits && !path_set_plan(path, &model->plan);
	model->filters_wait =
		model->filters_wait && !path_set_headphone_filters(path, &model->filters);
	for (int o = 0; o < OUTPUTS; o++) {
		bool live = (model->live & 1u << o) != 0 &&
			    (o != OUTPUT_HEADPHONE || path_headphone_ready(path));
		bool open = live && model->plan.power;

		path_set_gate(path, (enum output)o, open,
			      !live  ? 0
			      : open ? PATH_START_MS
				     : PATH_CHANGE_MS);
	}
	for (int i = 0; i < INPUTS; i++) {
		block.in[i][0] = model->in[0];
		block.in[i][1] = model->in[1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = model->out[c];
	}
	path_process(path, &block, frames);
}

static void run_engine(struct model *model, unsigned int frames)
{
	struct engine_block block = {
		.frames = frames, .rate_hz = model->rate_hz, .live_outputs = model->live};

	for (int i = 0; i < INPUTS; i++) {
		block.in[i][0] = model->in_float[0];
		block.in[i][1] = model->in_float[1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = model->out_float[c];
	}
	engine_process(&model->engine, &block);
	for (int c = 0; c < CHANNELS; c++) {
		for (unsigned int i = 0; i < frames; i++) {
			model->out[c][i] = (double)model->out_float[c][i];
		}
	}
}

static uint64_t random_of(uint64_t seed, unsigned int step)
{
	uint64_t random = seed * 1000003u + step;

	next(&random);
	return random;
}

/* Quiet spells, in which what lasts can last, busy ones and ordinary ones. */
bool model_acts(uint64_t seed, unsigned int step)
{
	static const unsigned int activities[] = {0, 20, 300}; /* of 1000 steps */
	uint64_t random = random_of(seed, step) ^ 1, spell = seed * 7919u + step / 256;

	return step == 0 || below(&random, 1000) < activities[below(&spell, 3)];
}

/* One step: perhaps something happens, and then there is sound. */
static bool run_step(struct model *model, uint64_t seed, bool left_out)
{
	uint64_t random = random_of(seed, model->step);
	unsigned int frames = 1 + below(&random, BLOCK_MOST);

	*model_past(model) = (struct past){.at_s = model->now_s};
	if (!left_out && model_acts(seed, model->step)) {
		if (!act(model, &random)) {
			return false;
		}
		publish(model, false);
	}
	if (!check_state(model, &random)) {
		return false;
	}
	fill_input(model, frames);
	if (model->wide) {
		run_wide(model, frames);
	} else {
		run_engine(model, frames);
	}
	model->now_s += frames / model->rate_hz;
	return model_check_sound(model, frames);
}

bool model_run(struct model *model, uint64_t seed, unsigned int steps, const bool *left_out,
	       bool loud, struct model_failure *ret_failure)
{
	memset(model, 0, sizeof(*model));
	model->wide = seed % 2 == 1;
	model->loud = loud;
	model->rate_hz = 8000;
	model->live = (1u << OUTPUTS) - 1;
	model->noise = seed;
	model->size = 0.05;
	start(model, NULL);
	for (model->step = 0; model->step < steps; model->step++) {
		if (!run_step(model, seed, left_out && left_out[model->step])) {
			*ret_failure = model->failure;
			return false;
		}
	}
	return true;
}
