/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Where sound comes from and goes to: back ends as tables of functions. A back end owns its audio
 * thread, which calls engine_process() and nothing else of ours; every other function and every
 * event is called on the main thread, from the loop.
 */
#ifndef WIREGAIN_AUDIO_H
#define WIREGAIN_AUDIO_H

#include <stdbool.h>
#include <stdint.h>

#include "controls.h"
#include "engine.h"
#include "loop.h"

/* The amplifier's wishes. */
struct audio_config {
	bool power;            /* off: let the devices go, once the engine is silent */
	char name[TEXT_BYTES]; /* of this amplifier, for people: system.name */
	char input_name[INPUTS][TEXT_BYTES]; /* for people: "XLR 1" */
	bool input_enabled[INPUTS];
	char device[OUTPUTS][TEXT_BYTES]; /* the sound device's name; "": none; "auto": see below */
	int device_volume_half_db[OUTPUTS]; /* what the device's own level is held at, 0 or less */
	int64_t latency_ns; /* from in to out, the engine's own: for whoever wants to know */
};

/* What a back end tells. Any may be NULL. */
struct audio_events {
	/* The desktop's slider of an input: its gain in half-decibels, 0 or less, or HALF_DB_MUTE.
	 */
	void (*fader)(void *data, int input, int half_db);

	void (*device_state)(void *data, enum output output, enum device_state state);

	/*
	 * A device named "auto" was found: the best sound device that is not ours, once. From then
	 * on it is that device and never another, so that headphone sound cannot fall into
	 * loudspeakers.
	 */
	void (*device_found)(void *data, enum output output, const char *name);

	/*
	 * The named device is there, but what the output would get of it are the headphones'
	 * channels: both would add up there, past every limit. It waits until that is changed.
	 */
	void (*device_refused)(void *data, enum output output);

	/* Another program moved the device's level to `half_db`; it was put back. */
	void (*device_moved)(void *data, enum output output, int half_db);

	/* From an input to the device: what the back end adds to the graph (0), and the graph's
	 * own; without the engine's. */
	void (*latency)(void *data, double ms);

	/* A player starts: the engine is about to be called. A hint: not all back ends know. */
	void (*started)(void *data);

	/* The server went or came. */
	void (*server)(void *data, bool connected);
};

struct audio; /* a running back end; each has its own */

struct audio_ops {
	const char *name;

	/*
	 * Starts. `engine` and `config` outlive it (config is copied). 0 or a negative errno;
	 * -ECONNREFUSED when there is no server. A back end that has run once never gives up by
	 * itself.
	 */
	int (*create)(struct loop *loop, struct engine *engine, const struct audio_config *config,
		      const struct audio_events *events, void *data, struct audio **ret_audio);

	/* Stops the audio thread and frees all. NULL is fine. */
	void (*destroy)(struct audio *audio);

	/* Takes changed wishes. */
	void (*configure)(struct audio *audio, const struct audio_config *config);
};

/* The back end of that name, or NULL when this build has none. "null", "pipewire". */
const struct audio_ops *audio_find(const char *name);

#endif
