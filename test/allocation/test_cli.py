#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Allocation failures in src/cli: each subcommand ends as ever, or with a message and a code."""

import os
import pathlib
import sys
import unittest
import wave

FAILING = os.path.abspath(sys.argv.pop(2))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import harness  # noqa: E402


class Allocation(harness.Place):
    def fail_each(self, *words, spare=None):
        environment = dict(self.environment, ALLOCATION_TEST="1")
        if spare:
            environment["ALLOCATION_SPARE"] = spare
        result = harness.subprocess.run([FAILING, *map(str, words)], env=environment, text=True,
                                        capture_output=True, stdin=harness.subprocess.DEVNULL, timeout=600)
        self.assertEqual(result.returncode, 0, f"{words}: {result.stdout}{result.stderr}")

    def sound(self):
        path = self.folder / "in.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, 48000, 0, "NONE", ""))
            file.writeframes(bytes(range(250)) * 16)
        return path

    def test_alone(self):
        for words in (["help"], ["controls"], ["controls", "--json"], ["version"], ["match", "hd650"],
                      ["match", "hd650", "--json"], ["completion", "bash"]):
            with self.subTest(words):
                self.fail_each(*words)

    def test_profile(self):
        profile = self.folder / "profile.txt"
        profile.write_text("Preamp: -3 dB\nnonsense\nFilter 1: ON PK Fc 1000 Hz Gain 3 dB Q 1\n")
        self.fail_each("profile", "show", profile)
        self.fail_each("profile", "show", "--json", profile)

    def test_render(self):
        self.fail_each("render", self.sound(), self.folder / "out.wav", spare="libsndfile")

    def test_meter(self):
        self.fail_each("meter", "--json", self.sound(), spare="libsndfile")

    def test_running(self):
        self.start()
        for words in (["get", "headphone"], ["get", "--json", "headphone"], ["export"]):
            with self.subTest(words):
                self.fail_each(*words)


if __name__ == "__main__":
    unittest.main()
