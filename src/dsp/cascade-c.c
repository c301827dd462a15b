/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A cascade of sections in plain C: section by section, both channels side by side, each of which
 * waits for its own last frame alone. Audio thread.
 */
#include "ops-versions.h"

void cascade_c(const struct cascade *cascade, struct cascade_state *state, double *left,
	       double *right, size_t count)
{
	for (unsigned int k = 0; k < cascade->count; k++) {
		const double b0 = cascade->b0[k], b1 = cascade->b1[k], b2 = cascade->b2[k];
		const double a1 = cascade->a1[k], a2 = cascade->a2[k];
		double s1[2] = {state->s1[0][k], state->s1[1][k]};
		double s2[2] = {state->s2[0][k], state->s2[1][k]};

		for (size_t i = 0; i < count; i++) {
			const double x[2] = {left[i], right[i]};
			const double y[2] = {b0 * x[0] + s1[0], b0 * x[1] + s1[1]};

			for (int c = 0; c < 2; c++) {
				s1[c] = b1 * x[c] - a1 * y[c] + s2[c];
				s2[c] = b2 * x[c] - a2 * y[c];
			}
			left[i] = y[0];
			right[i] = y[1];
		}
		for (int c = 0; c < 2; c++) {
			state->s1[c][k] = s1[c];
			state->s2[c][k] = s2[c];
		}
	}
}
