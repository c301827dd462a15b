/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A look at the server's graph from a test, as any other program sees it, and the few things that
 * a test does to it. Functions that wait fail the test when it takes too long.
 */
#ifndef WIREGAIN_TEST_GRAPH_H
#define WIREGAIN_TEST_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#define NO_NODE UINT32_MAX

/* False: there is no server. */
bool graph_open(void);
void graph_close(void);

/* Takes in what the server says for `ms`. */
void graph_iterate(int ms);

/* The id of a node, or NO_NODE. */
uint32_t graph_node(const char *name);

uint32_t graph_wait_for_node(const char *name);
void graph_wait_for_no_node(const char *name);

/* Waits until a session manager has given a node ports. */
void graph_wait_for_ports(const char *name, unsigned int count);

/* How many links go from a node (NULL: any) to another (NULL: any). */
unsigned int graph_links(const char *from, const char *to);
void graph_wait_for_links(const char *from, const char *to, unsigned int count);

/*
 * Waits until the first port of a node knows of that latency, in frames and besides in
 * nanoseconds: how long until what passes is heard, or with `upstream` how long ago it was made.
 */
void graph_wait_for_latency(const char *name, bool upstream, unsigned int frames, int64_t ns);

/* Makes a null sink, as a device that is plugged in, and takes a node away. */
void graph_add_sink(const char *name, const char *positions);
void graph_remove(const char *name);

/* The server's own settings: clock.force-quantum, clock.force-rate. */
void graph_set(const char *key, unsigned int number);

#endif
