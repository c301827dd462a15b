/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A goniometer's picture in JSON, and the names of the points of which there are some. Main thread.
 */
#ifndef WIREGAIN_PICTURE_H
#define WIREGAIN_PICTURE_H

#include "service.h"

/* "input", "headphone" or "line": 0 and the point, or -ENOENT. */
int picture_find(const char *name, enum meter_point *ret_point);

/*
 * {"point": name, "run": n, "peak": dBFS, "pairs": text} as it is now, to be freed; NULL without
 * memory. The pairs are left and right in turn, a signed byte each, 127 for the peak, in base64.
 */
char *picture_text(struct service *service, enum meter_point point);

#endif
