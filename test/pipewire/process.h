/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Programs that a test starts and talks to, line by line. Every one of them ends with the test,
 * however that ends. What goes wrong fails the test.
 */
#ifndef WIREGAIN_TEST_PROCESS_H
#define WIREGAIN_TEST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How long a condition is waited for before the test has failed. */
#define PATIENCE_MS 60000

struct process {
	struct process *next;
	char *name;
	pid_t pid;  /* 0: not running */
	int in;     /* its standard input */
	int out;    /* its standard output */
	char *text; /* all that it said */
	size_t length;
	size_t cursor; /* what was waited for ends here */
	bool stays;    /* past the end of one test */
};

/*
 * Starts a program (argv[0] is sought in PATH, NULL at the end). Its errors go to the file
 * FOLDER/NAME.log; without `talks` its output does too.
 */
struct process *process_start(const char *name, bool talks, const char *const *argv);

/* Sends a line. */
void process_say(struct process *process, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Waits for a line that begins so, past the one that was waited for last. Returns what follows in
 * that line, valid until the next call.
 */
const char *process_expect(struct process *process, const char *prefix);

/* process_say(), then process_expect(). */
const char *process_ask(struct process *process, const char *line, const char *prefix);

/* It has said such a line, past the one that was waited for last. Waits for nothing. */
bool process_has_said(struct process *process, const char *prefix);

void process_signal(struct process *process, int signal);

/* Closes its input, waits for its end, and returns its exit code; 128 + N after signal N. */
int process_end(struct process *process);

/* kill -9, and waits. */
void process_kill(struct process *process);

/* Runs a program to its end. Returns its output, which stays until the next call. */
const char *process_run(const char *const *argv);

/* Kills what runs, but what stays. True when there was something. */
bool process_kill_rest(void);

/* Kills what runs. */
void process_kill_all(void);

/* Prints the end of every log, for a test that failed. */
void process_print_logs(void);

/* Where logs and recordings go; the session sets it. */
void process_set_folder(const char *folder);

#endif
