/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The choice of a version on x86-64. The compiler's detection asks the processor whether it has the
 * instructions and whether the operating system keeps their registers.
 */
#include "ops-versions.h"

/* The best first; each needs what those behind it need. */
static const struct ops *const versions[] = {&ops_avx512, &ops_avx2, &ops_c, NULL};

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
}

const struct ops *const *ops_all(void)
{
	__builtin_cpu_init();
	if (has_avx512()) {
		return versions;
	}
	return has_avx2() ? versions + 1 : versions + 2;
}

const struct ops *ops_best(void)
{
	return ops_all()[0];
}
