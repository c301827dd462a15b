/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The level of a sound device, main thread. It is held where the settings want it, so that the
 * amplifier's figures are true. Nothing is live while it is elsewhere: it is put right in silence,
 * and then the outputs fade in. What moves it is told; who moves it again and again is answered
 * ever more slowly, in silence.
 */
#include <errno.h>
#include <math.h>
#include <spa/param/props.h>
#include <spa/param/route.h>
#include <spa/pod/builder.h>
#include <spa/pod/parser.h>
#include <spa/utils/string.h>

#include "log.h"
#include "pipewire.h"

#define ANSWER_MS     300  /* to be told that a level was set */
#define ATTEMPTS      3    /* before a level near the target is taken, or the device given up */
#define GIVEN_UP_MS   2000 /* then another try */
#define MOVES_MS      5000 /* within which this many moves are answered at once */
#define MOVES         4
#define MOVES_SLOW_MS 5000
#define TOLERANCE_DB  0.02

static bool near(double lin, double target_lin)
{
	return lin > 0.0 && fabs(20.0 * log10(lin / target_lin)) < TOLERANCE_DB;
}

/* Every channel at the target, or all of them at a level below it that was found good before. */
static bool is_right(const struct pipewire_device *device)
{
	double target = half_db_to_lin(device->target_half_db);
	bool even = near(device->quietest_lin, device->volume_lin);

	return !device->mute && even &&
	       (near(device->volume_lin, target) ||
		(device->accepted_lin > 0.0 && near(device->volume_lin, device->accepted_lin)));
}

static const struct spa_pod *build_props(struct spa_pod_builder *builder, uint32_t id,
					 const struct pipewire_device *device)
{
	float volume[SPA_AUDIO_MAX_CHANNELS];

	for (unsigned int i = 0; i < device->channels; i++) {
		volume[i] = (float)half_db_to_lin(device->target_half_db);
	}
	return spa_pod_builder_add_object(
		builder, SPA_TYPE_OBJECT_Props, id, SPA_PROP_mute, SPA_POD_Bool(false),
		SPA_PROP_channelVolumes,
		SPA_POD_Array(sizeof(float), SPA_TYPE_Float, device->channels, volume));
}

/* A card keeps the level of each of its ways out; a node alone keeps its own. */
static void put_level(struct pipewire_device *device)
{
	uint8_t buffer[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof(buffer));
	struct spa_pod_frame frame;

	device->attempts++;
	if (!device->card || device->route < 0) {
		pw_node_set_param((struct pw_node *)device->node, SPA_PARAM_Props, 0,
				  build_props(&builder, SPA_PARAM_Props, device));
		return;
	}
	spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamRoute, SPA_PARAM_Route);
	spa_pod_builder_add(&builder, SPA_PARAM_ROUTE_index, SPA_POD_Int(device->route),
			    SPA_PARAM_ROUTE_device, SPA_POD_Int(device->card_device), 0);
	spa_pod_builder_prop(&builder, SPA_PARAM_ROUTE_props, 0);
	build_props(&builder, SPA_PARAM_Route, device);
	spa_pod_builder_add(&builder, SPA_PARAM_ROUTE_save, SPA_POD_Bool(false), 0);
	pw_device_set_param((struct pw_device *)device->card, SPA_PARAM_Route, 0,
			    spa_pod_builder_pop(&builder, &frame));
}

static void tell_moved(struct pipewire_device *device)
{
	struct audio *audio = device->audio;
	int half_db = device->mute ? HALF_DB_MUTE : pipewire_half_db(device->volume_lin);

	for (unsigned int i = 0; i < OUTPUTS; i++) {
		if ((device->outputs & 1u << i) && audio->events.device_moved) {
			audio->events.device_moved(audio->data, (enum output)i, half_db);
		}
	}
}

/* Another program moved it: silence first, then back. */
static void answer_move(struct pipewire_device *device)
{
	uint64_t now_ms = loop_now_ms();

	if (now_ms - device->moves_ms > MOVES_MS) {
		device->moves_ms = now_ms;
		device->moves = 0;
	}
	device->moves++;
	device->pinned = false;
	device->attempts = 0;
	device->accepted_lin = 0.0;
	pipewire_links_hold(device->audio, device->outputs);
	pipewire_touch(device->audio);
	loop_arm_timer(device->timer, device->moves > MOVES ? MOVES_SLOW_MS : 1, 0);
	tell_moved(device);
}

/* It was told often enough. A level below the target is good, one above it is not. */
static void give_up(struct pipewire_device *device)
{
	double target = half_db_to_lin(device->target_half_db);

	if (!device->mute && device->volume_lin > 0.0 && device->volume_lin <= target) {
		device->accepted_lin = device->volume_lin;
		device->pinned = is_right(device);
	}
	if (device->pinned) {
		log_notice("the device's level stays at %.2f dB where %.1f dB were asked for",
			   20.0 * log10(device->volume_lin), device->target_half_db / 2.0);
		pipewire_touch(device->audio);
		return;
	}
	if (device->attempts == ATTEMPTS) {
		log_error("a device cannot be held at %.1f dB and stays silent: set its level "
			  "there with the desktop's mixer, or choose another with "
			  "device.headphone.volume, device.line.volume or device.sub.volume",
			  device->target_half_db / 2.0);
	}
	put_level(device);
	loop_arm_timer(device->timer, GIVEN_UP_MS, 0);
}

/* The level is to be moved: not before what plays has faded out and was heard to its end. */
static void hush(struct pipewire_device *device)
{
	device->hushes = true;
	pipewire_links_fade(device->audio, device->outputs);
	loop_arm_timer(device->timer, 1, 0);
}

/* Looks at the level as it is known now. */
static void check(struct pipewire_device *device)
{
	if (device->hushes) {
		return;
	}
	if (is_right(device)) {
		if (!device->pinned) {
			device->pinned = true;
			device->attempts = 0;
			loop_disarm_timer(device->timer);
			pipewire_touch(device->audio);
		}
		return;
	}
	if (device->pinned) {
		answer_move(device);
	} else if (device->attempts == 0 && device->moves == 0) {
		hush(device);
	}
}

/* Nobody answered, or it is time to put the level where it shall be. */
static void on_timer(void *data)
{
	struct pipewire_device *device = data;
	unsigned int flight_ms = pipewire_links_flight_ms(device->audio, device->outputs);

	if (!device->node || device->pinned || device->channels == 0) {
		return;
	}
	if (flight_ms > 0) {
		loop_arm_timer(device->timer, flight_ms, 0);
		return;
	}
	device->hushes = false;
	if (is_right(device)) {
		check(device);
		return;
	}
	if (device->attempts >= ATTEMPTS) {
		give_up(device);
		return;
	}
	put_level(device);
	loop_arm_timer(device->timer, ANSWER_MS, 0);
}

static void on_param(void *data, int seq, uint32_t id, uint32_t index, uint32_t next,
		     const struct spa_pod *param)
{
	struct pipewire_device *device = data;
	struct pipewire_level level;

	if (id != SPA_PARAM_Props || !param || !pipewire_level_parse(param, &level) ||
	    level.channels == 0) {
		return;
	}
	device->channels = level.channels;
	device->mute = level.mute;
	device->volume_lin = 0.0;
	device->quietest_lin = INFINITY;
	for (unsigned int i = 0; i < level.channels; i++) {
		double lin = (double)level.volume[i];

		device->volume_lin = SPA_MAX(device->volume_lin, lin);
		device->quietest_lin = SPA_MIN(device->quietest_lin, lin);
	}
	if (device->card && device->route < 0) {
		return; /* the card answers first */
	}
	check(device);
}

static void on_card_param(void *data, int seq, uint32_t id, uint32_t index, uint32_t next,
			  const struct spa_pod *param)
{
	struct pipewire_device *device = data;
	int32_t route, card_device;

	if (id != SPA_PARAM_Route || !param ||
	    spa_pod_parse_object(param, SPA_TYPE_OBJECT_ParamRoute, NULL, SPA_PARAM_ROUTE_index,
				 SPA_POD_Int(&route), SPA_PARAM_ROUTE_device,
				 SPA_POD_Int(&card_device)) < 0 ||
	    card_device != device->card_device) {
		return;
	}
	device->route = route;
	if (device->channels) {
		check(device);
	}
}

static const struct pw_device_events card_events = {
	PW_VERSION_DEVICE_EVENTS,
	.param = on_card_param,
};

static void follow_card(struct pipewire_device *device, const struct spa_dict *props)
{
	uint32_t params[] = {SPA_PARAM_Route};
	uint32_t card_id;

	if (device->card || !props ||
	    !spa_atou32(spa_dict_lookup(props, PW_KEY_DEVICE_ID), &card_id, 10) ||
	    !spa_atoi32(spa_dict_lookup(props, "card.profile.device"), &device->card_device, 10)) {
		return;
	}
	device->route = -1;
	device->card = pw_registry_bind(device->audio->registry, card_id, PW_TYPE_INTERFACE_Device,
					PW_VERSION_DEVICE, 0);
	if (device->card) {
		pw_device_add_listener((struct pw_device *)device->card, &device->card_hook,
				       &card_events, device);
		pw_device_subscribe_params((struct pw_device *)device->card, params, 1);
	}
}

static bool tells_level(const struct pw_node_info *info)
{
	for (uint32_t i = 0; i < info->n_params; i++) {
		if (info->params[i].id == SPA_PARAM_Props &&
		    (info->params[i].flags & SPA_PARAM_INFO_READ)) {
			return true;
		}
	}
	return false;
}

static void on_info(void *data, const struct pw_node_info *info)
{
	struct pipewire_device *device = data;
	uint32_t params[] = {SPA_PARAM_Props};

	if (info->change_mask & PW_NODE_CHANGE_MASK_PROPS) {
		follow_card(device, info->props);
	}
	if (!(info->change_mask & PW_NODE_CHANGE_MASK_PARAMS) || device->asked) {
		return;
	}
	if (tells_level(info)) {
		device->asked = true;
		pw_node_subscribe_params((struct pw_node *)device->node, params, 1);
	} else {
		device->pinned = true; /* it has no level of its own */
		pipewire_touch(device->audio);
	}
}

static const struct pw_node_events node_events = {
	PW_VERSION_NODE_EVENTS,
	.info = on_info,
	.param = on_param,
};

int pipewire_device_init(struct audio *audio, struct pipewire_device *device)
{
	device->audio = audio;
	device->timer = loop_add_timer(audio->loop, on_timer, device);
	return device->timer ? 0 : -ENOMEM;
}

void pipewire_device_leave(struct pipewire_device *device)
{
	if (device->card) {
		spa_hook_remove(&device->card_hook);
		pw_proxy_destroy(device->card);
	}
	if (device->node) {
		spa_hook_remove(&device->node_hook);
		pw_proxy_destroy(device->node);
	}
	if (device->timer) {
		loop_disarm_timer(device->timer);
	}
	*device = (struct pipewire_device){
		.audio = device->audio,
		.timer = device->timer,
		.node_id = SPA_ID_INVALID,
		.route = -1,
	};
}

void pipewire_device_follow(struct pipewire_device *device, uint32_t node_id, unsigned int outputs,
			    int target_half_db)
{
	if (device->node && device->node_id == node_id) {
		device->outputs = outputs;
		if (device->target_half_db != target_half_db) {
			device->target_half_db = target_half_db;
			device->accepted_lin = 0.0;
			if (device->channels && device->pinned) {
				device->pinned = false;
				device->attempts = 0;
				device->moves = 0;
				check(device);
			}
		}
		return;
	}
	pipewire_device_leave(device);
	device->node = pw_registry_bind(device->audio->registry, node_id, PW_TYPE_INTERFACE_Node,
					PW_VERSION_NODE, 0);
	if (!device->node) {
		return;
	}
	device->node_id = node_id;
	device->outputs = outputs;
	device->target_half_db = target_half_db;
	pw_node_add_listener((struct pw_node *)device->node, &device->node_hook, &node_events,
			     device);
}
