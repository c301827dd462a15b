/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Elementary functions for everything that becomes a factor of samples. They give the same bits on
 * every processor and with every C library: only additions, multiplications, divisions and
 * roundings of doubles, never fused. A C library's functions differ in the last place from machine
 * to machine, which the design of filters makes 1e-12.
 *
 * Results are within two units in the last place of the true value; where a function has
 * another bound, it says so. Any thread; real-time safe.
 */
#ifndef WIREGAIN_MATHS_H
#define WIREGAIN_MATHS_H

/* Within 2e-16. |x| up to 1e5, radians. */
double maths_sin(double x);
double maths_cos(double x);

/* 0 below the smallest normal double, infinite above the largest. */
double maths_exp(double x);
double maths_exp2(double x);
double maths_exp10(double x);

/* exp(x) - 1, without its loss of digits near 0. */
double maths_expm1(double x);

/* Within 1e-15 of the value for |x| up to 2, and within 2e-16 below 0.35. */
double maths_sinh(double x);

/* -infinite at 0, not a number below it. */
double maths_log(double x);
double maths_log10(double x);

/* Within 1e-15 of the value times 1 + |exponent * log(base)|. base > 0 */
double maths_pow(double base, double exponent);

#endif
