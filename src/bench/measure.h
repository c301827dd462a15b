/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The measurements: a table of them, each of which plays through a device under test and adds
 * figures and graphs to a report.
 */
#ifndef WIREGAIN_MEASURE_H
#define WIREGAIN_MEASURE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "dut.h"
#include "report.h"

#define MEASURE_RATE_HZ 48000.0

/* A run of the bench. */
struct bench {
	struct dut *dut;
	struct dut *wire; /* the instrument looped back */
	struct report *report;
	bool quick;
	enum output output;                        /* that is measured where one stands for all */
	const _Atomic bool *stop;                  /* set: end soon; what is measured stays */
	struct refusal refusal;                    /* why a measurement failed */
	void (*progress)(void *data, double part); /* of the running measurement; may be NULL */
	void *data;
};

struct measurement {
	const char *name; /* for --only; its figures' names begin with it */
	const char *title;
	unsigned int needs;              /* flags of the device under test */
	bool quick;                      /* part of a quick run */
	int (*run)(struct bench *bench); /* 0, -ECANCELED or another negative errno */
};

/* Up to a row without a name. */
extern const struct measurement measurements[];

const struct measurement *measurement_find(const char *name);

/* Whether the device can be measured so. */
bool measurement_fits(const struct measurement *measurement, const struct dut *dut);

/* For measurements: -ECANCELED when the run shall end; otherwise 0, and tells the progress. */
int bench_step(struct bench *bench, double part);

/* The usual rate of this device. */
double bench_rate(const struct bench *bench);

/* What a format means here: in real time it is the server's or the card's. */
const char *bench_format_text(const struct bench *bench, enum sample_format format);

/* Plays; the reason of a failure is kept. */
int bench_run(struct bench *bench, struct dut *dut, const struct dut_run *run);

/* Adds a figure, its conditions written as printf does. */
void bench_figure(struct bench *bench, const struct figure *figure, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The measurements, by file. */
int measure_gain(struct bench *bench);
int measure_bits(struct bench *bench);
int measure_response(struct bench *bench);
int measure_time(struct bench *bench);
int measure_distortion(struct bench *bench);
int measure_spectrum(struct bench *bench);
int measure_imd(struct bench *bench);
int measure_noise(struct bench *bench);
int measure_crosstalk(struct bench *bench);
int measure_linearity(struct bench *bench);
int measure_transitions(struct bench *bench);
int measure_sub(struct bench *bench);
int measure_crossfeed(struct bench *bench);
int measure_eq(struct bench *bench);
int measure_limiter(struct bench *bench);
int measure_guard(struct bench *bench);
int measure_latency(struct bench *bench);
int measure_jitter(struct bench *bench);
int measure_cost(struct bench *bench);

#endif
