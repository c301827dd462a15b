#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Writes docs/comparison.md: what other programs' volume makes of a tone, beside Wiregain's, measured
by one instrument in one run, with the commands. `ninja -C build comparison` runs it.

comparison.py WIREGAIN MEASURE            writes it
comparison.py WIREGAIN MEASURE --check    runs its commands on files again, and fails when one of them is no
                                          longer what stands there, does not run, or measures otherwise"""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
PROGRAM, MEASURE = map(os.path.abspath, sys.argv[1:3])
LEVELS = (-12.5, -60.5)
TONES_DB = (-0.1, -80.1)
DOCUMENT = TOP / "docs/comparison.md"
TRIES = 3

# pw-cat reads and writes files outside of its real-time thread: where it may not be raised, it makes holes.
REALTIME = ["chrt", "-f", "20"] if subprocess.run(["chrt", "-f", "20", "true"], capture_output=True).returncode == 0 else []

CONFIGURATION = """context.properties = {
  default.clock.rate = 48000 default.clock.allowed-rates = [ 48000 ]
  default.clock.quantum = 4096 default.clock.min-quantum = 4096 default.clock.max-quantum = 8192
  settings.check-quantum = false vm.overrides = { default.clock.min-quantum = 4096 }
}
context.objects = [ { factory = adapter args = {
  factory.name = support.null-audio-sink node.name = sink media.class = Audio/Sink object.linger = true
  audio.position = [ FL FR ] monitor.passthrough = true priority.session = 3000 priority.driver = 3000 } } ]
"""


def commands(level):
    """Name, command, and the format that comes out."""
    gain = f"{10 ** (level / 20):.15g}"
    dither = "aresample=osf=s32:output_sample_bits=24:dither_method=triangular"
    ffmpeg = "ffmpeg -nostdin -y -v error -filter_threads 1 -i in.wav -af"
    return [
        ("Wiregain", f"wiregain render --quiet --set headphone.level={level} --format s24 in.wav out.wav", "24 bits"),
        ("sox", f"sox in.wav -b 24 out.wav vol {gain} dither", "24 bits"),
        ("sox, as it comes", f"sox -D in.wav -b 24 out.wav vol {gain}", "24 bits"),
        ("ffmpeg, told to dither", f"{ffmpeg} volume={level}dB:precision=double,{dither} -c:a pcm_s24le out.wav", "24 bits"),
        ("ffmpeg, as it comes", f"{ffmpeg} volume={level}dB -c:a pcm_s24le out.wav", "24 bits"),
        ("Wiregain", f"wiregain render --quiet --set headphone.level={level} --format f64 in.wav out.wav", "f64"),
        ("sox", f"sox in.wav -e floating-point -b 64 out.wav vol {gain}", "f64"),
        ("ffmpeg, precision=double", f"{ffmpeg} volume={level}dB:precision=double -c:a pcm_f64le out.wav", "f64"),
        ("Wiregain", f"wiregain render --quiet --set headphone.level={level} in32.wav out.wav", "f32"),
        ("PipeWire, stream volume", f"pw-cat -p --target sink --volume {gain} in32.wav", "f32"),
    ]


class Session:
    """A private PipeWire with one null sink."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(folder), XDG_CONFIG_HOME=str(folder / "config"),
                                XDG_STATE_HOME=str(folder / "state"), HOME=str(folder), DISABLE_RTKIT="1", LC_ALL="C",
                                DBUS_SESSION_BUS_ADDRESS=f"unix:path={folder}/bus")
        for name, text in (("pipewire/pipewire.conf.d/10.conf", CONFIGURATION),
                           ("wireplumber/bluetooth.lua.d/51-none.lua", "bluez_monitor.enabled = false\n")):
            path = folder / "config" / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={folder}/bus")
        self.start("pipewire")
        self.start("wireplumber")

    def start(self, *words):
        process = subprocess.Popen([*REALTIME, *words], env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.processes.append(process)
        time.sleep(1)
        return process

    def play(self, command):
        """What the sink's monitor gives while the command plays, as out.wav."""
        recorder = self.start("pw-cat", "-r", "--target", "sink", "-P", "{ stream.capture.sink=true }",
                              "--format", "f32", "--rate", "48000", "--channels", "2", str(self.folder / "out.wav"))
        time.sleep(1)
        subprocess.run([*REALTIME, *shlex.split(command)], env=self.environment, cwd=self.folder, check=True,
                       timeout=60)
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


def measure(path, dbfs):
    return subprocess.run([MEASURE, str(path), str(dbfs)], capture_output=True, text=True, check=True).stdout.split()


def without_holes(session, command, folder, dbfs):
    """A hole is as loud as the tone; anything that a volume does is far below it."""
    for _ in range(TRIES):
        session.play(command)
        seen = measure(folder / "out.wav", dbfs)
        if float(seen[2]) < dbfs - 60:
            return seen
    return None


def rows(folder, tone_db, with_server=True):
    subprocess.run([MEASURE, "make", str(folder / "in.wav"), str(tone_db)], check=True)
    # pw-cat 0.3.65 stutters with f64.
    subprocess.run([MEASURE, "make32", str(folder / "in32.wav"), str(tone_db)], check=True)
    session = Session(folder) if with_server and shutil.which("pipewire") and shutil.which("pw-cat") else None
    for level in LEVELS:
        for name, command, form in commands(level):
            words = shlex.split(command)
            if words[0] == "wiregain":
                words[0] = PROGRAM
            if not shutil.which(words[0]) and not with_server:
                sys.exit(f"{words[0]} is not here: scripts/setup test installs it")
            if not shutil.which(words[0]):
                print(f"{words[0]} is not here: left out", file=sys.stderr)
                continue
            (folder / "out.wav").unlink(missing_ok=True)
            if words[0] == "pw-cat":
                if not session:
                    continue
                seen = without_holes(session, command, folder, tone_db + level)
                if not seen:
                    print("PipeWire: this machine is too busy to record without holes: left out", file=sys.stderr)
                    continue
            else:
                subprocess.run(words, cwd=folder, check=True)
                seen = measure(folder / "out.wav", tone_db + level)
            yield level, name, form, seen, command
    if session:
        session.stop()


def version(*words):
    """"sox 14.4.2", without what each program says around it."""
    name = {"pipewire": "PipeWire"}.get(words[0], pathlib.Path(words[0]).name)
    if not shutil.which(words[0]):
        return f"{name} (not here)"
    result = subprocess.run(words, capture_output=True, text=True)
    return f"{name} {re.search(r'[0-9]+([.][0-9]+)+[-+.~:a-z0-9]*', result.stdout + result.stderr).group()}"


def table(lines, tone_db, folder):
    lines += [f"## A tone of {tone_db:g} dBFS", "",
              "| level | out | program | gain error, dB | THD, dB | noise in 20 kHz, dBFS |", "|---|---|---|---|---|---|"]
    seen = {}
    for level, name, form, (error, thd, noise), command in rows(folder, tone_db):
        lines.append(f"| {level} | {form} | {name} | {float(error):.1e} | {thd} | {noise} |")
        seen.setdefault((level, form, name), command)
    lines.append("")
    return seen


HEAD = """# Beside other programs

What a volume control that stands still makes of a tone: 997 Hz at 48 kHz, on a bin of the transform, of
-0.1 and of -80.1 dBFS, turned down by 12.5 and by 60.5 dB. All programs get the same file ("f64" and
"24 bits": 64-bit float in; "f32": 32-bit float in, which is what a stream on PipeWire is) and write the
same format; where a program has a better setting than its usual one, both are there. `src/bench`
measures the left side of the quietest 6.8 of 10 seconds of each, in one run: the gain by a sine fit; THD
from harmonics 2 to 20, five records averaged in time; as noise all else from 20 Hz to 20 kHz. Made by
`ninja -C build comparison`.
"""

CONCLUSION = """## What may be concluded, and what not

- **24 bits, dithered**: no program is better than another. The noise is that of TPDF dither, -142.3 dBFS
  in 20 kHz. Gain error and THD are what the averaging leaves of that noise (some -181 dBFS in the
  harmonics' bins together): digits that differ there are chance.
- **24 bits, as it comes** from sox and ffmpeg, without dither: 4.8 dB less noise, paid for by quiet tones,
  whose level is wrong by decibels and whose distortion is hardly below them.
- **f64**: Wiregain and ffmpeg, told to use doubles, are rounded once per sample, and that is all there is to
  see; sox works in 32-bit integers inside, with a floor of -193 dBFS. Nobody hears either.
- **f32**: Wiregain and PipeWire end at what a 32-bit float holds. PipeWire's gain is a 32-bit float, too, and
  is off by the last of its digits.
- So a volume that stands still is no reason to prefer any of these that was set with care. What it does
  while it moves, what limits it, what it costs and what it delays is not in these tables; nor is any sound
  card, nor other versions than these.
"""


def write():
    lines = [HEAD, f"Wiregain {version(PROGRAM, 'version').split()[1]}; {version('sox', '--version')}; "
             f"{version('ffmpeg', '-version')}; {version('pipewire', '--version')}.", ""]
    seen = {}
    for tone_db in TONES_DB:
        with tempfile.TemporaryDirectory(prefix="wiregain-comparison-") as name:
            seen = table(lines, tone_db, pathlib.Path(name)) or seen
    lines += [CONCLUSION, "## The commands", "", "```"]
    lines += sorted(set(seen.values()), key=list(seen.values()).index)
    lines += ["```", "", "PipeWire's was recorded from the monitor of a null sink on a private server: "
              "`pw-cat -r --target sink -P '{ stream.capture.sink=true }'`."]
    DOCUMENT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def told(text, tone_db):
    """The rows of a table of the document: (level, out, program): (gain error, THD, noise)."""
    part = text.split(f"## A tone of {tone_db:g} dBFS")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines() if line.startswith("| -")]
    return {(float(row[0]), row[1], row[2]): tuple(map(float, row[3:])) for row in cells}


def differs(said, seen, tone_db):
    """Whether it is more than chance (dither begins anew each time) and another C library's last bit."""
    noise = abs(said[2] - seen[2]) > (0.1 if said[2] > -200 else 6)
    # Six standard deviations of a fit over five records, in decibels; and two digits are told.
    chance = max(1e-8, 0.1 * 10 ** ((said[2] - tone_db) / 20), 0.06 * abs(said[0]))
    return noise or abs(said[1] - seen[1]) > 6 or abs(said[0] - seen[0]) > chance


def check():
    text = DOCUMENT.read_text()
    for tone_db in TONES_DB:
        document = told(text, tone_db)
        with tempfile.TemporaryDirectory(prefix="wiregain-comparison-") as name:
            for level, program, form, seen, command in rows(pathlib.Path(name), tone_db, with_server=False):
                seen, said = tuple(map(float, seen)), document.get((level, form, program))
                if f"\n{command}\n" not in text:
                    sys.exit(f"docs/comparison.md does not have the command\n  {command}")
                if not said or differs(said, seen, tone_db + level):
                    sys.exit(f"docs/comparison.md says {said} of\n  {command}\nwhich gives {seen}: "
                             "run ninja -C build comparison")


if sys.argv[3:] == ["--check"]:
    check()
else:
    write()
