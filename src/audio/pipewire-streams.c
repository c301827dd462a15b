/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Our own nodes, main thread: five sinks that programs play into and three outputs, all of one
 * group, so that the graph runs them in one cycle. No rate is asked for: they follow the graph.
 */
#include <errno.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/latency-utils.h>
#include <string.h>

#include "log.h"
#include "outputs.h"
#include "pipewire.h"

#define LATENCY_FIRST_MS 100
#define LATENCY_EVERY_MS 1000

static const struct spa_pod *build_format(struct spa_pod_builder *builder, unsigned int channels)
{
	struct spa_audio_info_raw info = {.format = SPA_AUDIO_FORMAT_F32P, .channels = channels};

	info.position[0] = channels == 1 ? SPA_AUDIO_CHANNEL_MONO : SPA_AUDIO_CHANNEL_FL;
	info.position[1] = SPA_AUDIO_CHANNEL_FR;
	return spa_format_audio_raw_build(builder, SPA_PARAM_EnumFormat, &info);
}

/* What comes in leaves in the same cycle; what we add all the same is told with the links' latency.
 */
static const struct spa_pod *build_process_latency(struct spa_pod_builder *builder)
{
	const struct spa_process_latency_info none = {0};

	return spa_process_latency_build(builder, SPA_PARAM_ProcessLatency, &none);
}

static void input_param_changed(void *data, uint32_t id, const struct spa_pod *param)
{
	struct pipewire_input *input = data;

	if (id == SPA_PARAM_Props && param) {
		pipewire_input_props(input, param);
	} else if (id == SPA_PARAM_Latency) {
		pipewire_latency_input(input, param);
	}
}

static void output_param_changed(void *data, uint32_t id, const struct spa_pod *param)
{
	struct pipewire_output *output = data;

	if (id == SPA_PARAM_Props && param) {
		pipewire_output_props(output, param);
	} else if (id == SPA_PARAM_Latency) {
		pipewire_latency_output(output, param);
	}
}

static int set_position(struct spa_loop *loop, bool async, uint32_t seq, const void *data,
			size_t size, void *user_data)
{
	struct graph_input *input = user_data;

	memcpy(&input->position, data, sizeof(input->position));
	return 0;
}

/* The graph's clock comes and goes with the driver; the old one is unmapped after this. */
static void input_io_changed(void *data, uint32_t id, void *area, uint32_t size)
{
	struct pipewire_input *input = data;
	const struct spa_io_position *position =
		size >= sizeof(struct spa_io_position) ? area : NULL;

	if (id == SPA_IO_Position) {
		pipewire_call_graph(input->audio, set_position, &position, sizeof(position),
				    &input->audio->graph.inputs[input->number]);
	}
}

/* While sound flows the graph may change its rate or block without another word. */
static void input_state_changed(void *data, enum pw_stream_state old, enum pw_stream_state state,
				const char *error)
{
	struct pipewire_input *input = data;
	struct audio *audio = input->audio;

	if (state == PW_STREAM_STATE_PAUSED) {
		pipewire_tell_fader(input); /* a slider that nobody has moved says nothing itself */
	} else if (state == PW_STREAM_STATE_STREAMING) {
		loop_arm_timer(audio->latency_timer, LATENCY_FIRST_MS, LATENCY_EVERY_MS);
		if (audio->events.started) {
			audio->events.started(audio->data);
		}
	} else if (state == PW_STREAM_STATE_ERROR) {
		log_error("PipeWire refuses %s%d: %s", PIPEWIRE_INPUT_NAME, input->number + 1,
			  error ? error : "no reason given");
	}
	pipewire_touch(audio);
}

static void output_state_changed(void *data, enum pw_stream_state old, enum pw_stream_state state,
				 const char *error)
{
	struct pipewire_output *output = data;

	if (state == PW_STREAM_STATE_ERROR) {
		log_error("PipeWire refuses the %s output: %s", output_rows[output->number].name,
			  error ? error : "no reason given");
	}
	pipewire_touch(output->audio);
}

/* What runs on the audio thread is a listener of its own, with the audio thread's data. */
static const struct pw_stream_events input_process_events = {
	PW_VERSION_STREAM_EVENTS,
	.process = graph_input_process,
};

static const struct pw_stream_events output_process_events = {
	PW_VERSION_STREAM_EVENTS,
	.process = graph_output_process,
};

static const struct pw_stream_events input_events = {
	PW_VERSION_STREAM_EVENTS,
	.state_changed = input_state_changed,
	.param_changed = input_param_changed,
	.io_changed = input_io_changed,
};

static const struct pw_stream_events output_events = {
	PW_VERSION_STREAM_EVENTS,
	.state_changed = output_state_changed,
	.param_changed = output_param_changed,
};

static int connect_stream(struct pw_stream *stream, enum pw_direction direction,
			  enum pw_stream_flags flags, unsigned int channels)
{
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_pod *params[2];

	params[0] = build_format(&builder, channels);
	params[1] = build_process_latency(&builder);
	return pw_stream_connect(stream, direction, PW_ID_ANY,
				 flags | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS,
				 params, SPA_N_ELEMENTS(params));
}

static int create_input(struct pipewire_input *input)
{
	struct audio *audio = input->audio;
	struct graph_input *graph_input = &audio->graph.inputs[input->number];
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_VIRTUAL, "true", PW_KEY_NODE_GROUP,
		PIPEWIRE_GROUP, PW_KEY_NODE_LINK_GROUP, PIPEWIRE_GROUP, SPA_KEY_AUDIO_POSITION,
		"[ FL FR ]", PW_KEY_PRIORITY_SESSION, "500", PW_KEY_NODE_DESCRIPTION,
		audio->config.input_name[input->number], NULL);
	char name[32];

	if (!props) {
		return -ENOMEM;
	}
	snprintf(name, sizeof(name), PIPEWIRE_INPUT_NAME "%d", input->number + 1);
	pw_properties_set(props, PW_KEY_NODE_NAME, name);
	input->stream = pw_stream_new(audio->core, name, props);
	if (!input->stream) {
		return -errno;
	}
	input->fader_half_db = FADER_UNKNOWN;
	input->slider[0] = input->slider[1] = 1.0f;
	input->slider_mute = false;
	input->made = SPA_LATENCY_INFO(SPA_DIRECTION_OUTPUT);
	graph_input->stream = input->stream;
	pw_stream_add_listener(input->stream, &input->process_hook, &input_process_events,
			       graph_input);
	pw_stream_add_listener(input->stream, &input->hook, &input_events, input);
	return connect_stream(input->stream, PW_DIRECTION_INPUT, PW_STREAM_FLAG_AUTOCONNECT, 2);
}

static int set_output_stream(struct spa_loop *loop, bool async, uint32_t seq, const void *data,
			     size_t size, void *user_data)
{
	struct graph_output *output = user_data;

	memcpy(&output->stream, data, sizeof(output->stream));
	return 0;
}

static struct pw_properties *output_props(struct audio *audio, enum output number, const char *name)
{
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_NODE_NAME,
		name, PW_KEY_NODE_GROUP, PIPEWIRE_GROUP, PW_KEY_NODE_LINK_GROUP, PIPEWIRE_GROUP,
		PW_KEY_NODE_PASSIVE, "true", PW_KEY_NODE_AUTOCONNECT, "false",
		PW_KEY_STREAM_DONT_REMIX, "true", "state.restore-props", "false",
		"state.restore-target", "false", "node.dont-fallback", "true",
		"channelmix.lock-volumes", "true", SPA_KEY_AUDIO_POSITION,
		output_rows[number].channels == 1 ? "[ MONO ]" : "[ FL FR ]", NULL);

	if (props) {
		pw_properties_setf(props, PW_KEY_NODE_DESCRIPTION, "%s %s", audio->config.name,
				   output_rows[number].name);
	}
	return props;
}

static int create_output(struct pipewire_output *output)
{
	struct audio *audio = output->audio;
	struct graph_output *graph_output = &audio->graph.outputs[output->number];
	struct pw_properties *props;
	char name[32];

	snprintf(name, sizeof(name), PIPEWIRE_GROUP ".%s", output_rows[output->number].name);
	props = output_props(audio, output->number, name);
	if (!props) {
		return -ENOMEM;
	}
	graph_output->first_channel = output_rows[output->number].first;
	graph_output->channels = output_rows[output->number].channels;
	output->stream = pw_stream_new(audio->core, name, props);
	if (!output->stream) {
		return -errno;
	}
	output->heard = SPA_LATENCY_INFO(SPA_DIRECTION_INPUT);
	pw_stream_add_listener(output->stream, &output->process_hook, &output_process_events,
			       graph_output);
	pw_stream_add_listener(output->stream, &output->hook, &output_events, output);
	output->active = false;
	return connect_stream(output->stream, PW_DIRECTION_OUTPUT,
			      PW_STREAM_FLAG_TRIGGER | PW_STREAM_FLAG_INACTIVE,
			      graph_output->channels);
}

/* The audio thread triggers only what is active. */
void pipewire_output_set_active(struct pipewire_output *output, bool active)
{
	struct graph_output *graph_output = &output->audio->graph.outputs[output->number];
	struct pw_stream *triggered = active ? output->stream : NULL;

	if (!output->stream || active == output->active) {
		return;
	}
	output->active = active;
	if (active) {
		pw_stream_set_active(output->stream, true);
	}
	pipewire_call_graph(output->audio, set_output_stream, &triggered, sizeof(triggered),
			    graph_output);
	if (!active) {
		pw_stream_set_active(output->stream, false);
	}
}

static int drop_input(struct spa_loop *loop, bool async, uint32_t seq, const void *data,
		      size_t size, void *user_data)
{
	graph_drop_input(user_data);
	return 0;
}

static void destroy_input(struct pipewire_input *input)
{
	if (!input->stream) {
		return;
	}
	spa_hook_remove(&input->hook);
	pipewire_call_graph(input->audio, drop_input, NULL, 0,
			    &input->audio->graph.inputs[input->number]);
	pw_stream_destroy(input->stream);
	input->stream = NULL;
	input->ends = false;
}

/* What may be heard is ended once the engine says that it is not. */
static void end_input(struct pipewire_input *input)
{
	if (input->stream && !input->ends) {
		input->ends = true;
		input->ends_frames = engine_reading(input->audio->graph.engine).frames;
		pipewire_silence_await(input->audio);
	}
}

bool pipewire_streams_await(struct audio *audio, const struct reading *reading, bool still)
{
	bool waits = false;

	for (int i = 0; i < INPUTS; i++) {
		struct pipewire_input *input = &audio->inputs[i];
		/* A reading of before may not know of what was selected since. */
		bool heard =
			(reading->used_inputs & 1u << i) || reading->frames == input->ends_frames;

		if (input->ends && (still || !heard)) {
			destroy_input(input);
		}
		waits |= input->ends;
	}
	return waits;
}

static void destroy_output(struct pipewire_output *output)
{
	if (output->stream) {
		pipewire_output_set_active(output, false);
		spa_hook_remove(&output->hook);
		pw_stream_destroy(output->stream);
		output->stream = NULL;
	}
}

/* People's name of a node. */
static void describe(struct pw_stream *stream, const char *description)
{
	const struct spa_dict_item item = SPA_DICT_ITEM_INIT(PW_KEY_NODE_DESCRIPTION, description);

	pw_stream_update_properties(stream, &SPA_DICT_INIT(&item, 1));
}

int pipewire_streams_update(struct audio *audio)
{
	int error = 0;

	for (int i = 0; i < INPUTS && !error; i++) {
		struct pipewire_input *input = &audio->inputs[i];

		if (!audio->config.input_enabled[i]) {
			end_input(input);
		} else if (input->stream) {
			input->ends = false;
			describe(input->stream, audio->config.input_name[i]);
		} else {
			error = create_input(input);
		}
	}
	for (int i = 0; i < OUTPUTS && !error; i++) {
		if (!audio->outputs[i].stream) {
			error = create_output(&audio->outputs[i]);
		}
	}
	return error;
}

void pipewire_streams_stop(struct audio *audio)
{
	for (int i = 0; i < INPUTS; i++) {
		destroy_input(&audio->inputs[i]);
	}
	for (int i = 0; i < OUTPUTS; i++) {
		destroy_output(&audio->outputs[i]);
	}
}
