#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Renders the same sound with two builds of the program and compares every byte of the files, and the
figures of the meter.

Usage: compare_builds.py [--without SETTING]... A B   (A and B: commands with their words, in quotes)

Prints a line for each setting that differs and, at the end, the sums. `A` and `B` may be the same program
on another processor (`qemu-aarch64 build-aarch64/wiregain`), or with other functions of the C library
(`env GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2 build/wiregain`)."""

import argparse
import array
import concurrent.futures
import math
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import wave

PROFILE = """Preamp: -6.2 dB
Filter 1: ON LSC Fc 105 Hz Gain 5.5 dB Q 0.70
Filter 2: ON PK Fc 190 Hz Gain -2.9 dB Q 0.51
Filter 3: ON PK Fc 1240 Hz Gain 1.8 dB Q 1.37
Filter 4: ON PK Fc 5810 Hz Gain -4.4 dB Q 4.20
Filter 5: ON HSC Fc 10000 Hz Gain 3.1 dB Q 0.70
"""

# Sets of arguments; "PROFILE" is replaced by the name of a file.
SETTINGS = {
    "neutral": [],
    "level": ["--set", "headphone.level=-12.5"],
    "low level": ["--set", "headphone.level=-60.5"],
    "balance": ["--set", "headphone.balance=-3.5", "--set", "headphone.level=-3.0"],
    "side": ["--set", "monitor.mode=side", "--set", "monitor.invert_left=on"],
    "natural": ["--set", "crossfeed=natural", "--set", "headphone.level=-6.5"],
    "bauer": ["--set", "crossfeed=bauer", "--set", "headphone.level=-6.5"],
    "profile": ["--profile", "PROFILE"],
    "safety": ["--set", "headphone.level=12.0"],
    "lookahead": ["--set", "protect.limiter=lookahead", "--set", "headphone.level=12.0"],
    "sub": ["--output", "sub", "--set", "sub.lowpass_hz=80", "--set", "line.level=-4.5"],
    "everything": ["--profile", "PROFILE", "--set", "crossfeed=natural", "--set",
                   "protect.limiter=lookahead", "--set", "headphone.level=9.5"],
}
RATES_HZ = (48000, 192000)
FORMATS = ("s24", "f32", "f64")


def write_sound(path, rate_hz):
    """A second of noise that swells, with a bass and a treble tone."""
    chance = random.Random(7)
    samples = array.array("h")
    for i in range(rate_hz):
        t = i / rate_hz
        tones = 0.3 * math.sin(2 * math.pi * 70 * t) + 0.1 * math.sin(2 * math.pi * 9000 * t)
        for phase in (0, 1):
            noise = (0.3 + 0.25 * math.sin(7 * t + phase)) * (2 * chance.random() - 1)
            samples.append(round(32767 * (tones + noise)))
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def run(command, *words):
    result = subprocess.run([*command, *map(str, words)], capture_output=True)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} {' '.join(map(str, words))}:\n{result.stderr.decode()}")
    return result.stdout


class Comparison:
    def __init__(self, commands, folder):
        self.commands = commands
        self.folder = folder
        self.profile = folder / "profile.txt"
        self.profile.write_text(PROFILE)
        for rate_hz in RATES_HZ:
            write_sound(folder / f"{rate_hz}.wav", rate_hz)

    def words(self, name):
        return [self.profile if word == "PROFILE" else word for word in SETTINGS[name]]

    def differing(self, name, rate_hz, sample_format):
        """How many bytes of the two files differ."""
        data = []
        for i, command in enumerate(self.commands):
            out = self.folder / f"{name}-{rate_hz}-{sample_format}-{i}.wav"
            run(command, "render", "--quiet", "--format", sample_format, *self.words(name),
                self.folder / f"{rate_hz}.wav", out)
            data.append(out.read_bytes())
            out.unlink()
        if len(data[0]) != len(data[1]):
            return max(map(len, data))
        return sum(a != b for a, b in zip(*data)) if data[0] != data[1] else 0

    def meters_differ(self, name, rate_hz):
        return len({run(command, "meter", "--quiet", "--json", *self.words(name), self.folder / f"{rate_hz}.wav")
                    for command in self.commands}) != 1


def compare(comparison, names, workers):
    """{what is compared: the future of whether it differs}"""
    compared = {}
    for name in names:
        for rate_hz in RATES_HZ:
            for sample_format in FORMATS:
                compared[f"{name}, {rate_hz} Hz, {sample_format}: bytes"] = workers.submit(
                    comparison.differing, name, rate_hz, sample_format)
            # The meter takes no profile.
            if "--profile" not in SETTINGS[name]:
                compared[f"{name}, {rate_hz} Hz: readings of the meter"] = workers.submit(
                    comparison.meters_differ, name, rate_hz)
    return compared


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", action="append", default=[], choices=SETTINGS)
    parser.add_argument("commands", nargs=2, type=shlex.split)
    arguments = parser.parse_args()
    names = [name for name in SETTINGS if name not in arguments.without]
    with (tempfile.TemporaryDirectory(prefix="wiregain-test-") as folder,
          concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers):
        comparison = Comparison(arguments.commands, pathlib.Path(folder))
        compared = compare(comparison, names, workers)
        differing = {what: future.result() for what, future in compared.items() if future.result()}
    for what, count in differing.items():
        print(f"{what} differ: {int(count)}")
    print(f"{len(compared) - len(differing)} passed, {len(differing)} failed")
    return 1 if differing else 0


sys.exit(main())
