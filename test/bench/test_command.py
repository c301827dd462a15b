#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain bench as people run it: its figures hold docs/figures.json, and what is asked wrongly or
goes wrong is said. What its report looks like is test_report.py's."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, TOP = sys.argv.pop(1), pathlib.Path(__file__).resolve().parents[2]


def bench(*words):
    return subprocess.run([PROGRAM, "bench", *map(str, words)], capture_output=True, text=True, timeout=300)


class QuickReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="wiregain-bench-")
        cls.path = pathlib.Path(cls.folder.name) / "new" / "report"
        cls.result = bench("--quick", "--report", cls.path)
        cls.report = json.loads((cls.path / "report.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_no_figure_is_worse_than_its_limit(self):
        self.assertEqual(self.result.returncode, 0, self.result.stdout + self.result.stderr)
        self.assertNotIn("WORSE", self.result.stdout)

    def test_every_limit_is_of_a_figure_and_every_judged_figure_has_one(self):
        limits = json.loads((TOP / "docs/figures.json").read_text())["path"]
        names = {figure["name"] for figure in self.report["figures"]}
        for name in limits:
            self.assertTrue(name in names or any(n.startswith(name.removesuffix("*")) for n in names), name)
        for figure in self.report["figures"]:
            if figure["better"] != "plain":
                self.assertEqual(figure["verdict"], "holds", figure["name"])

    def test_controls_of_the_table_are_all_tried(self):
        """Whatever changes the gain is found: these do, by what the controls are."""
        names = {figure["name"] for figure in self.report["figures"]}
        for control in ("power", "input", "headphone.level", "line.mute", "sub.lowpass_hz", "dim", "dim.amount",
                        "monitor.mode", "monitor.invert_left", "headphone.balance", "input.1.trim"):
            self.assertIn("splatter." + control, names)

    def test_compare(self):
        same = bench("--compare", self.path / "report.json", self.path / "report.json")
        self.assertEqual((same.returncode, same.stdout), (0, "nothing changed\n"))
        changed = json.loads((self.path / "report.json").read_text())
        for figure in changed["figures"]:
            if figure["name"] == "noise.idle":
                figure["value"] += 3
        changed["figures"] = [f for f in changed["figures"] if f["name"] != "latency.skew"]
        other = self.path / "other.json"
        other.write_text(json.dumps(changed))
        changed = bench("--compare", self.path / "report.json", other).stdout
        self.assertRegex(changed, r"noise\.idle +-142\.2\d+ dBFS -> -139\.2\d+ dBFS +worse\n")
        self.assertRegex(changed, r"latency\.skew .* gone\n")
        self.assertEqual(len(changed.splitlines()), 2)


class Command(unittest.TestCase):
    def test_device_without_a_signal(self):
        """ALSA's own null device plays into nothing and records nothing."""
        result = bench("--through", "device", "--playback", "null", "--capture", "null", "--only", "latency")
        if "built without" in result.stderr:
            self.skipTest(result.stderr)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("no signal comes back", result.stderr)
        missing = bench("--through", "device", "--playback", "hw:no-such-card")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("hw:no-such-card: cannot be opened to play", missing.stderr)

    def test_only(self):
        report = json.loads(bench("--quick", "--only", "noise", "--json").stdout)
        self.assertEqual({figure["name"].split(".")[0] for figure in report["figures"]}, {"noise"})

    def test_asked_wrongly(self):
        for words, says in ((["--only", "nose"], "--only nose: use one of gain"),
                            (["--through", "space"], "--through space"),
                            (["--compare", "a.json"], "--compare and two reports"),
                            (["--output", "sub"], "--output sub: use headphone or line"),
                            (["--volts", "0"], "--volts 0: use a number above 0"),
                            (["report.json"], "--compare and two reports")):
            result = bench(*words)
            self.assertIn(says, result.stderr)
            self.assertEqual(result.returncode, 2, words)

    def test_report_folder_that_cannot_be(self):
        with tempfile.NamedTemporaryFile() as file:
            start = time.monotonic()
            result = bench("--report", file.name + "/report")
            self.assertEqual(result.returncode, 1)
            self.assertIn("the report cannot be written: Not a directory", result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertLess(time.monotonic() - start, 300)

    def test_compare_with_what_is_no_report(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.json"
            for text in ("", "{", "[]", "{}", '{"schema": 2, "figures": []}'):
                path.write_text(text)
                result = bench("--compare", path, path)
                self.assertEqual(result.returncode, 1, text)
                self.assertIn("a.json", result.stderr)

    def test_interrupted_on_a_terminal(self):
        """Progress is shown, and what was measured until then is kept."""
        with tempfile.TemporaryDirectory() as folder:
            leader, follower = pty.openpty()
            process = subprocess.Popen([PROGRAM, "bench", "--report", folder], stdout=subprocess.DEVNULL,
                                       stderr=follower)
            os.close(follower)
            shown = b""
            while b"5 of " not in shown:
                shown += os.read(leader, 4096)
            process.send_signal(signal.SIGINT)
            try:
                while os.read(leader, 4096):
                    pass
            except OSError:
                pass
            self.assertEqual(process.wait(), 1)
            os.close(leader)
            report = json.loads((pathlib.Path(folder) / "report.json").read_text())
            self.assertFalse(report["complete"])
            names = {figure["name"] for figure in report["figures"]}
            self.assertIn("gain.headphone.error", names)
            self.assertNotIn("cost.frame", names)


if __name__ == "__main__":
    unittest.main()
