/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The demonstration's signals, made by recurrences: no table, no library call for each frame.
 * Runs on the null device's audio thread.
 */
#include "demo.h"

#include <math.h>

#define NOTE_SECONDS     0.4
#define SWEEP_SECONDS    16.0
#define SWEEP_LOW_HZ     50.0
#define SWEEP_OCTAVES    7.0
#define CHORD_AMPLITUDE  0.12
#define PINK_AMPLITUDE   0.04
#define STEADY_AMPLITUDE 0.1
#define TICK_AMPLITUDE   0.2

static void set_frequency(struct demo_tone *tone, double rate_hz, double hz)
{
	tone->turn_re = cos(2.0 * M_PI * hz / rate_hz);
	tone->turn_im = sin(2.0 * M_PI * hz / rate_hz);
}

/* A tone that swells within `attack_ms` and fades with `decay_ms` (0: it stays). */
static struct demo_tone make_tone(double rate_hz, double hz, double attack_ms, double decay_ms)
{
	struct demo_tone tone = {.re = 1.0, .attack = 1.0, .decay = decay_ms > 0.0 ? 0.0 : 1.0};

	set_frequency(&tone, rate_hz, hz);
	tone.attack_step = exp(-1000.0 / (attack_ms * rate_hz));
	tone.decay_step = decay_ms > 0.0 ? exp(-1000.0 / (decay_ms * rate_hz)) : 1.0;
	return tone;
}

static void strike(struct demo_tone *tone)
{
	tone->attack = 1.0;
	tone->decay = 1.0;
}

static double next(struct demo_tone *tone)
{
	double re = tone->re * tone->turn_re - tone->im * tone->turn_im;

	tone->im = tone->im * tone->turn_re + tone->re * tone->turn_im;
	tone->re = re;
	tone->attack *= tone->attack_step;
	tone->decay *= tone->decay_step;
	return tone->im * (1.0 - tone->attack) * tone->decay;
}

/* Takes back what rounding did to the pointer's length and stops what has faded out. */
static void tidy(struct demo_tone *tone)
{
	double scale = 1.5 - 0.5 * (tone->re * tone->re + tone->im * tone->im);

	tone->re *= scale;
	tone->im *= scale;
	if (tone->decay < 1e-12) {
		tone->decay = 0.0;
	}
	if (tone->attack < 1e-12) {
		tone->attack = 0.0;
	}
}

/* White noise from -1 to 1: xorshift64 of G. Marsaglia. */
static double white(uint64_t *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (double)(int64_t)*random * 0x1p-63;
}

static double next_pink(struct demo_pink *pink)
{
	/* one pole for each factor of 5 in frequency, equal power from each */
	static const double pole[DEMO_PINK_ROWS] = {0.9995, 0.9975, 0.9876, 0.94, 0.735, 0.1};
	static const double gain[DEMO_PINK_ROWS] = {0.032, 0.071, 0.157, 0.341, 0.678, 0.995};
	double sum = 0.0;

	for (int i = 0; i < DEMO_PINK_ROWS; i++) {
		pink->row[i] = pole[i] * pink->row[i] + gain[i] * white(&pink->random);
		sum += pink->row[i];
	}
	return sum;
}

void demo_init(struct demo *demo, double rate_hz)
{
	/* A minor ninth, up and down again */
	static const double notes_hz[DEMO_NOTES] = {220.00, 261.63, 329.63, 392.00,
						    493.88, 392.00, 329.63, 261.63};

	*demo = (struct demo){.rate_hz = rate_hz};
	for (int i = 0; i < DEMO_NOTES; i++) {
		demo->notes[i] = make_tone(rate_hz, notes_hz[i], 8.0, 320.0);
	}
	for (int side = 0; side < 2; side++) {
		demo->pink[side].random = 0x9e3779b97f4a7c15u + (uint64_t)side;
		demo->steady[side] = make_tone(rate_hz, side ? 660.0 : 440.0, 100.0, 0.0);
		demo->ticks[side] = make_tone(rate_hz, side ? 1046.5 : 784.0, 1.5, 60.0);
	}
	demo->sweep = make_tone(rate_hz, SWEEP_LOW_HZ, 100.0, 0.0);
}

static void tidy_all(struct demo *demo)
{
	for (int i = 0; i < DEMO_NOTES; i++) {
		tidy(&demo->notes[i]);
	}
	for (int side = 0; side < 2; side++) {
		tidy(&demo->steady[side]);
		tidy(&demo->ticks[side]);
	}
	tidy(&demo->sweep);
}

static void steer_sweep(struct demo *demo)
{
	double turn = fmod((double)demo->frame / demo->rate_hz / SWEEP_SECONDS, 1.0);
	double octaves = SWEEP_OCTAVES * (turn < 0.5 ? 2.0 * turn : 2.0 - 2.0 * turn);

	set_frequency(&demo->sweep, demo->rate_hz, SWEEP_LOW_HZ * exp2(octaves));
}

/* Notes and ticks begin on their frame, whatever the block. */
static void strike_due(struct demo *demo, uint64_t note_frames)
{
	if (demo->frame % note_frames == 0) {
		strike(&demo->notes[demo->frame / note_frames % DEMO_NOTES]);
	}
	if (demo->frame % (2 * note_frames) == 0) {
		strike(&demo->ticks[demo->frame / (2 * note_frames) % 2]);
	}
}

static double next_chord(struct demo *demo)
{
	double sum = 0.0;

	for (int i = 0; i < DEMO_NOTES; i++) {
		sum += next(&demo->notes[i]);
	}
	return sum;
}

void demo_fill(struct demo *demo, float *ret_samples[INPUTS][2], unsigned int frames)
{
	uint64_t note_frames = (uint64_t)(NOTE_SECONDS * demo->rate_hz);

	tidy_all(demo);
	steer_sweep(demo);
	for (unsigned int i = 0; i < frames; i++) {
		double chord, sweep;

		strike_due(demo, note_frames);
		chord = CHORD_AMPLITUDE * next_chord(demo);
		sweep = STEADY_AMPLITUDE * next(&demo->sweep);
		for (int side = 0; side < 2; side++) {
			ret_samples[0][side][i] = (float)chord;
			ret_samples[1][side][i] =
				(float)(PINK_AMPLITUDE * next_pink(&demo->pink[side]));
			ret_samples[2][side][i] =
				(float)(STEADY_AMPLITUDE * next(&demo->steady[side]));
			ret_samples[3][side][i] = (float)sweep;
			ret_samples[4][side][i] =
				(float)(TICK_AMPLITUDE * next(&demo->ticks[side]));
		}
		demo->frame++;
	}
}
