/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The desktop's sliders on our nodes, main thread. PipeWire would apply a stream's volume itself,
 * as a step. It is told that its own part (softVolumes) is 1 whatever the slider says: an input's
 * slider is then read and obeyed by the amplifier, and an output's stays where it is.
 */
#include <math.h>
#include <spa/param/props.h>
#include <spa/pod/iter.h>

#include "pipewire.h"

int pipewire_half_db(double lin)
{
	long half_db = lin > 0.0 ? lround(40.0 * log10(lin)) : HALF_DB_MUTE;

	return half_db <= HALF_DB_MIN ? HALF_DB_MUTE : (int)SPA_MIN(half_db, 0);
}

bool pipewire_level_parse(const struct spa_pod *props, struct pipewire_level *ret_level)
{
	struct pipewire_level level = {.master = 1.0f};
	const struct spa_pod_object *object = (const struct spa_pod_object *)props;
	struct spa_pod_prop *prop;
	bool found = false;

	if (!spa_pod_is_object_type(props, SPA_TYPE_OBJECT_Props)) {
		return false;
	}
	SPA_POD_OBJECT_FOREACH(object, prop)
	{
		switch (prop->key) {
		case SPA_PROP_channelVolumes:
			level.channels = spa_pod_copy_array(&prop->value, SPA_TYPE_Float,
							    level.volume, SPA_AUDIO_MAX_CHANNELS);
			found |= level.channels > 0;
			break;
		case SPA_PROP_mute:
			level.has_mute = spa_pod_get_bool(&prop->value, &level.mute) == 0;
			found |= level.has_mute;
			break;
		case SPA_PROP_volume:
			spa_pod_get_float(&prop->value, &level.master);
			break;
		case SPA_PROP_softVolumes:
			level.soft = true;
			break;
		default:
			break;
		}
	}
	if (found) {
		*ret_level = level;
	}
	return found;
}

/* Says to a stream's converter where the slider is, and that nothing of it is to be applied. */
static void answer(struct pw_stream *stream, unsigned int channels, float *volume, bool is_mute)
{
	float unity[2] = {1.0f, 1.0f};
	float mute = is_mute ? 1.0f : 0.0f;
	float zero = 0.0f;

	pw_stream_set_control(stream, SPA_PROP_channelVolumes, channels, volume, SPA_PROP_mute, 1,
			      &mute, SPA_PROP_softVolumes, channels, unity, SPA_PROP_softMute, 1,
			      &zero, 0);
}

void pipewire_tell_fader(struct pipewire_input *input)
{
	double lin = (double)SPA_MAX(input->slider[0], input->slider[1]);
	int half_db = input->slider_mute ? HALF_DB_MUTE : pipewire_half_db(lin);
	struct audio *audio = input->audio;

	if (half_db != input->fader_half_db) {
		input->fader_half_db = half_db;
		if (audio->events.fader) {
			audio->events.fader(audio->data, input->number, half_db);
		}
	}
}

void pipewire_input_props(struct pipewire_input *input, const struct spa_pod *props)
{
	struct pipewire_level level;

	if (!pipewire_level_parse(props, &level) || level.soft) {
		return;
	}
	if (level.channels) {
		input->slider[0] = level.volume[0];
		input->slider[1] = level.volume[level.channels > 1];
	}
	if (level.has_mute) {
		input->slider_mute = level.mute;
	}
	answer(input->stream, 2, input->slider, input->slider_mute);
	pipewire_tell_fader(input);
}

static bool is_unity(const struct pipewire_level *level)
{
	for (unsigned int i = 0; i < level->channels; i++) {
		if (level->volume[i] != 1.0f) {
			return false;
		}
	}
	return !level->mute;
}

void pipewire_output_props(struct pipewire_output *output, const struct spa_pod *props)
{
	struct pipewire_level level;
	float unity[2] = {1.0f, 1.0f};

	if (pipewire_level_parse(props, &level) && !level.soft && !is_unity(&level)) {
		answer(output->stream, output->number == OUTPUT_SUB ? 1 : 2, unity, false);
	}
}
