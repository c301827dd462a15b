/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading and writing of numbers and UTF-8, the same in every locale.
 */
#ifndef WIREGAIN_TEXT_H
#define WIREGAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads a decimal number ("-32.5", "+3", "1e3") that fills the whole text.
 * 0, or -EINVAL when it does not, or when it is not finite.
 */
int text_to_double(const char *text, double *ret_number);

/* Reads a decimal integer that fills the whole text. 0, -EINVAL, or -ERANGE beyond a long. */
int text_to_long(const char *text, long *ret_number);

/*
 * Writes a number with the fewest digits that read back as it, without an exponent for
 * magnitudes from 1e-4 to 1e15. Returns the length, as snprintf does.
 */
int text_from_double(double number, char *text, size_t size);

/*
 * The number of code points of a UTF-8 text, or -EILSEQ when it is malformed: overlong, a
 * surrogate, beyond U+10FFFF, or a control character (below U+0020, U+007F to U+009F).
 */
int text_length(const char *text);

/* Copies with a final zero. 0, or -ENAMETOOLONG with nothing copied when it does not fit. */
int text_copy(char *to, size_t size, const char *from);

bool text_starts_with(const char *text, const char *prefix);

/* The number of changes of one character that make `b` out of `a`; for "did you mean". */
unsigned int text_distance(const char *a, const char *b);

#endif
