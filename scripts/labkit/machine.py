# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The emulated computer. Its clock counts instructions and skips idle time, so no load of the host can make the
sound late in there."""

COMMAND_LINE = ("console=ttyS0 quiet panic=-1 oops=panic tsc=unstable no_timer_check random.trust_cpu=on "
                "mitigations=off cryptomgr.notests nokaslr norandmaps")


def words(kernel, initrd, console, megabytes, date, machine="q35", command_line=""):
    """The emulator's command, which ends with us. Its first serial port is the kernel's console."""
    return ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-machine", machine, "-cpu", "qemu64",
            "-smp", "1", "-m", megabytes, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-accel", "tcg,thread=single", "-icount", "shift=1,sleep=off", "-rtc", f"base={date},clock=vm", "-seed", "1",
            "-kernel", kernel, "-initrd", initrd, "-serial", f"file:{console}",
            "-chardev", "stdio,id=out,signal=off", "-append", f"{COMMAND_LINE} {command_line}".strip()]
