/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound card by ALSA. card_start(), card_read() and card_write() are one thread's.
 */
#include "card.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LATENCY_US                                                                         \
	200000     /* a card may wake us only each quarter of it: the silence lasts longer \
		    */
#define CLIP_RUN 3 /* samples in a row at full scale */
#define FULL_LIN 0.99996

/* From the finest on. */
static const struct {
	snd_pcm_format_t alsa;
	enum sample_format ours;
	const char *name;
} formats[] = {{SND_PCM_FORMAT_S32_LE, FORMAT_S32, "S32_LE"},
	       {SND_PCM_FORMAT_S24_3LE, FORMAT_S24, "S24_3LE"},
	       {SND_PCM_FORMAT_FLOAT_LE, FORMAT_F32, "FLOAT_LE"},
	       {SND_PCM_FORMAT_S16_LE, FORMAT_S16, "S16_LE"}};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static void note_clipping(struct card *card, int side, const double *samples, size_t frames,
			  bool *ret_clipped)
{
	for (size_t i = 0; i < frames; i++) {
		card->run[side] = fabs(samples[i]) >= FULL_LIN ? card->run[side] + 1 : 0;
		*ret_clipped = *ret_clipped || card->run[side] >= CLIP_RUN;
	}
}

int card_read(struct card *card, double *const planes[2], bool *ret_clipped)
{
	snd_pcm_sframes_t got;

	/* A device that fills nothing in shall not be heard as what was played last. */
	memset(card->bytes, 0, sizeof(card->bytes));
	got = snd_pcm_readi(card->capture, card->bytes, CARD_PERIOD);
	if (got != CARD_PERIOD) {
		return got < 0 ? (int)got : -EPIPE;
	}
	card->ops->unpack[card->format](planes, card->bytes, 2, CARD_PERIOD);
	for (int side = 0; side < 2; side++) {
		note_clipping(card, side, planes[side], CARD_PERIOD, ret_clipped);
	}
	return 0;
}

int card_write(struct card *card, const double *const planes[2])
{
	const bool exact = card->format == FORMAT_S32 || card->format == FORMAT_F32;
	snd_pcm_sframes_t done;

	card->ops->pack[card->format](card->bytes, planes, 2, CARD_PERIOD,
				      exact ? NULL : &card->dither);
	done = snd_pcm_writei(card->playback, card->bytes, CARD_PERIOD);
	if (done != CARD_PERIOD) {
		return done < 0 ? (int)done : -EPIPE;
	}
	return 0;
}

int card_start(struct card *card)
{
	int error;

	snd_pcm_drop(card->capture);
	snd_pcm_drop(card->playback);
	snd_pcm_prepare(card->playback);
	snd_pcm_prepare(card->capture);
	memset(card->bytes, 0, sizeof(card->bytes));
	for (unsigned int i = 0; i < card->prefilled; i++) {
		snd_pcm_writei(card->playback, card->bytes, CARD_PERIOD);
	}
	error = snd_pcm_start(card->capture);
	if (snd_pcm_state(card->playback) == SND_PCM_STATE_PREPARED) {
		error = error < 0 ? error : snd_pcm_start(card->playback);
	}
	return error;
}

/* What one direction cannot do, in words that say what can be done. */
static int check(snd_pcm_t *pcm, const char *name, const char *does, unsigned int rate_hz,
		 struct refusal *ret_refusal)
{
	unsigned int least, most;
	snd_pcm_hw_params_t *can;
	char range[32];
	int error, way;

	snd_pcm_hw_params_alloca(&can);
	error = snd_pcm_hw_params_any(pcm, can);
	if (error < 0) {
		return refuse(ret_refusal, "device: %.80s: tells nothing of itself: %s", name,
			      snd_strerror(error)),
		       error;
	}
	if (snd_pcm_hw_params_test_channels(pcm, can, 2) < 0) {
		snd_pcm_hw_params_get_channels_min(can, &least);
		snd_pcm_hw_params_get_channels_max(can, &most);
		return refuse(ret_refusal,
			      "device: %.80s: %s %u channel%s, and both sides are needed: name a "
			      "stereo device",
			      name, does, most < 2 ? most : least, most == 1 ? "" : "s or more");
	}
	/* Where it resamples, that is what would be measured. */
	snd_pcm_hw_params_set_rate_resample(pcm, can, 0);
	if (snd_pcm_hw_params_test_rate(pcm, can, rate_hz, 0) < 0) {
		snd_pcm_hw_params_get_rate_min(can, &least, &way);
		snd_pcm_hw_params_get_rate_max(can, &most, &way);
		/* ALSA rounds the end of a range up. */
		snprintf(range, sizeof(range), most > least + 1 ? "%u to %u" : "%u", least, most);
		return refuse(ret_refusal,
			      "device: %.80s: %s not at %u Hz but at %s Hz: give --rate one that "
			      "it has",
			      name, does, rate_hz, range);
	}
	return 0;
}

static int set(snd_pcm_t *pcm, size_t format, unsigned int rate_hz)
{
	return snd_pcm_set_params(pcm, formats[format].alsa, SND_PCM_ACCESS_RW_INTERLEAVED, 2,
				  rate_hz, 0, LATENCY_US);
}

static int choose_format(struct card *card, const struct through_config *config,
			 struct refusal *ret_refusal)
{
	const unsigned int rate_hz = (unsigned int)config->rate_hz;
	int error = -EINVAL;

	for (size_t i = 0; error < 0 && i < FORMATS; i++) {
		error = set(card->playback, i, rate_hz);
		error = error < 0 ? error : set(card->capture, i, rate_hz);
		card->format = formats[i].ours;
		card->format_name = formats[i].name;
	}
	if (error < 0) {
		refuse(ret_refusal,
		       "device: %.60s and %.60s have no format in common (of S32_LE, S24_3LE, "
		       "FLOAT_LE, S16_LE) at %u Hz: %s",
		       config->playback, config->capture, rate_hz, snd_strerror(error));
	}
	return error;
}

static void be_silent(const char *file, int line, const char *function, int error,
		      const char *format, ...)
{
}

int card_open_one(snd_pcm_t **ret_pcm, const char *name, snd_pcm_stream_t stream,
		  struct refusal *ret_refusal)
{
	const char *use = stream == SND_PCM_STREAM_PLAYBACK ? "play" : "record";
	int error;

	snd_lib_error_set_handler(be_silent);
	error = snd_pcm_open(ret_pcm, name, stream, SND_PCM_NONBLOCK);

	if (error < 0) {
		refuse(ret_refusal, "device: %.80s: cannot be opened to %s: %s%s", name, use,
		       snd_strerror(error),
		       error == -EBUSY ? ": another program has it, see `fuser -v /dev/snd/*`"
				       : ": `aplay -l` and `arecord -l` list what there is");
		return error;
	}
	return snd_pcm_nonblock(*ret_pcm, 0);
}

int card_open(struct card *card, const struct through_config *config, struct refusal *ret_refusal)
{
	const unsigned int rate_hz = (unsigned int)config->rate_hz;
	snd_pcm_uframes_t buffer, period;
	int error;

	card->ops = ops_best();
	dither_init(&card->dither, 1);
	error = card_open_one(&card->playback, config->playback, SND_PCM_STREAM_PLAYBACK,
			      ret_refusal);
	if (error == 0) {
		error = card_open_one(&card->capture, config->capture, SND_PCM_STREAM_CAPTURE,
				      ret_refusal);
	}
	if (error == 0) {
		error = check(card->playback, config->playback, "plays", rate_hz, ret_refusal);
	}
	if (error == 0) {
		error = check(card->capture, config->capture, "records", rate_hz, ret_refusal);
	}
	if (error == 0) {
		error = choose_format(card, config, ret_refusal);
	}
	if (error == 0) {
		error = snd_pcm_get_params(card->playback, &buffer, &period);
		card->prefilled = (unsigned int)(buffer * 3 / 4 / CARD_PERIOD);
	}
	/* -ENOENT is kept for what nobody can be asked to measure through. */
	return error == -ENOENT ? -ENODEV : error;
}

void card_close(struct card *card)
{
	if (card->playback) {
		snd_pcm_close(card->playback);
	}
	if (card->capture) {
		snd_pcm_close(card->capture);
	}
	card->playback = card->capture = NULL;
}
