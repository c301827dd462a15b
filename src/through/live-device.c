/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Through a sound card: the amplifier's engine into an ALSA playback device, a cable, and an ALSA
 * capture device. A thread of its own reads and writes a period at a time; where the card lost
 * something, that is counted, and the measurement is made again.
 */
#include <alsa/asoundlib.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live-ops.h"
#include "live.h"

#define PERIOD     512
#define PREFILLED  12     /* periods of silence before the first: the distance to an underrun */
#define LATENCY_US 200000 /* a card may wake us only each quarter of it: PREFILLED lasts longer */
#define SETTLE_MS  1500
#define CLIP_RUN   3 /* samples in a row at full scale */

struct device {
	struct live *live;
	snd_pcm_t *playback, *capture;
	const struct ops *ops;
	enum sample_format format; /* of both */
	struct dither dither;
	pthread_t thread;
	bool started;
	_Atomic bool quit;
	unsigned int run[2]; /* samples in a row at the input's full scale, by side */
	double planes[2][PERIOD];
	float in[2][PERIOD], out[2][PERIOD];
	unsigned char bytes[PERIOD * 2 * 8];
};

static void device_wait(struct live *live, unsigned int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void note_clipping(struct device *self, int side, unsigned int frames)
{
	for (unsigned int i = 0; i < frames; i++) {
		const bool full = fabs(self->planes[side][i]) >= 0.99996;

		self->run[side] = full ? self->run[side] + 1 : 0;
		if (self->run[side] >= CLIP_RUN) {
			atomic_store(&self->live->tape.clipped, true);
		}
	}
}

/* One period from the card. */
static int record(struct device *self)
{
	double *const to[2] = {self->planes[0], self->planes[1]};
	snd_pcm_sframes_t got;

	/* A device that fills nothing in shall not be heard as what was played last. */
	memset(self->bytes, 0, sizeof(self->bytes));
	got = snd_pcm_readi(self->capture, self->bytes, PERIOD);
	if (got < 0) {
		return (int)got;
	}
	self->ops->unpack[self->format](to, self->bytes, 2, (size_t)got);
	for (int side = 0; side < 2; side++) {
		note_clipping(self, side, (unsigned int)got);
		self->ops->to_float(self->in[side], self->planes[side], (size_t)got);
	}
	live_record(&self->live->tape, self->in[0], self->in[1], (size_t)got);
	return 0;
}

/* One period to the card, through the amplifier. */
static int play(struct device *self)
{
	struct engine_block block = {.frames = PERIOD,
				     .rate_hz = self->live->dut.rate_hz,
				     .live_outputs = 1u << OUTPUT_HEADPHONE};
	const double *const from[2] = {self->planes[0], self->planes[1]};
	snd_pcm_sframes_t done;

	live_play(&self->live->tape, self->in[0], self->in[1], PERIOD);
	for (int side = 0; side < 2; side++) {
		block.in[0][side] = self->in[side];
		block.out[CHANNEL_HEADPHONE_LEFT + side] = self->out[side];
	}
	engine_process(&self->live->engine, &block);
	for (int side = 0; side < 2; side++) {
		self->ops->from_float(self->planes[side], self->out[side], PERIOD);
	}
	self->ops->pack[self->format](self->bytes, from, 2, PERIOD,
				      self->format == FORMAT_S32 ? NULL : &self->dither);
	done = snd_pcm_writei(self->playback, self->bytes, PERIOD);
	return done < 0 ? (int)done : 0;
}

static int start_again(struct device *self)
{
	int error;

	snd_pcm_drop(self->capture);
	snd_pcm_drop(self->playback);
	snd_pcm_prepare(self->playback);
	snd_pcm_prepare(self->capture);
	memset(self->bytes, 0, sizeof(self->bytes));
	for (int i = 0; i < PREFILLED; i++) {
		snd_pcm_writei(self->playback, self->bytes, PERIOD);
	}
	error = snd_pcm_start(self->capture);
	if (snd_pcm_state(self->playback) == SND_PCM_STATE_PREPARED) {
		error = error < 0 ? error : snd_pcm_start(self->playback);
	}
	return error;
}

static void *run_audio(void *data)
{
	struct device *self = data;
	int error = start_again(self);

	while (!atomic_load(&self->quit)) {
		error = error < 0 ? error : record(self);
		error = error < 0 ? error : play(self);
		if (error < 0) {
			atomic_fetch_add(&self->live->tape.lost, 1);
			if (start_again(self) < 0) {
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
	if (self->playback) {
		snd_pcm_close(self->playback);
	}
	if (self->capture) {
		snd_pcm_close(self->capture);
	}
	free(self);
}

/* The finest format that both directions have at the rate itself. */
static int choose_format(struct device *self, unsigned int rate_hz)
{
	static const struct {
		snd_pcm_format_t alsa;
		enum sample_format ours;
	} formats[] = {{SND_PCM_FORMAT_S32_LE, FORMAT_S32},
		       {SND_PCM_FORMAT_S24_3LE, FORMAT_S24},
		       {SND_PCM_FORMAT_S16_LE, FORMAT_S16}};
	int error = -EINVAL;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		error = snd_pcm_set_params(self->playback, formats[i].alsa,
					   SND_PCM_ACCESS_RW_INTERLEAVED, 2, rate_hz, 0,
					   LATENCY_US);
		if (error == 0) {
			error = snd_pcm_set_params(self->capture, formats[i].alsa,
						   SND_PCM_ACCESS_RW_INTERLEAVED, 2, rate_hz, 0,
						   LATENCY_US);
		}
		if (error == 0) {
			self->format = formats[i].ours;
			return 0;
		}
	}
	return error;
}

static void be_silent(const char *file, int line, const char *function, int error,
		      const char *format, ...)
{
}

static int open_cards(struct device *self, const struct through_config *config,
		      struct refusal *ret_refusal)
{
	int error;

	snd_lib_error_set_handler(be_silent);
	error = snd_pcm_open(&self->playback, config->playback, SND_PCM_STREAM_PLAYBACK, 0);
	if (error < 0) {
		return refuse(ret_refusal, "device: %.80s: cannot be opened to play: %s",
			      config->playback, snd_strerror(error)),
		       error;
	}
	error = snd_pcm_open(&self->capture, config->capture, SND_PCM_STREAM_CAPTURE, 0);
	if (error < 0) {
		return refuse(ret_refusal, "device: %.80s: cannot be opened to record: %s",
			      config->capture, snd_strerror(error)),
		       error;
	}
	error = choose_format(self, (unsigned int)config->rate_hz);
	if (error < 0) {
		refuse(ret_refusal,
		       "device: %.60s and %.60s have no format in common at %.0f Hz in stereo: %s",
		       config->playback, config->capture, config->rate_hz, snd_strerror(error));
	}
	return error;
}

static int start(struct device *self, const struct through_config *config,
		 struct refusal *ret_refusal)
{
	int error = open_cards(self, config, ret_refusal);

	if (error < 0) {
		return error;
	}
	self->live->dut.rate_hz = config->rate_hz;
	self->live->dut.carries = self->format == FORMAT_S32 ? FORMAT_F32 : self->format;
	self->live->dut.full_scale_vrms = config->full_scale_vrms;
	dither_init(&self->dither, 1);
	error = -pthread_create(&self->thread, NULL, run_audio, self);
	if (error < 0) {
		return refuse(ret_refusal, "device: %s", strerror(-error)), error;
	}
	self->started = true;
	device_wait(self->live, SETTLE_MS);
	return live_find_signal(self->live, ret_refusal);
}

int live_device_open(const struct through_config *config, struct dut **ret_dut,
		     struct refusal *ret_refusal)
{
	static const struct live_ops ops = {device_wait, device_destroy};
	struct device *self = calloc(1, sizeof(*self));
	struct live *live = NULL;
	int error = self ? live_create("device", &ops, &live) : -ENOMEM;

	if (error < 0) {
		free(self);
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), error;
	}
	self->live = live;
	self->ops = ops_best();
	live->back_end = self;
	error = start(self, config, ret_refusal);
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}
