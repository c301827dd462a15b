# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Debian's kernel and the modules of the small lab, taken out of their package: nothing is installed."""

import lzma
import re
import shutil
import subprocess
import tarfile

from .host import CACHE, MISSING, new_cache_folder, stop

FOLDER = CACHE / "lab"
MODULES = ("soundcore", "snd", "snd-timer", "snd-pcm", "snd-aloop")  # each needs those before it


def wanted_of(name):
    """The file of the cache that a file of the package becomes."""
    base = name.rsplit("/", 1)[1]
    if re.search(r"/boot/vmlinuz-", name):
        return "vmlinuz"
    match = re.fullmatch(r"(.*)\.ko(\.xz)?", base)
    return f"{match[1]}.ko" if match and match[1] in MODULES and "/kernel/sound/" in name else None


def bare(kernel):
    """What is packed in it, where that is known: an emulated processor would take seconds to unpack it."""
    start = kernel.find(b"\xfd7zXZ\0")
    inside = lzma.LZMADecompressor().decompress(kernel[start:]) if start >= 0 else b""
    return inside if inside.startswith(b"\x7fELF") else kernel


def unpack(package, folder):
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
        with tarfile.open(fileobj=archive.stdout, mode="r|") as files:
            for file in files:
                name = wanted_of(file.name) if file.isfile() else None
                if name:
                    data = files.extractfile(file).read()
                    (folder / name).write_bytes(lzma.decompress(data) if file.name.endswith(".xz") else data)
                if name == "vmlinuz":
                    (folder / name).write_bytes(bare(data))
    missing = [name for name in ("vmlinuz", *(f"{name}.ko" for name in MODULES)) if not (folder / name).exists()]
    if archive.returncode != 0 or missing:
        stop(MISSING, f"{package} has no {', '.join(missing) or 'end'}")


def fetch():
    """Puts kernel and modules into the cache, all or nothing."""
    if (FOLDER / "vmlinuz").exists():
        return
    if not shutil.which("apt-get"):
        stop(MISSING, "this is no Debian system: there is no kernel package to get")
    depends = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], capture_output=True, text=True).stdout
    match = re.search(r"Depends: (linux-image-[0-9]\S+)", depends)
    if not match:
        stop(MISSING, "apt knows no kernel: run apt-get update")
    with new_cache_folder(FOLDER) as folder:
        got = subprocess.run(["apt-get", "download", "-q", "-q", match[1]], cwd=folder, capture_output=True, text=True)
        packages = list(folder.glob("*.deb"))
        if got.returncode != 0 or not packages:
            stop(MISSING, f"{match[1]} cannot be got; run apt-get update: {got.stderr.strip()}")
        unpack(packages[0], folder)
        packages[0].unlink()
