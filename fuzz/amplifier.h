/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What fuzzers share: a running amplifier without sound, and its panel. One of each for the
 * process.
 */
#ifndef WIREGAIN_FUZZ_AMPLIFIER_H
#define WIREGAIN_FUZZ_AMPLIFIER_H

#include <stddef.h>
#include <stdint.h>

#include "service.h"

struct fuzz_amplifier {
	struct loop *loop;
	struct store *store; /* NULL: none */
	struct shelf *shelf;
	struct service *service;
	struct amp initial; /* the state that each input begins with */
};

/* The amplifier in its first state. `with_store`: of the first call; a panel wants one. */
struct fuzz_amplifier *fuzz_amplifier_reset(bool with_store);

/*
 * The panel in its first state: reached as 127.0.0.1:8730 whatever its port, with the pairing code
 * 123456 and the token FUZZ_TOKEN. A connection to it, non-blocking, never -1.
 */
#define FUZZ_TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
int fuzz_panel_connect(void);

/* Sends and lets the panel work until it does no more; throws its answers away. False: hung up. */
bool fuzz_panel_send(int fd, const void *bytes, size_t size);

/* Lets what waits for some milliseconds happen, and makes the panel ask whether the other end is
 * there. */
void fuzz_panel_wait(int fd);
void fuzz_panel_close(int fd);

#endif
