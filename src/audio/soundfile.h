/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Sound files, through libsndfile: whatever it reads and writes. Where the samples stand plainly in
 * the file (little-endian PCM or float) their bytes are moved as they are and converted by our own
 * loops. Reading and writing files and converting samples are separate calls, so that what makes
 * the sound can be real-time safe. One thread at a time for each reader or writer.
 */
#ifndef WIREGAIN_SOUNDFILE_H
#define WIREGAIN_SOUNDFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "controls.h"
#include "ops.h"

#define SOUND_RATE_MIN 8000
#define SOUND_RATE_MAX 1536000

struct sound_info {
	int rate_hz;
	unsigned int channels;     /* 1 or 2, or more if they were allowed */
	int64_t frames;            /* as the header says; -1: unknown (a pipe) */
	enum sample_format format; /* integers: holds every sample exactly */
	bool lossy;                /* samples are made by a decoder: no bits to keep */
	bool cut_off;              /* the header promises more than there is */
};

struct sound_reader;
struct sound_writer;

/*
 * Opens a file, or standard input for "-". 0 or a negative errno with the reason and what to do:
 * also -EINVAL for more than `channels_most` (2 to 5) channels or a rate out of range.
 */
int sound_reader_open(const char *path, unsigned int channels_most,
		      struct sound_reader **ret_reader, struct refusal *ret_refusal);
void sound_reader_close(struct sound_reader *reader);
const struct sound_info *sound_reader_info(const struct sound_reader *reader);

/* Reads on. The number of frames that can now be taken, 0 at the end, or a negative errno. */
int sound_reader_fill(struct sound_reader *reader);

/*
 * Takes `frames` of those that were read, from `at`, as planes, at least two; a mono file fills
 * both. Real-time safe.
 */
void sound_reader_take(const struct sound_reader *reader, unsigned int at, double *const *to,
		       unsigned int frames);

/* What a new file shall be. */
struct sound_target {
	int rate_hz;
	unsigned int channels;
	int64_t frames; /* expected; -1: unknown */
	enum sample_format
		format; /* asked for; else, with `format_free`, the nearest it can hold */
	bool format_free;
};

/* The most frames that sound_writer_put() takes before a flush. */
#define SOUND_WRITER_FRAMES 32768

/*
 * Opens a new file, its kind by the end of its name, beside that name; standard output for "-", as
 * WAV. 0 or a negative errno with the reason and what to do.
 */
int sound_writer_open(const char *path, const struct sound_target *target,
		      struct sound_writer **ret_writer, struct refusal *ret_refusal);

/* The format that is written; lossy kinds take f64. */
enum sample_format sound_writer_format(const struct sound_writer *writer);

/* Converts frames into the buffer. Real-time safe. `dither` NULL: none. */
void sound_writer_put(struct sound_writer *writer, const double *const from[2], unsigned int frames,
		      struct dither *dither);

/* Writes the buffer. 0 or a negative errno. */
int sound_writer_flush(struct sound_writer *writer);

/* Closes, and puts the file under its name. 0 or a negative errno, and then there is no new file.
 */
int sound_writer_commit(struct sound_writer *writer);

/* Closes, and removes what was written. NULL is fine. */
void sound_writer_abandon(struct sound_writer *writer);

#endif
