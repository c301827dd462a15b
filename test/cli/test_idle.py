#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""An amplifier in standby, with a client that watches it, costs next to nothing. Processor time is
counted, so the machine may be as busy as it likes."""

import os
import pathlib
import time
import unittest

import harness

SECONDS = 5
MOST_PERCENT = 0.3


class Idle(harness.Place):
    @staticmethod
    def cpu_seconds(process):
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9

    def test_standby(self):
        if not os.path.exists("/proc/self/schedstat"):
            self.skipTest("this kernel does not count the processor time of threads")
        amplifier = self.start("--set", "power=off")
        client = self.client()
        client.ask({"watch": []})
        while client.ask({"get": ["device.headphone.state"]}).get(
                "set", {}).get("device.headphone.state") != "released":
            time.sleep(0.05)
        before, started = self.cpu_seconds(amplifier.process), time.monotonic()
        time.sleep(SECONDS)
        percent = 100 * (self.cpu_seconds(amplifier.process) - before) / (time.monotonic() - started)
        print(f"figure: standby uses {percent:.4f} % of a core")
        self.assertLess(percent, MOST_PERCENT)


if __name__ == "__main__":
    unittest.main()
