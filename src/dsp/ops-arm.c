/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The choice of a version on aarch64, every processor of which has NEON.
 */
#include "ops-versions.h"

static const struct ops *const versions[] = {&ops_neon, &ops_c, NULL};

const struct ops *const *ops_all(void)
{
	return versions;
}

const struct ops *ops_best(void)
{
	return versions[0];
}
