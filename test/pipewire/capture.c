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

void capture_take(struct process *recorder, unsigned int cycles, struct capture *ret_capture)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	process_ask(recorder, "start", "ok");
	while (strtoul(process_ask(recorder, "count", "count "), NULL, 10) < cycles) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s does not record", recorder->name);
		}
		usleep(10000);
	}
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

/* The lag of the first cycle that is exact with one: 0, 1 or 2 cycles. */
static bool find_lag(const struct capture *capture, enum pattern_kind kind,
		     struct pattern_match *match)
{
	for (size_t i = 0; i < capture->count; i++) {
		for (unsigned int cycles = 0; cycles <= 2; cycles++) {
			unsigned int lag = cycles * capture->cycles[i].head.frames;

			if (is_exact(&capture->cycles[i], kind, lag)) {
				match->lag = lag;
				return true;
			}
		}
	}
	return false;
}

struct pattern_match capture_match(const struct capture *capture, enum pattern_kind kind)
{
	struct pattern_match match = {0};
	unsigned int run = 0;

	match.found = find_lag(capture, kind, &match);
	for (size_t i = 0; match.found && i < capture->count; i++) {
		if (!is_exact(&capture->cycles[i], kind, match.lag)) {
			run += match.good > 0;
			continue;
		}
		match.good++;
		match.bad += run;
		match.runs += run > 0;
		match.longest_run = run > match.longest_run ? run : match.longest_run;
		run = 0;
	}
	return match;
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
	double peak = 0.0;

	for (size_t i = 0; i < capture->count; i++) {
		const struct captured_cycle *cycle = &capture->cycles[i];

		for (uint32_t channel = 0; channel < cycle->head.channels; channel++) {
			for (uint32_t n = 0; n < cycle->head.frames; n++) {
				peak = fmax(peak, fabs((double)cycle->samples[channel][n]));
			}
		}
	}
	return peak;
}
