/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Bits and latency through a real PipeWire server: at level 0.0 the sinks get what the player
 * sent, in the same cycle of the graph, at every length of a cycle and every rate.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"
#include "graph.h"
#include "loop.h"
#include "session.h"

static const char *const names[OUTPUTS] = {"headphone", "line", "sub"};

/* The clock has settled on that cycle. */
static bool is_at(const struct capture *capture, unsigned int quantum, unsigned int rate_hz)
{
	for (size_t i = 0; i < capture->count; i++) {
		if (capture->cycles[i].head.frames != quantum ||
		    capture->cycles[i].head.rate_hz != rate_hz) {
			return false;
		}
	}
	return capture->count > 0;
}

struct amplified {
	struct process *amplifier; /* NULL: the player plays into the sink */
	struct process *player, *recorders[OUTPUTS];
};

/* Cycles that the player or the amplifier could not do in time, on this machine, so far. */
static double count_late(struct amplified *all)
{
	return (double)session_missed(all->player) +
	       (all->amplifier ? session_reading(all->amplifier, "lost") : 0.0);
}

/*
 * Takes some cycles again and again until they have that length and rate, the pattern is in them,
 * and nobody was late. A fade-in has no pattern in it.
 */
static struct pattern_match match_at(struct amplified *all, enum output output,
				     unsigned int quantum, unsigned int rate_hz)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	unsigned int cycles = quantum > 2048 ? 6 : 40;

	for (;;) {
		double late = count_late(all);
		struct pattern_match match;
		struct capture capture;
		bool usable;

		capture_take(all->recorders[output], cycles, &capture);
		match = capture_match(&capture,
				      output == OUTPUT_SUB ? PATTERN_MONO : PATTERN_STEREO);
		usable = is_at(&capture, quantum, rate_hz) && capture.gaps == 0 && match.found &&
			 match.good + match.bad >= capture.count - 1 && count_late(all) == late;
		capture_free(&capture);
		if (usable) {
			return match;
		}
		if (loop_now_ms() > end_ms) {
			fail_msg("no pattern at %u frames, %u Hz", quantum, rate_hz);
		}
	}
}

static void start_amplified(struct amplified *all)
{
	all->amplifier = session_start_amplifier();
	all->player = session_start_player("player", "wiregain.input1", 0, 0.0);
	all->recorders[0] = session_start_recorder("rec.headphone", HEADPHONE_SINK, 2);
	all->recorders[1] = session_start_recorder("rec.line", LINE_SINK, 2);
	all->recorders[2] = session_start_recorder("rec.sub", SUB_SINK, 1);
}

static void end_amplified(struct amplified *all)
{
	for (int i = 0; i < OUTPUTS; i++) {
		assert_int_equal(process_end(all->recorders[i]), 0);
	}
	assert_int_equal(process_end(all->player), 0);
	session_end_amplifier(all->amplifier);
}

/*
 * The sink that drives the graph shows its monitor a cycle late, the others at once; with us in
 * between that must be just so.
 */
static void check_outputs(struct amplified *all, unsigned int quantum, unsigned int rate_hz,
			  const unsigned int lag[OUTPUTS])
{
	for (int i = 0; i < OUTPUTS; i++) {
		struct pattern_match match = match_at(all, (enum output)i, quantum, rate_hz);

		print_message("figure: %u Hz, %u frames, %s: %u of %u cycles exact, lag %u frames "
			      "more\n",
			      rate_hz, quantum, names[i], match.good, match.good + match.bad,
			      match.lag - lag[i]);
		assert_int_equal(match.lag, lag[i]);
		assert_int_equal(match.bad, 0);
	}
}

static void every_quantum_is_exact_and_adds_no_cycle(void **state)
{
	static const unsigned int quanta[] = {64, 256, 1024, 8192};
	struct amplified all = {0};
	unsigned int without[4];

	all.player = session_start_player("player", HEADPHONE_SINK, 0, 0.0);
	all.recorders[0] = session_start_recorder("rec.without", HEADPHONE_SINK, 2);
	for (int i = 0; i < 4; i++) {
		graph_set("clock.force-quantum", quanta[i]);
		without[i] = match_at(&all, OUTPUT_HEADPHONE, quanta[i], 48000).lag;
	}
	assert_int_equal(process_end(all.player), 0);
	assert_int_equal(process_end(all.recorders[0]), 0);

	start_amplified(&all);
	for (int i = 0; i < 4; i++) {
		unsigned int lag[OUTPUTS] = {without[i], 0, 0};

		graph_set("clock.force-quantum", quanta[i]);
		check_outputs(&all, quanta[i], 48000, lag);
		assert_int_equal((int)session_reading(all.amplifier, "block"), quanta[i]);
	}
	end_amplified(&all);
}

static void every_rate_is_exact(void **state)
{
	static const unsigned int rates[] = {44100, 96000, 192000, 48000};
	const unsigned int lag[OUTPUTS] = {256, 0, 0};
	struct amplified all;

	graph_set("clock.force-quantum", 256);
	start_amplified(&all);
	for (int i = 0; i < 4; i++) {
		graph_set("clock.force-rate", rates[i]);
		check_outputs(&all, 256, rates[i], lag);
		assert_int_equal((int)session_reading(all.amplifier, "rate"), rates[i]);
	}
	end_amplified(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_quantum_is_exact_and_adds_no_cycle,
					  session_end_test),
		cmocka_unit_test_teardown(every_rate_is_exact, session_end_test),
	};

	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
