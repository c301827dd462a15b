/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * input.match.
 */
#include "match.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* How loud the quietest is, with its trim; no louder than with its peaks at full scale. */
static double common_loudness(const struct match_input inputs[INPUTS])
{
	double quietest = INFINITY, least = INFINITY;

	for (int i = 0; i < INPUTS; i++) {
		double heard_at = inputs[i].lufs + inputs[i].trim / 2.0;
		double unclipped = fmin(heard_at, inputs[i].lufs - inputs[i].peak_db);

		/* Of equally quiet ones the one with the highest peaks. */
		if (inputs[i].heard && heard_at <= quietest) {
			least = heard_at < quietest ? unclipped : fmin(least, unclipped);
			quietest = heard_at;
		}
	}
	return least;
}

int match_trims(const struct match_input inputs[INPUTS], int ret_trims[INPUTS])
{
	double common = common_loudness(inputs);
	int heard = 0;

	for (int i = 0; i < INPUTS; i++) {
		heard += inputs[i].heard ? 1 : 0;
		ret_trims[i] = inputs[i].trim;
	}
	for (int i = 0; heard >= 2 && i < INPUTS; i++) {
		double trim = inputs[i].heard ? round(2 * (common - inputs[i].lufs)) : INFINITY;
		double least = controls[CONTROL_INPUT_TRIM].minimum;

		ret_trims[i] = (int)fmin(inputs[i].trim, fmax(trim, least));
	}
	return heard;
}

static void describe(const struct amp *amp, int input, int trim, char text[TEXT_BYTES])
{
	const char *name = amp_value(amp, (struct control_ref){CONTROL_INPUT_NAME, input})->text;
	size_t length = strlen(text);
	char level[LEVEL_BYTES];

	snprintf(text + length, TEXT_BYTES - length, "%s%.24s %s dB", length > 0 ? ", " : "", name,
		 half_db_format(trim, level));
}

int match_inputs(struct amp *amp, struct refusal *ret_refusal)
{
	struct match_input inputs[INPUTS];
	char changed[TEXT_BYTES] = "";
	int trims[INPUTS];

	for (int i = 0; i < INPUTS; i++) {
		double lufs = amp->values[CONTROL_INPUT_LOUDNESS][i].number;

		inputs[i] = (struct match_input){
			.heard = lufs > controls[CONTROL_INPUT_LOUDNESS].minimum,
			.lufs = lufs,
			.peak_db = amp->values[CONTROL_INPUT_TRUE_PEAK][i].number,
			.trim = amp_input_int(amp, CONTROL_INPUT_TRIM, i),
		};
	}
	if (match_trims(inputs, trims) < 2) {
		refuse_saying(ret_refusal, SAYING_TOO_FEW_HEARD, NULL);
		return -EPERM;
	}
	for (int i = 0; i < INPUTS; i++) {
		if (trims[i] != inputs[i].trim) {
			const struct value trim = {.half_db = trims[i]};

			describe(amp, i, trims[i], changed);
			amp_report(amp, (struct control_ref){CONTROL_INPUT_TRIM, i}, &trim);
		}
	}
	if (changed[0]) {
		amp_note(amp, SAYING_TRIMS_LOWERED, changed, NULL);
	} else {
		amp_note(amp, SAYING_INPUTS_EQUAL, NULL);
	}
	return 0;
}
