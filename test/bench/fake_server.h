/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound server for tests: a thread that runs player, amplifier and recorder as fast as it can,
 * with a latency of its own, and does to the sound what it is told to.
 */
#ifndef WIREGAIN_TEST_FAKE_SERVER_H
#define WIREGAIN_TEST_FAKE_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "live.h"

#define FAKE_LATENCY 300

enum fault {
	FAULT_NONE,
	FAULT_DROP,     /* `count` samples of both sides, in the middle of the stimulus */
	FAULT_DROP_ONE, /* of the right side alone */
	FAULT_INSERT,   /* `count` samples are there twice */
	FAULT_HOLE,     /* `count` samples are zeros */
	FAULT_SWAP,
	FAULT_MONO,
	FAULT_SILENT,
	FAULT_ONE_SIDE, /* the right one is silent */
	FAULT_INVERT,
	FAULT_FRACTION,  /* 0.3 samples later */
	FAULT_LATER,     /* `count` samples later from now on */
	FAULT_SATURATE,  /* at 0.5, and nobody says so */
	FAULT_CLIP_TOLD, /* the recorder's input says that it clips */
	FAULT_CLOCK,     /* a block of the clock is passed over in each tape */
	FAULT_NOISE,     /* of -100 dBFS */
	FAULT_STILL,     /* nothing runs any more */
	FAULT_GONE,
};

/* One fault at a time; the test sets it while no tape runs. */
struct fake_server {
	struct live *live;
	pthread_t thread;
	_Atomic bool quit;
	_Atomic enum fault fault;
	_Atomic unsigned int count;
	_Atomic unsigned int tapes; /* it comes in so many tapes, and then no more */
};

/* A live device through it, its signal not yet looked for. dut_destroy() ends it. */
struct fake_server *fake_server_open(void);

/* The fault from now on, in so many tapes. */
void fake_server_set(struct fake_server *server, enum fault fault, unsigned int count,
		     unsigned int tapes);

#define FAKE_ALWAYS 1000000

#endif
