/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Test signals as files, and what other programs made of them. Usage:
 *
 *	measure_file make FILE DBFS          10 s of 997 Hz at 48 kHz, stereo, f64
 *	measure_file make32 FILE DBFS        the same in f32
 *	measure_file FILE DBFS               gain error in dB against that level, THD, and the noise
 *	                                     in 20 kHz re full scale, of the file's best part
 */
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distortion.h"
#include "spectrum.h"
#include "tone.h"

#define RATE    48000
#define LENGTH  65536
#define RECORDS 5
#define SECONDS 10

static double tone_hz(void)
{
	return (double)tone_coherent_bin(997, RATE, LENGTH) * RATE / LENGTH;
}

static int make(const char *path, double dbfs, int subtype)
{
	SF_INFO info = {.samplerate = RATE, .channels = 2, .format = SF_FORMAT_WAV | subtype};
	const size_t bin = tone_coherent_bin(997, RATE, LENGTH);
	const uint64_t step = tone_coherent_step(bin, LENGTH);
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	double frame[2];

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
		return 1;
	}
	for (uint64_t i = 0; i < (uint64_t)SECONDS * RATE; i++) {
		frame[0] = frame[1] = pow(10, dbfs / 20) * tone_sine(i * step);
		sf_writef_double(file, frame, 1);
	}
	return sf_close(file) == 0 ? 0 : 1;
}

/* Where a tone stands longest undisturbed: a recording begins and ends with something else. */
static size_t find_best(const double *samples, size_t count, size_t wanted)
{
	double least = INFINITY;
	size_t best = 0;

	for (size_t at = 0; at + wanted <= count; at += LENGTH / 8) {
		const struct tone_fit fit = tone_fit(samples + at, wanted, RATE, tone_hz(), false);

		if (fit.residual_rms / fit.amplitude < least) {
			least = fit.residual_rms / fit.amplitude;
			best = at;
		}
	}
	return best;
}

/* The left side of the best part of a file, or NULL. */
static double *read_best(const char *path)
{
	const size_t wanted = (size_t)LENGTH * RECORDS;
	SF_INFO info = {0};
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	double *samples = NULL;

	if (file && info.channels <= 2 && info.samplerate == RATE &&
	    info.frames > (sf_count_t)wanted) {
		samples = calloc((size_t)(info.frames * info.channels), sizeof(*samples));
		if (samples && sf_readf_double(file, samples, info.frames) == info.frames) {
			for (sf_count_t i = 0; i < info.frames; i++) {
				samples[i] = samples[i * info.channels];
			}
			memmove(samples, samples + find_best(samples, (size_t)info.frames, wanted),
				wanted * sizeof(*samples));
		}
	}
	if (file) {
		sf_close(file);
	}
	return samples;
}

static int measure(const char *path, double dbfs)
{
	double *samples = read_best(path);
	struct spectrum *coherent, *windowed;
	struct tone_fit fit;

	if (!samples || spectrum_create(LENGTH, RATE, WINDOW_NONE, &coherent) < 0 ||
	    spectrum_create(LENGTH, RATE, WINDOW_BH7, &windowed) < 0) {
		fprintf(stderr, "%s: cannot be measured\n", path);
		free(samples);
		return 1;
	}
	fit = tone_fit(samples, (size_t)LENGTH * RECORDS, RATE, tone_hz(), false);
	spectrum_add_all(windowed, samples, (size_t)LENGTH * RECORDS, LENGTH);
	/* Records averaged in time: what is not periodic falls, the tone and its harmonics stay. */
	for (size_t i = 0; i < LENGTH; i++) {
		for (size_t r = 1; r < RECORDS; r++) {
			samples[i] += samples[r * LENGTH + i];
		}
		samples[i] /= RECORDS;
	}
	spectrum_add(coherent, samples);
	printf("%.3e %.1f %.2f\n", tone_db(fit.amplitude) - dbfs,
	       spectrum_thd_db(coherent, tone_hz(), 20, NULL),
	       distortion_residue_dbfs(windowed, tone_hz(), 20, 20000, weighting_flat));
	spectrum_destroy(coherent);
	spectrum_destroy(windowed);
	free(samples);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0) {
		return make(argv[2], atof(argv[3]), SF_FORMAT_DOUBLE);
	}
	if (argc == 4 && strcmp(argv[1], "make32") == 0) {
		return make(argv[2], atof(argv[3]), SF_FORMAT_FLOAT);
	}
	if (argc != 3) {
		fprintf(stderr, "usage: measure_file make FILE DBFS, or measure_file FILE DBFS\n");
		return 2;
	}
	return measure(argv[1], atof(argv[2]));
}
