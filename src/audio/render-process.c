/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The part of a render that makes the sound.
 */
#include "render-process.h"

#include <string.h>

#include "outputs.h"
#include "realtime.h"

/* The next frames of a source as planes; silence after its end. */
static void take(struct render_source *source, unsigned int frames)
{
	unsigned int count = source->available < frames ? source->available : frames;
	double *const planes[2] = {source->planes[0], source->planes[1]};

	if (count > 0) {
		sound_reader_take(source->reader, source->at, planes, count);
		source->at += count;
		source->available -= count;
	}
	for (int side = 0; side < 2 && count < frames; side++) {
		memset(planes[side] + count, 0, (frames - count) * sizeof(*planes[side]));
	}
}

static void wire_inputs(struct render_process *process, struct path_block *block)
{
	unsigned int used = path_used_inputs(&process->path);

	for (unsigned int i = 0; i < INPUTS; i++) {
		if (used & 1u << i) {
			struct render_source *source = &process->sources[process->source_of[i]];

			block->in[i][0] = source->planes[0];
			block->in[i][1] = source->planes[1];
		}
	}
}

/* Hands the output to who writes or measures it, but for what a path with latency gives before the
 * first frame. */
static void put(struct render_process *process, unsigned int frames, struct dither *dither)
{
	unsigned int early = process->early < frames ? process->early : frames;
	const double *left = process->out[output_rows[process->output].first] + early;
	const double *const planes[2] = {left,
					 process->output == OUTPUT_SUB ? NULL : left + PATH_BLOCK};

	process->early -= early;
	if (frames > early && process->writer) {
		sound_writer_put(process->writer, planes, frames - early, dither);
	}
	if (frames > early && process->programme) {
		programme_process(process->programme, planes, frames - early);
	}
}

void render_process(struct render_process *process, unsigned int frames)
{
	struct path_block block = {0};
	bool exact;

	realtime_begin();
	for (int s = 0; s < RENDER_SOURCES; s++) {
		if (process->sources[s].reader) {
			take(&process->sources[s], frames);
		}
	}
	wire_inputs(process, &block);
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = process->out[c];
	}
	path_process(&process->path, &block, frames);
	exact = process->path.bit_exact[process->output] &&
		process->fits[process->source_of[process->input]];
	process->bit_exact = process->bit_exact && exact;
	process->dithered = process->dithered || (process->may_dither && !exact);
	put(process, frames, process->may_dither && !exact ? &process->dither : NULL);
	realtime_end();
}
