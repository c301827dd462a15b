/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A cable with known faults, between two loopback cards: `cable FROM TO [NAME=VALUE]...` records,
 * spoils and plays, in 32 bits at 48 kHz. gain=X; leak=X of each side onto the other; drop=N frames
 * lost after every=S seconds of sound (1), so that silence between stimuli loses nothing; unplug=S
 * seconds after the start; noise=X rms; cube=X of the third power added; ppm=X: the other end's
 * clock is that much slower, and shift=X: the card FROM's is that much faster.
 */
#include <alsa/asoundlib.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE    48000
#define PERIOD  480
#define PREFILL 20 /* periods: the distance to an underrun */
#define HALF    24 /* taps of the interpolation to each side */
#define STEPS   512
#define HISTORY 4096
#define FULL    2147483648.0
#define SILENCE 1e-4 /* frames below it are no sound */

enum { GAIN, LEAK, DROP, EVERY, UNPLUG, NOISE, CUBE, PPM, SHIFT, FAULTS };

struct cable {
	snd_pcm_t *from, *to;
	double faults[FAULTS];
	double past[2][HISTORY]; /* what came in, by frame modulo HISTORY */
	uint64_t sounding, in,
		out; /* frames: of sound, those that are not lost, those that went on */
	uint32_t random;
	double taps[HALF * STEPS + 2];
};

static int fail(const char *what, int error)
{
	fprintf(stderr, "cable: %s: %s\n", what, snd_strerror(error));
	return 1;
}

static int open_card(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream)
{
	int error = snd_pcm_open(pcm, name, stream, 0);

	return error < 0 ? error
			 : snd_pcm_set_params(*pcm, SND_PCM_FORMAT_S32_LE,
					      SND_PCM_ACCESS_RW_INTERLEAVED, 2, RATE, 0, 500000);
}

/* The clock of a loopback card's first cable, in parts per million of what it should be. */
static int shift_clock(double ppm)
{
	snd_ctl_elem_value_t *value;
	snd_ctl_t *control;
	int error = snd_ctl_open(&control, "hw:Loopback", 0);

	if (error < 0) {
		return error;
	}
	snd_ctl_elem_value_alloca(&value);
	snd_ctl_elem_value_set_interface(value, SND_CTL_ELEM_IFACE_PCM);
	snd_ctl_elem_value_set_name(value, "PCM Rate Shift 100000");
	snd_ctl_elem_value_set_device(value, 1);
	snd_ctl_elem_value_set_integer(value, 0, 100000 + lrint(ppm / 10));
	error = snd_ctl_elem_write(control, value);
	snd_ctl_close(control);
	return error;
}

/* A sinc under a cosine window, in fine steps of its argument. */
static void make_taps(struct cable *cable)
{
	for (int i = 0; i <= HALF * STEPS; i++) {
		const double x = (double)i / STEPS;
		const double window = pow(cos(M_PI / 2 * x / HALF), 2);

		cable->taps[i] = x == 0 ? 1 : window * sin(M_PI * x) / (M_PI * x);
	}
}

/* A side's past at a moment between frames. */
static double between(const struct cable *cable, int side, double at)
{
	const uint64_t whole = (uint64_t)at;
	const double part = (at - (double)whole) * STEPS;
	const int step = (int)part;
	const double rest = part - step;
	double sum = 0;

	for (int k = 0; k < HALF; k++) {
		const double *before = &cable->taps[k * STEPS + step];
		const double *after = &cable->taps[(k + 1) * STEPS - step];

		sum += cable->past[side][(whole - (uint64_t)k) % HISTORY] *
		       (before[0] + rest * (before[1] - before[0]));
		sum += cable->past[side][(whole + 1 + (uint64_t)k) % HISTORY] *
		       (after[0] + rest * (after[-1] - after[0]));
	}
	return sum;
}

static double random_rms(struct cable *cable)
{
	cable->random = cable->random * 1664525u + 1013904223u;
	return sqrt(3) * ((double)cable->random / 2147483648.0 - 1);
}

static double spoil(struct cable *cable, double own, double other)
{
	const double *faults = cable->faults;
	const double x = faults[GAIN] * (own + faults[LEAK] * other);

	if (faults[UNPLUG] > 0 && (double)cable->out > faults[UNPLUG] * RATE) {
		return 0;
	}
	return x + faults[CUBE] * x * x * x +
	       (faults[NOISE] > 0 ? faults[NOISE] * random_rms(cable) : 0);
}

static int32_t to_int(double x)
{
	return (int32_t)lrint(fmin(fmax(x * FULL, -FULL), FULL - 1));
}

/* All frames that can be made of what came in. Returns how many. */
static unsigned int convert(struct cable *cable, int32_t *to)
{
	const double pace = 1 + 1e-6 * cable->faults[PPM];
	unsigned int count = 0;

	for (double at; at = (double)cable->out * pace, at + HALF + 1 < (double)cable->in;
	     count++) {
		double sides[2];

		for (int side = 0; side < 2; side++) {
			sides[side] = cable->faults[PPM] != 0
					      ? between(cable, side, at)
					      : cable->past[side][cable->out % HISTORY];
		}
		to[2 * count] = to_int(spoil(cable, sides[0], sides[1]));
		to[2 * count + 1] = to_int(spoil(cable, sides[1], sides[0]));
		cable->out++;
	}
	return count;
}

/* Whether the frame that came in gets lost. */
static bool lose_frame(struct cable *cable, const int32_t frame[2])
{
	const uint64_t every = (uint64_t)(cable->faults[EVERY] * RATE);

	if (fmax(fabs(frame[0] / FULL), fabs(frame[1] / FULL)) < SILENCE) {
		return false;
	}
	cable->sounding++;
	return cable->sounding >= every && cable->sounding % every < (uint64_t)cable->faults[DROP];
}

static int carry(struct cable *cable)
{
	int32_t frames[2 * (PERIOD + 8)];
	snd_pcm_sframes_t got = snd_pcm_readi(cable->from, frames, PERIOD);
	unsigned int count;

	if (got < 0) {
		/* Who plays has stopped: the next one will find it ready. */
		const int error = snd_pcm_recover(cable->from, (int)got, 1);

		return error < 0 ? error : snd_pcm_start(cable->from);
	}
	for (snd_pcm_sframes_t i = 0; i < got; i++) {
		if (!lose_frame(cable, &frames[2 * i])) {
			for (int side = 0; side < 2; side++) {
				cable->past[side][cable->in % HISTORY] =
					frames[2 * i + side] / FULL;
			}
			cable->in++;
		}
	}
	count = convert(cable, frames);
	got = snd_pcm_writei(cable->to, frames, count);
	return got < 0 ? snd_pcm_recover(cable->to, (int)got, 1) : 0;
}

static int take_faults(struct cable *cable, int argc, char **argv)
{
	static const char *const names[FAULTS] = {"gain",  "leak", "drop", "every", "unplug",
						  "noise", "cube", "ppm",  "shift"};

	cable->faults[GAIN] = cable->faults[EVERY] = 1;
	for (int i = 3; i < argc; i++) {
		int known = 0;

		for (int f = 0; f < FAULTS; f++) {
			const size_t length = strlen(names[f]);

			if (strncmp(argv[i], names[f], length) == 0 && argv[i][length] == '=') {
				cable->faults[f] = atof(argv[i] + length + 1);
				known = 1;
			}
		}
		if (!known) {
			fprintf(stderr, "cable: %s: no such fault\n", argv[i]);
			return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct cable cable;
	const int32_t silence[2 * PERIOD] = {0};
	int error;

	if (argc < 3 || take_faults(&cable, argc, argv) < 0) {
		return 2;
	}
	make_taps(&cable);
	error = shift_clock(cable.faults[SHIFT]);
	if (error < 0) {
		return fail("clock", error);
	}
	error = open_card(&cable.from, argv[1], SND_PCM_STREAM_CAPTURE);
	if (error < 0) {
		return fail(argv[1], error);
	}
	error = open_card(&cable.to, argv[2], SND_PCM_STREAM_PLAYBACK);
	if (error < 0) {
		return fail(argv[2], error);
	}
	for (int i = 0; i < PREFILL; i++) {
		snd_pcm_writei(cable.to, silence, PERIOD);
	}
	error = snd_pcm_start(cable.from);
	while (error >= 0) {
		error = carry(&cable);
	}
	return fail("carrying", error);
}
