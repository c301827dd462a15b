/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A render: opens, reads, writes. What makes the sound is in render-process.c.
 */
#include "render.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "render-process.h"

#define DITHER_SEED 0x77697265u
#define WIDE_MOST   PROGRAMME_CHANNELS
#define MAIN        0 /* the source that every input without a file of its own plays */

struct render {
	struct render_process process;
	struct render_job *job;
	struct amp amp;
	unsigned int next_event;
	struct headphone_filters filters;
	bool plan_waits, filters_wait;
	double rate_hz;
	uint64_t frames;
	unsigned int late; /* frames that come after the last, from a path with latency */
};

static const char *source_path(const struct render_job *job, unsigned int source)
{
	return source == MAIN ? job->in : job->inputs[source - 1];
}

static int open_sources(struct render *render, struct refusal *ret_refusal)
{
	const struct render_job *job = render->job;

	for (unsigned int s = 0; s < RENDER_SOURCES; s++) {
		struct sound_reader **reader = &render->process.sources[s].reader;
		const char *path = source_path(job, s);
		int error, rate;

		if (s != MAIN) {
			render->process.source_of[s - 1] = path ? s : MAIN;
		}
		if (!path) {
			continue;
		}
		error = sound_reader_open(path, s == MAIN && !job->out ? WIDE_MOST : 2, reader,
					  ret_refusal);
		if (error < 0) {
			return error;
		}
		rate = sound_reader_info(*reader)->rate_hz;
		if (s == MAIN) {
			render->rate_hz = rate;
		} else if (rate != render->rate_hz) {
			return refuse(ret_refusal,
				      "%.80s has %d Hz and %.80s %.0f Hz: the inputs of a render "
				      "need one rate",
				      path, rate, job->in, render->rate_hz);
		}
	}
	return 0;
}

/* Whether every sample of one format is a sample of another. */
static bool fits(const struct sound_info *from, enum sample_format to)
{
	static const unsigned char digits[FORMATS] = {
		[FORMAT_S16] = 16, [FORMAT_S24] = 24, [FORMAT_S32] = 32,
		[FORMAT_F32] = 25, [FORMAT_F64] = 54,
	};
	bool to_float = format_bits(to) == 0;

	if (from->lossy) {
		return false;
	}
	if (format_bits(from->format) == 0) {
		return to_float && to >= from->format;
	}
	return digits[from->format] <= digits[to];
}

static int open_output(struct render *render, struct refusal *ret_refusal)
{
	const struct sound_info *info = sound_reader_info(render->process.sources[MAIN].reader);
	struct render_process *process = &render->process;
	const struct sound_target target = {
		.rate_hz = info->rate_hz,
		.channels = render->job->output == OUTPUT_SUB ? 1 : 2,
		.frames = info->frames,
		.format = render->job->format_free ? info->format : render->job->format,
		.format_free = render->job->format_free,
	};
	enum sample_format format;
	int error;

	atomic_store(&render->job->frames, info->frames > 0 ? (uint64_t)info->frames : 0);
	if (!render->job->out) {
		return 0;
	}
	error = sound_writer_open(render->job->out, &target, &process->writer, ret_refusal);
	if (error < 0) {
		return error;
	}
	format = sound_writer_format(process->writer);
	process->may_dither = format_bits(format) != 0 && format_bits(format) <= 24;
	for (int s = 0; s < RENDER_SOURCES; s++) {
		if (process->sources[s].reader) {
			process->fits[s] =
				fits(sound_reader_info(process->sources[s].reader), format);
		}
	}
	return 0;
}

/* What is measured: every channel that leaves and is not the copy of another. */
static void set_up_programme(struct render *render)
{
	const struct sound_info *info = sound_reader_info(render->process.sources[MAIN].reader);
	enum ppm_type ppm = (enum ppm_type)amp_int(&render->amp, CONTROL_METER_PPM_SCALE);
	unsigned int channels = render->job->output == OUTPUT_SUB ? 1 : info->channels;

	render->process.programme = render->job->programme;
	if (render->job->programme) {
		programme_init(render->job->programme, render->rate_hz, channels, ppm, false);
	}
}

/* The state's plan, from its first frame on: a render has no start fade. */
static void set_up_process(struct render *render)
{
	struct render_process *process = &render->process;
	struct plan plan;

	plan_make(&render->amp, &plan);
	process->output = render->job->output;
	process->input = (unsigned int)amp_int(&render->amp, CONTROL_INPUT);
	process->bit_exact = true;
	path_init(&process->path, render->rate_hz, &plan, 1u << process->output);
	headphone_filters_make(&render->amp, render->rate_hz, NULL, &render->filters);
	path_set_headphone_filters(&process->path, &render->filters);
	path_set_gate(&process->path, process->output, plan.power, 0);
	process->early = render->late = path_latency_frames(&process->path);
	dither_init(&process->dither, DITHER_SEED);
}

static int fill(struct render *render, unsigned int s, struct refusal *ret_refusal)
{
	struct render_source *source = &render->process.sources[s];
	int frames;

	if (!source->reader || source->available > 0 || source->ended) {
		return 0;
	}
	frames = sound_reader_fill(source->reader);
	if (frames < 0) {
		refuse(ret_refusal, "%.120s: cannot be read on: %s", source_path(render->job, s),
		       strerror(-frames));
		return frames;
	}
	source->at = 0;
	source->available = (unsigned int)frames;
	source->ended = frames == 0;
	return 0;
}

static uint64_t event_frame(const struct render *render)
{
	const struct automation *automation = render->job->automation;

	if (!automation || render->next_event >= automation->count) {
		return UINT64_MAX;
	}
	return (uint64_t)llround(automation->events[render->next_event].seconds * render->rate_hz);
}

static void make_filters(struct render *render)
{
	const struct headphone_filters before = render->filters;

	headphone_filters_make(&render->amp, render->rate_hz, &before, &render->filters);
}

/* Carries out what is due. All of it was tried when it was loaded. */
static void take_events(struct render *render)
{
	struct render_process *process = &render->process;
	struct plan plan;

	while (event_frame(render) <= render->frames) {
		amp_command(&render->amp,
			    &render->job->automation->events[render->next_event++].command, NULL);
		make_filters(render);
		render->filters_wait = true;
		render->plan_waits = true;
	}
	if (render->filters_wait) {
		render->filters_wait =
			!path_set_headphone_filters(&process->path, &render->filters);
	}
	if (!render->plan_waits) {
		return;
	}
	plan_make(&render->amp, &plan);
	render->plan_waits = !path_set_plan(&process->path, &plan);
	path_set_gate(&process->path, process->output, plan.power,
		      plan.power ? PATH_START_MS : PATH_CHANGE_MS);
	process->input = (unsigned int)amp_int(&render->amp, CONTROL_INPUT);
}

/* How far it goes until a buffer is empty or something is due. */
static unsigned int slice_frames(const struct render *render)
{
	uint64_t until = event_frame(render) - render->frames;
	unsigned int frames = until < PATH_BLOCK ? (unsigned int)until : PATH_BLOCK;

	if (render->process.sources[MAIN].ended && render->late < frames) {
		frames = render->late;
	}
	for (int s = 0; s < RENDER_SOURCES; s++) {
		const struct render_source *source = &render->process.sources[s];

		if (source->available > 0 && source->available < frames) {
			frames = source->available;
		}
	}
	return frames;
}

static int run(struct render *render, struct refusal *ret_refusal)
{
	struct render_process *process = &render->process;
	unsigned int waiting = 0;
	int error = 0;

	while (error == 0 && !atomic_load(render->job->cancel)) {
		unsigned int frames;

		for (unsigned int s = 0; error == 0 && s < RENDER_SOURCES; s++) {
			error = fill(render, s, ret_refusal);
		}
		if (atomic_load(render->job->cancel)) {
			break; /* the end may be one that was made to stop it */
		}
		if (error < 0 || (process->sources[MAIN].ended && render->late == 0)) {
			return error;
		}
		take_events(render);
		frames = slice_frames(render);
		if (process->writer && waiting + frames > SOUND_WRITER_FRAMES) {
			error = sound_writer_flush(process->writer);
			waiting = 0;
		}
		render_process(process, frames);
		waiting += frames;
		if (process->sources[MAIN].ended) {
			render->late -= frames;
			continue;
		}
		render->frames += frames;
		atomic_store_explicit(&render->job->frames_done, render->frames,
				      memory_order_relaxed);
	}
	if (error < 0) {
		refuse(ret_refusal, "%.120s: cannot be written: %s", render->job->out,
		       strerror(-error));
	}
	return error < 0 ? error : -ECANCELED;
}

/* More channels than an input has: measured as they are. */
static int run_wide(struct render *render, struct refusal *ret_refusal)
{
	struct render_source *source = &render->process.sources[MAIN];
	double planes[WIDE_MOST][PATH_BLOCK];
	double *to[WIDE_MOST];
	const double *from[WIDE_MOST];
	int error = 0;

	for (int c = 0; c < WIDE_MOST; c++) {
		to[c] = planes[c];
		from[c] = planes[c];
	}
	while (!atomic_load(render->job->cancel)) {
		unsigned int frames;

		error = fill(render, MAIN, ret_refusal);
		if (error < 0 || source->ended) {
			return error;
		}
		frames = source->available < PATH_BLOCK ? source->available : PATH_BLOCK;
		sound_reader_take(source->reader, source->at, to, frames);
		for (int c = 0; c < WIDE_MOST; c++) {
			programme_clean(planes[c], frames);
		}
		programme_process(render->job->programme, from, frames);
		source->at += frames;
		source->available -= frames;
		render->frames += frames;
		atomic_store_explicit(&render->job->frames_done, render->frames,
				      memory_order_relaxed);
	}
	return -ECANCELED;
}

static int commit(struct render *render, struct refusal *ret_refusal)
{
	int error = sound_writer_commit(render->process.writer);

	render->process.writer = NULL;
	if (error < 0) {
		refuse(ret_refusal, "%.120s: cannot be written: %s", render->job->out,
		       strerror(-error));
	}
	return error;
}

static bool is_wide(const struct render *render)
{
	return sound_reader_info(render->process.sources[MAIN].reader)->channels > 2;
}

static void tell(const struct render *render, struct render_result *ret_result)
{
	const struct render_process *process = &render->process;

	*ret_result = (struct render_result){
		.frames = render->frames,
		.rate_hz = (int)render->rate_hz,
		.nonfinite_samples = process->path.guards[process->output].nonfinite_samples,
		.limited_frames = process->path.guards[process->output].limited_frames,
		.bit_exact = process->bit_exact,
		.dithered = process->dithered,
		.wide = is_wide(render),
	};
	for (int s = 0; s < RENDER_SOURCES; s++) {
		if (process->sources[s].reader) {
			ret_result->cut_off =
				ret_result->cut_off ||
				sound_reader_info(process->sources[s].reader)->cut_off;
		}
	}
}

int render(struct render_job *job, struct render_result *ret_result, struct refusal *ret_refusal)
{
	struct render *render = calloc(1, sizeof(*render));
	int error;

	if (!render) {
		return -ENOMEM;
	}
	render->job = job;
	render->amp = *job->amp;
	error = open_sources(render, ret_refusal);
	if (error == 0) {
		error = open_output(render, ret_refusal);
	}
	if (error == 0) {
		set_up_programme(render);
		set_up_process(render);
		error = is_wide(render) ? run_wide(render, ret_refusal) : run(render, ret_refusal);
	}
	if (error == 0 && job->programme) {
		programme_finish(job->programme);
	}
	if (error == 0 && job->out) {
		error = commit(render, ret_refusal);
	}
	if (error == 0) {
		tell(render, ret_result);
	}
	sound_writer_abandon(render->process.writer);
	for (int s = 0; s < RENDER_SOURCES; s++) {
		sound_reader_close(render->process.sources[s].reader);
	}
	free(render);
	return error;
}
