#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Each subcommand does what its help says, against a running amplifier."""

import json
import os
import pty
import re
import signal
import subprocess
import unittest

import harness


class Values(harness.Place):
    def test_get(self):
        self.start()
        self.assertEqual(self.good("get", "headphone.level"), "-40.0\n")
        self.assertEqual(self.good("get", "input"), "1\n")
        self.assertEqual(self.good("get", "input.1.name"), "XLR 1\n")
        self.assertEqual(self.good("get", "sub.lowpass_hz"), "off\n")
        self.assertEqual(self.good("get", "headphone.level", "line.mute"),
                         "headphone.level = -40.0 dB\nline.mute       = off\n")
        self.assertEqual(json.loads(self.good("get", "--json", "headphone.level", "dim")),
                         {"headphone.level": -40.0, "dim": False})
        self.assertEqual(json.loads(self.good("get", "headphone.level", "--json")),
                         {"headphone.level": -40.0})
        below = self.good("get", "monitor").splitlines()
        self.assertEqual([line.split()[0] for line in below],
                         ["monitor.mode", "monitor.invert_left", "monitor.invert_right"])
        everything = json.loads(self.good("get", "--json"))
        self.assertIn("audio.rate", everything)
        self.assertNotIn("system.reset", everything)

    def test_set(self):
        self.start()
        self.assertEqual(self.good("set", "headphone.level=-32.5"), "headphone.level = -32.5 dB\n")
        self.assertEqual(self.good("get", "headphone.level"), "-32.5\n")
        self.good("set", "headphone.level=mute", "line.level=-20", "monitor.mode=mono")
        self.assertEqual(self.good("get", "headphone.level"), "mute\n")
        self.assertEqual(self.good("get", "monitor.mode"), "mono\n")
        self.assertEqual(json.loads(self.good("set", "--json", "dim=on")), {"dim": True})
        self.good("set", "input=next")
        self.assertEqual(self.good("get", "input"), "2\n")
        self.good("set", "input.2.name=Platten = „Ä“ 🎧")
        self.assertEqual(self.good("get", "input.2.name"), "Platten = „Ä“ 🎧\n")
        self.good("set", "--", "input.3.name=--json")
        self.assertEqual(self.good("get", "input.3.name"), "--json\n")

    def test_step(self):
        self.start()
        self.assertEqual(self.good("step", "headphone.level", "+1"), "headphone.level = -39.5 dB\n")
        self.assertEqual(self.good("step", "headphone.level", "-3"), "headphone.level = -41.0 dB\n")
        self.assertEqual(json.loads(self.good("step", "--json", "line.level", "2")),
                         {"line.level": -39.0})
        self.good("set", "headphone.limit=-35")
        self.assertEqual(self.good("step", "headphone.level", "999"),
                         "headphone.level = -35.0 dB\n")

    def test_a_change_is_kept_when_it_returns(self):
        amplifier = self.start()
        for level in ("-50.5", "-51.0", "-52.5"):
            self.good("set", f"headphone.level={level}")
            amplifier.stop(signal.SIGKILL)
            amplifier = self.start()
            self.assertEqual(self.good("get", "headphone.level"), level + "\n")

    def test_do_and_reset(self):
        self.start()
        self.good("set", "dim=on", "headphone.level=-60", "line.level=-20")
        self.assertEqual(self.good("do", "system.reset"), "")
        self.assertEqual(json.loads(self.good("get", "--json", "dim", "headphone.level",
                                              "line.level")),
                         {"dim": False, "headphone.level": -80, "line.level": -40})
        self.good("set", "dim=on")
        self.bad(2, "reset")
        self.assertEqual(self.good("get", "dim"), "on\n")
        self.good("reset", "--yes")
        self.assertEqual(self.good("get", "dim"), "off\n")

    def test_reset_asks(self):
        self.start()
        for answer, code, dim in ((b"n\n", 1, "on\n"), (b"\n", 1, "on\n"), (b"y\n", 0, "off\n")):
            self.good("set", "dim=on")
            ours, theirs = pty.openpty()
            process = subprocess.Popen([harness.WIREGAIN, "reset"], env=self.environment,
                                       stdin=theirs, stderr=subprocess.PIPE)
            os.write(ours, answer)
            said = process.communicate(timeout=harness.PATIENCE_S)[1]
            os.close(ours)
            os.close(theirs)
            self.assertEqual(process.returncode, code, said)
            self.assertIn(b"Sure?", said)
            self.assertEqual(self.good("get", "dim"), dim)

    def test_watch(self):
        self.start()
        process = subprocess.Popen([harness.WIREGAIN, "watch", "headphone.level", "dim"],
                                   env=self.environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertEqual(process.stdout.readline(), "headphone.level = -40.0 dB\n")
        self.assertEqual(process.stdout.readline(), "dim             = off\n")
        self.good("set", "dim=on", "line.level=-50")
        self.assertEqual(process.stdout.readline(), "dim = on\n")

    def test_watch_ends_with_the_amplifier(self):
        amplifier = self.start()
        process = subprocess.Popen([harness.WIREGAIN, "watch", "--json", "dim"],
                                   env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.assertEqual(json.loads(process.stdout.readline())["set"], {"dim": False})
        amplifier.stop()
        said = process.communicate(timeout=harness.PATIENCE_S)[1]
        self.assertEqual(process.returncode, 1)
        self.assertIn("has stopped", said)


class Transfer(harness.Place):
    def test_export_and_import(self):
        amplifier = self.start()
        self.good("set", "input.3.name=Phono", "headphone.level=-55.5", "line.level=-20",
                  "sub.lowpass_hz=80", "line.balance=-3")
        self.assertEqual(self.good("export", self.folder / "settings.json"), "")
        document = json.loads((self.folder / "settings.json").read_text())
        self.assertEqual(document["wiregain"]["format"], 1)
        self.assertEqual(document["settings"]["headphone.level"], -55.5)
        self.assertEqual(json.loads(self.good("export", "-")), document)
        self.assertEqual(json.loads(self.good("export")), document)
        amplifier.stop()
        self.store.unlink()
        self.start()
        said = self.good("import", self.folder / "settings.json")
        self.assertIn("line.level = -30.0 dB", said)
        self.assertNotIn("headphone.level", said)
        wanted = dict(document["settings"], **{"line.level": -30.0})
        self.assertEqual(json.loads(self.good("export"))["settings"], wanted)
        self.assertEqual(json.loads(self.good("import", "--json", "-", stdin=json.dumps(document)))
                         ["lowered"], {"line.level": -30.0})

    def test_export_leaves_no_half_file(self):
        self.start()
        target = self.folder / "settings.json"
        target.write_text("precious")
        self.bad(1, "export", self.folder)
        self.bad(1, "export", self.folder / "nowhere" / "settings.json")
        self.assertEqual(target.read_text(), "precious")
        where = self.mount("-o", "size=16k")
        target = where / "settings.json"
        target.write_text("precious")
        self.fill(where)
        self.assertIn("No space left", self.bad(1, "export", target))
        self.assertEqual(target.read_text(), "precious")
        self.assertEqual(sorted(os.listdir(where)), ["filler", "settings.json"])

    def test_import_is_whole_or_nothing(self):
        self.start()
        before = self.good("export")
        document = json.loads(before)
        document["settings"]["dim"] = True
        for path, value, reason in (
                ("headphone.level", -12.3, "use -12.5 or -12.0"),
                ("headphone.level", 99, "out of range"), ("no.thing", 1, "no control"),
                ("audio.rate", 48000, "kept")):
            changed = dict(document, settings=dict(document["settings"], **{path: value}))
            said = self.bad(2, "import", "-", stdin=json.dumps(changed))
            self.assertTrue(said.startswith(f"wiregain import: {path}: "), said)
            self.assertIn(reason, said)
        newer = dict(document, wiregain={"format": 2})
        self.assertIn("update wiregain", self.bad(2, "import", "-", stdin=json.dumps(newer)))
        self.assertIn("wiregain export", self.bad(2, "import", "-", stdin="{}"))
        self.bad(1, "import", "-", stdin="{ not JSON")
        self.bad(1, "import", self.folder / "nowhere.json")
        self.assertEqual(self.good("export"), before)


class Tables(harness.Place):
    def test_controls(self):
        table = self.good("controls")
        self.assertIn("input.N.trim", table)
        self.assertLessEqual(max(map(len, table.splitlines())), 100)
        rows = json.loads(self.good("controls", "--json"))
        level = dict(next(row for row in rows if row["path"] == "headphone.level"))
        level.pop("help")
        self.assertEqual(level, {
            "path": "headphone.level", "type": "level", "unit": "dB", "minimum": -122.0,
            "maximum": 15.0, "step": 0.5, "beyond": "mute", "default": -40.0, "choices": [],
            "access": "operate", "kept": True, "meter": False})
        self.assertEqual(len({tuple(sorted(row)) for row in rows}), 1)
        self.assertEqual(len({row["path"] for row in rows}), len(rows))

    def test_help(self):
        everything = self.good("help")
        names = [line.split()[1] for line in everything.splitlines()
                 if line.startswith("  wiregain ")]
        self.assertIn("run", names)
        for name in names:
            self.assertIn(f"usage: wiregain {name}", self.good("help", name))
            self.assertEqual(self.good(name, "--help"), self.good("help", name))
        self.assertEqual(self.good("--help"), everything)

    def test_version(self):
        version = json.loads(self.good("version", "--json"))["version"]
        self.assertEqual(self.good("version"), f"wiregain {version}\n")
        self.assertEqual(self.good("--version"), f"wiregain {version}\n")


class Run(harness.Place):
    def test_the_null_device_is_not_heard(self):
        said = self.start().said()
        self.assertIn("into the null device: nothing is heard\n", said)
        self.assertIn("\nHeadphone  -40.0 dB\nLine       -40.0 dB\n", said)

    def test_what_it_says_can_be_done(self):
        said = self.start("--set", "headphone.level=mute").said()
        self.assertIn("\nHeadphone  mute\n", said)
        advice = re.search("^Turn it +(.*)$", said, re.M).group(1).split()
        self.assertEqual(advice[0], harness.WIREGAIN)
        done = subprocess.run(advice, env=self.environment, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_without_a_server(self):
        """One line says so. libpipewire, which lacks its files there too, is not even asked."""
        self.environment.update(PIPEWIRE_REMOTE=str(self.folder / "no-server"),
                                PIPEWIRE_CONFIG_DIR=str(self.folder / "no-files"))
        self.assertIn("no pipewire server", self.bad(1, "run", "--audio", "pipewire"))
        said = self.start("--audio", "auto").said()
        self.assertRegex(said, "^wiregain: notice: no sound server [^\n]*\nWiregain ")
        self.assertIn("nothing is heard", said)


if __name__ == "__main__":
    unittest.main()
