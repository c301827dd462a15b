/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A private sound server for a test: PipeWire, a session manager and a message bus of its own in a
 * folder of its own, with three null sinks as devices, which nothing else on the machine can see.
 * Traps this knows: a virtual machine's server pins a quantum of 1024 unless told otherwise; the
 * monitor of the sink that drives the graph is a cycle late, those of the others are not.
 */
#ifndef WIREGAIN_TEST_SESSION_H
#define WIREGAIN_TEST_SESSION_H

#include "audio.h"
#include "process.h"

#define HEADPHONE_SINK "test.headphone" /* stereo; drives the graph */
#define LINE_SINK      "test.line"      /* stereo */
#define SUB_SINK       "test.sub"       /* mono */

/* cmocka's group set-up and teardown. Without PipeWire here it ends the program with 77: skipped.
 */
int session_set_up(void **state);
int session_tear_down(void **state);

/* cmocka's teardown of one test: ends its programs, and shows the logs when it has failed. */
int session_end_test(void **state);

/* The folder that goes with the session. */
const char *session_folder(void);

/* The server alone: killed with -9, and started again. */
void session_kill_server(void);
void session_start_server(void);

/* The PulseAudio server, for its players. */
void session_start_pulse(void);

/* An amplifier with its outputs on the three sinks and the levels at 0.0; waits until it plays. */
struct process *session_start_amplifier(void);

/*
 * Ends an amplifier, which must go well. In a build that watches the audio thread it must have
 * made no forbidden call.
 */
void session_end_amplifier(struct process *amplifier);

/* "set PATH VALUE"; fails the test when it is refused. */
void session_set(struct process *amplifier, const char *path_and_value);

/* Waits until a control has that value, as it is written. */
void session_wait_for_value(struct process *amplifier, const char *path, const char *value);

/* The amplifier's reading of that name: "lost", "frames", "rate", "block", "silent", "line". */
double session_reading(struct process *amplifier, const char *name);

/* Starts a player of the pattern (hz 0) or of a tone, and waits until it is linked and plays. */
struct process *session_start_player(const char *name, const char *target, unsigned int hz,
				     double amplitude);

/* The cycles of the graph in which a player could not play. */
long session_missed(struct process *player);

/* Starts a recorder of a sink of one or two channels, and waits until it is linked. */
struct process *session_start_recorder(const char *name, const char *sink, unsigned int channels);

/* Waits until each of the amplifier's outputs (bit N: enum output N) is in that state. */
void session_wait_for_state(struct process *amplifier, unsigned int outputs,
			    enum device_state state);

#endif
