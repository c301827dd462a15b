/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * How two channels belong together.
 */
#include "correlation.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define CHUNK_S      0.001
#define MEAN_S       0.3
#define LANES        4
#define BALANCE_DB   60.0
#define SMALLEST     1e-30
#define PRODUCT_MOST 1e12 /* what is beyond is no sound */

void correlation_init(struct correlation *correlation, double rate_hz)
{
	memset(correlation, 0, sizeof(*correlation));
	correlation->chunk_frames = (unsigned int)fmax(1, round(rate_hz * CHUNK_S));
	correlation->chunk_s = correlation->chunk_frames / rate_hz;
	correlation->part = 1 - exp(-correlation->chunk_s / MEAN_S);
	correlation->least = 1;
}

static void gather(double sums[3], const double *left, const double *right, size_t count)
{
	double lanes[3][LANES] = {{0}};
	size_t i = 0;

	for (; i + LANES <= count; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double l = left[i + (size_t)k], r = right[i + (size_t)k];

			lanes[0][k] += l * r;
			lanes[1][k] += l * l;
			lanes[2][k] += r * r;
		}
	}
	for (; i < count; i++) {
		sums[0] += left[i] * right[i];
		sums[1] += left[i] * left[i];
		sums[2] += right[i] * right[i];
	}
	for (int m = 0; m < 3; m++) {
		sums[m] += lanes[m][0] + lanes[m][1] + lanes[m][2] + lanes[m][3];
	}
}

static bool is_heard(const struct correlation *correlation)
{
	return fmax(correlation->mean[1], correlation->mean[2]) >=
	       CORRELATION_QUIET * CORRELATION_QUIET;
}

static void end_chunk(struct correlation *correlation)
{
	for (int m = 0; m < 3; m++) {
		double mean = correlation->chunk[m] / correlation->chunk_frames;

		mean = fabs(mean) < PRODUCT_MOST ? mean : 0;
		correlation->mean[m] += correlation->part * (mean - correlation->mean[m]);
		if (fabs(correlation->mean[m]) < SMALLEST) {
			correlation->mean[m] = 0;
		}
		correlation->chunk[m] = 0;
	}
	correlation->gathered = 0;
	correlation->heard_s =
		is_heard(correlation) ? correlation->heard_s + correlation->chunk_s : 0;
	if (correlation->heard_s >= MEAN_S) {
		correlation->least = fmin(correlation->least, correlation_value(correlation));
	}
}

void correlation_process(struct correlation *correlation, const double *left, const double *right,
			 size_t count)
{
	while (count > 0) {
		size_t left_over = correlation->chunk_frames - correlation->gathered;
		size_t part = count < left_over ? count : left_over;

		gather(correlation->chunk, left, right, part);
		correlation->gathered += (unsigned int)part;
		if (correlation->gathered == correlation->chunk_frames) {
			end_chunk(correlation);
		}
		left += part;
		right += part;
		count -= part;
	}
}

void correlation_rest(struct correlation *correlation)
{
	memset(correlation->chunk, 0, sizeof(correlation->chunk));
	memset(correlation->mean, 0, sizeof(correlation->mean));
	correlation->gathered = 0;
	correlation->heard_s = 0;
}

void correlation_reset(struct correlation *correlation)
{
	correlation->least = 1;
	correlation->heard_s = 0;
}

double correlation_value(const struct correlation *correlation)
{
	double size = sqrt(correlation->mean[1]) * sqrt(correlation->mean[2]);

	if (!is_heard(correlation) || size == 0) {
		return 0;
	}
	return fmax(-1, fmin(1, correlation->mean[0] / size));
}

double correlation_balance_db(const struct correlation *correlation)
{
	double left = correlation->mean[1], right = correlation->mean[2];

	if (!is_heard(correlation)) {
		return 0;
	}
	return fmax(-BALANCE_DB,
		    fmin(BALANCE_DB, 10 * log10((right + SMALLEST) / (left + SMALLEST))));
}
