/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A wire, and what devices under test have in common.
 */
#include "dut.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void dut_destroy(struct dut *dut)
{
	if (dut) {
		dut->ops->destroy(dut);
	}
}

void dut_round(enum sample_format format, double *samples, size_t count)
{
	const double scale = ldexp(1.0, (int)format_bits(format) - 1);

	if (format == FORMAT_F64) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		samples[i] = format == FORMAT_F32 ? (double)(float)samples[i]
						  : nearbyint(samples[i] * scale) / scale;
	}
}

static int wire_run(struct dut *dut, const struct dut_run *run, struct refusal *ret_refusal)
{
	for (int side = 0; side < 2; side++) {
		if (!run->out[side]) {
			continue;
		}
		if (run->in[side]) {
			memcpy(run->out[side], run->in[side], run->frames * sizeof(double));
			dut_round(dut->carries, run->out[side], run->frames);
		} else {
			memset(run->out[side], 0, run->frames * sizeof(double));
		}
	}
	return 0;
}

static void wire_destroy(struct dut *dut)
{
	free(dut);
}

int dut_wire_create(enum sample_format carries, struct dut **ret_dut)
{
	static const struct dut_ops ops = {wire_run, wire_destroy};
	struct dut *dut = calloc(1, sizeof(*dut));

	if (!dut) {
		return -ENOMEM;
	}
	*dut = (struct dut){.ops = &ops,
			    .name = "wire",
			    .flags = DUT_EXACT | DUT_ANY_RATE | DUT_BITS | DUT_FAST,
			    .rate_hz = 48000,
			    .carries = carries};
	*ret_dut = dut;
	return 0;
}
