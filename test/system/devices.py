#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
# lab: root
"""What is not sound: an encoder by uinput, lines of gpio-sim, registers of i2c-stub, infrared through rc-loopback and
two ends of a CEC wire are there, as nodes that udev made, and work."""

import ctypes
import fcntl
import glob
import os
import pathlib
import re
import select
import struct
import subprocess

import lab

EVENT = struct.Struct("llHHi")


def ioctl_number(direction, kind, number, size):
    return direction << 30 | size << 16 | ord(kind) << 8 | number


def read_event(node, kind):
    """The next event of a kind, as (code, value)."""
    while True:
        ready = select.select([node], [], [], lab.PATIENCE_S)[0]
        assert ready, "no event came"
        _, _, found, code, value = EVENT.unpack(os.read(node, EVENT.size))
        if found == kind:
            return code, value


def check_uinput():
    """A knob that turns by one: REL_DIAL."""
    ev_rel, rel_dial = 2, 7
    knob = os.open("/dev/uinput", os.O_WRONLY)
    fcntl.ioctl(knob, ioctl_number(1, "U", 100, 4), ev_rel)
    fcntl.ioctl(knob, ioctl_number(1, "U", 102, 4), rel_dial)
    setup = struct.pack("HHHH80sI", 3, 0x1209, 1, 1, b"lab knob", 0)
    fcntl.ioctl(knob, ioctl_number(1, "U", 3, len(setup)), setup)
    fcntl.ioctl(knob, ioctl_number(0, "U", 1, 0))
    name = lab.wait_for("the knob's node", lambda: next(
        (f"/dev/input/{file.parent.parent.name}" for file in pathlib.Path("/sys/class/input").glob("event*/device/name")
         if file.read_text() == "lab knob\n"), None))
    lab.run("udevadm", "settle")
    node = os.open(name, os.O_RDONLY)
    os.write(knob, EVENT.pack(0, 0, ev_rel, rel_dial, 1) + EVENT.pack(0, 0, 0, 0, 0))
    assert read_event(node, ev_rel) == (rel_dial, 1)
    return name


def check_gpio_sim():
    """A line that is pulled up, read as a user of /dev/gpiochipN does."""
    bank = pathlib.Path("/sys/kernel/config/gpio-sim/lab/bank")
    bank.mkdir(parents=True)
    (bank / "num_lines").write_text("4")
    (bank.parent / "live").write_text("1")
    chip = (bank / "chip_name").read_text().strip()
    device = (bank.parent / "dev_name").read_text().strip()
    pull = pathlib.Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio2/pull")
    node = lab.wait_for(f"/dev/{chip}", lambda: pathlib.Path(f"/dev/{chip}").exists() and f"/dev/{chip}")
    values = []
    with open(node, "rb", buffering=0) as opened:
        request = struct.pack("<64I32sQI5I240sII5Ii", 2, *[0] * 63, b"lab", 1 << 2, 0, *[0] * 5, b"", 1, 0, *[0] * 5, 0)
        answer = fcntl.ioctl(opened, ioctl_number(3, chr(0xB4), 7, len(request)), request)
        line = struct.unpack("<i", answer[-4:])[0]
        for state in ("pull-up", "pull-down"):
            pull.write_text(state)
            told = fcntl.ioctl(line, ioctl_number(3, chr(0xB4), 0x0E, 16), struct.pack("<QQ", 0, 1))
            values.append(struct.unpack("<QQ", told)[0])
        os.close(line)
    assert values == [1, 0], values
    return node


class SmbusData(ctypes.Structure):
    _fields_ = [("write", ctypes.c_uint8), ("command", ctypes.c_uint8), ("size", ctypes.c_uint32),
                ("data", ctypes.POINTER(ctypes.c_uint8 * 34))]


def check_i2c_stub():
    """A byte that is written to a register of the chip at 0x20 is there."""
    slave, smbus, byte_data = 0x0703, 0x0720, 2
    name = next(file.parent for file in pathlib.Path("/sys/class/i2c-dev").glob("i2c-*/name")
                if "stub" in file.read_text()).name
    data = (ctypes.c_uint8 * 34)(0x5A)
    with open(f"/dev/{name}", "r+b", buffering=0) as bus:
        fcntl.ioctl(bus, slave, 0x20)
        fcntl.ioctl(bus, smbus, SmbusData(0, 7, byte_data, ctypes.pointer(data)))
        data[0] = 0
        fcntl.ioctl(bus, smbus, SmbusData(1, 7, byte_data, ctypes.pointer(data)))
    assert data[0] == 0x5A, hex(data[0])
    return f"/dev/{name}"


def check_rc_loopback():
    """A NEC code that is sent comes back decoded: EV_MSC, MSC_SCAN."""
    ev_msc, msc_scan = 4, 4
    remote = next(file for file in pathlib.Path("/sys/class/rc").glob("rc*")
                  if "rc_loopback" in (file / "uevent").read_text().replace("-", "_"))
    (remote / "protocols").write_text("nec")
    event = next(remote.glob("input*/event*")).name
    node = os.open(f"/dev/input/{event}", os.O_RDONLY)
    lab.run("ir-ctl", f"--device=/dev/{next(remote.glob('lirc*')).name}", "--scancode=nec:0x1234")
    assert read_event(node, ev_msc) == (msc_scan, 0x1234)
    return f"/dev/input/{event}"


def check_cec():
    """A television and an audio system on one wire: the one asks for more volume, the other hears it."""
    lab.wait_for("both CEC nodes", lambda: len(glob.glob("/dev/cec*")) >= 2)
    lab.run("cec-ctl", "--skip-info", "-d0", "--tv")
    lab.run("cec-ctl", "--skip-info", "-d1", "--audio")
    words = ["cec-ctl", "--skip-info", "-d1", "--monitor", "--monitor-time", "2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as monitor:
        while monitor.poll() is None:
            lab.run("cec-ctl", "--skip-info", "-d0", "--to", "5", "--user-control-pressed", "ui-cmd=volume-up")
        told = monitor.stdout.read()
    assert re.search(r"Received from TV to Audio System.*USER_CONTROL_PRESSED", told), told
    return "/dev/cec0 /dev/cec1"


for check in (check_uinput, check_gpio_sim, check_i2c_stub, check_rc_loopback, check_cec):
    print(f"{check.__name__}: {check()}", flush=True)
