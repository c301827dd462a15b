#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain bench as people run it: its figures hold docs/figures.json, and what is asked wrongly or
goes wrong is said. What its report looks like is test_report.py's."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import report_page
from interrupt import interrupt

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

    def test_page_says_what_the_json_says(self):
        report_page.compare(self, (self.path / "report.html").read_text(), self.report)

    def test_axes_and_cursors(self):
        """A logarithmic axis has no 0; the tables below graphs list round numbers, each once."""
        page = report_page.Cells()
        page.feed((self.path / "report.html").read_text())
        for graph in self.report["graphs"]:
            for axis in "xy":
                if graph[axis]["logarithmic"]:
                    points = [point for series in graph["series"] for point in series[axis] if point is not None]
                    self.assertGreater(min(points), 0, graph["name"])
        self.assertTrue(any(graph["x"]["logarithmic"] for graph in self.report["graphs"]))
        for graph in page.graphs:
            digits = [cursor.lstrip("-").replace(".", "").strip("0k") for cursor in graph["cursors"]]
            # The lines of a J-test are where its rate puts them.
            self.assertTrue(graph["title"] == "J-test" or all(len(digit) <= 2 for digit in digits), graph["cursors"])
            self.assertEqual(len(set(graph["cursors"])), len(graph["cursors"]), graph["title"])

    def changed(self, change):
        """The report with something in it that is otherwise, as a file."""
        report = json.loads((self.path / "report.json").read_text())
        change(report, {figure["name"]: figure for figure in report["figures"]})
        path = self.path / "other.json"
        path.write_text(json.dumps(report))
        return path

    def compared(self, change):
        result = bench("--compare", self.path / "report.json", self.changed(change))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for line in result.stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)
        return result.stdout

    def test_compare_with_itself(self):
        said = self.compared(lambda report, figures: None)
        self.assertRegex(said, r"\AA  .*, through path at 48 kHz, quick\nB  .*\n\nnothing changed\n\Z")

    def test_compare(self):
        def change(report, figures):
            figures["noise.idle"].update(value=figures["noise.idle"]["value"] + 3, verdict="worse")
            figures["noise.snr"]["value"] += 3
            figures["noise.idle_a"]["value"] += figures["noise.idle_a"]["uncertainty"]  # no difference
            figures["distortion.thd"]["value"] += 5  # a bound, as it was
            figures["imd.ccif2"]["value"] = -300  # it was nothing
            figures["latency.skew"]["name"] = "latency.another"
            figures["cost.frame"].update(value=99, conditions="in the rain")
        said = self.compared(change)
        self.assertRegex(said, r"noise\.idle +-142\.2\d+ dBFS -> -139\.2\d+ dBFS +WORSE\n")
        self.assertRegex(said, r"noise\.snr +142\.2\d+ dB -> 145\.2\d+ dB +better\n")
        self.assertRegex(said, r"imd\.ccif2 +nothing -> -300 dB +worse\n")
        self.assertRegex(said, r"latency\.another .* new\n")
        self.assertRegex(said, r"latency\.skew .* gone\n")
        self.assertRegex(said, r"cost\.frame .* -> 99 ns +\*\n")
        self.assertIn("\n1 better, 2 worse, 1 otherwise, 1 new, 1 gone\n", said)
        self.assertIn("WORSE: it held its limit", said)
        self.assertEqual(said.count(" -> "), 6)

    def test_compare_what_was_not_measured_alike(self):
        def change(report, figures):
            report.update(through="jack", rate_hz=44100, quick=False, machine="another", wiregain="9.9")
        said = self.compared(change)
        self.assertIn("B  ", said)
        self.assertIn("wiregain 9.9, through jack at 44.1 kHz\n", said)
        self.assertIn("Not measured alike: through, rate, quick, machine.\n", said)

    def test_what_is_no_report_is_refused(self):
        """Whatever it is, it is said what and where; nothing of it reaches the terminal as it is."""
        report = (self.path / "report.json").read_text()
        deep = "[" * 200000 + "]" * 200000
        for text, says in (
                (b"", "line 1: it is no JSON"), (b"{", "it is no JSON"), (b"[]", "schema: is missing"),
                (b"{}", "schema: is missing"), (b'{"schema": 2}', "another version of wiregain"),
                (b'{"schema": 1}', "wiregain: is no text"), (b"\x00\xff\xfe", "it is no JSON"), (deep, "it is no JSON"),
                (b'{"a\x1b[2Jb', "it is no JSON"), (report[:-100], "it is no JSON"),
                (report.replace('"quick": true', '"quick": true, "quick": false'), "it is no JSON: duplicate object key"),
                (report.replace('"value": ', '"value": "7", "old": ', 1), "figures[0].value: is no number and not null"),
                (report.replace('"value": ', '"value": 1e999, "old": ', 1), "it is no JSON"),
                (report.replace('"uncertainty": null', '"uncertainty": -1', 1), ".uncertainty: is below 0"),
                (report.replace('"better": "lower"', '"better": "red"', 1), "figures[0].better: is none of the words"),
                (report.replace('"bound": ', '"bound": 1, "old": ', 1), "figures[0].bound: is not true or false"),
                (report.replace('"name": "', '"name": "\\u001b[2J', 1), "figures[0].name: has control characters"),
                (report.replace('"name": "', '"name": "' + 99 * "x", 1), "figures[0].name: is longer"),
                (report.replace('"figures": [', '"figures": {}, "old": [', 1), "figures: is no list"),
                (report.replace('"figures": [', '"figures": [null,', 1), "figures[0].name: is no text"),
                (report.replace("gain.headphone.tracking", "gain.headphone.error"), "is that of another figure, too")):
            path = self.path / "hostile.json"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            result = bench("--compare", self.path / "report.json", path)
            self.assertEqual((result.returncode, result.stdout), (1, ""), says)
            self.assertIn("hostile.json: ", result.stderr)
            self.assertIn(says, result.stderr)
            self.assertNotRegex(result.stderr, r"[^ -~\n]")
        for path, says in (("/dev/zero", "File too large"), (self.path, "Is a directory|Input/output"), ("/no/such", "No such file")):
            result = bench("--compare", path, path)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, says)

    def test_fits_a_terminal(self):
        for line in self.result.stdout.splitlines()[:-1]:
            self.assertLessEqual(len(line), 80, line)
        for figure in self.report["figures"]:
            for word in figure["title"].split():
                self.assertIn(word, self.result.stdout)


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

    def test_calibration_asked_wrongly(self):
        """Before anything is played."""
        for volts, says in (("0", "above 0"), ("-1", "above 0"), ("nan", "no voltage"), ("101", "up to 100 V"),
                            ("inf", "no voltage"), ("1,5", "write it as"), ("", "no voltage")):
            result = bench("--through", "device", "--calibrate", "--read-volts", volts)
            self.assertEqual((result.returncode, result.stdout), (2, ""), volts)
            self.assertIn(says, result.stderr)

    def test_calibration_without_a_signal_keeps_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            words = [PROGRAM, "bench", "--through", "device", "--playback", "null", "--capture", "null"]
            environment = dict(os.environ, XDG_CONFIG_HOME=folder)

            def calibrate(*more, text=""):
                return subprocess.run(words + ["--calibrate", *more], input=text, capture_output=True, text=True,
                                      timeout=60, env=environment)

            result = calibrate("--read-volts", "0.2")
            if "built without" in result.stderr:
                self.skipTest(result.stderr)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("at -20.0 dBFS", result.stderr)
            self.assertRegex(result.stderr, "no signal comes back on the left.*; nothing was kept")
            self.assertIn("give --read-volts V, or use a terminal; nothing was kept", calibrate().stderr)
            self.assertEqual(os.listdir(folder), [])
            kept = pathlib.Path(folder) / "wiregain" / "calibration.json"
            kept.parent.mkdir()
            kept.write_text("{")
            result = subprocess.run(words, capture_output=True, text=True, timeout=60, env=environment)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, "calibration.json: line 1: .*: correct it or take it away")

    def test_only(self):
        report = json.loads(bench("--quick", "--only", "noise", "--json").stdout)
        self.assertEqual({figure["name"].split(".")[0] for figure in report["figures"]}, {"noise"})

    def test_asked_wrongly(self):
        for words, says in ((["--only", "nose"], "--only nose: use one of gain"),
                            (["--through", "space"], "--through space"),
                            (["--compare", "a.json"], "--compare and two reports"),
                            (["--output", "sub"], "--output sub: use headphone or line"),
                            (["--volts", "0"], "--volts 0: use a number above 0"),
                            (["--volts", "nan"], "--volts nan: use a number above 0"),
                            (["--volts", "101"], "--volts 101: use a number above 0, up to 100"),
                            (["--volts", "2"], "--volts: is of a sound card: use it with --through device"),
                            (["--calibrate"], "--calibrate: is of a sound card: use it with --through device"),
                            (["--through", "device", "--level", "-20"], "--level: use it with --calibrate"),
                            (["--through", "device", "--calibrate", "--level", "1"], "--level 1: use dBFS from -60 to 0"),
                            (["--through", "device", "--calibrate", "--quick"], "--calibrate: measures volts and nothing"),
                            (["--through", "device", "--rate", "7"], "--rate 7: use 8000 to 1536000"),
                            (["--through", "device", "--rate", "44100.5"], "--rate 44100.5"),
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

    def test_interrupted_on_a_terminal(self):
        """Progress is shown, and what was measured until then is kept."""
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(interrupt(PROGRAM, folder, 5), 1)
            report = json.loads((pathlib.Path(folder) / "report.json").read_text())
            self.assertFalse(report["complete"])
            names = {figure["name"] for figure in report["figures"]}
            self.assertIn("gain.headphone.error", names)
            self.assertNotIn("cost.frame", names)


if __name__ == "__main__":
    unittest.main()
