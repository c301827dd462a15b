/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * JSON from and to text, whole or not at all. jansson drops a part of a string, a name or a number
 * for which it has no memory and says nothing: -41.5 could be read as -4. Main thread.
 */
#ifndef WIREGAIN_JSON_TEXT_H
#define WIREGAIN_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/*
 * Parses a text as json_loadb() does. 0 and a new reference; -EINVAL with the reason in
 * *ret_syntax; or -ENOMEM.
 */
int json_text_parse(const char *text, size_t length, size_t flags, json_t **ret_json,
		    json_error_t *ret_syntax);

/* The same of all that a stream still has, up to 16 MB; also -EIO and -EFBIG. */
int json_text_parse_stream(FILE *stream, size_t flags, json_t **ret_json, json_error_t *ret_syntax);

/* Whether jansson has missed memory since json_text_watch(), or ever since the first one. */
void json_text_watch(void);
bool json_text_missed_memory(void);
bool json_text_ever_missed_memory(void);

/*
 * Adds an item (taken over) to a list. Without memory for the item or the list the list is freed
 * and NULL from then on.
 */
void json_text_append(json_t **list, json_t *item);

/* Writes a text as json_dumps() does, to be freed; NULL without memory. */
char *json_text_write(const json_t *json, size_t flags);

#endif
