/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A meter of one channel.
 */
#include "meter.h"

#include <math.h>
#include <string.h>

#define CHUNK_S       0.001
#define ZETA          0.81272
#define OMEGA         13.5119
#define FALL_DB_IN_S  (20 / 1.7)
#define RMS_S         0.600 /* until the RMS of a tone stands at 99 %, its power at 98 % */
#define RMS_LEFT      (1 - 0.99 * 0.99)
#define MEAN_S        0.5
#define LANES         8
#define FLOOR_DB      (-200.0)
#define SMALLEST_REST 1e-12
#define PEAK_MOST     1e3 /* what is beyond is no sound, and must not take minutes to fall */
#define MEAN_MOST     1e6

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
	meter->power_part = 1 - pow(RMS_LEFT, chunk_s / RMS_S);
	meter->mean_part = 1 - exp(-chunk_s / MEAN_S);
	solve_needle(meter->next, chunk_s);
}

static void add_sample(struct meter_sums *sums, double sample)
{
	double size = fabs(sample);

	sums->size += size;
	sums->top = size > sums->top ? size : sums->top;
	sums->plain += sample;
	sums->square += sample * sample;
}

static void add_sums(struct meter_sums *sums, const struct meter_sums *more)
{
	sums->size += more->size;
	sums->top = more->top > sums->top ? more->top : sums->top;
	sums->plain += more->plain;
	sums->square += more->square;
}

/* In lanes side by side, which a compiler makes into vectors. */
static struct meter_sums gather(const double *samples, size_t count)
{
	double sizes[LANES] = {0}, tops[LANES] = {0}, plains[LANES] = {0}, squares[LANES] = {0};
	struct meter_sums sums = {0};
	size_t i = 0;

	for (; i + LANES <= count; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double sample = samples[i + (size_t)k], size = fabs(sample);

			sizes[k] += size;
			tops[k] = size > tops[k] ? size : tops[k];
			plains[k] += sample;
			squares[k] += sample * sample;
		}
	}
	for (; i < count; i++) {
		add_sample(&sums, samples[i]);
	}
	for (int k = 0; k < LANES; k++) {
		const struct meter_sums lane = {sizes[k], tops[k], plains[k], squares[k]};

		add_sums(&sums, &lane);
	}
	return sums;
}

/* Runs of samples at full scale, which may go on from what came before. */
static void count_clips(struct meter *meter, const double *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool negative = samples[i] < 0;

		if (!(fabs(samples[i]) >= METER_CLIP_LEVEL)) {
			meter->clip_frames = 0;
			continue;
		}
		meter->clip_frames = negative == meter->clip_negative ? meter->clip_frames + 1 : 1;
		meter->clip_negative = negative;
		meter->clips += meter->clip_frames == METER_CLIP_RUN ? 1 : 0;
	}
}

static void move_needle(struct meter *meter, double drive)
{
	double deviation = meter->needle - drive, speed = meter->speed;

	meter->needle = drive + meter->next[0][0] * deviation + meter->next[0][1] * speed;
	meter->speed = meter->next[1][0] * deviation + meter->next[1][1] * speed;
	if (drive == 0 && fabs(meter->needle) + fabs(meter->speed) < SMALLEST_REST) {
		meter->needle = 0;
		meter->speed = 0;
	}
	meter->most_needle = fmax(meter->most_needle, meter->needle);
}

static void move_peak(struct meter *meter, double top)
{
	meter->peak *= meter->fall;
	meter->peak = top > meter->peak ? top : meter->peak;
	meter->peak = fmin(meter->peak, PEAK_MOST);
	meter->peak = meter->peak < SMALLEST_REST ? 0 : meter->peak;
}

static void move_means(struct meter *meter, double mean, double power)
{
	meter->power += meter->power_part * (power - meter->power);
	meter->power = meter->power < SMALLEST_REST * SMALLEST_REST ? 0 : meter->power;
	meter->mean[0] += meter->mean_part * (mean - meter->mean[0]);
	meter->mean[1] += meter->mean_part * (meter->mean[0] - meter->mean[1]);
	if (fabs(meter->mean[0]) + fabs(meter->mean[1]) < SMALLEST_REST) {
		meter->mean[0] = meter->mean[1] = 0;
	}
}

static void end_chunk(struct meter *meter)
{
	struct meter_sums *sums = &meter->chunk;
	double frames = meter->chunk_frames;

	/* What is not a number, or not a sound, moves no needle. */
	if (!(sums->size < MEAN_MOST * frames)) {
		*sums = (struct meter_sums){.top = sums->top};
	}
	move_needle(meter, sums->size / frames * M_PI_2);
	move_peak(meter, sums->top);
	move_means(meter, sums->plain / frames, sums->square / frames);
	sums->top = fmin(sums->top, PEAK_MOST);
	add_sums(&meter->all, sums);
	meter->all_frames += meter->chunk_frames;
	*sums = (struct meter_sums){0};
	meter->gathered = 0;
}

void meter_process(struct meter *meter, const double *samples, size_t count)
{
	while (count > 0) {
		size_t left = meter->chunk_frames - meter->gathered;
		size_t part = count < left ? count : left;
		const struct meter_sums sums = gather(samples, part);

		if (sums.top >= METER_CLIP_LEVEL) {
			count_clips(meter, samples, part);
		} else {
			meter->clip_frames = 0;
		}
		add_sums(&meter->chunk, &sums);
		meter->gathered += (unsigned int)part;
		if (meter->gathered == meter->chunk_frames) {
			end_chunk(meter);
		}
		samples += part;
		count -= part;
	}
}

void meter_rest(struct meter *meter)
{
	meter->chunk = (struct meter_sums){0};
	meter->gathered = 0;
	meter->clip_frames = 0;
	meter->peak = 0;
	meter->needle = 0;
	meter->speed = 0;
	meter->power = 0;
	meter->mean[0] = meter->mean[1] = 0;
}

void meter_reset(struct meter *meter)
{
	meter->all = (struct meter_sums){0};
	meter->all_frames = 0;
	meter->most_needle = 0;
	meter->clips = 0;
}

double meter_rms(const struct meter *meter)
{
	return meter->all_frames > 0 ? sqrt(meter->all.square / (double)meter->all_frames) : 0;
}

double meter_dc(const struct meter *meter)
{
	return meter->all_frames > 0 ? meter->all.plain / (double)meter->all_frames : 0;
}

double meter_db(double linear)
{
	return linear > 1e-10 ? 20 * log10(linear) : FLOOR_DB;
}
