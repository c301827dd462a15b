/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What may be a logo: a PNG, or an SVG in which nothing acts and which asks for nothing from
 * elsewhere. What is not known to be harmless is refused.
 */
#ifndef WIREGAIN_LOGO_H
#define WIREGAIN_LOGO_H

#include <stddef.h>

#include "controls.h"

/* The media type of a file that may be shown, or NULL with the reason why it may not. */
const char *logo_check(const unsigned char *bytes, size_t size, struct refusal *ret_refusal);

#endif
