/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The measuring library: everything of it in one include.
 */
#ifndef WIREGAIN_ANALYSIS_H
#define WIREGAIN_ANALYSIS_H

#include "spectrum.h"
#include "tone.h"
#include "transition.h"

#endif
