/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The load of an amplifier's settings.
 */
#include "amp_load.h"

#include <errno.h>
#include <string.h>

bool amp_is_of_load(enum control_id id)
{
	return id >= CONTROL_LOAD_HEADPHONE && id <= CONTROL_LOAD_FULL_SCALE;
}

int amp_complete_name(const struct amp *amp, enum control_id id, struct value *value,
		      struct refusal *ret_refusal)
{
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	int error = 0;

	if (value->text[0] == '\0') {
		return 0;
	}
	if (id == CONTROL_LOAD_HEADPHONE) {
		error = load_find_headphone(amp->tables, value->text, &headphone, ret_refusal);
	} else {
		error = load_find_amplifier(amp->tables, value->text, &amplifier, ret_refusal);
	}
	if (error < 0) {
		return -EINVAL;
	}
	memcpy(value->text, id == CONTROL_LOAD_HEADPHONE ? headphone.name : amplifier.name,
	       LOAD_NAME_BYTES);
	return 0;
}

static double number(const struct amp *amp, enum control_id id)
{
	return amp_value(amp, (struct control_ref){id, 0})->number;
}

void amp_make_load(struct amp *amp)
{
	const char *headphone_name = amp->values[CONTROL_LOAD_HEADPHONE][0].text;
	const char *amplifier_name = amp->values[CONTROL_LOAD_AMPLIFIER][0].text;
	const struct load_own own = {
		.ohm = number(amp, CONTROL_LOAD_IMPEDANCE),
		.sensitivity_db = number(amp, CONTROL_LOAD_SENSITIVITY),
		.full_scale_volts = number(amp, CONTROL_LOAD_FULL_SCALE),
	};
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	bool has_headphone = headphone_name[0] && load_find_headphone(amp->tables, headphone_name,
								      &headphone, NULL) == 0;
	bool has_amplifier = amplifier_name[0] && load_find_amplifier(amp->tables, amplifier_name,
								      &amplifier, NULL) == 0;

	load_make(has_headphone ? &headphone : NULL, has_amplifier ? &amplifier : NULL, &own,
		  (enum load_connector)amp_int(amp, CONTROL_LOAD_CONNECTOR), &amp->load);
}
