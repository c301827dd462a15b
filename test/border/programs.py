# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The programs of a scene: a private desktop with its sound server, and what is started there.

All of them end with the test, however that ends."""

import os
import select
import subprocess
import tempfile
import time
import unittest

PATIENCE_S = 60
SKIPPED = 77  # the exit code of a test that lacks what it needs
# Players that read a file do so outside their audio thread: too late on a busy machine otherwise.
REALTIME = ["chrt", "-f", "10"]
if subprocess.run([*REALTIME, "true"], capture_output=True).returncode != 0:
    REALTIME = []


class Program:
    """A program that is talked to in lines. Its errors go to FOLDER/NAME.log."""

    def __init__(self, name, command, environment, folder):
        self.name = name
        self._rest = b""
        with open(os.path.join(folder, f"{name}.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], env=environment, stderr=log,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, line, prefix):
        self.send(line)
        return self.expect(prefix)

    def expect(self, prefix):
        """Waits for a line that begins so, and returns what follows in it."""
        return next(rest for rest in self.lines() if rest.startswith(prefix))[len(prefix):]

    def lines(self):
        deadline = time.monotonic() + PATIENCE_S
        output = self.process.stdout.fileno()
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                yield line.decode()
                continue
            if not select.select([output], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"{self.name} does not answer")
            data = os.read(output, 65536)
            if not data:
                raise AssertionError(f"{self.name} has ended")
            self._rest += data

    def kill(self):
        self.process.kill()
        self._forget()

    def end(self):
        """Closes its input and waits."""
        self.process.stdin.close()
        self._forget()

    def signal(self, number):
        self.process.send_signal(number)
        self._forget()

    def _forget(self):
        self.process.wait(PATIENCE_S)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()

    @property
    def runs(self):
        return self.process.poll() is None


class Desktop:
    """A message bus, PipeWire, WirePlumber and null sinks as devices, in a folder of its own."""

    def __init__(self):
        self._logs = tempfile.TemporaryDirectory(prefix="wiregain-border-")
        self.programs = []
        self.folder = None
        command = [os.environ["WIREGAIN_TEST_DESKTOP"]]
        self._server = Program("desktop", command, None, self._logs.name)
        try:
            self.environment = self._read_environment()
        except AssertionError:
            reason = self.logs()
            self.close()
            if self._server.process.returncode == SKIPPED:
                raise unittest.SkipTest(reason) from None
            raise
        self.folder = self.environment["XDG_RUNTIME_DIR"]
        self._pulse = False

    def _read_environment(self):
        """Of the programs that are started there, once all is there."""
        environment = {}
        for line in self._server.lines():
            if line.startswith("env "):
                name, _, value = line[len("env "):].partition("=")
                environment[name] = value
            elif line == "ready":
                break
        return environment

    def ask(self, line, prefix="ok"):
        return self._server.ask(line, prefix)

    def start(self, name, *command):
        program = Program(name, command, self.environment, self.folder)
        self.programs.append(program)
        return program

    def run(self, *command):
        """Runs a program to its end, which must go well. Returns its output."""
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
        if result.returncode != 0:
            raise AssertionError(f"{command}: {result.stdout}{result.stderr}")
        return result.stdout

    def node(self, name):
        """The id of a node, once it is there."""
        return self.ask(f"node {name}", "node ")

    def start_pulse(self):
        if not self._pulse:
            self.ask("pulse")
            self._pulse = True

    def logs(self):
        """The end of every program's log."""
        text = ""
        for folder in filter(os.path.isdir, filter(None, (self._logs.name, self.folder))):
            for name in sorted(os.listdir(folder)):
                if name.endswith(".log"):
                    with open(os.path.join(folder, name), errors="replace") as log:
                        text += f"== {name}\n" + "".join(log.readlines()[-20:])
        return text

    def close(self):
        for program in self.programs:
            if program.runs:
                program.kill()
        self._server.end()
        self._logs.cleanup()
