/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The service: every change of the state comes through here and goes out from here.
 */
#include "service.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "service_inside.h"

#define FIRST_RATE_HZ  48000 /* until the sound's rate is known */
#define FLIGHT_MOST_MS 1000  /* the most that leaving waits for what is on its way */
#define FADE_OUT_MS    150 /* the most that leaving waits for silence, blocks of the device apart */

static bool is_kept(struct control_ref ref)
{
	return (controls[ref.id].flags & CONTROL_KEPT) != 0;
}

/* What is shown as bit-exact stops being so with the command, not with the next reading. */
static void take_back_bit_exact(struct service *service)
{
	const struct value off = {.on = 0};

	if (!service->plan.bit_exact[OUTPUT_HEADPHONE]) {
		amp_report(&service->amp, (struct control_ref){CONTROL_HEADPHONE_BIT_EXACT, 0},
			   &off);
	}
	if (!service->plan.bit_exact[OUTPUT_LINE]) {
		amp_report(&service->amp, (struct control_ref){CONTROL_LINE_BIT_EXACT, 0}, &off);
	}
}

static void publish_plan(struct service *service)
{
	struct plan plan;

	plan_make(&service->amp, &plan);
	plan.power = plan.power && !service->leaving;
	if (memcmp(&plan, &service->plan, sizeof(plan)) != 0) {
		memcpy(&service->plan, &plan, sizeof(plan));
		engine_set_plan(&service->engine, &plan);
		take_back_bit_exact(service);
	}
}

/* When the state or the sound's rate asks for others. */
static void publish_filters(struct service *service)
{
	double rate_hz = service->reading.rate_hz > 0 ? service->reading.rate_hz : FIRST_RATE_HZ;
	struct headphone_filters filters;

	headphone_filters_make(&service->amp, rate_hz, &service->filters, &filters);
	amp_report_number(&service->amp, CONTROL_EQ_GAIN, round(filters.eq_gain_db * 100) / 100);
	if (memcmp(&filters, &service->filters, sizeof(filters)) != 0) {
		memcpy(&service->filters, &filters, sizeof(filters));
		engine_set_headphone_filters(&service->engine, &filters);
	}
}

static void publish_wishes(struct service *service)
{
	struct audio_config wishes;

	service_make_wishes(&service->amp, &wishes);
	if (memcmp(&wishes, &service->wishes, sizeof(wishes)) != 0) {
		service->wishes = wishes;
		if (service->audio) {
			service->ops->configure(service->audio, &wishes);
		}
	}
}

/* The graph's, and what the look-ahead limiter adds while it is chosen. */
static void report_latency(struct service *service)
{
	double ms = service->graph_latency_ms + (double)service->wishes.latency_ns / 1e6;

	if (service->graph_latency_ms > 0) {
		amp_report_number(&service->amp, CONTROL_AUDIO_LATENCY_MS, round(ms * 100) / 100);
	}
}

static void instruct_metering(struct service *service)
{
	metering_set_ppm(service->metering,
			 (enum ppm_type)amp_int(&service->amp, CONTROL_METER_PPM_SCALE));
	if (service->amp.meter_resets != service->meter_resets) {
		service->meter_resets = service->amp.meter_resets;
		metering_reset(service->metering);
	}
}

/* Tells listeners of every change. Returns whether a kept setting was among them. */
static bool tell_changes(struct service *service)
{
	struct control_ref ref;
	bool any = false, kept = false;

	while (amp_take_change(&service->amp, &ref)) {
		any = true;
		kept = kept || is_kept(ref);
		for (struct service_listener *at = service->listeners; at; at = at->next) {
			if (at->changed) {
				at->changed(at->data, ref);
			}
		}
	}
	for (struct service_listener *at = service->listeners; any && at; at = at->next) {
		if (at->settled) {
			at->settled(at->data);
		}
	}
	return kept;
}

/* Sound first: what is heard does not wait for who watches. */
void service_settle(struct service *service)
{
	publish_filters(service);
	publish_plan(service);
	publish_wishes(service);
	report_latency(service);
	instruct_metering(service);
	if (tell_changes(service) && service->store) {
		service->save_wanted = store_save(service->store, &service->amp);
	}
}

void service_note(struct service *service, const char *kind, enum saying_id id, ...)
{
	struct saying saying;
	char text[TEXT_BYTES];
	va_list strings;

	va_start(strings, id);
	saying_make(&saying, id, strings);
	va_end(strings);
	log_notice("%s", saying_write(&saying, text, sizeof(text)));
	amp_note_saying(&service->amp, &saying);
	if (service->store) {
		store_event(service->store, kind, text);
	}
}

static void on_store(void *data, int fd, unsigned int events)
{
	struct service *service = data;
	int error;

	service->saved = store_saved(service->store);
	error = store_error(service->store);
	if (error != service->save_error) {
		service->save_error = error;
		if (error < 0) {
			service_note(service, "store", SAYING_NOT_KEPT, strerror(-error), NULL);
		} else {
			service_note(service, "store", SAYING_KEPT_AGAIN, NULL);
		}
		service_settle(service);
	}
	for (struct service_listener *at = service->listeners; at; at = at->next) {
		if (at->saved) {
			at->saved(at->data);
		}
	}
}

static void remember_start(struct service *service)
{
	const char *notice =
		amp_value(&service->amp, (struct control_ref){CONTROL_SYSTEM_NOTICE, 0})->text;

	if (service->store) {
		store_event(service->store, "start",
			    notice[0] ? notice : "started with the levels as they were");
	}
}

static void release(struct service *service)
{
	service->ops->destroy(service->audio);
	loop_remove(service->store_source);
	loop_remove(service->poll_timer);
	listening_destroy(service->listening);
	metering_destroy(service->metering);
	free(service);
}

int service_create(struct loop *loop, const struct service_config *config, const struct amp *amp,
		   struct service **ret_service)
{
	struct service *service = calloc(1, sizeof(*service));
	int error;

	if (!service) {
		return -ENOMEM;
	}
	service->loop = loop;
	service->ops = config->audio;
	service->store = config->store;
	service->shelf = config->shelf;
	service->amp = *amp;
	amp_report_text(&service->amp, CONTROL_AUDIO_BACKEND, "%s", config->audio->name);
	plan_make(&service->amp, &service->plan);
	engine_init(&service->engine, &service->plan);
	publish_filters(service);
	service_make_wishes(&service->amp, &service->wishes);
	error = metering_create(&service->metering);
	if (error == 0) {
		engine_set_handover(&service->engine, metering_handover(service->metering));
		error = service_start_polling(service);
	}
	if (error == 0 && service->store) {
		service->store_source =
			loop_add_fd(loop, store_fd(service->store), LOOP_READ, on_store, service);
		error = service->store_source ? 0 : -ENOMEM;
	}
	if (error == 0) {
		error = service->ops->create(loop, &service->engine, &service->wishes,
					     &service_audio_events, service, &service->audio);
	}
	if (error == 0) {
		/* Last: it takes the dose out of the store, and who could not start may try again.
		 */
		error = listening_create(service->store, &service->listening);
	}
	if (error < 0) {
		release(service);
		return error;
	}
	remember_start(service);
	service_settle(service);
	*ret_service = service;
	return 0;
}

/* What was sent last is heard to its end: a device that nobody plays to drops it. */
static void let_end(struct service *service, double block_ms)
{
	double flight_ms = fmin(block_ms + service->graph_latency_ms, FLIGHT_MOST_MS);
	uint64_t now = loop_now_ms();
	uint64_t end = now + (uint64_t)flight_ms;

	while (now < end) {
		loop_iterate(service->loop, (int)(end - now));
		now = loop_now_ms();
	}
}

/* Waits until the engine has faded out, as long as its sound advances at all. */
static void fade_out(struct service *service)
{
	struct reading last = engine_reading(&service->engine);
	double block_ms = last.rate_hz > 0 ? 1000 * last.block_frames / last.rate_hz : 0;
	uint64_t now = loop_now_ms();
	uint64_t end = now + FADE_OUT_MS + (uint64_t)(4 * block_ms);
	uint64_t stall = now + 40 + (uint64_t)(2 * block_ms);

	service->leaving = true;
	publish_plan(service);
	if (last.silent) {
		return;
	}
	while (!last.silent && now < end && now < stall) {
		struct reading reading;

		loop_iterate(service->loop, 5);
		now = loop_now_ms();
		reading = engine_reading(&service->engine);
		if (reading.frames != last.frames) {
			stall = now + 40 + (uint64_t)(2 * block_ms);
		}
		last = reading;
	}
	if (last.silent) {
		let_end(service, block_ms);
	}
}

void service_destroy(struct service *service)
{
	if (!service) {
		return;
	}
	fade_out(service);
	release(service);
}

const struct amp *service_amp(const struct service *service)
{
	return &service->amp;
}

int service_command(struct service *service, const struct command *command,
		    struct refusal *ret_refusal)
{
	struct command timed = *command;
	int error;

	timed.time_ms = loop_now_ms();
	error = amp_command(&service->amp, &timed, ret_refusal);
	if (error == 0) {
		service_settle(service);
		service_tell_reset(service, command);
	}
	return error;
}

void service_tell_reset(struct service *service, const struct command *command)
{
	struct service_listener *at = service->listeners;

	for (; at && command->ref.id == CONTROL_SYSTEM_RESET; at = at->next) {
		if (at->reset) {
			at->reset(at->data);
		}
	}
}

void service_unlock(struct service *service)
{
	const struct value off = {.on = 0};

	service_report(service, (struct control_ref){CONTROL_DISPLAY_LOCKED, 0}, &off);
	for (struct service_listener *at = service->listeners; at; at = at->next) {
		if (at->unlocked) {
			at->unlocked(at->data);
		}
	}
}

void service_replace(struct service *service, const struct amp *amp)
{
	struct control_ref ref = {0, -1};

	while (controls_next(&ref)) {
		if (is_kept(ref)) {
			amp_report(&service->amp, ref, amp_value(amp, ref));
		}
	}
	memcpy(service->amp.dim_base, amp->dim_base, sizeof(amp->dim_base));
	memcpy(service->amp.bypass_held, amp->bypass_held, sizeof(amp->bypass_held));
	service_settle(service);
}

void service_report(struct service *service, struct control_ref ref, const struct value *value)
{
	amp_report(&service->amp, ref, value);
	service_settle(service);
}

void service_listen(struct service *service, struct service_listener *listener)
{
	listener->next = service->listeners;
	service->listeners = listener;
}

void service_unlisten(struct service *service, struct service_listener *listener)
{
	struct service_listener **at = &service->listeners;

	while (*at && *at != listener) {
		at = &(*at)->next;
	}
	if (*at) {
		*at = listener->next;
	}
}

static void remember_save(struct service *service, uint64_t number)
{
	if (number > service->save_wanted) {
		service->save_wanted = number;
	}
	service_settle(service);
}

int service_load_profile(struct service *service, const char *name, const char *text, size_t length,
			 struct refusal *ret_refusal)
{
	uint64_t number = 0;
	int error = service->shelf
			    ? shelf_put(service->shelf, name, text, length, &number, ret_refusal)
			    : refuse(ret_refusal, "this amplifier keeps no profiles");

	if (error == 0) {
		remember_save(service, number);
	}
	return error;
}

int service_remove_profile(struct service *service, const char *name, struct refusal *ret_refusal)
{
	const struct control_ref engaged = {CONTROL_EQ_PROFILE, 0};
	uint64_t number = 0;
	int error;

	if (name[0] && strcmp(amp_value(&service->amp, engaged)->text, name) == 0) {
		return refuse(ret_refusal, "%.60s is eq.profile: set another one first", name);
	}
	error = service->shelf ? shelf_remove(service->shelf, name, &number, ret_refusal)
			       : refuse(ret_refusal, "this amplifier keeps no profiles");
	if (error == 0) {
		remember_save(service, number);
	}
	return error;
}

const struct shelf *service_shelf(const struct service *service)
{
	return service->shelf;
}

uint64_t service_hurry_save(struct service *service)
{
	if (service->store && service->saved < service->save_wanted) {
		store_hurry(service->store);
	}
	return service->save_wanted;
}

uint64_t service_saved(const struct service *service)
{
	return service->saved;
}

int service_save_error(const struct service *service)
{
	return service->save_error;
}
