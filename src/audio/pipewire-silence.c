/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is heard is not cut: an output that goes elsewhere, an input that is switched off and all of
 * it in standby wait here until the audio thread says that nothing is heard of them any more, or
 * until no sound advances at all. Main thread.
 */
#include <errno.h>

#include "pipewire.h"

#define LOOK_MS  10
#define STILL_MS 300 /* without a cycle for so long, there is no sound to wait for */

static void set_released(struct audio *audio, bool released)
{
	if (audio->released != released) {
		audio->released = released;
		pipewire_links_update(audio);
	}
}

/* Standby: the devices are let go once nothing is heard. True while something is. */
static bool await_standby(struct audio *audio, bool silent)
{
	if (!audio->config.power && silent) {
		set_released(audio, true);
	}
	return !audio->config.power && !audio->released;
}

static void on_timer(void *data)
{
	struct audio *audio = data;
	struct reading reading = engine_reading(audio->graph.engine);
	uint64_t now_ms = loop_now_ms();
	bool still, waits;

	if (reading.frames != audio->still_frames) {
		audio->still_frames = reading.frames;
		audio->still_since_ms = now_ms;
	}
	still = now_ms - audio->still_since_ms > STILL_MS;
	waits = await_standby(audio, reading.silent || still);
	waits |= pipewire_links_await(audio, still);
	waits |= pipewire_streams_await(audio, &reading, still);
	if (!waits) {
		loop_disarm_timer(audio->silence_timer);
		audio->awaits_silence = false;
	}
}

int pipewire_silence_init(struct audio *audio)
{
	audio->silence_timer = loop_add_timer(audio->loop, on_timer, audio);
	return audio->silence_timer ? 0 : -ENOMEM;
}

void pipewire_silence_await(struct audio *audio)
{
	if (!audio->awaits_silence) {
		audio->awaits_silence = true;
		audio->still_since_ms = loop_now_ms();
		loop_arm_timer(audio->silence_timer, LOOK_MS, LOOK_MS);
	}
}

void pipewire_set_power(struct audio *audio, bool power)
{
	if (power) {
		set_released(audio, false);
	} else if (!audio->released) {
		pipewire_silence_await(audio);
	}
}
