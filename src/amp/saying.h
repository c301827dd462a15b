/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is said to a listener, a row for each sentence: a code that never changes its meaning, and
 * English with gaps. A panel in another language takes the code and what stands in the gaps;
 * docs/protocol.md lists them for it. Sentences that only a program or the owner's shell meets are
 * no rows: they are refused with refuse().
 */
#ifndef WIREGAIN_SAYING_H
#define WIREGAIN_SAYING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define SAYING_GAPS       4
#define SAYING_GAP_BYTES  24  /* the longest name of a gap, its final zero included */
#define SAYING_FILL_BYTES 256 /* what fills all gaps of a sentence, with a zero behind each */

enum saying_id {
	SAYING_PLAIN, /* no row: English alone */

	/* What the amplifier did by itself. */
	SAYING_LOWERED_AT_START,
	SAYING_BOTH_LOWERED_AT_START,
	SAYING_LOWERED_AT_PLUG,
	SAYING_PAUSED,
	SAYING_SPL_LIMIT_UNKNOWN,
	SAYING_TRIMS_LOWERED,
	SAYING_INPUTS_EQUAL,
	SAYING_GUARD_DC,
	SAYING_GUARD_NONFINITE,
	SAYING_GUARD_NOISE,
	SAYING_GUARD_OVERLOAD,
	SAYING_GUARD_OVER,
	SAYING_NONFINITE_SILENCED,
	SAYING_DOSE,
	SAYING_NOT_KEPT,
	SAYING_KEPT_AGAIN,
	SAYING_DEVICE_FOUND,
	SAYING_DEVICE_REFUSED,
	SAYING_VOLUME_PUT_BACK,
	SAYING_SERVER_LOST,
	SAYING_SERVER_BACK,

	/* What is refused, and what to do instead. */
	SAYING_ABOVE_LIMIT,
	SAYING_OUT_OF_RANGE,
	SAYING_OUT_OF_RANGE_OR,
	SAYING_NOT_A_MULTIPLE,
	SAYING_NOT_A_TEXT,
	SAYING_TEXT_EMPTY,
	SAYING_TEXT_LONG,
	SAYING_INPUT_DISABLED,
	SAYING_INPUT_SELECTED,
	SAYING_TOO_FEW_HEARD,
	SAYING_LOAD_UNKNOWN,
	SAYING_HEADPHONE_UNKNOWN,
	SAYING_AMPLIFIER_UNKNOWN,
	SAYING_HEADPHONE_UNCLEAR,
	SAYING_AMPLIFIER_UNCLEAR,
	SAYING_HEADPHONE_NEAR,
	SAYING_AMPLIFIER_NEAR,
	SAYING_PROFILE_UNKNOWN,
	SAYING_LOCKED,
	SAYING_LOCKED_BUT_DOWN,
	SAYING_PIN_DIGITS,
	SAYING_PIN_WRONG,
	SAYING_TOO_SOON,
	SAYING_PAIR_FIRST,
	SAYING_CODE_DIGITS,
	SAYING_CODE_NAME,
	SAYING_CODE_WRONG,
	SAYING_CODES_SPENT,
	SAYING_PANELS_FULL,
	SAYING_TOO_LONG,
	SAYING_LOGO_UNKNOWN,
	SAYING_LOGO_UNSAFE,
	SAYING_LOGO_UNCLEAR,
	SAYING_LOGO_COSTLY,
	SAYING_COUNT,
};

/* A sentence, and what fills its gaps: texts one behind the other, in the order of the gaps. */
struct saying {
	enum saying_id id;
	char fill[SAYING_FILL_BYTES];
};

/* The code of a row and its English with gaps; NULL for SAYING_PLAIN. */
const char *saying_code(enum saying_id id);
const char *saying_english(enum saying_id id);

/* The name of a gap, counted from 0 in the order in which they first stand. False: no such gap. */
bool saying_gap(enum saying_id id, int gap, char ret_name[SAYING_GAP_BYTES]);

/* What fills it; "" where nothing does. */
const char *saying_fill(const struct saying *saying, int gap);

/*
 * Fills a sentence's gaps from strings, as many as it has gaps and then NULL. What is too long is
 * cut off.
 */
void saying_make(struct saying *ret_saying, enum saying_id id, va_list strings);

/* Writes the sentence in English, at most `size` bytes with the final zero. Returns `text`. */
char *saying_write(const struct saying *saying, char *text, size_t size);

#endif
