/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * From the amplifier's state what its sound back end shall do. Main thread.
 */
#include <string.h>

#include "outputs.h"
#include "service_inside.h"
#include "text.h"

static void take_text(const struct amp *amp, enum control_id id, int instance, char *text)
{
	text_copy(text, TEXT_BYTES, amp_value(amp, (struct control_ref){id, instance})->text);
}

void service_make_wishes(const struct amp *amp, struct audio_config *ret_wishes)
{
	/* All of it, padding and the rest of each text too: wishes are compared byte by byte. */
	memset(ret_wishes, 0, sizeof(*ret_wishes));
	ret_wishes->latency_ns =
		amp_int(amp, CONTROL_PROTECT_LIMITER) == LIMITER_LOOKAHEAD ? LOOKAHEAD_S * 1e9 : 0;
	ret_wishes->power = amp_int(amp, CONTROL_POWER) != 0;
	take_text(amp, CONTROL_SYSTEM_NAME, 0, ret_wishes->name);
	for (int i = 0; i < INPUTS; i++) {
		take_text(amp, CONTROL_INPUT_NAME, i, ret_wishes->input_name[i]);
		ret_wishes->input_enabled[i] = amp_input_int(amp, CONTROL_INPUT_ENABLED, i) != 0;
	}
	for (int i = 0; i < OUTPUTS; i++) {
		take_text(amp, output_rows[i].device, 0, ret_wishes->device[i]);
		ret_wishes->device_volume_half_db[i] = amp_int(amp, output_rows[i].device_volume);
	}
}
