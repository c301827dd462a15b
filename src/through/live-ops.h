/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The real-time devices that this build has.
 */
#ifndef WIREGAIN_LIVE_OPS_H
#define WIREGAIN_LIVE_OPS_H

#include "dut.h"
#include "through.h"

/* Each 0 or a negative errno with the reason; -ENOTSUP where the build has no part for it. */
int live_jack_open(const struct through_config *config, struct dut **ret_dut,
		   struct refusal *ret_refusal);
int live_pipewire_open(const struct through_config *config, struct dut **ret_dut,
		       struct refusal *ret_refusal);
int live_device_open(const struct through_config *config, struct dut **ret_dut,
		     struct refusal *ret_refusal);

#endif
