/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Controls and their values as JSON: the words that every surface uses. New references are
 * returned, NULL without memory.
 */
#ifndef WIREGAIN_WORDS_H
#define WIREGAIN_WORDS_H

#include <jansson.h>

#include "amp.h"

/* A set of controls: bit N of an entry is instance N. */
struct selection {
	uint8_t bits[CONTROL_COUNT];
};

/*
 * The text of a JSON value as control_parse() reads it. 0, or -EINVAL with the reason. `text`
 * holds TEXT_BYTES bytes.
 */
int words_to_text(struct control_ref ref, const json_t *json, char *text,
		  struct refusal *ret_refusal);

/* A text as a JSON string, whatever bytes are in it. */
json_t *words_string(const char *text);

/*
 * {"code": ..., "args": {gap: text, ...}} of a sentence that is not SAYING_PLAIN: that one has no
 * code.
 */
json_t *words_saying(const struct saying *saying);

/* {"path": value, ...} of the selected controls. */
json_t *words_values(const struct amp *amp, const struct selection *selection);

/* The controls table: a list of objects. */
json_t *words_controls(void);

/*
 * Adds to a selection: the control of that path; or, when there is none, all whose paths begin
 * with it and a dot; "" or "*": all but the meters. A dot, or a dot and an asterisk, at its end
 * always means those below. Actions have no value and are not selected. 0, or -ENOENT, -EINVAL.
 */
int selection_add(struct selection *selection, const char *path, struct refusal *ret_refusal);

/* Meters are no changes: takes them out. */
void selection_drop_meters(struct selection *selection);

static inline bool selection_has(const struct selection *selection, struct control_ref ref)
{
	return selection->bits[ref.id] >> ref.instance & 1;
}

static inline void selection_put(struct selection *selection, struct control_ref ref)
{
	selection->bits[ref.id] |= (uint8_t)(1u << ref.instance);
}

#endif
