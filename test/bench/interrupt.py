# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""A run of the bench on a terminal that is ended by Ctrl-C."""

import os
import pty
import signal
import subprocess


def interrupt(program, folder, measurement):
    """Once that measurement, counted from 1, is under way. Returns the exit code."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([program, "bench", "--report", folder], stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    shown = b""
    while f"{measurement} of ".encode() not in shown:
        shown += os.read(leader, 4096)
    process.send_signal(signal.SIGINT)
    try:
        while os.read(leader, 4096):
            pass
    except OSError:
        pass
    os.close(leader)
    return process.wait()
