/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Volts.
 */
#include "volts.h"

#include <math.h>
#include <stdio.h>

double volts_to_dbu(double vrms)
{
	return 10 * log10(vrms * vrms / 0.6);
}

double volts_to_dbv(double vrms)
{
	return 20 * log10(vrms);
}

double volts_of_dbfs(double dbfs, double full_scale_vrms)
{
	return full_scale_vrms * pow(10, dbfs / 20);
}

char *volts_text(double vrms, char text[VOLTS_TEXT])
{
	static const struct {
		double unit;
		const char *name;
	} scales[] = {{1, "V"}, {1e-3, "mV"}, {1e-6, "uV"}, {1e-9, "nV"}};
	int scale = 0;

	text[0] = '\0';
	while (scale < 3 && vrms < 0.9995 * scales[scale].unit) {
		scale++;
	}
	if (vrms > 1e-15) {
		snprintf(text, VOLTS_TEXT, "%.3g %s, %+.1f dBu", vrms / scales[scale].unit,
			 scales[scale].name, volts_to_dbu(vrms));
	}
	return text;
}
