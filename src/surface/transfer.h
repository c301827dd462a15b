/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * All kept settings as one JSON document, out and in.
 */
#ifndef WIREGAIN_TRANSFER_H
#define WIREGAIN_TRANSFER_H

#include <jansson.h>

#include "amp.h"

#define TRANSFER_FORMAT 1

/* {"wiregain": {"format": 1, "version": ...}, "settings": {path: value, ...}}; NULL: no memory. */
json_t *transfer_export(const struct amp *amp);

/*
 * Takes a document into `amp`: whole, or it is refused and `amp` holds nothing of use. What it does
 * not name stays. It is like a power-up: levels are lowered to what the start controls allow, and
 * bypass waits to be asked for. 0, or -EINVAL with the reason and in `path` (PATH_BYTES bytes) the
 * control that it is about, or "". *ret_lowered: {path: level, ...} of what was lowered.
 */
int transfer_import(const json_t *document, struct amp *amp, json_t **ret_lowered, char *path,
		    struct refusal *ret_refusal);

#endif
