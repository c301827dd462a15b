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
