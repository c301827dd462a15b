#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain render as a person meets it: what it refuses and how, pipes, folders, Ctrl-C, full disks."""

import array
import json
import math
import os
import pathlib
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import wave

WIREGAIN = sys.argv.pop(1)


def run(*words, **more):
    return subprocess.run([WIREGAIN, "render", *map(str, words)], capture_output=True, **more)


def write_wav(path, seconds=0.5, channels=2, rate=48000, width=2):
    frames = int(seconds * rate)
    tone = array.array("h", (int(16000 * math.sin(i * 0.13)) for i in range(min(frames, 4800))))
    data = b"".join(struct.pack("<h", s) * channels for s in tone)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        for start in range(0, frames, 4800):
            file.writeframes(data[: 2 * channels * min(4800, frames - start)])


class Render(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="wiregain-test-")
        self.folder = pathlib.Path(self.temporary.name)
        self.wav = self.folder / "in.wav"
        self.out = self.folder / "out.wav"
        write_wav(self.wav)

    def tearDown(self):
        self.temporary.cleanup()

    def refused(self, code, words, *args, **more):
        """The exit code, the words in the message, and nothing left behind."""
        before = sorted(self.folder.rglob("*"))
        result = run(*args, **more)
        message = result.stderr.decode()
        self.assertEqual(result.returncode, code, message)
        for word in words:
            self.assertIn(word, message)
        self.assertTrue(message.startswith("wiregain render: "), message)
        self.assertEqual(len(message.splitlines()), 1, message)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_what_is_no_stereo_file(self):
        for channels in (3, 8):
            write_wav(self.folder / "many.wav", channels=channels)
            self.refused(1, [f"{channels} channels", "1 or 2"], self.folder / "many.wav", self.out)

    def test_standard_output_is_full(self):
        for option in ("--json", "--meter"):
            with open("/dev/full", "wb") as full:
                result = subprocess.run([WIREGAIN, "render", option, self.wav, self.out], stdout=full,
                                        stderr=subprocess.PIPE, text=True)
            self.assertEqual(result.returncode, 1)
            self.assertIn("standard output", result.stderr)

    def test_empty_and_cut_off_headers(self):
        for length in (0, 1, 20, 30):
            (self.folder / "cut.wav").write_bytes(self.wav.read_bytes()[:length])
            self.refused(1, ["cut.wav"], self.folder / "cut.wav", self.out)

    def test_a_file_without_samples(self):
        (self.folder / "none.wav").write_bytes(self.wav.read_bytes()[:44])
        result = run(self.folder / "none.wav", self.out)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"no samples", result.stderr)

    def test_a_cut_off_file_plays_what_there_is(self):
        cut = self.folder / "cut.wav"
        cut.write_bytes(self.wav.read_bytes()[:40003])
        result = run(cut, self.out)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"cut off", result.stderr)
        self.assertEqual(self.out.read_bytes()[44:], cut.read_bytes()[44:44 + 39956])

    def test_rates_out_of_range(self):
        data = bytearray(self.wav.read_bytes())
        for rate in (1, 7999, 1536001):
            struct.pack_into("<I", data, 24, rate)
            (self.folder / "odd.wav").write_bytes(data)
            self.refused(1, [f"{rate} Hz", "8000 to 1536000"], self.folder / "odd.wav", self.out)

    def test_names_that_are_not_there(self):
        self.refused(1, ["nothing.wav", "No such file"], self.folder / "nothing.wav", self.out)
        self.refused(1, ["x.wav", "No such file"], self.wav, self.folder / "no" / "x.wav")
        self.refused(1, ["xyz"], self.wav, self.folder / "out.xyz")

    def test_values_that_are_not_valid(self):
        self.refused(2, ["-12.3", "-12.5 or -12.0"], "--set", "headphone.level=-12.3", self.wav, self.out)
        self.refused(2, ["headphone.level", "out of range"], "--set", "headphone.level=16", self.wav,
                     self.out)
        self.refused(2, ["did you mean headphone.level"], "--set", "headphone.levle=-1", self.wav,
                     self.out)
        self.refused(2, ["--format"], "--format", "s12", self.wav, self.out)
        self.refused(2, ["--output"], "--output", "left", self.wav, self.out)
        self.refused(2, ["--jobs"], "--jobs", "0", self.wav, self.out)
        self.refused(2, ["--input"], "--input", "6=x", self.wav, self.out)
        self.refused(2, ["write"], self.wav)

    def test_an_automation_file_with_an_error_on_line_7(self):
        good = ["# a comment", "", "0.0 headphone.level=-20", "0.1 dim=on", "0.2 dim=off", "0.3 input=next"]
        path = self.folder / "automation"
        for bad, word in (("0.4 headphone.level=-12.3", "-12.5 or -12.0"), ("0.4 nonsense", "PATH=VALUE"),
                          ("soon dim=on", "not a time"), ("-1 dim=on", "not a time"),
                          ("0.4 headphone.gain=0", "reading"), ("0.4 input.1.enabled=off\n0.5 input=1",
                                                                "not enabled")):
            path.write_text("\n".join(good + [bad]) + "\n")
            line = 7 + bad.count("\n")
            self.refused(2, [f"automation:{line}:", word], "--automation", path, self.wav, self.out)
        path.write_text("\n".join(good) + "\n")
        self.assertEqual(run("--automation", path, self.wav, self.out).returncode, 0)

    def test_inputs_of_two_rates(self):
        write_wav(self.folder / "two.wav", rate=44100)
        self.refused(1, ["44100 Hz", "48000 Hz"], "--input", f"2={self.folder / 'two.wav'}", self.wav,
                     self.out)

    def test_no_space_on_the_device(self):
        small = self.folder / "small"
        small.mkdir()
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], stderr=subprocess.DEVNULL)
        if not mounted or mounted.returncode != 0:
            self.skipTest("only root may mount a small disk")
        try:
            (small / "out.wav").write_bytes(b"old")
            write_wav(self.wav, seconds=3)
            for name in ("out.wav", "out.flac"):
                result = run("--set", "headphone.level=-0.5", self.wav, small / name)
                self.assertEqual(result.returncode, 1)
                self.assertIn(b"No space left", result.stderr)
            self.assertEqual([p.name for p in small.iterdir()], ["out.wav"])
            self.assertEqual((small / "out.wav").read_bytes(), b"old")
        finally:
            subprocess.run(["umount", small], check=True)

    def test_pipes(self):
        data = self.wav.read_bytes()
        result = run("-", "-", input=data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout[44:], data[44:])
        again = run("-", self.out, input=result.stdout)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.out.read_bytes()[44:], data[44:])

    def test_onto_itself(self):
        data = self.wav.read_bytes()
        self.assertEqual(run(self.wav, self.wav).returncode, 0)
        self.assertEqual(self.wav.read_bytes()[44:], data[44:])

    def test_several_files_into_a_folder(self):
        names = [f"{i}.wav" for i in range(5)]
        for i, name in enumerate(names):
            write_wav(self.folder / name, seconds=0.1 * (i + 1))
        out = self.folder / "new" / "folder"
        result = run("--json", *[self.folder / n for n in names], self.folder / "missing.wav", out)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"missing.wav", result.stderr)
        self.assertEqual(sorted(p.name for p in out.iterdir()), names)
        report = json.loads(result.stdout)
        self.assertEqual([r.get("frames") for r in report], [4800, 9600, 14400, 19200, 24000, None])
        self.assertTrue(all(r["bit_exact"] for r in report[:5]))
        (self.folder / "sub").mkdir()
        write_wav(self.folder / "sub" / "0.wav")
        self.refused(2, ["both"], self.folder / "0.wav", self.folder / "sub" / "0.wav", out)
        self.refused(1, ["folder"], self.folder / "0.wav", self.folder / "1.wav", self.wav)

    def test_control_c_leaves_nothing(self):
        self.out.write_bytes(b"old")
        process = subprocess.Popen([WIREGAIN, "render", "--set", "headphone.level=-6", "-", self.out],
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(self.wav.read_bytes())
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while len(list(self.folder.glob(".out.wav.*"))) == 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)  # while it waits for more from a pipe that stays open
        message = process.stderr.read()
        self.assertEqual(process.wait(30), 1)
        process.stdin.close()
        process.stderr.close()
        self.assertIn(b"interrupted", message)
        self.assertEqual(self.out.read_bytes(), b"old")
        self.assertEqual(list(self.folder.glob(".out.wav.*")), [])

    def test_a_bar_on_a_terminal_only(self):
        self.assertEqual(run(self.wav, self.out).stderr, b"")
        write_wav(self.folder / "long.wav", seconds=60)
        master, slave = pty.openpty()
        process = subprocess.Popen([WIREGAIN, "render", "--set", "headphone.level=-6",
                                    self.folder / "long.wav", self.out], stderr=slave)
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 4096):
                shown += chunk
        except OSError:
            pass
        os.close(master)
        self.assertEqual(process.wait(30), 0)
        self.assertIn(b"100 %", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-40:])

    def test_kinds_of_files(self):
        for kind in ("flac", "aiff", "caf", "w64", "rf64", "au", "ogg", "opus", "mp3"):
            out = self.folder / f"out.{kind}"
            result = run(self.wav, out)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertGreater(out.stat().st_size, 500)
            back = run("--format", "f32", out, self.out)
            self.assertEqual(back.returncode, 0, back.stderr)


unittest.main(verbosity=1)
