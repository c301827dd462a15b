/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A build without ALSA.
 */
#include <errno.h>

#include "live-ops.h"

int live_device_open(const struct through_config *config, struct dut **ret_dut,
		     struct refusal *ret_refusal)
{
	refuse(ret_refusal, "--through device: this program was built without ALSA (libasound)");
	return -ENOTSUP;
}

int through_tone_start(const struct through_config *config, double hz, double level_db,
		       struct through_tone **ret_tone, struct refusal *ret_refusal)
{
	refuse(ret_refusal, "--calibrate: this program was built without ALSA (libasound)");
	return -ENOTSUP;
}

void through_tone_stop(struct through_tone *tone)
{
}

int through_tone_hear(struct through_tone *tone, double hz, const _Atomic bool *stop,
		      struct tone_heard *ret_heard, struct refusal *ret_refusal)
{
	return -ENOTSUP;
}

void through_card_name(const char *device, bool capture, char *ret_name, size_t size)
{
	ret_name[0] = '\0';
}
