/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Stimuli between markers, and what becomes of them.
 */
#include "live.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "delay.h"
#include "headphone-filters.h"
#include "signals.h"

#define MARKER_FRAMES 4096
#define MARKER_PEAK   0.1  /* 15 dB of gain do not drive it into the limiter */
#define GAP_FRAMES    8192 /* between markers and the stimulus: filters ring out */
#define LEAD_MS       150  /* the amplifier's own change to new settings is over by then */
#define TAIL_MS       700  /* the most latency that is looked for at first */
#define SEARCH_FRAMES 65536
#define TRIES         4
#define HOLE_FRAMES   32 /* a run of exact zeros from which on it is a hole */
#define WAIT_MS       10

/* Where things stand on the tape. */
struct layout {
	size_t first, stimulus, second, frames;
};

static struct layout lay_out(const struct live *live, size_t frames)
{
	struct layout layout;

	layout.first = (size_t)(live->dut.rate_hz * LEAD_MS / 1000);
	layout.stimulus = layout.first + MARKER_FRAMES + GAP_FRAMES;
	layout.second = layout.stimulus + frames + GAP_FRAMES;
	layout.frames =
		layout.second + MARKER_FRAMES + (size_t)(live->dut.rate_hz * TAIL_MS / 1000);
	return layout;
}

/* A burst of noise, the same each time. */
static void fill_marker(double *samples)
{
	struct noise noise = {41};

	for (size_t i = 0; i < MARKER_FRAMES; i++) {
		const double at = ((double)i + 0.5) / MARKER_FRAMES;

		samples[i] = MARKER_PEAK * noise_even(&noise) * pow(sin(M_PI * at), 2);
	}
}

static int take_settings(struct live *live, const char *const *settings,
			 struct refusal *ret_refusal)
{
	struct headphone_filters filters;
	struct plan plan;
	int error = 0;

	amp_init_neutral(&live->amp);
	for (size_t i = 0; error == 0 && settings && settings[i]; i++) {
		error = dut_assign(&live->amp, settings[i], ret_refusal);
	}
	if (error < 0) {
		return error;
	}
	plan_make(&live->amp, &plan);
	headphone_filters_make(&live->amp, live->dut.rate_hz, NULL, &filters);
	engine_set_headphone_filters(&live->engine, &filters);
	engine_set_plan(&live->engine, &plan);
	return 0;
}

/* Stimulus and markers as the tape wants them. */
static void fill_tape(struct live *live, const struct dut_run *run, const struct layout *layout,
		      float *const in[2])
{
	double marker[MARKER_FRAMES];

	fill_marker(marker);
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < MARKER_FRAMES; i++) {
			in[side][layout->first + i] = (float)marker[i];
			in[side][layout->second + i] = (float)marker[i];
		}
		for (size_t i = 0; run->in[side] && i < run->frames; i++) {
			in[side][layout->stimulus + i] = (float)run->in[side][i];
		}
	}
}

static int play_tape(struct live *live, float *memory, size_t frames, struct refusal *ret_refusal)
{
	const double seconds = (double)frames / live->dut.rate_hz;
	struct live_tape *tape = &live->tape;

	tape->in[0] = memory;
	tape->in[1] = memory + frames;
	tape->out[0] = memory + 2 * frames;
	tape->out[1] = memory + 3 * frames;
	tape->frames = frames;
	tape->played = tape->recorded = 0;
	atomic_store(&tape->lost, 0);
	atomic_store(&tape->clipped, false);
	atomic_store_explicit(&tape->running, true, memory_order_release);
	for (double waited = 0; atomic_load(&tape->running); waited += WAIT_MS / 1000.0) {
		if (waited > 4 * seconds + 10) {
			atomic_store(&tape->running, false);
			/* The audio thread may be within its copy of a block. */
			live->ops->wait(live, 200);
			return refuse(ret_refusal,
				      "%s: the sound stands still: no samples came for %.0f s",
				      live->dut.name, waited),
			       -EIO;
		}
		live->ops->wait(live, WAIT_MS);
	}
	return 0;
}

/* Where a marker that was played at `at` is found, in frames after that. */
static int find_marker(const float *samples, size_t at, size_t frames, struct delay *ret_delay)
{
	double *memory = calloc(2 * (size_t)SEARCH_FRAMES, sizeof(*memory));
	const size_t count = frames - at < SEARCH_FRAMES ? frames - at : SEARCH_FRAMES;
	int error = -ENOMEM;

	if (memory) {
		fill_marker(memory);
		for (size_t i = 0; i < count; i++) {
			memory[SEARCH_FRAMES + i] = samples[at + i];
		}
		error = delay_find(memory, memory + SEARCH_FRAMES, SEARCH_FRAMES, ret_delay);
	}
	free(memory);
	return error;
}

/* The stimulus' share of what follows a marker is no marker: only so much of it is looked at. */
static int find_first(const struct live *live, const struct layout *layout, int side,
		      struct delay *ret_delay)
{
	const double expected = live->dut.latency_frames;
	const size_t reach = expected > 0 ? (size_t)expected + MARKER_FRAMES + GAP_FRAMES / 2
					  : layout->frames - layout->first;
	const size_t end = layout->first + reach;

	return find_marker(live->tape.out[side], layout->first,
			   end < layout->frames ? end : layout->frames, ret_delay);
}

/* Holes: the player or the recorder was late, and silence stands for what it missed. */
static size_t longest_hole(const struct live *live, const struct dut_run *run, int side,
			   const float *answer)
{
	size_t run_length = 0, longest = 0;
	bool any = false;

	for (size_t i = 0; run->in[side] && i < run->frames; i++) {
		any = any || answer[i] != 0;
		run_length = answer[i] == 0 && run->in[side][i] != 0 ? run_length + 1 : 0;
		longest = run_length > longest ? run_length : longest;
	}
	return any ? longest : 0;
}

/* 0 and the latency, -EAGAIN when something was lost on the way (and what, in the reason). */
static int judge(struct live *live, const struct dut_run *run, const struct layout *layout,
		 size_t *ret_latency, struct refusal *ret_refusal)
{
	struct delay first, second;
	int error = find_first(live, layout, 0, &first);
	double moved;

	if (atomic_load(&live->tape.clipped)) {
		refuse(ret_refusal, "%s: the input clips: lower its level or the output's",
		       live->dut.name);
		return -EIO;
	}
	if (error == 0) {
		error = find_marker(live->tape.out[0], layout->second, layout->frames, &second);
	}
	if (error < 0) {
		return refuse(ret_refusal, "%s", strerror(-error)), error;
	}
	*ret_latency = (size_t)live->dut.latency_frames;
	if (fabs(first.correlation) > 0.7 && fabs(second.correlation) > 0.7) {
		moved = second.samples - first.samples;
		if (fabs(moved) > 0.5) {
			refuse(ret_refusal, "%s: %.0f samples were %s on the way", live->dut.name,
			       fabs(moved), moved < 0 ? "lost" : "put in");
			return -EAGAIN;
		}
		*ret_latency = (size_t)fmax(0, floor(first.samples + 0.5));
	}
	for (int side = 0; side < 2; side++) {
		const float *answer = live->tape.out[side] + layout->stimulus + *ret_latency;
		const size_t hole = longest_hole(live, run, side, answer);

		if (hole > HOLE_FRAMES) {
			refuse(ret_refusal, "%s: the answer has a hole of %zu samples",
			       live->dut.name, hole);
			return -EAGAIN;
		}
	}
	if (atomic_load(&live->tape.lost) > 0) {
		refuse(ret_refusal, "%s: %u blocks were lost on the way", live->dut.name,
		       atomic_load(&live->tape.lost));
		return -EAGAIN;
	}
	return 0;
}

static int run_once(struct live *live, const struct dut_run *run, float *memory,
		    const struct layout *layout, struct refusal *ret_refusal)
{
	float *const in[2] = {memory, memory + layout->frames};
	size_t latency = 0;
	int error;

	fill_tape(live, run, layout, in);
	error = play_tape(live, memory, layout->frames, ret_refusal);
	if (error == 0) {
		error = judge(live, run, layout, &latency, ret_refusal);
	}
	for (int side = 0; error == 0 && side < 2; side++) {
		const float *answer = live->tape.out[side] + layout->stimulus + latency;

		for (size_t i = 0; run->out[side] && i < run->frames; i++) {
			run->out[side][i] = answer[i];
		}
	}
	live->dut.latency_frames = error == 0 ? (double)latency : live->dut.latency_frames;
	return error;
}

static int live_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct live *live = (struct live *)dut;
	const struct layout layout = lay_out(live, run->frames);
	float *memory;
	int error;

	if (run->rate_hz != dut->rate_hz || run->change_count > 0 ||
	    run->output != OUTPUT_HEADPHONE) {
		return refuse(ret_refusal, "%s: this cannot be measured in real time", dut->name);
	}
	memory = calloc(4 * layout.frames, sizeof(*memory));
	if (!memory) {
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), -ENOMEM;
	}
	error = take_settings(live, run->settings, ret_refusal);
	for (int i = 0; error == 0 && i < TRIES; i++) {
		error = run_once(live, run, memory, &layout, ret_refusal);
		if (error != -EAGAIN) {
			break;
		}
		error = i + 1 < TRIES ? 0 : -EIO;
	}
	free(memory);
	return error;
}

static void live_destroy(struct dut *dut)
{
	struct live *live = (struct live *)dut;

	live->ops->destroy(live);
	free(live);
}

int live_create(const char *name, const struct live_ops *ops, struct live **ret_live)
{
	static const struct dut_ops dut_ops = {live_run, live_destroy};
	struct live *live = calloc(1, sizeof(*live));
	struct plan plan;

	if (!live) {
		return -ENOMEM;
	}
	live->dut = (struct dut){
		.ops = &dut_ops, .name = name, .flags = DUT_AMPLIFIER, .carries = FORMAT_F32};
	live->ops = ops;
	amp_init_neutral(&live->amp);
	plan_make(&live->amp, &plan);
	engine_init(&live->engine, &plan);
	*ret_live = live;
	return 0;
}

int live_find_signal(struct live *live, struct refusal *ret_refusal)
{
	const struct dut_run run = {.frames = 1, .rate_hz = live->dut.rate_hz};
	const struct layout layout = lay_out(live, run.frames);
	float *memory = calloc(4 * layout.frames, sizeof(*memory));
	struct delay delay = {0};
	int error = memory ? take_settings(live, NULL, ret_refusal) : -ENOMEM;

	for (int i = 0; error == 0 && i < TRIES; i++) {
		fill_tape(live, &run, &layout, (float *const[2]){memory, memory + layout.frames});
		error = play_tape(live, memory, layout.frames, ret_refusal);
		if (error == 0) {
			error = find_first(live, &layout, 0, &delay);
		}
		if (fabs(delay.correlation) > 0.7) {
			break;
		}
	}
	free(memory);
	if (error == 0 && fabs(delay.correlation) <= 0.7) {
		refuse(ret_refusal,
		       "%s: no signal comes back (of a burst of noise %.0f %% was found): see that "
		       "the "
		       "output is connected to the input, and that neither is muted",
		       live->dut.name, 100 * fabs(delay.correlation));
		return -ENODATA;
	}
	live->dut.latency_frames = fmax(0, floor(delay.samples + 0.5));
	return error;
}
