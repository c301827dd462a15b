/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The engine. engine_process() and what it calls run on the audio thread.
 */
#include "engine.h"

#include <string.h>

#include "realtime.h"

#define FIRST_RATE_HZ 48000
#define EVERY_OUTPUT  ((1u << OUTPUTS) - 1)

void engine_init(struct engine *engine, const struct plan *plan)
{
	memset(engine, 0, sizeof(*engine));
	for (int i = 0; i < 3; i++) {
		engine->plan_slots[i] = *plan;
		engine->filter_slots[i].wire = true;
		engine->reading_slots[i].silent = true;
	}
	snapshot_init(&engine->filters, engine->filter_slots, sizeof(engine->filter_slots[0]));
	snapshot_init(&engine->plans, engine->plan_slots, sizeof(engine->plan_slots[0]));
	snapshot_init(&engine->readings, engine->reading_slots, sizeof(engine->reading_slots[0]));
	path_init(&engine->path, FIRST_RATE_HZ, plan, EVERY_OUTPUT);
}

void engine_set_handover(struct engine *engine, struct handover *handover)
{
	engine->handover = handover;
}

void engine_set_plan(struct engine *engine, const struct plan *plan)
{
	memcpy(snapshot_slot(&engine->plans), plan, sizeof(*plan));
	snapshot_publish(&engine->plans);
}

void engine_set_headphone_filters(struct engine *engine, const struct headphone_filters *filters)
{
	memcpy(snapshot_slot(&engine->filters), filters, sizeof(*filters));
	snapshot_publish(&engine->filters);
}

struct reading engine_reading(struct engine *engine)
{
	const struct reading *reading = snapshot_read(&engine->readings, NULL);

	return *reading;
}

/* An output is open while the amplifier is on and its device is there to stay. */
static void move_gates(struct engine *engine, bool power, const struct engine_block *block)
{
	for (int o = 0; o < OUTPUTS; o++) {
		bool live = (block->live_outputs & 1u << o) != 0 &&
			    (o != OUTPUT_HEADPHONE || path_headphone_ready(&engine->path));
		bool open = power && !(block->leaving_outputs & 1u << o);

		if (!live) {
			/* Nobody hears it: when its device comes back it fades in from nothing. */
			path_set_gate(&engine->path, (enum output)o, false, 0);
		} else {
			path_set_gate(&engine->path, (enum output)o, open,
				      open ? PATH_START_MS : PATH_CHANGE_MS);
		}
	}
}

static void take_filters(struct engine *engine)
{
	const struct headphone_filters *filters;
	bool fresh;

	filters = snapshot_read(&engine->filters, &fresh);
	engine->filters_waiting = engine->filters_waiting || fresh;
	if (engine->filters_waiting) {
		engine->filters_waiting = !path_set_headphone_filters(&engine->path, filters);
	}
}

static void take_plan(struct engine *engine, const struct engine_block *block)
{
	const struct plan *plan;
	bool fresh;

	plan = snapshot_read(&engine->plans, &fresh);
	engine->plan_waiting = engine->plan_waiting || fresh;
	if (engine->plan_waiting) {
		engine->plan_waiting = !path_set_plan(&engine->path, plan);
	}
	engine->input = plan->input;
	move_gates(engine, plan->power, block);
}

/* Frames `done` to `done + frames` of the cycle. */
static void process_part(struct engine *engine, const struct engine_block *block, unsigned int done,
			 unsigned int frames)
{
	const struct ops *ops = engine->path.ops;
	unsigned int used = path_used_inputs(&engine->path) | 1u << engine->input;
	struct path_block part = {0};

	for (int input = 0; input < INPUTS; input++) {
		for (int side = 0; side < 2; side++) {
			if ((used & 1u << input) && block->in[input][side]) {
				ops->from_float(engine->in[input][side],
						block->in[input][side] + done, frames);
				part.in[input][side] = engine->in[input][side];
			}
		}
	}
	for (int c = 0; c < CHANNELS; c++) {
		part.out[c] = block->out[c] ? engine->out[c] : NULL;
	}
	path_process(&engine->path, &part, frames);
	for (int o = 0; o < OUTPUTS; o++) {
		engine->reading.bit_exact[o] =
			engine->reading.bit_exact[o] && engine->path.bit_exact[o];
	}
	for (int c = 0; c < CHANNELS; c++) {
		if (block->out[c]) {
			ops->to_float(block->out[c] + done, engine->out[c], frames);
		}
	}
}

static void tell_guards(const struct path *path, struct reading *reading)
{
	reading->nonfinite_samples = reading->limited_frames = reading->trips = 0;
	for (int o = 0; o < OUTPUTS; o++) {
		const struct guard *guard = &path->guards[o];

		reading->nonfinite_samples += guard->nonfinite_samples;
		reading->limited_frames += guard->limited_frames;
		reading->trips += guard->trips;
		reading->guard[o] = guard->state;
	}
	reading->headphone_limited_frames = path->guards[OUTPUT_HEADPHONE].limited_frames;
	reading->coil_factor = path->guards[OUTPUT_HEADPHONE].coil.factor;
}

/* What came in and what goes out, as it is: all that is measured is measured of that. */
static void hand_over(struct engine *engine, const struct engine_block *block)
{
	const float *const samples[METER_POINTS][2] = {
		[METER_INPUT] = {block->in[engine->input][0], block->in[engine->input][1]},
		[METER_HEADPHONE] = {block->out[CHANNEL_HEADPHONE_LEFT],
				     block->out[CHANNEL_HEADPHONE_RIGHT]},
		[METER_LINE] = {block->out[CHANNEL_LINE_LEFT], block->out[CHANNEL_LINE_RIGHT]},
	};

	if (engine->handover) {
		handover_put(engine->handover, samples, block->frames, engine->input,
			     block->rate_hz);
	}
}

static void tell(struct engine *engine, const struct engine_block *block)
{
	struct reading *reading = &engine->reading;

	reading->frames += block->frames;
	reading->lost_blocks += block->lost_blocks;
	tell_guards(&engine->path, reading);
	reading->rate_hz = block->rate_hz;
	reading->block_frames = block->frames;
	reading->used_inputs = path_used_inputs(&engine->path);
	reading->silent = path_silent(&engine->path);
	memcpy(snapshot_slot(&engine->readings), reading, sizeof(*reading));
	snapshot_publish(&engine->readings);
}

void engine_process(struct engine *engine, const struct engine_block *block)
{
	realtime_begin();
	if (block->rate_hz != engine->path.rate_hz) {
		path_set_rate(&engine->path, block->rate_hz);
	}
	take_filters(engine);
	take_plan(engine, block);
	for (int o = 0; o < OUTPUTS; o++) {
		engine->reading.bit_exact[o] = true;
	}
	for (unsigned int done = 0; done < block->frames; done += PATH_BLOCK) {
		unsigned int left = block->frames - done;

		process_part(engine, block, done, left < PATH_BLOCK ? left : PATH_BLOCK);
	}
	hand_over(engine, block);
	tell(engine, block);
	realtime_end();
}

bool engine_output_silent(const struct engine *engine, enum output output)
{
	return path_output_silent(&engine->path, output);
}
