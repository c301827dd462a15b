/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The service: a running amplifier. It owns the state, and joins the doors by which changes come in
 * with all who are to be told: surfaces, the engine, the back end, the store. Main thread only.
 */
#ifndef WIREGAIN_SERVICE_H
#define WIREGAIN_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "amp.h"
#include "audio.h"
#include "handover.h"
#include "loop.h"
#include "scope.h"
#include "shelf.h"
#include "store.h"

/* More than can be set, so a set of all without duplicates fits. */
#define SERVICE_COMMANDS 128

struct service;

struct service_config {
	const struct audio_ops *audio;
	struct store *store; /* the caller's; NULL: nothing is kept */
	struct shelf *shelf; /* the caller's: the profiles that its amp knows; NULL: none */
};

/* Who wants to be told. The structure is the surface's and stays where it is until removed. */
struct service_listener {
	void (*changed)(void *data, struct control_ref ref); /* once for each change */
	void (*settled)(void *data);                         /* after the last of those */
	void (*saved)(void *data);                           /* service_saved() moved on */
	void (*unlocked)(void *data); /* by the owner, whether it was locked or not */
	void (*reset)(void *data);    /* to the factory's: what is no control is forgotten too */
	void *data;
	struct service_listener *next; /* the service's */
};

/*
 * Takes a started amp (a copy), makes the engine, and starts the back end. 0 or the back end's
 * error.
 */
int service_create(struct loop *loop, const struct service_config *config, const struct amp *amp,
		   struct service **ret_service);

/* Fades out, stops the back end, saves. NULL is fine. */
void service_destroy(struct service *service);

const struct amp *service_amp(const struct service *service);

/* A surface's only door: amp_command(), then everybody is told. */
int service_command(struct service *service, const struct command *command,
		    struct refusal *ret_refusal);

/*
 * Several commands as one, at most SERVICE_COMMANDS: all of them or none. They are carried out in
 * an order of their own, in which the order given matters least: limits before levels, levels
 * before mute and dim. On failure *ret_failed is the index of the one that was refused.
 */
int service_commands(struct service *service, const struct command *commands, size_t count,
		     size_t *ret_failed, struct refusal *ret_refusal);

/* Replaces every kept setting by those of another amp at once (import): whole or not at all. */
void service_replace(struct service *service, const struct amp *amp);

/*
 * Brings the meters (rows with CONTROL_METER) up to date, for whoever is about to show them.
 * Returns the moment of the sound of which they are, in seconds, so that what moves can be drawn
 * as it moved; below 0 while no sound comes. It advances by the frames that were played, and by the
 * clock over a time without any.
 */
double service_read_meters(struct service *service);

/*
 * Pictures for goniometers: of which points they are wanted (bits, 1 << METER_INPUT, ...), and the
 * newest of a point, which stays until the next call of any function that reads meters.
 */
void service_want_scopes(struct service *service, unsigned int points);
const struct scope_picture *service_scope(struct service *service, enum meter_point point);

/* What a surface alone knows (its pairing code, its lock): amp_report(), then everybody is told. */
void service_report(struct service *service, struct control_ref ref, const struct value *value);

/*
 * Headphone profiles: what is loaded or removed is told to nobody but the caller; where it is the
 * one that is engaged, the sound goes over to it. 0, or a negative errno with the reason, and then
 * nothing has changed.
 */
int service_load_profile(struct service *service, const char *name, const char *text, size_t length,
			 struct refusal *ret_refusal);
int service_remove_profile(struct service *service, const char *name, struct refusal *ret_refusal);
const struct shelf *service_shelf(const struct service *service);

/* The owner opens the panel's lock: whoever locks next chooses a PIN. */
void service_unlock(struct service *service);

void service_listen(struct service *service, struct service_listener *listener);
void service_unlisten(struct service *service, struct service_listener *listener);

/*
 * The number of the save that holds everything up to now; it is written without delay. Once
 * service_saved() has reached it, it is on the disk, unless service_save_error() says otherwise.
 */
uint64_t service_hurry_save(struct service *service);
uint64_t service_saved(const struct service *service);
int service_save_error(const struct service *service);

#endif
