/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Requests in JSON, one a line, of a peer that the first byte names: each is answered in JSON, and
 * no limit is passed whatever was asked.
 */
#include <stdlib.h>
#include <string.h>

#include "amplifier.h"
#include "protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_reply(char *reply)
{
	json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	if (reply && !json_is_object(json)) {
		abort();
	}
	json_decref(json);
	free(reply);
}

static void check_levels(const struct amp *amp)
{
	if (amp_int(amp, CONTROL_HEADPHONE_LEVEL) > amp_int(amp, CONTROL_HEADPHONE_LIMIT) ||
	    amp_int(amp, CONTROL_LINE_LEVEL) > amp_int(amp, CONTROL_LINE_LIMIT)) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_amplifier *amplifier = fuzz_amplifier_reset(false);
	const uint8_t *at = data + 1, *end = data + size;
	const struct control_ref level = {CONTROL_HEADPHONE_LEVEL, 0};
	struct session session;

	if (size == 0) {
		return 0;
	}
	session_init(&session, amplifier->service, (enum session_peer)(data[0] % 3));
	while (at < end) {
		const uint8_t *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((line_end ? line_end : end) - at);
		char *reply = NULL;

		if (session_request(&session, (const char *)at, length, &reply) < 0) {
			abort();
		}
		check_reply(reply);
		session_changed(&session, level);
		check_reply(session_take_changes(&session));
		check_reply(session_synced(&session));
		check_levels(service_amp(amplifier->service));
		at += length + 1;
	}
	check_reply(protocol_readings(amplifier->service));
	return 0;
}
