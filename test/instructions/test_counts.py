#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Instructions per frame of the hot paths against the limits in docs/instructions.json.

Counts are the same on every machine that runs the same code, busy or not. The program `count` marks
where a path begins and ends; valgrind's callgrind, or qemu with the plug-in beside this file, says how
many instructions lie between two marks. valgrind 3.19 knows no AVX-512, so on x86-64 the AVX2 versions
run, whatever the processor has.

Usage: test_counts.py [--qemu QEMU PLUGIN ROOT] COUNT LIMITS PROCESSOR COMPILER"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77


def read_callgrind(command):
    """What the program printed, and the instructions before each mark."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        result = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                                 "--dump-after=count_mark", *command], capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        parts = sorted(pathlib.Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        return result.stdout, [int(re.search(r"^totals: (\d+)", part.read_text(), re.MULTILINE)[1])
                               for part in parts]


def read_qemu(command, qemu, plugin, root):
    """The same, counted by the plug-in, with the libraries below `root`."""
    with tempfile.NamedTemporaryFile() as log:
        result = subprocess.run([qemu, "-L", root, "-plugin", plugin, "-d", "plugin", "-D", log.name, *command],
                                capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        return result.stdout, [int(line) for line in pathlib.Path(log.name).read_text().split()]


def per_frame(output, counts):
    """The vector unit, and the instructions per frame by path."""
    first, *names = output.splitlines()
    unit, frames = first.split()
    if len(counts) != 2 * len(names):
        sys.exit(f"{len(counts)} marks were counted for {len(names)} paths")
    return unit, {name: counts[2 * i + 1] / int(frames) for i, name in enumerate(names)}


def judge(measured, limits):
    """Prints every path; the complaints."""
    complaints = [f"{name}: has a limit and is not measured" for name in limits.keys() - measured.keys()]
    for name, count in measured.items():
        limit = limits.get(name)
        print(f"{name:26} {count:8.2f} instructions per frame, limit {limit}")
        if limit is None:
            complaints.append(f"{name}: has no limit")
        elif count > limit:
            complaints.append(f"{name}: {count:.2f} instructions per frame, limit {limit}")
    return complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--qemu", nargs=3, metavar=("QEMU", "PLUGIN", "ROOT"))
    parser.add_argument("count")
    parser.add_argument("limits", type=pathlib.Path)
    parser.add_argument("processor")
    parser.add_argument("compiler")
    arguments = parser.parse_args()
    limits = json.loads(arguments.limits.read_text())[arguments.processor]
    if arguments.compiler not in limits:
        print(f"there are no limits for {arguments.compiler} on {arguments.processor}")
        return SKIPPED
    if arguments.qemu:
        output, counts = read_qemu([arguments.count], *arguments.qemu)
    else:
        output, counts = read_callgrind([arguments.count])
    unit, measured = per_frame(output, counts)
    if unit != limits["unit"]:
        print(f"the limits are those of {limits['unit']}, and this processor has only {unit}")
        return SKIPPED
    print(f"{arguments.processor}, {arguments.compiler}, {unit}:")
    complaints = judge(measured, limits[arguments.compiler])
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


sys.exit(main())
