/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The choice of what is measured through.
 */
#include "through.h"

#include <errno.h>
#include <string.h>

#include "live-ops.h"

int through_open(const struct through_config *config, struct dut **ret_dut,
		 struct refusal *ret_refusal)
{
	if (strcmp(config->name, "path") == 0) {
		const int error = dut_path_create(ret_dut);

		return error < 0 ? refuse(ret_refusal, "%s", strerror(-error)), error : 0;
	}
	if (strcmp(config->name, "jack") == 0) {
		return live_jack_open(config, ret_dut, ret_refusal);
	}
	if (strcmp(config->name, "pipewire") == 0) {
		return live_pipewire_open(config, ret_dut, ret_refusal);
	}
	if (strcmp(config->name, "device") == 0) {
		return live_device_open(config, ret_dut, ret_refusal);
	}
	refuse(ret_refusal, "--through %.40s: use path, pipewire, jack or device", config->name);
	return -ENOENT;
}
