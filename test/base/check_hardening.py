#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The hardening of the built program, read from the file itself: whether it is position-independent,
what is read-only once it is loaded, and which checks the compiler put in. The marks for indirect
branches are read in an archive of our own objects, since the system's start files may lack them.

check_hardening.py [--fortified] PROGRAM ARCHIVE"""

import argparse
import re
import subprocess
import sys


def readelf(option, file):
    return subprocess.run(["readelf", "--wide", option, file], check=True, text=True,
                          capture_output=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def find_features(text):
    """One set for each note of processor features: {"IBT", "SHSTK"}, {"BTI", "PAC"}."""
    return [set(names.replace(" ", "").split(","))
            for names in re.findall(r"(?:x86|AArch64) feature: ([A-Z, ]+)", text)]


def check_loading(program):
    header = readelf("--file-header", program)
    segments = readelf("--segments", program)
    dynamic = readelf("--dynamic", program)
    flags = " ".join(re.findall(r"\(FLAGS(?:_1)?\)(.*)", dynamic))
    stack = re.search(r"GNU_STACK.*\s(\S+)\s+0x\S+$", segments, re.MULTILINE)
    yield "position-independent executable", "DYN" in header and "PIE" in flags
    yield "RELRO segment", "GNU_RELRO" in segments
    yield "BIND_NOW (full RELRO)", re.search(r"\b(BIND_)?NOW\b", flags) or "(BIND_NOW)" in dynamic
    yield "stack that is not executable", stack and "E" not in stack.group(1)
    yield "no segment both writable and executable", not re.search(r"LOAD.* RWE ", segments)
    yield "no text relocations", "TEXTREL" not in dynamic


def check_code(program, archive, fortified):
    symbols = set(re.findall(r"\bUND (\w+)", readelf("--dyn-syms", program)))
    machine = re.search(r"Machine:\s*(.*)", readelf("--file-header", program)).group(1)
    objects = readelf("--file-header", archive).count("Machine:")
    features = find_features(readelf("--notes", archive))
    yield "stack protector", "__stack_chk_fail" in symbols
    if fortified:
        checked = [name for name in symbols if re.fullmatch(r"__\w+_chk", name)]
        yield "checked memcpy() and its kin (_FORTIFY_SOURCE)", len(checked) > 3
    wanted = {"IBT", "SHSTK"} if "X86-64" in machine else {"BTI", "PAC"}
    marked = [each for each in features if wanted <= each]
    yield f"mark {', '.join(sorted(wanted))} in each of our objects", len(marked) == objects > 0
    if "X86-64" in machine:
        yield "mark SHSTK in the program", any(
            "SHSTK" in each for each in find_features(readelf("--notes", program)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fortified", action="store_true", help="built with _FORTIFY_SOURCE")
    parser.add_argument("program")
    parser.add_argument("archive")
    arguments = parser.parse_args()
    results = [*check_loading(arguments.program),
               *check_code(arguments.program, arguments.archive, arguments.fortified)]
    missing = [name for name, holds in results if not holds]
    for name in missing:
        print(f"missing: {name}", file=sys.stderr)
    print(f"{len(results)} properties, {len(missing)} missing")
    return 1 if missing else 0


sys.exit(main())
