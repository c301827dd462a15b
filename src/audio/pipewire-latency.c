/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Latency, told through us both ways, main thread: to players how long until what they send is
 * heard, to devices how long ago what comes was made. What we add ourselves, the look-ahead
 * limiter's delay while it is chosen, is added to both. Every stream is given both values each
 * time, since newer versions forget the one when they learn the other.
 */
#include <spa/param/latency-utils.h>

#include "pipewire.h"

static void offer(struct pw_stream *stream, const struct spa_latency_info *heard,
		  const struct spa_latency_info *made)
{
	uint8_t buffer[512];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_pod *params[2];

	params[0] = spa_latency_build(&builder, SPA_PARAM_Latency, heard);
	params[1] = spa_latency_build(&builder, SPA_PARAM_Latency, made);
	pw_stream_update_params(stream, params, 2);
}

/* With what we add ourselves. */
static struct spa_latency_info later(const struct audio *audio, const struct spa_latency_info *info)
{
	struct spa_latency_info sum = *info;

	sum.min_ns += audio->config.latency_ns;
	sum.max_ns += audio->config.latency_ns;
	return sum;
}

static void offer_input(struct pipewire_input *input)
{
	struct spa_latency_info heard = later(input->audio, &input->audio->heard);

	offer(input->stream, &heard, &input->made);
}

static void offer_output(struct pipewire_output *output)
{
	struct spa_latency_info made = later(output->audio, &output->audio->made);

	offer(output->stream, &output->heard, &made);
}

/* The live outputs' devices together, as every input sees them. */
static void pass_to_players(struct audio *audio)
{
	spa_latency_info_combine_start(&audio->heard, SPA_DIRECTION_INPUT);
	for (int i = 0; i < OUTPUTS; i++) {
		if (audio->outputs[i].reach == REACH_LIVE) {
			spa_latency_info_combine(&audio->heard, &audio->outputs[i].heard);
		}
	}
	spa_latency_info_combine_finish(&audio->heard);
	for (int i = 0; i < INPUTS; i++) {
		if (audio->inputs[i].stream) {
			offer_input(&audio->inputs[i]);
		}
	}
}

/* The players of all inputs together, as every output sees them. */
static void pass_to_devices(struct audio *audio)
{
	spa_latency_info_combine_start(&audio->made, SPA_DIRECTION_OUTPUT);
	for (int i = 0; i < INPUTS; i++) {
		if (audio->inputs[i].stream) {
			spa_latency_info_combine(&audio->made, &audio->inputs[i].made);
		}
	}
	spa_latency_info_combine_finish(&audio->made);
	for (int i = 0; i < OUTPUTS; i++) {
		if (audio->outputs[i].stream) {
			offer_output(&audio->outputs[i]);
		}
	}
}

double pipewire_latency_ms(const struct pipewire_output *output, const struct reading *reading)
{
	const struct spa_latency_info *info = &output->heard;
	double frames = (double)info->max_quantum * reading->block_frames + info->max_rate;

	return 1000.0 * frames / reading->rate_hz + (double)info->max_ns / 1e6;
}

void pipewire_latency_tell(struct audio *audio)
{
	struct reading reading = engine_reading(audio->graph.engine);
	double ms = 0.0;

	if (reading.rate_hz <= 0.0) {
		return;
	}
	for (int i = 0; i < OUTPUTS; i++) {
		if (audio->outputs[i].reach == REACH_LIVE) {
			ms = SPA_MAX(ms, pipewire_latency_ms(&audio->outputs[i], &reading));
		}
	}
	if (ms != audio->told_latency_ms && audio->events.latency) {
		audio->told_latency_ms = ms;
		audio->events.latency(audio->data, ms);
	}
}

void pipewire_latency_live_changed(struct audio *audio)
{
	pass_to_players(audio);
	pipewire_latency_tell(audio);
}

void pipewire_latency_own_changed(struct audio *audio)
{
	pass_to_players(audio);
	pass_to_devices(audio);
}

/* Keeps what came from the other side. True when it is news. */
static bool take(const struct spa_pod *param, enum spa_direction direction,
		 struct spa_latency_info *info)
{
	struct spa_latency_info now;

	if (!param || spa_latency_parse(param, &now) < 0 || now.direction != direction ||
	    spa_latency_info_compare(info, &now) == 0) {
		return false;
	}
	*info = now;
	return true;
}

void pipewire_latency_input(struct pipewire_input *input, const struct spa_pod *param)
{
	if (take(param, SPA_DIRECTION_OUTPUT, &input->made)) {
		pass_to_devices(input->audio);
	}
	offer_input(input);
}

void pipewire_latency_output(struct pipewire_output *output, const struct spa_pod *param)
{
	if (take(param, SPA_DIRECTION_INPUT, &output->heard)) {
		pipewire_latency_live_changed(output->audio);
	}
	offer_output(output);
}
