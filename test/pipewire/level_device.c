/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound device for tests whose level goes no further than from MIN_DB to MAX_DB, whatever it is
 * set to. Usage:
 *
 *	level_device NAME MIN_DB MAX_DB [card]
 *
 * With "card" its level belongs to a route of a card, as ALSA's do. Prints "node DB" or "route DB"
 * when its level is set, and ends with its standard input.
 */
#include <math.h>
#include <pipewire/filter.h>
#include <pipewire/pipewire.h>
#include <spa/monitor/device.h>
#include <spa/monitor/utils.h>
#include <spa/param/audio/raw.h>
#include <spa/param/props.h>
#include <spa/param/route.h>
#include <spa/pod/builder.h>
#include <spa/pod/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct level_device {
	struct pw_main_loop *loop;
	struct pw_core *core;
	struct pw_filter *filter; /* without a card, or */
	struct pw_proxy *node;    /* with one */
	const char *name;
	double min_db, max_db, db;

	struct spa_device card;
	struct spa_hook_list card_hooks;
	struct spa_param_info card_params[1];
	struct pw_proxy *card_proxy;
	struct spa_hook card_proxy_hook;
};

static const struct spa_pod *build_props(struct spa_pod_builder *builder, uint32_t id,
					 const struct level_device *device)
{
	const float lin = (float)pow(10, device->db / 20);
	const float volumes[2] = {lin, lin};

	return spa_pod_builder_add_object(builder, SPA_TYPE_OBJECT_Props, id, SPA_PROP_mute,
					  SPA_POD_Bool(false), SPA_PROP_channelVolumes,
					  SPA_POD_Array(sizeof(float), SPA_TYPE_Float, 2, volumes));
}

static const struct spa_pod *build_route(struct spa_pod_builder *builder,
					 const struct level_device *device)
{
	struct spa_pod_frame frame;

	spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_ParamRoute, SPA_PARAM_Route);
	spa_pod_builder_add(builder, SPA_PARAM_ROUTE_index, SPA_POD_Int(3), SPA_PARAM_ROUTE_device,
			    SPA_POD_Int(7), 0);
	spa_pod_builder_prop(builder, SPA_PARAM_ROUTE_props, 0);
	build_props(builder, SPA_PARAM_Route, device);
	return spa_pod_builder_pop(builder, &frame);
}

static void tell_level(struct level_device *device)
{
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_pod *params[1] = {build_props(&builder, SPA_PARAM_Props, device)};
	const struct spa_device_info info = {
		.version = SPA_VERSION_DEVICE_INFO,
		.change_mask = SPA_DEVICE_CHANGE_MASK_PARAMS,
		.params = device->card_params,
		.n_params = 1,
	};

	if (device->filter) {
		pw_filter_update_params(device->filter, NULL, params, 1);
		return;
	}
	pw_node_set_param((struct pw_node *)device->node, SPA_PARAM_Props, 0, params[0]);
	device->card_params[0].flags ^= SPA_PARAM_INFO_SERIAL;
	spa_device_emit_info(&device->card_hooks, &info);
}

static void set_level(struct level_device *device, const struct spa_pod *props, const char *how)
{
	const struct spa_pod *array = NULL;
	float volumes[8];

	if (!props ||
	    spa_pod_parse_object(props, SPA_TYPE_OBJECT_Props, NULL, SPA_PROP_channelVolumes,
				 SPA_POD_OPT_Pod(&array)) < 0 ||
	    !array || spa_pod_copy_array(array, SPA_TYPE_Float, volumes, 8) < 1) {
		return;
	}
	printf("%s %.1f\n", how, 20 * log10((double)volumes[0]));
	device->db = fmin(fmax(20 * log10((double)volumes[0]), device->min_db), device->max_db);
	tell_level(device);
}

static void on_param_changed(void *data, void *port, uint32_t id, const struct spa_pod *param)
{
	if (!port && id == SPA_PARAM_Props) {
		set_level(data, param, "node");
	}
}

static const struct pw_filter_events filter_events = {
	PW_VERSION_FILTER_EVENTS,
	.param_changed = on_param_changed,
};

/*
 * Two channels, as devices of the sound server have them. WirePlumber 0.5 restores the level of a
 * device without a card: not of this one, whose level is the test's.
 */
static int add_node(struct level_device *device)
{
	static const char *const channels[] = {"FL", "FR"};
	struct pw_properties *props = pw_properties_new(
		PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_NAME, device->name,
		PW_KEY_NODE_VIRTUAL, "true", "state.restore-props", "false", NULL);
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	const struct spa_pod *params[1] = {build_props(&builder, SPA_PARAM_Props, device)};

	device->filter = pw_filter_new_simple(pw_main_loop_get_loop(device->loop), device->name,
					      props, &filter_events, device);
	for (int i = 0; i < 2; i++) {
		pw_filter_add_port(device->filter, PW_DIRECTION_INPUT,
				   PW_FILTER_PORT_FLAG_MAP_BUFFERS, 0,
				   pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio",
						     PW_KEY_PORT_NAME, channels[i],
						     PW_KEY_AUDIO_CHANNEL, channels[i], NULL),
				   NULL, 0);
	}
	return pw_filter_connect(device->filter, PW_FILTER_FLAG_RT_PROCESS, params, 1);
}

/*
 * The server lets no client's own node belong to a card: the node is the server's. It runs all the
 * time: of a sink that does not run PipeWire 1.4 reports the first change of the level only.
 */
static void add_card_node(struct level_device *device, uint32_t card_id)
{
	struct pw_properties *props = pw_properties_new(
		"factory.name", "support.null-audio-sink", PW_KEY_NODE_NAME, device->name,
		PW_KEY_MEDIA_CLASS, "Audio/Sink", SPA_KEY_AUDIO_POSITION, "[ FL FR ]",
		"card.profile.device", "7", PW_KEY_NODE_ALWAYS_PROCESS, "true", NULL);

	pw_properties_setf(props, PW_KEY_DEVICE_ID, "%u", card_id);
	device->node = pw_core_create_object(device->core, "adapter", PW_TYPE_INTERFACE_Node,
					     PW_VERSION_NODE, &props->dict, 0);
	pw_properties_free(props);
}

static int card_add_listener(void *object, struct spa_hook *listener,
			     const struct spa_device_events *events, void *data)
{
	struct level_device *device = object;
	const struct spa_device_info info = {
		.version = SPA_VERSION_DEVICE_INFO,
		.change_mask = SPA_DEVICE_CHANGE_MASK_PARAMS,
		.params = device->card_params,
		.n_params = 1,
	};
	struct spa_hook_list save;

	spa_hook_list_isolate(&device->card_hooks, &save, listener, events, data);
	spa_device_emit_info(&device->card_hooks, &info);
	spa_hook_list_join(&device->card_hooks, &save);
	return 0;
}

static int card_sync(void *object, int seq)
{
	struct level_device *device = object;

	spa_device_emit_result(&device->card_hooks, seq, 0, 0, NULL);
	return 0;
}

static int card_enum_params(void *object, int seq, uint32_t id, uint32_t index, uint32_t max,
			    const struct spa_pod *filter)
{
	struct level_device *device = object;
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	struct spa_result_device_params result = {.id = id, .index = index, .next = index + 1};

	if (id == SPA_PARAM_Route && index == 0) {
		result.param = (struct spa_pod *)build_route(&builder, device);
		spa_device_emit_result(&device->card_hooks, seq, 0, SPA_RESULT_TYPE_DEVICE_PARAMS,
				       &result);
	}
	return 0;
}

static int card_set_param(void *object, uint32_t id, uint32_t flags, const struct spa_pod *param)
{
	struct spa_pod *props = NULL;
	int32_t index = -1, card_device = -1;

	if (id != SPA_PARAM_Route || !param ||
	    spa_pod_parse_object(param, SPA_TYPE_OBJECT_ParamRoute, NULL, SPA_PARAM_ROUTE_index,
				 SPA_POD_Int(&index), SPA_PARAM_ROUTE_device,
				 SPA_POD_Int(&card_device), SPA_PARAM_ROUTE_props,
				 SPA_POD_OPT_Pod(&props)) < 0 ||
	    index != 3 || card_device != 7) {
		printf("wrong\n");
		return -EINVAL;
	}
	set_level(object, props, "route");
	return 0;
}

static const struct spa_device_methods card_methods = {
	SPA_VERSION_DEVICE_METHODS,      .add_listener = card_add_listener, .sync = card_sync,
	.enum_params = card_enum_params, .set_param = card_set_param,
};

/* Now that the card has an id a node can name it. */
static void on_card_bound(void *data, uint32_t id)
{
	add_card_node(data, id);
}

static const struct pw_proxy_events card_proxy_events = {
	PW_VERSION_PROXY_EVENTS,
	.bound = on_card_bound,
};

static int add_card(struct level_device *device)
{
	struct pw_context *context = pw_context_new(pw_main_loop_get_loop(device->loop), NULL, 0);
	const struct spa_dict_item item = SPA_DICT_ITEM_INIT(PW_KEY_DEVICE_NAME, device->name);

	device->core = context ? pw_context_connect(context, NULL, 0) : NULL;
	if (!device->core) {
		return -1;
	}
	spa_hook_list_init(&device->card_hooks);
	device->card_params[0] = SPA_PARAM_INFO(SPA_PARAM_Route, SPA_PARAM_INFO_READWRITE);
	device->card.iface = SPA_INTERFACE_INIT(SPA_TYPE_INTERFACE_Device, SPA_VERSION_DEVICE,
						&card_methods, device);
	device->card_proxy = pw_core_export(device->core, SPA_TYPE_INTERFACE_Device,
					    &SPA_DICT_INIT(&item, 1), &device->card, 0);
	if (!device->card_proxy) {
		return -1;
	}
	pw_proxy_add_listener(device->card_proxy, &device->card_proxy_hook, &card_proxy_events,
			      device);
	return 0;
}

static void on_input(void *data, int fd, uint32_t mask)
{
	struct level_device *device = data;
	char text[64];

	if (read(fd, text, sizeof(text)) <= 0) {
		pw_main_loop_quit(device->loop);
	}
}

int main(int argc, char **argv)
{
	static struct level_device device;
	const bool card = argc == 5 && strcmp(argv[4], "card") == 0;

	if (argc != 4 && !card) {
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	pw_init(NULL, NULL);
	device.loop = pw_main_loop_new(NULL);
	device.name = argv[1];
	device.min_db = atof(argv[2]);
	device.db = device.max_db = atof(argv[3]);
	spa_hook_list_init(&device.card_hooks);
	pw_loop_add_io(pw_main_loop_get_loop(device.loop), 0, SPA_IO_IN, false, on_input, &device);
	if ((card ? add_card(&device) : add_node(&device)) < 0) {
		fprintf(stderr, "level_device: no connection to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(device.loop);
	return 0;
}
