#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The signal processing and the amplifier could run on a microcontroller: what their objects need
from outside is the mathematical library, memcpy and its kin, and text in memory; no allocation, no
files, no threads, no clock. What they take from other archives (--with) is held to the same, object
by object, as a linker would take it.

check_freestanding.py [--text] [--with ARCHIVE]... ARCHIVE..."""

import argparse
import re
import subprocess
import sys

MATHS = set(
    "acos asin atan atan2 cbrt ceil cos cosh erf erfc exp exp2 expm1 fabs floor fma fmax fmin fmod frexp "
    "hypot ldexp llrint llround log log10 log1p log2 lrint lround modf nearbyint pow remainder rint "
    "round sin sincos sinh sqrt tan tanh trunc".split())
MEMORY = set("bcmp memchr memcmp memcpy memmove memset".split())
TEXT = set("snprintf strchr strcmp strlen strncmp strspn strstr strtod strtol vsnprintf __errno_location".split())
COMPILER = set("_GLOBAL_OFFSET_TABLE_ __assert_fail __stack_chk_fail __stack_chk_guard".split())
# Atomic instructions that the compiler's run-time library chooses by the processor (aarch64).
ATOMICS = re.compile(r"__aarch64_(cas|swp|ldadd|ldclr|ldeor|ldset)\d+_(relax|acq|rel|acq_rel)")
# By name of the object: what is allocated is allocated before the sound runs; the choice of a version
# asks the compiler's run-time library for the processor.
EXCEPTIONS = {
    "fft.c.o": {"malloc", "free"},
    "ops-x86.c.o": {"__cpu_model", "__cpu_indicator_init"},
}


def read_objects(archive):
    """{name of the object: (symbols it defines, symbols it needs)}"""
    output = subprocess.run(["nm", "-A", "-P", "--extern-only", archive], check=True, text=True,
                            capture_output=True).stdout
    objects = {}
    for line in output.splitlines():
        place, symbol, kind = re.match(r"(.*): (\S+) (\S)", line).groups()
        name = re.search(r"\[(?:.*/)?([^/\]]+)\]$", place).group(1)
        defined, needed = objects.setdefault(name, (set(), set()))
        (needed if kind in "Uw" else defined).add(symbol)
    return objects


def source_name(symbol):
    """The function that the source calls: glibc's headers rename it where they check sizes
    (__snprintf_chk) and where they follow C99 or C23 (__isoc99_sscanf, __isoc23_strtol)."""
    return re.sub(r"^__(?:isoc\d\d_(\w+)|(\w+)_chk)$", r"\1\2", symbol)


def check(objects, others, allowed):
    """Complaints about the objects, and about those of the others that they need."""
    complaints = []
    waiting, seen = list(objects), set(objects)
    everything = {**others, **objects}
    defined_by = {symbol: name for name, (defined, _) in everything.items() for symbol in defined}
    while waiting:
        name = waiting.pop()
        for symbol in sorted(everything[name][1]):
            if symbol in defined_by:
                if defined_by[symbol] not in seen:
                    seen.add(defined_by[symbol])
                    waiting.append(defined_by[symbol])
            elif (source_name(symbol) not in allowed | EXCEPTIONS.get(name, set()) and
                  not ATOMICS.fullmatch(symbol)):
                complaints.append(f"{name} needs {symbol}")
    return complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", action="store_true", help="text in memory is allowed")
    parser.add_argument("--with", dest="others", action="append", default=[], metavar="ARCHIVE")
    parser.add_argument("archives", nargs="+", metavar="ARCHIVE")
    arguments = parser.parse_args()
    objects, others = {}, {}
    for archive in arguments.archives:
        objects.update(read_objects(archive))
    for archive in arguments.others:
        others.update(read_objects(archive))
    allowed = MATHS | MEMORY | COMPILER | (TEXT if arguments.text else set())
    complaints = check(objects, others, allowed)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(objects)} objects, {len(complaints)} symbols that they should not need")
    return 1 if complaints or not objects else 0


sys.exit(main())
