/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The measuring library: everything of it in one include.
 */
#ifndef WIREGAIN_ANALYSIS_H
#define WIREGAIN_ANALYSIS_H

#include "delay.h"
#include "difference.h"
#include "distortion.h"
#include "interpolate.h"
#include "signals.h"
#include "spectrum.h"
#include "sweep.h"
#include "tone.h"
#include "transition.h"

#endif
