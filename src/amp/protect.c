/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the guards shall hold.
 */
#include "protect.h"

#include <errno.h>
#include <math.h>

#include "amp.h"

#define DC_VOLTS 1.0
#define DC_MOST  0.1 /* -20 dBFS: where one volt is nearly all that the amplifier gives */

static double spl_limit(const struct amp *amp)
{
	return amp_value(amp, (struct control_ref){CONTROL_PROTECT_SPL_LIMIT, 0})->number;
}

bool protect_knows_limit(const struct amp *amp)
{
	return spl_limit(amp) == 0 || load_knows_spl(&amp->load);
}

double protect_ceiling(const struct amp *amp, enum protect_ceiling *ret_by)
{
	struct load_ceilings found;
	bool unknown = load_ceilings(&amp->load, spl_limit(amp), &found) == -ENODATA;
	const double ceilings[] = {
		[CEILING_FULL_SCALE] = 1,
		[CEILING_VOLTS] = found.volts,
		[CEILING_AMPERES] = found.amperes,
		[CEILING_SPL] = found.spl,
	};
	double least = 1;

	*ret_by = CEILING_FULL_SCALE;
	for (int by = CEILING_VOLTS; by <= CEILING_SPL; by++) {
		if (ceilings[by] < least) {
			least = ceilings[by];
			*ret_by = (enum protect_ceiling)by;
		}
	}
	if (unknown) {
		*ret_by = CEILING_SPL_UNKNOWN;
	}
	return least;
}

static double dc_threshold(const struct amp *amp)
{
	double volts = amp->load.full_scale_volts * M_SQRT2; /* at a sample of 1 */

	return volts > 0 ? fmin(DC_VOLTS / volts, DC_MOST) : GUARD_DC_DEFAULT;
}

void protect_make_rules(const struct amp *amp, enum output output, struct guard_rules *ret_rules)
{
	struct guard_rules *rules = ret_rules;

	rules->limiter = (enum limiter_kind)amp_int(amp, CONTROL_PROTECT_LIMITER);
	rules->ceiling = 1;
	rules->dc = GUARD_DC_DEFAULT;
	rules->coil = 0;
	rules->resets = amp->protect_resets;
	if (output == OUTPUT_HEADPHONE) {
		struct load_ceilings found;
		enum protect_ceiling by;

		load_ceilings(&amp->load, spl_limit(amp), &found);
		rules->ceiling = protect_ceiling(amp, &by);
		rules->dc = dc_threshold(amp);
		/* Nothing has more power than a square wave of full scale. */
		rules->coil = found.watts < M_SQRT2 ? found.watts : 0;
	}
	if (!amp_int(amp, CONTROL_PROTECT_DC)) {
		rules->dc = 0;
	}
}
