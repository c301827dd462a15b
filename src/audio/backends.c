/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The back ends of a build without PipeWire.
 */
#include "backends.h"

const struct audio_ops *const audio_backends[] = {&null_audio_ops, NULL};
