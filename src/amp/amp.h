/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The amplifier: its state, and the rules by which a command changes it. Pure functions of state
 * and command: no clock, no files, no threads. One thread owns a struct amp.
 *
 * Rules that belong here and to no surface: mute, a level at its position too, beats bypass and
 * dim, and dim beats level; dim keeps the level, and
 * raising a level by more than the dim amount while dimmed ends dim where the listener now is;
 * turning a muted output up unmutes it (and no other), down does not; no rise passes a limit; while
 * protect.spl_limit cannot be held, since the load is not known, the headphones are muted; a
 * reported value sent back changes nothing.
 */
#ifndef WIREGAIN_AMP_H
#define WIREGAIN_AMP_H

#include <stdbool.h>
#include <stdint.h>

#include "controls.h"
#include "held.h"
#include "load_table.h"
#include "plan.h"

struct profile_book;

struct amp {
	struct value values[CONTROL_COUNT][INSTANCES];
	uint8_t changed[CONTROL_COUNT]; /* bit N: instance N changed and was not yet told */
	int dim_base[2];                /* headphone and line: level when dim was switched on */
	struct held held[2];            /* headphone and line: a key that turns them up */
	int past_stop[2];    /* how far below mute a level is that follows the other one's */
	bool bypass_held[2]; /* since power-up, or a level at mute, nobody has asked for bypass */
	unsigned int protect_resets;         /* counts protect.reset */
	const struct profile_book *profiles; /* the caller's; NULL: there are none */
	uint64_t revision;                   /* counts changes */
	unsigned int meter_resets;           /* counts meter.reset, for who measures */
	/* The user's tables of headphones and amplifiers, kept by whoever set it; NULL: none. To be
	 * set after amp_init(), before anything is restored. */
	const struct load_tables *tables;
	struct saying notice; /* of which row system.notice is */
	struct load load;     /* follows from load.* and the tables */
	bool load_stale;
};

enum verb {
	VERB_SET,  /* to `value` */
	VERB_STEP, /* by `steps` of the row's step; a choice wraps round */
	VERB_DO,   /* an action */
};

struct command {
	struct control_ref ref;
	enum verb verb;
	struct value value;
	int steps;
	uint64_t time_ms; /* of a step, on any clock that only goes on; 0: not known */
};

/* Everything at its default, switched on, nothing told as changed. */
void amp_init(struct amp *amp);

/*
 * As amp_init(), then neutral: both levels 0.0, nothing engaged, limits open, and neither DC nor
 * noise is a fault, since a file may hold what it likes. For a render.
 */
void amp_init_neutral(struct amp *amp);

/* The profiles that eq.profile may name; the caller's, and they outlive every copy of the amp. */
void amp_set_profiles(struct amp *amp, const struct profile_book *profiles);

/*
 * Takes a kept value back, without the rules of a command. 0, or -EINVAL with the reason when it
 * is not a value of this control or the control is not kept.
 */
int amp_restore(struct amp *amp, struct control_ref ref, const struct value *value,
		struct refusal *ret_refusal);

/*
 * Power-up, after every amp_restore(): levels at min(last, start), trim of the selected input
 * included, and the levels kept for other inputs too; bypass waits until somebody asks for it by
 * selecting an input or by its switch; power as it was left, or on with power.auto_on. Says in
 * system.notice what it lowered. (The sub keeps its distance to the line.)
 */
void amp_start(struct amp *amp);

/*
 * Makes a set command from a path and a text ("input", "next" becomes a step). 0, -ENOENT for an
 * unknown path or -EINVAL for a bad value, with the reason.
 */
int command_parse_set(const char *path, const char *text, struct command *ret_command,
		      struct refusal *ret_refusal);

/*
 * Carries out a command. 0, or -EINVAL (not a value), -EACCES (a reading) or -EPERM (against a
 * rule), with the reason, and then nothing has changed. A step that would pass an end or a limit
 * stops there and succeeds.
 */
int amp_command(struct amp *amp, const struct command *command, struct refusal *ret_refusal);

/* The amplifier's own door: sets a reading, or a kept value, past the rules of a command. */
void amp_report(struct amp *amp, struct control_ref ref, const struct value *value);

/*
 * The state of an output's device. Headphones that are plugged in, while their level is above
 * headphone.start, are lowered to it, with the levels kept for other inputs, and bypass waits until
 * somebody asks for it: system.notice says so.
 */
void amp_report_device(struct amp *amp, enum output output, enum device_state state);

/* A reading that is no change: nobody is told. For rows with CONTROL_METER. */
void amp_report_meter(struct amp *amp, struct control_ref ref, double number);

/* Says in system.notice what happened; strings for the gaps of the row, NULL behind them. */
void amp_note(struct amp *amp, enum saying_id id, ...) __attribute__((sentinel));
void amp_note_saying(struct amp *amp, const struct saying *saying);

/* Short forms of amp_report(). */
void amp_report_number(struct amp *amp, enum control_id id, double number);
void amp_report_text(struct amp *amp, enum control_id id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Every kept setting to its default, with what is heard lowered to it, never raised: a lower level
 * stays, dim goes over into the level, and what was silent is muted; power stays as it is. (An
 * equaliser that is switched off may have been what made some frequencies quieter.)
 */
void amp_reset(struct amp *amp);

/*
 * Takes the next control that changed since it was last told. False when there is none.
 */
bool amp_take_change(struct amp *amp, struct control_ref *ret_ref);

const struct value *amp_value(const struct amp *amp, struct control_ref ref);

/* Short forms of amp_value() for rows with one instance, and for input `input` from 0. */
int amp_int(const struct amp *amp, enum control_id id);
int amp_input_int(const struct amp *amp, enum control_id id, int input);

#endif
