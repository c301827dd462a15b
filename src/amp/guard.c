/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The guard. Audio thread.
 */
#include "guard.h"

#include <math.h>
#include <string.h>

#include "maths.h"

#define GUARD_BLOCK   64 /* frames worked on at once while limiters are exchanged */

#define NO_SAMPLES_S  0.001
#define OVERLOAD_S    0.05             /* of nothing else, for a fault */
#define FORGETS       0.25             /* of the time, what counts as overload */
#define OVERLOAD      15.8489319246111 /* +24 dBFS */
#define RESET_AFTER_S 0.3              /* the watches find a fault that is still there in less */

static double frames_of(const struct guard *guard, double ms)
{
	return fmax(1, floor(guard->rate_hz * ms / 1000));
}

static double sane_ceiling(double ceiling)
{
	return ceiling > 0 && ceiling < 1 ? ceiling : 1;
}

/* As nobody has heard anything yet. */
static void start_anew(struct guard *guard, const struct guard_rules *rules)
{
	guard->ceiling = guard->ceiling_to = sane_ceiling(rules->ceiling);
	guard->ceiling_progress = (struct ramp_progress){0, 0};
	dc_init(&guard->dc[0], guard->rate_hz);
	dc_init(&guard->dc[1], guard->rate_hz);
	guard->no_samples.filled = 0;
	guard->overload.filled = 0;
	limiter_init(&guard->limiter, guard->rate_hz, guard->ceiling);
	guard->looks_ahead = rules->limiter == LIMITER_LOOKAHEAD;
	guard->changes_kind = false;
	if (guard->looks_ahead) {
		lookahead_init(&guard->lookahead, guard->ops, guard->rate_hz);
	}
}

void guard_set_rate(struct guard *guard, double rate_hz, const struct guard_rules *rules)
{
	guard->rate_hz = rate_hz;
	guard->no_samples = (struct guard_bucket){.holds = fmax(16, rate_hz * NO_SAMPLES_S),
						  .forgets = 1.0 / 64};
	guard->overload = (struct guard_bucket){.holds = rate_hz * OVERLOAD_S * (1 - FORGETS),
						.forgets = FORGETS};
	coil_init(&guard->coil, rate_hz);
	start_anew(guard, rules);
	gate_init(&guard->gate, guard->state == GUARD_OK);
	guard->clean_frames = 0;
	guard->at_rest = true;
}

void guard_init(struct guard *guard, const struct ops *ops, double rate_hz,
		const struct guard_rules *rules)
{
	memset(guard, 0, sizeof(*guard));
	guard->ops = ops;
	guard->resets = rules->resets;
	guard_set_rate(guard, rate_hz, rules);
}

void guard_fault(struct guard *guard, enum guard_state state)
{
	guard->clean_frames = 0;
	if (guard->state == GUARD_OK) {
		guard->state = state;
		guard->trips++;
		gate_move(&guard->gate, false, frames_of(guard, GUARD_MUTE_MS));
	}
}

/* Time without a fault, which ends one. */
static void recover(struct guard *guard, const struct guard_rules *rules, unsigned int frames)
{
	double clean_s;

	guard->reset_wanted = guard->reset_wanted || rules->resets != guard->resets;
	guard->resets = rules->resets;
	if (guard->state == GUARD_OK) {
		guard->reset_wanted = false;
		return;
	}
	guard->clean_frames += frames;
	clean_s = (double)guard->clean_frames / guard->rate_hz;
	if (clean_s > GUARD_RECOVER_S || (guard->reset_wanted && clean_s > RESET_AFTER_S)) {
		guard->state = GUARD_OK;
		gate_move(&guard->gate, true, frames_of(guard, GUARD_FADE_MS));
	}
}

void guard_rest(struct guard *guard, const struct guard_rules *rules, unsigned int frames)
{
	bool obeys = guard->ceiling == sane_ceiling(rules->ceiling) &&
		     guard->looks_ahead == (rules->limiter == LIMITER_LOOKAHEAD);

	if (!guard->at_rest || !obeys) {
		start_anew(guard, rules);
		guard->at_rest = true;
	}
	recover(guard, rules, frames);
}

static unsigned int silence(double *samples, unsigned int frames)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < frames; i++) {
		if (!(fabs(samples[i]) <= GUARD_NO_SAMPLE)) {
			samples[i] = 0;
			count++;
		}
	}
	return count;
}

static void forget(struct guard_bucket *bucket, unsigned int frames)
{
	if (bucket->filled > 0) {
		bucket->filled = fmax(0, bucket->filled - frames * bucket->forgets);
	}
}

/* True when it runs over. */
static bool fill(struct guard_bucket *bucket, double count)
{
	bucket->filled = fmin(bucket->filled + count, 2 * bucket->holds);
	return bucket->filled > bucket->holds;
}

void guard_scrub(struct guard *guard, double *samples, unsigned int frames)
{
	unsigned int none = silence(samples, frames);

	guard->nonfinite_samples += none;
	if (none > 0 && fill(&guard->no_samples, none)) {
		guard_fault(guard, GUARD_NONFINITE);
	}
}

static unsigned int count_overloads(const double *samples, unsigned int frames)
{
	unsigned int over = 0;

	for (unsigned int i = 0; i < frames; i++) {
		over += fabs(samples[i]) > OVERLOAD;
	}
	return over;
}

/* Judges a part of one channel by what was found in it. True when no sample passes the ceiling. */
static bool judge(struct guard *guard, const struct guard_rules *rules, int side, double *samples,
		  unsigned int frames, struct survey found)
{
	bool fine = survey_within(found, guard->ceiling);

	if (!fine) {
		guard_scrub(guard, samples, frames);
		guard->over[side] += count_overloads(samples, frames);
		found = guard->ops->survey(samples, frames);
	}
	if (dc_add(&guard->dc[side], found.sum, frames, rules->dc) && rules->dc > 0) {
		guard_fault(guard, GUARD_DC);
	}
	return fine;
}

/* The watch for DC wants short parts; at usual rates a block is one, and what was found is known.
 */
static bool look(struct guard *guard, const struct guard_rules *rules, int side, double *samples,
		 unsigned int frames, const struct survey *found)
{
	unsigned int most = guard->dc[side].most_frames;
	bool fine = true;

	if (found && frames <= most) {
		return judge(guard, rules, side, samples, frames, found[side]);
	}
	for (unsigned int done = 0; done < frames; done += most) {
		unsigned int part = frames - done < most ? frames - done : most;

		fine = judge(guard, rules, side, samples + done, part,
			     guard->ops->survey(samples + done, part)) &&
		       fine;
	}
	return fine;
}

/* The limiters without latency. True when nothing was touched. */
static bool limit_at_once(struct guard *guard, enum limiter_kind kind, bool fine, double *left,
			  double *right, unsigned int frames)
{
	struct limiter *limiter = &guard->limiter;

	if (fine && limiter_at_rest(limiter)) {
		return true;
	}
	limiter->ceiling = guard->ceiling;
	if (kind == LIMITER_OFF && limiter_at_rest(limiter)) {
		guard->limited_frames += limiter_clip(limiter, left, right, frames);
	} else {
		guard->limited_frames += limiter_process(limiter, left, right, frames);
	}
	return false;
}

/* The same, where nothing is left to be limited unless something is wrong. */
static bool limit_ahead(struct guard *guard, double *left, double *right, unsigned int frames)
{
	bool rested = lookahead_at_rest(&guard->lookahead), fine;

	guard->limited_frames +=
		lookahead_process(&guard->lookahead, guard->ceiling, left, right, frames);
	fine = survey_within(guard->ops->survey(left, frames), guard->ceiling) &&
	       (!right || survey_within(guard->ops->survey(right, frames), guard->ceiling));
	return limit_at_once(guard, LIMITER_SAFETY, fine, left, right, frames) && rested &&
	       lookahead_at_rest(&guard->lookahead);
}

static void begin_change_of_kind(struct guard *guard)
{
	guard->changes_kind = true;
	guard->looks_ahead = !guard->looks_ahead;
	guard->to_lookahead = (struct ramp_progress){0, frames_of(guard, GUARD_CHANGE_MS)};
	if (guard->looks_ahead) {
		/* It is heard once all that it would remember has passed through it. */
		lookahead_init(&guard->lookahead, guard->ops, guard->rate_hz);
		guard->to_lookahead.position = -(double)guard->lookahead.delay - LOOKAHEAD_PAST;
	}
}

/* Both limiters run, and the sound goes over from one to the other. At most GUARD_BLOCK frames. */
static void crossfade(struct guard *guard, enum limiter_kind kind, bool fine, double *left,
		      double *right, unsigned int frames)
{
	double ahead[2][GUARD_BLOCK], part[GUARD_BLOCK];
	double *const channels[2] = {left, right};

	memcpy(ahead[0], left, frames * sizeof(*left));
	memcpy(ahead[1], right ? right : left, frames * sizeof(*left));
	limit_at_once(guard, kind, fine, left, right, frames);
	lookahead_process(&guard->lookahead, guard->ceiling, ahead[0], right ? ahead[1] : NULL,
			  frames);
	ramp_progress_fill(&guard->to_lookahead, part, frames);
	for (int side = 0; side < (right ? 2 : 1); side++) {
		for (unsigned int i = 0; i < frames; i++) {
			double q = guard->looks_ahead ? part[i] : 1 - part[i];

			channels[side][i] += (ahead[side][i] - channels[side][i]) * q;
		}
	}
	guard->changes_kind = !ramp_progress_done(&guard->to_lookahead);
	if (!guard->changes_kind && guard->looks_ahead) {
		/* It still holds what it heard before: that would be taken away once more. */
		limiter_init(&guard->limiter, guard->rate_hz, guard->ceiling);
	}
}

static bool limit(struct guard *guard, enum limiter_kind kind, bool fine, double *left,
		  double *right, unsigned int frames)
{
	if (guard->changes_kind) {
		crossfade(guard, kind, fine, left, right, frames);
		return false;
	}
	if (guard->looks_ahead) {
		return limit_ahead(guard, left, right, frames);
	}
	return limit_at_once(guard, kind, fine, left, right, frames);
}

/*
 * What is held goes with the ceiling along its curve, not peak by peak: down as far, and up as far
 * as to nothing held.
 */
static void move_what_is_held(struct guard *guard, double part)
{
	if (!limiter_at_rest(&guard->limiter)) {
		guard->limiter.factor =
			fmin(1, guard->limiter.factor *
					maths_pow(guard->held_ratio, part - guard->ceiling_part));
	}
	guard->ceiling_part = part;
}

/* The ceiling goes to where the rules want it, in decibels along a quintic. One frame at a time. */
static void move_ceiling(struct guard *guard, const struct guard_rules *rules)
{
	double wanted = sane_ceiling(rules->ceiling), part;

	if (ramp_progress_done(&guard->ceiling_progress) && wanted != guard->ceiling) {
		guard->ceiling_from = guard->ceiling;
		guard->ceiling_to = wanted;
		guard->ceiling_part = 0;
		guard->held_ratio =
			fmin(wanted / guard->ceiling, fmax(1, 1 / guard->limiter.factor));
		guard->ceiling_progress =
			(struct ramp_progress){0, frames_of(guard, GUARD_CHANGE_MS)};
	}
	if (!ramp_progress_done(&guard->ceiling_progress)) {
		ramp_progress_fill(&guard->ceiling_progress, &part, 1);
		guard->ceiling =
			part == 1
				? guard->ceiling_to
				: guard->ceiling_from *
					  maths_pow(guard->ceiling_to / guard->ceiling_from, part);
		move_what_is_held(guard, part);
	}
}

/* What both sides have at once is time, not twice as much of it. */
static void judge_overload(struct guard *guard)
{
	unsigned int over = guard->over[0] > guard->over[1] ? guard->over[0] : guard->over[1];

	guard->over[0] = guard->over[1] = 0;
	if (over > 0 && fill(&guard->overload, over)) {
		guard_fault(guard, GUARD_OVERLOAD);
	}
}

static bool process_part(struct guard *guard, const struct guard_rules *rules, double *left,
			 double *right, unsigned int frames, const struct survey *found)
{
	double *const channels[2] = {left, right};
	bool fine = look(guard, rules, 0, left, frames, found), exact = true;

	fine = (!right || look(guard, rules, 1, right, frames, found)) && fine;
	judge_overload(guard);
	if (!coil_at_rest(&guard->coil)) {
		exact = coil_process(&guard->coil, left, right, frames);
	}
	exact = limit(guard, rules->limiter, fine, left, right, frames) && exact;
	if (!guard->gate.open || !gate_resting(&guard->gate)) {
		gate_process(&guard->gate, channels, right ? 2 : 1, frames);
		exact = false;
	}
	return exact;
}

/*
 * In short parts while anything changes. A ceiling that falls by decibels in a millisecond is held
 * by a clipped wave's flat top, whose steps would be heard: frame by frame.
 */
static unsigned int part_frames(const struct guard *guard, const struct guard_rules *rules,
				unsigned int frames)
{
	bool ceiling_moves = !ramp_progress_done(&guard->ceiling_progress) ||
			     guard->ceiling != sane_ceiling(rules->ceiling);
	unsigned int most = ceiling_moves ? 1 : guard->changes_kind ? GUARD_BLOCK : frames;

	return frames < most ? frames : most;
}

bool guard_process(struct guard *guard, const struct guard_rules *rules, double *left,
		   double *right, unsigned int frames, const struct survey *found)
{
	bool exact = true;

	guard->at_rest = false;
	coil_set(&guard->coil, rules->coil);
	forget(&guard->no_samples, frames);
	forget(&guard->overload, frames);
	if (!guard->changes_kind && guard->looks_ahead != (rules->limiter == LIMITER_LOOKAHEAD)) {
		begin_change_of_kind(guard);
	}
	for (unsigned int done = 0; done < frames;) {
		unsigned int part = part_frames(guard, rules, frames - done);

		move_ceiling(guard, rules);
		exact = process_part(guard, rules, left + done, right ? right + done : NULL, part,
				     part == frames ? found : NULL) &&
			exact;
		done += part;
	}
	recover(guard, rules, frames);
	return exact;
}
