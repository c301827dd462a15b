/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Which of a device's ports an output goes to, and the links there. Main thread.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "outputs.h"
#include "pipewire.h"

#define RETRY_MS 1000

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

static int add_link(struct pipewire_output *output, const struct pipewire_wire *wire)
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
 * Where an output goes on a device: left and right to the channels of that name, or to the first
 * two. A device with one channel gets the left one: two would add up. The sub goes to a channel
 * made for it, or to both sides. Returns how many ports: none when there are none.
 */
static unsigned int choose_ports(struct audio *audio, enum output output, uint32_t sink_id,
				 uint32_t ret_ports[2])
{
	const struct pipewire_port *ports[PIPEWIRE_PORTS];
	unsigned int count = pipewire_find_ports(audio, sink_id, true, ports);
	const struct pipewire_port *left = find_channel(ports, count, "FL");
	const struct pipewire_port *right = find_channel(ports, count, "FR");
	const struct pipewire_port *lfe = find_channel(ports, count, "LFE");

	if (count == 0) {
		return 0;
	}
	if (output_rows[output].channels == 1 && lfe) {
		ret_ports[0] = lfe->id;
		return 1;
	}
	if (!left || !right) {
		left = ports[0];
		right = count > 1 ? ports[1] : NULL;
	}
	ret_ports[0] = left->id;
	ret_ports[1] = right ? right->id : SPA_ID_INVALID;
	return right ? 2 : 1;
}

bool pipewire_wires_clash(struct audio *audio, enum output one, enum output other, uint32_t sink_id)
{
	uint32_t ports[2], other_ports[2];
	unsigned int count = choose_ports(audio, one, sink_id, ports);
	unsigned int other_count = choose_ports(audio, other, sink_id, other_ports);

	for (unsigned int i = 0; i < count; i++) {
		for (unsigned int j = 0; j < other_count; j++) {
			if (ports[i] == other_ports[j]) {
				return true;
			}
		}
	}
	return false;
}

void pipewire_wires_choose(struct pipewire_output *output, bool any)
{
	const struct pipewire_port *from[PIPEWIRE_PORTS];
	uint32_t node_id = any ? pw_stream_get_node_id(output->stream) : SPA_ID_INVALID;
	unsigned int from_count = pipewire_find_ports(output->audio, node_id, false, from);
	unsigned int channels = output_rows[output->number].channels;
	uint32_t to[2];

	output->wire_count = 0;
	if (!any || from_count < channels) {
		return;
	}
	output->wire_count = choose_ports(output->audio, output->number, output->sink_id, to);
	for (unsigned int i = 0; i < output->wire_count; i++) {
		output->wires[i] = (struct pipewire_wire){from[i % channels]->id, to[i]};
	}
}

static bool same_wire(const struct pipewire_link *link, const struct pipewire_wire *wire)
{
	return link->from_port == wire->from_port && link->to_port == wire->to_port;
}

static bool is_wanted(const struct pipewire_output *output, const struct pipewire_link *link)
{
	bool wanted = false;

	for (unsigned int i = 0; i < output->wire_count; i++) {
		wanted |= same_wire(link, &output->wires[i]);
	}
	return wanted;
}

static struct pipewire_link *find_link(struct pipewire_output *output,
				       const struct pipewire_wire *wire)
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

/* The headphones' sound is still there where another output is to go, or the other way round. */
static bool is_occupied(const struct pipewire_output *output, uint32_t port)
{
	for (int i = 0; i < OUTPUTS; i++) {
		struct pipewire_output *other = &output->audio->outputs[i];
		struct pipewire_link *link;

		if ((i == OUTPUT_HEADPHONE) == (output->number == OUTPUT_HEADPHONE)) {
			continue;
		}
		spa_list_for_each(link, &other->links, entry)
		{
			if (link->to_port == port) {
				return true;
			}
		}
	}
	return false;
}

bool pipewire_wires_superfluous(const struct pipewire_output *output)
{
	struct pipewire_link *link;

	spa_list_for_each(link, &output->links, entry)
	{
		if (!is_wanted(output, link)) {
			return true;
		}
	}
	return false;
}

void pipewire_wires_clear(struct pipewire_output *output)
{
	struct pipewire_link *link, *next;

	spa_list_for_each_safe(link, next, &output->links, entry)
	{
		if (link->failed) {
			output->held_back = true;
			loop_arm_timer(output->audio->retry_timer, RETRY_MS, 0);
		}
		if (link->failed || !is_wanted(output, link)) {
			remove_link(link);
		}
	}
}

bool pipewire_wires_make(struct pipewire_output *output)
{
	bool all_up = output->wire_count > 0;

	for (unsigned int i = 0; i < output->wire_count; i++) {
		const struct pipewire_wire *wire = &output->wires[i];
		struct pipewire_link *link = find_link(output, wire);

		if (!link && !output->held_back && !is_occupied(output, wire->to_port) &&
		    add_link(output, wire) < 0) {
			log_error("no memory for a link to a device");
		}
		all_up &= link && link->up;
	}
	return all_up;
}
