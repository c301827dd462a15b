# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The booted lab: a Debian with systemd, a session with PipeWire and WirePlumber, a loopback, an HDA and a USB card.
One boot runs many tests. What the HDA and the USB card play is recorded into files that the tests can read."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from . import image, initrd, machine, recording
from .host import BROKEN, stop

GUEST = pathlib.Path(__file__).resolve().parent / "guest"  # files that are put into the Debian at each boot
TOOLS = ("qemu-system-x86_64", "setpriv", "busybox", "cpio")
PLUGS = 4  # times that the USB card can be plugged in: each makes a recording of its own

INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
while read -r module; do /bin/busybox insmod "/modules/$module"; done </modules/order
/bin/busybox mount -t ext4 -o noatime /dev/pmem0 /new
/bin/busybox mount -t tmpfs lab /new/lab
/bin/busybox cp -a /lab/. /new/lab
/bin/busybox cp -a /guest/. /new
/bin/busybox umount /proc /sys
exec /bin/busybox switch_root /new /sbin/init
"""


def name_of(test):
    return pathlib.Path(test).stem


def make_root(root, folder, options):
    for name in ("bin", "dev", "proc", "sys", "new", "lab/bin", "lab/lib", "lab/tests"):
        (root / name).mkdir(parents=True)
    initrd.add(root, shutil.which("busybox"), "/bin/busybox")
    initrd.add(root, folder / "initrd", "/modules")
    initrd.add(root, GUEST, "/guest")
    for program in options.program:
        initrd.add(root, program, f"/lab/bin/{pathlib.Path(program).name}")
    for file in options.file:
        initrd.add(root, *file.split(":", 1))
    for test in options.tests:
        initrd.add(root, test, f"/lab/tests/{name_of(test)}")
        (root / "lab/tests" / name_of(test)).chmod(0o755)
    (root / "lab/tests/order").write_text("".join(f"{name_of(test)}\n" for test in options.tests))
    initrd.add_script(root, "init", INIT)


def recordings(results):
    """What the cards' far ends write, one file for each time that the USB card is plugged in."""
    words = []
    for name in ("hda", *(f"usb{number}" for number in range(1, PLUGS + 1))):
        words += ["-audiodev", f"wav,id={name},path={results}/{name}.wav,out.frequency=48000"]
    return words


def boot(folder, scratch, results):
    return subprocess.Popen(
        [*machine.words(folder / "vmlinuz", scratch / "initrd", results / "console", "1024,slots=1,maxmem=4G",
                        "2027-01-01", "q35,nvdimm=on", "audit=0 systemd.show_status=0"),
         # As memory, private to this machine: no wait for a disk moves its clock, and what it writes is forgotten.
         "-object", f"memory-backend-file,id=root,share=off,mem-path={folder}/root.ext2,size={image.SIZE_MB}M",
         "-device", "nvdimm,memdev=root",
         "-qmp", f"unix:{scratch}/qmp,server=on,wait=off",
         "-chardev", f"socket,id=host,path={scratch}/host,server=on,wait=off",
         "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=out,name=lab.results",
         "-device", "virtserialport,chardev=host,name=lab.host", *recordings(results),
         "-device", "ich9-intel-hda", "-device", "hda-output,audiodev=hda",
         "-device", "qemu-xhci,id=xhci", "-device", "usb-audio,id=usb,bus=xhci.0,port=1,audiodev=usb1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # at its end the port would close


def connect(path, emulator):
    """To a socket of the emulator, which makes it before the machine runs."""
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection.makefile("rw", encoding="utf-8", newline="\n")
        except OSError:
            connection.close()
            if emulator.poll() is not None:
                stop(BROKEN, "the emulator did not start")
            time.sleep(0.02)


class Monitor:
    """QEMU's, by QMP."""

    def __init__(self, path, emulator):
        self.stream = connect(path, emulator)
        self.stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, until=None, **arguments):
        """The error's text, or None; after an event, where one says that it is done."""
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        returned = False
        for line in self.stream:
            told = json.loads(line)
            if "error" in told:
                return told["error"]["desc"]
            returned = returned or "return" in told
            until = None if told.get("event") == until else until
            if returned and not until:
                return None
        return "the emulator ended"


class Host:
    """What tests can ask for with `lab-host`. Each answer is an error or None, and a text."""

    def __init__(self, monitor, results):
        self.monitor = monitor
        self.results = results
        self.plugs = 1

    def unplug(self, card):
        return self.monitor.ask("device_del", until="DEVICE_DELETED", id=card), ""

    def plug(self, card):
        """Begins a recording, and says its name."""
        if self.plugs == PLUGS:
            return f"the card can be plugged in {PLUGS} times", ""
        self.plugs += 1
        name = f"{card}{self.plugs}"
        return self.monitor.ask("device_add", driver="usb-audio", id=card, bus="xhci.0", port="1", audiodev=name), name

    def frames(self, name):
        return None, recording.frames_of(self.results / f"{name}.wav")

    def levels(self, name, first, count):
        levels = recording.levels_of(self.results / f"{name}.wav", int(first), int(count))
        return None, " ".join(f"{level:.3f}" for level in levels)

    def answer(self, question):
        actions = {"unplug": self.unplug, "plug": self.plug, "frames": self.frames, "levels": self.levels}
        words = question.split()
        try:
            error, text = actions[words[0]](*words[1:])
        except (IndexError, KeyError, OSError, TypeError, ValueError) as wrong:
            error, text = f"{question}: {wrong!r}; expected one of: {', '.join(sorted(actions))}", ""
        return f"error {error}" if error else f"ok {text}"

    def serve(self, stream):
        for line in stream:
            stream.write(self.answer(line.strip()) + "\n")
            stream.flush()


class Report:
    """One line for each test as it ends, and what a failed one printed."""

    WORDS = {0: "passed", 77: "skipped"}

    def __init__(self, results):
        self.results = results
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def add(self, name, status, seconds, output, journal):
        word = self.WORDS.get(status, "failed")
        self.counts[word] += 1
        print(f"{name}: {word}{f' ({status})' if word == 'failed' else ''}, {seconds} s")
        for line in output.decode(errors="replace").splitlines():
            print(f"  {line}")
        sys.stdout.flush()
        (self.results / f"{name}.log").write_bytes(output)
        if journal:
            (self.results / f"{name}.journal").write_bytes(journal)

    def close(self, expected):
        missing = expected - sum(self.counts.values())
        self.counts["failed"] += missing
        skipped = f", {self.counts['skipped']} skipped" if self.counts["skipped"] else ""
        print(f"{self.counts['passed']} passed, {self.counts['failed']} failed{skipped}")
        return missing


def follow(emulator, report):
    """Until the tests have ended. Whether they have."""
    for line in emulator.stdout:
        words = line.decode(errors="replace").split()
        if words[:1] == ["result"]:
            name, status, seconds, *lengths = words[1:]
            report.add(name, int(status), seconds, *(emulator.stdout.read(int(length)) for length in lengths))
        if words[:1] == ["end"]:
            return True
    return False


def run_tests(folder, options, scratch, results):
    make_root(scratch / "root", folder, options)
    initrd.pack(scratch / "root", scratch / "initrd")
    report = Report(results)
    emulator = boot(folder, scratch, results)
    try:
        monitor = Monitor(scratch / "qmp", emulator)
        host = connect(scratch / "host", emulator)
        threading.Thread(target=Host(monitor, results).serve, args=[host], daemon=True).start()
        ended = follow(emulator, report)
    finally:
        emulator.kill()
        emulator.wait()
    missing = report.close(len(options.tests))
    if not ended:
        console = (results / "console").read_text(errors="replace").splitlines()
        text = "\n".join(console[-15:])
        print(f"scripts/lab: the machine stopped, {missing} tests were not run:\n{text}", file=sys.stderr)
        return BROKEN
    return 1 if report.counts["failed"] else 0


def run(folder, options):
    with tempfile.TemporaryDirectory(prefix="wiregain-lab-") as scratch:
        results = pathlib.Path(options.results or f"{scratch}/results").resolve()
        results.mkdir(parents=True, exist_ok=True)
        return run_tests(folder, options, pathlib.Path(scratch), results)
