#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Headphone profiles from the command line: shown, kept over a restart and a kill, applied to files."""

import json
import math
import random
import signal
import struct
import unittest
import wave

import harness

GOOD = """Preamp: -6.1 dB
Filter 1: ON LSC Fc 105 Hz Gain 6.5 dB Q 0.70
Filter 2: ON PK Fc 2500 Hz Gain -3.1 dB Q 1.41
Filter 3: ON HSC Fc 10000 Hz Gain -5.0 dB Q 0.70
"""


class Profiles(harness.Place):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "Great Headphone.txt"
        self.file.write_text(GOOD)

    def test_show(self):
        drawn = self.good("profile", "show", self.file)
        self.assertIn("20k Hz", drawn)
        self.assertIn("low shelf     105.00 Hz    6.50 dB   Q 0.700", drawn)
        self.assertTrue(all(len(line) <= 100 for line in drawn.splitlines()))
        shown = json.loads(self.good("profile", "show", "--json", self.file))
        self.assertEqual(shown["preamp_db"], -6.1)
        self.assertEqual(len(shown["filters"]), 3)
        self.assertEqual(shown["not_understood"], [])
        self.assertAlmostEqual(shown["gain_db"], -6.5, delta=0.01)
        self.assertAlmostEqual(max(db for _, db in shown["response"]), 6.4, delta=0.15)
        self.assertEqual(json.loads(self.good("profile", "show", "--json", "-", stdin=GOOD)), shown)

    def test_what_is_not_understood_is_said(self):
        self.file.write_text(GOOD + "Convolution: room.wav\nFilter 4: ON PK Fc \x01 Hz\n")
        result = self.run_program("profile", "show", self.file)
        self.assertEqual(result.returncode, 0)
        said = result.stderr.splitlines()
        self.assertEqual(len(said), 2)
        self.assertIn("line 5 is not understood", said[0])
        self.assertIn("Convolution: room.wav", said[0])
        self.assertIn("line 6 is not understood", said[1])
        self.assertNotIn("\x01", said[1])
        shown = json.loads(self.good("profile", "show", "--json", self.file))
        self.assertEqual([line["line"] for line in shown["not_understood"]], [5, 6])

    def test_refused_files(self):
        random.seed(1)
        self.start()
        for content in (b"", b"\0\0", random.randbytes(3000), b"Preamp: -1 dB\n\0", b"x" * 100000,
                        b"Preamp: 0\n" * 1000000, b"Filter: ON LP Fc 9000 Hz\n" * 65):
            self.file.write_bytes(content)
            for words in (["show", self.file], ["load", self.file, "bad"]):
                result = self.run_program("profile", *words)
                self.assertEqual((result.returncode, result.stdout), (1, ""), content[:20])
                self.assertIn("wiregain profile: ", result.stderr.splitlines()[-1])
        self.bad(1, "profile", "show", self.folder / "absent")
        self.bad(1, "profile", "show", self.folder)
        self.bad(2, "profile")
        self.bad(2, "profile", "show")
        self.bad(2, "profile", "dance", self.file)
        self.assertEqual(self.good("profile", "list"), "")

    def test_kept(self):
        amplifier = self.start()
        self.assertIn("no profile", self.bad(2, "set", "eq.profile=Great Headphone"))
        self.good("profile", "load", self.file)
        self.good("profile", "load", self.file, "Ü")
        self.assertEqual(self.good("profile", "list"), "Great Headphone\nÜ\n")
        # A name that is too long is not cut: it would be that of another profile.
        self.assertIn("1 to 63 bytes", self.run_program("profile", "load", self.file, 64 * "x").stderr)
        long = self.folder / (64 * "y" + ".txt")
        long.write_text(GOOD)
        self.assertIn("give another NAME", self.bad(2, "profile", "load", long))
        self.good("profile", "load", long, 60 * "x")
        self.good("profile", "remove", 60 * "x")
        self.assertEqual(self.good("profile", "list"), "Great Headphone\nÜ\n")
        self.good("set", "eq.profile=Great Headphone", "eq=on")
        self.assertEqual(self.good("get", "eq.gain"), "-6.5\n")
        self.assertEqual(self.good("get", "headphone.bit_exact"), "off\n")
        # Once load has answered it is on the disk.
        amplifier.stop(signal.SIGKILL)
        amplifier = self.start()
        self.assertEqual(self.good("profile", "list"), "Great Headphone\nÜ\n")
        self.assertEqual(self.good("get", "eq.profile"), "Great Headphone\n")
        self.assertEqual(self.good("get", "eq.gain"), "-6.5\n")
        self.assertIn("set another one", self.bad(2, "profile", "remove", "Great Headphone"))
        # Another text under the same name is what is heard.
        self.file.write_text("Preamp: -9 dB\nFilter: ON PK Fc 100 Hz Gain 3 dB Q 1\n")
        self.good("profile", "load", self.file)
        self.assertEqual(self.good("get", "eq.gain"), "-9\n")
        self.good("set", "eq.profile=")
        self.assertEqual(self.good("get", "eq.gain"), "0\n")
        self.good("profile", "remove", "Great Headphone")
        self.assertIn("no profile", self.bad(2, "profile", "remove", "Great Headphone"))
        amplifier.stop()
        self.start()
        self.assertEqual(json.loads(self.good("profile", "list", "--json")), ["Ü"])

    def test_no_more_than_fit(self):
        client = self.start() and self.client()
        for i in range(64):
            reply = client.ask({"profile_load": {"name": f"p{i}", "text": "Preamp: -1 dB"}})
            self.assertIn("profile_load", reply)
        for bad in ({"name": "more", "text": "Preamp: -1 dB"}, {"name": "", "text": "Preamp: -1 dB"},
                    {"name": "x" * 200, "text": "Preamp: -1 dB"}, {"name": "p1"}, {"text": "x"}, 7,
                    {"name": "p1", "text": "nonsense"}):
            self.assertIn("error", client.ask({"profile_load": bad}), bad)
        self.assertEqual(len(client.ask({"profiles": True})["profiles"]), 64)

    def test_render(self):
        """A tone through the profile: its response there, and the gain that raises nothing."""
        source, out = self.folder / "in.wav", self.folder / "out.wav"
        for hz, wanted in ((30, 6.4), (2500, -3.1), (10000, -2.6)):
            frames = [int(8000 * math.sin(2 * math.pi * hz * i / 48000)) for i in range(48000)]
            with wave.open(str(source), "wb") as file:
                file.setparams((2, 2, 48000, 0, "NONE", ""))
                file.writeframes(b"".join(struct.pack("<hh", x, x) for x in frames))
            self.good("render", "--quiet", "--profile", self.file, source, out)
            with wave.open(str(out), "rb") as file:
                data = struct.unpack("<96000h", file.readframes(48000))[48000::2]
            rms = math.sqrt(sum(x * x for x in data) / len(data)) * math.sqrt(2)
            self.assertAlmostEqual(20 * math.log10(rms / 8000), wanted - 6.5, delta=0.25)


if __name__ == "__main__":
    unittest.main()
