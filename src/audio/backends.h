/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The back ends of this build; internal to this folder.
 */
#ifndef WIREGAIN_BACKENDS_H
#define WIREGAIN_BACKENDS_H

#include "audio.h"

extern const struct audio_ops null_audio_ops;
extern const struct audio_ops pipewire_audio_ops;

/* NULL at the end. */
extern const struct audio_ops *const audio_backends[];

#endif
