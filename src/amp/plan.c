/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The gain plan: integers of half-decibels are added, and become a factor once, at the end.
 */
#include "plan.h"

#include <string.h>

#include "amp.h"
#include "headphone-filters.h"
#include "protect.h"

/* What a monitor mode makes of a stereo pair: side[to][from]. */
struct matrix {
	double side[2][2];
};

static struct matrix monitor_matrix(const struct amp *amp)
{
	/* In the order of the choices of monitor.mode. */
	static const struct matrix modes[] = {
		{{{1, 0}, {0, 1}}},           /* stereo */
		{{{0.5, 0.5}, {0.5, 0.5}}},   /* mono */
		{{{1, 0}, {1, 0}}},           /* left */
		{{{0, 1}, {0, 1}}},           /* right */
		{{{0, 1}, {1, 0}}},           /* swap */
		{{{0.5, -0.5}, {0.5, -0.5}}}, /* side */
	};
	struct matrix matrix = modes[amp_int(amp, CONTROL_MONITOR_MODE)];
	const bool invert[2] = {amp_int(amp, CONTROL_MONITOR_INVERT_LEFT),
				amp_int(amp, CONTROL_MONITOR_INVERT_RIGHT)};

	for (int to = 0; to < 2; to++) {
		for (int from = 0; from < 2; from++) {
			/* Without the test a zero would become a negative one. */
			if (invert[to] && matrix.side[to][from] != 0) {
				matrix.side[to][from] = -matrix.side[to][from];
			}
		}
	}
	return matrix;
}

static bool line_is_muted(const struct amp *amp)
{
	bool headphones_in_use = amp_int(amp, CONTROL_DEVICE_HEADPHONE_STATE) == DEVICE_CONNECTED &&
				 !amp_int(amp, CONTROL_HEADPHONE_MUTE);

	return amp_int(amp, CONTROL_LINE_MUTE) ||
	       (amp_int(amp, CONTROL_LINE_FOLLOW) == FOLLOW_MUTE_WITH_HEADPHONES &&
		headphones_in_use);
}

static bool is_muted(const struct amp *amp, enum output output)
{
	switch (output) {
	case OUTPUT_HEADPHONE:
		return amp_int(amp, CONTROL_HEADPHONE_MUTE) || !protect_knows_limit(amp);
	case OUTPUT_SUB:
		return amp_int(amp, CONTROL_SUB_MUTE) || line_is_muted(amp);
	default:
		return line_is_muted(amp);
	}
}

int plan_unmuted_half_db(const struct amp *amp, enum output output)
{
	bool headphone = output == OUTPUT_HEADPHONE;
	int input = amp_int(amp, CONTROL_INPUT);
	int fader = amp_input_int(amp, CONTROL_INPUT_FADER, input);
	int limit = amp_int(amp, headphone ? CONTROL_HEADPHONE_LIMIT : CONTROL_LINE_LIMIT);
	int sum = amp_int(amp, headphone ? CONTROL_HEADPHONE_LEVEL : CONTROL_LINE_LEVEL);

	if (sum == HALF_DB_MUTE || fader == HALF_DB_MUTE) {
		return HALF_DB_MUTE;
	}
	if (amp_input_int(amp, CONTROL_INPUT_BYPASS, input) &&
	    !amp->bypass_held[headphone ? 0 : 1]) {
		sum = 0;
	}
	sum += amp_input_int(amp, CONTROL_INPUT_TRIM, input);
	if (output == OUTPUT_SUB) {
		sum += amp_int(amp, CONTROL_SUB_LEVEL);
	}
	sum = sum < limit ? sum : limit;
	sum += fader;
	if (amp_int(amp, CONTROL_DIM)) {
		sum += amp_int(amp, CONTROL_DIM_AMOUNT);
	}
	return sum > HALF_DB_MIN - 1 ? sum : HALF_DB_MUTE;
}

int plan_half_db(const struct amp *amp, enum output output)
{
	return is_muted(amp, output) ? HALF_DB_MUTE : plan_unmuted_half_db(amp, output);
}

/* The factor of one side: balance to the right (above 0) takes from the left, and the other way. */
static double side_factor(int half_db, int balance, int side)
{
	int away = side == 0 ? balance : -balance;

	if (half_db == HALF_DB_MUTE) {
		return 0;
	}
	return half_db_to_lin(away > 0 ? half_db - away : half_db);
}

static void plan_stereo(const struct amp *amp, enum output output, const struct matrix *matrix,
			struct plan *plan)
{
	bool headphone = output == OUTPUT_HEADPHONE;
	int first = headphone ? CHANNEL_HEADPHONE_LEFT : CHANNEL_LINE_LEFT;
	int balance = amp_int(amp, headphone ? CONTROL_HEADPHONE_BALANCE : CONTROL_LINE_BALANCE);
	int half_db = plan_half_db(amp, output);
	int input = amp_int(amp, CONTROL_INPUT);
	double(*gain)[INPUTS][2] = &plan->gain[first];

	for (int to = 0; to < 2; to++) {
		double factor = side_factor(half_db, balance, to);

		for (int from = 0; from < 2; from++) {
			gain[to][input][from] = factor * matrix->side[to][from];
		}
	}
	plan->bit_exact[output] = gain[0][input][0] == 1 && gain[0][input][1] == 0 &&
				  gain[1][input][0] == 0 && gain[1][input][1] == 1;
}

/* The sub is the mean of the line's sides, each as its side of the line is balanced. */
static void plan_sub(const struct amp *amp, const struct matrix *matrix, struct plan *plan)
{
	int half_db = plan_half_db(amp, OUTPUT_SUB);
	int balance = amp_int(amp, CONTROL_LINE_BALANCE);
	double *gain = plan->gain[CHANNEL_SUB][amp_int(amp, CONTROL_INPUT)];

	for (int from = 0; from < 2; from++) {
		gain[from] = 0.5 * (side_factor(half_db, balance, 0) * matrix->side[0][from] +
				    side_factor(half_db, balance, 1) * matrix->side[1][from]);
	}
}

void plan_make(const struct amp *amp, struct plan *ret_plan)
{
	const struct matrix matrix = monitor_matrix(amp);

	memset(ret_plan, 0, sizeof(*ret_plan));
	plan_stereo(amp, OUTPUT_HEADPHONE, &matrix, ret_plan);
	plan_stereo(amp, OUTPUT_LINE, &matrix, ret_plan);
	ret_plan->bit_exact[OUTPUT_HEADPHONE] =
		ret_plan->bit_exact[OUTPUT_HEADPHONE] && headphone_filters_off(amp);
	plan_sub(amp, &matrix, ret_plan);
	ret_plan->input = amp_int(amp, CONTROL_INPUT);
	ret_plan->sub_lowpass_hz =
		amp_value(amp, (struct control_ref){CONTROL_SUB_LOWPASS_HZ, 0})->number;
	ret_plan->watch_noise = amp_int(amp, CONTROL_PROTECT_NOISE) != 0;
	for (int o = 0; o < OUTPUTS; o++) {
		protect_make_rules(amp, (enum output)o, &ret_plan->guard[o]);
	}
	ret_plan->power = amp_int(amp, CONTROL_POWER) != 0;
}
