/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A sound server for tests.
 */
#include "fake_server.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "signals.h"

#define BLOCK 256
#define LINE  65536 /* the longest latency, a power of two */
#define TAPS  255   /* of the filter that is late by a part of a sample: half of them more */
#define RATE  48000
#define MIDDLE                                                                                \
	26000 /* frames of a tape: in the middle of a stimulus of some 10000 frames, not in a \
		 marker */

/* The server's own, of its thread. */
struct wire {
	float line[2][LINE];
	uint64_t written;
	size_t latency[2];
	struct live_clock clock;
	uint64_t position;
	struct noise noise;
	double taps[TAPS];
	size_t in_tape; /* frames of it that went by */
	bool done;      /* the fault has come in this tape */
	bool later;     /* the latency has changed for good */
};

/* 0.3 samples later than its middle. */
static void make_taps(double *taps)
{
	const int middle = TAPS / 2;

	for (int i = 0; i < TAPS; i++) {
		const double x = i - middle - 0.3;
		const double window =
			0.42 + 0.5 * cos(2 * M_PI * x / TAPS) + 0.08 * cos(4 * M_PI * x / TAPS);

		taps[i] = sin(M_PI * x) / (M_PI * x) * window;
	}
}

static float filtered(const struct wire *wire, int side, uint64_t at)
{
	double sum = 0;

	for (unsigned int i = 0; i < TAPS; i++) {
		sum += wire->taps[i] * (double)wire->line[side][(at - i) % LINE];
	}
	return (float)sum;
}

/* What is done once in a tape, when its middle comes. */
static void disturb(struct fake_server *server, struct wire *wire)
{
	const enum fault fault = atomic_load(&server->fault);
	const unsigned int count = atomic_load(&server->count);

	if (atomic_load(&server->live->tape.state) != TAPE_RUNS) {
		return;
	}
	wire->in_tape += BLOCK;
	if (wire->done || wire->in_tape < MIDDLE || atomic_load(&server->tapes) == 0) {
		return;
	}
	wire->done = true;
	if (fault == FAULT_DROP || fault == FAULT_DROP_ONE) {
		wire->latency[0] -= fault == FAULT_DROP ? count : 0;
		wire->latency[1] -= count;
	} else if (fault == FAULT_INSERT) {
		wire->latency[0] += count;
		wire->latency[1] += count;
	} else if (fault == FAULT_HOLE) {
		for (unsigned int i = 0; i < count; i++) {
			const uint64_t at = wire->written - wire->latency[0] + 10 + i;

			wire->line[0][at % LINE] = wire->line[1][at % LINE] = 0;
		}
	} else if (fault == FAULT_CLOCK) {
		wire->position += BLOCK;
	} else if (fault == FAULT_CLIP_TOLD) {
		atomic_store(&server->live->tape.clipped, true);
	}
	atomic_fetch_sub(&server->tapes, 1);
}

static float spoiled(struct wire *wire, enum fault fault, int side, uint64_t at)
{
	const uint64_t from = at - wire->latency[side];
	const float own = wire->line[side][from % LINE], other = wire->line[1 - side][from % LINE];

	switch (fault) {
	case FAULT_SWAP:
		return other;
	case FAULT_MONO:
		return 0.5f * (own + other);
	case FAULT_SILENT:
		return 0;
	case FAULT_ONE_SIDE:
		return side == 1 ? 0 : own;
	case FAULT_INVERT:
		return -own;
	case FAULT_FRACTION:
		return filtered(wire, side, from);
	case FAULT_SATURATE:
		return fmaxf(-0.5f, fminf(0.5f, own));
	case FAULT_NOISE:
		return own + 1e-5f * (float)noise_even(&wire->noise);
	default:
		return own;
	}
}

/* True when a tape begins with this block: nobody but the player lets it. */
static bool play(struct fake_server *server, float in[2][BLOCK])
{
	struct live_tape *tape = &server->live->tape;
	const enum tape_state before = atomic_load(&tape->state);

	live_play(tape, in[0], in[1], BLOCK);
	return before != TAPE_RUNS && atomic_load(&tape->state) == TAPE_RUNS;
}

static void begin_tape(struct wire *wire)
{
	wire->in_tape = 0;
	wire->done = false;
	if (!wire->later) {
		wire->latency[0] = wire->latency[1] = FAKE_LATENCY;
	}
}

static void run_block(struct fake_server *server, struct wire *wire)
{
	const enum fault fault = atomic_load(&server->fault);
	float in[2][BLOCK], out[2][BLOCK];
	struct engine_block block = {
		.in = {{in[0], in[1]}},
		.out = {[CHANNEL_HEADPHONE_LEFT] = out[0], [CHANNEL_HEADPHONE_RIGHT] = out[1]},
		.frames = BLOCK,
		.rate_hz = RATE,
		.live_outputs = 1u << OUTPUT_HEADPHONE};

	live_follow(&server->live->tape, &wire->clock, wire->position, BLOCK);
	wire->position += BLOCK;
	if (play(server, in)) {
		begin_tape(wire);
	}
	engine_process(&server->live->engine, &block);
	if (fault == FAULT_LATER && !wire->later) {
		wire->later = true;
		wire->latency[0] += atomic_load(&server->count);
		wire->latency[1] += atomic_load(&server->count);
	}
	disturb(server, wire);
	for (int i = 0; i < BLOCK; i++, wire->written++) {
		for (int side = 0; side < 2; side++) {
			wire->line[side][wire->written % LINE] = out[side][i];
		}
		for (int side = 0; side < 2; side++) {
			in[side][i] = spoiled(wire, fault, side, wire->written);
		}
	}
	live_record(&server->live->tape, in[0], in[1], BLOCK);
}

static void nap(long ns)
{
	nanosleep(&(struct timespec){0, ns}, NULL);
}

static void *run(void *data)
{
	struct fake_server *server = data;
	struct wire *wire = calloc(1, sizeof(*wire));

	assert_non_null(wire);
	wire->written = LINE;
	wire->latency[0] = wire->latency[1] = FAKE_LATENCY;
	wire->noise.state = 5;
	make_taps(wire->taps);
	while (!atomic_load(&server->quit)) {
		const enum fault fault = atomic_load(&server->fault);

		atomic_store(&server->live->tape.gone, fault == FAULT_GONE);
		if (fault == FAULT_STILL || fault == FAULT_GONE) {
			nap(100000);
			continue;
		}
		if (atomic_load(&server->live->tape.state) == TAPE_STILL) {
			nap(20000); /* the processor is others' meanwhile */
		}
		run_block(server, wire);
	}
	free(wire);
	return NULL;
}

/* Time passes fast where nothing runs. */
static void fake_wait(struct live *live, unsigned int ms)
{
	struct fake_server *server = live->back_end;

	nap(atomic_load(&server->fault) == FAULT_STILL ? 1000 : 1000000L * ms);
}

static void fake_destroy(struct live *live)
{
	struct fake_server *server = live->back_end;

	atomic_store(&server->quit, true);
	pthread_join(server->thread, NULL);
	free(server);
}

struct fake_server *fake_server_open(void)
{
	static const struct live_ops ops = {.wait = fake_wait, .destroy = fake_destroy};
	struct fake_server *server = calloc(1, sizeof(*server));

	assert_non_null(server);
	assert_int_equal(live_create("fake", &ops, &server->live), 0);
	server->live->dut.rate_hz = RATE;
	server->live->dut.flags |= DUT_BITS | DUT_FAST;
	server->live->back_end = server;
	assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
	return server;
}

void fake_server_set(struct fake_server *server, enum fault fault, unsigned int count,
		     unsigned int tapes)
{
	atomic_store(&server->count, count);
	atomic_store(&server->tapes, tapes);
	atomic_store(&server->fault, fault);
}
