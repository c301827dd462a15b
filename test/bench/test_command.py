#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain bench as people run it: its figures hold docs/figures.json, its report keeps to the schema
and stands alone, and what is asked wrongly or goes wrong is said."""

import html.parser
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, TOP = sys.argv.pop(1), pathlib.Path(__file__).resolve().parents[2]


def bench(*words):
    return subprocess.run([PROGRAM, "bench", *map(str, words)], capture_output=True, text=True, timeout=300)


def check(value, schema, root, where="report"):
    """The part of JSON Schema that the report's uses."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "null": type(None)}
    if "const" in schema:
        assert value == schema["const"], f"{where}: {value}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value}"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(value, kinds[name]) and not (name == "number" and isinstance(value, bool))
                   for name in names), f"{where}: {value!r} is not {names}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            assert name in value, f"{where}: no {name}"
        for name, item in value.items():
            assert name in schema["properties"], f"{where}: {name} is not in the schema"
            check(item, schema["properties"][name], root, f"{where}.{name}")
    if isinstance(value, list):
        for at, item in enumerate(value):
            check(item, schema["items"], root, f"{where}[{at}]")


class Page(html.parser.HTMLParser):
    """Tags in pairs, and everything that would be fetched."""

    VOID = {"meta", "br", "img", "link", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.outside = [], {}, []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.outside += [value for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


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

    def test_schema(self):
        schema = json.loads((TOP / "docs/bench-report.schema.json").read_text())
        check(self.report, schema, schema)
        self.assertTrue(self.report["complete"] and self.report["quick"])

    def test_controls_of_the_table_are_all_tried(self):
        """Whatever changes the gain is found: these do, by what the controls are."""
        names = {figure["name"] for figure in self.report["figures"]}
        for control in ("power", "input", "headphone.level", "line.mute", "sub.lowpass_hz", "dim", "dim.amount",
                        "monitor.mode", "monitor.invert_left", "headphone.balance", "input.1.trim"):
            self.assertIn("splatter." + control, names)

    def test_page_stands_alone(self):
        text = (self.path / "report.html").read_text()
        page = Page()
        page.feed(text)
        self.assertEqual(page.open, [])
        self.assertEqual(page.outside, [])
        self.assertNotIn("script", page.tags)
        self.assertNotIn("url(", text)
        self.assertEqual(page.tags["svg"], len(self.report["graphs"]))
        for word in ("nan", "inf"):
            self.assertIsNone(re.search(rf"[\s>\"]-?{word}[\s<\"]", text), word)

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
        self.assertRegex(changed, r"noise\.idle +-142\.2\d dBFS -> -139\.2\d dBFS +worse\n")
        self.assertRegex(changed, r"latency\.skew .* gone\n")
        self.assertEqual(len(changed.splitlines()), 2)


@unittest.skipUnless(shutil.which("jackd"), "no jackd here")
class Jack(unittest.TestCase):
    """Through a private server with the dummy back end."""

    environment = dict(os.environ, JACK_DEFAULT_SERVER=f"wiregain-bench-{os.getpid()}", JACK_NO_AUDIO_RESERVATION="1",
                       JACK_NO_START_SERVER="1")

    def bench(self, *words):
        return subprocess.run([PROGRAM, "bench", "--through", "jack", *words], capture_output=True, text=True,
                              timeout=150, env=self.environment)

    def test_no_server(self):
        result = self.bench("--quick")
        if "built without" in result.stderr:
            self.skipTest(result.stderr)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("no JACK server runs", result.stderr)

    def test_measured_or_refused(self):
        """On a busy machine blocks are lost: then that is said, and nothing is told instead."""
        realtime = subprocess.run(["chrt", "-f", "1", "true"], capture_output=True).returncode == 0
        server = subprocess.Popen(["jackd", "-R" if realtime else "-r", "-n", self.environment["JACK_DEFAULT_SERVER"],
                                   "-d", "dummy", "-r", "48000", "-p", "4096"], env=self.environment,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                result = self.bench("--quick", "--only", "latency", "--only", "crosstalk", "--json")
                if "no JACK server" not in result.stderr:
                    break
                time.sleep(0.1)
        finally:
            server.terminate()
            server.wait()
        if "built without" in result.stderr:
            self.skipTest(result.stderr)
        if result.returncode != 0:
            self.assertRegex(result.stderr, r"jack: (\d+ (blocks|samples) were|the answer has a hole|the sound|no signal)")
            return
        figures = {figure["name"]: figure for figure in json.loads(result.stdout)["figures"]}
        self.assertEqual(figures["latency.skew"]["value"], 0)
        self.assertEqual(figures["latency.polarity"]["value"], 1)
        self.assertEqual(figures["crosstalk.1k"]["text"], "nothing")


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
            self.assertIn("interrupted", (pathlib.Path(folder) / "report.html").read_text())


if __name__ == "__main__":
    unittest.main()
