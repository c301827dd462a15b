/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Who may come in by the network, as functions of what they show and of the time that is handed
 * in: names of hosts and origins, the pairing code, tokens, the PIN of the lock, rates. Nothing
 * here touches a socket, a clock or a file. Main thread.
 */
#ifndef WIREGAIN_DOOR_H
#define WIREGAIN_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controls.h"
#include "store.h"

#define DOOR_CODE_DIGITS  6
#define DOOR_TOKEN_DIGITS 64 /* 256 random bits, in hexadecimal */
#define DOOR_WRONG_CODES  5
#define DOOR_CODE_REST_MS 600000 /* after so many wrong codes, until there is another one */
#define DOOR_PIN_WAIT_S   60     /* the longest that wrong PINs slow down the next */
#define DOOR_LOGO_BYTES   262144

/* What a request's Host header names. */
enum door_host {
	DOOR_HOST_FOREIGN,  /* not this machine, as far as we know: a name bound anew, or a proxy */
	DOOR_HOST_OWN,      /* an address or a name of this machine */
	DOOR_HOST_LOOPBACK, /* this machine, as it calls itself */
};

/* Where a connection came in. */
struct door_place {
	const char *machine; /* this machine's host name */
	const char *address; /* at which it was reached, "192.168.1.5" or "fe80::1" */
	unsigned int port;
};

/* Wrong tries, and until when the next one waits. */
struct door_tries {
	unsigned int wrong;
	uint64_t wait_until_ms;
};

struct door {
	struct store_door kept;
	char code[DOOR_CODE_DIGITS + 1];
	struct door_tries codes;
	struct door_tries pins;
};

/* So many at once, and so many a second from then on. */
struct door_rate {
	double left;
	uint64_t last_ms;
};

/* Takes over what the store kept (NULL: nothing). 0, or -EIO when there is no randomness. */
int door_init(struct door *door, const struct store_door *kept);
void door_finish(struct door *door);

/* `host` is a Host header, NULL when there was none. */
enum door_host door_host(const char *host, const struct door_place *place);

/* Whether an Origin header (NULL: none, as programs and typed addresses have) is of that host. */
bool door_origin(const char *origin, const char *host);

/* Whether an address in figures is this machine's own loopback. */
bool door_is_loopback(const char *address);

/*
 * Lets somebody in for the code. 0 and a token, its id, and another code from now on; or with the
 * reason -EINVAL (no code or name at all), -EACCES (wrong), -EAGAIN (wait, *ret_wait_ms), -EPERM
 * (too many wrong ones: until the code changes), -ENOSPC (too many tokens).
 * `ret_token` holds DOOR_TOKEN_DIGITS + 1 bytes.
 */
int door_pair(struct door *door, const char *code, const char *name, uint64_t now_ms,
	      int64_t unix_ms, char *ret_token, uint64_t *ret_wait_ms, struct refusal *ret_refusal);

/* Whether there were too many wrong codes: the code is to be renewed when it is time. */
bool door_is_resting(const struct door *door);

/* After too many wrong codes, makes another one when it is time. Whether it did. */
bool door_renew_code(struct door *door, uint64_t now_ms);

/* The id of a token's holder, or -ENOENT. Takes as long for a wrong one as for a right one. */
int64_t door_who(const struct door *door, const char *token);

/* 0 or -ENOENT. */
int door_revoke(struct door *door, int64_t id);

/*
 * The lock's PIN: the first one given is the one. 0, or -EINVAL (no PIN), -EACCES (another one),
 * -EAGAIN (wait), with the reason.
 */
int door_check_pin(struct door *door, const char *pin, uint64_t now_ms, uint64_t *ret_wait_ms,
		   struct refusal *ret_refusal);
void door_forget_pin(struct door *door);

/* The PIN, the tokens and the logo; and there is another code from now on. */
void door_forget_all(struct door *door);

/* Takes a copy of a logo that logo_check() let pass; size 0: none. 0 or -ENOMEM. */
int door_keep_logo(struct door *door, const unsigned char *bytes, size_t size);

/* A short text that changes with the logo; "" when there is none. Holds 17 bytes. */
void door_logo_hash(const struct door *door, char *ret_text);

/* Takes one from a rate of `each_s` a second, at most `most` at once. False: none is left. */
bool door_rate_take(struct door_rate *rate, double most, double each_s, uint64_t now_ms);

#endif
