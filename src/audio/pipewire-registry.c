/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the server has, main thread: sinks that an output could go to, and all ports.
 */
#include <errno.h>
#include <spa/utils/string.h>
#include <stdlib.h>
#include <string.h>

#include "pipewire.h"
#include "text.h"

static const char *get(const struct spa_dict *props, const char *key)
{
	const char *text = spa_dict_lookup(props, key);

	return text ? text : "";
}

static uint32_t get_id(const struct spa_dict *props, const char *key)
{
	uint32_t id;

	return spa_atou32(spa_dict_lookup(props, key), &id, 10) ? id : SPA_ID_INVALID;
}

static bool is_sink(const struct spa_dict *props)
{
	const char *media_class = get(props, PW_KEY_MEDIA_CLASS);

	return (strcmp(media_class, "Audio/Sink") == 0 ||
		strcmp(media_class, "Audio/Duplex") == 0) &&
	       !text_starts_with(get(props, PW_KEY_NODE_NAME), PIPEWIRE_INPUT_NAME);
}

static void add_node(struct audio *audio, uint32_t id, const struct spa_dict *props)
{
	struct pipewire_node *node = is_sink(props) ? calloc(1, sizeof(*node)) : NULL;

	if (!node) {
		return;
	}
	if (text_copy(node->name, sizeof(node->name), get(props, PW_KEY_NODE_NAME)) < 0) {
		free(node);
		return;
	}
	node->id = id;
	node->priority = atoi(get(props, PW_KEY_PRIORITY_SESSION));
	spa_list_append(&audio->nodes, &node->entry);
	pipewire_touch(audio);
}

static void add_port(struct audio *audio, uint32_t id, const struct spa_dict *props)
{
	struct pipewire_port *port = calloc(1, sizeof(*port));

	if (!port) {
		return;
	}
	port->id = id;
	port->node_id = get_id(props, PW_KEY_NODE_ID);
	port->number = get_id(props, PW_KEY_PORT_ID);
	port->input = strcmp(get(props, PW_KEY_PORT_DIRECTION), "in") == 0;
	snprintf(port->channel, sizeof(port->channel), "%s", get(props, PW_KEY_AUDIO_CHANNEL));
	spa_list_append(&audio->ports, &port->entry);
	pipewire_touch(audio);
}

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type,
		      uint32_t version, const struct spa_dict *props)
{
	struct audio *audio = data;

	if (!props) {
		return;
	}
	if (strcmp(type, PW_TYPE_INTERFACE_Node) == 0) {
		add_node(audio, id, props);
	} else if (strcmp(type, PW_TYPE_INTERFACE_Port) == 0) {
		add_port(audio, id, props);
	}
}

static void remove_node(struct pipewire_node *node)
{
	spa_list_remove(&node->entry);
	free(node);
}

static void remove_port(struct pipewire_port *port)
{
	spa_list_remove(&port->entry);
	free(port);
}

static void on_global_remove(void *data, uint32_t id)
{
	struct audio *audio = data;
	struct pipewire_node *node, *next_node;
	struct pipewire_port *port, *next_port;

	spa_list_for_each_safe(node, next_node, &audio->nodes, entry)
	{
		if (node->id == id) {
			remove_node(node);
			pipewire_touch(audio);
		}
	}
	spa_list_for_each_safe(port, next_port, &audio->ports, entry)
	{
		if (port->id == id) {
			remove_port(port);
			pipewire_touch(audio);
		}
	}
}

static const struct pw_registry_events registry_events = {
	PW_VERSION_REGISTRY_EVENTS,
	.global = on_global,
	.global_remove = on_global_remove,
};

int pipewire_registry_start(struct audio *audio)
{
	audio->registry = pw_core_get_registry(audio->core, PW_VERSION_REGISTRY, 0);
	if (!audio->registry) {
		return -errno;
	}
	pw_registry_add_listener(audio->registry, &audio->registry_hook, &registry_events, audio);
	return 0;
}

void pipewire_registry_stop(struct audio *audio)
{
	struct pipewire_node *node, *next_node;
	struct pipewire_port *port, *next_port;

	if (audio->registry) {
		spa_hook_remove(&audio->registry_hook);
		pw_proxy_destroy((struct pw_proxy *)audio->registry);
		audio->registry = NULL;
	}
	spa_list_for_each_safe(node, next_node, &audio->nodes, entry)
	{
		remove_node(node);
	}
	spa_list_for_each_safe(port, next_port, &audio->ports, entry)
	{
		remove_port(port);
	}
}

const struct pipewire_node *pipewire_find_sink(struct audio *audio, const char *name)
{
	const struct pipewire_node *node;

	spa_list_for_each(node, &audio->nodes, entry)
	{
		if (strcmp(node->name, name) == 0) {
			return node;
		}
	}
	return NULL;
}

bool pipewire_has_sink(struct audio *audio, uint32_t id)
{
	const struct pipewire_node *node;

	spa_list_for_each(node, &audio->nodes, entry)
	{
		if (node->id == id) {
			return true;
		}
	}
	return false;
}

unsigned int pipewire_find_ports(struct audio *audio, uint32_t node_id, bool input,
				 const struct pipewire_port *ret_ports[PIPEWIRE_PORTS])
{
	const struct pipewire_port *port;
	unsigned int count = 0;

	spa_list_for_each(port, &audio->ports, entry)
	{
		unsigned int at = count;

		if (port->node_id != node_id || port->input != input || count == PIPEWIRE_PORTS) {
			continue;
		}
		while (at > 0 && ret_ports[at - 1]->number > port->number) {
			ret_ports[at] = ret_ports[at - 1];
			at--;
		}
		ret_ports[at] = port;
		count++;
	}
	return count;
}
