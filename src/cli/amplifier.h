/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The running amplifier, as a subcommand sees it: requests over its socket. What goes wrong is said
 * on standard error, and the exit code it means is returned.
 */
#ifndef WIREGAIN_AMPLIFIER_H
#define WIREGAIN_AMPLIFIER_H

#include <jansson.h>

#include "arguments.h"

struct amplifier;

/* `path` may be NULL: the usual one. EXIT_DONE, or the exit code and nothing to close. */
int amplifier_connect(const struct subcommand *self, const char *path,
		      struct amplifier **ret_amplifier);

/* Whether one listens; nothing is said of it. */
bool amplifier_is_there(const char *path);

/* NULL is fine. */
void amplifier_close(struct amplifier *amplifier);

/*
 * Sends a request (taken over, may be NULL for lack of memory) and waits for its reply. EXIT_DONE
 * and the reply, or an exit code: EXIT_WRONG when the request was refused.
 */
int amplifier_ask(struct amplifier *amplifier, json_t *request, json_t **ret_reply);

/* Waits until everything is on the disk. */
int amplifier_sync(struct amplifier *amplifier);

/* Waits for the next message, without an end, and returns EXIT_FAILED when none will come. */
int amplifier_listen(struct amplifier *amplifier, json_t **ret_message);

/*
 * Connects, asks and syncs, and closes: what subcommands do that change something.
 */
int amplifier_change(const struct subcommand *self, const char *path, json_t *request,
		     json_t **ret_reply);

/*
 * arguments_read() of a subcommand whose arguments are paths, into an array of strings for a
 * request.
 */
int arguments_paths(struct arguments *ret_arguments, const struct subcommand *self, int argc,
		    char **argv, json_t *paths);

/* Prints {path: value, ...} as lines, aligned, or as JSON. */
void print_values(json_t *values, bool json);

/* Prints the value alone, without its unit. */
void print_bare_value(const char *path, const json_t *value);

/* Prints a JSON value for people to read. */
void print_json(const json_t *json);

#endif
