/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The part of a render that makes the sound: the same signal path, under the same rules, as the
 * audio thread of a running amplifier.
 */
#ifndef WIREGAIN_RENDER_PROCESS_H
#define WIREGAIN_RENDER_PROCESS_H

#include "path.h"
#include "programme.h"
#include "soundfile.h"

#define RENDER_SOURCES (1 + INPUTS) /* the main file, and one for each input */

/* A file that is being read. */
struct render_source {
	struct sound_reader *reader; /* NULL: not used */
	unsigned int at, available;  /* frames of what the reader holds */
	bool ended;                  /* silence from here on */
	double planes[2][PATH_BLOCK];
};

struct render_process {
	struct path path;
	enum output output;
	struct render_source sources[RENDER_SOURCES];
	unsigned int source_of[INPUTS];
	struct sound_writer *writer; /* NULL: nothing is written */
	struct programme *programme; /* NULL: nothing is measured */
	struct dither dither;
	unsigned int input;        /* the selected one */
	bool fits[RENDER_SOURCES]; /* the output's format holds every sample of this source */
	bool may_dither;           /* the output has 24 bits or fewer */
	bool bit_exact, dithered;  /* of all slices up to now; of any */
	unsigned int early;        /* frames that still come before the first, from a late path */
	double out[CHANNELS][PATH_BLOCK];
};

/*
 * Makes 1 to PATH_BLOCK frames, no more than a source that has not ended has available, and puts
 * them into the writer's buffer. Real-time safe.
 */
void render_process(struct render_process *process, unsigned int frames);

#endif
