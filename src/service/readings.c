/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the audio thread tells, folded into the state: looked at four times a second while sound
 * runs, once a second while it stands still. Main thread.
 */
#include <errno.h>
#include <math.h>

#include "service_inside.h"

#define POLL_BUSY_MS   250
#define POLL_IDLE_MS   1000
#define METERS_REST_MS 250
#define GUARD_QUIET_MS 10000 /* between two lines of the history about the same guard */

static void report_switch(struct amp *amp, enum control_id id, bool on)
{
	const struct value value = {.on = on};

	amp_report(amp, (struct control_ref){id, 0}, &value);
}

/* The history and the notice are told once, and again after a while if it goes on. */
static void tell_of_guard(struct service *service, const struct reading *reading)
{
	uint64_t now = loop_now_ms();
	uint64_t nonfinite = reading->nonfinite_samples - service->guard_told_nonfinite;

	if (nonfinite == 0 ||
	    (service->guard_told_ms != 0 && now - service->guard_told_ms < GUARD_QUIET_MS)) {
		return;
	}
	service_note(service, "guard",
		     "%llu samples that were not finite numbers came in and were silenced",
		     (unsigned long long)nonfinite);
	service->guard_told_nonfinite = reading->nonfinite_samples;
	service->guard_told_ms = now;
}

/* The first output that is muted by its guard speaks for all. */
static int speaker(const struct reading *reading)
{
	int output = OUTPUT_HEADPHONE;

	while (output < OUTPUT_SUB && reading->guard[output] == GUARD_OK) {
		output++;
	}
	return output;
}

static void tell_of_trips(struct service *service, const struct reading *reading)
{
	static const char *const outputs[OUTPUTS] = {"headphones", "line output", "subwoofer"};
	static const char *const reasons[] = {
		[GUARD_OK] = "",
		[GUARD_DC] = "direct current",
		[GUARD_NONFINITE] = "samples that are not finite numbers",
		[GUARD_NOISE] = "noise at full scale comes in",
		[GUARD_OVERLOAD] = "a signal far beyond full scale",
	};
	const struct control_ref ref = {CONTROL_PROTECT_STATE, 0};
	int before = amp_value(&service->amp, ref)->choice, output = speaker(reading);
	const struct value value = {.choice = (int)reading->guard[output]};

	amp_report(&service->amp, ref, &value);
	amp_report_number(&service->amp, CONTROL_PROTECT_TRIPS, (double)reading->trips);
	if (value.choice == before) {
		return;
	}
	if (value.choice == GUARD_OK) {
		service_note(service, "guard", "the fault is over: it plays again");
	} else {
		service_note(service, "guard",
			     "the guard mutes the %s: %s. It plays again after 3 s without",
			     outputs[output], reasons[value.choice]);
	}
}

static void fold_in(struct service *service, const struct reading *reading)
{
	struct amp *amp = &service->amp;

	report_switch(amp, CONTROL_HEADPHONE_BIT_EXACT,
		      reading->bit_exact[OUTPUT_HEADPHONE] &&
			      service->plan.bit_exact[OUTPUT_HEADPHONE]);
	report_switch(amp, CONTROL_LINE_BIT_EXACT,
		      reading->bit_exact[OUTPUT_LINE] && service->plan.bit_exact[OUTPUT_LINE]);
	tell_of_trips(service, reading);
	amp_report_number(amp, CONTROL_PROTECT_NONFINITE, (double)reading->nonfinite_samples);
	amp_report_number(amp, CONTROL_PROTECT_LIMITED, (double)reading->limited_frames);
	amp_report_number(amp, CONTROL_AUDIO_RATE, round(reading->rate_hz));
	amp_report_number(amp, CONTROL_AUDIO_BLOCK, reading->block_frames);
	amp_report_number(amp, CONTROL_AUDIO_LOST, (double)reading->lost_blocks);
	tell_of_guard(service, reading);
}

void service_poll(struct service *service)
{
	const struct reading reading = engine_reading(&service->engine);
	uint64_t every_ms = reading.frames != service->reading.frames ? POLL_BUSY_MS : POLL_IDLE_MS;

	if (reading.frames != service->reading.frames) {
		fold_in(service, &reading);
		service->reading = reading;
		service_settle(service);
	}
	if (every_ms != service->poll_every_ms) {
		service->poll_every_ms = every_ms;
		loop_arm_timer(service->poll_timer, every_ms, every_ms);
	}
}

static double round_to(double number, double step)
{
	return round(number / step) * step;
}

/* Returns how long no sound has come, 0 while it comes often enough. */
static uint64_t advance_meters(struct service *service, const struct reading *reading)
{
	uint64_t now = loop_now_ms();
	uint64_t still_ms = now - service->metered_ms;

	still_ms = still_ms > METERS_REST_MS ? still_ms : 0;
	if (reading->frames == service->metered_frames) {
		return still_ms;
	}
	service->metered_s +=
		still_ms ? (double)still_ms / 1000 : reading->seconds - service->metered_sound_s;
	service->metered_sound_s = reading->seconds;
	service->metered_frames = reading->frames;
	service->metered_ms = now;
	return 0;
}

double service_read_meters(struct service *service)
{
	const struct reading reading = engine_reading(&service->engine);
	uint64_t still_ms = advance_meters(service, &reading);
	enum control_id id = CONTROL_METER_INPUT_LEFT_PEAK;
	/* Where no sound comes any more the meters rest, whatever they showed last. */
	bool stands = still_ms > 0;

	if (stands) {
		engine_rest_meters(&service->engine);
	}
	for (int point = 0; point < METER_POINTS; point++) {
		for (int side = 0; side < 2; side++) {
			const struct meter_reading *meter = &reading.meters[point][side];
			double peak = stands ? 0 : meter->peak, vu = stands ? 0 : meter->vu;

			amp_report_meter(&service->amp, id++, round_to(meter_db(peak), 0.1));
			amp_report_meter(&service->amp, id++,
					 round_to(meter_db(vu / METER_VU_REFERENCE), 0.001));
		}
	}
	return round_to(service->metered_s + (double)still_ms / 1000, 0.0001);
}

static void on_timer(void *data)
{
	service_poll(data);
}

int service_start_polling(struct service *service)
{
	service->poll_timer = loop_add_timer(service->loop, on_timer, service);
	if (!service->poll_timer) {
		return -ENOMEM;
	}
	service->poll_every_ms = POLL_BUSY_MS;
	loop_arm_timer(service->poll_timer, POLL_BUSY_MS, POLL_BUSY_MS);
	return 0;
}
