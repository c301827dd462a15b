/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The back ends by name. Which ones there are is said by one of the files backends*.c, that the
 * build chooses.
 */
#include "audio.h"

#include <string.h>

#include "backends.h"

const struct audio_ops *audio_find(const char *name)
{
	for (size_t i = 0; audio_backends[i]; i++) {
		if (strcmp(audio_backends[i]->name, name) == 0) {
			return audio_backends[i];
		}
	}
	return NULL;
}
