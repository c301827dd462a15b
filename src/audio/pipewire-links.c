/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The way from our outputs to their devices, main thread. We link by ourselves, to the device that
 * is named and to nothing else: a session manager would move an output whose device is gone to
 * another one, and headphone sound would come out of loudspeakers. Nor does another output come
 * to where the headphones are: the server would add them up, and no limit would hold.
 *
 * pipewire_links_update() looks at everything anew and makes it so; whatever changes calls for it.
 */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "pipewire.h"

#define FLIGHT_MS      60   /* besides what is known of it, until what was sent has been heard */
#define FLIGHT_MOST_MS 5000 /* whatever a device tells of its latency */
#define LOOK_MS        10

static struct graph_output *graph_output(const struct pipewire_output *output)
{
	return &output->audio->graph.outputs[output->number];
}

static void set_reach(struct pipewire_output *output, enum reach reach)
{
	_Atomic unsigned int *shared = &graph_output(output)->reach;
	unsigned int before = atomic_load_explicit(shared, memory_order_relaxed);

	if (reach != output->reach) {
		output->reach = reach;
		output->silent_ms = loop_now_ms();
		atomic_store_explicit(shared, before - before % REACHES + REACHES + reach,
				      memory_order_release);
	}
}

/* It has faded out. */
static bool has_ended(const struct pipewire_output *output)
{
	const struct graph_output *shared = graph_output(output);

	return atomic_load_explicit(&shared->ended, memory_order_acquire) ==
	       atomic_load_explicit(&shared->reach, memory_order_relaxed);
}

/* The block that is played now, its way through the device, and some more. */
static double flight_ms(const struct pipewire_output *output, const struct reading *reading)
{
	double ms = FLIGHT_MS;

	if (reading->rate_hz > 0.0) {
		ms += 1000.0 * reading->block_frames / reading->rate_hz +
		      pipewire_latency_ms(output, reading);
	}
	return fmin(ms, FLIGHT_MOST_MS);
}

unsigned int pipewire_links_flight_ms(struct audio *audio, unsigned int outputs)
{
	const struct reading reading = engine_reading(audio->graph.engine);
	double longest = 0.0;

	for (unsigned int i = 0; i < OUTPUTS; i++) {
		const struct pipewire_output *output = &audio->outputs[i];
		double since_ms = (double)(loop_now_ms() - output->silent_ms);

		if (outputs & 1u << i) {
			longest = fmax(longest, output->reach == REACH_NONE
							? flight_ms(output, &reading) - since_ms
							: LOOK_MS);
		}
	}
	return (unsigned int)ceil(longest);
}

/*
 * True when nothing of it is heard any more and its links may go. Else it fades out; the links then
 * stay until that has been played: a device that nobody plays to drops what it still has.
 */
static bool silence(struct pipewire_output *output)
{
	struct audio *audio = output->audio;

	if (!pipewire_has_sink(audio, output->sink_id)) {
		set_reach(output, REACH_NONE);
		return true;
	}
	if (output->reach == REACH_LIVE) {
		set_reach(output, REACH_GOING);
	} else if (output->reach == REACH_GOING && has_ended(output)) {
		set_reach(output, REACH_NONE);
	}
	output->waits = pipewire_links_flight_ms(audio, 1u << output->number) > 0;
	if (output->waits) {
		pipewire_silence_await(audio);
	}
	return !output->waits;
}

void pipewire_links_hold(struct audio *audio, unsigned int outputs)
{
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		if (outputs & 1u << i) {
			set_reach(&audio->outputs[i], REACH_NONE);
		}
	}
}

void pipewire_links_fade(struct audio *audio, unsigned int outputs)
{
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		if (outputs & 1u << i) {
			silence(&audio->outputs[i]);
		}
	}
}

static void tell_state(struct pipewire_output *output, enum device_state state)
{
	struct audio *audio = output->audio;

	if (output->told_state != (int)state) {
		output->told_state = (int)state;
		if (audio->events.device_state) {
			audio->events.device_state(audio->data, output->number, state);
		}
	}
}

static bool is_named(const char *name)
{
	return name[0] != '\0' && !pipewire_is_auto(name);
}

/* The sound device that an output is meant to go to, where it is there and may be used; or NULL. */
static const struct pipewire_node *named_sink(struct audio *audio, int output)
{
	const char *name = audio->config.device[output];

	return !audio->core || audio->released || !is_named(name) ? NULL
								  : pipewire_find_sink(audio, name);
}

static void set_refused(struct pipewire_output *output, bool refused)
{
	struct audio *audio = output->audio;

	if (refused && !output->refused && audio->events.device_refused) {
		audio->events.device_refused(audio->data, output->number);
	}
	output->refused = refused;
}

/* Settles which device an output goes to: another one once nothing is heard on that before. */
static void take_sink(struct pipewire_output *output)
{
	struct audio *audio = output->audio;
	const struct pipewire_node *sink = named_sink(audio, output->number);
	uint32_t id;

	set_refused(output, sink && output->number != OUTPUT_HEADPHONE &&
				    sink == named_sink(audio, OUTPUT_HEADPHONE) &&
				    pipewire_wires_clash(audio, output->number, OUTPUT_HEADPHONE,
							 sink->id));
	id = sink && !output->refused ? sink->id : SPA_ID_INVALID;
	output->leaves = output->sink_id != id;
	if (output->leaves && silence(output)) {
		pipewire_wires_choose(output, false);
		pipewire_wires_clear(output);
		output->sink_id = id;
		output->leaves = false;
	}
}

/*
 * Outputs that share a device share its level: the lowest that one of them wants. The first of
 * them looks after it.
 */
static void follow_devices(struct audio *audio)
{
	for (int i = 0; i < OUTPUTS; i++) {
		uint32_t id = audio->outputs[i].sink_id;
		int half_db = audio->config.device_volume_half_db[i];
		unsigned int outputs = 0;

		for (int j = 0; j < OUTPUTS && id != SPA_ID_INVALID; j++) {
			if (audio->outputs[j].sink_id != id) {
				continue;
			}
			if (j < i) {
				outputs = 0;
				break;
			}
			outputs |= 1u << j;
			half_db = SPA_MIN(half_db, audio->config.device_volume_half_db[j]);
		}
		if (outputs) {
			pipewire_device_follow(&audio->devices[i], id, outputs, half_db);
		} else {
			pipewire_device_leave(&audio->devices[i]);
		}
	}
}

static struct pipewire_device *device_of(struct audio *audio, enum output output)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (audio->devices[i].outputs & 1u << output) {
			return &audio->devices[i];
		}
	}
	return NULL;
}

/* A device's level is put right before the first link. */
static void clear_wires(struct pipewire_output *output)
{
	struct pipewire_device *device = device_of(output->audio, output->number);
	bool linked = !spa_list_is_empty(&output->links);

	pipewire_wires_choose(output, output->stream && device && (device->pinned || linked));
	if (!pipewire_wires_superfluous(output) || silence(output)) {
		pipewire_wires_clear(output);
	}
}

/* While a device's level is not right, and while an output is about to leave it, it is not live. */
static void update_output(struct pipewire_output *output)
{
	struct audio *audio = output->audio;
	const char *name = audio->config.device[output->number];
	struct pipewire_device *device = device_of(audio, output->number);
	bool active = output->sink_id != SPA_ID_INVALID || (!audio->released && is_named(name));
	bool fit;

	pipewire_output_set_active(output, active);
	fit = pipewire_wires_make(output) && device && device->pinned && !output->leaves &&
	      !pipewire_wires_superfluous(output);
	if (!fit) {
		silence(output);
	} else if (output->reach == REACH_NONE ||
		   (output->reach == REACH_GOING && silence(output))) {
		set_reach(output, REACH_LIVE);
	}
	if (output->reach == REACH_LIVE) {
		tell_state(output, DEVICE_CONNECTED);
	} else if (name[0] == '\0') {
		tell_state(output, DEVICE_NONE);
	} else {
		tell_state(output, audio->released ? DEVICE_RELEASED : DEVICE_WAITING);
	}
}

static unsigned int live_outputs(const struct audio *audio)
{
	unsigned int live = 0;

	for (unsigned int i = 0; i < OUTPUTS; i++) {
		live |= audio->outputs[i].reach == REACH_LIVE ? 1u << i : 0;
	}
	return live;
}

void pipewire_links_update(struct audio *audio)
{
	unsigned int live_before = live_outputs(audio);

	pipewire_auto_update(audio);
	for (int i = 0; i < OUTPUTS; i++) {
		take_sink(&audio->outputs[i]);
	}
	follow_devices(audio);
	for (int i = 0; i < OUTPUTS; i++) {
		clear_wires(&audio->outputs[i]);
	}
	for (int i = 0; i < OUTPUTS; i++) {
		update_output(&audio->outputs[i]);
	}
	if (live_outputs(audio) != live_before) {
		pipewire_latency_live_changed(audio);
	}
}

bool pipewire_links_await(struct audio *audio, bool still)
{
	bool any_ended = false, waits = false;

	for (int i = 0; i < OUTPUTS; i++) {
		struct pipewire_output *output = &audio->outputs[i];

		if (output->waits && still) {
			set_reach(output, REACH_NONE);
			output->silent_ms = 0;
		}
		if (output->waits &&
		    (has_ended(output) || pipewire_links_flight_ms(audio, 1u << i) == 0)) {
			output->waits = false;
			any_ended = true;
		}
	}
	if (any_ended) {
		pipewire_links_update(audio);
	}
	for (int i = 0; i < OUTPUTS; i++) {
		waits |= audio->outputs[i].waits;
	}
	return waits;
}

void pipewire_links_stop(struct audio *audio)
{
	pipewire_links_hold(audio, (1u << OUTPUTS) - 1u);
	for (int i = 0; i < OUTPUTS; i++) {
		pipewire_wires_choose(&audio->outputs[i], false);
		pipewire_wires_clear(&audio->outputs[i]);
		audio->outputs[i].sink_id = SPA_ID_INVALID;
	}
}
