/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A look at the server's graph from a test.
 */
#include "graph.h"

#include <pipewire/extensions/metadata.h>
#include <pipewire/pipewire.h>
#include <setjmp.h>
#include <spa/param/audio/raw.h>
#include <spa/param/latency-utils.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loop.h"
#include "process.h"

enum kind {
	KIND_NODE,
	KIND_PORT,
	KIND_LINK,
};

struct object {
	struct spa_list entry;
	enum kind kind;
	uint32_t id;
	uint32_t node; /* of a port; where a link comes from */
	uint32_t to;   /* where a link goes to */
	char name[128];
};

static struct pw_loop *pw_loop;
static struct pw_context *context;
static struct pw_core *core;
static struct pw_registry *registry;
static struct spa_hook core_hook, registry_hook;
static struct pw_metadata *settings;
static struct spa_list objects;
static bool lost;

static uint32_t get_id(const struct spa_dict *props, const char *key)
{
	const char *text = spa_dict_lookup(props, key);

	return text ? (uint32_t)strtoul(text, NULL, 10) : NO_NODE;
}

static void add(enum kind kind, uint32_t id, const struct spa_dict *props)
{
	struct object *object = calloc(1, sizeof(*object));
	const char *name = spa_dict_lookup(props, PW_KEY_NODE_NAME);

	object->kind = kind;
	object->id = id;
	snprintf(object->name, sizeof(object->name), "%s", name ? name : "");
	object->node = get_id(props, kind == KIND_PORT ? PW_KEY_NODE_ID : PW_KEY_LINK_OUTPUT_NODE);
	object->to = get_id(props, PW_KEY_LINK_INPUT_NODE);
	spa_list_append(&objects, &object->entry);
}

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type,
		      uint32_t version, const struct spa_dict *props)
{
	if (!props) {
		return;
	}
	if (strcmp(type, PW_TYPE_INTERFACE_Node) == 0) {
		add(KIND_NODE, id, props);
	} else if (strcmp(type, PW_TYPE_INTERFACE_Port) == 0) {
		add(KIND_PORT, id, props);
	} else if (strcmp(type, PW_TYPE_INTERFACE_Link) == 0) {
		add(KIND_LINK, id, props);
	} else if (strcmp(type, PW_TYPE_INTERFACE_Metadata) == 0) {
		const char *name = spa_dict_lookup(props, PW_KEY_METADATA_NAME);

		if (name && strcmp(name, "settings") == 0) {
			settings = pw_registry_bind(registry, id, type, PW_VERSION_METADATA, 0);
		}
	}
}

static void on_global_remove(void *data, uint32_t id)
{
	struct object *object, *next;

	spa_list_for_each_safe(object, next, &objects, entry)
	{
		if (object->id == id) {
			spa_list_remove(&object->entry);
			free(object);
		}
	}
}

static void on_core_error(void *data, uint32_t id, int seq, int res, const char *message)
{
	lost = lost || (id == PW_ID_CORE && res == -EPIPE);
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS,
	.error = on_core_error,
};

static const struct pw_registry_events registry_events = {
	PW_VERSION_REGISTRY_EVENTS,
	.global = on_global,
	.global_remove = on_global_remove,
};

bool graph_open(void)
{
	pw_init(NULL, NULL);
	spa_list_init(&objects);
	lost = false;
	pw_loop = pw_loop_new(NULL);
	context = pw_context_new(pw_loop, NULL, 0);
	core = pw_context_connect(context, NULL, 0);
	if (!core) {
		pw_context_destroy(context);
		pw_loop_destroy(pw_loop);
		pw_loop = NULL;
		return false;
	}
	pw_core_add_listener(core, &core_hook, &core_events, NULL);
	registry = pw_core_get_registry(core, PW_VERSION_REGISTRY, 0);
	pw_registry_add_listener(registry, &registry_hook, &registry_events, NULL);
	return true;
}

void graph_close(void)
{
	struct object *object, *next;

	if (!pw_loop) {
		return;
	}
	spa_list_for_each_safe(object, next, &objects, entry)
	{
		free(object);
	}
	spa_hook_remove(&registry_hook);
	spa_hook_remove(&core_hook);
	if (settings) {
		pw_proxy_destroy((struct pw_proxy *)settings);
		settings = NULL;
	}
	pw_proxy_destroy((struct pw_proxy *)registry);
	pw_core_disconnect(core);
	pw_context_destroy(context);
	pw_loop_destroy(pw_loop);
	pw_loop = NULL;
}

void graph_iterate(int ms)
{
	pw_loop_enter(pw_loop);
	pw_loop_iterate(pw_loop, ms);
	pw_loop_leave(pw_loop);
}

static uint64_t deadline(void)
{
	return loop_now_ms() + PATIENCE_MS;
}

/* Looks again soon; fails the test when `end_ms` has passed. */
static void wait_more(uint64_t end_ms, const char *what, const char *from, const char *to)
{
	graph_iterate(20);
	if (lost) {
		fail_msg("the server has gone while the test waited for %s", what);
	}
	if (loop_now_ms() > end_ms) {
		fail_msg("waited in vain for %s %s %s", what, from, to);
	}
}

uint32_t graph_node(const char *name)
{
	struct object *object;

	spa_list_for_each(object, &objects, entry)
	{
		if (object->kind == KIND_NODE && strcmp(object->name, name) == 0) {
			return object->id;
		}
	}
	return NO_NODE;
}

uint32_t graph_wait_for_node(const char *name)
{
	uint64_t end_ms = deadline();

	while (graph_node(name) == NO_NODE) {
		wait_more(end_ms, "node", name, "");
	}
	return graph_node(name);
}

void graph_wait_for_no_node(const char *name)
{
	uint64_t end_ms = deadline();

	while (graph_node(name) != NO_NODE) {
		wait_more(end_ms, "the end of node", name, "");
	}
}

static unsigned int count_ports(const char *name)
{
	uint32_t node = graph_node(name);
	struct object *object;
	unsigned int count = 0;

	spa_list_for_each(object, &objects, entry)
	{
		count += object->kind == KIND_PORT && object->node == node;
	}
	return node == NO_NODE ? 0 : count;
}

void graph_wait_for_ports(const char *name, unsigned int count)
{
	uint64_t end_ms = deadline();

	while (count_ports(name) < count) {
		wait_more(end_ms, "ports of", name, "");
	}
}

unsigned int graph_links(const char *from, const char *to)
{
	uint32_t from_id = from ? graph_node(from) : NO_NODE;
	uint32_t to_id = to ? graph_node(to) : NO_NODE;
	struct object *object;
	unsigned int count = 0;

	spa_list_for_each(object, &objects, entry)
	{
		count += object->kind == KIND_LINK && (!from || object->node == from_id) &&
			 (!to || object->to == to_id);
	}
	return count;
}

void graph_wait_for_links(const char *from, const char *to, unsigned int count)
{
	uint64_t end_ms = deadline();

	while (graph_links(from, to) != count) {
		wait_more(end_ms, "links", from ? from : "*", to ? to : "*");
	}
}

struct latency_wish {
	enum spa_direction direction;
	unsigned int frames;
	int64_t ns;
	bool fulfilled;
};

static void on_port_param(void *data, int seq, uint32_t id, uint32_t index, uint32_t next,
			  const struct spa_pod *param)
{
	struct latency_wish *wish = data;
	struct spa_latency_info info;

	if (id == SPA_PARAM_Latency && param && spa_latency_parse(param, &info) == 0 &&
	    info.direction == wish->direction) {
		wish->fulfilled = (unsigned int)info.max_rate == wish->frames &&
				  (int64_t)info.max_ns == wish->ns;
	}
}

static struct pw_proxy *bind_first_port(const char *name)
{
	uint32_t node = graph_wait_for_node(name);
	struct object *object;

	graph_wait_for_ports(name, 1);
	spa_list_for_each(object, &objects, entry)
	{
		if (object->kind == KIND_PORT && object->node == node) {
			return pw_registry_bind(registry, object->id, PW_TYPE_INTERFACE_Port,
						PW_VERSION_PORT, 0);
		}
	}
	return NULL;
}

void graph_wait_for_latency(const char *name, bool upstream, unsigned int frames, int64_t ns)
{
	static const struct pw_port_events port_events = {
		PW_VERSION_PORT_EVENTS,
		.param = on_port_param,
	};
	struct latency_wish wish = {upstream ? SPA_DIRECTION_OUTPUT : SPA_DIRECTION_INPUT, frames,
				    ns, false};
	struct pw_proxy *port = bind_first_port(name);
	uint32_t params[] = {SPA_PARAM_Latency};
	uint64_t end_ms = deadline();
	struct spa_hook hook;

	assert_non_null(port);
	pw_port_add_listener((struct pw_port *)port, &hook, &port_events, &wish);
	pw_port_subscribe_params((struct pw_port *)port, params, 1);
	while (!wish.fulfilled) {
		wait_more(end_ms, "the latency of", name, "");
	}
	spa_hook_remove(&hook);
	pw_proxy_destroy(port);
}

void graph_add_sink(const char *name, const char *positions)
{
	struct pw_properties *props = pw_properties_new(
		"factory.name", "support.null-audio-sink", PW_KEY_NODE_NAME, name,
		PW_KEY_NODE_DESCRIPTION, name, PW_KEY_MEDIA_CLASS, "Audio/Sink",
		PW_KEY_OBJECT_LINGER, "true", SPA_KEY_AUDIO_POSITION, positions,
		"monitor.channel-volumes", "true", "monitor.passthrough", "true",
		PW_KEY_PRIORITY_SESSION, "2000", PW_KEY_PRIORITY_DRIVER, "2000", NULL);
	struct pw_proxy *proxy = pw_core_create_object(core, "adapter", PW_TYPE_INTERFACE_Node,
						       PW_VERSION_NODE, &props->dict, 0);

	assert_non_null(proxy);
	pw_properties_free(props);
	graph_wait_for_node(name);
	pw_proxy_destroy(proxy);
}

void graph_remove(const char *name)
{
	pw_registry_destroy(registry, graph_wait_for_node(name));
	graph_wait_for_no_node(name);
}

void graph_set(const char *key, unsigned int number)
{
	uint64_t end_ms = deadline();
	char text[16];

	while (!settings) {
		wait_more(end_ms, "the server's settings", "", "");
	}
	snprintf(text, sizeof(text), "%u", number);
	pw_metadata_set_property(settings, PW_ID_CORE, key, NULL, text);
	graph_iterate(0);
}
