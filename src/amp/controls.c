/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The controls table itself. A new control is a row here and the code that obeys it.
 */
#include "controls.h"

/* clang-format off */

#define LEVEL_STEP 1 /* half-decibel */

static const char *const input_names[INPUTS] = {"XLR 1", "XLR 2", "RCA 1", "RCA 2", "RCA 3"};
static const char *const input_choices[] = {"1", "2", "3", "4", "5", NULL};
static const char *const system_name[] = {"Wiregain"};
static const char *const auto_device[] = {"auto"};
static const char *const version[] = {WIREGAIN_VERSION};
static const char *const follow_choices[] = {"off", "mute_with_headphones", "level", NULL};
static const char *const knob_choices[] = {"headphone", "line", "both", NULL};
static const char *const mode_choices[] = {"stereo", "mono", "left", "right", "swap", "side", NULL};
static const char *const dose_choices[] = {"adult", "sensitive", NULL};
static const char *const ears[] = {"left", "right", NULL};
static const char *const connector_choices[] = {"trs", "xlr4", NULL};
static const char *const crossfeed_choices[] = {"off", "natural", "bauer", NULL};
static const char *const preset_choices[] = {
	"custom", "bs2b", "cmoy", "meier", "rme1", "rme2", "rme3", "rme4", "rme5", NULL};
static const char *const limiter_choices[] = {"off", "safety", "lookahead", NULL};
static const char *const ceiling_choices[] = {
	"full_scale", "volts", "amperes", "spl", "spl_unknown", NULL};
static const char *const acting_choices[] = {
	"none", "limiter", "volts", "amperes", "spl", "thermal", NULL};
static const char *const guard_choices[] = {"ok", "dc", "nonfinite", "noise", "overload", NULL};
static const char *const theme_choices[] = {"silver", "black", NULL};
static const char *const layout_choices[] = {"desktop", "rack", NULL};
static const char *const meter_choices[] = {"bars", "vu", "ppm", "loudness", "none", NULL};
static const char *const ppm_choices[] = {"II", "I", NULL};
static const char *const meter_points[] = {"input", "headphone", "line", NULL};
static const char *const meter_sides[] = {
	"input.left", "input.right", "headphone.left", "headphone.right", "line.left", "line.right",
	NULL,
};
static const char *const state_choices[] = {"none", "waiting", "connected", "released", NULL};

const struct control controls[CONTROL_COUNT] = {
	[CONTROL_POWER] = {
		.path = "power",
		.help = "Standby when off: fades out and lets the sound devices go",
		.type = TYPE_SWITCH, .initial = 1, .flags = CONTROL_KEPT,
	},
	[CONTROL_POWER_AUTO_ON] = {
		.path = "power.auto_on",
		.help = "Come up switched on when the service starts; otherwise as it was left",
		.type = TYPE_SWITCH, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_INPUT] = {
		.path = "input",
		.help = "The selected input; next and previous skip those that are not enabled",
		.type = TYPE_CHOICE, .choices = input_choices,
		.flags = CONTROL_KEPT | CONTROL_NEXT,
	},
	[CONTROL_INPUT_NAME] = {
		.path = "input.%d.name",
		.help = "What this input is called",
		.type = TYPE_TEXT, .texts = input_names, .minimum = 1, .maximum = 24,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT, .instances = INPUTS,
	},
	[CONTROL_INPUT_ENABLED] = {
		.path = "input.%d.enabled",
		.help = "Whether this input is offered to programs and can be selected",
		.type = TYPE_SWITCH, .initial = 1,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT, .instances = INPUTS,
	},
	[CONTROL_INPUT_TRIM] = {
		.path = "input.%d.trim",
		.help = "Level of this input against the others",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -40, .maximum = 40, .step = LEVEL_STEP,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT, .instances = INPUTS,
	},
	[CONTROL_INPUT_BYPASS] = {
		.path = "input.%d.bypass",
		.help = "Fixed gain for this input, trim apart: home-theatre bypass. Limits still hold",
		.type = TYPE_SWITCH,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT, .instances = INPUTS,
	},
	[CONTROL_INPUT_LEVEL_MEMORY] = {
		.path = "input.%d.level_memory",
		.help = "This input keeps its own levels",
		.type = TYPE_SWITCH,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT, .instances = INPUTS,
	},
	[CONTROL_INPUT_FADER] = {
		.path = "input.%d.fader",
		.help = "The desktop's volume slider of this input",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = 0,
		.step = LEVEL_STEP,
		.access = ACCESS_NONE, .flags = CONTROL_MUTABLE, .instances = INPUTS,
	},
	[CONTROL_INPUT_LOUDNESS] = {
		.path = "input.%d.loudness",
		.help = "Gated loudness of what was heard of this input, before its trim; -200: not yet",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .instances = INPUTS,
	},
	[CONTROL_INPUT_TRUE_PEAK] = {
		.path = "input.%d.true_peak",
		.help = "Highest true peak of what was heard of this input, before its trim",
		.type = TYPE_NUMBER, .unit = "dBTP", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .instances = INPUTS,
	},
	[CONTROL_INPUT_MATCH] = {
		.path = "input.match",
		.help = "Lowers trims until all inputs heard so far are as loud as the quietest of them",
		.type = TYPE_ACTION, .access = ACCESS_SETUP,
	},
	[CONTROL_INPUT_MEMORY_HEADPHONE] = {
		.path = "input.%d.level_memory.headphone",
		.help = "The headphone level that this input keeps",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80,
		.access = ACCESS_NONE, .flags = CONTROL_KEPT | CONTROL_MUTABLE, .instances = INPUTS,
	},
	[CONTROL_INPUT_MEMORY_LINE] = {
		.path = "input.%d.level_memory.line",
		.help = "The line level that this input keeps",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80,
		.access = ACCESS_NONE, .flags = CONTROL_KEPT | CONTROL_MUTABLE, .instances = INPUTS,
	},
	[CONTROL_SHARED_HEADPHONE] = {
		.path = "headphone.level.shared",
		.help = "The headphone level of all inputs that keep none of their own",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80,
		.access = ACCESS_NONE, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_SHARED_LINE] = {
		.path = "line.level.shared",
		.help = "The line level of all inputs that keep none of their own",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80,
		.access = ACCESS_NONE, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_HEADPHONE_LEVEL] = {
		.path = "headphone.level",
		.help = "The headphone volume",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_HEADPHONE_MUTE] = {
		.path = "headphone.mute",
		.help = "Silence on the headphones",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_HEADPHONE_BALANCE] = {
		.path = "headphone.balance",
		.help = "To the left below 0, to the right above: attenuates the other side only",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -30, .maximum = 30, .step = LEVEL_STEP,
		.flags = CONTROL_KEPT,
	},
	[CONTROL_HEADPHONE_LIMIT] = {
		.path = "headphone.limit",
		.help = "The most that level, trim and bypass together give on the headphones",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = HALF_DB_MAX,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_HEADPHONE_START] = {
		.path = "headphone.start",
		.help = "The most that the headphones get at power-up",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -60,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_HEADPHONE_GAIN] = {
		.path = "headphone.gain",
		.help = "What is heard: level, trim, fader, limit, dim and mute together",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = HALF_DB_MUTE,
		.access = ACCESS_NONE, .flags = CONTROL_MUTABLE,
	},
	[CONTROL_HEADPHONE_BIT_EXACT] = {
		.path = "headphone.bit_exact",
		.help = "Whether the headphones get the selected input's samples bit for bit",
		.type = TYPE_SWITCH, .access = ACCESS_NONE,
	},
	[CONTROL_LINE_LEVEL] = {
		.path = "line.level",
		.help = "The line volume",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -80, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_LINE_MUTE] = {
		.path = "line.mute",
		.help = "Silence on line and sub",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_LINE_BALANCE] = {
		.path = "line.balance",
		.help = "To the left below 0, to the right above: attenuates the other side only",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -30, .maximum = 30, .step = LEVEL_STEP,
		.flags = CONTROL_KEPT,
	},
	[CONTROL_LINE_LIMIT] = {
		.path = "line.limit",
		.help = "The most that level, trim and bypass together give on line and sub",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = HALF_DB_MAX,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_LINE_START] = {
		.path = "line.start",
		.help = "The most that the line output gets at power-up",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = -60,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_MUTABLE,
	},
	[CONTROL_LINE_FOLLOW] = {
		.path = "line.follow",
		.help = "Line is muted while headphones are in use, or one knob turns both",
		.type = TYPE_CHOICE, .choices = follow_choices,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_LINE_GAIN] = {
		.path = "line.gain",
		.help = "What is heard: level, trim, fader, limit, dim and mute together",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = HALF_DB_MIN, .maximum = HALF_DB_MAX,
		.step = LEVEL_STEP, .initial = HALF_DB_MUTE,
		.access = ACCESS_NONE, .flags = CONTROL_MUTABLE,
	},
	[CONTROL_LINE_BIT_EXACT] = {
		.path = "line.bit_exact",
		.help = "Whether the line output gets the selected input's samples bit for bit",
		.type = TYPE_SWITCH, .access = ACCESS_NONE,
	},
	[CONTROL_SUB_LEVEL] = {
		.path = "sub.level",
		.help = "Level of the subwoofer against the line output",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -40, .maximum = 40, .step = LEVEL_STEP,
		.flags = CONTROL_KEPT,
	},
	[CONTROL_SUB_MUTE] = {
		.path = "sub.mute",
		.help = "Silence on the subwoofer",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_SUB_LOWPASS_HZ] = {
		.path = "sub.lowpass_hz",
		.help = "Corner of the subwoofer's low-pass (Linkwitz-Riley, 24 dB an octave)",
		.type = TYPE_NUMBER, .unit = "Hz", .minimum = 40, .maximum = 200, .step = 1,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_KNOB_TARGET] = {
		.path = "knob.target",
		.help = "What a knob without a name of its own turns",
		.type = TYPE_CHOICE, .choices = knob_choices, .flags = CONTROL_KEPT,
	},
	[CONTROL_DIM] = {
		.path = "dim",
		.help = "Quieter for a moment; the levels stay",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_DIM_AMOUNT] = {
		.path = "dim.amount",
		.help = "How much quieter dim makes it",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -80, .maximum = -10, .step = LEVEL_STEP,
		.initial = -40, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_MONITOR_MODE] = {
		.path = "monitor.mode",
		.help = "Both sides: as they are, summed, one of them, exchanged, or their difference",
		.type = TYPE_CHOICE, .choices = mode_choices, .flags = CONTROL_KEPT,
	},
	[CONTROL_MONITOR_INVERT_LEFT] = {
		.path = "monitor.invert_left",
		.help = "Polarity of the left side turned round",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_MONITOR_INVERT_RIGHT] = {
		.path = "monitor.invert_right",
		.help = "Polarity of the right side turned round",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_LOAD_HEADPHONE] = {
		.path = "load.headphone",
		.help = "The headphone in use, by its name in the table (wiregain match); empty: not known",
		.type = TYPE_TEXT, .maximum = 62, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_LOAD_AMPLIFIER] = {
		.path = "load.amplifier",
		.help = "The amplifier or DAC that drives it, by its name in the table; empty: not known",
		.type = TYPE_TEXT, .maximum = 62, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_LOAD_CONNECTOR] = {
		.path = "load.connector",
		.help = "Its plug: a return that both ears share (trs), or one for each ear (xlr4)",
		.type = TYPE_CHOICE, .choices = connector_choices,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_LOAD_IMPEDANCE] = {
		.path = "load.impedance",
		.help = "The headphone's impedance, if you know better than the table; off: as in the table",
		.type = TYPE_NUMBER, .unit = "ohm", .minimum = 1, .maximum = 10000,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_LOAD_SENSITIVITY] = {
		.path = "load.sensitivity",
		.help = "The headphone's dB SPL at 1 V rms, if you know better; off: as in the table",
		.type = TYPE_NUMBER, .unit = "dB SPL", .minimum = 60, .maximum = 150,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_LOAD_FULL_SCALE] = {
		.path = "load.full_scale",
		.help = "What the amplifier gives for a sine of 0 dBFS at level 0.0, rms; off: as in the table",
		.type = TYPE_NUMBER, .unit = "V", .minimum = 0.001, .maximum = 100,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_LOAD_SPL_FULL_SCALE] = {
		.path = "load.spl_full_scale",
		.help = "Estimate of what a sine of 0 dBFS at level 0.0 gives at the ear; off: not known",
		.type = TYPE_NUMBER, .unit = "dB SPL", .maximum = 200,
		.access = ACCESS_NONE, .flags = CONTROL_OFF_AT_0,
	},
	[CONTROL_LOAD_SPL] = {
		.path = "load.spl",
		.help = "Estimate of the most that the ear gets at the present level; off: not known, or muted",
		.type = TYPE_NUMBER, .unit = "dB SPL", .minimum = -200, .maximum = 200,
		.access = ACCESS_NONE, .flags = CONTROL_OFF_AT_0,
	},
	[CONTROL_LOAD_UNCERTAINTY] = {
		.path = "load.uncertainty",
		.help = "How far off every estimate of dB SPL may be, both ways (k = 2); off: none is known",
		.type = TYPE_NUMBER, .unit = "dB", .maximum = 100,
		.access = ACCESS_NONE, .flags = CONTROL_OFF_AT_0,
	},
	[CONTROL_DOSE_DAY] = {
		.path = "dose.day",
		.help = "Estimate: what the last 24 hours took of the sound that a week may have (H.870)",
		.type = TYPE_NUMBER, .unit = "%", .maximum = 1e15, .access = ACCESS_NONE,
	},
	[CONTROL_DOSE_WEEK] = {
		.path = "dose.week",
		.help = "Estimate: what the last 7 days took of it; the ear that had more counts",
		.type = TYPE_NUMBER, .unit = "%", .maximum = 1e15, .access = ACCESS_NONE,
	},
	[CONTROL_DOSE_DAYS] = {
		.path = "dose.days",
		.help = "The same for each of the last seven days, in percent, today last",
		.type = TYPE_TEXT, .maximum = 90, .access = ACCESS_NONE,
	},
	[CONTROL_DOSE_HOURS] = {
		.path = "dose.hours",
		.help = "How long there was listening in the last 7 days",
		.type = TYPE_NUMBER, .unit = "h", .maximum = 1e6, .access = ACCESS_NONE,
	},
	[CONTROL_DOSE_LEFT] = {
		.path = "dose.left",
		.help = "How long the present level may go on until the week is full; 168 at most",
		.type = TYPE_NUMBER, .unit = "h", .maximum = 168, .initial = 168, .access = ACCESS_NONE,
	},
	[CONTROL_DOSE_LIMIT] = {
		.path = "dose.limit",
		.help = "The protect.spl_limit at which even a tone does not fill a week of as many hours; off: too few",
		.type = TYPE_NUMBER, .unit = "dB SPL", .maximum = 130,
		.access = ACCESS_NONE, .flags = CONTROL_OFF_AT_0,
	},
	[CONTROL_DOSE_MODE] = {
		.path = "dose.mode",
		.help = "What a week may have: 80 dB for 40 hours (adult), or 75 dB (sensitive, children)",
		.type = TYPE_CHOICE, .choices = dose_choices,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DOSE_SPL] = {
		.path = "dose.spl.%s",
		.help = "Estimate of the A-weighted level at the ear in the last second; 0: none, or not known",
		.type = TYPE_NUMBER, .unit = "dB SPL", .maximum = 200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = ears,
	},
	[CONTROL_EQ] = {
		.path = "eq",
		.help = "The headphone's profile is applied",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_EQ_PROFILE] = {
		.path = "eq.profile",
		.help = "Name of the profile (wiregain profile load FILE NAME); empty: none",
		.type = TYPE_TEXT, .maximum = 60, .flags = CONTROL_KEPT,
	},
	[CONTROL_EQ_PREAMP] = {
		.path = "eq.preamp",
		.help = "Below what makes sure that the profile raises nothing",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -60, .maximum = 0, .step = LEVEL_STEP,
		.flags = CONTROL_KEPT,
	},
	[CONTROL_EQ_GAIN] = {
		.path = "eq.gain",
		.help = "With how much gain the profile raises nothing; its own preamp is in it",
		.type = TYPE_NUMBER, .unit = "dB", .minimum = -200, .maximum = 0,
		.access = ACCESS_NONE,
	},
	[CONTROL_CROSSFEED] = {
		.path = "crossfeed",
		.help = "Some of each side for the other ear: natural keeps the middle, bauer is bs2b",
		.type = TYPE_CHOICE, .choices = crossfeed_choices, .flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_PRESET] = {
		.path = "crossfeed.preset",
		.help = "Separation, delay and cut by a known name; custom once changed",
		.type = TYPE_CHOICE, .choices = preset_choices, .initial = 3, .flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_SEPARATION] = {
		.path = "crossfeed.separation",
		.help = "Level difference of the ears at low frequencies for a sound on one side",
		.type = TYPE_NUMBER, .unit = "dB", .minimum = 3, .maximum = 13, .step = 0.5,
		.initial = 9.5, .flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_DELAY] = {
		.path = "crossfeed.delay",
		.help = "Time difference of the ears for a sound on one side; for natural",
		.type = TYPE_NUMBER, .unit = "us", .minimum = 150, .maximum = 460, .step = 1,
		.initial = 280, .flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_ANGLE] = {
		.path = "crossfeed.angle",
		.help = "The delay as the angle of a loudspeaker from straight ahead",
		.type = TYPE_NUMBER, .unit = "degrees", .minimum = 17, .maximum = 56, .step = 1,
		.initial = 32,
	},
	[CONTROL_CROSSFEED_CUT] = {
		.path = "crossfeed.cut",
		.help = "Corner of what crosses; for bauer",
		.type = TYPE_NUMBER, .unit = "Hz", .minimum = 300, .maximum = 2000, .step = 10,
		.initial = 650, .flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_CENTER] = {
		.path = "crossfeed.center",
		.help = "Level of what both sides have in common, while a crossfeed is on",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -12, .maximum = 0, .step = LEVEL_STEP,
		.flags = CONTROL_KEPT,
	},
	[CONTROL_CROSSFEED_COMPARE] = {
		.path = "crossfeed.compare",
		.help = "Off and both kinds equally loud: the louder ones are lowered",
		.type = TYPE_SWITCH, .flags = CONTROL_KEPT,
	},
	[CONTROL_PROTECT_SPL_LIMIT] = {
		.path = "protect.spl_limit",
		.help = "The most at the ear: no peak of the headphones' sound passes that of such a sine",
		.type = TYPE_NUMBER, .unit = "dB", .minimum = 70, .maximum = 130, .step = 1,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_PROTECT_CEILING] = {
		.path = "protect.ceiling",
		.help = "What no sample of the headphones' sound passes",
		.type = TYPE_NUMBER, .unit = "dBFS", .minimum = -200, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_CEILING_BY] = {
		.path = "protect.ceiling_by",
		.help = "What sets that ceiling: full scale, the load, or protect.spl_limit",
		.type = TYPE_CHOICE, .choices = ceiling_choices, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_ACTING] = {
		.path = "protect.acting",
		.help = "What holds the headphones' sound down now",
		.type = TYPE_CHOICE, .choices = acting_choices, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_LIMITER] = {
		.path = "protect.limiter",
		.help = "Beyond full scale: clip, limit at no latency, or limit true peaks, 1.5 ms late",
		.type = TYPE_CHOICE, .choices = limiter_choices, .initial = 1,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_PROTECT_DC] = {
		.path = "protect.dc",
		.help = "Direct current beyond -30 dBFS for 200 ms mutes the output",
		.type = TYPE_SWITCH, .initial = 1, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_PROTECT_NOISE] = {
		.path = "protect.noise",
		.help = "White noise near full scale for 100 ms, a broken stream's, mutes the outputs",
		.type = TYPE_SWITCH, .initial = 1, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_PROTECT_STATE] = {
		.path = "protect.state",
		.help = "Why the guard mutes; it plays again after 3 s without a fault",
		.type = TYPE_CHOICE, .choices = guard_choices, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_TRIPS] = {
		.path = "protect.trips",
		.help = "How often the guard muted an output",
		.type = TYPE_NUMBER, .maximum = 1e15, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_RESET] = {
		.path = "protect.reset",
		.help = "Play again at once after the guard has muted, if the fault is over",
		.type = TYPE_ACTION,
	},
	[CONTROL_PROTECT_NONFINITE] = {
		.path = "protect.nonfinite",
		.help = "Samples that were not finite, or beyond +60 dBFS, and were silenced",
		.type = TYPE_NUMBER, .maximum = 1e15, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_PROTECT_LIMITED] = {
		.path = "protect.limited",
		.help = "Frames that were held at full scale",
		.type = TYPE_NUMBER, .maximum = 1e15, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_METER_PEAK] = {
		.path = "meter.%s.peak",
		.help = "Sample peak; falls 20 dB in 1.7 s",
		.type = TYPE_NUMBER, .unit = "dBFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_TRUE_PEAK] = {
		.path = "meter.%s.true_peak",
		.help = "True peak (BS.1770, 16 times); falls 20 dB in 1.7 s",
		.type = TYPE_NUMBER, .unit = "dBTP", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_VU] = {
		.path = "meter.%s.vu",
		.help = "VU; 0 is a sine of -20 dBFS",
		.type = TYPE_NUMBER, .unit = "VU", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_PPM] = {
		.path = "meter.%s.ppm",
		.help = "Quasi-peak, as meter.ppm_scale says: the steady sine that reads the same",
		.type = TYPE_NUMBER, .unit = "dBFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_RMS] = {
		.path = "meter.%s.rms",
		.help = "RMS over 600 ms, as K-20, K-14 and K-12 want it; a sine reads its peak",
		.type = TYPE_NUMBER, .unit = "dBFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_CREST] = {
		.path = "meter.%s.crest",
		.help = "Sample peak against RMS, now; 3.0 for a sine",
		.type = TYPE_NUMBER, .unit = "dB", .minimum = -200, .maximum = 260, .initial = 0,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_DC] = {
		.path = "meter.%s.dc",
		.help = "Constant part, over about a second",
		.type = TYPE_NUMBER, .unit = "dBFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_CLIPS] = {
		.path = "meter.%s.clips",
		.help = "Runs of three or more samples at full scale since the reset",
		.type = TYPE_NUMBER, .minimum = 0, .maximum = 1e15, .initial = 0,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_sides,
	},
	[CONTROL_METER_MOMENTARY] = {
		.path = "meter.%s.loudness.momentary",
		.help = "Loudness of the last 400 ms (EBU Tech 3341)",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_SHORT_TERM] = {
		.path = "meter.%s.loudness.short_term",
		.help = "Loudness of the last 3 s",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_INTEGRATED] = {
		.path = "meter.%s.loudness.integrated",
		.help = "Loudness since the reset, gated (BS.1770)",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_RANGE] = {
		.path = "meter.%s.loudness.range",
		.help = "Loudness range since the reset (EBU Tech 3342)",
		.type = TYPE_NUMBER, .unit = "LU", .minimum = 0, .maximum = 260, .initial = 0,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_MOMENTARY_MAX] = {
		.path = "meter.%s.loudness.momentary_max",
		.help = "The loudest 400 ms since the reset",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_SHORT_TERM_MAX] = {
		.path = "meter.%s.loudness.short_term_max",
		.help = "The loudest 3 s since the reset",
		.type = TYPE_NUMBER, .unit = "LUFS", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_TRUE_PEAK_MAX] = {
		.path = "meter.%s.true_peak_max",
		.help = "The highest true peak of both sides since the reset",
		.type = TYPE_NUMBER, .unit = "dBTP", .minimum = -200, .maximum = 60, .initial = -200,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_CORRELATION] = {
		.path = "meter.%s.correlation",
		.help = "1: both sides are the same, 0: foreign to each other, -1: opposed",
		.type = TYPE_NUMBER, .minimum = -1, .maximum = 1, .initial = 0,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_BALANCE] = {
		.path = "meter.%s.balance",
		.help = "Level of the right side against the left, over 300 ms",
		.type = TYPE_NUMBER, .unit = "dB", .minimum = -60, .maximum = 60, .initial = 0,
		.access = ACCESS_NONE, .flags = CONTROL_METER, .places = meter_points,
	},
	[CONTROL_METER_LOST] = {
		.path = "meter.lost",
		.help = "Frames that were not measured, because the metering came too late",
		.type = TYPE_NUMBER, .maximum = 1e15, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_METER_PPM_SCALE] = {
		.path = "meter.ppm_scale",
		.help = "Which quasi-peak meter: II (BBC, EBU) or I (DIN, Nordic)",
		.type = TYPE_CHOICE, .choices = ppm_choices, .flags = CONTROL_KEPT,
	},
	[CONTROL_METER_RESET] = {
		.path = "meter.reset",
		.help = "Maxima, clips, integrated loudness and range, and what input.match has heard, anew",
		.type = TYPE_ACTION,
	},
	[CONTROL_DEVICE_HEADPHONE] = {
		.path = "device.headphone",
		.help = "Sound device of the headphones; auto takes the best one found and stays with it",
		.type = TYPE_TEXT, .texts = auto_device, .maximum = 200,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_LINE] = {
		.path = "device.line",
		.help = "Sound device of the line output; empty: none",
		.type = TYPE_TEXT, .maximum = 200, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_SUB] = {
		.path = "device.sub",
		.help = "Sound device of the subwoofer; empty: none",
		.type = TYPE_TEXT, .maximum = 200, .access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_HEADPHONE_VOLUME] = {
		.path = "device.headphone.volume",
		.help = "What the headphone device's own volume is held at",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -120, .maximum = 0, .step = LEVEL_STEP,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_LINE_VOLUME] = {
		.path = "device.line.volume",
		.help = "What the line device's own volume is held at",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -120, .maximum = 0, .step = LEVEL_STEP,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_SUB_VOLUME] = {
		.path = "device.sub.volume",
		.help = "What the sub device's own volume is held at",
		.type = TYPE_LEVEL, .unit = "dB", .minimum = -120, .maximum = 0, .step = LEVEL_STEP,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DEVICE_HEADPHONE_STATE] = {
		.path = "device.headphone.state",
		.help = "Whether sound reaches the headphone device",
		.type = TYPE_CHOICE, .choices = state_choices, .access = ACCESS_NONE,
	},
	[CONTROL_DEVICE_LINE_STATE] = {
		.path = "device.line.state",
		.help = "Whether sound reaches the line device",
		.type = TYPE_CHOICE, .choices = state_choices, .access = ACCESS_NONE,
	},
	[CONTROL_DEVICE_SUB_STATE] = {
		.path = "device.sub.state",
		.help = "Whether sound reaches the sub device",
		.type = TYPE_CHOICE, .choices = state_choices, .access = ACCESS_NONE,
	},
	[CONTROL_DISPLAY_BRIGHTNESS] = {
		.path = "display.brightness",
		.help = "How bright the panel is",
		.type = TYPE_NUMBER, .unit = "%", .minimum = 5, .maximum = 100, .step = 1,
		.initial = 100, .flags = CONTROL_KEPT,
	},
	[CONTROL_DISPLAY_TIMEOUT_S] = {
		.path = "display.timeout_s",
		.help = "The panel goes dark when nobody has touched it for so long",
		.type = TYPE_NUMBER, .unit = "s", .minimum = 1, .maximum = 3600, .step = 1,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT | CONTROL_OFF_AT_0,
	},
	[CONTROL_DISPLAY_OFF] = {
		.path = "display.off",
		.help = "The panel is dark until it is touched",
		.type = TYPE_SWITCH,
	},
	[CONTROL_DISPLAY_THEME] = {
		.path = "display.theme",
		.help = "The panel's finish",
		.type = TYPE_CHOICE, .choices = theme_choices,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DISPLAY_LAYOUT] = {
		.path = "display.layout",
		.help = "The panel's shape: for a table-top, or wide for a rack",
		.type = TYPE_CHOICE, .choices = layout_choices,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_DISPLAY_METER] = {
		.path = "display.meter",
		.help = "The meters of the panel's main page",
		.type = TYPE_CHOICE, .choices = meter_choices, .flags = CONTROL_KEPT,
	},
	[CONTROL_DISPLAY_LOCKED] = {
		.path = "display.locked",
		.help = "Panels may lower levels, mute and dim, and nothing else, until the PIN is given",
		.type = TYPE_SWITCH, .access = ACCESS_NONE, .flags = CONTROL_KEPT,
	},
	[CONTROL_DISPLAY_LOGO] = {
		.path = "display.logo",
		.help = "The logo on the panel: changes with it, empty when there is none",
		.type = TYPE_TEXT, .maximum = 32, .access = ACCESS_NONE,
	},
	[CONTROL_AUDIO_BACKEND] = {
		.path = "audio.backend",
		.help = "Where sound comes from and goes to",
		.type = TYPE_TEXT, .maximum = 24, .access = ACCESS_NONE,
	},
	[CONTROL_AUDIO_RATE] = {
		.path = "audio.rate",
		.help = "The sample rate",
		.type = TYPE_NUMBER, .unit = "Hz", .maximum = 1536000, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_AUDIO_BLOCK] = {
		.path = "audio.block",
		.help = "Frames in a cycle of the sound device",
		.type = TYPE_NUMBER, .maximum = 8192, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_AUDIO_LATENCY_MS] = {
		.path = "audio.latency_ms",
		.help = "From an input to the headphone device; the amplifier's own part of it is 0",
		.type = TYPE_NUMBER, .unit = "ms", .maximum = 1e6, .access = ACCESS_NONE,
	},
	[CONTROL_AUDIO_LOST] = {
		.path = "audio.lost",
		.help = "Blocks of an input or output that came too late",
		.type = TYPE_NUMBER, .maximum = 1e15, .step = 1, .access = ACCESS_NONE,
	},
	[CONTROL_SYSTEM_NAME] = {
		.path = "system.name",
		.help = "What this amplifier is called",
		.type = TYPE_TEXT, .texts = system_name, .minimum = 1, .maximum = 24,
		.access = ACCESS_SETUP, .flags = CONTROL_KEPT,
	},
	[CONTROL_SYSTEM_VERSION] = {
		.path = "system.version",
		.help = "The version of this program",
		.type = TYPE_TEXT, .texts = version, .maximum = 24, .access = ACCESS_NONE,
	},
	[CONTROL_SYSTEM_NOTICE] = {
		.path = "system.notice",
		.help = "The last thing that the amplifier did by itself, and why",
		.type = TYPE_TEXT, .maximum = 200, .access = ACCESS_NONE,
	},
	[CONTROL_SYSTEM_PANEL] = {
		.path = "system.panel",
		.help = "The panel's address, for a browser on this machine; empty: it is not served",
		.type = TYPE_TEXT, .maximum = 200, .access = ACCESS_NONE,
	},
	[CONTROL_SYSTEM_PAIRING] = {
		.path = "system.pairing",
		.help = "The code by which a panel on another machine gets in; empty: none can",
		.type = TYPE_TEXT, .maximum = 6, .access = ACCESS_NONE,
	},
	[CONTROL_SYSTEM_RESET] = {
		.path = "system.reset",
		.help = "Every setting to its default: factory reset",
		.type = TYPE_ACTION, .access = ACCESS_SETUP,
	},
};
