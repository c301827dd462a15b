/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The bare loop of gain and dither, in a version for each vector unit. `state` is aligned to 64
 * bytes; `count` is a multiple of 16.
 */
#ifndef WIREGAIN_FUSED_H
#define WIREGAIN_FUSED_H

#include <stddef.h>
#include <stdint.h>

typedef void fused_fn(int32_t *to, const double *from, double gain, uint32_t state[4][16],
		      size_t count);

fused_fn fused_c, fused_avx2, fused_avx512;

#endif
