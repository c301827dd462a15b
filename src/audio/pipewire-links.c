/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The way from our outputs to their devices, main thread. We link by ourselves, to the device that
 * is named and to nothing else: a session manager would move an output whose device is gone to
 * another one, and headphone sound would come out of loudspeakers.
 *
 * pipewire_links_update() looks at everything anew and makes it so; whatever changes calls for it.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "pipewire.h"

#define RETRY_MS       1000
#define AUTO_GATHER_MS 300

/* A wire that an output shall have. */
struct wire {
	uint32_t from_port, to_port;
};

static void on_link_bound(void *data, uint32_t global_id)
{
	struct pipewire_link *link = data;

	link->up = true;
	pipewire_touch(link->output->audio);
}

static void fail(struct pipewire_link *link)
{
	link->up = false;
	link->failed = true;
	pipewire_links_hold(link->output->audio, 1u << link->output->number);
	pipewire_touch(link->output->audio);
}

/* The server took it away, with a port or because another program wished so. */
static void on_link_removed(void *data)
{
	fail(data);
}

static void on_link_error(void *data, int seq, int res, const char *message)
{
	log_debug("a link to a device failed: %s", message);
	fail(data);
}

static const struct pw_proxy_events link_events = {
	PW_VERSION_PROXY_EVENTS,
	.bound = on_link_bound,
	.removed = on_link_removed,
	.error = on_link_error,
};

static void remove_link(struct pipewire_link *link)
{
	spa_hook_remove(&link->hook);
	pw_proxy_destroy(link->proxy);
	spa_list_remove(&link->entry);
	free(link);
}

static int add_link(struct pipewire_output *output, const struct wire *wire)
{
	struct pw_properties *props =
		pw_properties_new(PW_KEY_LINK_PASSIVE, "true", PW_KEY_OBJECT_LINGER, "false", NULL);
	struct pipewire_link *link = calloc(1, sizeof(*link));

	if (!props || !link) {
		goto no_memory;
	}
	pw_properties_setf(props, PW_KEY_LINK_OUTPUT_PORT, "%u", wire->from_port);
	pw_properties_setf(props, PW_KEY_LINK_INPUT_PORT, "%u", wire->to_port);
	link->proxy =
		pw_core_create_object(output->audio->core, "link-factory", PW_TYPE_INTERFACE_Link,
				      PW_VERSION_LINK, &props->dict, 0);
	if (!link->proxy) {
		goto no_memory;
	}
	pw_properties_free(props);
	link->output = output;
	link->from_port = wire->from_port;
	link->to_port = wire->to_port;
	pw_proxy_add_listener(link->proxy, &link->hook, &link_events, link);
	spa_list_append(&output->links, &link->entry);
	return 0;

no_memory:
	pw_properties_free(props);
	free(link);
	return -ENOMEM;
}

static const struct pipewire_port *find_channel(const struct pipewire_port *const *ports,
						unsigned int count, const char *channel)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(ports[i]->channel, channel) == 0) {
			return ports[i];
		}
	}
	return NULL;
}

/*
 * Where our ports go on a device: left and right to the channels of that name, or to the first
 * two. A device with one channel gets the left one: two would add up. The sub goes to a channel
 * made for it, or to both sides.
 */
static unsigned int choose_wires(struct pipewire_output *output, uint32_t device_id,
				 struct wire ret_wires[2])
{
	const struct pipewire_port *from[PIPEWIRE_PORTS];
	const struct pipewire_port *to[PIPEWIRE_PORTS];
	const struct pipewire_port *left, *right, *lfe;
	struct audio *audio = output->audio;
	uint32_t node_id = pw_stream_get_node_id(output->stream);
	unsigned int from_count = pipewire_find_ports(audio, node_id, false, from);
	unsigned int to_count = pipewire_find_ports(audio, device_id, true, to);

	if (from_count < audio->graph.outputs[output->number].channels || to_count == 0) {
		return 0;
	}
	left = find_channel(to, to_count, "FL");
	right = find_channel(to, to_count, "FR");
	lfe = find_channel(to, to_count, "LFE");
	if (!left || !right) {
		left = to[0];
		right = to_count > 1 ? to[1] : NULL;
	}
	if (from_count == 1 && lfe) {
		left = lfe;
		right = NULL;
	}
	ret_wires[0] = (struct wire){from[0]->id, left->id};
	if (!right) {
		return 1;
	}
	ret_wires[1] = (struct wire){from[from_count > 1]->id, right->id};
	return 2;
}

static bool same_wire(const struct pipewire_link *link, const struct wire *wire)
{
	return link->from_port == wire->from_port && link->to_port == wire->to_port;
}

static struct pipewire_link *find_link(struct pipewire_output *output, const struct wire *wire)
{
	struct pipewire_link *link;

	spa_list_for_each(link, &output->links, entry)
	{
		if (same_wire(link, wire)) {
			return link;
		}
	}
	return NULL;
}

/* Makes the output's links those wires. True when all of them stand. */
static bool make_links(struct pipewire_output *output, const struct wire *wires, unsigned int count)
{
	struct pipewire_link *link, *next;
	bool all_up = count > 0;

	spa_list_for_each_safe(link, next, &output->links, entry)
	{
		bool wanted = false;

		for (unsigned int i = 0; i < count; i++) {
			wanted |= same_wire(link, &wires[i]);
		}
		if (link->failed) {
			output->held_back = true;
			loop_arm_timer(output->audio->retry_timer, RETRY_MS, 0);
		}
		if (!wanted || link->failed) {
			remove_link(link);
		}
	}
	for (unsigned int i = 0; i < count; i++) {
		link = find_link(output, &wires[i]);
		if (!link && !output->held_back && add_link(output, &wires[i]) < 0) {
			log_error("no memory for a link to a device");
		}
		all_up &= link && link->up;
	}
	return all_up;
}

static void set_live(struct pipewire_output *output, bool live)
{
	struct graph_output *graph_output = &output->audio->graph.outputs[output->number];

	if (live != output->live) {
		output->live = live;
		atomic_fetch_add_explicit(&graph_output->reach, 1, memory_order_release);
	}
}

void pipewire_links_hold(struct audio *audio, unsigned int outputs)
{
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		if (outputs & 1u << i) {
			set_live(&audio->outputs[i], false);
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

static bool is_auto(const char *name)
{
	return strcmp(name, "auto") == 0;
}

static bool is_named(const char *name)
{
	return name[0] != '\0' && !is_auto(name);
}

/* The sound device of an output that may be used now, or NULL. */
static const struct pipewire_node *wanted_sink(struct audio *audio, int output)
{
	const char *name = audio->config.device[output];

	return !audio->core || audio->released || !is_named(name) ? NULL
								  : pipewire_find_sink(audio, name);
}

/*
 * Outputs that share a device share its level: the lowest that one of them wants. The first of
 * them looks after it.
 */
static void follow_devices(struct audio *audio)
{
	const struct pipewire_node *sinks[OUTPUTS];

	for (int i = 0; i < OUTPUTS; i++) {
		sinks[i] = wanted_sink(audio, i);
	}
	for (int i = 0; i < OUTPUTS; i++) {
		int half_db = audio->config.device_volume_half_db[i];
		unsigned int outputs = 0;

		for (int j = 0; j < OUTPUTS && sinks[i]; j++) {
			if (sinks[j] != sinks[i]) {
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
			pipewire_device_follow(&audio->devices[i], sinks[i]->id, outputs, half_db);
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

/* A device's level is put right before the first link, and while it is not nothing is live. */
static void update_output(struct pipewire_output *output)
{
	struct audio *audio = output->audio;
	const char *name = audio->config.device[output->number];
	struct pipewire_device *device = device_of(audio, output->number);
	bool linked = !spa_list_is_empty(&output->links);
	struct wire wires[2];
	unsigned int count = 0;
	bool all_up;

	pipewire_output_set_active(output, !audio->released && is_named(name));
	if (output->stream && device && (device->pinned || linked)) {
		count = choose_wires(output, device->node_id, wires);
	}
	all_up = make_links(output, wires, count);
	set_live(output, all_up && device && device->pinned);
	if (output->live) {
		tell_state(output, DEVICE_CONNECTED);
	} else if (name[0] == '\0') {
		tell_state(output, DEVICE_NONE);
	} else {
		tell_state(output, audio->released ? DEVICE_RELEASED : DEVICE_WAITING);
	}
}

/* Devices appear one after another when a server starts: the choice waits a moment. */
static void choose_auto(struct audio *audio)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (is_auto(audio->config.device[i]) && pipewire_best_sink(audio)) {
			loop_arm_timer(audio->auto_timer, AUTO_GATHER_MS, 0);
		}
	}
}

void pipewire_links_update(struct audio *audio)
{
	unsigned int live_before = 0, live = 0;

	choose_auto(audio);
	follow_devices(audio);
	for (int i = 0; i < OUTPUTS; i++) {
		live_before |= (unsigned int)audio->outputs[i].live << i;
		update_output(&audio->outputs[i]);
		live |= (unsigned int)audio->outputs[i].live << i;
	}
	if (live != live_before) {
		pipewire_latency_live_changed(audio);
	}
}

void pipewire_links_stop(struct audio *audio)
{
	for (int i = 0; i < OUTPUTS; i++) {
		struct pipewire_link *link, *next;

		set_live(&audio->outputs[i], false);
		spa_list_for_each_safe(link, next, &audio->outputs[i].links, entry)
		{
			remove_link(link);
		}
	}
}
