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

static inline double charge_on(double charge, double size, double part, double fall)
{
	double fallen = charge * fall, charged = charge + part * (size - charge);

	return charged > fallen ? charged : fallen;
}

void ppm_process(struct ppm *ppm, const double *samples, size_t count)
{
	double a = ppm->charge[0], b = ppm->charge[1], needle = ppm->needle, most = ppm->most;

	for (size_t i = 0; i < count; i++) {
		double size = fabs(samples[i]);

		a = charge_on(a, size, ppm->part[0], ppm->fall);
		b = charge_on(b, size, ppm->part[1], ppm->fall);
		needle = ppm->weight[0] * a + ppm->weight[1] * b;
		most = needle > most ? needle : most;
	}
	ppm->charge[0] = a < SMALLEST ? 0 : a;
	ppm->charge[1] = b < SMALLEST ? 0 : b;
	ppm->needle = needle < SMALLEST ? 0 : needle;
	ppm->most = most;
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
