/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The limit that the signal path is measured against: gain, TPDF dither and rounding to 32-bit
 * words of 24 bits, fused into one loop over vectors, with nothing else. Compiled once for each
 * vector unit; FUSED is the name that this one gets.
 */
#include "fused.h"

typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef int32_t s32x16 __attribute__((vector_size(64)));
typedef int32_t s32x8 __attribute__((vector_size(32)));
typedef int64_t s64x8 __attribute__((vector_size(64)));
typedef double f64x8 __attribute__((vector_size(64)));

static inline u32x16 rotate(u32x16 x, int by)
{
	return x << by | x >> (32 - by);
}

/* To the nearest integer, which stands in the low bits of the sum's mantissa. */
static inline s64x8 round_to_integers(f64x8 x)
{
	const f64x8 sum = x + 0x1.8p52;

	return (s64x8)sum - (s64x8)((f64x8){0} + 0x1.8p52);
}

void FUSED(int32_t *to, const double *from, double gain, uint32_t state[4][16], size_t count)
{
	u32x16 *const words = (u32x16 *)(void *)state;
	u32x16 s0 = words[0], s1 = words[1], s2 = words[2], s3 = words[3];
	const f64x8 scale = (f64x8){0} + gain * 0x1p23;

	for (size_t i = 0; i + 16 <= count; i += 16) {
		const u32x16 drawn = rotate(s0 + s3, 7) + s0, kept = s1 << 9;
		const s32x16 sum = ((s32x16)drawn >> 16) + ((s32x16)(drawn << 16) >> 16);
		const s32x8 low = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7);
		const s32x8 high = __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
		f64x8 a, b;

		__builtin_memcpy(&a, from + i, sizeof(a));
		__builtin_memcpy(&b, from + i + 8, sizeof(b));
		a = a * scale + __builtin_convertvector(low, f64x8) * 0x1p-16;
		b = b * scale + __builtin_convertvector(high, f64x8) * 0x1p-16;
		const s32x8 a32 = __builtin_convertvector(round_to_integers(a), s32x8);
		const s32x8 b32 = __builtin_convertvector(round_to_integers(b), s32x8);

		__builtin_memcpy(to + i, &a32, sizeof(a32));
		__builtin_memcpy(to + i + 8, &b32, sizeof(b32));
		s2 ^= s0;
		s3 ^= s1;
		s1 ^= s2;
		s0 ^= s3;
		s2 ^= kept;
		s3 = rotate(s3, 11);
	}
	words[0] = s0;
	words[1] = s1;
	words[2] = s2;
	words[3] = s3;
}
