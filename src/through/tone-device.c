/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sine out of a sound card, and what its input hears of it. One thread plays and records; the
 * main thread takes a record whenever one is whole.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card.h"
#include "ramp.h"
#include "tone.h"

#define FADE_IN_S  2.0
#define FADE_OUT_S 0.2
#define SETTLE_S   1.0 /* after that what is heard has come to rest */
#define RECORD_S   0.5
#define PATIENCE_S 10.0

struct through_tone {
	struct card card;
	struct tone tone;
	struct gate gate;
	double rate_hz;
	pthread_t thread;
	bool started;
	_Atomic bool quit;
	_Atomic bool wanted;  /* a record, by the main thread: from then on it is the other's */
	_Atomic bool clipped; /* since it was wanted */
	_Atomic unsigned int lost; /* periods */
	size_t waited, room, recorded;
	double *record[2];
	double planes[2][CARD_PERIOD];
};

static int play(struct through_tone *self)
{
	double *const one[1] = {self->planes[0]};
	const double *const both[2] = {self->planes[0], self->planes[0]};

	tone_fill(&self->tone, self->planes[0], CARD_PERIOD);
	gate_process(&self->gate, one, 1, CARD_PERIOD);
	return card_write(&self->card, both);
}

/* From silence, whatever was before. */
static int begin(struct through_tone *self)
{
	gate_init(&self->gate, false);
	gate_move(&self->gate, true, FADE_IN_S * self->rate_hz);
	return card_start(&self->card);
}

/* What is asked for goes into the record once the tone has stood for a while. */
static int hear(struct through_tone *self)
{
	double *const to[2] = {self->planes[0], self->planes[1]};
	bool clipped = false;
	int error = card_read(&self->card, to, &clipped);
	size_t count;

	if (error < 0 || !atomic_load(&self->wanted)) {
		return error;
	}
	if (clipped) {
		atomic_store(&self->clipped, true);
	}
	if (!gate_resting(&self->gate) || self->waited < (size_t)(SETTLE_S * self->rate_hz)) {
		self->waited += gate_resting(&self->gate) ? CARD_PERIOD : 0;
		return 0;
	}
	count = self->room - self->recorded;
	count = count < CARD_PERIOD ? count : CARD_PERIOD;
	for (int side = 0; side < 2; side++) {
		memcpy(self->record[side] + self->recorded, to[side], count * sizeof(double));
	}
	self->recorded += count;
	if (self->recorded == self->room) {
		atomic_store(&self->wanted, false);
	}
	return 0;
}

static void *run_audio(void *data)
{
	struct through_tone *self = data;
	int error = begin(self);

	while (!atomic_load(&self->quit) || !gate_closed(&self->gate)) {
		if (atomic_load(&self->quit)) {
			gate_move(&self->gate, false, FADE_OUT_S * self->rate_hz);
		}
		error = error < 0 ? error : hear(self);
		error = error < 0 ? error : play(self);
		if (error == 0) {
			continue;
		}
		atomic_fetch_add(&self->lost, 1);
		if (atomic_load(&self->quit)) {
			break;
		}
		/* A card that is gone is asked again, not without end in a moment. */
		nanosleep(&(struct timespec){0, 50000000}, NULL);
		error = begin(self);
	}
	snd_pcm_drain(self->card.playback);
	return NULL;
}

int through_tone_start(const struct through_config *config, double hz, double level_db,
		       struct through_tone **ret_tone, struct refusal *ret_refusal)
{
	struct through_tone *self = calloc(1, sizeof(*self));
	int error = self ? 0 : -ENOMEM;

	if (error == 0) {
		self->rate_hz = config->rate_hz;
		self->room = (size_t)(RECORD_S * config->rate_hz);
		self->record[0] = calloc(2 * self->room, sizeof(double));
		self->record[1] = self->record[0] + self->room;
		self->tone =
			(struct tone){pow(10, level_db / 20), 0, tone_step(hz, config->rate_hz)};
		error = self->record[0] ? card_open(&self->card, config, ret_refusal) : -ENOMEM;
	}
	if (error == 0) {
		error = -pthread_create(&self->thread, NULL, run_audio, self);
		self->started = error == 0;
	}
	if (error < 0) {
		if (error == -ENOMEM) {
			refuse(ret_refusal, "%s", strerror(ENOMEM));
		}
		through_tone_stop(self);
		return error;
	}
	*ret_tone = self;
	return 0;
}

static void take(const struct through_tone *self, double hz, struct tone_heard *ret_heard)
{
	for (int side = 0; side < 2; side++) {
		const struct tone_fit fit =
			tone_fit(self->record[side], self->room, self->rate_hz, hz, false);

		ret_heard->amplitude[side] = fit.amplitude;
		ret_heard->rest_rms[side] = fit.residual_rms;
	}
	ret_heard->clipped = atomic_load(&self->clipped);
}

int through_tone_hear(struct through_tone *tone, double hz, const _Atomic bool *stop,
		      struct tone_heard *ret_heard, struct refusal *ret_refusal)
{
	const unsigned int lost = atomic_load(&tone->lost);

	tone->recorded = 0;
	atomic_store(&tone->clipped, false);
	atomic_store(&tone->wanted, true);
	for (double waited = 0; atomic_load(&tone->wanted); waited += 0.01) {
		if (atomic_load(stop)) {
			return -ECANCELED;
		}
		if (waited > PATIENCE_S || atomic_load(&tone->lost) != lost) {
			refuse(ret_refusal,
			       waited > PATIENCE_S
				       ? "device: the sound stands still: no samples came"
				       : "device: samples were lost on the way: try again while "
					 "the computer has nothing else to do");
			return -EIO;
		}
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	}
	take(tone, hz, ret_heard);
	return 0;
}

void through_tone_stop(struct through_tone *tone)
{
	if (!tone) {
		return;
	}
	if (tone->started) {
		atomic_store(&tone->quit, true);
		pthread_join(tone->thread, NULL);
	}
	card_close(&tone->card);
	free(tone->record[0]);
	free(tone);
}

void through_card_name(const char *device, bool capture, char *ret_name, size_t size)
{
	const snd_pcm_stream_t stream = capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
	snd_pcm_t *pcm = NULL;
	snd_pcm_info_t *info;
	char *name = NULL;

	ret_name[0] = '\0';
	snd_pcm_info_alloca(&info);
	if (card_open_one(&pcm, device, stream, NULL) < 0) {
		return;
	}
	if (snd_pcm_info(pcm, info) == 0 && snd_pcm_info_get_card(info) >= 0 &&
	    snd_card_get_name(snd_pcm_info_get_card(info), &name) == 0) {
		snprintf(ret_name, size, "%s", name);
	}
	free(name);
	snd_pcm_close(pcm);
}
