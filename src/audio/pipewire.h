/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * PipeWire, the main thread's side; internal to this folder. pipewire.c holds the connection,
 * pipewire-streams.c our own nodes, pipewire-desktop.c the desktop's sliders on them,
 * pipewire-latency.c what is told of latency,
 * pipewire-registry.c what else the server has, pipewire-auto.c the choice of a device,
 * pipewire-links.c which output goes to which device, pipewire-wires.c its links, pipewire-device.c
 * the level of a device, and pipewire-silence.c what waits until nothing is heard of it.
 */
#ifndef WIREGAIN_PIPEWIRE_H
#define WIREGAIN_PIPEWIRE_H

#include <pipewire/pipewire.h>
#include <spa/param/audio/raw.h>
#include <spa/param/latency-utils.h>

#include "audio.h"
#include "pipewire-process.h"

#define PIPEWIRE_GROUP      "wiregain"
#define PIPEWIRE_INPUT_NAME "wiregain.input" /* and a number from 1 */
#define FADER_UNKNOWN       1
#define PIPEWIRE_PORTS      64 /* of a device that are looked at */

struct audio;

/* One of our five sinks. */
struct pipewire_input {
	struct audio *audio;
	int number;
	struct pw_stream *stream; /* NULL: not offered */
	struct spa_hook process_hook;
	struct spa_hook hook;
	float slider[2]; /* of the desktop: left, right, linear */
	bool slider_mute;
	int fader_half_db;            /* as it was told last; FADER_UNKNOWN: never */
	struct spa_latency_info made; /* how long ago the player's side made what comes in */
	bool ends;                    /* not offered any more, once it is not heard */
	uint64_t ends_frames;         /* of the engine, when that was asked for */
};

/* A wire that an output shall have. */
struct pipewire_wire {
	uint32_t from_port, to_port; /* global ids */
};

/* One of our three outputs. */
struct pipewire_output {
	struct audio *audio;
	enum output number;
	struct pw_stream *stream; /* NULL: not connected */
	struct spa_hook process_hook;
	struct spa_hook hook;
	struct pipewire_wire wires[2];
	unsigned int wire_count;
	struct spa_list links; /* struct pipewire_link */
	uint32_t sink_id;      /* of the device it goes to, global; SPA_ID_INVALID: none */
	bool leaves;           /* that device, as soon as it is silent */
	bool refused;          /* its channels of its device are the headphones' */
	bool active;           /* it takes part in the graph */
	bool held_back;        /* a link failed: wait before another try */
	enum reach reach;
	bool waits;                    /* until nothing of it is heard */
	uint64_t silent_ms;            /* since then it reaches nothing */
	int told_state;                /* enum device_state; -1: never told */
	struct spa_latency_info heard; /* how long what goes out takes to be heard */
};

/* A link from one of our outputs' ports to a device's. */
struct pipewire_link {
	struct spa_list entry;
	struct pipewire_output *output;
	struct pw_proxy *proxy;
	struct spa_hook hook;
	uint32_t from_port, to_port; /* global ids */
	bool up;
	bool failed;
};

/* A node that sound could go to, as the registry tells of it. */
struct pipewire_node {
	struct spa_list entry;
	uint32_t id;
	int priority;
	char name[TEXT_BYTES];
};

/* A port of anything. */
struct pipewire_port {
	struct spa_list entry;
	uint32_t id;      /* global */
	uint32_t node_id; /* global */
	uint32_t number;  /* within its node and direction */
	bool input;
	char channel[16]; /* "FL" */
};

/* The level of a sound device, held where the settings want it. */
struct pipewire_device {
	struct audio *audio;
	unsigned int outputs; /* bit N: enum output N goes to it; 0: not in use */
	int target_half_db;   /* where it shall be */
	uint32_t node_id;     /* global */
	struct pw_proxy *node;
	struct spa_hook node_hook;
	struct pw_proxy *card; /* a card's own level, where the node is part of one; or NULL */
	struct spa_hook card_hook;
	int card_device;           /* the card's number for the node */
	int route;                 /* the card's number for the way out; -1: unknown */
	struct loop_source *timer; /* to put the level back, or to ask again */

	bool pinned;           /* the level is where it shall be, or nothing can be moved */
	bool hushes;           /* it is moved once nothing is heard of it */
	bool asked;            /* the node was asked for its level */
	unsigned int channels; /* 0: the level is not known so far */
	double volume_lin;     /* of the loudest channel */
	double quietest_lin;
	bool mute;
	double accepted_lin; /* a level just below the target, where the device cannot be finer */
	unsigned int attempts;
	unsigned int moves; /* by others, since moves_ms */
	uint64_t moves_ms;
};

struct audio {
	struct loop *loop;
	struct audio_config config;
	struct audio_events events;
	void *data;

	struct pw_loop *pw_loop;
	struct pw_context *context;
	struct loop_source *pw_source;     /* pw_loop within loop */
	struct loop_source *connect_timer; /* tears down, then tries to connect */
	struct loop_source *silence_timer; /* while something waits for silence */
	struct loop_source *retry_timer;   /* after a link that failed */
	struct loop_source *auto_timer;    /* lets the sound devices of a new server gather */
	struct loop_source *latency_timer; /* while sound flows */

	struct pw_core *core; /* NULL: no server */
	struct spa_hook core_hook;
	struct pw_registry *registry;
	struct spa_hook registry_hook;
	int settle_seq;          /* of the last round trip asked for */
	bool released;           /* standby: the devices are let go */
	bool awaits_silence;     /* silence_timer runs */
	uint64_t still_frames;   /* of the engine, when they were looked at last */
	uint64_t still_since_ms; /* they have been so since */

	struct spa_list nodes; /* struct pipewire_node */
	struct spa_list ports; /* struct pipewire_port */
	struct pipewire_device devices[OUTPUTS];
	struct pipewire_input inputs[INPUTS];
	struct pipewire_output outputs[OUTPUTS];
	struct spa_latency_info heard; /* of all devices, as players are told */
	struct spa_latency_info made;  /* of all players, as devices are told */
	double told_latency_ms;        /* -1: never */

	struct graph graph;
};

/*
 * Something changed: links, levels and states are looked at again, once the server has told all
 * that it is telling now.
 */
void pipewire_touch(struct audio *audio);

/* Runs a function on the audio thread, between its cycles, and waits for its end. */
void pipewire_call_graph(struct audio *audio,
			 int (*fn)(struct spa_loop *loop, bool async, uint32_t seq,
				   const void *data, size_t size, void *user_data),
			 const void *data, size_t size, void *user_data);

/*
 * Streams: makes what the configuration offers and ends what it does not, an input once it is not
 * heard any more. 0 or negative errno.
 */
int pipewire_streams_update(struct audio *audio);

/* Looks whether inputs can be ended; `still`: no sound advances. True while one cannot. */
bool pipewire_streams_await(struct audio *audio, const struct reading *reading, bool still);
void pipewire_streams_stop(struct audio *audio);

/* Lets an output take part in the graph, or not. */
void pipewire_output_set_active(struct pipewire_output *output, bool active);

/* Latency: what an input's or an output's stream was told. */
void pipewire_latency_input(struct pipewire_input *input, const struct spa_pod *param);
void pipewire_latency_output(struct pipewire_output *output, const struct spa_pod *param);

/* Other outputs reach their devices now: players are told anew. */
void pipewire_latency_live_changed(struct audio *audio);

/* What we add ourselves has changed. */
void pipewire_latency_own_changed(struct audio *audio);

/* Tells the event when it is another latency than the one told last. */
void pipewire_latency_tell(struct audio *audio);

/* Desktop: what another program wants of an input's or an output's own level. */
void pipewire_input_props(struct pipewire_input *input, const struct spa_pod *props);
void pipewire_tell_fader(struct pipewire_input *input);
void pipewire_output_props(struct pipewire_output *output, const struct spa_pod *props);

/* The level in a Props: false when there is none. */
struct pipewire_level {
	unsigned int channels;
	float volume[SPA_AUDIO_MAX_CHANNELS]; /* linear */
	float master;                         /* linear; 1 where there is none */
	bool has_mute, mute;
	bool soft; /* with softVolumes */
};
bool pipewire_level_parse(const struct spa_pod *props, struct pipewire_level *ret_level);

/* A linear level as half-decibels: 0 or less, or HALF_DB_MUTE. */
int pipewire_half_db(double lin);

/* Registry. */
int pipewire_registry_start(struct audio *audio);
void pipewire_registry_stop(struct audio *audio);
const struct pipewire_node *pipewire_find_sink(struct audio *audio, const char *name);
bool pipewire_has_sink(struct audio *audio, uint32_t id);

/* A node's ports of one direction in their order. Returns how many, at most PIPEWIRE_PORTS. */
unsigned int pipewire_find_ports(struct audio *audio, uint32_t node_id, bool input,
				 const struct pipewire_port *ret_ports[PIPEWIRE_PORTS]);

/* Auto: chooses a device for outputs that leave it open, once devices have gathered. */
int pipewire_auto_init(struct audio *audio);
void pipewire_auto_update(struct audio *audio);
bool pipewire_is_auto(const char *name);

/*
 * Links: brings links, devices, what is heard and told states to what the configuration wants.
 * Nothing that is heard is taken away before it has faded out.
 */
void pipewire_links_update(struct audio *audio);
void pipewire_links_stop(struct audio *audio);

/* Says that no sound of these outputs (bit N) may reach its device: at once, or faded out. */
void pipewire_links_hold(struct audio *audio, unsigned int outputs);
void pipewire_links_fade(struct audio *audio, unsigned int outputs);

/* How long until nothing of these outputs is on its way to be heard any more; 0: it is so now. */
unsigned int pipewire_links_flight_ms(struct audio *audio, unsigned int outputs);

/* Looks whether outputs have faded out; `still`: no sound advances. True while one has not. */
bool pipewire_links_await(struct audio *audio, bool still);

/* Wires: which ports of its device an output shall go to; without `any`: none. */
void pipewire_wires_choose(struct pipewire_output *output, bool any);

/* There are links besides those. */
bool pipewire_wires_superfluous(const struct pipewire_output *output);

/* Removes these, and what has failed. */
void pipewire_wires_clear(struct pipewire_output *output);

/* Makes links where there are none. True when all of them stand. */
bool pipewire_wires_make(struct pipewire_output *output);

/* Two outputs would share a port of a device. */
bool pipewire_wires_clash(struct audio *audio, enum output one, enum output other,
			  uint32_t sink_id);

/* Silence: calls those who wait for it, a hundred times a second, until nobody does. */
int pipewire_silence_init(struct audio *audio);
void pipewire_silence_await(struct audio *audio);
void pipewire_set_power(struct audio *audio, bool power);

/* From a device's latency and the block, how long what was sent takes to be heard. */
double pipewire_latency_ms(const struct pipewire_output *output, const struct reading *reading);

/* Devices. */
int pipewire_device_init(struct audio *audio, struct pipewire_device *device);
void pipewire_device_follow(struct pipewire_device *device, uint32_t node_id, unsigned int outputs,
			    int target_half_db);
void pipewire_device_leave(struct pipewire_device *device); /* may be called at any time */

#endif
