/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Loudness by BS.1770.
 */
#include "loudness.h"

#include <math.h>
#include <string.h>

#define HOP_S         0.01
#define BLOCK_HOPS    10 /* from one gated block to the next */
#define OFFSET_LU     (-0.691)
#define ABSOLUTE_GATE (-70.0)
#define GATE_LU       (-10.0) /* of the integrated loudness */
#define RANGE_GATE_LU (-20.0)
#define STEPS_IN_LU   20
#define RANGE_LOW     0.10
#define RANGE_HIGH    0.95
#define SMALLEST      1e-30
#define REFERENCE_HZ  48000.0

/* The prototype behind BS.1770's coefficients. */
#define SHELF_HZ      1681.974450955533
#define SHELF_DB      3.999843853973347
#define SHELF_Q       0.7071752369554196
#define SHELF_MIDDLE  0.4996667741545416
#define HIGHPASS_HZ   38.13547087602444
#define HIGHPASS_Q    0.5003270373238773

static double highpass_scale(double rate_hz)
{
	double k = tan(M_PI * HIGHPASS_HZ / rate_hz);

	return 1 + k / HIGHPASS_Q + k * k;
}

static void design(struct loudness *loudness, double rate_hz)
{
	double k = tan(M_PI * fmin(SHELF_HZ / rate_hz, 0.49));
	double high = pow(10, SHELF_DB / 20), middle = pow(high, SHELF_MIDDLE);
	double scale = 1 + k / SHELF_Q + k * k;
	/* The high-pass has the numerator 1, -2, 1; its gain stands in the shelf's. */
	double gain = highpass_scale(REFERENCE_HZ) / highpass_scale(rate_hz) / scale;

	loudness->shelf_b[0] = gain * (high + middle * k / SHELF_Q + k * k);
	loudness->shelf_b[1] = gain * 2 * (k * k - high);
	loudness->shelf_b[2] = gain * (high - middle * k / SHELF_Q + k * k);
	loudness->shelf_a[0] = 2 * (k * k - 1) / scale;
	loudness->shelf_a[1] = (1 - k / SHELF_Q + k * k) / scale;
	k = tan(M_PI * HIGHPASS_HZ / rate_hz);
	scale = highpass_scale(rate_hz);
	loudness->highpass_a[0] = 2 * (k * k - 1) / scale;
	loudness->highpass_a[1] = (1 - k / HIGHPASS_Q + k * k) / scale;
}

void loudness_init(struct loudness *loudness, double rate_hz, unsigned int channels,
		   const double *weights)
{
	memset(loudness, 0, sizeof(*loudness));
	loudness->channels = channels;
	memcpy(loudness->weight, weights, channels * sizeof(weights[0]));
	loudness->hop_frames = (unsigned int)fmax(1, round(rate_hz * HOP_S));
	design(loudness, rate_hz);
}

/*
 * Filters two channels side by side, for there is nothing else to do while one waits for its own
 * last result. Returns the weighted sum of their squares.
 */
static double filter_pair(const struct loudness *of, double state[2][4], const double weight[2],
			  const double *const planes[2], size_t frames)
{
	const double b0 = of->shelf_b[0], b1 = of->shelf_b[1], b2 = of->shelf_b[2];
	const double a1 = of->shelf_a[0], a2 = of->shelf_a[1];
	const double c1 = of->highpass_a[0], c2 = of->highpass_a[1];
	double s0[2], s1[2], t0[2], t1[2], sum[2] = {0, 0};

	for (int c = 0; c < 2; c++) {
		s0[c] = state[c][0];
		s1[c] = state[c][1];
		t0[c] = state[c][2];
		t1[c] = state[c][3];
	}
	for (size_t i = 0; i < frames; i++) {
		for (int c = 0; c < 2; c++) {
			double x = planes[c][i];
			double y = b0 * x + s0[c];
			double z = y + t0[c];

			s0[c] = b1 * x - a1 * y + s1[c];
			s1[c] = b2 * x - a2 * y;
			t0[c] = t1[c] - 2 * y - c1 * z;
			t1[c] = y - c2 * z;
			sum[c] += z * z;
		}
	}
	for (int c = 0; c < 2; c++) {
		state[c][0] = s0[c];
		state[c][1] = s1[c];
		state[c][2] = t0[c];
		state[c][3] = t1[c];
	}
	return weight[0] * sum[0] + weight[1] * sum[1];
}

static double filter(struct loudness *loudness, const double *const *planes, size_t at,
		     size_t frames)
{
	double sum = 0;
	unsigned int c = 0;

	for (; c + 1 < loudness->channels; c += 2) {
		const double *const pair[2] = {planes[c] + at, planes[c + 1] + at};

		sum += filter_pair(loudness, &loudness->state[c], &loudness->weight[c], pair,
				   frames);
	}
	if (c < loudness->channels) {
		const double *const pair[2] = {planes[c] + at, planes[c] + at};
		const double weight[2] = {loudness->weight[c], 0};
		double state[2][4] = {{0}};

		memcpy(state[0], loudness->state[c], sizeof(state[0]));
		sum += filter_pair(loudness, state, weight, pair, frames);
		memcpy(loudness->state[c], state[0], sizeof(state[0]));
	}
	return sum;
}

/* What fades away would go on for ever in numbers that are slow to work with. */
static void drop_rests(struct loudness *loudness)
{
	for (unsigned int c = 0; c < loudness->channels; c++) {
		double *state = loudness->state[c];

		if (fabs(state[0]) + fabs(state[1]) + fabs(state[2]) + fabs(state[3]) < SMALLEST) {
			memset(state, 0, sizeof(loudness->state[c]));
		}
	}
}

/* The mean of the last `count` hops. */
static double mean_of_last(const struct loudness *loudness, unsigned int count)
{
	unsigned int from = (loudness->at + LOUDNESS_SHORT - count) % LOUDNESS_SHORT;
	double sum = 0;

	for (unsigned int i = 0; i < count; i++) {
		sum += loudness->hops[from];
		from = from + 1 < LOUDNESS_SHORT ? from + 1 : 0;
	}
	return sum / count;
}

/* Takes a block. */
static void add_to_gate(struct loudness_gate *gate, double power)
{
	double step = floor((loudness_lufs(power) - ABSOLUTE_GATE) * STEPS_IN_LU);
	int at = (int)fmin(step, LOUDNESS_STEPS - 1);

	if (at >= 0 && gate->count[at] < UINT32_MAX) {
		gate->power[at] += power;
		gate->count[at]++;
	}
}

static void gate(struct loudness *loudness)
{
	if (loudness->gated_hops >= LOUDNESS_MOMENTARY) {
		add_to_gate(&loudness->integrated, loudness->momentary);
	}
	if (loudness->gated_hops >= LOUDNESS_SHORT) {
		add_to_gate(&loudness->range, loudness->short_term);
	}
	if (loudness->also && loudness->also_hops >= LOUDNESS_MOMENTARY) {
		add_to_gate(loudness->also, loudness->momentary);
	}
}

static void end_hop(struct loudness *loudness)
{
	loudness->hops[loudness->at] = loudness->gathered_power / loudness->hop_frames;
	loudness->at = (loudness->at + 1) % LOUDNESS_SHORT;
	loudness->gathered = 0;
	loudness->gathered_power = 0;
	loudness->hop_count++;
	loudness->gated_hops++;
	loudness->also_hops++;
	loudness->momentary = mean_of_last(loudness, LOUDNESS_MOMENTARY);
	loudness->short_term = mean_of_last(loudness, LOUDNESS_SHORT);
	loudness->most_momentary = fmax(loudness->most_momentary, loudness->momentary);
	loudness->most_short_term = fmax(loudness->most_short_term, loudness->short_term);
	if (loudness->hop_count % BLOCK_HOPS == 0) {
		gate(loudness);
	}
	drop_rests(loudness);
}

void loudness_process(struct loudness *loudness, const double *const *planes, size_t frames)
{
	for (size_t at = 0; at < frames;) {
		size_t left = loudness->hop_frames - loudness->gathered;
		size_t part = frames - at < left ? frames - at : left;

		loudness->gathered_power += filter(loudness, planes, at, part);
		loudness->gathered += (unsigned int)part;
		if (loudness->gathered == loudness->hop_frames) {
			end_hop(loudness);
		}
		at += part;
	}
}

void loudness_rest(struct loudness *loudness)
{
	memset(loudness->state, 0, sizeof(loudness->state));
	memset(loudness->hops, 0, sizeof(loudness->hops));
	loudness->gathered = 0;
	loudness->gathered_power = 0;
	loudness->momentary = 0;
	loudness->short_term = 0;
	loudness->gated_hops = 0;
	loudness->also_hops = 0;
}

void loudness_reset(struct loudness *loudness)
{
	loudness->gated_hops = 0;
	loudness->most_momentary = 0;
	loudness->most_short_term = 0;
	memset(&loudness->integrated, 0, sizeof(loudness->integrated));
	memset(&loudness->range, 0, sizeof(loudness->range));
}

void loudness_also(struct loudness *loudness, struct loudness_gate *gate)
{
	loudness->also = gate;
	loudness->also_hops = 0;
}

double loudness_lufs(double power)
{
	return power > 1e-20 ? OFFSET_LU + 10 * log10(power) : LOUDNESS_FLOOR;
}

static double power_of(double lufs)
{
	return pow(10, (lufs - OFFSET_LU) / 10);
}

/* What lies above a power: sum and number of the steps whose mean does. */
static double sum_above(const struct loudness_gate *gate, double threshold, uint64_t *ret_count)
{
	double sum = 0;
	uint64_t count = 0;

	for (int i = 0; i < LOUDNESS_STEPS; i++) {
		if (gate->count[i] > 0 && gate->power[i] >= threshold * gate->count[i]) {
			sum += gate->power[i];
			count += gate->count[i];
		}
	}
	*ret_count = count;
	return sum;
}

/* The power of the relative gate: so far below the mean of all that is above the absolute one. */
static double relative_gate(const struct loudness_gate *gate, double below_lu)
{
	uint64_t count;
	double sum = sum_above(gate, 0, &count);

	return count > 0 ? sum / (double)count * pow(10, below_lu / 10) : 0;
}

double loudness_gate_integrated(const struct loudness_gate *gate, uint64_t *ret_blocks)
{
	double threshold = fmax(relative_gate(gate, GATE_LU), power_of(ABSOLUTE_GATE));
	uint64_t count;
	double sum = sum_above(gate, threshold, &count);

	if (ret_blocks) {
		*ret_blocks = count;
	}
	return count > 0 ? loudness_lufs(sum / (double)count) : LOUDNESS_FLOOR;
}

/* The loudness of the block number `rank`, from 0, among those above a power. */
static double loudness_at(const struct loudness_gate *gate, double threshold, uint64_t rank)
{
	uint64_t passed = 0;
	double mean = 0;

	for (int i = 0; i < LOUDNESS_STEPS && passed <= rank; i++) {
		if (gate->count[i] > 0 && gate->power[i] >= threshold * gate->count[i]) {
			mean = gate->power[i] / gate->count[i];
			passed += gate->count[i];
		}
	}
	return loudness_lufs(mean);
}

double loudness_gate_range(const struct loudness_gate *gate)
{
	double threshold = relative_gate(gate, RANGE_GATE_LU);
	uint64_t count;

	sum_above(gate, threshold, &count);
	if (count == 0) {
		return 0;
	}
	return loudness_at(gate, threshold, (uint64_t)llround((double)(count - 1) * RANGE_HIGH)) -
	       loudness_at(gate, threshold, (uint64_t)llround((double)(count - 1) * RANGE_LOW));
}
