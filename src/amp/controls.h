/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The controls table: a row for each control of the amplifier. It alone makes completion, help,
 * schemas, addresses and range checks; what a control does is in command.c, levels.c and plan.c.
 */
#ifndef WIREGAIN_CONTROLS_H
#define WIREGAIN_CONTROLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "saying.h"

#define INPUTS       5
#define INSTANCES    6   /* the most that a row has */
#define PATH_BYTES   64  /* the longest path, its final zero included */
#define LEVEL_BYTES  16  /* a level as text */
#define TEXT_BYTES   256 /* the longest text value, its final zero included */

/* Levels are integers of half-decibels. */
#define HALF_DB_MAX  30     /* +15.0 dB */
#define HALF_DB_MIN  (-244) /* -122.0 dB */
#define HALF_DB_MUTE (-245) /* the position below the lowest: silence */

/* The three outputs, each with a sound device of its own. */
enum output {
	OUTPUT_HEADPHONE,
	OUTPUT_LINE,
	OUTPUT_SUB,
	OUTPUTS,
};

/* A row of the table. A row with several instances ("input.N.trim") has one value for each. */
enum control_id {
	CONTROL_POWER,
	CONTROL_POWER_AUTO_ON,
	CONTROL_INPUT,
	CONTROL_INPUT_NAME,
	CONTROL_INPUT_ENABLED,
	CONTROL_INPUT_TRIM,
	CONTROL_INPUT_BYPASS,
	CONTROL_INPUT_LEVEL_MEMORY,
	CONTROL_INPUT_FADER,
	CONTROL_INPUT_LOUDNESS,
	CONTROL_INPUT_TRUE_PEAK,
	CONTROL_INPUT_MATCH,
	CONTROL_INPUT_MEMORY_HEADPHONE,
	CONTROL_INPUT_MEMORY_LINE,
	CONTROL_SHARED_HEADPHONE,
	CONTROL_SHARED_LINE,
	CONTROL_HEADPHONE_LEVEL,
	CONTROL_HEADPHONE_MUTE,
	CONTROL_HEADPHONE_BALANCE,
	CONTROL_HEADPHONE_LIMIT,
	CONTROL_HEADPHONE_START,
	CONTROL_HEADPHONE_GAIN,
	CONTROL_HEADPHONE_BIT_EXACT,
	CONTROL_LINE_LEVEL,
	CONTROL_LINE_MUTE,
	CONTROL_LINE_BALANCE,
	CONTROL_LINE_LIMIT,
	CONTROL_LINE_START,
	CONTROL_LINE_FOLLOW,
	CONTROL_LINE_GAIN,
	CONTROL_LINE_BIT_EXACT,
	CONTROL_SUB_LEVEL,
	CONTROL_SUB_MUTE,
	CONTROL_SUB_LOWPASS_HZ,
	CONTROL_KNOB_TARGET,
	CONTROL_DIM,
	CONTROL_DIM_AMOUNT,
	CONTROL_MONITOR_MODE,
	CONTROL_MONITOR_INVERT_LEFT,
	CONTROL_MONITOR_INVERT_RIGHT,
	CONTROL_LOAD_HEADPHONE, /* from here to full_scale: what amp->load is made of */
	CONTROL_LOAD_AMPLIFIER,
	CONTROL_LOAD_CONNECTOR,
	CONTROL_LOAD_IMPEDANCE,
	CONTROL_LOAD_SENSITIVITY,
	CONTROL_LOAD_FULL_SCALE,
	CONTROL_LOAD_SPL_FULL_SCALE,
	CONTROL_LOAD_SPL,
	CONTROL_LOAD_UNCERTAINTY,
	CONTROL_DOSE_DAY,
	CONTROL_DOSE_WEEK,
	CONTROL_DOSE_DAYS,
	CONTROL_DOSE_HOURS,
	CONTROL_DOSE_LEFT,
	CONTROL_DOSE_LIMIT,
	CONTROL_DOSE_MODE,
	CONTROL_DOSE_SPL,
	CONTROL_EQ,
	CONTROL_EQ_PROFILE,
	CONTROL_EQ_PREAMP,
	CONTROL_EQ_GAIN,
	CONTROL_CROSSFEED,
	CONTROL_CROSSFEED_PRESET,
	CONTROL_CROSSFEED_SEPARATION,
	CONTROL_CROSSFEED_DELAY,
	CONTROL_CROSSFEED_ANGLE,
	CONTROL_CROSSFEED_CUT,
	CONTROL_CROSSFEED_CENTER,
	CONTROL_CROSSFEED_COMPARE,
	CONTROL_PROTECT_SPL_LIMIT,
	CONTROL_PROTECT_CEILING,
	CONTROL_PROTECT_CEILING_BY,
	CONTROL_PROTECT_ACTING,
	CONTROL_PROTECT_LIMITER,
	CONTROL_PROTECT_DC,
	CONTROL_PROTECT_NOISE,
	CONTROL_PROTECT_STATE,
	CONTROL_PROTECT_TRIPS,
	CONTROL_PROTECT_RESET,
	CONTROL_PROTECT_NONFINITE,
	CONTROL_PROTECT_LIMITED,
	CONTROL_METER_PEAK,
	CONTROL_METER_TRUE_PEAK,
	CONTROL_METER_VU,
	CONTROL_METER_PPM,
	CONTROL_METER_RMS,
	CONTROL_METER_CREST,
	CONTROL_METER_DC,
	CONTROL_METER_CLIPS,
	CONTROL_METER_MOMENTARY,
	CONTROL_METER_SHORT_TERM,
	CONTROL_METER_INTEGRATED,
	CONTROL_METER_RANGE,
	CONTROL_METER_MOMENTARY_MAX,
	CONTROL_METER_SHORT_TERM_MAX,
	CONTROL_METER_TRUE_PEAK_MAX,
	CONTROL_METER_CORRELATION,
	CONTROL_METER_BALANCE,
	CONTROL_METER_LOST,
	CONTROL_METER_PPM_SCALE,
	CONTROL_METER_RESET,
	CONTROL_DEVICE_HEADPHONE,
	CONTROL_DEVICE_LINE,
	CONTROL_DEVICE_SUB,
	CONTROL_DEVICE_HEADPHONE_VOLUME,
	CONTROL_DEVICE_LINE_VOLUME,
	CONTROL_DEVICE_SUB_VOLUME,
	CONTROL_DEVICE_HEADPHONE_STATE,
	CONTROL_DEVICE_LINE_STATE,
	CONTROL_DEVICE_SUB_STATE,
	CONTROL_DISPLAY_BRIGHTNESS,
	CONTROL_DISPLAY_TIMEOUT_S,
	CONTROL_DISPLAY_OFF,
	CONTROL_DISPLAY_THEME,
	CONTROL_DISPLAY_LAYOUT,
	CONTROL_DISPLAY_METER,
	CONTROL_DISPLAY_LOCKED,
	CONTROL_DISPLAY_LOGO,
	CONTROL_AUDIO_BACKEND,
	CONTROL_AUDIO_RATE,
	CONTROL_AUDIO_BLOCK,
	CONTROL_AUDIO_LATENCY_MS,
	CONTROL_AUDIO_LOST,
	CONTROL_SYSTEM_NAME,
	CONTROL_SYSTEM_VERSION,
	CONTROL_SYSTEM_NOTICE,
	CONTROL_SYSTEM_PAIRING,
	CONTROL_SYSTEM_PANEL,
	CONTROL_SYSTEM_RESET,
	CONTROL_COUNT,
};

enum control_type {
	TYPE_SWITCH, /* on, off */
	TYPE_CHOICE, /* one word of a list */
	TYPE_LEVEL,  /* half-decibels */
	TYPE_NUMBER, /* a multiple of `step` */
	TYPE_TEXT,   /* UTF-8, at most `maximum` characters */
	TYPE_ACTION, /* something to do; no value */
};

/* Positions of choices that the code asks for; in the order of the table's words. */
enum {
	FOLLOW_OFF,
	FOLLOW_MUTE_WITH_HEADPHONES,
	FOLLOW_LEVEL,
};

enum device_state {
	DEVICE_NONE,      /* no device is named */
	DEVICE_WAITING,   /* named, and not there */
	DEVICE_CONNECTED, /* sound reaches it */
	DEVICE_RELEASED,  /* let go in standby */
};

/* Who may change it. */
enum control_access {
	ACCESS_OPERATE, /* who listens */
	ACCESS_SETUP,   /* who looks after the amplifier: what a lock keeps */
	ACCESS_NONE,    /* a reading: the amplifier alone */
};

enum {
	CONTROL_KEPT = 1,     /* kept over restarts */
	CONTROL_MUTABLE = 2,  /* a level with the position `mute` below its minimum */
	CONTROL_OFF_AT_0 = 4, /* a number that is off at 0; from `minimum` up otherwise */
	CONTROL_NEXT = 8,     /* a choice that takes `next` and `previous` */
	CONTROL_METER = 16,   /* moves all the time: told at a rate asked for, and is no change */
};

struct control {
	const char *path;              /* "input.%d.trim" or "meter.%s.vu" when it has instances */
	const char *help;              /* one line */
	const char *unit;              /* "dB", "Hz", "ms", or NULL */
	const char *const *choices;    /* TYPE_CHOICE: words, NULL at the end */
	const char *const *texts;      /* TYPE_TEXT: the default of each instance; NULL: empty */
	double minimum, maximum, step; /* in `unit`; levels in half-decibels */
	double initial;                /* the default: switch 0 or 1, index of the choice, number */
	enum control_type type;
	enum control_access access;
	unsigned int flags;
	int instances;             /* INPUTS, or 0 for a row that stands once */
	const char *const *places; /* for a path with %s: a word for each instance, then NULL */
};

extern const struct control controls[CONTROL_COUNT];

/* One control: a row, and which of its instances, from 0. */
struct control_ref {
	enum control_id id;
	int instance;
};

/* A value. Which member is meant follows from the row's type. */
struct value {
	union {
		int32_t on;      /* TYPE_SWITCH: 0 or 1 */
		int32_t choice;  /* TYPE_CHOICE: index */
		int32_t half_db; /* TYPE_LEVEL */
		double number;   /* TYPE_NUMBER */
		char text[TEXT_BYTES];
	};
};

/* Why something was refused, and what to do instead; a sentence for people. */
struct refusal {
	char text[240];
	struct saying saying; /* of which row it is; SAYING_PLAIN: of none */
};

/* Fills *ret_refusal (NULL is fine) as printf does and returns -EINVAL. */
int refuse(struct refusal *ret_refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with a row of saying.h, its gaps filled by strings, NULL behind them. */
int refuse_saying(struct refusal *ret_refusal, enum saying_id id, ...) __attribute__((sentinel));

/* How many instances a row has: 1 to INSTANCES. */
int control_instances(enum control_id id);

/* How many words a choice has; 1 for any other row. */
int control_choices(enum control_id id);

/* Iterates over every control: false after the last. Start with {0, -1}. */
bool controls_next(struct control_ref *ref);

/* Finds "input.3.trim". 0, or -ENOENT with the nearest path named in *ret_refusal. */
int control_find(const char *path, struct control_ref *ret_ref, struct refusal *ret_refusal);

/* Writes the path. `text` holds PATH_BYTES. Returns `text`. */
char *control_path(struct control_ref ref, char *text);

struct value control_default(struct control_ref ref);

/*
 * Reads a value as people write it ("-32.5", "mute", "on", "mono", "off"); checks type, range and
 * step. 0, or -EINVAL with the reason. `next` and `previous` are not values: see
 * command_parse_set().
 */
int control_parse(struct control_ref ref, const char *text, struct value *ret_value,
		  struct refusal *ret_refusal);

/* Checks a value that was made otherwise. 0, or -EINVAL with the reason. */
int control_check(struct control_ref ref, const struct value *value, struct refusal *ret_refusal);

/* Writes a value so that control_parse() reads it back. Returns `text`, of TEXT_BYTES bytes. */
char *control_format(struct control_ref ref, const struct value *value, char *text);

bool control_equal(struct control_ref ref, const struct value *a, const struct value *b);

/* Writes half-decibels as decibels: "-32.5", "0.0", "mute". Returns `text`, of LEVEL_BYTES. */
char *half_db_format(int half_db, char *text);

/* The same with the unit: "-32.5 dB", "mute". */
char *half_db_say(int half_db, char *text);

/* 10^(half_db / 40): the factor of a level; 0 for HALF_DB_MUTE and below. Exactly 1 at 0. */
double half_db_to_lin(int half_db);

#endif
