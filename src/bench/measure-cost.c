/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the path costs in processor time.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"
#include "signals.h"

#define FRAMES 32768

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int measure_cost(struct bench *bench)
{
	static const char *const settings[] = {"headphone.level=-12.5", NULL};
	double *memory = calloc(3 * (size_t)FRAMES, sizeof(*memory));
	struct noise noise = {9};
	double least = INFINITY;
	int error = memory ? 0 : -ENOMEM;

	if (error == 0) {
		signal_noise(&noise, 0.1, memory, FRAMES);
	}
	for (int round = 0; error == 0 && round < (bench->quick ? 10 : 50); round++) {
		const double start = now_s();

		error = bench_run(bench, bench->dut,
				  &(struct dut_run){.in = {memory, memory},
						    .out = {memory + FRAMES, memory + 2 * FRAMES},
						    .frames = FRAMES,
						    .rate_hz = bench_rate(bench),
						    .output = OUTPUT_HEADPHONE,
						    .format = FORMAT_S24,
						    .settings = settings});
		least = fmin(least, now_s() - start);
	}
	if (error == 0) {
		struct figure figure = {.name = "cost.frame",
					.title = "CPU time of a stereo frame",
					.unit = "ns",
					.value = 1e9 * least / FRAMES,
					.residual = NAN,
					.uncertainty = NAN,
					.sense = FIGURE_PLAIN};

		bench_figure(bench, &figure,
			     "gain, guard and TPDF to 24 bits, packed and unpacked, one core, best "
			     "of many");
		figure = (struct figure){.name = "cost.share",
					 .title = "Share of a core at 192 kHz",
					 .unit = "%",
					 .value = 100 * 192000 * least / FRAMES,
					 .residual = NAN,
					 .uncertainty = NAN,
					 .sense = FIGURE_PLAIN};
		bench_figure(bench, &figure, "the same");
	}
	free(memory);
	return error;
}
