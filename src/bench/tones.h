/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What most measurements are made of: a coherent stimulus through the device under test and
 * through the wire, and the spectra of both answers.
 */
#ifndef WIREGAIN_TONES_H
#define WIREGAIN_TONES_H

#include "measure.h"
#include "spectrum.h"

/* Settings with which both outputs multiply by something: -12.5 dB. */
extern const char *const bench_lowered[];

/*
 * Coherent tones through the device and through the wire, and the spectra of the answers.
 */
struct tones {
	double hz[2];   /* wanted; those that are played are on bins. 0: there is no second */
	double peak[2]; /* 0: silence */
	double rate_hz; /* 0: the usual one */
	size_t length;  /* of a record */
	unsigned int records;
	bool average; /* records are averaged before they are transformed: noise falls, tones stay
		       */
	enum window window;
	enum sample_format format;
	unsigned int sides; /* 1: left is driven, 2: right, 3: both */
	const char *const *settings;

	/* What came of it. */
	double played_hz[2];
	size_t bins[2];
	struct spectrum *of[2];   /* left and right */
	struct spectrum *wire[2]; /* what the instrument sees of itself; of both driven one */
	double *samples[2];       /* while it is taken */
};

/* 0 or a negative errno; tones_finish() in both cases. */
int tones_take(struct bench *bench, struct tones *tones);
void tones_finish(struct tones *tones);

/* The stimulus is given instead: `count` samples, periodic in tones->length. */
int tones_take_samples(struct bench *bench, struct tones *tones, const double *samples);

/* A graph of a spectrum in dBFS. */
void bench_graph_spectrum(struct bench *bench, const struct graph *graph,
			  const struct spectrum *const *spectra, const char *const *names,
			  unsigned int count, double high_hz);

/* The audio band, 20 kHz, or what the rate leaves of it. */
double tones_band_hz(const struct tones *tones);

/* Something in decibels that is read from one answer's spectrum. */
typedef double tones_analysis(const struct tones *tones, const struct spectrum *spectrum);

/* The larger of both sides; and the same of the wire. */
double tones_worse(const struct tones *tones, tones_analysis *analysis);
double tones_residual(const struct tones *tones, tones_analysis *analysis);

#endif
