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

#include "headphone-filters.h"
#include "live-marker.h"
#include "report.h"
#include "signals.h"

#define GAP_FRAMES    8192  /* between markers and the stimulus: filters ring out */
#define LEAD_MS       150   /* the amplifier's own change to new settings is over by then */
#define SEARCH_FRAMES 61440 /* the most latency that is looked for at first */
#define TRIES         12
#define WHOLE_FRAMES  0.02
#define HOLE_PEAK     1e-3 /* of full scale: less than that may be zero */
#define WAIT_MS       5
#define PATIENCE_MS   10000
#define SAME_DELAY    0.75 /* samples: a latency between two samples is no change of it */

/* Where things stand on the tape. */
struct layout {
	size_t first, stimulus, second, frames;
};

/* With room for the answer to come in late, and a marker's reach later still. */
static struct layout lay_out(const struct live *live, size_t frames, double latency)
{
	struct layout layout;

	layout.first = (size_t)(live->dut.rate_hz * LEAD_MS / 1000);
	layout.stimulus = layout.first + MARKER_FRAMES + GAP_FRAMES;
	layout.second = layout.stimulus + frames + GAP_FRAMES;
	layout.frames = layout.second + MARKER_FRAMES + MARKER_REACH + (size_t)latency;
	return layout;
}

static int take_settings(struct live *live, const char *const *settings, struct plan *ret_plan,
			 struct refusal *ret_refusal)
{
	struct headphone_filters filters;
	int error = 0;

	amp_init_neutral(&live->amp);
	for (size_t i = 0; error == 0 && settings && settings[i]; i++) {
		error = dut_assign(&live->amp, settings[i], ret_refusal);
	}
	if (error < 0) {
		return error;
	}
	plan_make(&live->amp, ret_plan);
	headphone_filters_make(&live->amp, live->dut.rate_hz, NULL, &filters);
	engine_set_headphone_filters(&live->engine, &filters);
	engine_set_plan(&live->engine, ret_plan);
	return 0;
}

static int make_room(struct live *live, const struct layout *layout)
{
	if (layout->frames > live->room) {
		float *memory = realloc(live->memory, 4 * layout->frames * sizeof(*memory));

		if (!memory) {
			return -ENOMEM;
		}
		live->memory = memory;
		live->room = layout->frames;
	}
	memset(live->memory, 0, 4 * layout->frames * sizeof(*live->memory));
	for (int side = 0; side < 2; side++) {
		live->tape.in[side] = live->memory + (size_t)side * layout->frames;
		live->tape.out[side] = live->memory + (size_t)(2 + side) * layout->frames;
	}
	live->tape.frames = layout->frames;
	return 0;
}

static void fill_marker(struct live *live, const struct markers *markers, size_t at)
{
	for (int side = 0; side < 2; side++) {
		float *to = live->memory + (size_t)side * live->tape.frames + at;

		for (size_t i = 0; i < MARKER_FRAMES; i++) {
			to[i] = (float)markers->side[side][i];
		}
	}
}

static void fill_stimulus(struct live *live, const struct dut_run *run, size_t at)
{
	for (int side = 0; side < 2; side++) {
		float *to = live->memory + (size_t)side * live->tape.frames + at;

		for (size_t i = 0; run->in[side] && i < run->frames; i++) {
			to[i] = (float)run->in[side][i];
		}
	}
}

/* Nobody plays or records any longer, and all of the tape is ours. */
static void hold_still(struct live *live)
{
	atomic_store(&live->tape.state, TAPE_STILL);
	while (atomic_load(&live->tape.inside) > 0) {
		live->ops->wait(live, 1);
	}
}

static bool is_stopped(const struct live *live)
{
	return live->dut.stop && atomic_load(live->dut.stop);
}

/* 0 once all is recorded; -EAGAIN as soon as something was lost. */
static int play_tape(struct live *live, struct refusal *ret_refusal)
{
	struct live_tape *tape = &live->tape;
	const double patience_ms = PATIENCE_MS + 4000 * (double)tape->frames / live->dut.rate_hz;
	const uint64_t lost = engine_reading(&live->engine).lost_blocks;
	double waited_ms = 0;

	tape->played = tape->recorded = 0;
	atomic_store(&tape->lost, 0);
	atomic_store(&tape->clipped, false);
	atomic_store(&tape->state, TAPE_READY);
	while (atomic_load(&tape->state) != TAPE_STILL && !is_stopped(live) &&
	       atomic_load(&tape->lost) == 0 && !atomic_load(&tape->gone) &&
	       waited_ms < patience_ms) {
		live->ops->wait(live, WAIT_MS);
		waited_ms += WAIT_MS;
	}
	hold_still(live);
	if (is_stopped(live)) {
		return refuse(ret_refusal, "interrupted"), -ECANCELED;
	}
	if (atomic_load(&tape->gone)) {
		return refuse(ret_refusal, "%s: the server has ended", live->dut.name), -EIO;
	}
	if (atomic_load(&tape->lost) == 0 && tape->recorded < tape->frames) {
		refuse(ret_refusal,
		       "%s: the sound stands still: after %.0f s the answer is not there",
		       live->dut.name, waited_ms / 1000);
		return -EIO;
	}
	if (atomic_load(&tape->lost) > 0 || tape->played < tape->recorded ||
	    engine_reading(&live->engine).lost_blocks != lost) {
		refuse(ret_refusal, "%s: blocks were lost on the way", live->dut.name);
		return -EAGAIN;
	}
	if (atomic_load(&tape->clipped)) {
		refuse(ret_refusal, "%s: the input clips: lower its level or the output's",
		       live->dut.name);
		return -EIO;
	}
	return 0;
}

static void note_delay(struct live *live, int side, double samples)
{
	const bool moved = fabs(samples - live->delay[side]) > SAME_DELAY;

	if (!moved) {
		return;
	}
	live->delay[side] = samples;
	if (side == 0) {
		live->moves++;
		live->least_delay = fmin(live->least_delay, samples);
		live->most_delay = fmax(live->most_delay, samples);
		live->dut.latency_frames = fmax(0, floor(samples + 0.5));
	}
}

/* The correlation of both sides' answers with both sides' markers: [answer][marker]. */
struct echoes {
	struct delay of[2][2];
};

static int find_echoes(const struct live *live, const struct markers *markers, size_t at,
		       struct echoes *ret_echoes)
{
	const struct live_tape *tape = &live->tape;
	int error = 0;

	for (int i = 0; error == 0 && i < 4; i++) {
		error = marker_find(markers->side[i % 2], tape->out[i / 2], tape->frames, at, 0,
				    SEARCH_FRAMES, &ret_echoes->of[i / 2][i % 2]);
	}
	return error;
}

static bool found(const struct delay *delay, double least)
{
	return fabs(delay->correlation) > least;
}

/* 0, or why the markers are not where they should be. */
static int judge_echoes(const struct live *live, const struct echoes *echoes,
			struct refusal *ret_refusal)
{
	const char *name = live->dut.name;
	bool there[2], other[2], mixed = true;
	double most = 0;

	for (int side = 0; side < 2; side++) {
		there[side] = found(&echoes->of[side][side], MARKER_FOUND);
		other[side] = found(&echoes->of[side][1 - side], MARKER_FOUND);
		mixed = mixed && found(&echoes->of[side][0], 0.5) &&
			found(&echoes->of[side][1], 0.5);
		most = fmax(most, fabs(echoes->of[side][side].correlation));
	}
	if (there[0] && there[1]) {
		return 0;
	}
	if (other[0] && other[1]) {
		refuse(ret_refusal, "%s: the sides come back exchanged, left on the right", name);
	} else if (mixed) {
		refuse(ret_refusal, "%s: each side comes back on both: something mixes them", name);
	} else if (there[0] || there[1]) {
		refuse(ret_refusal,
		       "%s: no signal comes back on the %s: see that both sides of the output are "
		       "connected to the input",
		       name, there[0] ? "right" : "left");
	} else {
		refuse(ret_refusal,
		       "%s: no signal comes back (of a burst of noise %.0f %% was found): see that "
		       "the output is connected to the input, and that neither is muted",
		       name, 100 * most);
	}
	return -ENODATA;
}

/* Of the marker on that side, once it was found with a neutral amplifier. */
static double gain_of(const struct live *live, const struct markers *markers, int side, size_t at)
{
	const size_t from = at + (size_t)fmax(0, floor(live->delay[side] + 0.5));
	double product = 0, power = 0;

	for (size_t i = 0; i < MARKER_FRAMES; i++) {
		product += markers->side[side][i] * (double)live->tape.out[side][from + i];
		power += markers->side[side][i] * markers->side[side][i];
	}
	return product / power;
}

/* Waits until what comes in goes out as it is: nothing is engaged, and the fade is over. */
static int come_up(struct live *live, struct refusal *ret_refusal)
{
	struct plan plan;
	int error = take_settings(live, NULL, &plan, ret_refusal);

	for (int waited_ms = 0; error == 0; waited_ms += WAIT_MS) {
		if (engine_reading(&live->engine).bit_exact[OUTPUT_HEADPHONE]) {
			break;
		}
		if (is_stopped(live)) {
			return refuse(ret_refusal, "interrupted"), -ECANCELED;
		}
		if (waited_ms > PATIENCE_MS || atomic_load(&live->tape.gone)) {
			refuse(ret_refusal,
			       "%s: the sound stands still: the amplifier does not come up",
			       live->dut.name);
			return -EIO;
		}
		live->ops->wait(live, WAIT_MS);
	}
	return error;
}

/* After a loss. */
static int recover(struct live *live, struct refusal *ret_refusal)
{
	live->repeated++;
	if (!live->ops->recover) {
		return 0;
	}
	live->ops->recover(live);
	return come_up(live, ret_refusal);
}

/* Where the markers are with a neutral amplifier and no stimulus: latency and gain of each side. */
static int locate(struct live *live, struct refusal *ret_refusal)
{
	/* Before it is silence for so long that nothing that was played earlier comes in still. */
	const struct layout layout = lay_out(live, 0, 2 * SEARCH_FRAMES);
	const size_t at = layout.first + SEARCH_FRAMES;
	struct markers markers;
	struct echoes echoes;
	struct plan plan;
	int error = take_settings(live, NULL, &plan, ret_refusal);

	markers_fill(&markers);
	for (int i = 0; error == 0 && i < TRIES; i++) {
		error = make_room(live, &layout);
		if (error == 0) {
			fill_marker(live, &markers, at);
			error = play_tape(live, ret_refusal);
		}
		error = error == 0 ? find_echoes(live, &markers, at, &echoes) : error;
		error = error == 0 ? judge_echoes(live, &echoes, ret_refusal) : error;
		if (error != -EAGAIN) {
			break;
		}
		error = i + 1 < TRIES ? recover(live, ret_refusal) : -EIO;
	}
	for (int side = 0; error == 0 && side < 2; side++) {
		note_delay(live, side, echoes.of[side][side].samples);
		live->gain[side] = gain_of(live, &markers, side, at);
	}
	return error;
}

/*
 * Whether the marker must be seen above what noise there is before it comes: a gain that is low
 * enough leaves nothing to see in what a sound card records.
 */
static bool is_visible(const struct live *live, const struct layout *layout, int side,
		       const double *marker)
{
	const size_t reach = MARKER_FRAMES + 2 * MARKER_REACH;
	double signal = 0, noise = 0;

	for (size_t i = 0; i < MARKER_FRAMES; i++) {
		signal += pow(live->gain[side] * marker[i], 2);
	}
	for (size_t i = 0; i < layout->first; i++) {
		noise += pow((double)live->tape.out[side][i], 2);
	}
	noise *= (double)reach / (double)layout->first;
	return signal > 0 && signal / (signal + noise) > 0.9;
}

/*
 * The markers are farther apart than they were played, or nearer: whole samples of them were lost,
 * or, when it is as much as the last time and no whole number, the clocks differ.
 */
static int judge_moved(struct live *live, double moved, size_t distance,
		       struct refusal *ret_refusal)
{
	const double ppm = 1e6 * moved / (double)distance;
	const bool whole = fabs(moved - nearbyint(moved)) < WHOLE_FRAMES;

	if (!whole && fabs(ppm - live->drift_ppm) < 0.1 * fabs(ppm)) {
		refuse(ret_refusal,
		       "%s: the clocks of output and input differ by %.0f ppm: measure with one "
		       "card, or with cards that share a clock",
		       live->dut.name, fabs(ppm));
		return -EIO;
	}
	live->drift_ppm = ppm;
	refuse(ret_refusal, "%s: %.0f samples were %s on the way", live->dut.name, fabs(moved),
	       moved < 0 ? "lost" : "put in");
	return -EAGAIN;
}

/* A side's markers: 0, or -EAGAIN when they are not there or not where they should be. */
static int judge_side(struct live *live, const struct layout *layout, int side,
		      const double *marker, struct refusal *ret_refusal)
{
	static const char *const names[] = {"left", "right"};
	const struct live_tape *tape = &live->tape;
	const size_t late = (size_t)fmax(0, floor(live->delay[side] + 0.5));
	struct delay first, second;
	double moved;
	int error = marker_find(marker, tape->out[side], tape->frames, layout->first + late,
				MARKER_REACH, MARKER_REACH, &first);

	if (error == 0) {
		error = marker_find(marker, tape->out[side], tape->frames, layout->second + late,
				    MARKER_REACH, MARKER_REACH, &second);
	}
	if (error != 0) {
		return refuse(ret_refusal, "%s", strerror(-error)), error;
	}
	if (!found(&first, MARKER_FOUND) || !found(&second, MARKER_FOUND)) {
		refuse(ret_refusal, "%s: what was played on the %s does not come back",
		       live->dut.name, names[side]);
		live->out_of_sight = true;
		return -EAGAIN;
	}
	moved = second.samples - first.samples;
	if (fabs(moved) > 0.5) {
		return judge_moved(live, moved, layout->second - layout->first, ret_refusal);
	}
	live->drift_ppm = 0;
	note_delay(live, side, (double)late + first.samples);
	return 0;
}

/* In single precision throughout: gcc 12 for aarch64 fails where fmax() reduces floats and doubles.
 */
static float find_peak(const float *samples, size_t count)
{
	float peak = 0;

	for (size_t i = 0; i < count; i++) {
		peak = fmaxf(peak, fabsf(samples[i]));
	}
	return peak;
}

/*
 * Holes: the player or the recorder was late, and silence stands for what it missed. Integers have
 * zeros of their own in what is small: a hole is where more than that was to come.
 */
static int judge_holes(const struct live *live, const struct dut_run *run,
		       const struct layout *layout, int side, struct refusal *ret_refusal)
{
	const size_t most = format_bits(live->dut.carries) == 0 ? 8 : 32;
	const double *stimulus = run->in[side];
	const float *answer =
		live->tape.out[side] + layout->stimulus + (size_t)live->dut.latency_frames;
	const double played = stimulus ? signal_peak(stimulus, run->frames) : 0;
	const double came = stimulus ? find_peak(answer, run->frames) : 0;
	size_t length = 0, longest = 0;

	for (size_t i = 0; stimulus && i < run->frames; i++) {
		if (answer[i] != 0) {
			length = 0;
		} else if (fabs(stimulus[i]) * came > HOLE_PEAK * played) {
			length++;
		}
		longest = length > longest ? length : longest;
	}
	if (longest > most) {
		refuse(ret_refusal, "%s: the answer has a hole of %zu samples", live->dut.name,
		       longest);
		return -EAGAIN;
	}
	return 0;
}

static int judge(struct live *live, const struct dut_run *run, const struct layout *layout,
		 const struct markers *markers, const struct plan *plan,
		 struct refusal *ret_refusal)
{
	double marker[MARKER_FRAMES];
	int error = 0;

	for (int side = 0; error == 0 && side < 2; side++) {
		const double *factors = plan->gain[CHANNEL_HEADPHONE_LEFT + side][0];

		if (markers_mix(markers, factors, marker) &&
		    is_visible(live, layout, side, marker)) {
			error = judge_side(live, layout, side, marker, ret_refusal);
		}
	}
	for (int side = 0; error == 0 && side < 2; side++) {
		error = judge_holes(live, run, layout, side, ret_refusal);
	}
	return error;
}

static void take_answer(const struct live *live, const struct dut_run *run,
			const struct layout *layout)
{
	const size_t from = layout->stimulus + (size_t)live->dut.latency_frames;

	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; run->out[side] && i < run->frames; i++) {
			run->out[side][i] = live->scale * (double)live->tape.out[side][from + i];
		}
	}
}

static int run_once(struct live *live, const struct dut_run *run, struct refusal *ret_refusal)
{
	const struct layout layout = lay_out(live, run->frames, live->dut.latency_frames);
	struct markers markers;
	struct plan plan;
	int error = take_settings(live, run->settings, &plan, ret_refusal);

	error = error == 0 ? make_room(live, &layout) : error;
	if (error == 0) {
		markers_fill(&markers);
		fill_marker(live, &markers, layout.first);
		fill_marker(live, &markers, layout.second);
		fill_stimulus(live, run, layout.stimulus);
		error = play_tape(live, ret_refusal);
	}
	error = error == 0 ? judge(live, run, &layout, &markers, &plan, ret_refusal) : error;
	if (error == 0) {
		take_answer(live, run, &layout);
	}
	return error;
}

/* What was lost is measured again: a block, or the markers, which may be elsewhere now. */
static int live_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	struct live *live = (struct live *)dut;
	int error = -EAGAIN;

	if (run->rate_hz != dut->rate_hz || run->change_count > 0 ||
	    run->output != OUTPUT_HEADPHONE) {
		return refuse(ret_refusal, "%s: this cannot be measured in real time", dut->name);
	}
	live->runs++;
	for (int i = 0; i < TRIES; i++) {
		live->out_of_sight = false;
		error = run_once(live, run, ret_refusal);
		if (error != -EAGAIN) {
			return error;
		}
		error = recover(live, ret_refusal);
		if (error == 0 && live->out_of_sight) {
			error = locate(live, ret_refusal);
		}
		if (error < 0) {
			return error;
		}
	}
	return -EIO;
}

void live_tell_latency(const struct live *live, double told, struct report *report)
{
	const double error = fabs(live->delay[0] - told);
	struct figure figure = {.name = "server.latency",
				.title = "Latency that the server tells",
				.unit = "samples",
				.value = told,
				.residual = NAN,
				.uncertainty = NAN,
				.sense = FIGURE_PLAIN};

	snprintf(figure.conditions, sizeof(figure.conditions), "from player to recorder; %s",
		 live->dut.about);
	report_add(report, &figure);
	snprintf(figure.name, sizeof(figure.name), "server.latency_error");
	snprintf(figure.title, sizeof(figure.title), "Latency told against latency measured");
	figure.value = error < 1e-3 ? 0 : error;
	figure.sense = FIGURE_LOWER;
	report_add(report, &figure);
}

static void live_tell(struct dut *dut, struct report *report)
{
	struct live *live = (struct live *)dut;

	if (live->moves > 0) {
		report_note(report,
			    "%s: the latency changed %u times while it was measured, from %.0f to "
			    "%.0f samples; each answer was aligned by its own.",
			    dut->name, live->moves, live->least_delay, live->most_delay);
	}
	if (live->repeated > 0) {
		report_note(report,
			    "%s: of %u stimuli something was lost %u times; what was lost was "
			    "measured again.",
			    dut->name, live->runs, live->repeated);
	}
	if (live->ops->tell) {
		live->ops->tell(live, report);
	}
}

static void live_destroy(struct dut *dut)
{
	struct live *live = (struct live *)dut;

	live->ops->destroy(live);
	free(live->memory);
	free(live);
}

int live_create(const char *name, const struct live_ops *ops, struct live **ret_live)
{
	static const struct dut_ops dut_ops = {live_run, live_destroy, live_tell};
	struct live *live = calloc(1, sizeof(*live));
	struct plan plan;

	if (!live) {
		return -ENOMEM;
	}
	live->dut = (struct dut){
		.ops = &dut_ops, .name = name, .flags = DUT_AMPLIFIER, .carries = FORMAT_F32};
	live->ops = ops;
	live->scale = 1;
	amp_init_neutral(&live->amp);
	plan_make(&live->amp, &plan);
	engine_init(&live->engine, &plan);
	*ret_live = live;
	return 0;
}

int live_find_signal(struct live *live, struct refusal *ret_refusal)
{
	int error = come_up(live, ret_refusal);

	error = error == 0 ? locate(live, ret_refusal) : error;
	live->moves = 0;
	live->least_delay = live->most_delay = live->delay[0];
	return error;
}
