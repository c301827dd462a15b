/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Crosstalk, from either side to the other.
 */
#include <errno.h>
#include <math.h>

#include "tones.h"

/* From the driven side to the other one. */
struct crosstalk {
	double db, residual_db;
};

/* Of the silent side against the driven one. */
static double across_db(const struct tones *tones, struct spectrum *const sides[2], int driven)
{
	return spectrum_line_dbfs(sides[1 - driven], tones->played_hz[0]) -
	       spectrum_line_dbfs(sides[driven], tones->played_hz[0]);
}

static int crosstalk_at(struct bench *bench, double hz, int driven, struct crosstalk *ret_crosstalk)
{
	struct tones tones = {.hz = {hz},
			      .peak = {0.99},
			      .length = 16384,
			      .records = 1,
			      .format = FORMAT_F64,
			      .sides = 1u << driven};
	int error = tones_take(bench, &tones);

	if (error == 0) {
		ret_crosstalk->db = across_db(&tones, tones.of, driven);
		ret_crosstalk->residual_db = across_db(&tones, tones.wire, driven);
	}
	tones_finish(&tones);
	return error;
}

/* The worse way round. */
static void tell(struct bench *bench, const struct crosstalk both[2], double hz)
{
	const int worse = both[1].db > both[0].db;
	struct figure figure = {.unit = "dB",
				.value = both[worse].db,
				.residual = both[worse].residual_db,
				.uncertainty = NAN};

	snprintf(figure.name, sizeof(figure.name), "crosstalk.%gk", hz / 1000);
	snprintf(figure.title, sizeof(figure.title), "Crosstalk at %g kHz", hz / 1000);
	bench_figure(bench, &figure,
		     "the worse of left to right and right to left; -0.1 dBFS, level 0.0, %s, "
		     "N = 16384, coherent",
		     bench_format_text(bench, FORMAT_F64));
}

int measure_crosstalk(struct bench *bench)
{
	static const double at[] = {20, 100, 1000, 5000, 10000, 20000};
	static const double cursors[] = {20, 100, 1000, 5000, 10000, 20000, 0};
	const size_t count = sizeof(at) / sizeof(at[0]);
	struct graph *graph = report_graph(
		bench->report,
		&(struct graph){.name = "crosstalk",
				.group = "Noise and crosstalk",
				.title = "Crosstalk against frequency",
				.conditions = "one side -0.1 dBFS, the other silent; -400 dB "
					      "stands for nothing at all",
				.x = {"Frequency", "Hz", 20, 20000, true},
				.y = {"Crosstalk", "dB", 0, 0, false},
				.cursors = cursors});
	struct series *ways[2] = {graph_series(graph, count, "left to right"),
				  graph_series(graph, count, "right to left")};
	int error = ways[0] && ways[1] ? 0 : -ENOMEM;

	for (size_t i = 0; error == 0 && i < count; i++) {
		const double hz = fmin(at[i], 0.44 * bench_rate(bench));
		struct crosstalk both[2];

		for (int driven = 0; error == 0 && driven < 2; driven++) {
			error = crosstalk_at(bench, hz, driven, &both[driven]);
			ways[driven]->x[i] = hz;
			ways[driven]->y[i] = error == 0 ? fmax(-400, both[driven].db) : 0;
		}
		ways[0]->count = ways[1]->count = error == 0 ? i + 1 : i;
		if (error == 0 && (at[i] == 1000 || at[i] == 10000)) {
			tell(bench, both, at[i]);
		}
	}
	return error;
}
