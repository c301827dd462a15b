/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What a recorder kept, and what is read from it.
 */
#include "capture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"
#include "pattern.h"
#include "session.h"

static unsigned char *read_file(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *bytes;
	long size;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	bytes = malloc((size_t)size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), (size_t)size);
	fclose(file);
	*ret_size = (size_t)size;
	return bytes;
}

/* The cycle at `bytes`; returns where the next one is. */
static const unsigned char *parse_cycle(const unsigned char *bytes,
					struct captured_cycle *ret_cycle)
{
	memcpy(&ret_cycle->head, bytes, sizeof(ret_cycle->head));
	bytes += sizeof(ret_cycle->head);
	for (uint32_t i = 0; i < ret_cycle->head.channels; i++) {
		ret_cycle->samples[i] = (const float *)(const void *)bytes;
		bytes += ret_cycle->head.frames * sizeof(float);
	}
	return bytes;
}

/* The second cycle goes on where the first ends. */
static bool adjoin(const struct captured_cycle *first, const struct captured_cycle *second)
{
	return first->head.clock_id == second->head.clock_id &&
	       first->head.position + first->head.frames == second->head.position;
}

bool capture_adjoins(const struct capture *capture, size_t index)
{
	return adjoin(&capture->cycles[index - 1], &capture->cycles[index]);
}

void capture_load(struct process *recorder, struct capture *ret_capture)
{
	struct capture capture = {0};
	const unsigned char *at, *end;
	char path[512], command[600];
	size_t size;

	snprintf(path, sizeof(path), "%s/%s.record", session_folder(), recorder->name);
	snprintf(command, sizeof(command), "save %s", path);
	process_ask(recorder, command, "saved ");
	capture.bytes = read_file(path, &size);
	unlink(path);
	capture.cycles = calloc(size / sizeof(struct recorded_cycle) + 1, sizeof(*capture.cycles));
	assert_non_null(capture.cycles);
	at = capture.bytes;
	end = at + size;
	while (at < end) {
		at = parse_cycle(at, &capture.cycles[capture.count++]);
	}
	for (size_t i = 1; i < capture.count; i++) {
		capture.gaps += !adjoin(&capture.cycles[i - 1], &capture.cycles[i]);
	}
	*ret_capture = capture;
}

void capture_wait(struct process *recorder, unsigned int cycles)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	while (strtoul(process_ask(recorder, "count", "count "), NULL, 10) < cycles) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s does not record", recorder->name);
		}
		usleep(2000);
	}
}

void capture_take(struct process *recorder, unsigned int cycles, struct capture *ret_capture)
{
	process_ask(recorder, "start", "ok");
	capture_wait(recorder, cycles);
	capture_load(recorder, ret_capture);
}

void capture_free(struct capture *capture)
{
	free(capture->bytes);
	free(capture->cycles);
	*capture = (struct capture){0};
}

static float expected(enum pattern_kind kind, uint64_t position, unsigned int channel)
{
	if (kind == PATTERN_STEREO) {
		return pattern_sample(position, channel);
	}
	return (float)(((double)pattern_sample(position, 0) + (double)pattern_sample(position, 1)) /
		       2.0);
}

static bool is_exact(const struct captured_cycle *cycle, enum pattern_kind kind, unsigned int lag)
{
	for (uint32_t channel = 0; channel < cycle->head.channels; channel++) {
		for (uint32_t i = 0; i < cycle->head.frames; i++) {
			uint64_t position = cycle->head.position + i - lag;

			if (cycle->samples[channel][i] != expected(kind, position, channel)) {
				return false;
			}
		}
	}
	return cycle->head.frames > 0;
}

/* The lag of a cycle: 0, 1 or 2 cycles. False: it is not the pattern. */
static bool find_lag(const struct captured_cycle *cycle, enum pattern_kind kind,
		     unsigned int *ret_lag)
{
	for (unsigned int cycles = 0; cycles <= 2; cycles++) {
		if (is_exact(cycle, kind, cycles * cycle->head.frames)) {
			*ret_lag = cycles * cycle->head.frames;
			return true;
		}
	}
	return false;
}

static void count_cycle(struct pattern_match *match, bool exact, unsigned int *run)
{
	if (!exact) {
		*run += match->found;
		return;
	}
	match->found = true;
	match->good++;
	match->bad += *run;
	match->runs += *run > 0;
	match->longest_run = *run > match->longest_run ? *run : match->longest_run;
	*run = 0;
}

struct pattern_match capture_match(const struct capture *capture, enum pattern_kind kind)
{
	struct pattern_match match = {0};
	unsigned int run = 0;

	for (size_t i = 0; i < capture->count; i++) {
		bool exact = match.found ? is_exact(&capture->cycles[i], kind, match.lag)
					 : find_lag(&capture->cycles[i], kind, &match.lag);

		count_cycle(&match, exact, &run);
	}
	return match;
}

struct pattern_match capture_match_any_lag(const struct capture *capture, enum pattern_kind kind)
{
	struct pattern_match match = {0};
	unsigned int run = 0;

	for (size_t i = 0; i < capture->count; i++) {
		count_cycle(&match, find_lag(&capture->cycles[i], kind, &match.lag), &run);
	}
	return match;
}

void capture_wait_for_pattern(struct process *recorder)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	struct pattern_match match;
	struct capture capture;

	do {
		capture_take(recorder, 20, &capture);
		match = capture_match(&capture, PATTERN_STEREO);
		capture_free(&capture);
		if (loop_now_ms() > end_ms) {
			fail_msg("the pattern does not come through");
		}
	} while (match.good < 18);
}

double capture_gain(const struct captured_cycle *cycle)
{
	double best = 0.0;

	for (unsigned int cycles = 0; cycles <= 2; cycles++) {
		uint64_t start = cycle->head.position - cycles * cycle->head.frames;
		double product = 0.0, power = 0.0;

		for (uint32_t i = 0; i < cycle->head.frames; i++) {
			double sent = (double)pattern_sample(start + i, 0);

			product += sent * (double)cycle->samples[0][i];
			power += sent * sent;
		}
		best = fmax(best, product / power);
	}
	return best;
}

double *capture_samples(const struct capture *capture, unsigned int channel, size_t frames)
{
	size_t first = capture->count, there = 0, done = 0;
	double *samples;

	while (first > 0 && there < frames) {
		first--;
		if (there && !adjoin(&capture->cycles[first], &capture->cycles[first + 1])) {
			there = 0;
		}
		there += capture->cycles[first].head.frames;
	}
	samples = there >= frames ? malloc(frames * sizeof(*samples)) : NULL;
	for (size_t i = first; samples && done < frames; i++) {
		const struct captured_cycle *cycle = &capture->cycles[i];

		for (uint32_t n = 0; n < cycle->head.frames && done < frames; n++) {
			samples[done++] = (double)cycle->samples[channel][n];
		}
	}
	return samples;
}

double capture_peak(const struct capture *capture)
{
	/* In single precision: gcc 12 for aarch64 fails where fmax() reduces floats to a double. */
	float peak = 0;

	for (size_t i = 0; i < capture->count; i++) {
		const struct captured_cycle *cycle = &capture->cycles[i];

		for (uint32_t channel = 0; channel < cycle->head.channels; channel++) {
			for (uint32_t n = 0; n < cycle->head.frames; n++) {
				peak = fmaxf(peak, fabsf(cycle->samples[channel][n]));
			}
		}
	}
	return (double)peak;
}
