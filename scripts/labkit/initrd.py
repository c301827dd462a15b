# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The first root file system of a lab: a folder that is filled, then packed for the kernel."""

import pathlib
import re
import shutil
import subprocess


def add(root, source, target):
    target = root / target.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if pathlib.Path(source).is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif not target.exists():
        shutil.copy(source, target)


def add_program(root, program):
    """A program and its libraries."""
    add(root, program, f"/bin/{pathlib.Path(program).name}")
    for library in re.findall(r"(/\S+) \(", subprocess.run(["ldd", program], capture_output=True, text=True).stdout):
        add(root, library, library)


def add_script(root, name, text):
    (root / name).write_text(text)
    (root / name).chmod(0o755)


def pack(root, file):
    with open(file, "wb") as initrd:
        names = subprocess.run(["find", "."], cwd=root, capture_output=True).stdout
        subprocess.run(["cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=root, input=names, stdout=initrd,
                       check=True)
    shutil.rmtree(root)
