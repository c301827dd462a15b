/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What is said to a listener. No allocation, no files: any thread.
 */
#include "saying.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct row {
	const char *code;
	const char *english; /* with {gaps} */
};

/* clang-format off */

static const struct row rows[SAYING_COUNT] = {
	[SAYING_LOWERED_AT_START] = {"lowered_at_start",
		"lowered at power-up: {output} level from {from} to {to} ({output}.start)"},
	[SAYING_BOTH_LOWERED_AT_START] = {"both_lowered_at_start",
		"lowered at power-up: headphone level from {from} to {to} (headphone.start), line"
		" level from {line_from} to {line_to} (line.start)"},
	[SAYING_LOWERED_AT_PLUG] = {"lowered_at_plug",
		"headphones plugged in: headphone level from {from} to {to} (headphone.start)"},
	[SAYING_PAUSED] = {"paused",
		"{output} paused at {level}, {below} below {output}.limit: press again to go on"},
	[SAYING_SPL_LIMIT_UNKNOWN] = {"spl_limit_unknown",
		"the headphones are muted: protect.spl_limit cannot be held. Set load.headphone "
		"and load.amplifier, or the limit off"},
	[SAYING_TRIMS_LOWERED] = {"trims_lowered",
		"trims lowered to the quietest input: {trims}"},
	[SAYING_INPUTS_EQUAL] = {"inputs_equal",
		"the inputs are equally loud already"},
	[SAYING_GUARD_DC] = {"guard_dc",
		"the guard mutes the {output} output: direct current. It plays again after 3 s "
		"without"},
	[SAYING_GUARD_NONFINITE] = {"guard_nonfinite",
		"the guard mutes the {output} output: samples that are not finite numbers. It "
		"plays again after 3 s without"},
	[SAYING_GUARD_NOISE] = {"guard_noise",
		"the guard mutes the {output} output: noise at full scale comes in. It plays "
		"again after 3 s without"},
	[SAYING_GUARD_OVERLOAD] = {"guard_overload",
		"the guard mutes the {output} output: a signal far beyond full scale. It plays "
		"again after 3 s without"},
	[SAYING_GUARD_OVER] = {"guard_over",
		"the fault is over: it plays again"},
	[SAYING_NONFINITE_SILENCED] = {"nonfinite_silenced",
		"{count} samples that were not finite numbers came in and were silenced"},
	[SAYING_DOSE] = {"dose",
		"{percent} of the sound that a week may have ({level} for 40 hours) was heard, by"
		" an estimate that may be {uncertainty} off: `wiregain dose` says more"},
	[SAYING_NOT_KEPT] = {"not_kept",
		"settings are not kept: {why}"},
	[SAYING_KEPT_AGAIN] = {"kept_again",
		"settings are kept again"},
	[SAYING_DEVICE_FOUND] = {"device_found",
		"the {output} output goes to {device} from now on"},
	[SAYING_DEVICE_REFUSED] = {"device_refused",
		"the {output} output stays silent: on its device it would play into the headphones, past their limits. Set device.{output} to another device, or to none"},
	[SAYING_VOLUME_PUT_BACK] = {"volume_put_back",
		"another program moved the {output} device's volume to {level}: it was put back"},
	[SAYING_SERVER_LOST] = {"server_lost",
		"the sound server went away: silent until it comes back"},
	[SAYING_SERVER_BACK] = {"server_back",
		"the sound server is back"},
	[SAYING_ABOVE_LIMIT] = {"above_limit",
		"{level} is above {output}.limit: use at most {most}"},
	[SAYING_OUT_OF_RANGE] = {"out_of_range",
		"{value} is out of range: use {least} to {most}"},
	[SAYING_OUT_OF_RANGE_OR] = {"out_of_range_or",
		"{value} is out of range: use {least} to {most}, or {word}"},
	[SAYING_NOT_A_MULTIPLE] = {"not_a_multiple",
		"{value} is not a multiple of {step}"},
	[SAYING_NOT_A_TEXT] = {"not_a_text",
		"not a text: use UTF-8 without control characters"},
	[SAYING_TEXT_EMPTY] = {"text_empty",
		"an empty text: give at least {least} characters"},
	[SAYING_TEXT_LONG] = {"text_long",
		"{count} characters are too many: use at most {most}"},
	[SAYING_INPUT_DISABLED] = {"input_disabled",
		"input {input} is not enabled: set input.{input}.enabled=on first"},
	[SAYING_INPUT_SELECTED] = {"input_selected",
		"input {input} is the selected one: select another first"},
	[SAYING_TOO_FEW_HEARD] = {"too_few_heard",
		"fewer than two inputs were heard: play something for some seconds through each "
		"that shall be matched"},
	[SAYING_LOAD_UNKNOWN] = {"load_unknown",
		"nothing is known of the load: set load.headphone and load.amplifier first"},
	[SAYING_HEADPHONE_UNKNOWN] = {"headphone_unknown",
		"there is no headphone {name} in the tables: `wiregain match` lists them"},
	[SAYING_AMPLIFIER_UNKNOWN] = {"amplifier_unknown",
		"there is no amplifier {name} in the tables: `wiregain match` lists them"},
	[SAYING_HEADPHONE_UNCLEAR] = {"headphone_unclear",
		"there is more than one headphone {name}: did you mean {names}?"},
	[SAYING_AMPLIFIER_UNCLEAR] = {"amplifier_unclear",
		"there is more than one amplifier {name}: did you mean {names}?"},
	[SAYING_HEADPHONE_NEAR] = {"headphone_near",
		"there is no headphone {name}: did you mean {names}?"},
	[SAYING_AMPLIFIER_NEAR] = {"amplifier_near",
		"there is no amplifier {name}: did you mean {names}?"},
	[SAYING_PROFILE_UNKNOWN] = {"profile_unknown",
		"there is no profile {name}: `wiregain profile load FILE NAME` makes one"},
	[SAYING_LOCKED] = {"locked",
		"the panel is locked: unlock it first"},
	[SAYING_LOCKED_BUT_DOWN] = {"locked_but_down",
		"the panel is locked: levels go down, mute and dim work; unlock it for anything "
		"else"},
	[SAYING_PIN_DIGITS] = {"pin_digits",
		"give a PIN of {least} to {most} digits"},
	[SAYING_PIN_WRONG] = {"pin_wrong",
		"not the PIN: `wiregain panel --unlock` does without it"},
	[SAYING_TOO_SOON] = {"too_soon",
		"too soon after a wrong one: wait {seconds} s"},
	[SAYING_PAIR_FIRST] = {"pair_first",
		"pair this panel first: with the code that the amplifier shows, or `wiregain get "
		"system.pairing`"},
	[SAYING_CODE_DIGITS] = {"code_digits",
		"give the code: six digits"},
	[SAYING_CODE_NAME] = {"code_name",
		"give a name of up to {most} bytes"},
	[SAYING_CODE_WRONG] = {"code_wrong",
		"not the code: read it with `wiregain get system.pairing`"},
	[SAYING_CODES_SPENT] = {"codes_spent",
		"too many wrong codes: read the next one in ten minutes"},
	[SAYING_PANELS_FULL] = {"panels_full",
		"{most} panels are let in: revoke one first"},
	[SAYING_TOO_LONG] = {"too_long",
		"too long: at most 64 KiB, a logo 256"},
	[SAYING_LOGO_UNKNOWN] = {"logo_unknown",
		"not a PNG of at most {side} x {side}, nor an SVG"},
	[SAYING_LOGO_UNSAFE] = {"logo_unsafe",
		"the SVG has {name}, which does more than draw: save it as a plain SVG without "
		"scripts and links"},
	[SAYING_LOGO_UNCLEAR] = {"logo_unclear",
		"not an SVG that can be followed: save it as a plain SVG"},
	[SAYING_LOGO_COSTLY] = {"logo_costly",
		"the SVG draws too much: save it as a plain SVG without <use>"},
};

/* clang-format on */

const char *saying_code(enum saying_id id)
{
	return rows[id].code;
}

const char *saying_english(enum saying_id id)
{
	return rows[id].english;
}

/* The gap that begins next in `text`: its name, and where it ends. False: there is none. */
static bool next_gap(const char *text, char ret_name[SAYING_GAP_BYTES], const char **ret_begin,
		     const char **ret_end)
{
	const char *begin = strchr(text, '{');
	const char *end = begin ? strchr(begin, '}') : NULL;

	if (!end) {
		return false;
	}
	assert(end - begin <= SAYING_GAP_BYTES);
	memcpy(ret_name, begin + 1, (size_t)(end - begin) - 1);
	ret_name[end - begin - 1] = '\0';
	*ret_begin = begin;
	*ret_end = end + 1;
	return true;
}

bool saying_gap(enum saying_id id, int gap, char ret_name[SAYING_GAP_BYTES])
{
	char names[SAYING_GAPS][SAYING_GAP_BYTES], name[SAYING_GAP_BYTES];
	const char *at = id == SAYING_PLAIN ? "" : rows[id].english, *begin;
	int count = 0;

	while (count <= gap && next_gap(at, name, &begin, &at)) {
		int known = 0;

		while (known < count && strcmp(names[known], name) != 0) {
			known++;
		}
		if (known == count) {
			assert(count < SAYING_GAPS);
			memcpy(names[count++], name, sizeof(name));
		}
	}
	if (count <= gap) {
		return false;
	}
	memcpy(ret_name, names[gap], SAYING_GAP_BYTES);
	return true;
}

const char *saying_fill(const struct saying *saying, int gap)
{
	const char *at = saying->fill, *end = saying->fill + sizeof(saying->fill) - 1;

	while (gap-- > 0 && at < end) {
		at += strlen(at) + 1;
	}
	return at < end ? at : "";
}

void saying_make(struct saying *ret_saying, enum saying_id id, va_list strings)
{
	char name[SAYING_GAP_BYTES];
	size_t length = 0;
	int gaps = 0;

	memset(ret_saying, 0, sizeof(*ret_saying));
	ret_saying->id = id;
	for (const char *text; (text = va_arg(strings, const char *)) != NULL; gaps++) {
		size_t room = sizeof(ret_saying->fill) - length;

		snprintf(ret_saying->fill + length, room, "%s", text);
		length += strlen(ret_saying->fill + length) + 1;
		length = length < sizeof(ret_saying->fill) ? length : sizeof(ret_saying->fill) - 1;
	}
	assert(!saying_gap(id, gaps, name) && (gaps == 0 || saying_gap(id, gaps - 1, name)));
}

/* What fills the gap of that name. */
static const char *fill_of(const struct saying *saying, const char *wanted)
{
	char name[SAYING_GAP_BYTES];
	int gap = 0;

	while (saying_gap(saying->id, gap, name) && strcmp(name, wanted) != 0) {
		gap++;
	}
	return saying_fill(saying, gap);
}

char *saying_write(const struct saying *saying, char *text, size_t size)
{
	const char *at = saying->id == SAYING_PLAIN ? "" : rows[saying->id].english, *begin, *end;
	char name[SAYING_GAP_BYTES];
	size_t length = 0;

	text[0] = '\0';
	while (length < size && next_gap(at, name, &begin, &end)) {
		length += (size_t)snprintf(text + length, size - length, "%.*s%s",
					   (int)(begin - at), at, fill_of(saying, name));
		at = end;
	}
	if (length < size) {
		snprintf(text + length, size - length, "%s", at);
	}
	return text;
}
