/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Any bytes as a headphone profile: refused, or filters that (where they are few) are stable and
 * raise nothing.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void complain(void *data, unsigned int line, const char *text, size_t length,
		     const char *reason)
{
	unsigned int *sum = data;

	for (size_t i = 0; i < length; i++) {
		*sum += (unsigned char)text[i];
	}
	*sum += line + (unsigned char)reason[0];
}

static void check(const struct profile *profile, double rate_hz)
{
	struct cascade cascade;
	double gain_db;

	cascade_design(profile->filters, profile->count, rate_hz, &cascade);
	for (unsigned int k = 0; k < cascade.count; k++) {
		if (!(fabs(cascade.a2[k]) < 1 && fabs(cascade.a1[k]) < 1 + cascade.a2[k])) {
			abort();
		}
	}
	gain_db = profile_gain_db(profile, &cascade, rate_hz);
	if (!(gain_db <= 0 && gain_db <= profile->preamp_db)) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile profile;
	struct refusal refusal;
	unsigned int sum = 0;

	if (profile_parse((const char *)data, size, complain, &sum, &profile, &refusal) == 0 &&
	    profile.count <= 3) {
		check(&profile, 44100);
		check(&profile, 192000);
	}
	return 0;
}
