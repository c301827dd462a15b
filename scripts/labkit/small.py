# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The small lab: Debian's kernel with its loopback card (snd-aloop), a shell, and one script that is run."""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from . import initrd, kernel, machine
from .host import BROKEN, stop

TOOLS = ("qemu-system-x86_64", "setpriv", "busybox", "cpio", "ldd")

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm && mount -t tmpfs shm /dev/shm
stty -F /dev/ttyS1 raw -echo
exec </dev/null >/dev/ttyS1 2>&1
for module in %s; do insmod /lib/modules/$module.ko $(cat /lib/modules/$module.options 2>/dev/null); done
export HOME=/root PATH=/bin
cd
/script %s
echo "lab-exit $?"
poweroff -f
"""


def make_root(root, options):
    for name in ("bin", "dev", "proc", "sys", "tmp", "root", "run", "lib/modules"):
        (root / name).mkdir(parents=True)
    initrd.add(root, shutil.which("busybox"), "/bin/busybox")
    for name in kernel.MODULES:
        initrd.add(root, kernel.FOLDER / f"{name}.ko", f"/lib/modules/{name}.ko")
    for program in options.program:
        initrd.add_program(root, program)
    for file in options.file:
        initrd.add(root, *file.split(":", 1))
    if pathlib.Path("/usr/share/alsa").exists():
        initrd.add(root, "/usr/share/alsa", "/usr/share/alsa")
    initrd.add_script(root, "init", INIT % (" ".join(kernel.MODULES), shlex.join(options.words)))
    shutil.copy(options.script, root / "script")
    (root / "script").chmod(0o755)


def boot(packed, console):
    """The emulator, which ends with us; what the script prints is its standard output."""
    return subprocess.Popen(
        machine.words(kernel.FOLDER / "vmlinuz", packed, console, "384", "2026-01-01") + ["-serial", "chardev:out"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def run(options):
    with tempfile.TemporaryDirectory(prefix="wiregain-lab-") as scratch:
        scratch = pathlib.Path(scratch)
        make_root(scratch / "root", options)
        initrd.pack(scratch / "root", scratch / "initrd")
        emulator = boot(scratch / "initrd", scratch / "console")
        code = None
        try:
            for line in emulator.stdout:
                end = re.search(rb"lab-exit (\d+)\r?\n", line)
                if end:
                    sys.stdout.buffer.write(line[:end.start()])
                    code = int(end[1])
                    break
                sys.stdout.buffer.write(line)
                sys.stdout.flush()
        finally:
            emulator.kill()
            emulator.wait()
        if code is None:
            console = (scratch / "console").read_text(errors="replace").splitlines()
            stop(BROKEN, "the machine stopped before its script did:\n" + "\n".join(console[-15:]))
        return code
