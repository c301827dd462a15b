/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A build without JACK.
 */
#include <errno.h>

#include "live-ops.h"

int live_jack_open(const struct through_config *config, struct dut **ret_dut,
		   struct refusal *ret_refusal)
{
	refuse(ret_refusal, "--through jack: this program was built without JACK (libjack)");
	return -ENOTSUP;
}
