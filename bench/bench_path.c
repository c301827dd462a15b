/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the signal path costs. In memory: the whole steady path (one input, headphone, line and sub,
 * guard, 24-bit dither) against a bare loop of gain and dither for one stereo output, which is the
 * limit of what a machine can do. In real time: blocks of 64 frames at 192 kHz for a minute, or as
 * many seconds as the first argument says, with ramps and input changes.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "amp.h"
#include "engine.h"
#include "fused.h"
#include "ops.h"
#include "path.h"
#include "profile.h"

#define FRAMES       512
#define ROUNDS       9
#define REPEATS      4000
#define RT_RATE      192000
#define RT_FRAMES    64
#define CHANGE_EVERY 48 /* blocks: every 16 ms */

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The version for the same vector unit as the path's. */
static fused_fn *find_fused(const char *name)
{
#ifdef __x86_64__
	if (strcmp(name, "avx512") == 0) {
		return fused_avx512;
	}
	if (strcmp(name, "avx2") == 0) {
		return fused_avx2;
	}
#endif
	return fused_c;
}

struct bench {
	struct amp amp;
	struct profile_book profiles;
	struct path path;
	struct dither dither[OUTPUTS];
	struct engine engine;
	_Alignas(64) uint32_t lanes[4][16];
	fused_fn *fused;
	_Alignas(64) double in[INPUTS][2][FRAMES];
	_Alignas(64) double interleaved[2 * FRAMES];
	_Alignas(64) double out[CHANNELS][FRAMES];
	float in_float[2][RT_FRAMES];
	float out_float[CHANNELS][RT_FRAMES];
	_Alignas(64) int32_t words[2 * FRAMES];
	_Alignas(64) unsigned char bytes[OUTPUTS][2 * FRAMES * 3];
};

static void set(struct bench *bench, const char *path, const char *value)
{
	struct command command;
	struct refusal refusal;

	if (command_parse_set(path, value, &command, &refusal) < 0 ||
	    amp_command(&bench->amp, &command, &refusal) < 0) {
		fprintf(stderr, "%s=%s: %s\n", path, value, refusal.text);
		exit(1);
	}
}

static void run_path(struct bench *bench)
{
	struct path_block block = {0};

	for (int i = 0; i < INPUTS; i++) {
		block.in[i][0] = bench->in[i][0];
		block.in[i][1] = bench->in[i][1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = bench->out[c];
	}
	path_process(&bench->path, &block, FRAMES);
	for (int o = 0; o < OUTPUTS; o++) {
		const double *const planes[2] = {bench->out[2 * o],
						 o < 2 ? bench->out[2 * o + 1] : NULL};

		bench->path.ops->pack[FORMAT_S24](bench->bytes[o], planes, o < 2 ? 2 : 1, FRAMES,
						  &bench->dither[o]);
	}
}

static void run_fused(struct bench *bench)
{
	bench->fused(bench->words, bench->interleaved, 0.2371373705661655, bench->lanes,
		     2 * FRAMES);
}

/* The least time of several rounds, in nanoseconds a frame. */
static double measure(struct bench *bench, void (*run)(struct bench *))
{
	double least = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now_s();

		for (int i = 0; i < REPEATS; i++) {
			run(bench);
		}
		least = now_s() - start < least ? now_s() - start : least;
	}
	return 1e9 * least / REPEATS / FRAMES;
}

static void open_path(struct bench *bench)
{
	struct headphone_filters filters;
	struct plan plan;

	plan_make(&bench->amp, &plan);
	path_init(&bench->path, 192000, &plan, 7);
	headphone_filters_make(&bench->amp, 192000, NULL, &filters);
	path_set_headphone_filters(&bench->path, &filters);
	for (int o = 0; o < OUTPUTS; o++) {
		path_set_gate(&bench->path, (enum output)o, true, 0);
	}
}

/* Ten sections, as AutoEq has them. */
static void open_profile(struct bench *bench)
{
	char text[1024] = "Preamp: -6 dB\n";
	size_t length = strlen(text);

	for (int i = 0; i < 10; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "Filter %d: ON PK Fc %d Hz Gain %d dB Q 1.41\n", i + 1,
					   40 << i, i % 2 ? 3 : -3);
	}
	if (profile_parse(text, length, NULL, NULL, &bench->profiles.pages[0].profile, NULL) < 0) {
		exit(1);
	}
	strcpy(bench->profiles.pages[0].name, "ten");
	bench->profiles.pages[0].serial = 1;
	bench->profiles.count = 1;
	amp_set_profiles(&bench->amp, &bench->profiles);
	set(bench, "eq.profile", "ten");
	set(bench, "eq", "on");
}

/* Everything that a listener may switch on; at the second level the limiter has something to do. */
static void bench_listening(struct bench *bench, double fused)
{
	static const char *const levels[] = {"-12.5", "15"};

	open_profile(bench);
	set(bench, "crossfeed", "natural");
	set(bench, "protect.limiter", "lookahead");
	for (int i = 0; i < 2; i++) {
		double all;

		set(bench, "headphone.level", levels[i]);
		open_path(bench);
		all = measure(bench, run_path);
		printf("the same with ten sections of eq, crossfeed and look-ahead, level %s: "
		       "%.2f ns a frame, ratio %.2f\n",
		       levels[i], all, all / fused);
	}
	set(bench, "headphone.level", "-12.5");
	set(bench, "eq", "off");
	set(bench, "crossfeed", "off");
	set(bench, "protect.limiter", "safety");
}

static void bench_memory(struct bench *bench)
{
	double fused, path, filtered;

	open_path(bench);
	fused = measure(bench, run_fused);
	path = measure(bench, run_path);
	set(bench, "sub.lowpass_hz", "80");
	open_path(bench);
	filtered = measure(bench, run_path);
	set(bench, "sub.lowpass_hz", "off");
	printf("vector unit                                      %s\n", bench->path.ops->name);
	printf("bare gain and dither, stereo                     %6.2f ns a frame\n", fused);
	printf("whole path: headphone, line, sub, guard, dither  %6.2f ns a frame, ratio %.2f "
	       "(goal 3)\n",
	       path, path / fused);
	printf("the same with the sub's low-pass                 %6.2f ns a frame, ratio %.2f\n",
	       filtered, filtered / fused);
	bench_listening(bench, fused);
}

static void process_block(struct bench *bench)
{
	struct engine_block block = {.frames = RT_FRAMES, .rate_hz = RT_RATE, .live_outputs = 7};

	for (int i = 0; i < INPUTS; i++) {
		block.in[i][0] = bench->in_float[0];
		block.in[i][1] = bench->in_float[1];
	}
	for (int c = 0; c < CHANNELS; c++) {
		block.out[c] = bench->out_float[c];
	}
	engine_process(&bench->engine, &block);
}

/* What listeners do, one thing after the other. */
static void change_something(struct bench *bench, unsigned int turn)
{
	static const char *const changes[][2] = {
		{"headphone.level", "-20"},
		{"headphone.level", "-19.5"},
		{"input", "2"},
		{"line.level", "-30"},
		{"dim", "on"},
		{"input", "1"},
		{"dim", "off"},
		{"monitor.mode", "mono"},
		{"headphone.mute", "on"},
		{"headphone.mute", "off"},
		{"monitor.mode", "stereo"},
		{"sub.lowpass_hz", "80"},
		{"sub.lowpass_hz", "120"},
	};
	const char *const *change = changes[turn % (sizeof(changes) / sizeof(changes[0]))];
	struct plan plan;

	set(bench, change[0], change[1]);
	plan_make(&bench->amp, &plan);
	engine_set_plan(&bench->engine, &plan);
}

static int by_size(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return one < other ? -1 : one > other;
}

static void bench_realtime(struct bench *bench, double seconds)
{
	const double period_s = (double)RT_FRAMES / RT_RATE;
	const struct sched_param priority = {.sched_priority = 50};
	size_t blocks = (size_t)(seconds / period_s);
	double *took = calloc(blocks, sizeof(*took));
	bool fifo = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) == 0;
	struct timespec next;
	struct plan plan;

	if (!took) {
		exit(1);
	}
	plan_make(&bench->amp, &plan);
	engine_init(&bench->engine, &plan);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (size_t i = 0; i < blocks; i++) {
		double start;

		next.tv_nsec += (long)(1e9 * period_s);
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		if (i % CHANGE_EVERY == 0) {
			change_something(bench, (unsigned int)(i / CHANGE_EVERY));
		}
		start = now_s();
		process_block(bench);
		took[i] = now_s() - start;
	}
	qsort(took, blocks, sizeof(*took), by_size);
	printf("64 frames at 192 kHz, %.0f s%s: median %.2f %% of the period (goal 2), worst %.2f "
	       "%% "
	       "(goal 20), 99.99 %% of the blocks below %.2f %%\n",
	       seconds, fifo ? "" : ", without real-time priority",
	       100 * took[blocks / 2] / period_s, 100 * took[blocks - 1] / period_s,
	       100 * took[blocks - 1 - blocks / 10000] / period_s);
	free(took);
}

int main(int argc, char **argv)
{
	struct bench *bench = aligned_alloc(64, sizeof(*bench));

	if (!bench) {
		return 1;
	}
	memset(bench, 0, sizeof(*bench));
	bench->fused = find_fused(ops_best()->name);
	amp_init_neutral(&bench->amp);
	set(bench, "headphone.level", "-12.5");
	set(bench, "line.level", "-20");
	set(bench, "protect.dc", "on");
	set(bench, "protect.noise", "on");
	for (int i = 0; i < 2 * FRAMES; i++) {
		bench->interleaved[i] = (double)(i * 7919 % 2001 - 1000) / 4400;
		for (int input = 0; input < INPUTS; input++) {
			bench->in[input][i % 2][i / 2] = bench->interleaved[i];
		}
	}
	for (int i = 0; i < RT_FRAMES; i++) {
		bench->in_float[0][i] = (float)bench->interleaved[i];
		bench->in_float[1][i] = -(float)bench->interleaved[i];
	}
	for (int o = 0; o < OUTPUTS; o++) {
		dither_init(&bench->dither[o], (uint64_t)o);
	}
	memcpy(bench->lanes, bench->dither[0].state, sizeof(bench->lanes));
	bench_memory(bench);
	bench_realtime(bench, argc > 1 ? atof(argv[1]) : 60);
	free(bench);
	return 0;
}
