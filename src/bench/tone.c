/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The generator, and the fit by least squares.
 */
#include <math.h>

#include "tone.h"

#define FIT_UNKNOWNS   4
#define FIT_BLOCK      1024 /* samples whose sums are added before they join the whole's */
#define FIT_ITERATIONS 10

/* Of a turn's eight parts the odd ones are seen from their end: the angle stays within 45 degrees.
 */
double tone_sine(uint64_t phase)
{
	const unsigned int part = (unsigned int)(phase >> 61);
	const uint64_t rest = phase & (UINT64_MAX >> 3);
	const uint64_t distance = part % 2 == 0 ? rest : (UINT64_C(1) << 61) - rest;
	const double angle = (double)distance * (0x1p-63 * M_PI);
	const double value = (part + 1) % 4 < 2 ? sin(angle) : cos(angle);

	return part < 4 ? value : -value;
}

uint64_t tone_step(double frequency_hz, double rate_hz)
{
	return (uint64_t)(frequency_hz / rate_hz * 0x1p64);
}

size_t tone_coherent_bin(double frequency_hz, double rate_hz, size_t length)
{
	const double bin = frequency_hz / rate_hz * (double)length;

	return 2 * (size_t)(bin / 2.0) + 1;
}

uint64_t tone_coherent_step(size_t bin, size_t length)
{
	return (uint64_t)((double)bin / (double)length * 0x1p64);
}

void tone_fill(struct tone *tone, double *ret_samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ret_samples[i] = tone->amplitude * tone_sine(tone->phase);
		tone->phase += tone->step;
	}
}

void tone_add(struct tone *tone, double *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		samples[i] += tone->amplitude * tone_sine(tone->phase);
		tone->phase += tone->step;
	}
}

/* The normal equations of the fit: the last column is the right side. */
struct normal {
	double sums[FIT_UNKNOWNS][FIT_UNKNOWNS + 1];
};

/* The samples to be fitted and the tone as it is known so far. */
struct fit_state {
	const double *samples;
	size_t count;
	uint64_t step;
	double sine, cosine, offset;
	unsigned int unknowns; /* 3: the frequency is known */
};

/*
 * What a sample's value depends on: sine part, cosine part, offset, and phase gained over the
 * record (counted from its middle, so that it is nearly independent of the phase).
 */
static void columns_at(const struct fit_state *state, size_t i, double columns[FIT_UNKNOWNS])
{
	const uint64_t phase = state->step * (uint64_t)i;
	const double s = tone_sine(phase);
	const double c = tone_sine(phase + (UINT64_C(1) << 62));
	const double time = ((double)i + 0.5) / (double)state->count - 0.5;

	columns[0] = s;
	columns[1] = c;
	columns[2] = 1.0;
	columns[3] = time * (state->sine * c - state->cosine * s);
}

static double residual_at(const struct fit_state *state, size_t i, const double *columns)
{
	return state->samples[i] - state->sine * columns[0] - state->cosine * columns[1] -
	       state->offset;
}

static void add_block(const struct fit_state *state, size_t first, size_t last,
		      struct normal *normal)
{
	struct normal block = {0};

	for (size_t i = first; i < last; i++) {
		double columns[FIT_UNKNOWNS];
		double residual;

		columns_at(state, i, columns);
		residual = residual_at(state, i, columns);
		for (unsigned int row = 0; row < state->unknowns; row++) {
			for (unsigned int column = 0; column < state->unknowns; column++) {
				block.sums[row][column] += columns[row] * columns[column];
			}
			block.sums[row][FIT_UNKNOWNS] += columns[row] * residual;
		}
	}
	for (unsigned int row = 0; row < FIT_UNKNOWNS; row++) {
		for (unsigned int column = 0; column <= FIT_UNKNOWNS; column++) {
			normal->sums[row][column] += block.sums[row][column];
		}
	}
}

/* Gauss-Jordan; the matrix is positive definite and needs no pivoting. */
static void solve(struct normal *normal, unsigned int unknowns, double *ret_solution)
{
	for (unsigned int pivot = 0; pivot < unknowns; pivot++) {
		for (unsigned int row = 0; row < unknowns; row++) {
			const double factor = normal->sums[row][pivot] / normal->sums[pivot][pivot];

			if (row == pivot) {
				continue;
			}
			for (unsigned int column = pivot; column <= FIT_UNKNOWNS; column++) {
				normal->sums[row][column] -= factor * normal->sums[pivot][column];
			}
		}
	}
	for (unsigned int row = 0; row < unknowns; row++) {
		ret_solution[row] = normal->sums[row][FIT_UNKNOWNS] / normal->sums[row][row];
	}
}

/* Brings the tone nearer to the samples; the correction is of what is left of them. */
static void improve(struct fit_state *state)
{
	struct normal normal = {0};
	double correction[FIT_UNKNOWNS] = {0};

	for (size_t first = 0; first < state->count; first += FIT_BLOCK) {
		const size_t last = first + FIT_BLOCK;

		add_block(state, first, last < state->count ? last : state->count, &normal);
	}
	solve(&normal, state->unknowns, correction);
	state->sine += correction[0];
	state->cosine += correction[1];
	state->offset += correction[2];
	/* Signed turns for each sample; the conversion wraps round for negative ones. */
	state->step +=
		(uint64_t)(int64_t)(correction[3] / (double)state->count / (2.0 * M_PI) * 0x1p64);
}

static double residual_rms(const struct fit_state *state)
{
	double sum = 0.0;

	for (size_t i = 0; i < state->count; i++) {
		double columns[FIT_UNKNOWNS];
		double residual;

		columns_at(state, i, columns);
		residual = residual_at(state, i, columns);
		sum += residual * residual;
	}
	return sqrt(sum / (double)state->count);
}

struct tone_fit tone_fit(const double *samples, size_t count, double rate_hz, double frequency_hz,
			 bool refine)
{
	struct fit_state state = {
		.samples = samples,
		.count = count,
		.step = tone_step(frequency_hz, rate_hz),
		.unknowns = 3,
	};

	/* Twice: the second time on a residual that is already small, which gives the last digits.
	 */
	improve(&state);
	improve(&state);
	for (unsigned int i = 0; refine && i < FIT_ITERATIONS; i++) {
		state.unknowns = 4;
		improve(&state);
	}
	return (struct tone_fit){
		.frequency_hz = (double)state.step * 0x1p-64 * rate_hz,
		.amplitude = hypot(state.sine, state.cosine),
		.phase_turns = atan2(state.cosine, state.sine) / (2.0 * M_PI),
		.offset = state.offset,
		.residual_rms = residual_rms(&state),
	};
}

double tone_db(double ratio)
{
	return 20.0 * log10(ratio);
}
