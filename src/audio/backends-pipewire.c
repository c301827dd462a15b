/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The back ends of a build with PipeWire.
 */
#include "backends.h"

const struct audio_ops *const audio_backends[] = {&pipewire_audio_ops, &null_audio_ops, NULL};
