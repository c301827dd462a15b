/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the audio thread tells, folded into the state: looked at four times a second while sound
 * runs, once a second while it stands still. Main thread.
 */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "outputs.h"
#include "protect.h"
#include "service_inside.h"

#define POLL_BUSY_MS      250
#define POLL_IDLE_MS      1000
#define METERS_PAUSE_S    0.1 /* without sound: longer than a busy machine is late */
#define METERS_REST_MS    250
#define INPUT_HEARD_S     3.0   /* above the gates, until input.match takes notice of it */
#define LISTENING_REST_MS 3000  /* without a new second */
#define GUARD_QUIET_MS    10000 /* between two lines of the history about the same guard */

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
	char count[24];

	if (nonfinite == 0 ||
	    (service->guard_told_ms != 0 && now - service->guard_told_ms < GUARD_QUIET_MS)) {
		return;
	}
	snprintf(count, sizeof(count), "%llu", (unsigned long long)nonfinite);
	service_note(service, "guard", SAYING_NONFINITE_SILENCED, count, NULL);
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
	static const enum saying_id sayings[] = {
		[GUARD_DC] = SAYING_GUARD_DC,
		[GUARD_NONFINITE] = SAYING_GUARD_NONFINITE,
		[GUARD_NOISE] = SAYING_GUARD_NOISE,
		[GUARD_OVERLOAD] = SAYING_GUARD_OVERLOAD,
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
		service_note(service, "guard", SAYING_GUARD_OVER, NULL);
	} else {
		service_note(service, "guard", sayings[value.choice], output_rows[output].name,
			     NULL);
	}
}

static double round_to(double number, double step)
{
	return round(number / step) * step;
}

/* A figure of a row, at the place of one of its instances. */
static void show(struct service *service, enum control_id id, int instance, double number,
		 double step)
{
	amp_report_meter(&service->amp, (struct control_ref){id, instance}, round_to(number, step));
}

/* What is known of inputs, once it is more than a few moments of each. */
static void show_inputs(struct service *service, const struct metering_reading *reading)
{
	for (int i = 0; i < INPUTS; i++) {
		const struct metering_input *input = &reading->inputs[i];
		bool heard = input->heard_s >= INPUT_HEARD_S;
		double floor = controls[CONTROL_INPUT_LOUDNESS].minimum;

		show(service, CONTROL_INPUT_LOUDNESS, i, heard ? input->lufs : floor, 0.01);
		show(service, CONTROL_INPUT_TRUE_PEAK, i, heard ? input->peak : floor, 0.01);
	}
}

/* What held the headphones' sound down since the last look. */
static void report_acting(struct service *service, const struct reading *reading)
{
	static const enum protect_acting by_ceiling[] = {
		[CEILING_FULL_SCALE] = ACTING_LIMITER,  [CEILING_VOLTS] = ACTING_VOLTS,
		[CEILING_AMPERES] = ACTING_AMPERES,     [CEILING_SPL] = ACTING_SPL,
		[CEILING_SPL_UNKNOWN] = ACTING_LIMITER,
	};
	bool limited =
		reading->headphone_limited_frames != service->reading.headphone_limited_frames;
	struct value value = {.choice = ACTING_NONE};

	if (limited) {
		value.choice = (int)by_ceiling[amp_int(&service->amp, CONTROL_PROTECT_CEILING_BY)];
	} else if (reading->coil_factor < 1) {
		value.choice = ACTING_THERMAL;
	}
	amp_report(&service->amp, (struct control_ref){CONTROL_PROTECT_ACTING, 0}, &value);
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
	report_acting(service, reading);
	amp_report_number(amp, CONTROL_PROTECT_NONFINITE, (double)reading->nonfinite_samples);
	amp_report_number(amp, CONTROL_PROTECT_LIMITED, (double)reading->limited_frames);
	amp_report_number(amp, CONTROL_AUDIO_RATE, round(reading->rate_hz));
	amp_report_number(amp, CONTROL_AUDIO_BLOCK, reading->block_frames);
	amp_report_number(amp, CONTROL_AUDIO_LOST, (double)reading->lost_blocks);
	amp_report_number(amp, CONTROL_METER_LOST,
			  (double)metering_read(service->metering)->lost_frames);
	show_inputs(service, metering_read(service->metering));
	tell_of_guard(service, reading);
}

/* Sound runs: who measures it is woken. */
static void wake_metering(struct service *service, const struct reading *reading)
{
	if (reading->frames != service->woken_frames) {
		service->woken_frames = reading->frames;
		metering_wake(service->metering);
	}
}

static void tell_of_dose(struct service *service, double percent)
{
	bool sensitive = amp_int(&service->amp, CONTROL_DOSE_MODE) == DOSE_SENSITIVE;
	char share[24], off[24];

	if (percent > 0) {
		snprintf(share, sizeof(share), "%.0f %%", percent);
		snprintf(off, sizeof(off), "%.0f dB", service->amp.load.uncertainty_db);
		service_note(service, "dose", SAYING_DOSE, share, sensitive ? "75 dB" : "80 dB",
			     off, NULL);
	}
}

/* What was heard since the last look; without sound the week still grows old. */
static void listen(struct service *service)
{
	const struct metering_reading *metered = metering_read(service->metering);
	double rate_hz = service->reading.rate_hz;
	double lost = (double)(metered->lost_frames - service->lost_frames);
	struct listening_time now = listening_now();
	uint64_t now_ms = loop_now_ms();
	bool heard = listening_hear(service->listening, &metered->exposure,
				    rate_hz > 0 ? lost / rate_hz : 0, &service->amp.load,
				    now.unix_s) > 0;

	if (heard) {
		listening_save(service->listening, false);
	} else if (now_ms - service->heard_ms < LISTENING_REST_MS) {
		return;
	} else {
		listening_save(service->listening, true);
		listening_rest(service->listening);
	}
	service->heard_ms = now_ms;
	service->lost_frames = metered->lost_frames;
	tell_of_dose(service, listening_report(service->listening, &service->amp, now));
	service_settle(service);
}

static void poll(struct service *service)
{
	const struct reading reading = engine_reading(&service->engine);
	uint64_t every_ms = reading.frames != service->reading.frames ? POLL_BUSY_MS : POLL_IDLE_MS;

	wake_metering(service, &reading);
	if (reading.frames != service->reading.frames) {
		fold_in(service, &reading);
		service->reading = reading;
		service_settle(service);
	}
	listen(service);
	if (every_ms != service->poll_every_ms) {
		service->poll_every_ms = every_ms;
		loop_arm_timer(service->poll_timer, every_ms, every_ms);
	}
}

/* Returns how long nothing was measured, 0 while it is often enough. */
static uint64_t advance_meters(struct service *service, const struct metering_reading *reading)
{
	uint64_t now = loop_now_ms();
	uint64_t still_ms = now - service->metered_ms;
	double sound_s = reading->seconds - service->metered_sound_s;
	double pause_s = (double)still_ms / 1000 - sound_s;

	if (sound_s == 0) {
		return still_ms > METERS_REST_MS ? still_ms : 0;
	}
	service->metered_s += sound_s + (pause_s > METERS_PAUSE_S ? pause_s : 0);
	service->metered_sound_s = reading->seconds;
	service->metered_ms = now;
	return 0;
}

/* A row of the table, where its figure stands in what was measured, and how finely it is told. */
struct figure {
	enum control_id id;
	size_t at;
	double step;
};

static const struct figure side_figures[] = {
	{CONTROL_METER_PEAK, offsetof(struct metering_side, peak), 0.1},
	{CONTROL_METER_TRUE_PEAK, offsetof(struct metering_side, true_peak), 0.01},
	{CONTROL_METER_VU, offsetof(struct metering_side, vu), 0.001},
	{CONTROL_METER_PPM, offsetof(struct metering_side, ppm), 0.01},
	{CONTROL_METER_RMS, offsetof(struct metering_side, rms), 0.01},
	{CONTROL_METER_CREST, offsetof(struct metering_side, crest), 0.1},
	{CONTROL_METER_DC, offsetof(struct metering_side, dc), 0.1},
	{CONTROL_METER_CLIPS, offsetof(struct metering_side, clips), 1},
};

static const struct figure point_figures[] = {
	{CONTROL_METER_MOMENTARY, offsetof(struct metering_point, momentary), 0.01},
	{CONTROL_METER_SHORT_TERM, offsetof(struct metering_point, short_term), 0.01},
	{CONTROL_METER_INTEGRATED, offsetof(struct metering_point, integrated), 0.01},
	{CONTROL_METER_RANGE, offsetof(struct metering_point, range_lu), 0.01},
	{CONTROL_METER_MOMENTARY_MAX, offsetof(struct metering_point, most_momentary), 0.01},
	{CONTROL_METER_SHORT_TERM_MAX, offsetof(struct metering_point, most_short_term), 0.01},
	{CONTROL_METER_TRUE_PEAK_MAX, offsetof(struct metering_point, most_true_peak), 0.01},
	{CONTROL_METER_CORRELATION, offsetof(struct metering_point, correlation), 0.01},
	{CONTROL_METER_BALANCE, offsetof(struct metering_point, balance_db), 0.01},
};

#define SIDE_FIGURES  (sizeof(side_figures) / sizeof(side_figures[0]))
#define POINT_FIGURES (sizeof(point_figures) / sizeof(point_figures[0]))

/* The figures of one side or point. All of them are doubles. */
static void show_figures(struct service *service, int instance, const struct figure *figures,
			 size_t count, const void *measured)
{
	for (size_t i = 0; i < count; i++) {
		const double *number = (const double *)((const char *)measured + figures[i].at);

		show(service, figures[i].id, instance, *number, figures[i].step);
	}
}

double service_read_meters(struct service *service)
{
	const struct reading sound = engine_reading(&service->engine);
	const struct metering_reading *reading = metering_read(service->metering);
	uint64_t still_ms = advance_meters(service, reading);

	wake_metering(service, &sound);
	for (int point = 0; point < METER_POINTS; point++) {
		const struct metering_point *measured = &reading->points[point];

		for (int side = 0; side < 2; side++) {
			show_figures(service, 2 * point + side, side_figures, SIDE_FIGURES,
				     &measured->sides[side]);
		}
		show_figures(service, point, point_figures, POINT_FIGURES, measured);
	}
	show_inputs(service, reading);
	listening_show(service->listening, &service->amp);
	return still_ms > 0 ? -1 : round_to(service->metered_s, 0.0001);
}

void service_want_scopes(struct service *service, unsigned int points)
{
	metering_want_scopes(service->metering, points);
}

const struct scope_picture *service_scope(struct service *service, enum meter_point point)
{
	return &metering_read(service->metering)->scopes[point];
}

static void on_timer(void *data)
{
	poll(data);
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
