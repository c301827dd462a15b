/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A quasi-peak meter of one channel.
 */
#include "ppm.h"

#include <math.h>
#include <string.h>

#define SMALLEST 1e-12

/* What makes a type. The constants were fitted to the table of bursts. */
struct ballistics {
	double charge_s[2];
	double weight[2];
	double fall_db_in_s;
	double steady; /* of a full-scale sine: the reservoirs empty a little between its tops */
};

static const struct ballistics ballistics[PPM_TYPES] = {
	[PPM_II] = {{5.6e-3, 1.3e-3}, {0.40, 0.60}, 24 / 2.8, 0.9762},
	[PPM_I] = {{2.1e-3, 1.0e-3}, {0.45, 0.55}, 20 / 1.7, 0.9803},
};

void ppm_init(struct ppm *ppm, double rate_hz, enum ppm_type type)
{
	const struct ballistics *of = &ballistics[type];

	memset(ppm, 0, sizeof(*ppm));
	for (int k = 0; k < 2; k++) {
		ppm->part[k] = 1 - exp(-1 / (rate_hz * of->charge_s[k]));
		ppm->weight[k] = of->weight[k] / of->steady;
	}
	ppm->fall = pow(10, -of->fall_db_in_s / 20 / rate_hz);
}

/* What a reservoir holds after a sample: charged part of the way to it, or fallen. */
static inline double charge_on(double charge, double size, double part, double fall)
{
	double fallen = charge * fall, charged = charge * (1 - part) + part * size;

	return charged > fallen ? charged : fallen;
}

/*
 * Two channels side by side, for there is nothing else to do while one waits for its own last
 * result. Both may be the same.
 */
static void process_pair(struct ppm *const ppms[2], const double *const planes[2], size_t count)
{
	const struct ppm of = *ppms[0];
	double slow[2], fast[2], needle[2], most[2];

	for (int c = 0; c < 2; c++) {
		slow[c] = ppms[c]->charge[0];
		fast[c] = ppms[c]->charge[1];
		needle[c] = ppms[c]->needle;
		most[c] = ppms[c]->most;
	}
	for (size_t i = 0; i < count; i++) {
		for (int c = 0; c < 2; c++) {
			double size = fabs(planes[c][i]);

			slow[c] = charge_on(slow[c], size, of.part[0], of.fall);
			fast[c] = charge_on(fast[c], size, of.part[1], of.fall);
			needle[c] = of.weight[0] * slow[c] + of.weight[1] * fast[c];
			most[c] = needle[c] > most[c] ? needle[c] : most[c];
		}
	}
	for (int c = 0; c < 2; c++) {
		ppms[c]->charge[0] = slow[c] < SMALLEST ? 0 : slow[c];
		ppms[c]->charge[1] = fast[c] < SMALLEST ? 0 : fast[c];
		ppms[c]->needle = needle[c] < SMALLEST ? 0 : needle[c];
		ppms[c]->most = most[c];
	}
}

void ppm_process(struct ppm *ppms, unsigned int channels, const double *const *planes, size_t count)
{
	for (unsigned int c = 0; c < channels; c += 2) {
		unsigned int other = c + 1 < channels ? c + 1 : c;
		struct ppm *const pair[2] = {&ppms[c], &ppms[other]};
		const double *const both[2] = {planes[c], planes[other]};

		process_pair(pair, both, count);
	}
}

void ppm_rest(struct ppm *ppm)
{
	ppm->charge[0] = ppm->charge[1] = 0;
	ppm->needle = 0;
}

void ppm_reset(struct ppm *ppm)
{
	ppm->most = 0;
}
