/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The table of measurements, and what they share.
 */
#include "measure.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

const struct measurement measurements[] = {
	{"gain", "Gain at every position", DUT_AMPLIFIER, true, measure_gain},
	{"bits", "Passthrough and null test", DUT_AMPLIFIER | DUT_BITS, true, measure_bits},
	{"response", "Response, phase, harmonics by sweep", 0, true, measure_response},
	{"time", "Impulse and step", 0, true, measure_time},
	{"distortion", "THD and THD+N", 0, true, measure_distortion},
	{"spectrum", "Spectra", 0, true, measure_spectrum},
	{"imd", "Intermodulation", 0, true, measure_imd},
	{"noise", "Noise and dynamic range", 0, true, measure_noise},
	{"crosstalk", "Crosstalk", 0, true, measure_crosstalk},
	{"linearity", "Level linearity", 0, true, measure_linearity},
	{"latency", "Latency and skew", 0, true, measure_latency},
	{"jitter", "Jitter", 0, true, measure_jitter},
	{"splatter", "Splatter of every transition", DUT_AMPLIFIER | DUT_EXACT, true,
	 measure_transitions},
	{"sub", "Subwoofer crossover", DUT_AMPLIFIER | DUT_EXACT, true, measure_sub},
	{"crossfeed", "Crossfeed", DUT_AMPLIFIER | DUT_EXACT, true, measure_crossfeed},
	{"eq", "Headphone profile", DUT_AMPLIFIER | DUT_EXACT | DUT_ANY_RATE, true, measure_eq},
	{"limiter", "Limiters", DUT_AMPLIFIER | DUT_EXACT, true, measure_limiter},
	{"guard", "Guard", DUT_AMPLIFIER | DUT_EXACT, true, measure_guard},
	{"cost", "Cost", DUT_AMPLIFIER | DUT_EXACT, true, measure_cost},
	{0},
};

const struct measurement *measurement_find(const char *name)
{
	for (size_t i = 0; measurements[i].name; i++) {
		if (strcmp(measurements[i].name, name) == 0) {
			return &measurements[i];
		}
	}
	return NULL;
}

bool measurement_fits(const struct measurement *measurement, const struct dut *dut)
{
	return (measurement->needs & ~dut->flags) == 0;
}

int bench_step(struct bench *bench, double part)
{
	if (bench->stop && atomic_load(bench->stop)) {
		return -ECANCELED;
	}
	if (bench->progress) {
		bench->progress(bench->data, part);
	}
	return 0;
}

double bench_rate(const struct bench *bench)
{
	return bench->dut->flags & DUT_ANY_RATE ? MEASURE_RATE_HZ : bench->dut->rate_hz;
}

const char *bench_format_text(const struct bench *bench, enum sample_format format)
{
	if (!(bench->dut->flags & DUT_EXACT)) {
		return bench->dut->flags & DUT_BITS ? "float32" : "as it comes";
	}
	return format == FORMAT_S24 ? "24 bits, TPDF" : "f64";
}

int bench_run(struct bench *bench, struct dut *dut, const struct dut_run *run)
{
	const bool stopped = bench->stop && atomic_load(bench->stop);

	bench->refusal.text[0] = '\0';
	return stopped ? -ECANCELED : dut->ops->run(dut, run, &bench->refusal);
}

void bench_figure(struct bench *bench, const struct figure *figure, const char *format, ...)
{
	struct figure told = *figure;
	va_list args;

	va_start(args, format);
	vsnprintf(told.conditions, sizeof(told.conditions), format, args);
	va_end(args);
	report_add(bench->report, &told);
}
