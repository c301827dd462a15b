/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A device under test in real time: the amplifier in this process, between a player and a recorder
 * that a sound server or a sound card runs. Every stimulus is played between two markers, bursts of
 * noise: their places say how late the answer is, and their distance whether samples were lost.
 */
#ifndef WIREGAIN_LIVE_H
#define WIREGAIN_LIVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "amp.h"
#include "dut.h"
#include "engine.h"

/* What is played and recorded; the audio thread's while `running`. */
struct live_tape {
	const float *in[2];
	float *out[2];
	size_t frames;
	size_t played, recorded;
	_Atomic bool running;
	_Atomic bool clipped;      /* the input was at its full scale */
	_Atomic unsigned int lost; /* cycles or overruns that the server or card told of */
};

struct live;

struct live_ops {
	/* Lets time pass, and whatever the back end does on the main thread be done. */
	void (*wait)(struct live *live, unsigned int ms);
	/* Frees what is the back end's own. */
	void (*destroy)(struct live *live);
};

struct live {
	struct dut dut;
	const struct live_ops *ops;
	struct amp amp;
	struct engine engine;
	struct live_tape tape;
	void *back_end;
};

/*
 * A live device with a neutral amplifier, its engine not yet called; the back end sets rate, name,
 * `back_end` and `ops`. 0 or -ENOMEM.
 */
int live_create(const char *name, const struct live_ops *ops, struct live **ret_live);

/* Once audio runs: waits until the amplifier has faded in and a marker comes back. */
int live_find_signal(struct live *live, struct refusal *ret_refusal);

/* Audio thread: the next frames of the stimulus (silence when there is none), and of the answer. */
void live_play(struct live_tape *tape, float *left, float *right, size_t frames);
void live_record(struct live_tape *tape, const float *left, const float *right, size_t frames);

#endif
