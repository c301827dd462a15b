#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain dose: what is said of it, and that a kill loses ten seconds at most and doubles nothing."""

import json
import signal
import sqlite3
import time
import unittest

import harness

LOUD = ("--set", "load.sensitivity=110", "--set", "load.full_scale=1",
        "--set", "headphone.start=0", "--set", "headphone.level=0")


class Dose(harness.Place):
    def dose(self):
        return json.loads(self.good("dose", "--json"))

    def wait_for(self, condition):
        deadline = time.monotonic() + harness.PATIENCE_S
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def kept(self):
        """(seconds, Pa2 s) in the file."""
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return database.execute("SELECT total(seconds), total(left_pa2s) FROM exposure").fetchone()
        finally:
            database.close()

    def test_nothing_is_known(self):
        self.start()
        self.assertIn("wiregain set load.headphone", self.good("dose"))
        dose = self.dose()
        self.assertEqual((dose["known"], dose["week_percent"], dose["limit_db_spl"]),
                         (False, 0, None))
        self.assertEqual(dose["days_percent"], [0] * 7)

    def test_nobody_runs(self):
        self.assertIn("no amplifier is running", self.bad(1, "dose"))
        self.assertIn("takes no arguments", self.bad(2, "dose", "week"))

    def test_a_week_that_is_full(self):
        self.start().stop()
        now = int(time.time()) // 60
        with sqlite3.connect(self.store) as database:
            # Two hours of 94 dB, one of them yesterday; and eight days ago far too much.
            for ago in [*range(60), *range(1440, 1500)]:
                database.execute("INSERT INTO exposure VALUES (?, ?, 0, 60)",
                                 (now - ago, 60 * 4e-10 * 10 ** 9.4))
            database.execute("INSERT INTO exposure VALUES (?, 1e6, 1e6, 60)", (now - 8 * 1440,))
        database.close()
        self.start("--set", "load.headphone=hd650", "--set", "load.amplifier=hpa4")
        self.wait_for(lambda: self.dose()["week_percent"] > 0)
        dose = self.dose()
        self.assertAlmostEqual(dose["week_percent"], 125.6, delta=0.6)
        self.assertAlmostEqual(dose["listening_hours"], 2, delta=0.02)
        self.assertEqual(dose["limit_db_spl"], 93)
        self.assertAlmostEqual(sum(dose["days_percent"]), 125.6, delta=0.6)
        text = self.good("dose")
        self.assertIn("125.", text)
        self.assertIn("wiregain set protect.spl_limit=93", text)
        self.assertIn("2.0 times as much", text)
        self.good("set", "dose.mode=sensitive")
        self.wait_for(lambda: self.dose()["week_percent"] > 390)

    def test_killed_in_the_middle(self):
        began = time.monotonic()
        for run in range(2):
            before = self.kept()[0] if run else 0
            amplifier = self.start(*LOUD)
            self.wait_for(lambda: self.dose()["spl_db"]["left"] > 40)
            if run == 0:
                self.wait_for(lambda: self.kept()[0] >= 8)
            lasted = time.monotonic() - began
            amplifier.stop(signal.SIGKILL if run == 0 else signal.SIGTERM)
            seconds, pa2s = self.kept()
            self.assertLessEqual(seconds, lasted + 1)
            self.assertGreaterEqual(seconds, before + (1 if run else 8))
            self.assertGreater(pa2s, 0)


if __name__ == "__main__":
    unittest.main()
