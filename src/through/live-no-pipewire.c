/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A build without PipeWire.
 */
#include <errno.h>

#include "live-ops.h"

int live_pipewire_open(const struct through_config *config, struct dut **ret_dut,
		       struct refusal *ret_refusal)
{
	refuse(ret_refusal, "--through pipewire: this program was built without PipeWire");
	return -ENOTSUP;
}
