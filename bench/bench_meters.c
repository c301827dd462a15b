/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What all meters cost on input, headphones and line at 48 kHz, in percent of a core: what the
 * audio thread does for them, and the metering thread's own CPU time while it keeps up with sound.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "metering.h"
#include "programme.h"

#define RATE    48000
#define CYCLE   64 /* frames that the sound device asks for at once */
#define SECONDS 20
#define ROUNDS  5

static double now_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Noise whose level swells, with a bass tone: peaks in it are now near, now far. */
static void make_sound(float *sound, size_t frames, unsigned int seed)
{
	for (size_t i = 0; i < frames; i++) {
		double t = (double)i / RATE;

		seed = seed * 1664525u + 1013904223u;
		sound[i] = (float)((0.15 + 0.1 * sin(7 * t)) * ((double)seed / 2147483648.0 - 1) +
				   0.3 * sin(2 * M_PI * 70 * t));
	}
}

/* Seconds of CPU for SECONDS of sound, the least of some rounds; the reader just takes. */
static double measure_handing_over(const float *sound)
{
	struct handover *handover = calloc(1, sizeof(*handover));
	double least = 1e9;

	for (int round = 0; handover && round < ROUNDS; round++) {
		double start = now_s(CLOCK_THREAD_CPUTIME_ID);

		for (size_t at = 0; at + CYCLE <= (size_t)RATE * SECONDS; at += CYCLE) {
			const float *const samples[METER_POINTS][2] = {
				{sound + at, sound + at + 1},
				{sound + at + 2, sound + at + 3},
				{sound + at + 4, sound + at + 5},
			};

			handover_put(handover, samples, CYCLE, 0, RATE);
			if (handover_peek(handover)) {
				handover_take(handover);
			}
		}
		least = fmin(least, now_s(CLOCK_THREAD_CPUTIME_ID) - start);
	}
	free(handover);
	return least;
}

/* The whole process's CPU time but this thread's, in real time. */
static double measure_thread(const float *sound)
{
	const struct timespec cycle = {.tv_nsec = 10000000};
	struct metering *metering;
	double start, own;

	if (metering_create(&metering) < 0) {
		return NAN;
	}
	start = now_s(CLOCK_PROCESS_CPUTIME_ID);
	own = now_s(CLOCK_THREAD_CPUTIME_ID);
	for (size_t at = 0; at + 480 <= (size_t)RATE * SECONDS; at += 480) {
		const float *const samples[METER_POINTS][2] = {
			{sound + at, sound + at + 1},
			{sound + at + 2, sound + at + 3},
			{sound + at + 4, sound + at + 5},
		};

		handover_put(metering_handover(metering), samples, 480, 0, RATE);
		metering_wake(metering);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &cycle, NULL);
	}
	start = now_s(CLOCK_PROCESS_CPUTIME_ID) - start - (now_s(CLOCK_THREAD_CPUTIME_ID) - own);
	metering_destroy(metering);
	return start;
}

int main(void)
{
	float *sound = calloc((size_t)RATE * SECONDS + 8, sizeof(*sound));
	double audio, metering;

	if (!sound) {
		return 1;
	}
	make_sound(sound, (size_t)RATE * SECONDS + 8, 1);
	audio = 100 * measure_handing_over(sound) / SECONDS;
	metering = 100 * measure_thread(sound) / SECONDS;
	printf("all meters on three points at 48 kHz: %.2f %% of a core (limit 2 %%), of which on "
	       "the "
	       "audio thread, in cycles of %d frames, %.4f %% (limit 0.3 %%)\n",
	       audio + metering, CYCLE, audio);
	free(sound);
	return audio < 0.3 && audio + metering < 2 ? 0 : 1;
}
