/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound card's output and a sound card's input, read and written a period at a time. Whatever is
 * played first is silence; what the card does not do is refused with the reason.
 */
#ifndef WIREGAIN_CARD_H
#define WIREGAIN_CARD_H

#include <alsa/asoundlib.h>
#include <stdbool.h>

#include "ops.h"
#include "through.h"

#define CARD_PERIOD 512

struct card {
	snd_pcm_t *playback, *capture;
	const struct ops *ops;
	enum sample_format format; /* of both */
	const char *format_name;   /* as ALSA calls it */
	struct dither dither;
	unsigned int
		prefilled;   /* periods of silence before the first: the distance to an underrun */
	unsigned int run[2]; /* samples in a row at the input's full scale, by side */
	unsigned char bytes[CARD_PERIOD * 2 * 8];
};

/* Opens both in the finest format that they share. 0 or a negative errno with the reason. */
int card_open(struct card *card, const struct through_config *config, struct refusal *ret_refusal);

/* One direction alone. 0 or a negative error with the reason. */
int card_open_one(snd_pcm_t **ret_pcm, const char *name, snd_pcm_stream_t stream,
		  struct refusal *ret_refusal);

/* Also after a card_open() that failed. */
void card_close(struct card *card);

/* Begins, or begins again after an error of the next two. 0 or ALSA's negative error. */
int card_start(struct card *card);

/*
 * The next period of left and right. 0 or ALSA's negative error, when something was lost.
 * *ret_clipped becomes true where the input was at its full scale, and stays as it is elsewhere.
 */
int card_read(struct card *card, double *const planes[2], bool *ret_clipped);

/* The next period of left and right to play. 0 or ALSA's negative error. */
int card_write(struct card *card, const double *const planes[2]);

#endif
