#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain meter, and render --meter: tones whose figures are known, what the path does to them, several
files, more channels, and what is refused."""

import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

WIREGAIN = sys.argv.pop(1)
FIGURES = ("integrated_lufs lra_lu momentary_max_lufs short_term_max_lufs true_peak_dbtp sample_peak_dbfs "
           "ppm_max_db vu_max_db crest_db dc_dbfs correlation_min clips").split()


def run(*words, **more):
    return subprocess.run([WIREGAIN, *map(str, words)], capture_output=True, text=True, **more)


def write_wav(path, levels, seconds=4, rate=48000, offset=0.0):
    """1 kHz, as 32-bit float, at a level in dBFS on each channel, plus an offset."""
    period = [math.sin(2 * math.pi * i / (rate // 1000)) for i in range(rate // 1000)]
    gains = [10 ** (level / 20) for level in levels]
    data = b"".join(struct.pack("<f", gain * sample + offset) for sample in period for gain in gains)
    data *= seconds * 1000
    width = 4 * len(levels)
    path.write_bytes(
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
        struct.pack("<IHHIIHH", 16, 3, len(levels), rate, rate * width, width, 32) +
        b"data" + struct.pack("<I", len(data)) + data)


class Meter(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="wiregain-test-")
        self.folder = pathlib.Path(self.temporary.name)
        self.wav = self.folder / "in.wav"

    def tearDown(self):
        self.temporary.cleanup()

    def measure(self, *words, subcommand="meter"):
        result = run(subcommand, "--json", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def near(self, got, expected, tolerance=0.02):
        self.assertLess(abs(got - expected), tolerance, (got, expected))

    def test_a_tone(self):
        write_wav(self.wav, (-20, -20), offset=0.001)
        got, = self.measure(self.wav)
        self.assertEqual(list(got), ["file", "rate_hz", "channels", "seconds", *FIGURES])
        self.assertEqual((got["rate_hz"], got["channels"], got["seconds"]), (48000, 2, 4))
        self.near(got["integrated_lufs"], -20 + 0.0072)
        self.near(got["momentary_max_lufs"], -20 + 0.0072, 0.03)
        self.near(got["lra_lu"], 0)
        peak = 20 * math.log10(0.101)
        self.near(got["sample_peak_dbfs"], peak)
        self.near(got["true_peak_dbtp"], peak)
        self.near(got["vu_max_db"], 20 * math.log10(1.0125), 0.03)
        self.near(got["ppm_max_db"], peak, 0.25)
        self.near(got["crest_db"], 3.01 + 0.0864, 0.01)
        self.near(got["dc_dbfs"], -60)
        self.assertEqual((got["correlation_min"], got["clips"]), (1, 0))

    def test_after_the_path(self):
        write_wav(self.wav, (-20, -20))
        before, = self.measure(self.wav)
        after, = self.measure("--set", "headphone.level=-10.5", "--set", "headphone.balance=3.0", self.wav)
        self.near(after["true_peak_dbtp"], before["true_peak_dbtp"] - 10.5)
        self.near(after["integrated_lufs"],
                  before["integrated_lufs"] - 10.5 + 10 * math.log10((1 + 10 ** -0.3) / 2))
        line, = self.measure("--set", "headphone.level=-10.5", "--output", "line", self.wav)
        self.assertEqual(line["integrated_lufs"], before["integrated_lufs"])
        difference, = self.measure("--set", "monitor.mode=side", self.wav)
        self.assertTrue(all(difference[name] is None for name in FIGURES[:2]))

    def test_channels(self):
        write_wav(self.wav, (-20,))
        mono, = self.measure(self.wav)
        self.near(mono["integrated_lufs"], -23.01 + 0.0072)
        self.assertEqual((mono["channels"], mono["correlation_min"]), (1, None))
        # EBU Tech 3341, case 6, is left and right -28, centre -24, surrounds -30.
        write_wav(self.wav, (-28, -28, -24, -30, -30))
        five, = self.measure(self.wav)
        self.near(five["integrated_lufs"], -23.016)
        write_wav(self.wav, (-28, -28, -30, -30))
        four, = self.measure(self.wav)
        power = (2 * 10 ** -2.8 + 1.41 * 2 * 10 ** -3.0) / 2
        self.near(four["integrated_lufs"], -0.691 + 0.698 + 10 * math.log10(power))
        write_wav(self.wav, (-28,) * 6, seconds=1)
        result = run("meter", self.wav)
        self.assertEqual(result.returncode, 1)
        self.assertIn("at most 5", result.stderr)

    def test_more_channels_know_no_path(self):
        write_wav(self.wav, (-28,) * 3, seconds=1)
        result = run("meter", "--set", "headphone.level=-10", self.wav)
        self.assertEqual(result.returncode, 0)
        self.assertIn("do not go through the path", result.stderr)
        self.assertIn("-28.00", result.stdout)

    def test_clips_and_silence(self):
        write_wav(self.wav, (6, 6), seconds=1)
        result = run("meter", "--json", "--set", "protect.limiter=off", self.wav)
        self.assertIn("held at full scale", result.stderr)
        self.assertEqual(json.loads(result.stdout)[0]["clips"], 2 * 2 * 1000)
        write_wav(self.wav, (-400, -400), seconds=1)
        got, = self.measure(self.wav)
        self.assertEqual([got[name] for name in FIGURES[:-2]], [None] * 10)

    def test_several_files(self):
        names = [self.folder / f"{i}.wav" for i in range(5)]
        for i, name in enumerate(names):
            write_wav(name, (-20 - i, -20 - i), seconds=1, rate=(44000, 48000)[i % 2])
        names.insert(2, self.folder / "none.wav")
        result = run("meter", *names)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn("none.wav", result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 6)
        for i, line in enumerate(lines[1:]):
            self.assertEqual(line.split()[1], f"{-20.0 - i:.1f}")
        self.assertEqual(len({len(line) for line in lines}), 1)
        listed = json.loads(run("meter", "--json", *names).stdout)
        self.assertEqual([pathlib.Path(item["file"]) for item in listed], names)
        self.assertIn("No such file", listed[2]["error"]["reason"])

    def test_for_people(self):
        write_wav(self.wav, (-20, -20), seconds=1)
        lines = run("meter", self.wav).stdout.splitlines()
        self.assertTrue(lines[0].endswith("in.wav: 0:01, 48000 Hz, 2 channels"), lines[0])
        self.assertEqual(lines[1].split(), ["integrated", "loudness", "-20.0", "LUFS"])
        self.assertEqual(len(lines), 1 + len(FIGURES))

    def test_render_tells_what_it_wrote(self):
        write_wav(self.wav, (-20, -20))
        out = self.folder / "out.wav"
        wrote, = self.measure("--meter", "--set", "headphone.level=-6.5", self.wav, out, subcommand="render")
        self.assertEqual(list(wrote["meter"]), FIGURES)
        read, = self.measure(out)
        for name in FIGURES:
            self.assertEqual(read[name], wrote["meter"][name], name)
        piped = run("render", "--meter", self.wav, "-", encoding="latin1")
        self.assertIn("integrated loudness", piped.stderr)
        self.assertEqual(piped.stdout[:4], "RIFF")

    def test_wrongly_asked(self):
        for words, reason in (((), "at least one file"), (("--output", "ear", "x"), "headphone, line or sub"),
                              (("--set", "headphone.level", "x"), "PATH=VALUE"),
                              (("--set", "dim=maybe", "x"), "on or off"), (("--jobs", "0", "x"), "1 to 64")):
            result = run("meter", *words)
            self.assertEqual(result.returncode, 2)
            self.assertIn(reason, result.stderr)
        noise = self.folder / "noise"
        noise.write_bytes(os.urandom(1000))
        result = run("meter", noise)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("not a sound file", result.stderr)


unittest.main()
