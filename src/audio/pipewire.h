/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * PipeWire, the main thread's side; internal to this folder. pipewire.c holds the connection,
 * pipewire-streams.c our own nodes, pipewire-desktop.c the desktop's sliders on them,
 * pipewire-latency.c what is told of latency,
 * pipewire-registry.c what else the server has, pipewire-links.c the way to the devices, and
 * pipewire-device.c the level of a device.
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
};

/* One of our three outputs. */
struct pipewire_output {
	struct audio *audio;
	enum output number;
	struct pw_stream *stream; /* NULL: not connected */
	struct spa_hook process_hook;
	struct spa_hook hook;
	struct spa_list links; /* struct pipewire_link */
	bool active;           /* it takes part in the graph */
	bool held_back;        /* a link failed: wait before another try */
	bool live;
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
	struct loop_source *standby_timer; /* waits for silence */
	struct loop_source *retry_timer;   /* after a link that failed */
	struct loop_source *auto_timer;    /* lets the sound devices of a new server gather */
	struct loop_source *latency_timer; /* while sound flows */

	struct pw_core *core; /* NULL: no server */
	struct spa_hook core_hook;
	struct pw_registry *registry;
	struct spa_hook registry_hook;
	int settle_seq;            /* of the last round trip asked for */
	bool released;             /* standby: the devices are let go */
	uint64_t standby_frames;   /* of the engine, when they were looked at last */
	uint64_t standby_since_ms; /* it has been standing since */

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

/* Streams: makes what the configuration offers and ends what it does not. 0 or negative errno. */
int pipewire_streams_update(struct audio *audio);
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
const struct pipewire_node *pipewire_best_sink(struct audio *audio);

/* A node's ports of one direction in their order. Returns how many, at most PIPEWIRE_PORTS. */
unsigned int pipewire_find_ports(struct audio *audio, uint32_t node_id, bool input,
				 const struct pipewire_port *ret_ports[PIPEWIRE_PORTS]);

/* Links: brings links, devices, live outputs and told states to what the configuration wants. */
void pipewire_links_update(struct audio *audio);
void pipewire_links_stop(struct audio *audio);

/* Says at once that no sound of these outputs (bit N) may reach its device. */
void pipewire_links_hold(struct audio *audio, unsigned int outputs);

/* Devices. */
int pipewire_device_init(struct audio *audio, struct pipewire_device *device);
void pipewire_device_follow(struct pipewire_device *device, uint32_t node_id, unsigned int outputs,
			    int target_half_db);
void pipewire_device_leave(struct pipewire_device *device); /* may be called at any time */

#endif
