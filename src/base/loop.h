/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The main thread's loop: descriptors, timers and signals, on epoll. One thread; every callback
 * runs in loop_run() on the thread that called it. A source may be removed in any callback, its
 * own included.
 */
#ifndef WIREGAIN_LOOP_H
#define WIREGAIN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_source;

/* What a descriptor is watched for, and what it was found ready for. */
enum loop_event {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_HANGUP = 4, /* always watched for */
};

typedef void loop_fd_fn(void *data, int fd, unsigned int events);
typedef void loop_timer_fn(void *data);
typedef void loop_signal_fn(void *data, int signal);

/* 0 or a negative errno. */
int loop_create(struct loop **ret_loop);

/* Removes what is left in it. NULL is fine. */
void loop_destroy(struct loop *loop);

/* Runs until loop_quit(). Returns what that was given, or a negative errno. */
int loop_run(struct loop *loop);
void loop_quit(struct loop *loop, int code);

/* Waits at most `timeout_ms` (-1: for ever) and runs what is ready, once. 0 or a negative errno. */
int loop_iterate(struct loop *loop, int timeout_ms);

/* Watches a descriptor, which stays the caller's. NULL when memory or the kernel refuses. */
struct loop_source *loop_add_fd(struct loop *loop, int fd, unsigned int events, loop_fd_fn *fn,
				void *data);
void loop_change_fd(struct loop_source *source, unsigned int events);

/* A timer that is not armed yet. */
struct loop_source *loop_add_timer(struct loop *loop, loop_timer_fn *fn, void *data);

/* Arms a timer in `ms` milliseconds (0: as soon as may be), repeated every `every_ms` (0: once). */
void loop_arm_timer(struct loop_source *source, uint64_t ms, uint64_t every_ms);
void loop_disarm_timer(struct loop_source *source);

/* Takes a signal, which is blocked for the calling thread and those it makes from then on. */
struct loop_source *loop_add_signal(struct loop *loop, int signal, loop_signal_fn *fn, void *data);

/* NULL is fine. */
void loop_remove(struct loop_source *source);

/* The monotonic clock, in milliseconds. */
uint64_t loop_now_ms(void);

#endif
