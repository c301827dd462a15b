/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound back end that a test drives by hand: sound runs when the test says so.
 */
#ifndef WIREGAIN_FAKE_AUDIO_H
#define WIREGAIN_FAKE_AUDIO_H

#include "audio.h"

#define FAKE_RATE_HZ 48000
#define FAKE_BLOCK   256

struct fake_audio {
	struct loop *loop;
	struct engine *engine;
	struct audio_config config;
	struct audio_events events;
	void *data;
	struct loop_source *timer;
	int create_error; /* what create() shall return */
	int configured;   /* how often */
	bool running;     /* created and not destroyed */
	bool was_silent;  /* when it was destroyed */
	bool by_itself;   /* runs a block every millisecond while the loop runs */
	float in[INPUTS]; /* what comes in on both sides: a constant, */
	double tone_hz;   /* or with this a sine of that amplitude */
	unsigned long frames;
	float (*wave)(unsigned long frame, int side); /* or with this what it gives, on input 1 */
	float out[CHANNELS][FAKE_BLOCK];
	float last_headphone;
	float greatest_step; /* between two samples of the headphone's left side */
};

/* There is one at a time; a test clears it first. */
extern struct fake_audio fake_audio;
extern const struct audio_ops fake_audio_ops;

/* Runs blocks of sound. */
void fake_audio_run(int blocks);

/* Whether who measures is more than a few blocks behind. */
bool fake_audio_is_ahead(void);

#endif
