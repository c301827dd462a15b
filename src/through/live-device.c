/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Through a sound card: the amplifier's engine into an ALSA playback device, a cable, and an ALSA
 * capture device. A thread of its own reads and writes a period at a time; where the card lost
 * something, that is counted, and the measurement is made again.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card.h"
#include "live-ops.h"
#include "live.h"
#include "report.h"
#include "tone.h"
#include "volts.h"

#define SETTLE_MS 1500
#define LOOP_HZ   997.0
#define LOOP_PEAK 0.1
#define LOOP_S    0.3
#define EXACT_LIN 1e-4 /* a loop that is nearer to 1 than that is digital */
#define MOVED_DB  0.5  /* a calibration that is farther from the loop's gain holds no longer */

struct device {
	struct live *live;
	struct card card;
	pthread_t thread;
	bool started;
	_Atomic bool quit;
	double loop_lin;     /* what comes back of 1 */
	double outdated_lin; /* what came back when it was calibrated, if that holds no longer */
	double planes[2][CARD_PERIOD];
	float in[2][CARD_PERIOD], out[2][CARD_PERIOD];
};

static void device_wait(struct live *live, unsigned int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

/* One period from the card. */
static int record(struct device *self)
{
	double *const to[2] = {self->planes[0], self->planes[1]};
	bool clipped = false;
	int error = card_read(&self->card, to, &clipped);

	if (error < 0) {
		return error;
	}
	if (clipped) {
		atomic_store(&self->live->tape.clipped, true);
	}
	for (int side = 0; side < 2; side++) {
		self->card.ops->to_float(self->in[side], self->planes[side], CARD_PERIOD);
	}
	live_record(&self->live->tape, self->in[0], self->in[1], CARD_PERIOD);
	return 0;
}

/* One period to the card, through the amplifier. */
static int play(struct device *self)
{
	struct engine_block block = {.frames = CARD_PERIOD,
				     .rate_hz = self->live->dut.rate_hz,
				     .live_outputs = 1u << OUTPUT_HEADPHONE};
	const double *const from[2] = {self->planes[0], self->planes[1]};

	live_play(&self->live->tape, self->in[0], self->in[1], CARD_PERIOD);
	for (int side = 0; side < 2; side++) {
		block.in[0][side] = self->in[side];
		block.out[CHANNEL_HEADPHONE_LEFT + side] = self->out[side];
	}
	engine_process(&self->live->engine, &block);
	for (int side = 0; side < 2; side++) {
		self->card.ops->from_float(self->planes[side], self->out[side], CARD_PERIOD);
	}
	return card_write(&self->card, from);
}

static void *run_audio(void *data)
{
	struct device *self = data;
	int error = card_start(&self->card);

	while (!atomic_load(&self->quit)) {
		error = error < 0 ? error : record(self);
		error = error < 0 ? error : play(self);
		if (error < 0) {
			atomic_fetch_add(&self->live->tape.lost, 1);
			if (card_start(&self->card) < 0) {
				device_wait(self->live, 50);
			}
			error = 0;
		}
	}
	return NULL;
}

static void device_destroy(struct live *live)
{
	struct device *self = live->back_end;

	if (!self) {
		return;
	}
	if (self->started) {
		atomic_store(&self->quit, true);
		pthread_join(self->thread, NULL);
	}
	card_close(&self->card);
	free(self);
}

/* What of a tone on both sides comes back on the left. */
static int measure_loop(struct device *self, struct refusal *ret_refusal)
{
	struct dut *dut = &self->live->dut;
	const size_t frames = (size_t)(LOOP_S * dut->rate_hz);
	double *memory = calloc(2 * frames, sizeof(*memory));
	struct tone tone = {LOOP_PEAK, 0, tone_step(LOOP_HZ, dut->rate_hz)};
	int error;

	if (!memory) {
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), -ENOMEM;
	}
	tone_fill(&tone, memory, frames);
	error = dut->ops->run(dut,
			      &(struct dut_run){.in = {memory, memory},
						.out = {memory + frames, NULL},
						.frames = frames,
						.rate_hz = dut->rate_hz,
						.output = OUTPUT_HEADPHONE},
			      ret_refusal);
	if (error == 0) {
		/* Its second half: filters have settled by then. */
		self->loop_lin = tone_fit(memory + frames + frames / 2, frames / 2, dut->rate_hz,
					  LOOP_HZ, false)
					 .amplitude /
				 LOOP_PEAK;
	}
	free(memory);
	return error;
}

/*
 * From here on 0 dBFS is full scale of the output, whatever the input's gain: so the output's volts
 * are those of every level. The input's say whether somebody turned a knob since.
 */
static void take_scale(struct device *self, const struct through_config *config)
{
	const double was =
		config->input_vrms > 0 ? config->full_scale_vrms / config->input_vrms : 0;

	if (fabs(self->loop_lin - 1) < EXACT_LIN) {
		self->loop_lin = 1;
	}
	self->live->scale = 1 / self->loop_lin;
	self->live->dut.full_scale_vrms = config->full_scale_vrms;
	if (was > 0 && fabs(tone_db(self->loop_lin / was)) > MOVED_DB) {
		self->outdated_lin = was;
		self->live->dut.full_scale_vrms = 0;
	}
}

static void tell_figure(struct report *report, const char *name, const char *title,
			const char *unit, double value, const char *conditions)
{
	struct figure figure = {
		.value = value, .residual = NAN, .uncertainty = NAN, .sense = FIGURE_PLAIN};

	snprintf(figure.name, sizeof(figure.name), "level.%s", name);
	snprintf(figure.title, sizeof(figure.title), "%s", title);
	snprintf(figure.unit, sizeof(figure.unit), "%s", unit);
	snprintf(figure.conditions, sizeof(figure.conditions), "%s", conditions);
	report_add(report, &figure);
}

static void device_tell(struct live *live, struct report *report)
{
	const struct device *self = live->back_end;
	const double volts = live->dut.full_scale_vrms;

	tell_figure(report, "loop", "Gain from output to input", "dB", tone_db(self->loop_lin),
		    "997 Hz at -20 dBFS, left; taken out of all figures: 0 dBFS is full scale of "
		    "the output");
	if (volts > 0) {
		tell_figure(report, "full_scale", "Full scale of the output", "V", volts,
			    "rms of a sine; where it is from is said below");
		tell_figure(report, "full_scale_dbu", "Full scale of the output", "dBu",
			    volts_to_dbu(volts), "the same");
	}
	if (self->outdated_lin > 0) {
		report_note(report,
			    "Volts: not known; of the output %.2f dB came back when it was "
			    "calibrated, and now %.2f dB: a knob was turned. Calibrate again.",
			    tone_db(self->outdated_lin), tone_db(self->loop_lin));
	}
}

static int start(struct device *self, const struct through_config *config,
		 struct refusal *ret_refusal)
{
	int error = card_open(&self->card, config, ret_refusal);

	if (error < 0) {
		return error;
	}
	self->live->dut.rate_hz = config->rate_hz;
	self->live->dut.carries = self->card.format == FORMAT_S32 ? FORMAT_F32 : self->card.format;
	snprintf(self->live->dut.about, sizeof(self->live->dut.about),
		 "ALSA: out at %.48s, in at %.48s, %s, %.0f Hz", config->playback, config->capture,
		 self->card.format_name, config->rate_hz);
	error = -pthread_create(&self->thread, NULL, run_audio, self);
	if (error < 0) {
		return refuse(ret_refusal, "device: %s", strerror(-error)), error;
	}
	self->started = true;
	device_wait(self->live, SETTLE_MS);
	error = live_find_signal(self->live, ret_refusal);
	error = error == 0 ? measure_loop(self, ret_refusal) : error;
	if (error == 0) {
		take_scale(self, config);
	}
	return error;
}

int live_device_open(const struct through_config *config, struct dut **ret_dut,
		     struct refusal *ret_refusal)
{
	static const struct live_ops ops = {
		.wait = device_wait, .destroy = device_destroy, .tell = device_tell};
	struct device *self = calloc(1, sizeof(*self));
	struct live *live = NULL;
	int error = self ? live_create("device", &ops, &live) : -ENOMEM;

	if (error < 0) {
		free(self);
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), error;
	}
	self->live = live;
	live->back_end = self;
	live->dut.stop = config->stop;
	error = start(self, config, ret_refusal);
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}
