/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the files of this folder share. Main thread.
 */
#ifndef WIREGAIN_SERVICE_INSIDE_H
#define WIREGAIN_SERVICE_INSIDE_H

#include "engine.h"
#include "listening.h"
#include "metering.h"
#include "service.h"

struct service {
	struct loop *loop;
	const struct audio_ops *ops;
	struct audio *audio; /* NULL while it is being made */
	struct store *store;
	struct shelf *shelf;
	struct loop_source *store_source;
	struct service_listener *listeners;

	struct amp amp;
	struct amp trial; /* several commands are tried here first */
	struct plan plan;
	struct headphone_filters filters;
	struct audio_config wishes;
	double graph_latency_ms; /* as the back end told it; 0: not yet */
	struct engine engine;
	struct metering *metering;
	struct listening *listening;
	uint64_t heard_ms;         /* when a second of it was last taken */
	uint64_t lost_frames;      /* of the metering's, then */
	unsigned int meter_resets; /* of amp->meter_resets, done */

	uint64_t save_wanted;
	uint64_t saved;
	int save_error;
	bool server_lost;
	bool leaving;

	/* readings.c */
	struct loop_source *poll_timer;
	uint64_t poll_every_ms;
	uint64_t woken_frames;  /* of the reading that last woke the metering */
	uint64_t metered_ms;    /* when the meters last moved */
	double metered_s;       /* what service_read_meters() gave then */
	double metered_sound_s; /* and the sound's own count */
	struct reading reading; /* the last one that was folded in */
	uint64_t guard_told_ms; /* when the history was last told of the guard; 0: never */
	uint64_t guard_told_nonfinite;
};

/* Tells everybody what has changed in service->amp. After every change of it. */
void service_settle(struct service *service);

/* Tells who keeps what is no control that a command was the factory reset, if it was. */
void service_tell_reset(struct service *service, const struct command *command);

/*
 * Something the amplifier did by itself: a notice, a line of the log and of the history. Strings
 * for the gaps of the row, NULL behind them.
 */
void service_note(struct service *service, const char *kind, enum saying_id id, ...)
	__attribute__((sentinel));

/* readings.c: looks at what the engine tells, a few times a second. 0 or -ENOMEM. */
int service_start_polling(struct service *service);

/* wishes.c: what the back end shall do, from the state. */
void service_make_wishes(const struct amp *amp, struct audio_config *ret_wishes);

/* events.c: what the back end tells. */
extern const struct audio_events service_audio_events;

#endif
