/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Everything that is measured at one place.
 */
#include "programme.h"

#include <math.h>
#include <string.h>

#define SURROUND_WEIGHT 1.41
#define FALL_DB_IN_S    (20 / 1.7) /* of the true peak's reading, as of the sample peak's */
#define SOUND_MOST      1e6

void programme_init(struct programme *programme, double rate_hz, unsigned int channels,
		    enum ppm_type ppm, bool live)
{
	static const double weights[] = {1, 1, 1, SURROUND_WEIGHT, SURROUND_WEIGHT};
	static const double quad[] = {1, 1, SURROUND_WEIGHT, SURROUND_WEIGHT};

	memset(programme, 0, sizeof(*programme));
	programme->channels = channels;
	for (unsigned int c = 0; c < channels; c++) {
		meter_init(&programme->meters[c], rate_hz);
		ppm_init(&programme->ppms[c], rate_hz, ppm);
		truepeak_init(&programme->truepeaks[c], rate_hz, live ? FALL_DB_IN_S : 0,
			      ops_best());
	}
	loudness_init(&programme->loudness, rate_hz, channels, channels == 4 ? quad : weights);
	correlation_init(&programme->correlation, rate_hz);
}

void programme_rest(struct programme *programme)
{
	for (unsigned int c = 0; c < programme->channels; c++) {
		meter_rest(&programme->meters[c]);
		ppm_rest(&programme->ppms[c]);
		truepeak_rest(&programme->truepeaks[c]);
	}
	loudness_rest(&programme->loudness);
	correlation_rest(&programme->correlation);
}

void programme_reset(struct programme *programme)
{
	for (unsigned int c = 0; c < programme->channels; c++) {
		meter_reset(&programme->meters[c]);
		ppm_reset(&programme->ppms[c]);
		truepeak_reset(&programme->truepeaks[c]);
	}
	loudness_reset(&programme->loudness);
	correlation_reset(&programme->correlation);
}

void programme_process(struct programme *programme, const double *const *planes, size_t frames)
{
	for (unsigned int c = 0; c < programme->channels; c++) {
		meter_process(&programme->meters[c], planes[c], frames);
		truepeak_process(&programme->truepeaks[c], planes[c], frames);
	}
	ppm_process(programme->ppms, programme->channels, planes, frames);
	loudness_process(&programme->loudness, planes, frames);
	if (programme->channels == 2) {
		correlation_process(&programme->correlation, planes[0], planes[1], frames);
	}
}

void programme_finish(struct programme *programme)
{
	for (unsigned int c = 0; c < programme->channels; c++) {
		truepeak_finish(&programme->truepeaks[c]);
	}
}

void programme_clean(double *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		samples[i] = fabs(samples[i]) <= SOUND_MOST ? samples[i] : 0;
	}
}

double programme_true_peak(const struct programme *programme)
{
	double most = 0;

	for (unsigned int c = 0; c < programme->channels; c++) {
		most = fmax(most, programme->truepeaks[c].most);
	}
	return most;
}
