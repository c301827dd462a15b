/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What `wiregain run` says on standard output once it plays. A device named "auto" becomes a real
 * one moments after the start: what is said waits for that, but not for long.
 */
#ifndef WIREGAIN_WELCOME_H
#define WIREGAIN_WELCOME_H

#include "service.h"

struct welcome {
	struct service *service; /* NULL: nothing is waited for */
	struct service_listener listener;
	struct loop_source *timer;
	char notice[TEXT_BYTES]; /* of the power-up; what comes later is told as it comes */
};

/* Says it now or from the loop. `welcome` stays where it is until welcome_stop(). */
void welcome_start(struct welcome *welcome, struct loop *loop, struct service *service);

/* Waits no longer. Before the service is destroyed; also when it was never started. */
void welcome_stop(struct welcome *welcome);

#endif
