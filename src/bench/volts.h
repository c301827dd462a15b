/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Volts and decibels of volts: 0 dBV is 1 V rms, 0 dBu is sqrt(0.6) V rms, the voltage of 1 mW in
 * 600 ohm. 0 dBFS is a sine whose peak is full scale (AES17).
 */
#ifndef WIREGAIN_VOLTS_H
#define WIREGAIN_VOLTS_H

/* -INFINITY for 0 V. */
double volts_to_dbu(double vrms);
double volts_to_dbv(double vrms);

/* What a level in dBFS is where 0 dBFS gives that many volts. */
double volts_of_dbfs(double dbfs, double full_scale_vrms);

/* "2.05 V, +8.45 dBu", "1.93 uV, -112.1 dBu". Returns `text`; all of it empty for 0 V. */
#define VOLTS_TEXT 48
char *volts_text(double vrms, char text[VOLTS_TEXT]);

#endif
