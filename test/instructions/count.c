/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Runs each hot path for a fixed number of frames, with a call of count_mark() before and
 * after: test_counts.py has an instruction counter read at each of those calls. A path runs one
 * block to reach its steady state, then BLOCKS blocks between two marks. Prints the vector unit
 * and the number of frames, then the name of each path in the order in which they run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amp.h"
#include "crossfeed.h"
#include "headphone-filters.h"
#include "loudness.h"
#include "ops.h"
#include "path.h"
#include "profile.h"
#include "truepeak.h"

#define RATE_HZ  192000
#define FRAMES   512 /* in a block */
#define BLOCKS   15  /* four hops of the loudness */
#define SECTIONS 10  /* of the equalizer */

struct counted {
	const struct ops *ops;
	_Alignas(64) double in[2][FRAMES];
	_Alignas(64) double out[CHANNELS][FRAMES];
	_Alignas(64) float in_float[2][FRAMES + 2 * PEAK_TAPS];
	unsigned char bytes[2 * FRAMES * 3];
	struct dither dither;
	struct cascade cascade;
	struct cascade_state cascade_state;
	struct crossfeed_filter crossfeed;
	struct crossfeed_state crossfeed_state;
	struct truepeak truepeak[2];
	struct loudness loudness;
	struct amp amp;
	struct profile_book profiles;
	struct path path;
	volatile double sink;
};

/* The counter is read here. Must stay a call of its own. */
__attribute__((noinline)) void count_mark(void);
void count_mark(void)
{
	__asm__ volatile("" : : : "memory");
}

static void run_pack(struct counted *counted)
{
	const double *const planes[2] = {counted->in[0], counted->in[1]};

	counted->ops->pack[FORMAT_S24](counted->bytes, planes, 2, FRAMES, &counted->dither);
}

static void run_scale(struct counted *counted)
{
	for (int c = 0; c < 2; c++) {
		counted->sink =
			counted->ops
				->scale(counted->out[c], counted->in[c], 0.2371373705661655, FRAMES)
				.top;
	}
}

static void run_gain(struct counted *counted)
{
	const double *const planes[2] = {counted->out[0], counted->out[1]};

	run_scale(counted);
	counted->ops->pack[FORMAT_S24](counted->bytes, planes, 2, FRAMES, &counted->dither);
}

static void run_cascade(struct counted *counted)
{
	counted->ops->cascade(&counted->cascade, &counted->cascade_state, counted->out[0],
			      counted->out[1], FRAMES);
}

static void run_crossfeed(struct counted *counted)
{
	crossfeed_process(&counted->crossfeed, &counted->crossfeed_state, counted->out[0],
			  counted->out[1], FRAMES);
}

static void run_peak(struct counted *counted)
{
	for (int c = 0; c < 2; c++) {
		for (unsigned int at = 0; at < FRAMES; at += PEAK_GROUP) {
			counted->sink = (double)counted->ops->peak_between(
				&counted->truepeak[c].taps, counted->in_float[c] + at);
		}
	}
}

/* Of a level that stays: every group of samples is interpolated. */
static void run_truepeak(struct counted *counted)
{
	for (int c = 0; c < 2; c++) {
		truepeak_process(&counted->truepeak[c], counted->in[c], FRAMES);
	}
}

static void run_loudness(struct counted *counted)
{
	const double *const planes[2] = {counted->in[0], counted->in[1]};

	loudness_process(&counted->loudness, planes, FRAMES);
}

static void run_path(struct counted *counted)
{
	struct path_block block = {.in = {{counted->in[0], counted->in[1]}}};

	for (int c = 0; c < 4; c++) {
		block.out[c] = counted->out[c];
	}
	path_process(&counted->path, &block, FRAMES);
}

static void set(struct counted *counted, const char *path, const char *value)
{
	struct command command;
	struct refusal refusal;

	if (command_parse_set(path, value, &command, &refusal) < 0 ||
	    amp_command(&counted->amp, &command, &refusal) < 0) {
		fprintf(stderr, "%s=%s: %s\n", path, value, refusal.text);
		exit(1);
	}
}

/* Headphones and line, with both gates open. */
static void open_path(struct counted *counted)
{
	struct headphone_filters filters;
	struct plan plan;

	plan_make(&counted->amp, &plan);
	path_init(&counted->path, RATE_HZ, &plan, 1u << OUTPUT_HEADPHONE | 1u << OUTPUT_LINE);
	headphone_filters_make(&counted->amp, RATE_HZ, NULL, &filters);
	path_set_headphone_filters(&counted->path, &filters);
	path_set_gate(&counted->path, OUTPUT_HEADPHONE, true, 0);
	path_set_gate(&counted->path, OUTPUT_LINE, true, 0);
}

static struct filter filter_at(int index)
{
	return (struct filter){FILTER_PEAK, 40 << index, index % 2 ? 3 : -3, 1.41};
}

/* The same filters as a profile, crossfeed, and a limiter that finds nothing to limit. */
static void open_everything(struct counted *counted)
{
	struct profile *profile = &counted->profiles.pages[0].profile;
	char text[1024] = "Preamp: -6 dB\n";
	size_t length = strlen(text);

	for (int i = 0; i < SECTIONS; i++) {
		const struct filter filter = filter_at(i);

		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "Filter %d: ON PK Fc %.0f Hz Gain %.0f dB Q %.2f\n",
					   i + 1, filter.frequency_hz, filter.gain_db, filter.q);
	}
	if (profile_parse(text, length, NULL, NULL, profile, NULL) < 0) {
		exit(1);
	}
	strcpy(counted->profiles.pages[0].name, "ten");
	counted->profiles.pages[0].serial = 1;
	counted->profiles.count = 1;
	amp_set_profiles(&counted->amp, &counted->profiles);
	set(counted, "eq.profile", "ten");
	set(counted, "eq", "on");
	set(counted, "crossfeed", "natural");
	set(counted, "protect.limiter", "lookahead");
	open_path(counted);
}

static void open_loops(struct counted *counted)
{
	static const double weights[] = {1, 1};
	const struct crossfeed_settings settings = {
		.kind = CROSSFEED_NATURAL, .separation_db = 4.5, .delay_us = 260};
	struct filter filters[SECTIONS];

	for (int i = 0; i < SECTIONS; i++) {
		filters[i] = filter_at(i);
	}
	cascade_design(filters, SECTIONS, RATE_HZ, &counted->cascade);
	counted->cascade.count = SECTIONS;
	crossfeed_design(&settings, RATE_HZ, &counted->crossfeed);
	loudness_init(&counted->loudness, RATE_HZ, 2, weights);
	dither_init(&counted->dither, 1);
	for (int c = 0; c < 2; c++) {
		truepeak_init(&counted->truepeak[c], RATE_HZ, 12, counted->ops);
	}
}

/* Noise of -12 dBFS. */
static void make_sound(struct counted *counted)
{
	uint32_t seed = 1;

	for (int i = 0; i < 2 * FRAMES; i++) {
		double sample;

		seed = seed * 1664525u + 1013904223u;
		sample = 0.25 * ((double)seed * 0x1p-31 - 1);
		counted->in[i % 2][i / 2] = counted->out[i % 2][i / 2] = sample;
		counted->in_float[i % 2][i / 2] = (float)sample;
	}
}

static const struct {
	const char *name;
	void (*run)(struct counted *counted);
	void (*open)(struct counted *counted);
} paths[] = {
	{"gain with dither to s24", run_gain, open_loops},
	{"path to two outputs", run_path, open_path},
	{"path with everything", run_path, open_everything},
	{"ten biquads", run_cascade, open_loops},
	{"crossfeed natural", run_crossfeed, open_loops},
	{"true peak", run_truepeak, open_loops},
	{"loudness", run_loudness, open_loops},
	{"peak interpolation", run_peak, open_loops},
	{"pack s24 with dither", run_pack, open_loops},
	{"scale", run_scale, open_loops},
};

int main(void)
{
	struct counted *counted = aligned_alloc(64, sizeof(*counted));

	if (!counted) {
		return 1;
	}
	memset(counted, 0, sizeof(*counted));
	counted->ops = ops_best();
	amp_init_neutral(&counted->amp);
	set(counted, "headphone.level", "-12.5");
	set(counted, "line.level", "-20");
	set(counted, "protect.dc", "on");
	set(counted, "protect.noise", "on");
	printf("%s %d\n", counted->ops->name, BLOCKS * FRAMES);
	for (size_t p = 0; p < sizeof(paths) / sizeof(paths[0]); p++) {
		make_sound(counted);
		paths[p].open(counted);
		paths[p].run(counted);
		count_mark();
		for (int i = 0; i < BLOCKS; i++) {
			paths[p].run(counted);
		}
		count_mark();
		printf("%s\n", paths[p].name);
	}
	free(counted);
	return 0;
}
