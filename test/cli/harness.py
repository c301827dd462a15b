# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: a program in a folder of its own, amplifiers that are always
stopped, and a client of the socket."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

WIREGAIN = os.path.abspath(sys.argv.pop(1))
PATIENCE_S = 60


class Client:
    """A connection to the socket: one JSON object a line, each way."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE_S)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def send(self, request):
        self.socket.sendall(json.dumps(request).encode() + b"\n")

    def receive(self):
        line = self.lines.readline()
        return json.loads(line) if line else None

    def ask(self, request):
        self.send(request)
        return self.receive()

    def close(self):
        self.lines.close()
        self.socket.close()


class Amplifier:
    """A running `wiregain run --audio null`."""

    def __init__(self, place, *words):
        self.place = place
        self.log = tempfile.TemporaryFile(dir=place.folder)
        if "--panel" not in words:
            words += ("--panel", "off")  # others may be running
        self.process = subprocess.Popen(
            [WIREGAIN, "run", "--audio", "null", *words], env=place.environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def wait_ready(self):
        """Ready is when its socket answers."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode}: {self.said()}")
            try:
                client = Client(self.place.socket)
                client.ask({"get": ["power"]})
                client.close()
                return self
            except OSError:
                if time.monotonic() > deadline:
                    raise AssertionError(f"it does not answer: {self.said()}") from None
                time.sleep(0.002)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Place(unittest.TestCase):
    """A test in a folder of its own, with nothing of the user's in reach."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wiregain-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = dict(
            os.environ, HOME=str(self.folder), XDG_RUNTIME_DIR=str(self.folder),
            XDG_STATE_HOME=str(self.folder / "state"),
            XDG_CONFIG_HOME=str(self.folder / "config"))
        self.socket = self.folder / "wiregain.sock"
        self.store = self.folder / "state/wiregain/wiregain.db"

    def start(self, *words):
        """An amplifier that answers."""
        amplifier = Amplifier(self, *words)
        self.addCleanup(amplifier.close)
        return amplifier.wait_ready()

    def client(self):
        client = Client(self.socket)
        self.addCleanup(client.close)
        return client

    def run_program(self, *words, stdin=None):
        return subprocess.run(
            [WIREGAIN, *map(str, words)], env=self.environment, capture_output=True, text=True,
            input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, timeout=PATIENCE_S)

    def good(self, *words, stdin=None):
        """Succeeds, says nothing on standard error; returns what it printed."""
        result = self.run_program(*words, stdin=stdin)
        self.assertEqual((result.returncode, result.stderr), (0, ""), words)
        return result.stdout

    def bad(self, code, *words, stdin=None):
        """Ends with that code, prints nothing; returns what it said on standard error."""
        result = self.run_program(*words, stdin=stdin)
        self.assertEqual(result.returncode, code, (words, result.stderr))
        self.assertEqual(result.stdout, "", words)
        self.assertTrue(result.stderr.startswith("wiregain"), result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        return result.stderr.strip()

    def mount(self, *options):
        """A small file system of its own, or the reason to skip."""
        where = self.folder / "mounted"
        where.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(where)],
                              capture_output=True, text=True) if os.geteuid() == 0 else None
        if made is None or made.returncode != 0:
            self.skipTest("a file system can only be mounted by root: "
                          + (made.stderr.strip() if made else "this is another user"))
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(where)], check=True)
        return where

    def fill(self, where):
        """Until nothing more fits; returns the file to remove."""
        with open(where / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                return where / "filler"
