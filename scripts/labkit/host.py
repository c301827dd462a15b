# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What both labs need of the computer that they run on."""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "wiregain"
MISSING, LATE, BROKEN = 77, 124, 125  # exit codes: a tool or file is missing, time ran out, the machine failed


def stop(code, text):
    print(f"scripts/lab: {text}", file=sys.stderr)
    sys.exit(code)


def require(tools):
    missing = [name for name in tools if not shutil.which(name)]
    if missing:
        stop(MISSING, f"not here: {', '.join(missing)}")
    if os.uname().machine != "x86_64":
        stop(MISSING, f"programs for {os.uname().machine} do not run in it")


@contextlib.contextmanager
def new_cache_folder(target):
    """A folder to fill, which becomes `target` when that ended well: all or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = pathlib.Path(scratch) / "new"
        folder.mkdir()
        yield folder
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
