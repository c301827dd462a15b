#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The CPU time of a whole `wiregain render`, start and end included, against other programs doing the
same job on the same file in the same run; its peak memory; and two files on two cores.

Programs take turns, round by round, so that a busy machine disturbs all alike; the median of each is
compared. The file lies in memory (/dev/shm) where there is room, so that no disk is timed."""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import wave

GOAL_CPU = 0.4
GOALS = {"gain, bs2b, dither": 0.5, "gain, bs2b, R128": 0.5, "gain, 10 filters": 0.33}  # where it is another
GOAL_MEMORY_MB = 12
GOAL_PARALLEL = 0.6


def run(command):
    """CPU seconds, wall seconds and peak memory in MB of one process."""
    result = subprocess.run([sys.argv[2], *map(str, command)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed: {result.stderr}")
    cpu, wall, memory = map(float, result.stdout.split()[-3:])
    return cpu, wall, memory / 1024


def gstreamer(source, out, sample_format, dither):
    gain = 10 ** (-12.5 / 20)
    words = (f"-q filesrc location={source} ! wavparse ! audioconvert ! audio/x-raw,format=F64LE ! "
             f"volume volume={gain:.12f} ! audioconvert dithering={dither} dithering-threshold=32 ! "
             f"audio/x-raw,format={sample_format} ! wavenc ! filesink location={out}")
    return ["gst-launch-1.0", *words.split()]


# Hz, dB and Q of ten peaks.
TEN = [(31.25 * 2 ** k, (-1) ** k * 3, 1.41) for k in range(10)]


def write_profile(path):
    path.write_text("".join(f"Filter: ON PK Fc {hz} Hz Gain {db} dB Q {q}\n" for hz, db, q in TEN))
    return path


def jobs(wiregain, source, out):
    """What each program is told for each job; level -12.5 dB, 24 bits in."""
    gain = f"{10 ** (-12.5 / 20):.12f}"
    ffmpeg = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-filter_threads", "1", "-i", source, "-af"]
    volume = "volume=-12.5dB:precision=double"
    dither = "aresample=osf=s32:output_sample_bits=24:dither_method=triangular"
    ours = [wiregain, "render", "--quiet", "--set", "headphone.level=-12.5"]
    return {
        "gain to 32 bits": {
            "wiregain": [*ours, "--format", "s32", source, out],
            "sox": ["sox", source, "-b", "32", out, "vol", gain],
            "ffmpeg": [*ffmpeg, volume, "-c:a", "pcm_s32le", out],
            "gstreamer": gstreamer(source, out, "S32LE", "none"),
        },
        "gain, dither to 24": {
            "wiregain": [*ours, source, out],
            "copying alone": ["dd", f"if={source}", f"of={out}", "bs=192k", "status=none"],
            "sox": ["sox", source, out, "vol", gain, "dither"],
            "ffmpeg": [*ffmpeg, f"{volume},{dither}", "-c:a", "pcm_s24le", out],
            "gstreamer": gstreamer(source, out, "S24LE", "tpdf"),
        },
        # Crossfeed of bs2b's second preset, in both cases with its exact coefficients.
        "gain, bs2b, dither": {
            "wiregain": [*ours, "--set", "crossfeed=bauer", "--set", "crossfeed.preset=cmoy", source, out],
            "ffmpeg": [*ffmpeg, f"{volume},bs2b=profile=cmoy,{dither}", "-c:a", "pcm_s24le", out],
        },
        # Ten peaks; each program makes them as it does.
        "gain, 10 filters": {
            "wiregain": [*ours, "--profile", write_profile(out.parent / "profile.txt"), source, out],
            "sox": ["sox", source, out, "vol", gain,
                    *(word for hz, db, q in TEN for word in ("equalizer", str(hz), f"{q}q", str(db))), "dither"],
            "ffmpeg": [*ffmpeg, ",".join([volume, *(f"equalizer=f={hz}:t=q:w={q}:g={db}:precision=f64" for hz, db, q in TEN),
                                          dither]), "-c:a", "pcm_s24le", out],
        },
        # At 48 kHz alone, and without sox and gstreamer, which measure no such thing.
        "gain, bs2b, R128": {
            "wiregain": [*ours, "--set", "crossfeed=bauer", "--meter", "--json", source, out],
            "ffmpeg": [*ffmpeg, f"{volume},bs2b,ebur128=peak=true,{dither}", "-c:a", "pcm_s24le", out],
        },
        # Not the same job: ours dithers whatever leaves it with 24 bits, these do not here.
        "others undithered": {
            "wiregain": [*ours, source, out],
            "sox": ["sox", "-D", source, out, "vol", gain],
            "ffmpeg": [*ffmpeg, volume, "-c:a", "pcm_s24le", out],
            "gstreamer": gstreamer(source, out, "S24LE", "none"),
        },
    }


def make_source(path, rate, seconds):
    """Noise at -20 dBFS in 24 bits: 1 s of it from the system's generator, repeated."""
    random.seed(rate)
    second = b"".join(random.randrange(-(1 << 20), 1 << 20).to_bytes(3, "little", signed=True)
                      for _ in range(2 * rate))
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 3, rate, 0, "NONE", ""))
        for _ in range(seconds):
            file.writeframes(second)


def compare(wiregain, folder, rate, seconds, rounds):
    source, out = folder / "in.wav", folder / "out.wav"
    make_source(source, rate, seconds)
    for job, commands in jobs(wiregain, source, out).items():
        if job.endswith("R128") and rate != 48000:
            continue
        commands = {name: words for name, words in commands.items()
                    if name == "wiregain" or shutil.which(words[0])}
        results = {name: [] for name in commands}
        for _ in range(rounds):
            for name, words in commands.items():
                results[name].append(run(words))
                out.unlink(missing_ok=True)
        cpu = {name: statistics.median(r[0] for r in runs) for name, runs in results.items()}
        others = {name: value for name, value in cpu.items() if name not in ("wiregain", "copying alone")}
        row = "  ".join(f"{name} {value:.2f} s" for name, value in cpu.items())
        if others:
            best = min(others, key=others.get)
            ratio = cpu["wiregain"] / others[best]
            row += f"  ratio to {best} {ratio:.2f}"
        memory = max(r[2] for r in results["wiregain"])
        print(f"{rate / 1000:6.1f} kHz  {job:18}  {row}  (goal {GOALS.get(job, GOAL_CPU)}), {memory:.1f} MB (goal {GOAL_MEMORY_MB})", flush=True)


def parallel(wiregain, folder, rate, seconds, rounds):
    sources = [folder / "one.wav", folder / "two.wav"]
    for source in sources:
        make_source(source, rate, seconds)
    ratios = []
    for _ in range(rounds):
        times = {}
        for jobs_at_once in (1, 2):
            command = [wiregain, "render", "--quiet", "--jobs", str(jobs_at_once), "--set",
                       "headphone.level=-12.5", *sources, folder / "out"]
            times[jobs_at_once] = run(command)[1]
            shutil.rmtree(folder / "out")
        ratios.append(times[2] / times[1])
    print(f"two files on two cores: {statistics.median(ratios):.2f} of the time of one after the other "
          f"(goal {GOAL_PARALLEL})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wiregain")
    parser.add_argument("measure", help="the program made of bench/measure.c")
    parser.add_argument("--seconds", type=int, default=120, help="length of the sound")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rates", type=int, nargs="+", default=[44100, 48000, 96000, 192000])
    arguments = parser.parse_args()
    memory = pathlib.Path("/dev/shm")
    room = memory if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30 else None
    with tempfile.TemporaryDirectory(prefix="wiregain-bench-", dir=room) as name:
        folder = pathlib.Path(name)
        for rate in arguments.rates:
            compare(arguments.wiregain, folder, rate, arguments.seconds, arguments.rounds)
        parallel(arguments.wiregain, folder, 96000, arguments.seconds, arguments.rounds)


main()
