/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A cascade of sections for NEON. Both channels are the lanes of a vector. Up to four sections run
 * as a wavefront, each one frame behind the one before it, so that none waits for another. At a
 * block's ends those sections rest whose frame is not in it. Audio thread.
 */
#include <arm_neon.h>

#include "ops-versions.h"

#define SECTIONS 4

/* Two factors share a vector: a multiplication takes either of them. */
struct section {
	float64x2_t b0_b1, b2_a1, a2;
	float64x2_t s1, s2;
	float64x2_t y; /* of the last step */
};

static struct section load_section(const struct cascade *cascade, const struct cascade_state *state,
				   unsigned int k)
{
	return (struct section){
		.b0_b1 = {cascade->b0[k], cascade->b1[k]},
		.b2_a1 = {cascade->b2[k], cascade->a1[k]},
		.a2 = {cascade->a2[k], 0},
		.s1 = {state->s1[0][k], state->s1[1][k]},
		.s2 = {state->s2[0][k], state->s2[1][k]},
	};
}

static void store_section(const struct section *section, struct cascade_state *state,
			  unsigned int k)
{
	for (unsigned int c = 0; c < 2; c++) {
		state->s1[c][k] = section->s1[c];
		state->s2[c][k] = section->s2[c];
	}
}

TEMPLATE void advance(struct section *section, float64x2_t x)
{
	const float64x2_t y = vaddq_f64(vmulq_laneq_f64(x, section->b0_b1, 0), section->s1);
	const float64x2_t s1 = vsubq_f64(vmulq_laneq_f64(x, section->b0_b1, 1),
					 vmulq_laneq_f64(y, section->b2_a1, 1));

	section->s1 = vaddq_f64(s1, section->s2);
	section->s2 = vsubq_f64(vmulq_laneq_f64(x, section->b2_a1, 0),
				vmulq_laneq_f64(y, section->a2, 0));
	section->y = y;
}

TEMPLATE float64x2_t load_frame(double *const samples[2], size_t frame)
{
	return vcombine_f64(vld1_f64(samples[0] + frame), vld1_f64(samples[1] + frame));
}

TEMPLATE void store_frame(double *const samples[2], size_t frame, float64x2_t y)
{
	vst1q_lane_f64(samples[0] + frame, y, 0);
	vst1q_lane_f64(samples[1] + frame, y, 1);
}

/* A step at which not every section has a frame. The last section goes first. */
static void advance_some(struct section sections[SECTIONS], unsigned int count,
			 double *const samples[2], size_t step, size_t frames)
{
	for (unsigned int k = count; k-- > 0;) {
		if (step >= k && step - k < frames) {
			advance(&sections[k],
				k > 0 ? sections[k - 1].y : load_frame(samples, step));
		}
	}
	if (step >= count - 1 && step - (count - 1) < frames) {
		store_frame(samples, step - (count - 1), sections[count - 1].y);
	}
}

/* The steps at which every section has a frame. */
TEMPLATE void run_middle(struct section sections[SECTIONS], unsigned int count,
			 double *const samples[2], size_t frames)
{
	struct section s[SECTIONS];

	for (unsigned int k = 0; k < count; k++) {
		s[k] = sections[k];
	}
	for (size_t step = count - 1; step < frames; step++) {
		for (unsigned int k = count - 1; k > 0; k--) {
			advance(&s[k], s[k - 1].y);
		}
		advance(&s[0], load_frame(samples, step));
		store_frame(samples, step - (count - 1), s[count - 1].y);
	}
	for (unsigned int k = 0; k < count; k++) {
		sections[k] = s[k];
	}
}

static void run(struct section sections[SECTIONS], unsigned int count, double *const samples[2],
		size_t frames)
{
	size_t step = 0;

	for (; step < count - 1; step++) {
		advance_some(sections, count, samples, step, frames);
	}
	switch (count) {
	case 4:
		run_middle(sections, 4, samples, frames);
		break;
	case 3:
		run_middle(sections, 3, samples, frames);
		break;
	case 2:
		run_middle(sections, 2, samples, frames);
		break;
	default:
		run_middle(sections, 1, samples, frames);
		break;
	}
	step = step > frames ? step : frames;
	for (; step < frames + count - 1; step++) {
		advance_some(sections, count, samples, step, frames);
	}
}

void cascade_neon(const struct cascade *cascade, struct cascade_state *state, double *left,
		  double *right, size_t count)
{
	double *const samples[2] = {left, right};
	struct section sections[SECTIONS];

	for (unsigned int first = 0; first < cascade->count; first += SECTIONS) {
		const unsigned int rest = cascade->count - first;
		const unsigned int group = rest < SECTIONS ? rest : SECTIONS;

		for (unsigned int k = 0; k < group; k++) {
			sections[k] = load_section(cascade, state, first + k);
		}
		run(sections, group, samples, count);
		for (unsigned int k = 0; k < group; k++) {
			store_section(&sections[k], state, first + k);
		}
	}
}
