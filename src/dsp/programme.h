/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Everything that is measured of a programme at one place: what each channel reads, and what they
 * are together. Real-time safe; whoever has time to spare runs it.
 */
#ifndef WIREGAIN_PROGRAMME_H
#define WIREGAIN_PROGRAMME_H

#include "correlation.h"
#include "loudness.h"
#include "meter.h"
#include "ppm.h"
#include "truepeak.h"

#define PROGRAMME_CHANNELS LOUDNESS_CHANNELS

struct programme {
	unsigned int channels;
	struct meter meters[PROGRAMME_CHANNELS];
	struct ppm ppms[PROGRAMME_CHANNELS];
	struct truepeak truepeaks[PROGRAMME_CHANNELS];
	struct loudness loudness;
	struct correlation correlation; /* of the first two; not moved where there are not two */
};

/*
 * 1 to 5 channels: one (mono), left and right, then centre, left and right surround, which weigh
 * 1.41; four are left, right and both surrounds. `live`: needles fall; otherwise true peaks stay,
 * for a whole file.
 */
void programme_init(struct programme *programme, double rate_hz, unsigned int channels,
		    enum ppm_type ppm, bool live);

/* All needles drop to rest: sound has stopped, or other sound begins. */
void programme_rest(struct programme *programme);

/* What was counted up starts anew: maxima, clips, integrated loudness and range. */
void programme_reset(struct programme *programme);

/* Finite samples: see programme_clean(). */
void programme_process(struct programme *programme, const double *const *planes, size_t frames);

/* The end of a file. */
void programme_finish(struct programme *programme);

/* What is no number, or so large that it is no sound, becomes 0. */
void programme_clean(double *samples, size_t count);

/* The largest of all channels since the reset: true peak, linear. */
double programme_true_peak(const struct programme *programme);

#endif
