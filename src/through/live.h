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
#include <stdint.h>

#include "amp.h"
#include "dut.h"
#include "engine.h"

enum tape_state {
	TAPE_STILL, /* all of it is the main thread's once nobody is inside */
	TAPE_READY, /* it begins with the player's next block */
	TAPE_RUNS,
};

/*
 * What is played and recorded. The player begins it and the recorder ends it; they may be two
 * threads. Where both run in one cycle of a graph, the player comes first.
 */
struct live_tape {
	const float *in[2];
	float *out[2];
	size_t frames;
	size_t played;   /* the player's while the tape is not still */
	size_t recorded; /* the recorder's */
	_Atomic enum tape_state state;
	_Atomic unsigned int inside; /* threads that are at it */
	_Atomic bool clipped;        /* the input was at its full scale */
	_Atomic unsigned int lost;   /* blocks that the server or card told of */
	_Atomic bool gone;           /* the server has ended */
};

/* Where a back end's clock should stand at the next block. One for each audio thread, zeroed. */
struct live_clock {
	uint64_t next;
	bool runs;
};

struct live;

struct live_ops {
	/* Lets time pass, and whatever the back end does on the main thread be done. */
	void (*wait)(struct live *live, unsigned int ms);
	/* Frees what is the back end's own. */
	void (*destroy)(struct live *live);
	/* Makes sound run again as it should after something was lost; NULL: it does so by itself.
	 */
	void (*recover)(struct live *live);
	/* Figures that only the back end knows; may be NULL. */
	void (*tell)(struct live *live, struct report *report);
};

struct live {
	struct dut dut;
	const struct live_ops *ops;
	struct amp amp;
	struct engine engine;
	struct live_tape tape;
	void *back_end;

	float *memory; /* of the tape: four tracks of `room` frames */
	size_t room;
	double delay[2];                /* of each side, in samples, when it was last seen */
	double gain[2];                 /* that was found with a neutral amplifier */
	double least_delay, most_delay; /* of the left side, since it was first found */
	unsigned int runs, repeated;    /* measured; and measured once more */
	unsigned int moves;             /* times that the delay changed */
	double drift_ppm;               /* of what was played last, when its markers moved */
	double scale;      /* of answers: a back end's, when it knows the loop's gain */
	bool out_of_sight; /* no marker where it was: the delay has to be found anew */
};

/*
 * A live device with a neutral amplifier, its engine not yet called; the back end sets rate, name,
 * `back_end` and `ops`. 0 or -ENOMEM.
 */
int live_create(const char *name, const struct live_ops *ops, struct live **ret_live);

/* Once audio runs: waits until the amplifier has faded in, and finds the markers on both sides. */
int live_find_signal(struct live *live, struct refusal *ret_refusal);

/* For tell(): the latency that a server tells, in samples, and whether it is the one measured. */
void live_tell_latency(const struct live *live, double told, struct report *report);

/* Audio thread: the next frames of the stimulus (silence when there is none), and of the answer. */
void live_play(struct live_tape *tape, float *left, float *right, size_t frames);
void live_record(struct live_tape *tape, const float *left, const float *right, size_t frames);

/* Audio thread: a block begins there on the back end's clock; blocks that it passed are counted. */
void live_follow(struct live_tape *tape, struct live_clock *clock, uint64_t position,
		 size_t frames);

#endif
