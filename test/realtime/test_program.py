#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Nothing on the audio thread allocates, locks, logs, waits or touches a file: the program as built
with -Drealtime_check=true, rendering and playing, while every control is changed."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import wave

WIREGAIN = sys.argv[1]
CHANGES = [
    "headphone.level=-12.5", "line.level=3", "headphone.mute=on", "headphone.mute=off", "dim=on",
    "dim=off", "input=2", "input=1", "monitor.mode=mono", "monitor.mode=side",
    "monitor.invert_left=on", "sub.lowpass_hz=80", "sub.lowpass_hz=off", "headphone.balance=-3",
    "protect.limiter=off", "protect.limiter=safety", "input.1.trim=15", "input.1.trim=0",
    "crossfeed=natural", "crossfeed=bauer", "crossfeed.preset=rme1", "crossfeed=off",
    "eq.profile=profile", "eq=on", "eq.preamp=-3", "eq=off",
    "line.follow=level", "power=off", "power=on",
]


def report(path, least_sections):
    text = path.read_text()
    sections, violations = map(int, re.fullmatch(r"sections (\d+), violations (\d+)\n", text).groups())
    assert sections >= least_sections, f"only {sections} sections were watched"
    assert violations == 0, f"{violations} calls on the audio thread that must not be there"
    print(f"figure: {sections} blocks watched, {violations} forbidden calls")


def write_profile(folder):
    path = folder / "profile.txt"
    path.write_text("".join(f"Filter: ON PK Fc {40 * 2 ** k} Hz Gain 3 dB Q 2\n" for k in range(9)))
    return path


def environment(folder):
    return dict(os.environ, WIREGAIN_REALTIME_REPORT=str(folder / "report"),
                XDG_RUNTIME_DIR=str(folder), XDG_STATE_HOME=str(folder))


def render(folder):
    with wave.open(str(folder / "in.wav"), "wb") as file:
        file.setparams((2, 3, 48000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * 6 * 400)
    lines = [f"{0.05 * i:.2f} {change}" for i, change in enumerate(CHANGES)]
    (folder / "automation").write_text("\n".join(lines) + "\n")
    for output in ("headphone", "line", "sub"):
        for kind in ("wav", "flac"):
            subprocess.run(
                [WIREGAIN, "render", "--profile", write_profile(folder), "--automation", folder / "automation", "--output", output,
                 folder / "in.wav", folder / f"out.{kind}"],
                check=True, env=environment(folder), stderr=subprocess.DEVNULL)
            report(folder / "report", 90)


def ask(folder, *words):
    return subprocess.run([WIREGAIN, *words], env=environment(folder) | {"WIREGAIN_REALTIME_REPORT": ""},
                          capture_output=True, text=True)


def play(folder, audio):
    amplifier = subprocess.Popen([WIREGAIN, "run", "--audio", audio, "--panel", "off", "--set", "headphone.start=0"],
                                 env=environment(folder), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while ask(folder, "get", "power").returncode != 0:
            assert time.monotonic() < deadline, "the amplifier does not answer"
            time.sleep(0.05)
        assert ask(folder, "profile", "load", write_profile(folder)).returncode == 0
        for change in CHANGES:
            result = ask(folder, "set", change)
            assert result.returncode == 0, result.stderr
        assert json.loads(ask(folder, "get", "--json", "power").stdout)["power"] is True
    finally:
        amplifier.terminate()
        assert amplifier.wait(30) == 0
    report(folder / "report", 20)


def main():
    with tempfile.TemporaryDirectory(prefix="wiregain-test-") as name:
        folder = pathlib.Path(name)
        render(folder)
        play(folder, sys.argv[2] if len(sys.argv) > 2 else "null")


main()
