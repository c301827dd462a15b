/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the hot loops cost: nanoseconds for each sample of one channel, blocks of 1024 frames in the
 * cache, the processor's time; how many times faster than the plain version, and against a memcpy
 * that moves as many bytes in and out.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ops.h"

#define FRAMES  1024
#define ROUNDS  9
#define ROUND_S 0.01 /* how long a round is to take */

/* A block's worth of everything. */
struct block {
	_Alignas(64) double planes[2][FRAMES];
	_Alignas(64) double more[2][FRAMES];
	_Alignas(64) unsigned char raw[FRAMES * 2 * 8];
	_Alignas(64) unsigned char copy[FRAMES * 2 * 8];
	struct dither dither;
	size_t copied_bytes;
	bool sink;
};

struct job {
	const char *name;
	void (*run)(const struct ops *ops, const struct job *job, struct block *block);
	unsigned int channels;
	enum sample_format format;
	bool dithered;
	double bytes; /* in and out, for each sample */
};

static void run_scale(const struct ops *ops, const struct job *job, struct block *block)
{
	block->sink = ops->scale(block->more[0], block->planes[0], 0.5, FRAMES).top;
}

static void run_in_place(const struct ops *ops, const struct job *job, struct block *block)
{
	block->sink = ops->scale(block->planes[0], block->planes[0], 1.0, FRAMES).top;
}

static void run_scale2(const struct ops *ops, const struct job *job, struct block *block)
{
	block->sink =
		ops->scale2(block->more[0], block->planes[0], 0.5, block->planes[1], 0.5, FRAMES)
			.top;
}

static void run_add_ramp(const struct ops *ops, const struct job *job, struct block *block)
{
	ops->add_ramp(block->more[1], block->planes[0], block->planes[1], FRAMES);
}

static void run_from_float(const struct ops *ops, const struct job *job, struct block *block)
{
	ops->from_float(block->more[0], (const float *)(const void *)block->raw, FRAMES);
}

static void run_to_float(const struct ops *ops, const struct job *job, struct block *block)
{
	ops->to_float((float *)(void *)block->copy, block->planes[0], FRAMES);
}

static void run_unpack(const struct ops *ops, const struct job *job, struct block *block)
{
	double *const to[2] = {block->more[0], block->more[1]};

	ops->unpack[job->format](to, block->raw, job->channels, FRAMES);
}

static void run_pack(const struct ops *ops, const struct job *job, struct block *block)
{
	const double *const from[2] = {block->planes[0], block->planes[1]};

	ops->pack[job->format](block->copy, from, job->channels, FRAMES,
			       job->dithered ? &block->dither : NULL);
}

/* What a file's samples go through when only the gain is not 1. */
static void run_chain(const struct ops *ops, const struct job *job, struct block *block)
{
	const double *const from[2] = {block->more[0], block->more[1]};

	run_unpack(ops, job, block);
	for (unsigned int side = 0; side < job->channels; side++) {
		block->sink = ops->scale(block->more[side], block->more[side], 0.5, FRAMES).top;
	}
	ops->pack[job->format](block->copy, from, job->channels, FRAMES,
			       job->dithered ? &block->dither : NULL);
}

/* The yardstick. */
static void run_memcpy(const struct ops *ops, const struct job *job, struct block *block)
{
	memcpy(block->copy, block->raw, block->copied_bytes);
	__asm__ volatile("" : : "r"(block->copy) : "memory");
}

static const struct job jobs[] = {
	{"scale", run_scale, 1, FORMAT_F64, false, 16},
	{"scale in place", run_in_place, 1, FORMAT_F64, false, 16},
	{"scale2", run_scale2, 1, FORMAT_F64, false, 24},
	{"add_ramp", run_add_ramp, 1, FORMAT_F64, false, 32},
	{"from_float", run_from_float, 1, FORMAT_F64, false, 12},
	{"to_float", run_to_float, 1, FORMAT_F64, false, 12},
	{"unpack s16 stereo", run_unpack, 2, FORMAT_S16, false, 10},
	{"unpack s24 stereo", run_unpack, 2, FORMAT_S24, false, 11},
	{"unpack s24 mono", run_unpack, 1, FORMAT_S24, false, 11},
	{"unpack s32 stereo", run_unpack, 2, FORMAT_S32, false, 12},
	{"unpack f32 stereo", run_unpack, 2, FORMAT_F32, false, 12},
	{"unpack f64 stereo", run_unpack, 2, FORMAT_F64, false, 16},
	{"pack s16 stereo, dither", run_pack, 2, FORMAT_S16, true, 10},
	{"pack s24 stereo, dither", run_pack, 2, FORMAT_S24, true, 11},
	{"pack s24 mono, dither", run_pack, 1, FORMAT_S24, true, 11},
	{"pack s24 stereo", run_pack, 2, FORMAT_S24, false, 11},
	{"pack s32 stereo", run_pack, 2, FORMAT_S32, false, 12},
	{"pack f32 stereo", run_pack, 2, FORMAT_F32, false, 12},
	{"pack f64 stereo", run_pack, 2, FORMAT_F64, false, 16},
	{"s16, gain, dither, s16", run_chain, 2, FORMAT_S16, true, 36},
	{"s24, gain, dither, s24", run_chain, 2, FORMAT_S24, true, 38},
	{"s32, gain, s32", run_chain, 2, FORMAT_S32, false, 40},
};

static double now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double seconds_of(const struct ops *ops, const struct job *job, struct block *block,
			 unsigned int calls)
{
	const double start = now_s();

	for (unsigned int i = 0; i < calls; i++) {
		job->run(ops, job, block);
	}
	return now_s() - start;
}

/* The fastest of some rounds: what disturbs a measurement only ever makes it slower. */
static double ns_per_sample(const struct ops *ops, const struct job *job, struct block *block)
{
	unsigned int calls = 1;
	double best = INFINITY;

	while (seconds_of(ops, job, block, calls) < ROUND_S) {
		calls *= 2;
	}
	for (unsigned int round = 0; round < ROUNDS; round++) {
		best = fmin(best, seconds_of(ops, job, block, calls));
	}
	return best * 1e9 / ((double)calls * FRAMES * job->channels);
}

static void block_fill(struct block *block)
{
	uint64_t seed = 1;

	for (size_t i = 0; i < FRAMES; i++) {
		block->planes[0][i] = 0.5 * sin(0.01 * (double)i);
		block->planes[1][i] = 0.5 * cos(0.01 * (double)i);
	}
	for (size_t i = 0; i < sizeof(block->raw); i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		/* Not every byte: whatever the format, the samples are ordinary numbers. */
		block->raw[i] = (unsigned char)(seed >> 58);
	}
	dither_init(&block->dither, 1);
}

static unsigned int count_versions(void)
{
	unsigned int count = 0;

	while (ops_all()[count] != NULL) {
		count++;
	}
	return count;
}

static void print_job(const struct job *job, struct block *block, unsigned int versions)
{
	const struct job copy = {"memcpy", run_memcpy, job->channels, job->format, false, 0};
	const struct ops *const *all = ops_all();
	double plain_ns, copy_ns;

	plain_ns = ns_per_sample(all[versions - 1], job, block);
	block->copied_bytes = (size_t)(job->bytes / 2.0 * FRAMES * job->channels);
	if (block->copied_bytes > sizeof(block->copy)) {
		block->copied_bytes = sizeof(block->copy);
	}
	copy_ns = ns_per_sample(all[0], &copy, block) * job->bytes / 2.0 * FRAMES * job->channels /
		  (double)block->copied_bytes;
	printf("%-24s memcpy %6.3f", job->name, copy_ns);
	for (unsigned int i = 0; i < versions; i++) {
		const double ns = i == versions - 1 ? plain_ns : ns_per_sample(all[i], job, block);

		printf(" | %-6s %6.3f %5.1f x %5.1f", all[i]->name, ns, plain_ns / ns,
		       ns / copy_ns);
	}
	printf("\n");
}

int main(void)
{
	static struct block block;
	const unsigned int versions = count_versions();

	block_fill(&block);
	printf("ns for each sample, times faster than plain C, times the memcpy's\n");
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		print_job(&jobs[i], &block, versions);
	}
	return 0;
}
