/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Metering. run() and what it calls run on the metering thread.
 */
#include "metering.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "programme.h"
#include "snapshot.h"
#include "weighting.h"

#define LOOK_NS     20000000L
#define REST_LOOKS  13 /* 260 ms without a block */
#define NICE        5
#define BLOCK_S     0.1 /* from one block of a gate to the next */
#define GATES_EVERY 10  /* hops: gates take a block every so many */

/* What is kept of an input beyond the moments in which it is selected. */
struct heard_input {
	struct loudness_gate gate;
	double peak;
};

struct metering {
	pthread_t thread;
	struct handover *handover;
	struct snapshot readings;
	struct metering_reading reading_slots[3];

	_Atomic bool called; /* somebody wants it to look, since it last did */
	_Atomic bool stop;
	_Atomic unsigned int resets; /* how many were asked for */
	_Atomic int ppm;
	_Atomic unsigned int scopes_wanted;
	pthread_mutex_t mutex;
	pthread_cond_t wake;

	/* the metering thread's */
	struct metering_reading reading;
	struct programme points[METER_POINTS];
	struct heard_input heard[INPUTS];
	struct exposure ears[2];
	double rate_hz;
	int input; /* -1: none yet */
	unsigned int resets_done;
	enum ppm_type ppm_done;
	unsigned int scopes_done; /* bits of points, as wanted */
	struct scope scopes[METER_POINTS];
	uint64_t gated_hops; /* of the first point, when gates were last looked at */
	double planes[METER_POINTS][2][HANDOVER_FRAMES];
};

static void start_points(struct metering *metering, double rate_hz)
{
	for (int point = 0; point < METER_POINTS; point++) {
		programme_init(&metering->points[point], rate_hz, 2, metering->ppm_done, true);
		scope_start(&metering->scopes[point], rate_hz);
	}
	for (int ear = 0; ear < 2; ear++) {
		exposure_set_rate(&metering->ears[ear], rate_hz);
	}
	metering->rate_hz = rate_hz;
	metering->input = -1;
	metering->gated_hops = 0;
}

/* Another input is measured as if nothing had been before it, and its loudness kept apart. */
static void take_input(struct metering *metering, int input)
{
	struct programme *programme = &metering->points[METER_INPUT];

	metering->input = input;
	for (int side = 0; side < 2; side++) {
		truepeak_rest(&programme->truepeaks[side]);
	}
	loudness_also(&programme->loudness, &metering->heard[input].gate);
}

static void widen(struct metering *metering, const struct handover_block *block)
{
	const struct ops *ops = ops_best();

	for (int point = 0; point < METER_POINTS; point++) {
		for (int side = 0; side < 2; side++) {
			double *plane = metering->planes[point][side];

			ops->from_float(plane, block->samples[point][side], block->frames);
			programme_clean(plane, block->frames);
		}
	}
}

static void measure_points(struct metering *metering, unsigned int frames)
{
	for (int point = 0; point < METER_POINTS; point++) {
		const double *const planes[2] = {metering->planes[point][0],
						 metering->planes[point][1]};

		programme_process(&metering->points[point], planes, frames);
	}
}

static void take_scopes(struct metering *metering, unsigned int frames)
{
	for (int point = 0; point < METER_POINTS; point++) {
		if (metering->scopes_done & 1U << point) {
			scope_take(&metering->scopes[point], metering->planes[point][0],
				   metering->planes[point][1], frames);
		}
	}
}

static void hear_input(struct metering *metering)
{
	const struct programme *programme = &metering->points[METER_INPUT];
	struct heard_input *heard = &metering->heard[metering->input];

	for (int side = 0; side < 2; side++) {
		heard->peak = fmax(heard->peak, programme->truepeaks[side].peak);
	}
}

static void measure_exposure(struct metering *metering, unsigned int frames)
{
	struct metering_exposure *exposure = &metering->reading.exposure;

	for (int ear = 0; ear < 2; ear++) {
		exposure_process(&metering->ears[ear], metering->planes[METER_HEADPHONE][ear],
				 frames);
		exposure->total[ear] = metering->ears[ear].total;
	}
	exposure->seconds = metering->ears[0].seconds;
}

/* All that is done with a block; metering->planes hold its samples. */
static void measure_block(struct metering *metering, const struct handover_block *block)
{
	if (block->rate_hz != metering->rate_hz) {
		start_points(metering, block->rate_hz);
	}
	if (block->input != metering->input) {
		take_input(metering, block->input);
	}
	widen(metering, block);
	measure_points(metering, block->frames);
	measure_exposure(metering, block->frames);
	take_scopes(metering, block->frames);
	hear_input(metering);
}

static struct metering_side read_side(const struct programme *programme, int side)
{
	const struct meter *meter = &programme->meters[side];
	double rms = sqrt(meter->power);

	return (struct metering_side){
		.peak = meter_db(meter->peak),
		.true_peak = meter_db(programme->truepeaks[side].peak),
		.ppm = meter_db(programme->ppms[side].needle),
		.rms = meter_db(rms * M_SQRT2),
		.dc = meter_db(fabs(meter->mean[1])),
		.vu = meter_db(meter->needle / METER_VU_REFERENCE),
		.crest = rms > 0 && meter->peak > 0 ? meter_db(meter->peak) - meter_db(rms) : 0,
		.clips = (double)meter->clips,
	};
}

static void read_point(const struct programme *programme, struct metering_point *point)
{
	const struct loudness *loudness = &programme->loudness;

	for (int side = 0; side < 2; side++) {
		point->sides[side] = read_side(programme, side);
	}
	point->momentary = loudness_lufs(loudness->momentary);
	point->short_term = loudness_lufs(loudness->short_term);
	point->most_momentary = loudness_lufs(loudness->most_momentary);
	point->most_short_term = loudness_lufs(loudness->most_short_term);
	point->most_true_peak = meter_db(programme_true_peak(programme));
	point->correlation = correlation_value(&programme->correlation);
	point->balance_db = correlation_balance_db(&programme->correlation);
}

/* What needs a walk through all that was gated. */
static void read_gates(struct metering *metering)
{
	for (int point = 0; point < METER_POINTS; point++) {
		const struct loudness *loudness = &metering->points[point].loudness;

		metering->reading.points[point].integrated =
			loudness_gate_integrated(&loudness->integrated, NULL);
		metering->reading.points[point].range_lu = loudness_gate_range(&loudness->range);
	}
	for (int input = 0; input < INPUTS; input++) {
		struct metering_input *reading = &metering->reading.inputs[input];
		uint64_t blocks;

		reading->lufs = loudness_gate_integrated(&metering->heard[input].gate, &blocks);
		reading->heard_s = (double)blocks * BLOCK_S;
		reading->peak = meter_db(metering->heard[input].peak);
	}
}

static void read_all(struct metering *metering, bool with_gates)
{
	uint64_t hops = metering->points[0].loudness.hop_count;

	for (int point = 0; point < METER_POINTS; point++) {
		read_point(&metering->points[point], &metering->reading.points[point]);
		if (metering->scopes_done & 1U << point) {
			scope_draw(&metering->scopes[point], &metering->reading.scopes[point]);
		}
	}
	if (with_gates || hops / GATES_EVERY != metering->gated_hops / GATES_EVERY) {
		metering->gated_hops = hops;
		read_gates(metering);
	}
	metering->reading.lost_frames = handover_lost(metering->handover);
}

static void publish(struct metering *metering, bool with_gates)
{
	read_all(metering, with_gates);
	memcpy(snapshot_slot(&metering->readings), &metering->reading, sizeof(metering->reading));
	snapshot_publish(&metering->readings);
}

static void forget(struct metering *metering)
{
	for (int point = 0; point < METER_POINTS; point++) {
		programme_reset(&metering->points[point]);
	}
	memset(metering->heard, 0, sizeof(metering->heard));
}

static void change_ppm(struct metering *metering)
{
	for (int point = 0; point < METER_POINTS; point++) {
		for (int side = 0; side < 2; side++) {
			ppm_init(&metering->points[point].ppms[side], metering->rate_hz,
				 metering->ppm_done);
		}
	}
}

static void change_scopes(struct metering *metering, unsigned int wanted)
{
	unsigned int fresh = wanted & ~metering->scopes_done;

	metering->scopes_done = wanted;
	for (int point = 0; point < METER_POINTS; point++) {
		if (fresh & 1U << point) {
			scope_start(&metering->scopes[point], metering->rate_hz);
		}
	}
}

/* What the main thread asked for. Returns whether there was anything. */
static bool obey(struct metering *metering)
{
	unsigned int resets = atomic_load(&metering->resets);
	enum ppm_type ppm = (enum ppm_type)atomic_load(&metering->ppm);
	unsigned int scopes = atomic_load(&metering->scopes_wanted);
	bool any = resets != metering->resets_done || ppm != metering->ppm_done ||
		   scopes != metering->scopes_done;

	if (resets != metering->resets_done) {
		metering->resets_done = resets;
		forget(metering);
	}
	if (ppm != metering->ppm_done) {
		metering->ppm_done = ppm;
		change_ppm(metering);
	}
	if (scopes != metering->scopes_done) {
		change_scopes(metering, scopes);
	}
	return any;
}

/* Measures all that is there. Returns whether there was any. */
static bool drain(struct metering *metering)
{
	const struct handover_block *block;
	bool any = false;

	while ((block = handover_peek(metering->handover)) != NULL &&
	       !atomic_load_explicit(&metering->stop, memory_order_relaxed)) {
		measure_block(metering, block);
		metering->reading.seconds += block->frames / block->rate_hz;
		handover_take(metering->handover);
		any = true;
	}
	return any;
}

static void wait_for_next_look(void)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};

	nanosleep(&pause, NULL);
}

static void rest(struct metering *metering)
{
	for (int point = 0; point < METER_POINTS; point++) {
		programme_rest(&metering->points[point]);
	}
	publish(metering, true);
}

/* Looks until nothing has come for a while, and nobody has called. */
static void look(struct metering *metering)
{
	unsigned int empty = 0;

	while (empty < REST_LOOKS && !atomic_load(&metering->stop)) {
		bool called = atomic_exchange(&metering->called, false);
		bool obeyed = obey(metering), any = drain(metering);

		if (any || obeyed) {
			publish(metering, obeyed);
		}
		empty = any || called ? 0 : empty + 1;
		wait_for_next_look();
	}
	rest(metering);
}

static void *run(void *data)
{
	struct metering *metering = data;

	/* On Linux this is the thread's own. */
	setpriority(PRIO_PROCESS, 0, NICE);
	while (!atomic_load(&metering->stop)) {
		pthread_mutex_lock(&metering->mutex);
		while (!atomic_load(&metering->called) && !atomic_load(&metering->stop)) {
			pthread_cond_wait(&metering->wake, &metering->mutex);
		}
		pthread_mutex_unlock(&metering->mutex);
		look(metering);
	}
	return NULL;
}

static int start_thread(struct metering *metering)
{
	sigset_t all, before;
	int error;

	pthread_mutex_init(&metering->mutex, NULL);
	pthread_cond_init(&metering->wake, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = -pthread_create(&metering->thread, NULL, run, metering);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error < 0) {
		pthread_cond_destroy(&metering->wake);
		pthread_mutex_destroy(&metering->mutex);
	}
	return error;
}

int metering_create(struct metering **ret_metering)
{
	struct metering *metering = calloc(1, sizeof(*metering));
	struct handover *handover = calloc(1, sizeof(*handover));
	int error = metering && handover ? 0 : -ENOMEM;

	if (error == 0) {
		/* Its pages are there before the audio thread writes to them. */
		memset(handover->blocks, 1, sizeof(handover->blocks));
		metering->handover = handover;
		start_points(metering, 48000);
		read_all(metering, true);
		for (int i = 0; i < 3; i++) {
			metering->reading_slots[i] = metering->reading;
		}
		snapshot_init(&metering->readings, metering->reading_slots,
			      sizeof(metering->reading_slots[0]));
		error = start_thread(metering);
	}
	if (error < 0) {
		free(handover);
		free(metering);
		return error;
	}
	*ret_metering = metering;
	return 0;
}

void metering_destroy(struct metering *metering)
{
	if (!metering) {
		return;
	}
	atomic_store(&metering->stop, true);
	metering_wake(metering);
	pthread_join(metering->thread, NULL);
	pthread_cond_destroy(&metering->wake);
	pthread_mutex_destroy(&metering->mutex);
	free(metering->handover);
	free(metering);
}

struct handover *metering_handover(struct metering *metering)
{
	return metering->handover;
}

void metering_wake(struct metering *metering)
{
	if (atomic_exchange(&metering->called, true)) {
		return;
	}
	pthread_mutex_lock(&metering->mutex);
	pthread_cond_signal(&metering->wake);
	pthread_mutex_unlock(&metering->mutex);
}

void metering_reset(struct metering *metering)
{
	atomic_fetch_add(&metering->resets, 1);
	metering_wake(metering);
}

void metering_set_ppm(struct metering *metering, enum ppm_type type)
{
	if (atomic_exchange(&metering->ppm, (int)type) != (int)type) {
		metering_wake(metering);
	}
}

void metering_want_scopes(struct metering *metering, unsigned int points)
{
	if (atomic_exchange(&metering->scopes_wanted, points) != points) {
		metering_wake(metering);
	}
}

const struct metering_reading *metering_read(struct metering *metering)
{
	return snapshot_read(&metering->readings, NULL);
}
