/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A meter of one channel. Audio thread.
 */
#include "meter.h"

#include <math.h>
#include <string.h>

#define CHUNK_S       0.001
#define ZETA          0.81272
#define OMEGA         13.5119
#define FALL_DB_IN_S  (20 / 1.7)
#define LANES         8
#define FLOOR_DB      (-200.0)
#define SMALLEST_REST 1e-12
#define PEAK_MOST     1e3 /* what is beyond is no sound, and must not take minutes to fall */

/*
 * The needle's motion over a time t with a steady drive: the deviation from the drive and the
 * speed, [d, v], turn into next * [d, v]. From the closed form of a damped oscillation, with a =
 * zeta w and b = w sqrt(1 - zeta^2).
 */
static void solve_needle(double next[2][2], double t)
{
	double a = ZETA * OMEGA, b = OMEGA * sqrt(1 - ZETA * ZETA);
	double decay = exp(-a * t), c = cos(b * t), s = sin(b * t) / b;

	next[0][0] = decay * (c + a * s);
	next[0][1] = decay * s;
	next[1][0] = -decay * OMEGA * OMEGA * s;
	next[1][1] = decay * (c - a * s);
}

void meter_init(struct meter *meter, double rate_hz)
{
	double chunk_s;

	memset(meter, 0, sizeof(*meter));
	meter->chunk_frames = (unsigned int)fmax(1, round(rate_hz * CHUNK_S));
	chunk_s = meter->chunk_frames / rate_hz;
	meter->fall = pow(10, -FALL_DB_IN_S * chunk_s / 20);
	solve_needle(meter->next, chunk_s);
}

/* The sum and the largest of |x|, in lanes side by side, which a compiler makes into vectors. */
static void gather(struct meter *meter, const double *samples, size_t count)
{
	double sums[LANES] = {0}, tops[LANES] = {0};
	size_t i = 0;

	for (; i + LANES <= count; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double size = fabs(samples[i + (size_t)k]);

			sums[k] += size;
			tops[k] = size > tops[k] ? size : tops[k];
		}
	}
	for (; i < count; i++) {
		double size = fabs(samples[i]);

		sums[0] += size;
		tops[0] = size > tops[0] ? size : tops[0];
	}
	for (int k = 0; k < LANES; k++) {
		meter->sum += sums[k];
		meter->top = tops[k] > meter->top ? tops[k] : meter->top;
	}
}

static void end_chunk(struct meter *meter)
{
	double mean = meter->sum / meter->chunk_frames;
	/* What is not a number, or not a sound, moves no needle. */
	double drive = mean < 1e6 ? mean * M_PI_2 : 0;
	double deviation = meter->needle - drive, speed = meter->speed;

	meter->needle = drive + meter->next[0][0] * deviation + meter->next[0][1] * speed;
	meter->speed = meter->next[1][0] * deviation + meter->next[1][1] * speed;
	if (drive == 0 && fabs(meter->needle) + fabs(meter->speed) < SMALLEST_REST) {
		meter->needle = 0;
		meter->speed = 0;
	}
	meter->peak *= meter->fall;
	meter->peak = meter->top > meter->peak ? meter->top : meter->peak;
	meter->peak = fmin(meter->peak, PEAK_MOST);
	meter->peak = meter->peak < SMALLEST_REST ? 0 : meter->peak;
	meter->sum = 0;
	meter->top = 0;
	meter->gathered = 0;
}

void meter_process(struct meter *meter, const double *samples, size_t count)
{
	while (count > 0) {
		size_t left = meter->chunk_frames - meter->gathered;
		size_t part = count < left ? count : left;

		gather(meter, samples, part);
		meter->gathered += (unsigned int)part;
		if (meter->gathered == meter->chunk_frames) {
			end_chunk(meter);
		}
		samples += part;
		count -= part;
	}
}

double meter_db(double linear)
{
	return linear > 1e-10 ? 20 * log10(linear) : FLOOR_DB;
}
