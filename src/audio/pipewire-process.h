/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * PipeWire's audio thread: five input streams and three output streams in one cycle of the graph.
 * The server runs the inputs in any order; the last one that is expected in a cycle hands all five
 * to the engine and triggers the outputs, each of which then fills its own buffer. So an input
 * costs nothing but its place in the cycle, and a player that hangs holds up one cycle at most.
 * Internal to this folder.
 */
#ifndef WIREGAIN_PIPEWIRE_PROCESS_H
#define WIREGAIN_PIPEWIRE_PROCESS_H

#include <pipewire/pipewire.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

#define GRAPH_FRAMES 8192 /* the longest cycle: clock.quantum-limit */

struct graph;

/* What is between an output and its device. */
enum reach {
	REACH_NONE,  /* nothing: its sound is heard nowhere, and is cut at once */
	REACH_LIVE,  /* links */
	REACH_GOING, /* links that are about to be taken away: it fades out */
	REACHES = 4, /* a power of two, for what counts on in steps of it */
};

struct graph_input {
	struct graph *graph;
	struct pw_stream *stream;
	unsigned int number;

	/* the audio thread's; changed from the main thread only by a call into its loop */
	const struct spa_io_position *position;

	/* the audio thread's */
	bool empty; /* silence in this cycle */
	float samples[2][GRAPH_FRAMES];
};

struct graph_output {
	struct graph *graph;
	unsigned int first_channel;
	unsigned int channels;

	/* the audio thread's; changed from the main thread only by a call into its loop */
	struct pw_stream *stream; /* NULL: not to be triggered */

	/*
	 * Written by the main thread: an enum reach, and REACHES more with each change, so that
	 * the audio thread misses none, whenever it looks.
	 */
	_Atomic unsigned int reach;
	_Atomic unsigned int ended; /* written by the audio thread: the reach that has faded out */

	/* the audio thread's */
	unsigned int seen_reach;
	bool fresh; /* its samples are of this cycle */
};

struct graph {
	struct engine *engine;
	struct graph_input inputs[INPUTS];
	struct graph_output outputs[OUTPUTS];

	/* the audio thread's: the cycle under way */
	struct spa_io_clock clock; /* as the cycle began */
	unsigned int expected;     /* bit N: input N came in the cycle before */
	unsigned int arrived;      /* bit N: input N has come */
	bool done;                 /* the engine has run */
	unsigned int lost_blocks;  /* not told to the engine so far */
	float samples[CHANNELS][GRAPH_FRAMES];
};

/* Audio thread: the process() of an input's and an output's stream. */
void graph_input_process(void *graph_input);
void graph_output_process(void *graph_output);

/* Audio thread: an input is about to go, and is not waited for any more. */
void graph_drop_input(struct graph_input *input);

#endif
