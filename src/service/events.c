/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the sound back end tells, folded into the state. Main thread.
 */
#include <stdio.h>
#include <string.h>

#include "outputs.h"
#include "service_inside.h"
#include "text.h"

static void on_fader(void *data, int input, int half_db)
{
	struct service *service = data;
	const struct value value = {.half_db = half_db};

	amp_report(&service->amp, (struct control_ref){CONTROL_INPUT_FADER, input}, &value);
	service_settle(service);
}

/* The history hears of what happens to a device by itself, not of standby. */
static void remember_device(struct service *service, enum output output, enum device_state state)
{
	const char *name = service->wishes.device[output];
	char text[TEXT_BYTES + 64];

	if (!service->store || (state != DEVICE_CONNECTED && state != DEVICE_WAITING) ||
	    strcmp(name, "auto") == 0) {
		return;
	}
	snprintf(text, sizeof(text), "%s: %s %s", output_rows[output].name, name,
		 state == DEVICE_CONNECTED ? "connected" : "is waited for");
	store_event(service->store, "device", text);
}

static void on_device_state(void *data, enum output output, enum device_state state)
{
	struct service *service = data;
	const struct control_ref ref = {output_rows[output].device_state, 0};

	if (amp_value(&service->amp, ref)->choice == (int)state) {
		return;
	}
	amp_report_device(&service->amp, output, state);
	remember_device(service, output, state);
	service_settle(service);
}

static void on_device_found(void *data, enum output output, const char *name)
{
	struct service *service = data;
	const struct control_ref ref = {output_rows[output].device, 0};
	struct value value = {.text = ""};

	/* A name that is no valid setting could not be kept: it would be lost at the restart. */
	if (text_copy(value.text, sizeof(value.text), name) < 0 ||
	    control_check(ref, &value, NULL) < 0) {
		return;
	}
	amp_report(&service->amp, ref, &value);
	service_note(service, "device", SAYING_DEVICE_FOUND, output_rows[output].name, name, NULL);
	service_settle(service);
}

static void on_device_refused(void *data, enum output output)
{
	struct service *service = data;

	service_note(service, "device", SAYING_DEVICE_REFUSED, output_rows[output].name, NULL);
	service_settle(service);
}

static void on_device_moved(void *data, enum output output, int half_db)
{
	struct service *service = data;
	char text[LEVEL_BYTES];

	service_note(service, "device", SAYING_VOLUME_PUT_BACK, output_rows[output].name,
		     half_db_say(half_db, text), NULL);
	service_settle(service);
}

static void on_latency(void *data, double ms)
{
	struct service *service = data;

	service->graph_latency_ms = ms;
	service_settle(service);
}

/* Not only when the sound is next looked at: nothing of its beginning is to be missed. */
static void on_started(void *data)
{
	struct service *service = data;

	metering_wake(service->metering);
}

static void on_server(void *data, bool connected)
{
	struct service *service = data;

	if (!connected) {
		service_note(service, "server", SAYING_SERVER_LOST, NULL);
	} else if (service->server_lost) {
		service_note(service, "server", SAYING_SERVER_BACK, NULL);
	}
	service->server_lost = !connected;
	service_settle(service);
}

const struct audio_events service_audio_events = {
	.fader = on_fader,
	.device_state = on_device_state,
	.device_found = on_device_found,
	.device_moved = on_device_moved,
	.device_refused = on_device_refused,
	.latency = on_latency,
	.started = on_started,
	.server = on_server,
};
