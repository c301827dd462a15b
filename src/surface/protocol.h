/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests and replies in JSON, whatever carries them. A session is one peer. A request is an
 * object with one member, and has one reply, in the order of the requests:
 *
 *   {"get": [path, ...]}          {"set": {path: value, ...}}
 *   {"set": {path: value, ...}}   {"set": {...}}: what they are now. All of them, or none
 *   {"step": {path: n, ...}}      as "set"
 *   {"do": path}                  {"done": path}
 *   {"watch": [path, ...]}        {"rev": n, "set": {...}}, and again for each change
 *   {"controls": true}            {"controls": [...]}: the table
 *   {"export": true}              {"export": {...}}
 *   {"import": {...}}             {"import": {"settings": n, "lowered": {path: level, ...}}}
 *   {"sync": true}                {"sync": true} once everything up to now is on the disk
 *   {"profiles": true}            {"profiles": [name, ...]}: the headphone profiles
 *   {"profile_load": {"name": name, "text": text}}: of AutoEq or Equalizer APO
 *                                 {"profile_load": {"name": name, "filters": n,
 *                                 "not_understood": [{"line": n, "reason": text}, ...]}}
 *   {"profile_remove": name}      {"profile_remove": name}
 *   {"readings": n}               no reply: {"readings": {path: number, ...}} n times a second
 *   {"scope": point}              no reply: a goniometer's picture beside them; null: no more
 *   {"unlock": true}              {"unlock": true}: the panel's lock, without its PIN
 *
 * or {"error": {"path": ..., "reason": ..., "code": ..., "args": {...}}}, the last two where the
 * reason is a row of saying.h; so is "notice" beside a "set" with system.notice in it. A path in
 * "get" and "watch" may name all controls below it; an empty list means all but the meters, which
 * are readings. A session of a panel obeys the lock. Main thread.
 */
#ifndef WIREGAIN_PROTOCOL_H
#define WIREGAIN_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "service.h"
#include "words.h"

/* Who is at the other end. */
enum session_peer {
	SESSION_OWNER, /* of the amplifier, over the local socket */
	SESSION_NEAR,  /* a panel on this machine */
	SESSION_FAR,   /* a panel on another one: it is not told the pairing code */
};

struct session {
	struct service *service;
	enum session_peer peer;
	unsigned int readings_hz; /* how often it wants to be told the meters; 0: never */
	unsigned int scope;       /* the point of which it draws a picture; METER_POINTS: none */
	struct selection watched;
	struct selection dirty; /* watched, and changed since it was last told */
	bool has_dirty;
	bool syncing; /* the answer to "sync" is due; no other request until then */
	uint64_t sync_number;
};

void session_init(struct session *session, struct service *service, enum session_peer peer);

#define SESSION_NONSENSE 1

/*
 * Answers a request. *ret_reply is to be freed; NULL: there is none, or it comes from
 * session_synced(). 0, SESSION_NONSENSE when the text was no request at all, or -ENOMEM.
 */
int session_request(struct session *session, const char *text, size_t length, char **ret_reply);

/*
 * The request of that name, its argument (taken over; NULL: no memory) as JSON: for carriers that
 * name requests otherwise. 0 or a negative errno of a refusal, either with a reply; or -ENOMEM.
 */
int session_call(struct session *session, const char *name, json_t *argument, char **ret_reply);

/*
 * The answer to "sync" when it is due and everything is saved, to be freed; else NULL. Without
 * memory NULL too, and then it stays due.
 */
char *session_synced(struct session *session);

/* Something has changed: remembered when it is watched. */
void session_changed(struct session *session, struct control_ref ref);

/*
 * What has changed since this was last asked, newest values, to be freed; NULL when nothing.
 * Without memory NULL too, and then the next call says it.
 */
char *session_take_changes(struct session *session);

/* {"readings": {...}, "at": seconds}: the meters as they are now, to be freed; no "at" while no
 * sound comes. */
char *protocol_readings(struct service *service);

/* Whether panels are locked; -EPERM with the reason, or 0. */
int protocol_check_lock(const struct service *service, struct refusal *ret_refusal);

/* An error reply of the carrier's own, to be freed. `saying` is the row of the reason, or NULL. */
char *protocol_error(const char *path, const char *reason, const struct saying *saying);

#endif
